"""A period that runs: note a fact, compute the date again, and say when to look next."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from comity.core.errors import Refused
from comity.core.text import _
from comity.core.transaction import Transaction

from . import events
from .calendars import ONE_DAY, Calendar
from .counting import Due, Fact, State, compute, in_order, latest, standstills, state
from .counting import FactKind as Kind
from .model import Deadline, DeadlineFact, DeadlineReminder, DeadlineWatch
from .policy import Reminder, Rule
from .queries import calendar_of, facts_of, rule_of


def note(tx: Transaction, deadline: Deadline, fact: Fact, line: type[events.AboutPeriod]) -> None:
    """Add the fact, compute the date again, and record what happened to the period."""
    facts = [*facts_of(tx.session, deadline), fact] if fact.kind is not Kind.STARTED else [fact]
    calendar = calendar_of(tx.session, deadline.falls_on)
    _settle(deadline, rule_of(deadline), facts, calendar, tx.now)
    tx.session.add(deadline)
    tx.session.flush()
    _write(tx, deadline, fact)
    watch(tx, deadline, calendar)
    record(tx, deadline, line)


def check_extension(tx: Transaction, deadline: Deadline, fact: Fact) -> None:
    """Raises Refused, naming the latest date that is possible, where the extension goes beyond the rule's bound."""
    rule = rule_of(deadline)
    calendar = calendar_of(tx.session, deadline.falls_on)
    facts = [*facts_of(tx.session, deadline), fact]
    furthest = latest(rule, facts, calendar)
    unbound = compute(rule.changed(extends_at_most=None), facts, calendar)
    if furthest is not None and unbound.due.at > furthest.at:
        raise Refused(
            _("This date can be extended to %(date)s at the latest: choose a day up to then.", date=furthest.on)
        )


def recount(tx: Transaction, deadline: Deadline) -> None:
    """Compute the date again after its calendar has changed; a date that moves leaves a line."""
    was = deadline.due_on
    calendar = calendar_of(tx.session, deadline.falls_on)
    _settle(deadline, rule_of(deadline), facts_of(tx.session, deadline), calendar, tx.now)
    if deadline.due_on != was:
        record(tx, deadline, events.DeadlineMoved, was=was.isoformat())
    watch(tx, deadline, calendar)


def record(tx: Transaction, deadline: Deadline, line: type[events.AboutPeriod], **more: str) -> None:
    event = line(
        matter=deadline.matter,
        rule=deadline.rule,
        falls_on=deadline.falls_on,
        other=deadline.other,
        due_on=deadline.due_on.isoformat(),
        **more,
    )
    tx.record(deadline, event)  # type: ignore[arg-type]  # every line of events.py is an Event too


def watch(tx: Transaction, deadline: Deadline, calendar: Calendar) -> None:
    """Say when the sweep must look at the period next."""
    row = tx.session.get(DeadlineWatch, deadline.id) or DeadlineWatch(deadline_id=deadline.id)
    row.calendar = calendar.digest
    row.open = deadline.met_at is None and deadline.ended_at is None
    row.next_at = next_look(tx, deadline, calendar)
    tx.session.add(row)


def next_look(tx: Transaction, deadline: Deadline, calendar: Calendar) -> datetime | None:
    """The next reminder not yet given, or the end of the due day not yet noted; nothing while it does not run."""
    if not deadline.runs:
        return None
    if deadline.due_at <= tx.now:
        return None if deadline.past_noted_at is not None else deadline.due_at
    urgent = rule_of(deadline).urgent
    hours = [max(when, tx.now) for _, when in waiting_reminders(tx, deadline, calendar)]
    return min([deadline.due_at, *(hour if urgent else calendar.next_open(hour) for hour in hours)])


def waiting_reminders(tx: Transaction, deadline: Deadline, calendar: Calendar) -> list[tuple[Reminder, datetime]]:
    """The reminders still to be given for this due day, with their hour."""
    given = set(
        tx.session.scalars(
            select(DeadlineReminder.before).where(
                DeadlineReminder.deadline_id == deadline.id, DeadlineReminder.due_on == deadline.due_on
            )
        )
    )
    rule = rule_of(deadline)
    due = Due(deadline.due_on, deadline.due_at)
    hours = reminder_hours(rule, due, deadline.triggered_at, calendar)
    return [(reminder, when) for reminder, when in hours if reminder.text not in given]


def reminder_hours(rule: Rule, due: Due, triggered_at: datetime, calendar: Calendar) -> list[tuple[Reminder, datetime]]:
    """When each reminder of a rule is given: when the office opens that day or next, but before the date is over.

    A reminder whose day lies on or before the day the period began is none: the person has just been told.
    """
    found = []
    for reminder in rule.reminders:
        day = due.on
        for _day in range(reminder.number):
            day -= ONE_DAY
            while reminder.working and not calendar.works(day):
                day -= ONE_DAY
        when = calendar.at(day, calendar.opens)
        when = when if rule.urgent else calendar.next_open(when)
        if day > calendar.local(triggered_at) and when < due.at:
            found.append((reminder, when))
    return found


def _settle(deadline: Deadline, rule: Rule, facts: list[Fact], calendar: Calendar, now: datetime) -> None:
    """Bring the columns of the row to what the facts say."""
    ordered = in_order(facts)
    due = compute(rule, ordered, calendar).due
    where = state(ordered)
    standing = [still for still in standstills(ordered) if still.end is None]
    deadline.paused_since = standing[0].start if where is State.PAUSED else None
    deadline.met_at = _last(ordered, Kind.MET) if where is State.MET else None
    deadline.ended_at = _last(ordered, Kind.ENDED)
    if deadline.past_noted_at is not None and due.at > now:
        deadline.past_noted_at = None  # a later date can pass in its turn
    deadline.due_on, deadline.due_at = due


def _last(ordered: list[Fact], kind: Kind) -> datetime | None:
    return next((fact.at for fact in reversed(ordered) if fact.kind is kind), None)


def _write(tx: Transaction, deadline: Deadline, fact: Fact) -> None:
    seq = tx.session.scalar(
        select(func.coalesce(func.max(DeadlineFact.seq), 0)).where(DeadlineFact.deadline_id == deadline.id)
    )
    tx.session.add(
        DeadlineFact(
            deadline_id=deadline.id,
            seq=(seq or 0) + 1,
            kind=fact.kind.value,
            at=fact.at,
            on=fact.on,
            days=fact.days,
            since=fact.since,
            key=fact.key,
            event=fact.event,
            by=fact.by,
        )
    )
    tx.session.flush()
