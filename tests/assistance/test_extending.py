"""Chidi asks for another date, Amina grants it or leaves it: only the decision moves the clock."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from tests.exchange import sealed
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, EMRE, FAYE

from comity.assistance import actions, extending, withdrawing
from comity.core import clock, database
from comity.core.errors import Denied, Invalid, NotFound, Refused
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.deadlines import policy
from comity.deadlines.model import Deadline

BEGIN = datetime(2031, 3, 3, 9, tzinfo=UTC)
FIRST, LATER = date(2031, 4, 2), date(2031, 4, 22)


def deadline(rfa, rule="requested date"):
    with database.Session() as session:
        of_rule = select(Deadline).where(Deadline.matter == rfa.subject, Deadline.rule == rule)
        return session.scalars(of_rule.order_by(Deadline.triggered_at.desc())).first()


def lines(*names):
    with database.Session() as session:
        found = session.scalars(select(Entry.name).order_by(Entry.seq)).all()
    return [name for name in found if name in names]


def ask(rfa, day=LATER, by=CHIDI, doc=None):
    doc = doc or sealed.deposit(by, rfa, "extension", b"the bank needs longer")[0].id
    with transaction(by) as tx:
        return extending.ask(tx, rfa.id, day, doc)


def decide(rfa, until, by=AMINA, doc=None):
    with transaction(by) as tx:
        return extending.decide(tx, rfa.id, until, doc)


@pytest.fixture
def rfa():
    with clock.at(BEGIN):
        yield sealed.acknowledged(on=FIRST)


def test_asking_moves_nothing_and_granting_moves_the_date(rfa):
    asked = ask(rfa)
    assert (deadline(rfa).due_on, asked.undecided.proposed_on) == (FIRST, LATER)
    assert deadline(rfa).paused_since is None
    assert sealed.opened(AMINA, rfa.id, asked.undecided.reason) == b"the bank needs longer"
    waiting = deadline(rfa, "decision about another date")
    assert (waiting.falls_on, waiting.due_on) == ("OTP", date(2031, 3, 10))
    decided = decide(rfa, LATER, by=BRUNO)
    assert decided.undecided is None
    assert deadline(rfa).due_on == LATER
    assert deadline(rfa, "decision about another date").met_at == BEGIN
    assert sealed.read(CHINUA, rfa.id).extensions[0].granted_on == LATER
    assert lines("extension.asked", "rfa.extended", "deadline.extended") == [
        "extension.asked",
        "rfa.extended",
        "deadline.extended",
    ]


def test_another_date_than_the_proposed_one_can_be_granted_with_a_sealed_note(rfa):
    ask(rfa)
    note, _made = sealed.deposit(AMINA, rfa, "decision", b"not so long, please")
    decide(rfa, date(2031, 4, 9), doc=note.id)
    assert deadline(rfa).due_on == date(2031, 4, 9)
    assert sealed.opened(CHIDI, rfa.id, note.id) == b"not so long, please"


def test_the_date_stays_where_it_is_declined_with_a_note_that_the_state_can_read(rfa):
    ask(rfa)
    with pytest.raises(Invalid, match="sealed note"):
        decide(rfa, None)
    assert sealed.read(AMINA, rfa.id).undecided is not None
    note, _made = sealed.deposit(AMINA, rfa, "decision", b"the hearing is on that day")
    decide(rfa, None, doc=note.id)
    assert (deadline(rfa).due_on, sealed.read(CHIDI, rfa.id).undecided) == (FIRST, None)
    assert sealed.opened(CHIDI, rfa.id, note.id) == b"the hearing is on that day"
    assert lines("rfa.extended", "extension.declined") == ["extension.declined"]
    ask(rfa, date(2031, 4, 7))  # and it can be asked again
    assert [one.n for one in sealed.read(AMINA, rfa.id).extensions] == [1, 2]


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (FIRST, "is 2031-04-02 already: choose a later day"),
        (date(2031, 3, 20), "is 2031-04-02 already"),
        (date(2031, 3, 2), "has passed where the State is"),
        (date(2042, 1, 1), "too far away"),
    ],
)
def test_a_day_that_is_no_extension_is_refused_on_both_sides_and_moves_nothing(rfa, day, why):
    with pytest.raises(Invalid, match=why):
        ask(rfa, day)
    assert sealed.read(CHIDI, rfa.id).extensions == []
    ask(rfa)
    with pytest.raises(Invalid, match=why) as told:
        decide(rfa, day)
    assert told.value.faults[0].pointer == "/until"
    assert (deadline(rfa).due_on, lines("rfa.extended")) == (FIRST, [])


def test_beyond_the_bound_of_the_rule_nothing_is_asked_or_granted_and_the_latest_day_is_named(monkeypatch):
    rules = tuple(
        one.changed(extends_at_most="10 calendar days") if one.name == "requested date" else one
        for one in policy.rules()
    )
    monkeypatch.setattr(policy, "rules", lambda: rules)
    with clock.at(BEGIN):
        rfa = sealed.acknowledged(on=FIRST)
        with pytest.raises(Invalid, match="can be extended to 2031-04-14 at the latest"):  # 12 April is a Saturday
            ask(rfa, date(2031, 4, 15))
        ask(rfa, date(2031, 4, 10))
        with pytest.raises(Invalid, match="can be extended to 2031-04-14 at the latest"):
            decide(rfa, date(2031, 4, 15))
        assert deadline(rfa).due_on == FIRST
        decide(rfa, date(2031, 4, 10))
        assert deadline(rfa).due_on == date(2031, 4, 10)


def test_who_may_ask_and_who_may_decide(rfa):
    reason, _made = sealed.deposit(CHIDI, rfa, "extension")
    for actor, error in ((AMINA, Denied), (DORA, NotFound), (EMRE, NotFound), (FAYE, NotFound)):
        with pytest.raises(error):
            ask(rfa, by=actor, doc=reason.id)
    with pytest.raises(Denied):
        sealed.deposit(CHIDI, rfa, "decision")
    with pytest.raises(Denied):
        sealed.deposit(AMINA, rfa, "extension")
    ask(rfa, doc=reason.id)
    for actor, error in ((CHIDI, Denied), (DORA, NotFound), (EMRE, NotFound), (FAYE, NotFound)):
        with pytest.raises(error):
            decide(rfa, LATER, by=actor)
    assert deadline(rfa).due_on == FIRST


def test_one_at_a_time_and_nothing_is_decided_that_nobody_asked_for(rfa):
    with pytest.raises(Refused, match="No other date is asked for"):
        decide(rfa, LATER)
    with pytest.raises(Refused, match="No other date is asked for"):
        sealed.deposit(AMINA, rfa, "decision")
    ask(rfa)
    with pytest.raises(Refused, match="wait for the decision"):
        ask(rfa, date(2031, 4, 29))
    decide(rfa, LATER)
    with pytest.raises(Refused, match="No other date is asked for"):
        decide(rfa, date(2031, 4, 29))
    assert deadline(rfa).due_on == LATER


def test_without_a_requested_date_there_is_nothing_to_extend():
    rfa = sealed.acknowledged(on=None)
    with pytest.raises(Refused, match="there is nothing to extend"):
        ask(rfa)
    assert not rfa.allows("extend")


def test_not_before_it_was_acknowledged_and_not_once_it_is_answered():
    for rfa in (sealed.transmitted(), sealed.answered()):
        with pytest.raises(Refused):
            sealed.deposit(CHIDI, rfa, "extension")
        with pytest.raises(Refused):
            ask(rfa, doc=uuid4())


def test_a_question_and_an_extension_go_together_and_only_the_days_after_the_grant_are_added(rfa):
    question, _made = sealed.deposit(CHIDI, rfa, "question")
    with transaction(CHIDI) as tx:
        actions.ask(tx, rfa.id, question.id)
    ask(rfa)
    with clock.at(BEGIN + timedelta(days=2)):
        decide(rfa, LATER)
    with clock.at(BEGIN + timedelta(days=7)):
        reply, _made = sealed.deposit(AMINA, rfa, "reply")
        with transaction(AMINA) as tx:
            actions.reply(tx, rfa.id, 1, reply.id)
    assert deadline(rfa).due_on == date(2031, 4, 28)  # 27 April is a Sunday


def test_a_withdrawn_request_leaves_nothing_to_decide(rfa):
    ask(rfa)
    with transaction(AMINA) as tx:
        withdrawing.withdraw(tx, rfa.id)
    assert deadline(rfa, "decision about another date").ended_at is not None
    with pytest.raises(Refused):
        decide(rfa, LATER)
