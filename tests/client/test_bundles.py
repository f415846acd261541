"""An office without a connection: requests carried there, opened and answered, and the answer carried back."""

import io
import json
import os
import socket
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests import people
from tests.client.conftest import SUBJECT, TEXT, Command, Said, Server
from tests.client.wire import wire

from comity_client import config, requests
from comity_client.bundle import INDEX, TYPE, Bundle
from comity_client.transfer import read, receive
from comity_seal import dsse, tree
from comity_seal.log.notes import LOG
from comity_seal.log.signer import NoteKey
from comity_seal.opening import age
from comity_seal.opening.identities import HybridRecipient

OUTCOMES = ("--outcome", "1=executed", "--outcome", "2=nothing_found")
ANSWER = ("--text", "Attached.", "--yes", *OUTCOMES)


@pytest.fixture
def packed(chidi: Command, sent: dict[str, Any], server: Server) -> Path:
    """A bundle of a request, made by Chidi where there is a connection."""
    server.seal()
    said = chidi("bundle", "pack", sent["reference"], "-o", "there.comity", "--json")
    assert said.code == 0, said.err
    told = json.loads(said.out)
    assert (told["documents"], told["requests"]) == (2, [sent["reference"]])
    assert told["receipts"] >= 2
    return Path("there.comity")


@pytest.fixture
def offline(packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Another machine, which has never signed in and has no network; gives the options that pin root and log."""
    remembered = config.recall()
    assert remembered is not None
    monkeypatch.setenv("COMITY_CONFIG_HOME", str(tmp_path / "elsewhere"))

    def refuse(*_arguments: Any, **_options: Any) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    return ["--root", remembered.root, "--log-key", remembered.log_key]


@pytest.fixture
def back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], None]:
    """Back to the machine with a connection."""
    home, opened, connect = os.environ["COMITY_CONFIG_HOME"], socket.socket, socket.create_connection
    proxies = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}

    def go() -> None:
        monkeypatch.setenv("COMITY_CONFIG_HOME", home)
        monkeypatch.setattr(socket, "socket", opened)
        monkeypatch.setattr(socket, "create_connection", connect)
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.delenv(name, raising=False)
        for name, value in proxies.items():
            monkeypatch.setenv(name, value)

    return go


def there(folder: str = "here") -> list[str]:
    """What is in a folder, hidden things too."""
    return sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*"))


def test_a_bundle_opens_without_any_network_and_what_it_holds_verifies_offline(
    comity: Command, offline: list[str], sent: dict[str, Any]
) -> None:
    said = comity("bundle", "open", "there.comity", "-o", "here", *offline, "--json")
    assert said.code == 0, said.err
    folder = Path("here", sent["reference"].replace("/", "-"))
    assert (folder / "Known accounts.csv").read_bytes() == b"bank;account\r\nUnion;1\r\n"
    assert TEXT in (folder / "request.json").read_text()
    assert not [one for one in there() if one.startswith(".")]
    receipts = list(folder.glob("*.tlog-proof"))
    assert len(receipts) >= 2
    assert {one["file"] for one in json.loads(said.out)["items"]} >= {str(one) for one in receipts}
    said = comity("verify", folder / "request.json", folder / "Known accounts.csv", *receipts, *offline)
    assert said.code == 0, said.err
    assert "Amina Diallo, OTP" in said.out


def test_nothing_of_it_can_be_read_without_the_key(packed: Path, sent: dict[str, Any]) -> None:
    content = packed.read_bytes()
    words = [SUBJECT, TEXT, "Meridian", "Known", "accounts", "Amina", "Chidi", "Office of the Prosecutor", "XA", "OTP"]
    words += [sent["reference"], sent["id"], people.root().public.id, *(one["doc"] for one in sent["documents"])]
    for word in words:
        if len(word) > 3:
            assert word.encode() not in content, word
    with tarfile.open(packed) as tar:
        members = {one.name: tar.extractfile(one).read() for one in tar}  # type: ignore[union-attr]
    assert {one.name for one in Path().iterdir()} == {"there.comity"}
    assert packed.stat().st_mode & 0o777 == 0o600
    for name, member in members.items():
        if name.endswith(".age"):
            assert member.startswith(b"age-encryption.org/v1\n"), name
        else:
            assert name == "README.txt" or name.endswith(".part"), name
    assert list(members)[-1] == INDEX


def test_every_member_stands_in_the_index_with_its_hash(packed: Path) -> None:
    bundle = Bundle(packed)
    index = bundle.unlock(people.keyset(people.CHIDI), "requests")
    with tarfile.open(packed) as tar:
        names = [one.name for one in tar]
    assert [one.name for one in index.members] == names[:-1]
    assert index.root == people.root().public.id
    assert index.by.user == people.CHIDI.id


def test_it_opens_with_the_recovery_code_and_with_a_key_set_in_a_file(
    chidi: Command, sent: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = chidi("bundle", "pack", sent["reference"], "-o", "bare.comity", "--without-keys")
    assert said.code == 0, said.err
    with tarfile.open("bare.comity") as tar:
        assert [name for name in tar.getnames() if name.startswith("keys")] == []
    assert chidi("bundle", "open", "bare.comity", "-o", "here").code == 2
    Path("mine.age").write_bytes(people.recovery(people.CHIDI))
    words = tmp_path / "words"
    words.write_text(people.RECOVERY)
    monkeypatch.setenv("COMITY_PASSPHRASE_FILE", str(words))
    said = chidi("bundle", "open", "bare.comity", "-o", "here", "--keys", "mine.age", "--recovery")
    assert said.code == 0, said.err
    words.write_text(people.PASSPHRASE[:-1])
    said = chidi("bundle", "open", "bare.comity", "-o", "there", "--keys", "mine.age")
    assert said.code == 1
    assert not Path("there").exists()


def rewritten(source: Path, target: Path, change: Callable[[list[tuple[str, bytes]]], None]) -> Path:
    """The same bundle with other members."""
    with tarfile.open(source) as tar:
        members = [(one.name, tar.extractfile(one).read()) for one in tar]  # type: ignore[union-attr]
    change(members)
    with tarfile.open(target, "w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return target


def _flip(place: int) -> Callable[[list[tuple[str, bytes]]], None]:
    def change(members: list[tuple[str, bytes]]) -> None:
        name, content = members[place]
        members[place] = name, content[:-1] + bytes([content[-1] ^ 1])

    return change


def _swap(members: list[tuple[str, bytes]]) -> None:
    parts = [n for n, (name, _) in enumerate(members) if name.endswith(".part")]
    one, other = parts[:2]
    members[one], members[other] = (members[one][0], members[other][1]), (members[other][0], members[one][1])


def _forge(members: list[tuple[str, bytes]]) -> None:
    """An index that somebody else signed, sealed to Chidi: anybody can seal to his recipient."""
    mallory, chidi = people.keyset(people.DORA), people.keyset(people.CHIDI)
    signed, _, index = age.unseal(members[-1][1], [chidi.identity]).partition(b"\n")
    forged = mallory.sign(TYPE, dsse.Dsse.parse(signed).payload)
    members[-1] = INDEX, age.seal(forged + b"\n" + index, [HybridRecipient(chidi.public.age)])


def _other_index(members: list[tuple[str, bytes]]) -> None:
    chidi = people.keyset(people.CHIDI)
    opened = age.unseal(members[-1][1], [chidi.identity]).replace(b'"log_key":"', b'"log_key":"x')
    members[-1] = INDEX, age.seal(opened, [HybridRecipient(chidi.public.age)])


CHANGES: dict[str, Callable[[list[tuple[str, bytes]]], None]] = {
    "the first member": _flip(0),
    "a sealed answer": _flip(4),
    "the index": _flip(-1),
    "two parts swapped": _swap,
    "one member less": lambda members: members.pop(5) and None,
    "one member more": lambda members: members.insert(5, ("999999.age", members[5][1])),
    "a member twice": lambda members: members.insert(5, members[5]),
    "two members in another order": lambda members: members.insert(5, members.pop(6)),
    "a member with a path": lambda members: members.insert(5, ("../../evil.age", b"x")),
    "no index": lambda members: members.pop() and None,
    "an index signed by another": _forge,
    "another index than was signed": _other_index,
}


def test_a_bundle_that_was_changed_is_refused_and_nothing_is_left(
    chidi: Command, packed: Path, offline: list[str]
) -> None:
    for what, change in CHANGES.items():
        changed = rewritten(packed, Path("changed.comity"), change)
        said = chidi("bundle", "open", changed, "-o", "here", *offline)
        assert (said.code, said.out) == (6, ""), what
        assert "changed.comity" in said.err, what
        assert SUBJECT not in said.err, what
        assert not Path("here").exists(), what
        said = chidi(
            *("bundle", "answer", "OTP/XA", "--from", changed, "-o", "back.comity", *ANSWER, "--root", offline[1])
        )
        assert said.code == 6, what
        assert {one.name for one in Path().iterdir()} == {"there.comity", "changed.comity"}, what


def test_every_truncation_and_every_other_file_is_refused(chidi: Command, packed: Path, offline: list[str]) -> None:
    whole = packed.read_bytes()
    lengths = {0, 1, 511, 512, 1024, len(whole) // 2, len(whole) - 10240, whole.rindex(b"index.age"), len(whole) - 9000}
    others = [whole[:length] for length in sorted(lengths)]
    others += [b"", os.urandom(5000), b"PK\x03\x04" + bytes(2000), bytes(20480)]
    for content in others:
        Path("other.comity").write_bytes(content)
        said = chidi("bundle", "open", "other.comity", "-o", "here", *offline)
        if content.startswith(whole[:-9000]):  # only the padding at the very end was cut
            continue
        assert said.code == 6, (len(content), said.err)
        assert "no bundle" in said.err
        assert not Path("here").exists()


def test_a_link_in_a_bundle_is_refused(chidi: Command, packed: Path, offline: list[str]) -> None:
    secret = Path("secret")
    secret.write_text("mine")
    with tarfile.open(packed, "a") as tar:
        member = tarfile.TarInfo("999999.age")
        member.type, member.linkname = tarfile.SYMTYPE, str(secret.resolve())
        tar.addfile(member)
    assert chidi("bundle", "open", packed, "-o", "here", *offline).code == 6
    assert not Path("here").exists()


def test_a_bundle_of_another_person_root_or_log_is_foreign(
    comity: Command, packed: Path, offline: list[str], server: Server
) -> None:
    Path("hers.age").write_bytes(people.protected(people.CHINUA))
    said = comity("bundle", "open", packed, "-o", "here", "--keys", "hers.age", *offline)
    assert said.code == 6
    assert "another key set than yours" in said.err
    said = comity("bundle", "open", packed, "-o", "here", "--root", "0" * 64, "--log-key", offline[3])
    assert said.code == 6
    assert "another root" in said.err
    other = str(NoteKey.generate("other.example/log", LOG).public)
    said = comity("bundle", "open", packed, "-o", "here", "--root", offline[1], "--log-key", other)
    assert said.code == 6
    assert "another key of the log" in said.err
    assert comity("bundle", "open", packed, "-o", "here").code == 2  # nothing is pinned here
    assert comity("bundle", "open", packed, "-o", "here", "--root", offline[1]).code == 2
    assert not Path("here").exists()


def test_files_that_are_there_already_are_left_alone(comity: Command, offline: list[str], sent: dict[str, Any]) -> None:
    assert comity("bundle", "open", "there.comity", "-o", "here", *offline).code == 0
    before = there()
    assert comity("bundle", "open", "there.comity", "-o", "here", *offline).code == 0  # the same again
    mine = Path("here", sent["reference"].replace("/", "-"), "request.json")
    mine.write_text("mine")
    assert comity("bundle", "open", "there.comity", "-o", "here", *offline).code == 7
    assert mine.read_text() == "mine"
    assert there() == before
    assert comity("bundle", "open", "there.comity", "-o", "here", "--force", *offline).code == 0
    assert mine.read_text() != "mine"


def answered(comity: Command, sent: dict[str, Any], *more: object) -> Said:
    Path("Statements.csv").write_bytes(b"date;amount\r\n2021-02-03;100\r\n")
    return comity(
        *("bundle", "answer", sent["reference"], "Statements.csv", "--from", "there.comity", "-o", "back.comity"),
        *(*ANSWER, *more),
    )


def test_an_answer_is_sealed_offline_and_submitted_with_effect_once(
    comity: Command,
    back: Callable[[], None],
    offline: list[str],
    sent: dict[str, Any],
    server: Server,
) -> None:
    said = answered(comity, sent, "--root", offline[1])
    assert said.code == 0, said.err
    assert b"Attached" not in Path("back.comity").read_bytes()
    assert sent["reference"].encode() not in Path("back.comity").read_bytes()
    assert server.look("SELECT stage FROM rfa WHERE reference = ?", sent["reference"]) == "transmitted"
    back()
    said = comity("bundle", "submit", "back.comity", "--yes", "--json")
    assert said.code == 0, said.err
    assert json.loads(said.out)["submitted_before"] is False
    amina = server.unlocked(people.AMINA)
    found = amina.http.get(f"/requests/{sent['id']}")
    assert found["stage"] == "answered"
    assert [one["status"] for one in found["measures"]] == ["executed", "nothing_found"]
    papers = [receive(amina, one["doc"], request=sent["id"]) for one in requests.documents(found, "answer")]
    contents = {one.manifest.name: read(amina, one) for one in papers}
    assert contents["Statements.csv"] == b"date;amount\r\n2021-02-03;100\r\n"
    assert json.loads(contents["answer.json"])["text"] == "Attached."
    assert {one.opened.author.user for one in papers} == {people.CHIDI.id}
    lines = server.look("SELECT count(*) FROM journal WHERE subject = ?", f"rfa:{sent['id']}")
    said = comity("bundle", "submit", "back.comity", "--yes", "--json")
    assert said.code == 0, said.err
    assert json.loads(said.out)["submitted_before"] is True
    assert server.look("SELECT count(*) FROM journal WHERE subject = ?", f"rfa:{sent['id']}") == lines
    assert list((config.folder() / "uploads").glob("*.json")) == []


def test_another_answer_is_not_given_after_the_first(
    comity: Command, back: Callable[[], None], offline: list[str], sent: dict[str, Any], server: Server
) -> None:
    assert answered(comity, sent, "--root", offline[1]).code == 0
    Path("back.comity").rename("first.comity")
    assert answered(comity, sent, "--root", offline[1]).code == 0
    back()
    assert comity("bundle", "submit", "first.comity", "--yes").code == 0
    documents = server.look("SELECT count(*) FROM document")
    said = comity("bundle", "submit", "back.comity", "--yes")
    assert said.code == 5
    assert "answered" in said.err
    assert server.look("SELECT count(*) FROM document") == documents


def test_wrong_uses_of_bundles_say_what_is_right(
    comity: Command, back: Callable[[], None], offline: list[str], sent: dict[str, Any], server: Server
) -> None:
    assert answered(comity, sent, "--root", offline[1]).code == 0
    Path("mine.age").write_bytes(people.protected(people.CHIDI))
    said = answered(comity, sent, "--root", offline[1])
    assert said.code == 5
    assert "back.comity exists" in said.err
    said = comity("bundle", "open", "back.comity", "-o", "here", "--keys", "mine.age", *offline)
    assert said.code == 6
    assert "comity bundle submit" in said.err
    said = comity(
        *("bundle", "answer", "OTP/YB/2026/001", "--from", "there.comity", "-o", "no.comity", *ANSWER),
        *("--root", offline[1]),
    )
    assert said.code == 1
    assert sent["reference"] in said.err
    said = comity(
        *("bundle", "answer", sent["reference"], "--from", "there.comity", "-o", "no.comity", "--text", "x", "--yes"),
        *("--outcome", "1=executed", "--root", offline[1]),
    )
    assert said.code == 2
    assert not Path("no.comity").exists()
    back()
    said = comity("bundle", "submit", "there.comity", "--yes")
    assert said.code == 6
    assert "comity bundle open" in said.err
    assert server.look("SELECT stage FROM rfa WHERE reference = ?", sent["reference"]) == "transmitted"


def test_an_answer_that_was_changed_on_its_way_is_not_sent(
    comity: Command, back: Callable[[], None], offline: list[str], sent: dict[str, Any], server: Server
) -> None:
    assert answered(comity, sent, "--root", offline[1]).code == 0
    back()
    for place in range(6):
        changed = rewritten(Path("back.comity"), Path("changed.comity"), _flip(place))
        said = comity("bundle", "submit", changed, "--yes")
        assert said.code == 6, place
    assert server.look("SELECT stage FROM rfa WHERE reference = ?", sent["reference"]) == "transmitted"
    assert server.look("SELECT count(*) FROM upload WHERE request = ?", sent["id"].replace("-", "")) == len(
        sent["documents"]
    )


def test_an_interrupted_submission_goes_on_and_sends_no_more_than_a_part_again(
    comity: Command,
    files: Path,
    server: Server,
    large: dict[str, Any],
    content: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("comity_client.http.WAIT", 0.001)
    monkeypatch.setenv("COMITY_PASSPHRASE_FILE", str(files / "passphrase"))
    Path("Film.mov").write_bytes(content)
    with wire(server.url) as line:
        said = comity(
            *("login", "--server", line.url, "--root", people.root().public.id),
            *("--email", people.email(people.CHIDI), "--password-file", files / "password"),
        )
        assert said.code == 0, said.err
        assert comity("bundle", "pack", large["reference"], "-o", "there.comity").code == 0
        said = comity(
            *("bundle", "answer", large["reference"], "Film.mov", "--from", "there.comity", "-o", "back.comity"),
            *("--text", "Attached.", "--outcome", "1=executed", "--yes"),
        )
        assert said.code == 0, said.err
        line.watch = lambda direction, so_far: direction == "up" and so_far > 2.5 * tree.PART
        said = comity("bundle", "submit", "back.comity", "--yes")
        assert said.code == 1, said.err
        assert server.look("SELECT stage FROM rfa WHERE reference = ?", large["reference"]) == "acknowledged"
        line.watch = None
        before = sum(line.sent.values())
        said = comity("bundle", "submit", "back.comity", "--yes")
        assert said.code == 0, said.err
        again = sum(line.sent.values()) - before
    assert again < 2.1 * tree.PART  # two of the four parts were there, and the text is small
    amina = server.unlocked(people.AMINA)
    found = amina.http.get(f"/requests/{large['id']}")
    assert found["stage"] == "answered"
    papers = [receive(amina, one["doc"], request=large["id"]) for one in requests.documents(found, "answer")]
    assert [read(amina, one) for one in papers if one.manifest.name == "Film.mov"] == [content]
