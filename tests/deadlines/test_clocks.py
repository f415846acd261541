"""Periods start, stand still and end in the transaction of the event that moves them."""

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from tests.deadlines.happening import AMINA, CHIDI, DORA, Matter, lines, moment, register_authorities

from comity.core.actors import SYSTEM
from comity.core.database import Session
from comity.core.errors import NotFound
from comity.core.transaction import transaction
from comity.deadlines import policy, queries
from comity.deadlines.counting import FactKind, compute
from comity.deadlines.model import Deadline, DeadlineFact
from comity.deadlines.sentences import sentence

pytestmark = pytest.mark.usefixtures("authorities")


@pytest.fixture
def authorities(database):
    register_authorities()


def transmitted(when: str = "2026-11-23T10:00", on: str | None = "2026-12-01", requested: str = "XA") -> Matter:
    matter = Matter(requested)
    matter.happens("rfa.transmitted", when, requested_on=on)
    return matter


def recomputed(deadline: Deadline):
    with Session(writes=False) as session:
        rule, calendar = queries.rule_of(deadline), queries.calendar_of(session, deadline.falls_on)
        return compute(rule, queries.facts_of(session, deadline), calendar).due


def test_transmission_starts_both_clocks_on_the_requested_state_in_the_same_transaction():
    matter = transmitted()
    acknowledgement, requested = matter.deadline("acknowledgement"), matter.deadline("requested date")
    assert (acknowledgement.due_on, requested.due_on) == (date(2026, 11, 30), date(2026, 12, 1))
    assert {(one.falls_on, one.other, one.nature) for one in (acknowledgement, requested)} == {("XA", "OTP", "policy")}
    assert requested.due_at == moment("2026-12-02T00:00")
    assert lines("rfa", "deadline") == ["rfa.transmitted", "deadline.started", "deadline.started"]


def test_a_transmission_that_fails_starts_no_clock():
    matter = Matter()
    with pytest.raises(ValueError, match="Invalid isoformat"):
        matter.happens("rfa.transmitted", "2026-11-23T10:00", requested_on="soon")
    with Session(writes=False) as session:
        assert session.scalars(select(Deadline)).all() == []
    assert lines() == []


def test_without_a_requested_date_only_the_acknowledgement_runs():
    transmitted(on=None)
    with Session(writes=False) as session:
        assert session.scalars(select(Deadline.rule)).all() == ["acknowledgement"]


def test_the_days_are_counted_where_the_requested_state_is():
    friday_and_saturday_off = transmitted("2026-11-23T22:30", on="2026-12-04", requested="YB")
    assert friday_and_saturday_off.deadline("requested date").due_on == date(2026, 12, 6)
    assert friday_and_saturday_off.deadline("acknowledgement").due_on == date(2026, 12, 1)  # 24 November there


def test_acknowledging_meets_the_first_clock_and_answering_the_second():
    matter = transmitted()
    matter.happens("rfa.acknowledged", "2026-11-24T09:00", by=CHIDI)
    assert matter.deadline("acknowledgement").met_at == moment("2026-11-24T09:00")
    assert matter.deadline("requested date").met_at is None
    matter.happens("rfa.answered", "2026-11-26T09:00", by=CHIDI)
    assert matter.deadline("requested date").state(moment("2027-01-01T00:00")) == "met"


def test_a_question_stops_the_clock_and_its_answer_adds_the_days():
    matter = transmitted()
    matter.happens("clarification.asked", "2026-11-24T09:00", by=CHIDI, n=1)
    standing = matter.deadline("requested date")
    assert (standing.paused_since, standing.due_on) == (moment("2026-11-24T09:00"), date(2026, 12, 1))
    assert standing.state(moment("2027-01-01T00:00")) == "paused"
    matter.happens("clarification.answered", "2026-11-27T09:00", by=AMINA, n=1)
    running = matter.deadline("requested date")
    assert (running.paused_since, running.due_on) == (None, date(2026, 12, 4))
    assert matter.deadline("acknowledgement").due_on == date(2026, 11, 30)
    assert lines("deadline")[2:4] == ["deadline.paused", "deadline.started"]
    assert sorted(lines("deadline")[4:]) == ["deadline.met", "deadline.resumed"]


def test_while_the_clock_of_the_state_stands_still_one_runs_for_the_court():
    matter = transmitted()
    matter.happens("clarification.asked", "2026-11-24T09:00", by=CHIDI, n=1)
    reply = matter.deadline("reply to a question")
    assert (reply.falls_on, reply.other, reply.due_on) == ("OTP", "XA", date(2026, 12, 8))
    matter.happens("clarification.answered", "2026-12-10T09:00", by=AMINA, n=1)
    assert matter.deadline("reply to a question").met_at == moment("2026-12-10T09:00")
    assert matter.deadline("requested date").paused_since is None


def test_the_clock_stands_still_until_every_question_is_answered():
    matter = transmitted()
    matter.happens("clarification.asked", "2026-11-24T09:00", n=1)
    matter.happens("clarification.asked", "2026-11-25T09:00", n=2)
    matter.happens("clarification.answered", "2026-11-26T09:00", n=1)
    assert matter.deadline("requested date").paused_since == moment("2026-11-24T09:00")
    matter.happens("clarification.answered", "2026-11-28T09:00", n=2)
    assert matter.deadline("requested date").due_on == date(2026, 12, 8)  # 5 December; Monday 7 is a holiday there


def test_a_returned_answer_starts_the_clock_again_and_the_days_in_between_are_added():
    matter = transmitted()
    matter.happens("rfa.answered", "2026-11-25T09:00", by=CHIDI)
    matter.happens("rfa.returned", "2026-11-27T09:00", by=AMINA)
    deadline = matter.deadline("requested date")
    assert (deadline.met_at, deadline.due_on) == (None, date(2026, 12, 3))


def test_withdrawing_ends_what_runs_and_leaves_what_was_met():
    matter = transmitted()
    matter.happens("rfa.acknowledged", "2026-11-24T09:00", by=CHIDI)
    matter.happens("rfa.withdrawn", "2026-11-25T09:00", by=AMINA)
    late = moment("2027-06-01T00:00")
    assert matter.deadline("acknowledgement").state(late) == "met"
    assert matter.deadline("requested date").state(late) == "ended"
    matter.happens("clarification.asked", "2026-11-26T09:00", n=1)
    assert lines("deadline").count("deadline.paused") == 0


def test_other_matters_are_left_alone():
    first, second = transmitted(), transmitted(requested="ZC")
    first.happens("clarification.asked", "2026-11-24T09:00", n=1)
    assert second.deadline("requested date").paused_since is None


def test_a_running_clock_keeps_its_rule_when_the_policy_changes(monkeypatch):
    matter = transmitted()
    monkeypatch.setattr(policy, "rules", lambda: ())
    matter.happens("clarification.asked", "2026-11-24T09:00", n=1)
    matter.happens("clarification.answered", "2026-11-26T09:00", n=1)
    assert matter.deadline("requested date").due_on == date(2026, 12, 3)


@pytest.mark.parametrize("seed", range(12))
def test_the_stored_date_is_the_one_computed_from_the_facts(seed):
    chance = random.Random(seed)
    matter = transmitted(on=f"2026-12-{chance.randint(1, 28):02}", requested=chance.choice(["XA", "YB", "ZC"]))
    now, open_questions, asked = moment("2026-11-23T11:00"), [], 0
    for _ in range(12):
        now += timedelta(hours=chance.randint(1, 60))
        what = chance.choice(["rfa.answered", "rfa.returned", "clarification.asked", "clarification.answered"])
        if what == "clarification.answered" and not open_questions:
            continue
        if what == "clarification.asked":
            asked += 1
            open_questions.append(asked)
        number = open_questions.pop(0) if what == "clarification.answered" else asked
        matter.happens(what, now.replace(tzinfo=None).isoformat(), n=number)
        deadline = matter.deadline("requested date")
        assert (deadline.due_on, deadline.due_at) == tuple(recomputed(deadline))


def test_every_fact_says_which_event_it_comes_from_and_who_did_it():
    matter = transmitted()
    matter.happens("clarification.asked", "2026-11-24T09:00", by=CHIDI, n=1)
    with Session(writes=False) as session:
        facts = queries.facts_of(session, matter.deadline("requested date"))
    assert [(fact.kind, fact.event, fact.by) for fact in facts] == [
        (FactKind.STARTED, "rfa.transmitted", "system"),
        (FactKind.PAUSED, "clarification.asked", CHIDI.id),
    ]


def test_both_sides_see_the_same_trace_and_nobody_else_sees_the_clock():
    matter = transmitted()
    matter.happens("clarification.asked", "2026-11-24T09:00", by=CHIDI, n=1)
    matter.happens("clarification.answered", "2026-11-27T09:00", by=AMINA, n=1)
    seen = []
    for person in (AMINA, CHIDI):
        with transaction(person, writes=False) as tx:
            for deadline in queries.deadlines_of(tx, matter.row.subject):
                explanation = queries.explain(tx, deadline)
                assert (explanation.due_on, explanation.basis != "") == (deadline.due_on, True)
                seen.append((person.authority, deadline.rule, [sentence(step) for step in explanation.trace]))
    assert len(seen) == 6
    assert seen[:3] == [("OTP", *rest) for _, *rest in seen[3:]]
    assert seen[1][2][-1] == "Due at the end of this day (Africa/Dakar)."
    with transaction(DORA, writes=False) as tx:
        assert queries.deadlines_of(tx, matter.row.subject) == []
        assert queries.deadlines_of_many(tx, [matter.row.subject]) == {matter.row.subject: []}
        with pytest.raises(NotFound):
            tx.read(Deadline, matter.deadline("requested date").id)


def test_an_authority_without_a_calendar_on_file_has_weekends_and_no_holidays():
    with Session(writes=False) as session:
        unknown = queries.calendar_of(session, "QQ")
    assert unknown.next_working(date(2026, 12, 25)) == date(2026, 12, 25)
    assert unknown.next_working(date(2026, 12, 26)) == date(2026, 12, 28)


def test_facts_are_numbered_and_none_is_lost_or_doubled():
    matter = transmitted()
    for day, n in ((24, 1), (25, 2), (26, 3)):
        matter.happens("clarification.asked", f"2026-11-{day}T09:00", n=n)
        matter.happens("clarification.answered", f"2026-11-{day}T10:00", n=n)
    with Session(writes=False) as session:
        deadline = matter.deadline("requested date")
        seqs = session.scalars(select(DeadlineFact.seq).where(DeadlineFact.deadline_id == deadline.id)).all()
    assert sorted(seqs) == list(range(1, 8))


def test_what_does_not_concern_periods_is_ignored():
    with transaction(SYSTEM) as tx:
        tx.record(None, policy.journal.event_class("reaction.failed")(seq=1, reaction="x", attempts=8))
    assert lines() == ["reaction.failed"]
