"""What the command saves can be opened and checked without it: with age, openssl, sha256sum and a shell."""

import base64
import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from tests import people
from tests.client.conftest import Command, Said

from comity_client.plain import _line
from comity_seal.opening import age
from comity_seal.opening.identities import HybridIdentity

AGE = Path("here/sealed/Film.mov.age")
CHECK = Path("here/sealed/Film.mov.check")


@pytest.fixture
def saved(chidi: Command, large: dict[str, Any]) -> Said:
    said = chidi("request", "download", large["reference"], "--to", "here", "--sealed")
    assert said.code == 0, said.err
    return said


def commands(folder: Path) -> str:
    """The lines of the text that are commands."""
    return "\n".join(line[4:] for line in (folder / "README.txt").read_text().splitlines() if line.startswith("    "))


def checked(folder: Path = CHECK) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-eu", "-c", commands(folder)], cwd=folder, capture_output=True, text=True, timeout=120
    )


def test_every_command_of_the_text_succeeds_for_what_is_authentic(saved: Said) -> None:
    for folder in sorted(Path("here/sealed").glob("*.check")):
        done = checked(folder)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.count("Signature Verified Successfully") in (2, 4)
    text = (CHECK / "README.txt").read_text()
    amina = people.keyset(people.AMINA).public
    assert people.NAMES[people.AMINA] in text
    assert amina.fingerprint in text
    assert len(list(Path("here/sealed").glob("*.check"))) == 2


def flip(path: Path, place: int = -5) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


CHANGES = [
    ("here/Film.mov", 100),
    ("here/sealed/Film.mov.age", 200),
    ("here/sealed/Film.mov.age", -1),
    ("here/sealed/Film.mov.age", 12_000_000),
    ("here/sealed/Film.mov.check/signer.json", 30),
    ("here/sealed/Film.mov.check/manifest.age", -1),
    ("here/sealed/Film.mov.check/manifest.json", 100),
    ("here/sealed/Film.mov.check/envelope.json", 100),
]
"""A byte that is changed, in each of the files."""


def test_some_command_fails_for_what_was_changed_or_signed_by_somebody_else(saved: Said) -> None:
    for what, place in CHANGES:
        flip(Path(what), place)
        assert checked().returncode != 0, what
        flip(Path(what), place)
    envelope = (CHECK / "envelope.json").read_text()
    found = re.search(r'#ed25519","sig":"([^"]+)"', envelope)
    assert found
    (CHECK / "envelope.json").write_text(envelope.replace(found[1], base64.b64encode(bytes(64)).decode()))
    assert checked().returncode != 0
    (CHECK / "envelope.json").write_text(envelope)
    assert checked().returncode == 0


def test_the_second_key_is_a_public_key_as_openssl_reads_it(saved: Said) -> None:
    """Whether or not the openssl of this machine knows ML-DSA-65."""
    key = load_pem_public_key((CHECK / "signer.mldsa65.pem").read_bytes())
    assert isinstance(key, MLDSA65PublicKey)
    assert key.public_bytes_raw() == people.keyset(people.AMINA).public.mldsa65


def parsed(data: bytes) -> tuple[list[tuple[list[str], bytes]], bytes]:
    """The stanzas and the payload of a file of the age format, read by its description alone."""

    def unpadded(text: bytes) -> bytes:
        assert b"=" not in text
        return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)

    line, rest = data.split(b"\n", 1)
    assert line == b"age-encryption.org/v1"
    stanzas: list[tuple[list[str], bytes]] = []
    while not rest.startswith(b"---"):
        line, rest = rest.split(b"\n", 1)
        assert line.startswith(b"-> ")
        arguments, body = line[3:].decode("ascii").split(" "), b""
        while True:
            line, rest = rest.split(b"\n", 1)
            assert len(line) <= 64
            body += line
            if len(line) < 64:
                break
        stanzas.append((arguments, unpadded(body)))
    line, payload = rest.split(b"\n", 1)
    assert line.startswith(b"--- ")
    assert len(unpadded(line[4:])) == 32
    return stanzas, payload


def test_what_is_saved_is_an_age_file_to_the_byte(saved: Said, content: bytes) -> None:
    stanzas, payload = parsed(AGE.read_bytes())
    assert [arguments[0] for arguments, _ in stanzas] == ["mlkem768x25519"] * 2  # for OTP and XA
    assert {len(body) for _, body in stanzas} == {32}
    assert {len(base64.b64decode(arguments[1] + "==")) for arguments, _ in stanzas} == {1120}
    chunks = -(-len(content) // 65536)
    assert len(payload) == 16 + len(content) + 16 * chunks
    assert AGE.stat().st_mode & 0o777 == 0o600


def test_it_opens_with_nothing_but_ones_own_key_set(saved: Said, content: bytes) -> None:
    """The way that the text describes, with our own reading of the age format."""
    epoch = age.unseal((CHECK / "epoch-1.age").read_bytes(), [people.keyset(people.CHIDI).identity]).decode()
    identity = HybridIdentity.from_text(epoch.splitlines()[1])
    with AGE.open("rb") as source, Path("opened").open("wb") as sink:
        age.open_file(source, sink, [identity])
    assert sha256(Path("opened").read_bytes()).digest() == sha256(content).digest()
    manifest = age.unseal((CHECK / "manifest.age").read_bytes(), [identity])
    assert manifest.rstrip(b" ") == (CHECK / "manifest.json").read_bytes()


def test_it_opens_with_age_itself(saved: Said, content: bytes) -> None:
    """age 1.3 or newer: 1.1 and 1.2, which Debian has, know no post-quantum recipients."""
    if shutil.which("age") is None:
        pytest.skip("age is not installed")
    said = subprocess.run(["age", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    found = re.match(r"v?(\d+)\.(\d+)", said)
    if not found or (int(found[1]), int(found[2])) < (1, 3):
        pytest.skip(f"age {said} knows no post-quantum recipients: 1.3 or newer is needed")
    Path("keys.txt").write_text(people.keyset(people.CHIDI).to_text())
    subprocess.run(["age", "-d", "-i", "keys.txt", "-o", "epoch.txt", str(CHECK / "epoch-1.age")], check=True)
    subprocess.run(["age", "-d", "-i", "epoch.txt", "-o", "opened", str(AGE)], check=True)
    assert Path("opened").read_bytes() == content


def test_what_is_there_is_not_fetched_again_and_what_was_damaged_is(
    saved: Said, chidi: Command, large: dict[str, Any]
) -> None:
    before, when = AGE.read_bytes(), AGE.stat().st_mtime_ns
    command = ("request", "download", large["reference"], "--to", "here", "--sealed")
    assert chidi(*command).code == 0
    assert AGE.stat().st_mtime_ns == when
    flip(AGE)
    assert chidi(*command).code == 0
    assert AGE.read_bytes() == before
    assert [path.name for path in Path("here").iterdir() if path.name.startswith(".")] == []


def test_no_name_makes_a_command_of_itself(chidi: Command, sent: dict[str, Any]) -> None:
    """The text is made of what others wrote: only its own lines are commands."""
    assert _line("OTP/XA\n    touch harm\r\n\u2028x") == "OTP/XA touch harm \N{REPLACEMENT CHARACTER}x"
    assert chidi("request", "download", sent["reference"], "--to", "it's $(touch harm) here", "--sealed").code == 0
    for folder in Path("it's $(touch harm) here/sealed").glob("*.check"):
        assert checked(folder).returncode == 0
    assert not list(Path().rglob("harm"))
