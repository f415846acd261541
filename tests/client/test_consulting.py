"""Chidi consults from the command line on what stands in the way, delivers a part, and denies with reasons."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests import people
from tests.client.conftest import Command, Server

from comity_client import consulting, requests
from comity_client.errors import NotVerified

TODAY = datetime.now(UTC).date()
LATER = (TODAY + timedelta(days=120)).isoformat()


@pytest.fixture
def name(chidi: Command, sent: dict[str, Any]) -> str:
    """A request whose receipt was acknowledged."""
    assert chidi("request", "ack", sent["reference"], "--yes").code == 0
    return str(sent["reference"])


def opened(chidi: Command, name: str, ground: str, measure: int, *fields: str) -> None:
    said = [part for field in fields for part in ("--say", f"{field}=We have looked into it.")]
    answer = chidi("request", "consult", name, "--ground", ground, "--measure", str(measure), *said, "--yes")
    assert answer.code == 0, answer.err


def statuses(server: Server, sent: dict[str, Any]) -> list[tuple[str, str | None]]:
    shown = server.unlocked(people.AMINA).http.get(f"/requests/{sent['id']}")
    return [(one["status"], one["ground"]) for one in shown["measures"]]


def test_a_postponement_is_agreed_and_a_part_and_the_answer_follow(
    chidi: Command, name: str, sent: dict[str, Any], server: Server
) -> None:
    opened(chidi, name, "ongoing_case", 2, "other_case", "offered", "period")
    met = chidi("request", "meet", name, "1", "--on", TODAY.isoformat(), "--text", "We spoke.", "--yes")
    assert met.code == 0, met.err
    said = chidi(
        *("request", "settle", name, "1", "--outcome", "postponed", "--until", LATER),
        *("--text", "Until the trial ends.", "--yes"),
    )
    assert said.code == 0, said.err
    assert "counts once the other party agrees" in said.out
    assert statuses(server, sent)[1] == ("pending", None)

    refused = chidi("request", "settle", name, "1", "--agree", "--yes")
    assert refused.code != 0
    assert "Your own side has proposed this" in refused.err

    amina = server.unlocked(people.AMINA)
    shown = amina.http.get(f"/requests/{sent['id']}")
    proposal = consulting.read_proposal(amina, shown, 1)
    assert (proposal[1]["until"], proposal[1]["text"]) == (LATER, "Until the trial ends.")
    consulting.agree(amina, shown, 1, proposal, "")
    assert statuses(server, sent)[1] == ("postponed", "ongoing_case")

    Path("2019.csv").write_bytes(b"1;2\n" * 100)
    part = chidi("request", "deliver", name, "2019.csv", "--measure", "1=partly_executed", "--text", "2019.", "--yes")
    assert part.code == 0, part.err
    assert "Part 1" in part.out
    assert statuses(server, sent)[0] == ("partly_executed", None)

    read = chidi("request", "open", name)
    assert read.code == 0, read.err
    assert all(words in read.out for words in ("We have looked into it.", "We spoke.", "Until the trial ends.", "2019"))
    answered = chidi("request", "answer", name, "--outcome", "1=executed", "--text", "All of it.", "--yes")
    assert answered.code == 0, answered.err
    assert statuses(server, sent) == [("executed", None), ("postponed", "ongoing_case")]
    assert chidi("request", "download", name, "--to", "all").code == 0
    assert Path("all/2019.csv").read_bytes() == b"1;2\n" * 100


def test_a_denial_takes_a_ground_that_allows_it(
    chidi: Command, name: str, sent: dict[str, Any], server: Server
) -> None:
    opened(chidi, name, "ongoing_case", 2, "other_case", "offered", "period")
    refused = chidi("request", "settle", name, "1", "--outcome", "denied", "--text", "No.", "--yes")
    assert refused.code != 0
    assert "Nothing is denied on this ground" in refused.err
    assert statuses(server, sent)[1] == ("pending", None)
    opened(chidi, name, "national_security", 1, "obstacle", "tried", "offered")
    said = chidi("request", "settle", name, "2", "--outcome", "denied", "--text", "Sources stand in it.", "--yes")
    assert said.code == 0, said.err
    assert statuses(server, sent)[0] == ("denied", "national_security")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("consult", "--ground", "bank_secrecy", "--measure", "1"), "The catalogue has no bank_secrecy"),
        (("consult", "--ground", "immunity", "--measure", "1", "--say", "mood=bad"), "this ground asks for holder"),
        (("settle", "1"), "either --outcome"),
        (("settle", "1", "--agree", "--outcome", "cleared"), "either --outcome"),
        (("settle", "7", "--agree"), "has no consultation 7"),
        (("meet", "1", "--on", "yesterday", "--text", "x"), "yesterday"),
        (("deliver", "--measure", "1=denied", "--text", "x"), "write N=HOW"),
        (("deliver", "--measure", "9=executed", "--text", "x"), "has no measure 9"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_what_cannot_be_meant_is_refused_before_anything_is_sealed(
    chidi: Command, name: str, sent: dict[str, Any], server: Server, arguments: tuple[str, ...], why: str
) -> None:
    verb, *rest = arguments
    answer = chidi("request", verb, name, *rest, "--yes")
    assert answer.code != 0
    assert why in answer.err
    shown = server.unlocked(people.CHIDI).http.get(f"/requests/{sent['id']}")
    assert (shown["consultations"], shown["parts"]) == ([], [])
    assert {one["purpose"] for one in shown["documents"]} <= {"request", "annex"}


def test_what_the_platform_changes_of_an_outcome_is_noticed(
    chidi: Command, name: str, sent: dict[str, Any], server: Server
) -> None:
    opened(chidi, name, "ongoing_case", 2, "other_case", "offered", "period")
    said = chidi("request", "settle", name, "1", "--outcome", "postponed", "--until", LATER, "--text", "So.", "--yes")
    assert said.code == 0, said.err
    amina = server.unlocked(people.AMINA)
    shown = amina.http.get(f"/requests/{sent['id']}")
    for changed in ({"until": "2040-01-01"}, {"outcome": "conditions"}, {"measures": [1, 2]}):
        lie = json.loads(json.dumps(shown))
        lie["consultations"][0].update(changed)
        with pytest.raises(NotVerified):
            consulting.read_proposal(amina, lie, 1)
    with sqlite3.connect(server.folder / "comity.sqlite3", timeout=10) as db:
        db.execute("UPDATE measure SET status = 'denied' WHERE n = 2")
    read = chidi("request", "open", name)
    assert read.code == NotVerified.exit_code
    assert "are not those that were signed" in read.err
    assert requests.documents(shown, "proposal")
