"""What was seen of an authority's statements is never taken back, and every change is shown with what made it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests import people
from tests.client.conftest import TEXT, Command, Server

from comity_client import config
from comity_seal.authority import verify_chain
from comity_seal.confirmation import Link
from comity_seal.opening import statements


def second(server: Server, reason: str) -> bytes:
    """A second statement of Xandria: Chinua is an administrator no more."""
    genesis = server.look("SELECT link FROM statement WHERE authority = 'XA' AND seq = 0")
    first = verify_chain([genesis], people.root().public, "XA")
    made = statements.remove_admin(
        people.keyset(people.CHIDI),
        people.CHIDI.id,
        first,
        user=people.CHINUA.id,
        reason=reason,
        created=people.CREATED,
    )
    agreed = statements.confirm(people.keyset(people.CHINUA), people.CHINUA.id, made, created=people.CREATED)
    return statements.confirmed(made, agreed)


@pytest.fixture
def longer(server: Server) -> Iterator[bytes]:
    """Xandria's chain has a second statement, while the test runs."""
    link = second(server, "She moves")
    _put(server, link)
    yield link
    server.change("DELETE FROM statement WHERE authority = 'XA' AND seq = 1", rows=server.look(COUNT))


COUNT = "SELECT count(*) FROM statement WHERE authority = 'XA' AND seq = 1"


def _put(server: Server, link: bytes) -> None:
    server.change(
        "INSERT INTO statement (id, version, authority, seq, type, sha256, link, by, rooted) "
        "VALUES (?, 1, 'XA', 1, 'admin.remove', ?, ?, ?, FALSE)",
        uuid4().hex,
        Link.parse(link).sha256,
        link,
        people.CHIDI.id,
    )


def test_each_change_is_shown_with_the_statement_that_made_it(chidi: Command, longer: bytes) -> None:
    said = chidi("authority", "show", "xa", "--json")
    assert said.code == 0, said.err
    value = json.loads(said.out)
    assert [one["type"] for one in value["changes"]] == ["genesis", "admin.remove"]
    last = value["changes"][-1]
    assert last["sha256"] == Link.parse(longer).sha256
    assert (last["about"], last["by"], last["confirmed_by"]) == ("Chinua Eze", "Chidi Okafor", ["Chinua Eze"])
    assert {one["name"]: one["administrator"] for one in value["members"]} == {
        "Chidi Okafor": True,
        "Chinua Eze": False,
    }
    said = chidi("authority", "show", "XA")
    for actor in (people.CHIDI, people.CHINUA):
        assert people.keyset(actor).public.fingerprint in said.out
    assert "Chinua Eze is administrator no more" in said.out
    assert chidi("authority", "show", "QQ").code == 1


def test_a_chain_that_was_seen_is_not_made_shorter_or_another(
    chidi: Command, sent: dict[str, Any], longer: bytes, server: Server, tmp_path: Path
) -> None:
    assert chidi("request", "open", sent["reference"]).code == 0
    pin = tmp_path / "home/pins" / people.root().public.id[:32] / "XA.json"
    assert json.loads(pin.read_text()) == {"v": 1, "seq": 1, "sha256": Link.parse(longer).sha256}
    assert pin.stat().st_mode & 0o777 == 0o600
    server.change("DELETE FROM statement WHERE authority = 'XA' AND seq = 1")
    try:
        for arguments in (["request", "open", sent["reference"]], ["authority", "show", "XA"], ["key", "show"]):
            said = chidi(*arguments)
            assert (said.code, said.out) == (6, ""), arguments
            assert "1 statements where 2 were seen" in said.err
            assert "security officer" in said.err
            assert TEXT not in said.err
        said = chidi("request", "ack", sent["reference"], "--yes")
        assert said.code == 6
        assert server.look("SELECT stage FROM rfa WHERE reference = ?", sent["reference"]) == "transmitted"
        _put(server, second(server, "Another reason"))
        said = chidi("authority", "show", "XA")
        assert said.code == 6
        assert "another than the one that was seen" in said.err
    finally:
        server.change("DELETE FROM statement WHERE authority = 'XA' AND seq = 1", rows=server.look(COUNT))
        _put(server, longer)
    assert chidi("authority", "show", "XA").code == 0
    pin.write_text("{")
    said = chidi("authority", "show", "XA")
    assert said.code == 1
    assert str(pin) in said.err


def test_a_bundle_that_is_older_than_what_was_seen_is_not_opened(
    chidi: Command, sent: dict[str, Any], server: Server
) -> None:
    assert chidi("bundle", "pack", sent["reference"], "-o", "old.comity").code == 0
    link = second(server, "She moves")
    _put(server, link)
    try:
        assert chidi("bundle", "open", "old.comity", "-o", "here").code == 0
        assert chidi("authority", "show", "XA").code == 0
        said = chidi("bundle", "open", "old.comity", "-o", "there")
    finally:
        server.change("DELETE FROM statement WHERE authority = 'XA' AND seq = 1")
    assert said.code == 6
    assert "Pack it again" in said.err
    assert not Path("there").exists()
    assert (config.folder() / "pins").is_dir()
