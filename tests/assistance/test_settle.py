"""How a consultation ends: what one proposes and the other agrees to; a denial, which is the State's, with reasons."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import select
from tests.exchange import consulted, sealed
from tests.people import AMINA, BRUNO, CHIDI, CHINUA

from comity.assistance import consultations, withdrawing
from comity.assistance.consultation_model import Outcome
from comity.core import clock, database
from comity.core.errors import ComityError, Conflict, Invalid, NotFound, Refused
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.deadlines.model import Deadline

MONDAY = datetime(2031, 3, 3, 9, tzinfo=UTC)
ON = date(2031, 4, 2)
LATER = date(2031, 6, 2)


def lines(*names: str) -> list[Entry]:
    with database.Session() as session:
        return list(session.scalars(select(Entry).where(Entry.name.in_(names)).order_by(Entry.seq)))


def period(name: str) -> Deadline:
    with database.Session() as session:
        return session.scalars(select(Deadline).where(Deadline.rule == name)).one()


def test_a_meeting_is_recorded_with_a_sealed_note_and_meets_the_period():
    with clock.at(MONDAY):
        rfa = sealed.acknowledged()
        consulted.opened(rfa)
        assert period("consultation").due_on == date(2031, 3, 10)
    with clock.at(MONDAY + timedelta(days=2)):
        consulted.met(rfa, date(2031, 3, 4))
        consulted.met(rfa, date(2031, 3, 5), actor=CHIDI)
    first, second = consulted.of(CHINUA, rfa).meetings
    assert [(one.n, one.held_on, one.recorded_for) for one in (first, second)] == [
        (1, date(2031, 3, 4), "OTP"),
        (2, date(2031, 3, 5), "XA"),
    ]
    assert sealed.opened(CHINUA, rfa.id, first.note) == b"we met"
    assert period("consultation").met_at == MONDAY + timedelta(days=2)
    assert consulted.of(AMINA, rfa).open


def test_a_meeting_that_is_still_to_come_is_not_recorded():
    with clock.at(MONDAY):
        rfa = sealed.acknowledged()
        consulted.opened(rfa)
        with pytest.raises(Invalid, match="still to come"):
            consulted.met(rfa, date(2031, 3, 6))
    assert consulted.of(AMINA, rfa).meetings == []
    assert lines("consultation.met") == []


def test_a_proposal_counts_for_nothing_until_the_other_side_agrees():
    rfa = sealed.acknowledged()
    consulted.opened(rfa, "not_enough_information", [1])
    proposal = consulted.proposed(rfa, "supplied", actor=AMINA)
    waiting = consulted.of(CHIDI, rfa)
    assert (waiting.proposed, waiting.open, waiting.proposed_for) == ("supplied", True, "OTP")
    assert consulted.statuses(CHIDI, rfa)[0] == ("pending", None)
    assert lines("consultation.settled") == []
    consulted.agreed(rfa, proposal, actor=CHINUA)
    ended = consulted.of(BRUNO, rfa)
    assert (ended.outcome, ended.open, ended.settled_by) == ("supplied", False, CHINUA.id)
    assert consulted.statuses(CHIDI, rfa) == [("in_progress", None), ("pending", None)]
    assert sealed.opened(BRUNO, rfa.id, ended.settlement) == b"yes"
    (line,) = lines("consultation.settled")
    assert (line.data["outcome"], line.data["until"], line.data["to"]) == ("supplied", None, "OTP")


def test_nobody_agrees_to_what_her_own_side_has_proposed():
    rfa = sealed.acknowledged()
    consulted.opened(rfa, "ongoing_case", [2])
    proposal = consulted.proposed(rfa, "conditions")
    with pytest.raises(Refused, match="Your own side has proposed this"):
        consulted.agreed(rfa, proposal, actor=CHINUA)
    assert consulted.of(AMINA, rfa).open


def test_one_agrees_to_the_proposal_that_one_has_read_and_to_no_other():
    rfa = sealed.acknowledged()
    consulted.opened(rfa, "ongoing_case", [2])
    first = consulted.proposed(rfa, "postponed", clock.now().date() + timedelta(days=90))
    consulted.proposed(rfa, "postponed", clock.now().date() + timedelta(days=900), actor=CHINUA)
    with pytest.raises(Conflict, match="Another proposal"):
        consulted.agreed(rfa, first)
    assert consulted.of(AMINA, rfa).open
    assert consulted.statuses(AMINA, rfa)[1] == ("pending", None)


def test_nothing_is_agreed_to_before_anything_was_proposed():
    rfa = sealed.acknowledged()
    consulted.opened(rfa)
    with pytest.raises(Refused, match="Nobody has proposed"):
        consulted.agreed(rfa, uuid4())
    assert consulted.of(AMINA, rfa).open


@pytest.mark.parametrize(
    ("ground", "measure", "outcome", "by", "until", "why"),
    [
        ("ongoing_case", 2, "unable", CHIDI, None, "does not end like this"),
        ("ongoing_case", 2, "no_such_end", CHIDI, None, "does not end like this"),
        ("fundamental_principle", 2, "denied", CHIDI, None, "does not end like this"),
        ("national_security", 1, "denied", CHIDI, None, "denial is not proposed"),
        ("national_security", 1, "modified", CHIDI, None, "for the other party to say"),
        ("controlled_by_another", 1, "redirected", CHIDI, None, "for the other party to say"),
        ("ongoing_case", 2, "stopped", CHIDI, None, "for the other party to say"),
        ("ongoing_case", 2, "cleared", AMINA, None, "for the other party to say"),
        ("ongoing_case", 2, "postponed", CHIDI, None, "Give the agreed date"),
        ("ongoing_case", 2, "conditions", CHIDI, LATER, "Give the agreed date"),
        ("ongoing_case", 2, "postponed", CHIDI, date(2031, 3, 3), "still to come"),
        ("ongoing_case", 2, "postponed", CHIDI, date(2061, 3, 3), "too far away"),
    ],
)
def test_what_the_ground_or_the_side_does_not_allow_changes_nothing(ground, measure, outcome, by, until, why):
    with clock.at(MONDAY):
        rfa = sealed.acknowledged()
        consulted.opened(rfa, ground, [measure])
        with pytest.raises(Invalid, match=why):
            consulted.proposed(rfa, outcome, until, actor=by)
    assert consulted.of(AMINA, rfa).outcome is None
    assert {one for one, _ in consulted.statuses(AMINA, rfa)} == {"pending"}
    assert lines("consultation.proposed", "consultation.settled") == []


@pytest.mark.parametrize(
    ("ground", "measure", "outcome", "by", "status"),
    [
        ("fundamental_principle", 2, "left_to_court", (CHIDI, AMINA), "modification_required"),
        ("controlled_by_another", 1, "redirected", (AMINA, CHIDI), "withdrawn"),
        ("third_party_information", 1, "unable", (CHIDI, AMINA), "not_possible"),
        ("immunity", 2, "stopped", (AMINA, CHIDI), "withdrawn"),
    ],
)
def test_what_a_consultation_has_settled_stands_in_the_answer_as_it_is(ground, measure, outcome, by, status):
    rfa = sealed.acknowledged()
    consulted.opened(rfa, ground, [measure])
    consulted.settled(rfa, outcome, by=by)
    assert consulted.statuses(AMINA, rfa)[measure - 1] == (status, ground)
    other = 3 - measure
    with pytest.raises(Invalid) as refusal:
        consulted.answered(rfa, (measure, Outcome.EXECUTED, None), (other, Outcome.EXECUTED, None))
    assert "A consultation has settled this measure" in refusal.value.faults[0].message
    assert sealed.read(AMINA, rfa.id).answered_at is None
    consulted.answered(rfa, (measure, Outcome(status), ground), (other, Outcome.NOTHING_FOUND, None))
    assert consulted.statuses(AMINA, rfa)[measure - 1] == (status, ground)


def test_whoever_raised_an_obstacle_says_alone_that_it_has_gone():
    rfa = sealed.acknowledged()
    consulted.opened(rfa, "immunity", [1], AMINA)
    consulted.proposed(rfa, "cleared", actor=BRUNO)
    assert not consulted.of(CHIDI, rfa).open
    assert consulted.statuses(CHIDI, rfa)[0] == ("in_progress", None)


def test_a_denial_needs_a_ground_that_allows_it_and_comes_with_its_reasons():
    rfa = sealed.acknowledged()
    consulted.opened(rfa, "national_security", [1])
    consulted.opened(rfa, "ongoing_case", [2])
    with pytest.raises(Invalid, match="Nothing is denied on this ground"):
        consulted.denied(rfa, 2)
    with pytest.raises(NotFound), transaction(CHIDI) as tx:
        consultations.deny(tx, rfa.id, 1, uuid4())
    assert {one for one, _ in consulted.statuses(AMINA, rfa)} == {"pending"}
    consulted.denied(rfa, 1)
    assert consulted.statuses(AMINA, rfa) == [("denied", "national_security"), ("pending", None)]
    ended = consulted.of(AMINA, rfa)
    assert sealed.opened(AMINA, rfa.id, ended.settlement) == b"because"
    (line,) = lines("measure.denied")
    assert (line.data["ground"], line.data["measures"], line.data["to"]) == ("national_security", [1], "OTP")
    assert lines("consultation.settled") == []


def test_nothing_is_denied_without_a_consultation():
    rfa = sealed.acknowledged()
    document, _made = sealed.deposit(CHIDI, rfa, "denial")
    with pytest.raises(Invalid, match="no consultation of that number"), transaction(CHIDI) as tx:
        consultations.deny(tx, rfa.id, 1, document.id)
    for outcome in (Outcome.DENIED, Outcome.NOT_POSSIBLE, Outcome.POSTPONED):
        with pytest.raises(Invalid) as refusal:
            consulted.answered(rfa, (1, outcome, "national_security"), (2, Outcome.EXECUTED, None))
        assert "open a consultation on it first" in refusal.value.faults[0].message
    assert {one for one, _ in consulted.statuses(AMINA, rfa)} == {"pending"}


def test_what_was_denied_can_be_looked_at_again_by_both():
    rfa = sealed.acknowledged()
    consulted.opened(rfa, "national_security", [1])
    consulted.denied(rfa)
    consulted.opened(rfa, "national_security", [1], AMINA)
    consulted.settled(rfa, "conditions", n=2, by=(AMINA, CHIDI))
    assert consulted.statuses(CHIDI, rfa)[0] == ("in_progress", None)
    assert [one.outcome for one in sealed.read(CHIDI, rfa.id).consultations] == ["denied", "conditions"]


def test_what_has_ended_does_not_end_again():
    rfa = sealed.acknowledged()
    consulted.opened(rfa, "national_security", [1])
    consulted.opened(rfa, "ongoing_case", [2])
    consulted.denied(rfa)
    for act in (
        lambda: consulted.denied(rfa),
        lambda: consulted.proposed(rfa, "conditions"),
        lambda: consulted.met(rfa, date(2026, 1, 5)),
    ):
        with pytest.raises(Conflict, match="has ended meanwhile"):
            act()
    assert consulted.statuses(AMINA, rfa)[0] == ("denied", "national_security")


def test_two_who_agree_at_once_agree_once():
    rfa = sealed.acknowledged()
    consulted.opened(rfa, "ongoing_case", [2])
    proposal = consulted.proposed(rfa, "conditions")
    papers = {one: sealed.deposit(one, rfa, "agreement")[0].id for one in (AMINA, BRUNO)}
    ready = Barrier(2)

    def agree(actor) -> str:
        ready.wait()
        try:
            with transaction(actor) as tx:
                consultations.agree(tx, rfa.id, 1, proposal, papers[actor])
        except ComityError as error:
            return type(error).__name__
        return "agreed"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(agree, (AMINA, BRUNO))) == ["Conflict", "agreed"]
    assert len(lines("consultation.settled")) == 1


def test_an_open_consultation_is_ended_before_the_answer():
    rfa = sealed.acknowledged()
    consulted.opened(rfa, "ongoing_case", [2])
    with pytest.raises(Invalid) as refusal:
        consulted.answered(rfa, (1, Outcome.EXECUTED, None), (2, Outcome.EXECUTED, None))
    assert refusal.value.faults[0].message.startswith("Consultation 1 on this measure is still open")
    assert sealed.read(AMINA, rfa.id).answered_at is None


def test_a_withdrawn_request_is_neither_settled_nor_denied():
    rfa = sealed.acknowledged()
    consulted.opened(rfa, "national_security", [1])
    document, _made = sealed.deposit(CHIDI, rfa, "denial")
    with transaction(AMINA) as tx:
        withdrawing.withdraw(tx, rfa.id)
    with pytest.raises(Refused, match="withdrawn"), transaction(CHIDI) as tx:
        consultations.deny(tx, rfa.id, 1, document.id)
    assert consulted.statuses(CHIDI, rfa)[0] == ("pending", None)
    assert period("consultation").ended_at is not None


def test_one_postponed_measure_moves_no_date_while_another_is_wanted():
    with clock.at(MONDAY):
        rfa = sealed.acknowledged(on=ON)
        consulted.opened(rfa, "ongoing_case", [2])
        consulted.settled(rfa, "postponed", LATER)
    assert consulted.statuses(CHIDI, rfa)[1] == ("postponed", "ongoing_case")
    assert period("requested date").due_on == ON
    assert lines("rfa.postponed") == []


def test_when_all_that_is_left_is_postponed_the_requested_date_is_the_agreed_one():
    with clock.at(MONDAY):
        rfa = sealed.acknowledged(on=ON)
        consulted.opened(rfa, "ongoing_case", [2])
        consulted.settled(rfa, "postponed", LATER)
        consulted.delivered(rfa, (1, Outcome.EXECUTED))
        assert period("requested date").due_on == LATER
        assert period("end of a postponement").due_on == LATER
    with clock.at(MONDAY + timedelta(days=60)):
        consulted.delivered(rfa, (2, Outcome.IN_PROGRESS))
    assert period("end of a postponement").met_at is not None
    assert consulted.statuses(AMINA, rfa) == [("executed", None), ("in_progress", None)]


def test_a_postponement_never_brings_the_requested_date_nearer():
    with clock.at(MONDAY):
        rfa = sealed.acknowledged(on=date(2031, 9, 1))
        consulted.opened(rfa, "ongoing_case", [1, 2])
        consulted.settled(rfa, "postponed", LATER)
    assert period("requested date").due_on == date(2031, 9, 1)
    assert lines("rfa.postponed") == []


def test_an_answer_may_leave_postponed_what_is_postponed_or_say_what_became_of_it():
    with clock.at(MONDAY):
        rfa = sealed.acknowledged()
        consulted.opened(rfa, "ongoing_case", [1, 2])
        consulted.settled(rfa, "postponed", LATER)
        with pytest.raises(Invalid):
            consulted.answered(rfa, (1, Outcome.POSTPONED, "treaty_conflict"), (2, Outcome.EXECUTED, None))
        consulted.answered(rfa, (1, Outcome.POSTPONED, "ongoing_case"), (2, Outcome.EXECUTED, None))
    assert consulted.statuses(AMINA, rfa) == [("postponed", "ongoing_case"), ("executed", None)]
