"""A team reviews its draft from the command line; what the reviewer signed is what the others are shown."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests import people
from tests.client.conftest import At, Server

from comity.core.actors import Actor
from comity_client import requests, reviewing, transmitting
from comity_client.errors import ClientError, NotVerified
from comity_client.transfer import deposit_bytes
from comity_seal.opening.sealing import Label

LONG = "Name the branch. " * 1000
DAY = (datetime.now(UTC).date() + timedelta(days=9)).isoformat()


@pytest.fixture
def draft(server: Server) -> dict[str, Any]:
    """Amina's draft with its text."""
    amina = server.unlocked(people.AMINA)
    measures = [{"letter": "i", "act": "bank"}]
    drafted = amina.http.post("/requests", {"requested": "XA", "requested_on": None, "measures": measures})
    requests.write(amina, drafted, "Accounts", "Please.")
    return drafted


def shown(server: Server, draft: dict[str, Any], actor: Actor = people.AMINA) -> dict[str, Any]:
    found: dict[str, Any] = server.unlocked(actor).http.get(f"/requests/{draft['id']}")
    return found


def test_a_colleague_is_asked_reviews_and_is_read(at: At, draft: dict[str, Any], server: Server) -> None:
    name = draft["reference"]
    amina = at(people.AMINA)
    said = amina("request", "ask-review", name, "--of", "bruno keller", "--by", DAY, "--yes")
    assert said.code == 0, said.err
    (asked,) = shown(server, draft)["reviews"]
    assert (asked["reviewer"]["name"], asked["due_on"] >= DAY) == ("Bruno Keller", True)
    assert "not given yet" in amina("request", "reviews", name).out
    bruno = at(people.BRUNO)
    refused = bruno("request", "review", name, "--finding", "changes", "--text", " ", "--yes")
    assert (refused.code, shown(server, draft)["reviews"][0]["given_at"]) == (3, None)
    given = bruno("request", "review", name, "--finding", "changes", "--text", "Name the branch.", "--yes")
    assert given.code == 0, given.err
    read = at(people.AMINA)("request", "reviews", name)
    assert ("1. Bruno Keller: needs changes\nName the branch." in read.out, read.code) == (True, 0)
    again = bruno("request", "review", name, "--finding", "ready", "--yes")
    assert (again.code, "no review with which you could do this" in again.err) == (1, True)


def test_after_a_change_it_is_of_an_earlier_form_and_goes_nowhere(
    at: At, draft: dict[str, Any], server: Server
) -> None:
    amina, bruno = server.unlocked(people.AMINA), server.unlocked(people.BRUNO)
    reviewing.ask(amina, draft, people.BRUNO.id)
    reviewing.give(bruno, shown(server, draft, people.BRUNO), "ready", "")
    annex = requests.matter(draft, "annex")
    deposit_bytes(amina, b"1;2", matter=annex, readers=["OTP"], label=Label("table.csv", "text/csv"))
    (review, note), *_rest = reviewing.notes(amina, shown(server, draft))
    assert (review["earlier"], review["finding"], note) == (True, "ready", "")
    assert "ready to be approved (of an earlier form)" in at(people.AMINA)("request", "reviews", draft["reference"]).out


def test_what_is_downloaded_holds_no_note_and_the_draft_is_approved_and_transmitted_without_it(
    at: At, draft: dict[str, Any], server: Server
) -> None:
    amina, bruno = server.unlocked(people.AMINA), server.unlocked(people.BRUNO)
    reviewing.ask(amina, draft, people.BRUNO.id)
    reviewing.give(bruno, shown(server, draft, people.BRUNO), "ready", "Good.")
    transmitting.sign_approval(bruno, shown(server, draft))
    sent = transmitting.transmit(amina, shown(server, draft))
    assert sent["stage"] == "transmitted"
    assert at(people.AMINA)("request", "download", draft["reference"], "--to", "all").code == 0
    assert [one.name for one in sorted(Path("all").iterdir()) if "review" in one.name] == []
    state = shown(server, draft, people.CHIDI)
    assert (state["reviews"], [one["purpose"] for one in state["documents"]]) == ([], ["request"])


def test_somebody_else_s_name_is_refused_and_the_others_are_named(
    at: At, draft: dict[str, Any], server: Server
) -> None:
    said = at(people.AMINA)("request", "ask-review", draft["reference"], "--of", "Chidi Okafor", "--yes")
    assert (said.code, "Your office has no Chidi Okafor: name one of Bruno Keller." in said.err) == (1, True)
    assert shown(server, draft)["reviews"] == []


def test_nobody_takes_over_without_being_the_deputy_and_what_was_asked_is_withdrawn(
    at: At, draft: dict[str, Any], server: Server
) -> None:
    reviewing.ask(server.unlocked(people.AMINA), draft, people.BRUNO.id)
    refused = at(people.BRUNO)("request", "take-review", draft["reference"], "--yes")
    assert (refused.code, shown(server, draft)["reviews"][0]["taken_over_at"]) == (1, None)
    said = at(people.AMINA)("request", "withdraw-review", draft["reference"], "--yes")
    assert said.code == 0, said.err
    assert shown(server, draft)["reviews"][0]["withdrawn_at"]
    assert "no longer asked for" in at(people.AMINA)("request", "reviews", draft["reference"]).out


@pytest.mark.parametrize(
    "lie",
    [
        lambda one: one.update(finding="ready"),
        lambda one: one["reviewer"].update(id=people.AMINA.id),
        lambda one: one.update(note=people.AMINA.id),
    ],
    ids=["finding", "reviewer", "note"],
)
def test_a_platform_that_shows_something_else_is_not_believed(
    draft: dict[str, Any], server: Server, lie: Callable[[dict[str, Any]], None]
) -> None:
    amina, bruno = server.unlocked(people.AMINA), server.unlocked(people.BRUNO)
    reviewing.ask(amina, draft, people.BRUNO.id)
    reviewing.give(bruno, shown(server, draft, people.BRUNO), "changes", LONG)
    found = shown(server, draft)
    assert reviewing.notes(amina, found)[0][1] == LONG
    lie(found["reviews"][0])
    with pytest.raises(NotVerified):
        reviewing.notes(amina, found)
    with pytest.raises(ClientError):
        reviewing.offered(found, "review.give")
