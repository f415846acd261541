"""A command that was interrupted goes on where it stopped; at most one part is sent again, and nothing is half done."""

import io
import json
import os
import resource
import signal
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from tests import people
from tests.client.conftest import ROOT, SIZE, Command, Said, Server
from tests.client.wire import Wire, wire

from comity_client import requests
from comity_client.sending import _Record
from comity_client.transfer import read, receive
from comity_seal import tree
from comity_seal.errors import NoMatch
from comity_seal.opening import age
from comity_seal.opening.sealing import PayloadKey
from comity_seal.opening.stream import seal_payload

ANSWER = ("--text", "Attached.", "--yes", "--outcome", "1=executed", "--outcome", "2=executed")


NEWEST = (
    f"SELECT id FROM login_session WHERE account_id = '{people.account_id(people.CHIDI).hex}' "
    "ORDER BY created_at DESC LIMIT 1"
)
"""Chidi's newest session."""


@pytest.fixture
def line(server: Server) -> Iterator[Wire]:
    with wire(server.url) as made:
        yield made


class Outside:
    """The command as a process of its own, over the wire."""

    def __init__(self, home: Path, secrets: Path, line: Wire) -> None:
        self.environment = dict(
            os.environ,
            COMITY_CONFIG_HOME=str(home),
            COMITY_PASSPHRASE_FILE=str(secrets / "passphrase"),
            PYTHONPATH=str(ROOT / "platform"),
            PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring",
        )
        said = self(
            *("login", "--server", line.url, "--root", people.root().public.id),
            *("--email", people.email(people.CHIDI), "--password-file", secrets / "password"),
        )
        assert said.code == 0, said.err
        self.line = line

    def start(self, *arguments: object, **options: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "comity_client.cli", *map(str, arguments)],
            env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options,
        )  # fmt: skip

    def __call__(self, *arguments: object, **options: Any) -> Said:
        process = self.start(*arguments, **options)
        out, err = process.communicate(timeout=120)
        return Said(process.returncode, out, err)

    def killed_at(self, direction: str, count: int, *arguments: object) -> None:
        """Run it, and kill it without warning when so many bytes have gone that way."""
        self.line.watch = lambda way, so_far: way == direction and so_far >= count and process.kill()
        process = self.start(*arguments)
        _, err = process.communicate(timeout=120)
        self.line.watch = None
        self.line.settle()
        assert process.returncode == -signal.SIGKILL, err


@pytest.fixture
def chidi(comity: Command, tmp_path: Path, files: Path, line: Wire) -> Outside:
    return Outside(tmp_path / "home", files, line)


@pytest.fixture
def acknowledged(sent: dict[str, Any], chidi: Outside) -> str:
    assert chidi("request", "ack", sent["reference"], "--yes").code == 0
    chidi.line.sent.clear()  # what was read to be acknowledged
    return str(sent["reference"])


def states(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "home/uploads").glob("*.age"))


def answered(server: Server, sent: dict[str, Any]) -> dict[str, bytes]:
    """What Amina reads of the answer, by name; the text is not compared."""
    amina = server.unlocked(people.AMINA)
    found = amina.http.get(f"/requests/{sent['id']}")
    assert found["stage"] == "answered"
    papers = [receive(amina, one["doc"], request=sent["id"]) for one in requests.documents(found, "answer")]
    given = [one for one in papers if one.manifest.media != requests.ANSWER.media]
    text = next(one for one in papers if one.manifest.media == requests.ANSWER.media)
    listed = {one["doc"] for one in json.loads(read(amina, text))["annexes"]}
    assert listed == {one.manifest.doc for one in given}
    return {one.manifest.name: read(amina, one) for one in given}


@pytest.mark.parametrize("at", [1, 2 * tree.PART + 1])
def test_an_upload_that_was_killed_goes_on_and_sends_at_most_one_part_again(
    at: int, chidi: Outside, acknowledged: str, sent: dict[str, Any], server: Server, content: bytes, tmp_path: Path
) -> None:
    Path("Film.mov").write_bytes(content)
    command = ("request", "answer", acknowledged, "Film.mov", *ANSWER)
    chidi.killed_at("up", at, *command)
    (state,) = states(tmp_path)
    assert state.stat().st_mode & 0o777 == 0o600
    said = chidi(*command)
    assert said.code == 0, said.err
    assert said.err == ""  # no terminal, no progress
    upload = max(chidi.line.sent, key=lambda one: chidi.line.sent[one])
    assert chidi.line.sent[upload] - SIZE < tree.PART + 100_000
    assert len([count for count in chidi.line.sent.values() if count > 100_000]) == 1  # one upload, not a second
    assert answered(server, sent) == {"Film.mov": content}
    assert states(tmp_path) == []


def test_of_several_files_those_that_are_there_are_not_sent_again(
    chidi: Outside, acknowledged: str, sent: dict[str, Any], server: Server, content: bytes, tmp_path: Path
) -> None:
    for name in ("One.bin", "Two.bin"):
        Path(name).write_bytes(name.encode() + content)
    command = ("request", "answer", acknowledged, "One.bin", "Two.bin", *ANSWER)
    chidi.killed_at("up", SIZE + tree.PART + 1000, *command)
    before = sum(chidi.line.sent.values())
    assert len(states(tmp_path)) == 2
    assert chidi(*command).code == 0
    assert sum(chidi.line.sent.values()) - before < 4 * tree.PART
    assert answered(server, sent) == {name: name.encode() + content for name in ("One.bin", "Two.bin")}
    assert states(tmp_path) == []


def test_the_network_goes_away_and_comes_back(
    chidi: Outside, acknowledged: str, sent: dict[str, Any], server: Server, content: bytes
) -> None:
    Path("Film.mov").write_bytes(content)
    command = ("request", "answer", acknowledged, "Film.mov", *ANSWER)

    def cut(way: str, so_far: int) -> bool:
        chidi.line.down = chidi.line.down or so_far > tree.PART + 1000
        return chidi.line.down

    chidi.line.watch = cut
    said = chidi(*command)
    assert said.code == 1
    assert "does not answer" in said.err
    chidi.line.watch, chidi.line.down = None, False
    assert chidi(*command).code == 0
    assert answered(server, sent) == {"Film.mov": content}


def test_a_session_that_ends_in_the_middle_is_exit_code_4_and_the_next_one_goes_on(
    chidi: Outside, acknowledged: str, sent: dict[str, Any], server: Server, content: bytes, files: Path
) -> None:
    Path("Film.mov").write_bytes(content)
    command = ("request", "answer", acknowledged, "Film.mov", *ANSWER)
    ended: list[bool] = []

    def end(way: str, so_far: int) -> bool:
        if so_far > tree.PART + 1000 and not ended:
            ended.append(True)
            server.change(f"UPDATE login_session SET expires_at = created_at WHERE id = ({NEWEST})")
        return False

    chidi.line.watch = end
    said = chidi(*command)
    assert said.code == 4, said.err
    assert "comity login" in said.err
    chidi.line.watch = None
    again = chidi("login", "--email", people.email(people.CHIDI), "--password-file", files / "password")
    assert again.code == 0
    assert chidi(*command).code == 0
    assert max(chidi.line.sent.values()) - SIZE < tree.PART + 100_000
    assert answered(server, sent) == {"Film.mov": content}


def begun(chidi: Outside) -> list[tuple[str, str]]:
    """What has been begun to be sent, beside what is read of the request."""
    return [one for one in chidi.line.sent if one[0] == "up"]


def test_a_file_that_changed_meanwhile_begins_anew_with_another_key_though_its_size_and_time_are_the_same(
    chidi: Outside, acknowledged: str, sent: dict[str, Any], server: Server, content: bytes, tmp_path: Path
) -> None:
    """Of what was sealed with the first key nothing more leaves this machine, also where only the middle differs."""
    film = Path("Film.mov")
    film.write_bytes(content)
    when = film.stat()
    command = ("request", "answer", acknowledged, "Film.mov", *ANSWER)
    chidi.killed_at("up", 2 * tree.PART + 1000, *command)
    (first,) = begun(chidi)
    middle = tree.PART + 5000
    changed = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    film.write_bytes(changed)
    os.utime(film, ns=(when.st_atime_ns, when.st_mtime_ns))
    before = chidi.line.sent[first]
    said = chidi(*command)
    assert said.code == 0, said.err
    assert chidi.line.sent[first] == before
    assert answered(server, sent) == {"Film.mov": changed}
    assert server.look("SELECT count(*) FROM upload WHERE id = ?", first[1].replace("-", "")) == 0
    assert states(tmp_path) == []


@pytest.mark.parametrize("how", ["touched", "longer", "state lost", "state damaged", "state of another", "forgotten"])
def test_whatever_else_does_not_fit_begins_anew(
    how: str, chidi: Outside, acknowledged: str, sent: dict[str, Any], server: Server, content: bytes, tmp_path: Path
) -> None:
    film = Path("Film.mov")
    film.write_bytes(content)
    command = ("request", "answer", acknowledged, "Film.mov", *ANSWER)
    chidi.killed_at("up", tree.PART + 1000, *command)
    (first,) = begun(chidi)
    (state,) = states(tmp_path)
    before = chidi.line.sent[first]
    if how == "touched":
        os.utime(film)
    elif how == "longer":
        content += b"more"
        film.write_bytes(content)
    elif how == "state lost":
        state.unlink()
    elif how == "state damaged":
        state.write_bytes(state.read_bytes()[:-1])
    elif how == "state of another":  # made by somebody who knows the recipient, with a key of her own choice
        text = age.unseal(state.read_bytes(), [people.keyset(people.CHIDI).identity]).partition(b"\n")[2]
        mine, other = (_Record(state, people.keyset(actor)) for actor in (people.CHIDI, people.CHINUA))
        state.write_bytes(age.seal(other._mac(text) + b"\n" + text, [mine._recipient]))
    else:
        uploads = first[1].replace("-", "")
        for table, column in (("upload_part", "upload_id"), ("upload", "id")):
            server.change(f"DELETE FROM {table} WHERE {column} = ?", uploads)
    said = chidi(*command)
    assert said.code == 0, said.err
    assert chidi.line.sent[first] == before
    assert answered(server, sent) == {"Film.mov": content}


def test_the_state_shows_nothing_and_opens_with_ones_own_key_set_alone(
    chidi: Outside, acknowledged: str, content: bytes, tmp_path: Path
) -> None:
    Path("A secret name.mov").write_bytes(content)
    chidi.killed_at("up", tree.PART + 1000, "request", "answer", acknowledged, "A secret name.mov", *ANSWER)
    (path,) = states(tmp_path)
    kept = path.read_bytes()
    inside = json.loads(age.unseal(kept, [people.keyset(people.CHIDI).identity]).partition(b"\n")[2])
    assert inside["leaves"]
    for secret in (
        b64decode(inside["file_key"]),
        inside["file_key"].encode(),
        b"secret name",
        inside["upload"].encode(),
    ):
        assert secret not in kept
        assert secret not in path.name.encode()
    with pytest.raises(NoMatch):
        age.unseal(kept, [people.keyset(people.CHINUA).identity])


def test_killed_after_the_file_was_taken_in_it_is_not_sent_again_nor_after_the_answer_was_given(
    chidi: Outside, acknowledged: str, sent: dict[str, Any], server: Server, tmp_path: Path
) -> None:
    """A second answer with the same file, after the first came back, is another document."""
    Path("Small.csv").write_bytes(b"x" * 200_000)
    command = ("request", "answer", acknowledged, "Small.csv", *ANSWER)
    chidi.killed_at("up", 200_032 + 17, *command)  # the text is on its way: the file is there
    (state,) = states(tmp_path)
    kept = state.read_bytes()
    (upload, _), *_ = chidi.line.sent.most_common()
    before = chidi.line.sent[upload]
    assert chidi(*command).code == 0
    assert chidi.line.sent[upload] == before
    state.write_bytes(kept)  # as if it had been killed before it forgot
    assert chidi(*command).code == 5  # answered already
    bruno = server.unlocked(people.BRUNO)
    why = requests.message(bruno, bruno.http.get(f"/requests/{sent['id']}"), "return", "And the other account?")
    requests.act(bruno, sent, "return", document=why.doc)
    state.write_bytes(kept)
    said = chidi(*command)
    assert said.code == 0, said.err
    papers = requests.documents(bruno.http.get(f"/requests/{sent['id']}"), "answer")
    assert len(papers) == 4
    assert len({one["doc"] for one in papers}) == 4


def test_two_at_once_do_not_send_the_same_file(
    chidi: Outside, acknowledged: str, sent: dict[str, Any], server: Server, content: bytes
) -> None:
    Path("Film.mov").write_bytes(content)
    command = ("request", "answer", acknowledged, "Film.mov", *ANSWER)
    tried = Event()

    def hold(way: str, so_far: int) -> None:
        if way == "up" and so_far > 1_000_000:
            tried.wait(50)

    chidi.line.watch = hold
    first = chidi.start(*command)
    while not begun(chidi):
        time.sleep(0.05)
    said = chidi(*command)
    tried.set()
    assert said.code == 1
    assert "Another command is sending Film.mov" in said.err
    assert first.communicate(timeout=120)[1] == ""
    assert first.returncode == 0
    assert len([count for count in chidi.line.sent.values() if count > 100_000]) == 1
    assert answered(server, sent) == {"Film.mov": content}


# Down


FOUR = ["Film.mov", "Film.mov.proof.json", "request.json", "request.json.proof.json"]


def here() -> list[str]:
    return sorted(path.name for path in Path("here").iterdir())


def kept_parts() -> list[Path]:
    return sorted(Path("here").glob(".comity-*/[0-9]-*"))


@pytest.mark.parametrize("at", [1000, SIZE - 100])
def test_a_download_that_was_killed_goes_on_with_the_parts_that_are_here(
    at: int, chidi: Outside, large: dict[str, Any], content: bytes
) -> None:
    command = ("request", "download", large["reference"], "--to", "here")
    chidi.killed_at("down", at, *command)
    assert not Path("here/Film.mov").exists()
    said = chidi(*command)
    assert said.code == 0, said.err
    assert here() == FOUR
    assert Path("here/Film.mov").read_bytes() == content
    assert Path("here/Film.mov").stat().st_mode & 0o777 == 0o600
    assert max(chidi.line.sent.values()) - SIZE < tree.PART + 100_000
    before = sum(chidi.line.sent.values())
    assert chidi(*command).code == 0  # once more: all is there
    assert sum(chidi.line.sent.values()) - before < 100_000


@pytest.mark.parametrize("damage", ["changed", "cut", "empty", "renamed"])
def test_a_kept_part_that_was_damaged_is_fetched_again(
    damage: str, chidi: Outside, large: dict[str, Any], content: bytes
) -> None:
    command = ("request", "download", large["reference"], "--to", "here")
    chidi.killed_at("down", 3 * tree.PART + 500, *command)
    first, second, *_ = kept_parts()
    before = first.read_bytes()
    if damage == "renamed":
        swapped = second.read_bytes()
        second.write_bytes(before)
        first.write_bytes(swapped)
    else:
        first.write_bytes({"changed": before[:-1] + b"?", "cut": before[:100], "empty": b""}[damage])
    said = chidi(*command)
    assert said.code == 0, said.err
    assert Path("here/Film.mov").read_bytes() == content
    assert here() == FOUR


def test_a_full_disk_is_one_sentence_and_the_download_goes_on_afterwards(
    chidi: Outside, large: dict[str, Any], content: bytes
) -> None:
    """The limit lets sealed parts through, and stops the file that they are opened into."""
    command = ("request", "download", large["reference"], "--to", "here")

    def narrow() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2 * tree.PART, 2 * tree.PART))

    said = chidi(*command, preexec_fn=narrow)
    assert said.code == 1
    assert "no room for Film.mov" in said.err
    assert "free" in said.err
    assert said.err.count("\n") == 1
    assert "Film.mov" not in here()
    assert kept_parts()
    assert not list(Path("here").glob(".comity-*/opened"))
    before = sum(chidi.line.sent.values())
    assert chidi(*command).code == 0
    assert Path("here/Film.mov").read_bytes() == content
    assert sum(chidi.line.sent.values()) - before < 2 * tree.PART + 100_000
    assert here() == FOUR


def test_a_disk_that_holds_no_part_either_leaves_nothing_half_done(
    chidi: Outside, large: dict[str, Any], content: bytes
) -> None:
    command = ("request", "download", large["reference"], "--to", "here")

    def narrow() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

    said = chidi(*command, preexec_fn=narrow)
    assert said.code == 1
    assert "no room for Film.mov" in said.err
    assert kept_parts() == []
    assert chidi(*command).code == 0
    assert Path("here/Film.mov").read_bytes() == content


def test_a_session_that_ends_in_the_middle_of_a_download_is_exit_code_4_too(
    chidi: Outside, large: dict[str, Any], server: Server, content: bytes, files: Path
) -> None:
    command = ("request", "download", large["reference"], "--to", "here")
    ended: list[bool] = []

    def end(way: str, so_far: int) -> bool:
        if so_far > tree.PART + 1000 and not ended:
            ended.append(True)
            server.change(f"UPDATE login_session SET ended_at = created_at WHERE id = ({NEWEST})")
        return False

    chidi.line.watch = end
    assert chidi(*command).code == 4
    chidi.line.watch = None
    assert "Film.mov" not in here()
    chidi("login", "--email", people.email(people.CHIDI), "--password-file", files / "password")
    assert chidi(*command).code == 0
    assert Path("here/Film.mov").read_bytes() == content
    assert max(chidi.line.sent.values()) - SIZE < tree.PART + 100_000


def test_the_same_key_and_nonce_give_the_same_bytes_of_the_same_content() -> None:
    """However many threads work on it: this is what makes going on possible."""
    key, content = PayloadKey.new(), os.urandom(700_000)
    sealed = []
    for threads in (1, 2, 3):
        out = io.BytesIO()
        seal_payload(key.file_key, io.BytesIO(content), out.write, threads=threads, nonce=key.nonce)
        sealed.append(sha256(out.getvalue()).hexdigest())
    assert len(set(sealed)) == 1
