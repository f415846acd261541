"""Questions about periods: which run for a matter, and why a date is what it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from comity.core.model import Row
from comity.core.transaction import Transaction
from comity.directory.model import Authority

from . import policy
from .calendars import Calendar, Said, plain_calendar
from .counting import Fact, FactKind, Step, compute, latest
from .model import Deadline, DeadlineFact
from .policy import Rule


@dataclass(frozen=True)
class Explanation:
    """Everything a page shows about one date; both sides see the same."""

    rule: str
    nature: str
    basis: Said
    falls_on: str
    due_on: date
    due_at: datetime
    state: str
    calendar: Calendar
    trace: list[Step]
    unverified: bool = False
    paused_since: datetime | None = None
    extends_until: date | None = None


def deadlines_of(tx: Transaction, matter: Row | str) -> list[Deadline]:
    """The periods of a matter (a row, or `rfa:<id>`) that the actor may see, in the order in which they began."""
    text = matter if isinstance(matter, str) else matter.subject
    return tx.find(Deadline, Deadline.matter == text, order_by=(Deadline.triggered_at, Deadline.rule, Deadline.key))


def deadlines_of_many(tx: Transaction, matters: Iterable[Row | str]) -> dict[str, list[Deadline]]:
    """The same for a page of matters, in one query; a matter without periods has an empty list."""
    found: dict[str, list[Deadline]] = {m if isinstance(m, str) else m.subject: [] for m in matters}
    order = (Deadline.triggered_at, Deadline.rule, Deadline.key)
    for deadline in tx.find(Deadline, Deadline.matter.in_(found), order_by=order) if found else []:
        found[deadline.matter].append(deadline)
    return found


def explain(tx: Transaction, deadline: Deadline) -> Explanation:
    """Compute the date of a period again from its facts and say each step."""
    rule = rule_of(deadline)
    calendar = calendar_of(tx.session, deadline.falls_on)
    facts = facts_of(tx.session, deadline)
    due, trace = compute(rule, facts, calendar)
    furthest = latest(rule, facts, calendar)
    return Explanation(
        rule=rule.name,
        nature=rule.nature,
        basis=rule.basis,
        falls_on=deadline.falls_on,
        due_on=due.on,
        due_at=due.at,
        state=deadline.state(tx.now),
        calendar=calendar,
        trace=trace,
        unverified=rule.unverified,
        paused_since=deadline.paused_since,
        extends_until=furthest.on if furthest else None,
    )


def foresee(
    tx: Transaction, event: str, sides: Mapping[str, str], dates: Mapping[str, date | None]
) -> list[Explanation]:
    """The periods that would begin if this event happened now, as it would be explained; nothing is begun.

    `sides` are the codes of the `requesting` and the `requested`; `dates` what the event would carry, by field.
    """
    found = []
    for given in policy.rules():
        if given.runs_from != event or (given.unless and dates.get(given.unless)):
            continue
        rule = given.as_agreed() if given.unless_agreed and dates.get(given.unless_agreed) else given
        on = dates.get(rule.counted_from) if rule.counted_from else None
        if rule.counted_from and on is None:
            continue
        falls_on = sides[rule.side]
        calendar = calendar_of(tx.session, falls_on)
        due, steps = compute(rule, [Fact(FactKind.STARTED, tx.now, on=on, event=event)], calendar)
        state = "past" if due.at <= tx.now else "running"
        found.append(
            Explanation(
                rule.name, rule.nature, rule.basis, falls_on, due.on, due.at, state, calendar, steps, rule.unverified
            )
        )
    return found


def would_end(tx: Transaction, rule: Rule, code: str) -> date:
    """The last day of a period by that rule which began now, in the calendar of the authority `code`."""
    began = Fact(FactKind.STARTED, tx.now, event=rule.runs_from)
    return compute(rule, [began], calendar_of(tx.session, code)).due.on


def trace(tx: Transaction, deadline: Deadline) -> list[Step]:
    return explain(tx, deadline).trace


def rule_of(deadline: Deadline) -> Rule:
    """The rule as it was when the period began."""
    return Rule.model_validate(deadline.policy)


def facts_of(session: Session, deadline: Deadline) -> list[Fact]:
    rows = session.scalars(
        select(DeadlineFact).where(DeadlineFact.deadline_id == deadline.id).order_by(DeadlineFact.seq)
    )
    return [Fact(FactKind(row.kind), row.at, row.on, row.days, row.key, row.event, row.by, row.since) for row in rows]


def calendar_of(session: Session, code: str) -> Calendar:
    """The calendar of an authority in its own zone, with the days that it has published itself.

    Weekends only where no calendar is on file for it.
    """
    authority = session.scalar(select(Authority).where(Authority.code == code))
    on_file = policy.calendars()
    named = authority.calendar if authority is not None else None
    calendar = on_file.get(named or "") or on_file.get(code)
    if calendar is None:
        calendar = plain_calendar(code, authority.time_zone if authority is not None else "UTC")
    return calendar.in_zone(authority.time_zone).with_own_days(authority.days) if authority is not None else calendar
