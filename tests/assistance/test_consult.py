"""Chidi opens a consultation on an obstacle: on what fits the measure, with a sealed text, and only where it can be."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import select
from tests.exchange import consulted, sealed
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, EMRE, FAYE, GRACE

from comity.assistance import consultations, withdrawing
from comity.assistance.consultation_model import Outcome
from comity.assistance.cover import Asked
from comity.core import database
from comity.core.errors import ComityError, Denied, Invalid, NotFound, Refused
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.deadlines.model import Deadline


def lines(name: str) -> list[Entry]:
    with database.Session() as session:
        return list(session.scalars(select(Entry).where(Entry.name == name).order_by(Entry.seq)))


def periods(name: str) -> list[Deadline]:
    with database.Session() as session:
        return list(session.scalars(select(Deadline).where(Deadline.rule == name)))


@pytest.mark.parametrize(("opener", "other"), [(CHIDI, AMINA), (AMINA, CHIDI)], ids=["State", "Court"])
def test_either_side_opens_one_and_the_other_reads_why(opener, other):
    rfa = sealed.acknowledged()
    before = [(one.rule, one.due_on, one.paused_since) for one in periods("requested date")]
    opened = consulted.opened(rfa, "ongoing_case", [2], opener)
    seen = consulted.of(other, rfa)
    assert (seen.n, seen.ground, seen.measures, seen.open) == (1, "ongoing_case", [2], True)
    assert (seen.opened_by, seen.opened_for) == (opener.id, opener.authority)
    assert sealed.opened(other, rfa.id, opened.document) == b"we tried, we offer"
    (line,) = lines("consultation.opened")
    assert line.data == {
        "requesting": "OTP", "requested": "XA", "n": 1, "ground": "ongoing_case", "measures": [2],
        "to": other.authority,
    }  # fmt: skip
    assert consulted.statuses(CHIDI, rfa) == [("pending", None), ("pending", None)]
    assert [(one.rule, one.due_on, one.paused_since) for one in periods("requested date")] == before
    assert [one.falls_on for one in periods("consultation")] == ["OTP"]


@pytest.mark.parametrize(
    ("ground", "measures", "pointer"),
    [
        ("bank secrecy", [2], "/ground"),
        ("forbidden_by_law", [2], "/measures/0"),
        ("national_security", [1, 2], "/measures/1"),
        ("person_not_found", [1], "/measures/0"),
        ("acceptance_needed", [1], "/measures/0"),
        ("ongoing_case", [], "/measures"),
        ("ongoing_case", [2, 2], "/measures"),
        ("ongoing_case", [3], "/measures/0"),
        ("ongoing_case", [0], "/measures/0"),
    ],
)
def test_what_does_not_fit_opens_nothing_and_says_where(ground, measures, pointer):
    rfa = sealed.acknowledged()
    document, _made = sealed.deposit(CHIDI, rfa, "consultation")
    with pytest.raises(Invalid) as refusal, transaction(CHIDI) as tx:
        consultations.consult(tx, rfa.id, ground, measures, document.id)
    assert pointer in [fault.pointer for fault in refusal.value.faults]
    assert sealed.read(CHIDI, rfa.id).consultations == []
    with pytest.raises(NotFound):
        sealed.opened(AMINA, rfa.id, document.id)
    assert lines("consultation.opened") == []


def test_a_ground_of_another_kind_of_request_is_taken_there():
    rfa = sealed.acknowledged(kind="assistance", measures=[Asked("l")])
    assert consulted.opened(rfa, "forbidden_by_law", [1]).ground == "forbidden_by_law"


def test_two_obstacles_have_two_numbers_and_one_measure_has_one_open_consultation():
    rfa = sealed.acknowledged()
    consulted.opened(rfa, "ongoing_case", [2])
    assert consulted.opened(rfa, "not_enough_information", [1], AMINA).n == 2
    with pytest.raises(Invalid) as refusal:
        consulted.opened(rfa, "treaty_conflict", [1, 2])
    assert [fault.message for fault in refusal.value.faults] == [
        "A consultation on this measure is open already: go on with that one."
    ] * 2
    assert len(sealed.read(AMINA, rfa.id).consultations) == 2


def test_two_who_open_one_at_once_open_one():
    rfa = sealed.acknowledged()
    documents = {one: sealed.deposit(one, rfa, "consultation")[0].id for one in (CHIDI, AMINA)}
    ready = Barrier(2)

    def open_(actor) -> str:
        ready.wait()
        try:
            with transaction(actor) as tx:
                consultations.consult(tx, rfa.id, "ongoing_case", [2], documents[actor])
        except ComityError as error:
            return type(error).__name__
        return "opened"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(open_, (CHIDI, AMINA)))
    assert said == ["Invalid", "opened"]
    assert len(sealed.read(CHIDI, rfa.id).consultations) == 1


@pytest.mark.parametrize("status", [Outcome.EXECUTED, Outcome.NOTHING_FOUND], ids=str)
def test_nothing_stands_in_the_way_of_what_was_carried_out(status):
    rfa = sealed.acknowledged()
    consulted.delivered(rfa, (2, status))
    with pytest.raises(Invalid) as refusal:
        consulted.opened(rfa, "ongoing_case", [2])
    assert "needs no consultation" in refusal.value.faults[0].message
    assert sealed.read(CHIDI, rfa.id).consultations == []


@pytest.mark.parametrize("make", [sealed.transmitted, sealed.answered])
def test_only_a_request_that_the_state_works_on_has_obstacles(make):
    rfa = make()
    with pytest.raises(Refused, match="cannot be done"):
        sealed.deposit(CHIDI, rfa, "consultation")
    with pytest.raises(Refused), transaction(CHIDI) as tx:
        consultations.consult(tx, rfa.id, "ongoing_case", [2], uuid4())
    assert sealed.read(CHIDI, rfa.id).consultations == []


def test_a_withdrawn_request_is_not_consulted_about():
    rfa = sealed.acknowledged()
    document, _made = sealed.deposit(CHIDI, rfa, "consultation")
    with transaction(AMINA) as tx:
        withdrawing.withdraw(tx, rfa.id)
    with pytest.raises(Refused, match="withdrawn"), transaction(CHIDI) as tx:
        consultations.consult(tx, rfa.id, "ongoing_case", [2], document.id)
    assert sealed.read(CHIDI, rfa.id).consultations == []


def test_whoever_opens_it_has_sealed_the_text_herself():
    rfa = sealed.acknowledged()
    document, _made = sealed.deposit(CHINUA, rfa, "consultation")
    with pytest.raises(Invalid, match="A colleague has sealed this"), transaction(CHIDI) as tx:
        consultations.consult(tx, rfa.id, "ongoing_case", [2], document.id)
    other, _made = sealed.deposit(CHIDI, rfa, "question")
    with pytest.raises(Invalid, match="made for something else"), transaction(CHIDI) as tx:
        consultations.consult(tx, rfa.id, "ongoing_case", [2], other.id)
    assert sealed.read(CHIDI, rfa.id).consultations == []


@pytest.mark.parametrize("actor", [DORA, GRACE, EMRE, FAYE], ids=lambda one: f"{one.role} {one.authority}")
def test_nobody_else_takes_part(actor):
    rfa = sealed.acknowledged()
    consulted.opened(rfa)
    for act in (
        lambda tx: consultations.consult(tx, rfa.id, "ongoing_case", [1], uuid4()),
        lambda tx: consultations.deny(tx, rfa.id, 1, uuid4()),
        lambda tx: consultations.agree(tx, rfa.id, 1, uuid4(), uuid4()),
    ):
        with pytest.raises(NotFound), transaction(actor) as tx:
            act(tx)
    assert len(sealed.read(BRUNO, rfa.id).consultations) == 1


def test_the_court_neither_denies_nor_delivers():
    rfa = sealed.acknowledged()
    consulted.opened(rfa, "national_security", [1])
    with pytest.raises(Denied), transaction(AMINA) as tx:
        consultations.deny(tx, rfa.id, 1, uuid4())
    with pytest.raises(Denied), transaction(AMINA) as tx:
        consultations.deliver(tx, rfa.id, [], [])
    assert consulted.statuses(CHIDI, rfa) == [("pending", None), ("pending", None)]
