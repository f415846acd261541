"""The sweep: reminders whose hour has come, due days that are over, dates that a changed calendar moves."""

from __future__ import annotations

from sqlalchemy import select

from comity.core.transaction import Transaction

from . import events, running
from .calendars import Calendar
from .model import Deadline, DeadlineReminder, DeadlineWatch
from .queries import calendar_of, rule_of

PAGE = 100
"""How many periods one transaction looks at."""


def sweep(tx: Transaction) -> bool:
    """Look at a page of the periods whose time has come; True if there may be more.

    Deadlines are rows: a sweep that was away catches up, and what it has done it does not do again.
    """
    ready = (
        select(Deadline)
        .join(DeadlineWatch, DeadlineWatch.deadline_id == Deadline.id)
        .where(DeadlineWatch.next_at <= tx.now)
        .order_by(DeadlineWatch.next_at)
        .limit(PAGE)
        .with_for_update(of=Deadline, skip_locked=True)
    )
    looked_at = list(tx.session.scalars(ready))
    for deadline in looked_at:
        _look(tx, deadline, calendar_of(tx.session, deadline.falls_on))
    return len(looked_at) == PAGE


def recount(tx: Transaction) -> bool:
    """Compute a page of open periods again whose calendar has changed since; True if there may be more."""
    open_for = select(Deadline.falls_on).join(DeadlineWatch, DeadlineWatch.deadline_id == Deadline.id)
    for code in tx.session.scalars(open_for.where(DeadlineWatch.open).distinct()).all():
        digest = calendar_of(tx.session, code).digest
        outdated = (
            select(Deadline)
            .join(DeadlineWatch, DeadlineWatch.deadline_id == Deadline.id)
            .where(Deadline.falls_on == code, DeadlineWatch.open, DeadlineWatch.calendar != digest)
            .order_by(Deadline.id)
            .limit(PAGE)
            .with_for_update(of=Deadline, skip_locked=True)
        )
        found = list(tx.session.scalars(outdated))
        for deadline in found:
            running.recount(tx, deadline)
        if len(found) == PAGE:
            return True
    return False


def _look(tx: Transaction, deadline: Deadline, calendar: Calendar) -> None:
    """Note the end of the due day once, give the latest reminder that is due, and say when to look again."""
    if deadline.runs and deadline.due_at <= tx.now:
        if deadline.past_noted_at is None:
            deadline.past_noted_at = tx.now
            running.record(tx, deadline, events.DeadlinePassed)
    elif deadline.runs:
        _remind(tx, deadline, calendar)
    running.watch(tx, deadline, calendar)


def _remind(tx: Transaction, deadline: Deadline, calendar: Calendar) -> None:
    """Only the latest of several that are due: after a standstill nobody is reminded twice in a row."""
    ready = [
        reminder
        for reminder, when in sorted(running.waiting_reminders(tx, deadline, calendar), key=lambda one: one[1])
        if when <= tx.now
    ]
    if not ready or not (rule_of(deadline).urgent or calendar.is_open(tx.now)):
        return
    for reminder in ready:
        tx.session.add(
            DeadlineReminder(deadline_id=deadline.id, before=reminder.text, due_on=deadline.due_on, at=tx.now)
        )
    tx.session.flush()
    running.record(tx, deadline, events.DeadlineReminded, before=ready[-1].text)
