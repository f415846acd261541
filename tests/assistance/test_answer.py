"""Chidi acknowledges, asks, answers each measure; Amina replies, returns, accepts; the clock follows."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from tests.exchange import sealed
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA

from comity.assistance import actions, withdrawing
from comity.assistance.actions import Answer
from comity.assistance.model import FINAL, LIFECYCLE, Outcome, RequestForAssistance, Stage
from comity.core import clock, database
from comity.core.actors import Actor
from comity.core.errors import ComityError, Conflict, Denied, Invalid, NotFound, Refused
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.deadlines.model import Deadline


def requested_date(rfa: RequestForAssistance) -> Deadline:
    with database.Session() as session:
        return session.scalars(
            select(Deadline).where(Deadline.matter == rfa.subject, Deadline.rule == "requested date")
        ).one()


def test_a_question_stops_the_clock_on_both_sides_and_the_reply_starts_it_again():
    begin = datetime(2031, 3, 3, 9, tzinfo=UTC)
    with clock.at(begin):
        rfa = sealed.acknowledged(on=date(2031, 4, 2))
        before = requested_date(rfa).due_on
    with clock.at(begin + timedelta(days=2)):
        question, _made = sealed.deposit(CHIDI, rfa, "question", b"which account?")
        with transaction(CHIDI) as tx:
            actions.ask(tx, rfa.id, question.id)
    for actor in (AMINA, CHIDI):
        assert sealed.read(actor, rfa.id).paused
    assert requested_date(rfa).paused_since is not None
    assert sealed.opened(AMINA, rfa.id, question.id) == b"which account?"
    with clock.at(begin + timedelta(days=9)):
        reply, _made = sealed.deposit(BRUNO, rfa, "reply", b"that one")
        with transaction(BRUNO) as tx:
            actions.reply(tx, rfa.id, 1, reply.id)
    assert not sealed.read(CHIDI, rfa.id).paused
    after = requested_date(rfa)
    assert after.paused_since is None
    assert after.due_on >= before + timedelta(days=7)
    assert sealed.opened(CHINUA, rfa.id, reply.id) == b"that one"


def test_an_open_question_is_answered_once_and_by_the_asked_side():
    rfa = sealed.asked()
    with pytest.raises(Denied):
        sealed.deposit(CHIDI, rfa, "reply")
    reply, _made = sealed.deposit(AMINA, rfa, "reply")
    other, _made = sealed.deposit(BRUNO, rfa, "reply")
    with pytest.raises(Invalid, match="no question of that number"), transaction(AMINA) as tx:
        actions.reply(tx, rfa.id, 2, reply.id)
    with transaction(AMINA) as tx:
        actions.reply(tx, rfa.id, 1, reply.id)
    with pytest.raises(Conflict), transaction(BRUNO) as tx:
        actions.reply(tx, rfa.id, 1, other.id)
    assert sealed.read(CHIDI, rfa.id).clarifications[0].reply == reply.id


def test_a_staged_question_is_the_states_own_until_it_is_asked():
    rfa = sealed.acknowledged()
    question, _made = sealed.deposit(CHIDI, rfa, "question", b"draft of a question")
    with pytest.raises(NotFound):
        sealed.opened(AMINA, rfa.id, question.id)
    assert sealed.opened(CHINUA, rfa.id, question.id) == b"draft of a question"


def test_every_measure_gets_its_outcome_and_the_answer_is_accepted():
    rfa = sealed.acknowledged()
    text, _made = sealed.deposit(CHIDI, rfa, "answer", b"the answer")
    files = [sealed.deposit(CHIDI, rfa, "answer", bytes([n]) * 70_000)[0] for n in range(2)]
    given_ = [Answer(1, Outcome.NOTHING_FOUND), Answer(2, Outcome.PARTLY_EXECUTED)]
    with transaction(CHIDI) as tx:
        actions.answer(tx, rfa.id, given_, [text.id, *(file.id for file in files)])
    kept = sealed.read(AMINA, rfa.id)
    assert [(measure.status, measure.ground) for measure in kept.measures] == [
        (Outcome.NOTHING_FOUND, None),
        (Outcome.PARTLY_EXECUTED, None),
    ]
    assert sealed.opened(AMINA, rfa.id, files[1].id) == b"\x01" * 70_000
    with transaction(AMINA) as tx:
        actions.close(tx, rfa.id)
    assert sealed.read(CHIDI, rfa.id).stage is Stage.CLOSED


@pytest.mark.parametrize(
    ("given_", "pointer"),
    [
        ([], "/outcomes"),
        ([Answer(1, Outcome.EXECUTED)], "/outcomes"),
        ([Answer(1, Outcome.EXECUTED), Answer(1, Outcome.EXECUTED)], "/outcomes"),
        ([Answer(1, Outcome.EXECUTED), Answer(3, Outcome.EXECUTED)], "/outcomes"),
        ([Answer(1, Outcome.PENDING), Answer(2, Outcome.EXECUTED)], "/outcomes/0/outcome"),
        ([Answer(1, Outcome.IN_PROGRESS), Answer(2, Outcome.EXECUTED)], "/outcomes/0/outcome"),
        ([Answer(1, Outcome.NOT_POSSIBLE), Answer(2, Outcome.EXECUTED)], "/outcomes/0/outcome"),
        ([Answer(1, Outcome.WITHDRAWN), Answer(2, Outcome.EXECUTED)], "/outcomes/0/outcome"),
        ([Answer(1, Outcome.EXECUTED, "not_enough_information"), Answer(2, Outcome.EXECUTED)], "/outcomes/0/ground"),
        ([Answer(1, Outcome.NOT_POSSIBLE, "bank secrecy"), Answer(2, Outcome.EXECUTED)], "/outcomes/0/outcome"),
    ],
)
def test_a_wrong_answer_changes_nothing_and_says_where(given_, pointer):
    rfa = sealed.acknowledged()
    document, _made = sealed.deposit(CHIDI, rfa, "answer")
    with pytest.raises(Invalid) as refusal, transaction(CHIDI) as tx:
        actions.answer(tx, rfa.id, given_, [document.id])
    assert pointer in [fault.pointer for fault in refusal.value.faults]
    kept = sealed.read(CHIDI, rfa.id)
    assert (kept.stage, {measure.status for measure in kept.measures}) == (Stage.ACKNOWLEDGED, {Outcome.PENDING})
    with pytest.raises(NotFound):
        sealed.opened(AMINA, rfa.id, document.id)


def test_an_answer_needs_a_document_of_ones_own_made_for_it():
    rfa, other = sealed.acknowledged(), sealed.acknowledged()
    foreign, _made = sealed.deposit(CHIDI, other, "answer")
    question, _made = sealed.deposit(CHIDI, rfa, "question")
    for docs, error in (([], Invalid), ([foreign.id], Invalid), ([question.id], Invalid), ([uuid4()], NotFound)):
        with pytest.raises(error), transaction(CHIDI) as tx:
            actions.answer(tx, rfa.id, sealed.outcomes(rfa), docs)
    assert sealed.read(AMINA, rfa.id).stage is Stage.ACKNOWLEDGED


def test_no_answer_while_ones_own_question_is_open():
    rfa = sealed.asked()
    document, _made = sealed.deposit(CHIDI, rfa, "answer")
    with pytest.raises(Refused, match="still open"), transaction(CHIDI) as tx:
        actions.answer(tx, rfa.id, sealed.outcomes(rfa), [document.id])
    assert sealed.read(AMINA, rfa.id).stage is Stage.ACKNOWLEDGED


def test_an_answer_can_be_returned_and_given_again():
    rfa = sealed.answered(on=date(2031, 5, 5))
    assert requested_date(rfa).met_at is not None
    why, _made = sealed.deposit(AMINA, rfa, "return", b"page 3 is missing")
    with transaction(AMINA) as tx:
        actions.send_back(tx, rfa.id, why.id)
    assert requested_date(rfa).met_at is None
    assert sealed.opened(CHIDI, rfa.id, why.id) == b"page 3 is missing"
    document, _made = sealed.deposit(CHIDI, rfa, "answer", b"page 3")
    with transaction(CHIDI) as tx:
        actions.answer(tx, rfa.id, sealed.outcomes(rfa), [document.id])
    assert requested_date(rfa).met_at is not None


def test_a_withdrawn_request_is_not_answered():
    rfa = sealed.acknowledged()
    with transaction(BRUNO) as tx:
        withdrawing.withdraw(tx, rfa.id)
    with pytest.raises(Refused, match="it is withdrawn"):
        sealed.deposit(CHIDI, rfa, "answer")
    assert sealed.read(CHIDI, rfa.id).stage is Stage.WITHDRAWN


ACTS = {
    "approve": (BRUNO, lambda tx, rfa: actions.approve(tx, rfa.id, b"{}")),
    "transmit": (AMINA, lambda tx, rfa: actions.transmit(tx, rfa.id, [])),
    "acknowledge": (CHIDI, lambda tx, rfa: actions.acknowledge(tx, rfa.id, b"{}")),
    "ask": (CHIDI, lambda tx, rfa: actions.ask(tx, rfa.id, uuid4())),
    "reply": (AMINA, lambda tx, rfa: actions.reply(tx, rfa.id, 1, uuid4())),
    "answer": (CHIDI, lambda tx, rfa: actions.answer(tx, rfa.id, [], [])),
    "return": (AMINA, lambda tx, rfa: actions.send_back(tx, rfa.id, uuid4())),
    "close": (AMINA, lambda tx, rfa: actions.close(tx, rfa.id)),
    "withdraw": (AMINA, lambda tx, rfa: withdrawing.withdraw(tx, rfa.id)),
    "edit": (AMINA, lambda tx, rfa: actions.edit(tx, rfa.id, None, sealed.BANK_AND_FREEZE, version=rfa.version)),
    "discard": (AMINA, lambda tx, rfa: actions.discard(tx, rfa.id)),
}
"""Each verb by somebody who may, with whatever it needs missing: only its place in the lifecycle is asked here."""


@pytest.mark.parametrize(
    "make",
    [sealed.written, sealed.approved, sealed.transmitted, sealed.acknowledged, sealed.answered],
    ids=lambda f: f.__name__,
)
def test_a_verb_out_of_its_place_is_refused_and_changes_nothing(make):
    rfa = make()
    out_of_place = [verb for verb in ACTS if rfa.stage not in LIFECYCLE[verb][0]]
    assert out_of_place
    for verb in out_of_place:
        actor, act = ACTS[verb]
        with pytest.raises((Refused, Denied, NotFound)), transaction(actor) as tx:
            act(tx, rfa)
        assert sealed.read(AMINA, rfa.id).stage is rfa.stage, verb


@pytest.mark.parametrize("verb", ACTS)
def test_another_state_can_do_nothing_and_learns_nothing(verb):
    rfa = sealed.acknowledged()
    with pytest.raises(NotFound), transaction(DORA) as tx:
        ACTS[verb][1](tx, rfa)
    assert sealed.read(AMINA, rfa.id).stage is Stage.ACKNOWLEDGED


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(verbs=st.lists(st.sampled_from(sorted(LIFECYCLE)), max_size=30))
def test_no_path_leaves_a_final_stage(verbs):
    rfa = RequestForAssistance(reference="R", stage=Stage.DRAFT)
    for verb in verbs:
        before = rfa.stage
        try:
            rfa.move(verb)
        except Refused:
            assert rfa.stage is before
            continue
        assert before not in FINAL
        assert before in LIFECYCLE[verb][0]


def test_every_stage_but_the_final_ones_can_be_left():
    for stage in Stage:
        onward = {target for sources, target in LIFECYCLE.values() if stage in sources} - {None}
        assert bool(onward) == (stage not in FINAL)


def test_two_who_answer_at_once_answer_once():
    rfa = sealed.acknowledged()
    papers = {one: sealed.deposit(one, rfa, "answer")[0].id for one in (CHIDI, CHINUA)}
    ready = Barrier(2)

    def answer(actor: Actor) -> str:
        ready.wait()
        try:
            with transaction(actor) as tx:
                actions.answer(tx, rfa.id, sealed.outcomes(rfa), [papers[actor]])
        except ComityError as error:
            return type(error).__name__
        return "answered"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(answer, (CHIDI, CHINUA))) == ["Refused", "answered"]
    with database.Session() as session:
        assert len(session.scalars(select(Entry).where(Entry.name == "rfa.answered")).all()) == 1


def test_what_was_withdrawn_meanwhile_is_not_answered():
    rfa = sealed.acknowledged()
    document, _made = sealed.deposit(CHIDI, rfa, "answer")
    with transaction(AMINA) as tx:
        withdrawing.withdraw(tx, rfa.id)
    with pytest.raises(Refused, match="it is withdrawn"), transaction(CHIDI) as tx:
        actions.answer(tx, rfa.id, sealed.outcomes(rfa), [document.id])
    kept = sealed.read(AMINA, rfa.id)
    assert (kept.answered_at, {one.status for one in kept.measures}) == (None, {Outcome.PENDING})
