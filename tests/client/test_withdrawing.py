"""Amina withdraws from the command line; Chidi signs what became of it, and both keep a receipt of that."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests import people
from tests.client.conftest import Command, Server
from tests.client.test_handling import amina as amina  # her command, beside Chidi's

ARGUMENTS = ("--text", "The account was found elsewhere.", "--yes")


@pytest.fixture
def name(chidi: Command, amina: Command, sent: dict[str, Any]) -> str:
    assert chidi("request", "ack", sent["reference"], "--yes").code == 0
    said = amina("request", "withdraw", sent["reference"], *ARGUMENTS)
    assert said.code == 0, said.err
    return str(sent["reference"])


def test_withdrawn_with_reasons_and_destroyed_by_a_signature_that_the_receipt_proves(
    amina: Command, chidi: Command, name: str, server: Server
) -> None:
    assert "asked what became of them, not said yet" in chidi("request", "view", name).out
    opened = chidi("request", "open", name)
    assert opened.code == 0, opened.err
    assert "The account was found elsewhere." in opened.out
    done = chidi("request", "confirm-destruction", name, "--destroyed", "--text", "Shredded today.", "--yes")
    assert done.code == 0, done.err
    assert "were destroyed" in done.out
    partly = chidi("request", "download", name, "--to", "after", "--json")
    assert partly.code == 7
    assert "destroyed or returned" in partly.err
    assert [one["purpose"] for one in json.loads(partly.out)["items"]] == ["withdrawal", "disposal"]
    still = chidi("request", "open", name)
    assert still.code == 0, still.err
    assert "(no text yet)" in still.out
    assert "Shredded today." in still.out
    assert amina("request", "download", name, "--to", "kept").code == 0
    shown = json.loads(amina("request", "view", name, "--json").out)
    assert (shown["withdrawal"]["fate"], shown["withdrawal"]["kept_for"]) == ("destroyed", None)
    server.seal()
    assert amina("request", "receipts", name, "--to", "receipts").code == 0
    (receipt,) = Path("receipts").glob("*disposed.tlog-proof")
    told = amina("verify", receipt)
    assert told.code == 0, told.err
    for words in (
        "what became of the documents",
        "Chidi Okafor, focal point, XA",
        "signed by the recipient",
        "destroyed",
    ):
        assert words in told.out
    beside = receipt.with_name(receipt.name + ".signed.json")
    beside.write_text(beside.read_text().replace('"disposal": "', '"disposal": "AAAA'))
    assert amina("verify", receipt).code == 6


def test_kept_needs_a_reason_of_the_catalogue_and_leaves_it_readable(chidi: Command, name: str) -> None:
    for wrong in ((), ("--destroyed", "--kept", "agreed"), ("--kept", "because")):
        refused = chidi("request", "confirm-destruction", name, *wrong, "--yes")
        assert refused.code == 2
    assert "domestic_law, national_proceedings" in refused.err
    done = chidi("request", "confirm-destruction", name, "--kept", "domestic_law", "--yes")
    assert done.code == 0, done.err
    assert "kept (domestic_law)" in chidi("request", "view", name).out
    assert chidi("request", "download", name, "--to", "still").code == 0
    assert chidi("request", "confirm-destruction", name, "--destroyed", "--yes").code != 0


def test_withdrawn_without_asking_and_without_a_key(amina: Command, chidi: Command, sent: dict[str, Any]) -> None:
    said = amina("request", "withdraw", sent["reference"], "--no-ask", "--yes")
    assert said.code == 0, said.err
    refused = chidi("request", "confirm-destruction", sent["reference"], "--destroyed", "--yes")
    assert refused.code == 1
    assert "Nobody asks" in refused.err
    assert server_says(chidi, sent) == (False, None)


def server_says(chidi: Command, sent: dict[str, Any]) -> tuple[bool, str | None]:
    found = json.loads(chidi("request", "view", sent["reference"], "--json").out)["withdrawal"]
    return found["asked"], found["fate"]


def test_what_the_platform_shows_as_the_other_side_s_and_is_not_is_not_signed(
    chidi: Command, name: str, server: Server
) -> None:
    from comity_client import withdrawing
    from comity_client.errors import NotVerified

    me = server.unlocked(people.CHIDI)
    found = next(one for one in me.http.get("/requests")["items"] if one["reference"] == name)
    shown = me.http.get(f"/requests/{found['id']}")
    documents = [{**one, "handling": ["lead_only"]} for one in shown["documents"]]
    with pytest.raises(NotVerified):
        withdrawing.confirm(me, {**shown, "documents": documents}, "destroyed")
    assert server_says(chidi, {"reference": name}) == (True, None)
