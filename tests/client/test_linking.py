"""Amina links, redirects, marks, confirms and registers from the command line."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests import people
from tests.client.conftest import At, Command, Server

from comity_client import consulting, requests, transmitting

TODAY = datetime.now(UTC).date()


@pytest.fixture
def amina(at: At) -> Command:
    return at(people.AMINA)


@pytest.fixture
def approved(server: Server) -> dict[str, Any]:
    """A request that was approved and not transmitted."""
    amina, bruno = server.unlocked(people.AMINA), server.unlocked(people.BRUNO)
    body = {"requested": "XA", "requested_on": None, "measures": [{"letter": "d", "act": None}]}
    drafted = amina.http.post("/requests", body)
    requests.write(amina, drafted, "Letter", "Please serve it.", [])
    transmitting.sign_approval(bruno, bruno.http.get(f"/requests/{drafted['id']}"))
    return amina.http.get(f"/requests/{drafted['id']}")


TOMORROW = TODAY + timedelta(days=2)
"""Still to come everywhere."""


def shown(server: Server, rfa: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = server.unlocked(people.AMINA).http.get(f"/requests/{rfa['id']}")
    return found


def test_two_requests_are_linked_and_unlinked(
    amina: Command, server: Server, sent: dict[str, Any], approved: dict[str, Any]
) -> None:
    pair = (approved["reference"], sent["reference"])
    done = amina("request", "link", *pair, "--as", "follow-up", "--yes", "--json")
    assert done.code == 0, done.err
    assert [one["relation"] for one in json.loads(done.out)["links"]] == ["follows"]
    told = amina("request", "view", sent["reference"])
    assert "followed by" in told.out
    assert approved["reference"] in told.out
    again = amina("request", "link", *pair, "--as", "replaces", "--yes")
    assert (again.code != 0, "linked already" in again.err) == (True, True)
    pairing = amina("request", "follow", sent["reference"], "--yes")
    assert (pairing.code != 0, "no request for provisional arrest" in pairing.err) == (True, True)
    assert amina("request", "unlink", *pair, "--yes").code == 0
    assert shown(server, sent)["links"] == []


def test_a_request_goes_urgently_is_registered_and_confirmed(
    amina: Command, server: Server, approved: dict[str, Any]
) -> None:
    name, day = approved["reference"], TODAY - timedelta(days=1)
    wrong = amina("request", "urgent", name, "--by", "pigeon", "--yes")
    assert (wrong.code != 0, "platform" in wrong.err) == (True, True)
    assert amina("request", "urgent", name, "--by", "fax", "--yes").code == 0
    listed = json.loads(amina("request", "list", "--urgent", "--json").out)["items"]
    assert name in [one["reference"] for one in listed]
    assert all(one["urgent_by"] for one in listed)
    alone = amina("request", "transmit", name, "--travelled-by", "fax", "--yes")
    assert (alone.code != 0, "go together" in alone.err) == (True, True)
    late = amina("request", "transmit", name, "--travelled-by", "fax", "--received-on", TOMORROW, "--yes")
    assert (late.code != 0, "still to come" in late.err) == (True, True)
    assert shown(server, approved)["stage"] == "approved"
    done = amina("request", "transmit", name, "--travelled-by", "fax", "--received-on", day, "--yes")
    assert done.code == 0, done.err
    assert f"{name} is registered." in done.out
    assert (shown(server, approved)["travelled_by"], shown(server, approved)["received_on"]) == ("fax", str(day))
    other = amina("request", "confirm", name, "--on", TODAY, "--through", "fax", "--yes")
    assert (other.code != 0, "diplomatic" in other.err) == (True, True)
    assert amina("request", "confirm", name, "--on", day, "--through", "diplomatic", "--yes").code == 0
    assert shown(server, approved)["confirmed_on"] == str(day)
    told = amina("request", "view", name).out
    assert f"fax, received on {day}" in told
    assert f"on {day} (diplomatic)" in told


def test_what_another_controls_is_redirected(amina: Command, server: Server, sent: dict[str, Any]) -> None:
    early = amina("request", "redirect", sent["reference"], "1", "--to", "YB", "--yes")
    assert early.code != 0
    chidi, own = server.unlocked(people.CHIDI), server.unlocked(people.AMINA)
    transmitting.acknowledge(chidi, chidi.http.get(f"/requests/{sent['id']}"))
    said = {"holder": "Yvoria holds it."}
    consulting.consult(chidi, chidi.http.get(f"/requests/{sent['id']}"), "controlled_by_another", (2,), said)
    known = {one["outcome"]: one for one in own.http.get("/measures")["outcomes"]}
    consulting.propose(own, shown(server, sent), 1, known["redirected"], None, "We ask there.")
    there = chidi.http.get(f"/requests/{sent['id']}")
    consulting.agree(chidi, there, 1, consulting.read_proposal(chidi, there, 1), "")
    done = amina("request", "redirect", sent["reference"], "1", "--to", "YB", "--yes", "--json")
    assert done.code == 0, done.err
    made = json.loads(done.out)
    assert (made["requested"], [one["letter"] for one in made["measures"]]) == ("YB", ["k"])
    assert chidi.http.get(f"/requests/{sent['id']}")["links"] == []
