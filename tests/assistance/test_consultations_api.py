"""Consultations and parts through the API: what programs are given, what is refused, and who is told."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from tests import people
from tests.assistance.test_messages_api import deposit
from tests.exchange import sealed
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, EMRE, GRACE
from tests.visits import Program

from comity.core import clock, database
from comity.notifications.model import Notification
from comity_workers.relay import relay


def told(of: str) -> set[str]:
    with database.Session() as session:
        return set(session.scalars(select(Notification.account_id).where(Notification.of == of)))


def opened(program: Program, rfa, ground: str = "ongoing_case", measures: tuple[int, ...] = (2,)) -> dict:
    doc = deposit(program, CHIDI, rfa, "consultation")
    body = {"ground": ground, "measures": list(measures), "document": doc}
    answer = program.api("POST", f"/requests/{rfa.id}/consult", body)
    assert answer.status_code == 200, answer.json
    return answer.json


def test_the_whole_of_it_from_the_obstacle_to_what_both_have_said(app):
    rfa, chidi, amina = sealed.acknowledged(), Program(app, CHIDI), Program(app, AMINA)
    said = opened(chidi, rfa)["consultations"]
    assert [(one["n"], one["ground"], one["measures"], one["opened_for"]) for one in said] == [
        (1, "ongoing_case", [2], "XA")
    ]
    note = deposit(amina, AMINA, rfa, "meeting")
    body = {"consultation": 1, "held_on": clock.now().date().isoformat(), "document": note}
    assert amina.api("POST", f"/requests/{rfa.id}/meet", body).json["consultations"][0]["meetings"][0]["note"] == note
    later = (clock.now().date() + timedelta(days=60)).isoformat()
    proposal = deposit(chidi, CHIDI, rfa, "proposal")
    body = {"consultation": 1, "outcome": "postponed", "until": later, "document": proposal}
    shown = chidi.api("POST", f"/requests/{rfa.id}/propose", body).json
    assert (shown["consultations"][0]["outcome"], shown["consultations"][0]["settled_at"]) == ("postponed", None)
    agreement = deposit(amina, AMINA, rfa, "agreement")
    body = {"consultation": 1, "proposal": proposal, "document": agreement}
    shown = amina.api("POST", f"/requests/{rfa.id}/agree", body).json
    assert shown["consultations"][0]["settlement"] == agreement
    assert [(one["status"], one["ground"]) for one in shown["measures"]][1] == ("postponed", "ongoing_case")
    part = deposit(chidi, CHIDI, rfa, "part")
    body = {"measures": [{"n": 1, "outcome": "executed"}], "documents": [part]}
    (delivered,) = chidi.api("POST", f"/requests/{rfa.id}/deliver", body).json["parts"]
    assert (delivered["n"], delivered["measures"]) == (1, [{"n": 1, "outcome": "executed"}])
    relay()
    assert told("consultation.opened") == told("part.delivered") == {AMINA.id, BRUNO.id}
    assert told("consultation.proposed") == {AMINA.id, BRUNO.id}
    assert told("consultation.met") == told("consultation.settled") == {CHIDI.id, CHINUA.id}


def test_a_denial_reaches_the_court_with_its_reasons(app):
    rfa, chidi = sealed.acknowledged(), Program(app, CHIDI)
    opened(chidi, rfa, "national_security", (1,))
    reasons = deposit(chidi, CHIDI, rfa, "denial")
    answer = chidi.api("POST", f"/requests/{rfa.id}/deny", {"consultation": 1, "document": reasons})
    assert [one["status"] for one in answer.json["measures"]] == ["denied", "pending"]
    relay()
    assert told("measure.denied") == {AMINA.id, BRUNO.id}


@pytest.mark.parametrize(
    ("verb", "body", "status", "pointer"),
    [
        ("consult", {"ground": "dual_criminality", "measures": [1]}, 422, "/ground"),
        ("consult", {"ground": "ongoing_case", "measures": []}, 422, "/measures"),
        ("consult", {"ground": "ongoing_case", "measures": ["1"]}, 422, "/measures/0"),
        ("meet", {"consultation": 7, "held_on": "2026-01-05"}, 422, "/consultation"),
        ("meet", {"consultation": 1, "held_on": "5 January"}, 422, "/held_on"),
        ("propose", {"consultation": 1, "outcome": "denied", "until": None}, 422, "/outcome"),
        ("propose", {"consultation": 1, "outcome": "postponed", "until": None}, 422, "/until"),
        ("propose", {"consultation": 1, "outcome": "postponed", "until": "soon"}, 422, "/until"),
        ("agree", {"consultation": 1, "proposal": "6f1c3bb0-0000-4000-8000-000000000001"}, 409, None),
        ("deny", {"consultation": 1}, 422, "/consultation"),
    ],
    ids=lambda one: one if isinstance(one, str) else str(one),
)
def test_what_is_wrong_is_answered_with_its_place_and_changes_nothing(app, verb, body, status, pointer):
    rfa, chidi = sealed.acknowledged(), Program(app, CHIDI)
    opened(chidi, rfa)
    answer = chidi.api("POST", f"/requests/{rfa.id}/{verb}", {**body, "document": str(uuid4())})
    assert answer.status_code == status, answer.json
    if pointer:
        assert pointer in [fault["pointer"] for fault in answer.json["errors"]]
    (one,) = chidi.api("GET", f"/requests/{rfa.id}").json["consultations"]
    assert (one["outcome"], one["meetings"]) == (None, [])


@pytest.mark.parametrize("actor", [DORA, GRACE, EMRE], ids=lambda one: f"{one.role} {one.authority}")
def test_nobody_else_learns_that_there_is_a_consultation(app, actor):
    rfa = sealed.acknowledged()
    opened(Program(app, CHIDI), rfa)
    other = Program(app, actor)
    assert other.api("GET", f"/requests/{rfa.id}").status_code == 404
    body = {"consultation": 1, "document": str(uuid4())}
    assert other.api("POST", f"/requests/{rfa.id}/deny", body).status_code == 404
    page = other.api("GET", "/requests").json
    assert page["items"] == []


def test_the_catalogue_says_what_fits_what_is_asked_and_where_it_leads(app):
    said = Program(app, CHIDI).api("GET", "/measures").json
    grounds = {one["ground"]: one for one in said["grounds"]}
    assert grounds["national_security"]["letters"] == ["b", "h", "i", "l"]
    assert [one["ask"] for one in grounds["national_security"]["asks"]] == ["obstacle", "tried", "offered"]
    assert "denied" in grounds["forbidden_by_law"]["leads_to"]
    outcomes = {one["outcome"]: one for one in said["outcomes"]}
    assert (outcomes["denied"]["said_by"], outcomes["denied"]["alone"]) == ("state", True)
    assert people.NAMES[CHIDI] not in str(said)
