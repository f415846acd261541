"""Chidi brings receipts home and proves them offline; whatever was altered, or is of another log, proves nothing."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests import people
from tests.client.conftest import WITNESSES, Command, Server

from comity_client import config
from comity_seal.log.checkpoint import open_checkpoint
from comity_seal.log.notes import LOG, VerifierKey
from comity_seal.log.proof import Proof
from comity_seal.log.signer import NoteKey

ACKNOWLEDGED = "acknowledged.tlog-proof"


@pytest.fixture
def proven(chidi: Command, sent: dict[str, Any], server: Server) -> list[Path]:
    """The receipts of a request that Chidi acknowledged, in a folder of his."""
    assert chidi("request", "download", sent["reference"], "--to", "papers").code == 0
    assert chidi("request", "ack", sent["reference"], "--yes").code == 0
    server.seal()
    said = chidi("request", "receipts", sent["reference"], "--to", "receipts")
    assert said.code == 0, said.err
    return [Path(line) for line in said.out.splitlines()]


def of(files: list[Path], kind: str) -> Path:
    return next(file for file in files if kind in file.name)


def forget() -> str:
    """No session, no network, no pinned key: as somebody else finds the files; gives the log's key."""
    remembered = config.recall()
    assert remembered is not None
    shutil.rmtree(config.folder())
    return remembered.log_key


def test_receipts_are_proven_by_anybody_with_nothing_but_the_log_s_key(comity: Command, proven: list[Path]) -> None:
    key = forget()
    said = comity("verify", *proven, "--log-key", key, "--json")
    assert said.code == 0, said.err
    items = json.loads(said.out)["items"]
    assert len(items) == len(proven) >= 4
    assert {one["evidence"] for one in items} == {
        "made available to the other side",
        "retrieved",
        "receipt acknowledged",
    }
    assert all(one["authentic"] for one in items)
    Path("log.vkey").write_text(f"{key}\n")
    assert comity("verify", *proven, "--log-key", "log.vkey").code == 0
    assert comity("verify", *proven).code == 2


def test_it_says_who_what_and_when_and_that_a_server_s_event_is_weaker(chidi: Command, proven: list[Path]) -> None:
    said = chidi("verify", of(proven, "retrieved"))
    assert said.code == 0, said.err
    for words in (
        "retrieved",
        f"account {people.CHIDI.id}",
        "weaker: an event on the platform's own machine",
        "none asked for",
    ):
        assert words in said.out
    said = chidi("verify", of(proven, ACKNOWLEDGED))
    for words in ("receipt acknowledged", "Chidi Okafor, focal point, XA", "signed by the recipient"):
        assert words in said.out
    assert "weaker" not in said.out


def test_an_acknowledgement_without_its_signed_statement_is_labelled_as_a_claim(
    comity: Command, proven: list[Path]
) -> None:
    receipt = of(proven, ACKNOWLEDGED)
    key = forget()
    said = comity("verify", receipt, "--log-key", key)
    assert said.code == 0
    assert "not beside this receipt" in said.out
    said = comity("verify", receipt, "--log-key", key, "--root", people.root().public.id)
    assert "signed by the recipient" in said.out
    beside = receipt.with_name(receipt.name + ".signed.json")
    beside.write_text(beside.read_text().replace('"acknowledgement": "e', '"acknowledgement": "f'))
    assert comity("verify", receipt, "--log-key", key, "--root", people.root().public.id).code == 6


def test_documents_and_receipts_can_be_verified_together(chidi: Command, proven: list[Path]) -> None:
    documents = [path for path in Path("papers").iterdir() if not path.name.endswith(".proof.json")]
    said = chidi("verify", *documents, *proven)
    assert said.code == 0, said.err
    assert "authentic" in said.out
    assert "receipt acknowledged" in said.out


def test_every_altered_receipt_is_refused(chidi: Command, proven: list[Path]) -> None:
    for receipt in proven:
        data = receipt.read_bytes()
        proof = Proof.parse(data)
        said = json.loads(proof.extra or b"")
        forged = json.loads(said["line"])
        forged["at"] = "2020-01-01T00:00:00.000000Z"
        said["line"] = json.dumps(forged, sort_keys=True, separators=(",", ":"))
        older = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
        for changed in (
            Proof(proof.index, proof.hashes, proof.checkpoint, older).to_bytes(),
            Proof(proof.index + 1, proof.hashes, proof.checkpoint, proof.extra).to_bytes(),
            Proof(proof.index, proof.hashes[:-1], proof.checkpoint, proof.extra).to_bytes(),
            data[:-10],
        ):
            receipt.write_bytes(changed)
            said_of_it = chidi("verify", receipt)
            assert said_of_it.code == 6
            assert "proves nothing" in said_of_it.err
        receipt.write_bytes(data)


def test_a_receipt_of_another_log_proves_nothing(chidi: Command, proven: list[Path]) -> None:
    remembered = config.recall()
    assert remembered is not None
    own = VerifierKey.parse(remembered.log_key)
    other = NoteKey(own.name, LOG, b"\x07" * 32)
    receipt = of(proven, ACKNOWLEDGED)
    proof = Proof.parse(receipt.read_bytes())
    checkpoint = open_checkpoint(proof.checkpoint, own)
    forged = Proof(proof.index, proof.hashes, other.sign_checkpoint(checkpoint.size, checkpoint.root), proof.extra)
    receipt.write_bytes(forged.to_bytes())
    assert chidi("verify", receipt).code == 6
    assert chidi("verify", receipt, "--log-key", str(other.public)).code == 0


def test_witnesses_are_required_when_they_are_named(chidi: Command, proven: list[Path], sent: dict[str, Any]) -> None:
    receipt = of(proven, ACKNOWLEDGED)
    first, second = (str(one.public) for one in WITNESSES)
    said = chidi("verify", receipt, "--witness", first, "--witness", second)
    assert said.code == 6
    assert "0 of the witnesses named have seen this, and 2 are required" in said.err
    assert chidi("verify", receipt, "--witness", first, "--witnesses", "2").code == 2
    remembered = config.recall()
    assert remembered is not None
    Path("key").write_text(WITNESSES[0].to_text())
    watched = chidi(
        "witness",
        "--log",
        remembered.server,
        "--key",
        "key",
        "--state",
        "state",
        "--once",
        "--log-key",
        remembered.log_key,
    )
    assert watched.code == 0, watched.err
    assert chidi("request", "receipts", sent["reference"], "--to", "receipts").code == 0
    said = chidi("verify", receipt, "--witness", first)
    assert said.code == 0, said.err
    assert "witness.example/2" in said.out
    assert chidi("verify", receipt, "--witness", first, "--witness", second, "--witnesses", "1").code == 0
    assert chidi("verify", receipt, "--witness", first, "--witness", second).code == 6


def test_a_receipt_that_is_not_sealed_yet_is_said_to_be_missing(
    chidi: Command, sent: dict[str, Any], server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity_client.receipts.WAIT", 0.01)
    server.seal()
    assert chidi("request", "ack", sent["reference"], "--yes").code == 0
    said = chidi("request", "receipts", sent["reference"], "--to", "receipts", "--json")
    assert said.code == 7
    assert any(ACKNOWLEDGED in one for one in json.loads(said.out)["not_yet_sealed"])


def test_the_pinned_key_of_the_log_is_not_replaced_silently(
    chidi: Command, sent: dict[str, Any], server: Server, files: Path
) -> None:
    server.seal()
    remembered = config.recall()
    assert remembered is not None
    other = str(NoteKey("localhost/log", LOG, b"\x07" * 32).public)
    config.remember_log_key(remembered, other)
    said = chidi("request", "receipts", sent["reference"], "--to", "receipts")
    assert said.code == 6
    assert not Path("receipts").exists()
    login = ("login", "--email", people.email(people.CHIDI), "--password-file", files / "password")
    said = chidi(*login)
    assert said.code == 6
    assert "another key of its log" in said.err
    assert chidi(*login, "--log-key", "nonsense").code == 2


def test_acknowledging_opens_and_verifies_first_and_signs_nothing_that_fails(
    chidi: Command, sent: dict[str, Any], server: Server
) -> None:
    server.change("UPDATE rfa SET requested_on = '2027-04-01' WHERE id = ?", sent["id"].replace("-", ""))
    assert chidi("request", "ack", sent["reference"], "--yes").code == 6
    assert server.look("SELECT stage FROM rfa WHERE id = ?", sent["id"].replace("-", "")).lower() == "transmitted"
