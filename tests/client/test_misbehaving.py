"""A platform that misbehaves: the command seals to nobody else, signs only what it opened, and notices old news."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bench._proxy import Exchange, Proxy
from tests.client.conftest import TEXT, At, Said, Server
from tests.people import AMINA, BRUNO, CHIDI

from comity_client import config, requests, transmitting
from comity_client.transfer import deposit_bytes
from comity_client.unlocked import Unlocked
from comity_seal import canonical
from comity_seal.log import merkle, receipt
from comity_seal.log.checkpoint import Checkpoint
from comity_seal.log.proof import Proof
from comity_seal.log.signer import NoteKey
from comity_seal.opening.sealing import Label


def view(request: dict[str, Any], change: Callable[[dict[str, Any]], object]) -> Callable[[Exchange], bool]:
    """Show a request otherwise than it is."""

    def meddle(exchange: Exchange) -> bool:
        if exchange.method != "GET" or exchange.resource != f"/requests/{request['id']}":
            return False
        shown = exchange.json
        change(shown)
        exchange.json = shown
        return True

    return meddle


def refused(said: Said, line: Proxy, words: str) -> None:
    """It was done, it was noticed, and nothing came of it."""
    assert line.changed
    assert said.code == 6, said.out + said.err
    assert words in said.err
    assert said.out == ""
    assert line.left_behind == []


def drafted(server: Server) -> tuple[Unlocked, dict[str, Any]]:
    """Amina's draft, with one annex and its text saved twice."""
    amina = server.unlocked(AMINA)
    measures = [{"letter": "i", "act": "bank"}]
    draft = amina.http.post("/requests", {"requested": "XA", "requested_on": None, "measures": measures})
    matter = requests.matter(draft, "annex")
    annex = deposit_bytes(amina, b"1;2\r\n", matter=matter, readers=["OTP"], label=Label("Accounts.csv"))
    first = requests.write(amina, draft, "Accounts", "Of 2019.", [annex])
    requests.write(amina, draft, "Accounts", TEXT, [annex], replaces=first)
    return amina, amina.http.get(f"/requests/{draft['id']}")


def approved(server: Server) -> tuple[Unlocked, dict[str, Any]]:
    amina, draft = drafted(server)
    transmitting.sign_approval(server.unlocked(BRUNO), draft)
    return amina, amina.http.get(f"/requests/{draft['id']}")


def test_nothing_is_transmitted_to_another_state_than_the_sealed_cover_names(at: At, server: Server, line: Proxy):
    amina, request = approved(server)
    comity = at(AMINA)
    line.begin(view(request, lambda shown: shown.update(requested="YB")))
    refused(
        comity("request", "transmit", request["reference"], "--yes"), line, "another cover than the one that was sealed"
    )
    assert amina.http.get(f"/requests/{request['id']}")["stage"] == "approved"
    line.begin(None)
    assert comity("request", "transmit", request["reference"], "--yes").code == 0


@pytest.mark.parametrize("words", [("message", "send", "--text", "When?"), ("request", "ask", "--text", "Which?")])
def test_nothing_is_sealed_to_another_party_than_the_sealed_cover_names(
    at: At, server: Server, sent: dict[str, Any], line: Proxy, words: tuple[str, ...]
):
    transmitting.acknowledge(server.unlocked(CHIDI), sent)
    comity = at(CHIDI)
    line.begin(view(sent, lambda shown: shown.update(requesting="YB")))
    refused(comity(*words, sent["reference"], "--yes"), line, "signed it, which does not send it")
    line.begin(None)
    assert comity(*words, sent["reference"], "--yes").code == 0


def test_a_file_is_not_sealed_before_the_parties_are_known(at: At, server: Server, sent: dict[str, Any], line: Proxy):
    transmitting.acknowledge(server.unlocked(CHIDI), sent)
    comity = at(CHIDI)
    Path("a.csv").write_bytes(b"1;2\r\n")
    answer = ("request", "answer", sent["reference"], "a.csv", "--text", "Here.", "--yes")
    outcomes = ("--outcome", "1=executed", "--outcome", "2=executed")
    line.begin(view(sent, lambda shown: shown.update(requested_on="2031-01-01")))
    refused(comity(*answer, *outcomes), line, "another cover")
    line.begin(None)
    assert comity(*answer, *outcomes).code == 0


def test_an_approval_names_what_was_opened_and_not_what_the_platform_shows(at: At, server: Server, line: Proxy):
    _, request = drafted(server)
    comity = at(BRUNO)

    def other(shown: dict[str, Any]) -> None:
        for one in requests.documents(shown, "request"):
            one["envelope_sha256"] = "0" * 64

    line.begin(view(request, other))
    said = comity("request", "approve", request["reference"], "--yes")
    assert (said.code, line.changed) == (0, 1), said.err  # the hash that was shown went nowhere

    _, request = drafted(server)
    line.begin(view(request, lambda shown: requests.documents(shown, "request")[0].update(ver=1)))
    refused(
        comity("request", "approve", request["reference"], "--yes"), line, "another document than the one asked for"
    )


def with_approval(signed: str) -> Callable[[dict[str, Any]], object]:
    return lambda shown: shown.update(stage="approved", approval=signed)


def test_nothing_is_transmitted_on_an_approval_of_something_else(at: At, server: Server, line: Proxy):
    _, other = approved(server)
    _, draft = drafted(server)
    comity = at(AMINA)
    words = ("request", "transmit", draft["reference"], "--yes")
    line.begin(view(draft, with_approval(other["approval"])))
    refused(comity(*words), line, "it is of something else than what is here")
    line.begin(view(draft, with_approval("")))
    refused(comity(*words), line, "The approval of this request is not authentic")
    tampered = json.loads(b64decode(other["approval"]))
    tampered["signatures"].reverse()
    line.begin(view(draft, with_approval(b64encode(json.dumps(tampered).encode()).decode())))
    refused(comity(*words), line, "The approval of this request is not authentic")


def test_who_wrote_the_text_cannot_have_approved_it(at: At, server: Server, line: Proxy):
    amina, draft = drafted(server)
    comity = at(AMINA)
    signed: list[str] = []

    class Kept:
        """Keeps what would be sent."""

        def post(self, _path: str, body: dict[str, str]) -> None:
            signed.append(body["approval"])

        def __getattr__(self, name: str) -> Any:
            return getattr(http, name)

    http, amina.http = amina.http, Kept()  # type: ignore[assignment]
    transmitting.sign_approval(amina, draft)
    line.begin(view(draft, with_approval(signed[0])))
    refused(comity("request", "transmit", draft["reference"], "--yes"), line, "who wrote the text has approved it")


def test_a_file_of_an_answer_that_is_left_out_is_missed(at: At, server: Server, sent: dict[str, Any], line: Proxy):
    chidi = server.unlocked(CHIDI)
    transmitting.acknowledge(chidi, sent)
    matter = requests.matter(sent, "answer")
    file = deposit_bytes(chidi, b"1;2\r\n", matter=matter, readers=["OTP", "XA"], label=Label("Statements.csv"))
    outcomes = [{"n": n, "outcome": "executed", "ground": None} for n in (1, 2)]
    requests.answer(chidi, sent, "Attached.", outcomes, [file])
    comity = at(AMINA)

    def without(shown: dict[str, Any]) -> None:
        shown["documents"] = [one for one in shown["documents"] if one["doc"] != file.doc]

    for words in (("open",), ("download", "--to", "here")):
        line.begin(view(sent, without))
        refused(comity("request", words[0], sent["reference"], *words[1:]), line, "files of the answer")
    assert not Path("here").exists()
    line.begin(None)
    assert "Statements.csv" in comity("request", "open", sent["reference"]).out


def checkpoint(change: Callable[[Exchange], None]) -> Callable[[Exchange], bool]:
    def meddle(exchange: Exchange) -> bool:
        if exchange.resource != "/log/checkpoint":
            return False
        change(exchange)
        return True

    return meddle


def test_a_log_that_was_rolled_back_or_forked_is_noticed_by_every_command_that_unlocks(
    at: At, server: Server, sent: dict[str, Any], line: Proxy
):
    key = NoteKey.from_text((server.folder / "data" / "log-key").read_text())
    early = server.unlocked(CHIDI).http.get_bytes("/log/checkpoint")
    server.seal()
    comity = at(CHIDI)
    assert comity("status").code == 0
    seen = config.folder() / "log-seen.json"
    pinned = Checkpoint.parse(json.loads(seen.read_text())["checkpoint"].encode())
    assert Checkpoint.parse(early).size < pinned.size
    kept = seen.read_bytes()

    def smaller(exchange: Exchange) -> None:
        exchange.content = early

    def forked(exchange: Exchange) -> None:
        exchange.content = key.sign_checkpoint(pinned.size, merkle.EMPTY)

    def longer(exchange: Exchange) -> None:
        newest = Checkpoint.parse(exchange.content)
        exchange.content = key.sign_checkpoint(max(newest.size, pinned.size + 1), merkle.EMPTY)

    def gone(exchange: Exchange) -> None:
        exchange.status, exchange.content = 409, b'{"title":"Not yet sealed"}'

    def other(exchange: Exchange) -> None:
        newest = Checkpoint.parse(exchange.content)
        exchange.content = NoteKey(key.public.name, 1, b"\7" * 32).sign_checkpoint(newest.size, newest.root)

    server.seal()
    for change in (smaller, forked, longer, gone, other):
        for words in (
            ("status",),
            ("request", "open", sent["reference"]),
            ("request", "ack", sent["reference"], "--yes"),
        ):
            line.begin(checkpoint(change))
            said = comity(*words)
            assert said.code in (1, 6) if change is longer else said.code == 6, (change.__name__, words, said)
            assert said.out == ""
            assert line.left_behind == []
            assert seen.read_bytes() == kept
            if change is not longer:
                assert "not what you saw before" in said.err
    line.begin(None)
    assert comity("request", "open", sent["reference"]).code == 0
    assert Checkpoint.parse(json.loads(seen.read_text())["checkpoint"].encode()).size > pinned.size


def test_what_was_seen_of_the_log_is_not_forgotten_when_its_file_is_damaged(at: At, line: Proxy):
    comity = at(CHIDI)
    assert comity("status").code == 0
    seen = config.folder() / "log-seen.json"
    seen.write_text(seen.read_text().replace("checkpoint", "checkpaint"))
    said = comity("status")
    assert said.code == 6
    assert "is damaged" in said.err
    seen.unlink()
    assert comity("status").code == 0


def test_a_receipt_from_a_fork_of_the_log_is_not_kept(at: At, server: Server, sent: dict[str, Any], line: Proxy):
    key = NoteKey.from_text((server.folder / "data" / "log-key").read_text())
    server.seal()
    comity = at(CHIDI)

    def forked(exchange: Exchange) -> bool:
        if "/receipts/" not in exchange.resource or exchange.status != 200:
            return False
        proof = Proof.parse(exchange.content)
        said = canonical.loads_strict(proof.extra or b"")
        text = said["line"].replace("document.released", "document.replaced")
        size = Checkpoint.parse(proof.checkpoint).size
        leaf = merkle.leaf(receipt.leaf(said["prev"], text))
        root = merkle._climb(proof.index, size, leaf, list(proof.hashes))
        note = key.sign_checkpoint(size, root)
        exchange.content = receipt.make(text, said["prev"], proof.index, proof.hashes, note)
        return text != said["line"]

    line.begin(forked)
    said = comity("request", "receipts", sent["reference"], "--to", "here")
    refused(said, line, "not what you saw before")
    line.begin(None)
    assert comity("request", "receipts", sent["reference"], "--to", "here").code == 0
