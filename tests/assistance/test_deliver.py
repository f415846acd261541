"""Chidi reports progress and delivers in numbered parts before the answer; nothing found is a result like any other."""

from uuid import UUID

import pytest
from sqlalchemy import select
from tests.exchange import consulted, sealed
from tests.people import AMINA, BRUNO, CHIDI

from comity.assistance import actions, consultations
from comity.assistance.actions import Answer
from comity.assistance.consultation_model import Outcome
from comity.assistance.model import Stage
from comity.core import database
from comity.core.errors import Invalid, NotFound, Refused
from comity.core.journal import Entry
from comity.core.transaction import transaction


def test_parts_are_numbered_and_say_what_each_measure_is_now():
    rfa = sealed.acknowledged()
    consulted.delivered(rfa, (1, Outcome.PARTLY_EXECUTED))
    consulted.delivered(rfa, (1, Outcome.EXECUTED), (2, Outcome.IN_PROGRESS))
    kept = sealed.read(AMINA, rfa.id)
    assert [(one.n, one.measures) for one in kept.instalments] == [
        (1, [{"n": 1, "outcome": "partly_executed"}]),
        (2, [{"n": 1, "outcome": "executed"}, {"n": 2, "outcome": "in_progress"}]),
    ]
    assert consulted.statuses(BRUNO, rfa) == [("executed", None), ("in_progress", None)]
    assert sealed.opened(AMINA, rfa.id, UUID(kept.instalments[0].documents[0])) == b"the first box"
    assert kept.stage is Stage.ACKNOWLEDGED
    with database.Session() as session:
        found = session.scalars(select(Entry).where(Entry.name == "part.delivered").order_by(Entry.seq)).all()
    assert [one.data["part"] for one in found] == [1, 2]


def test_nothing_found_is_an_outcome_and_the_answer_closes():
    rfa = sealed.acknowledged()
    consulted.delivered(rfa, (2, Outcome.NOTHING_FOUND))
    consulted.answered(rfa, (1, Outcome.EXECUTED, None), (2, Outcome.NOTHING_FOUND, None))
    assert consulted.statuses(AMINA, rfa)[1] == ("nothing_found", None)
    with transaction(AMINA) as tx:
        actions.close(tx, rfa.id)
    assert sealed.read(CHIDI, rfa.id).stage is Stage.CLOSED


@pytest.mark.parametrize(
    ("reports", "pointer"),
    [
        ([], "/measures"),
        ([(1, Outcome.EXECUTED), (1, Outcome.IN_PROGRESS)], "/measures"),
        ([(3, Outcome.EXECUTED)], "/measures/0/n"),
        ([(1, Outcome.PENDING)], "/measures/0/outcome"),
        ([(1, Outcome.DENIED)], "/measures/0/outcome"),
        ([(1, Outcome.EXECUTED), (2, Outcome.POSTPONED)], "/measures/1/outcome"),
        ([(2, Outcome.WITHDRAWN)], "/measures/0/outcome"),
    ],
)
def test_a_part_that_says_what_it_cannot_say_delivers_nothing(reports, pointer):
    rfa = sealed.acknowledged()
    document, _made = sealed.deposit(CHIDI, rfa, "part")
    with pytest.raises(Invalid) as refusal, transaction(CHIDI) as tx:
        consultations.deliver(tx, rfa.id, [Answer(*one) for one in reports], [document.id])
    assert pointer in [fault.pointer for fault in refusal.value.faults]
    assert sealed.read(CHIDI, rfa.id).instalments == []
    assert consulted.statuses(CHIDI, rfa) == [("pending", None), ("pending", None)]
    with pytest.raises(NotFound):
        sealed.opened(AMINA, rfa.id, document.id)


def test_a_part_has_a_document():
    rfa = sealed.acknowledged()
    with pytest.raises(Invalid, match="at least one sealed document"), transaction(CHIDI) as tx:
        consultations.deliver(tx, rfa.id, [Answer(1, Outcome.IN_PROGRESS)], [])
    assert consulted.statuses(CHIDI, rfa)[0] == ("pending", None)


def test_nothing_is_delivered_for_what_a_consultation_has_settled():
    rfa = sealed.acknowledged()
    consulted.opened(rfa, "national_security", [1])
    consulted.denied(rfa)
    with pytest.raises(Invalid) as refusal:
        consulted.delivered(rfa, (1, Outcome.EXECUTED))
    assert "nothing is delivered for it" in refusal.value.faults[0].message
    assert consulted.statuses(AMINA, rfa)[0] == ("denied", "national_security")


def test_parts_go_on_while_a_consultation_is_open():
    rfa = sealed.acknowledged()
    consulted.opened(rfa, "national_security", [1])
    consulted.delivered(rfa, (1, Outcome.PARTLY_EXECUTED))
    assert consulted.statuses(AMINA, rfa)[0] == ("partly_executed", None)


@pytest.mark.parametrize("make", [sealed.transmitted, sealed.answered])
def test_parts_belong_to_a_request_that_the_state_works_on(make):
    rfa = make()
    with pytest.raises(Refused, match="cannot be done"):
        sealed.deposit(CHIDI, rfa, "part")
    assert sealed.read(CHIDI, rfa.id).instalments == []


def test_an_answer_that_was_returned_can_be_followed_by_parts():
    rfa = sealed.answered()
    why, _made = sealed.deposit(AMINA, rfa, "return", b"page 3 is missing")
    with transaction(AMINA) as tx:
        actions.send_back(tx, rfa.id, why.id)
    consulted.delivered(rfa, (1, Outcome.PARTLY_EXECUTED))
    assert consulted.statuses(AMINA, rfa) == [("partly_executed", None), ("executed", None)]
