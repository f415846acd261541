"""Periods start, stand still and end in the same transaction as the event that moves them: legal time is never late."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from comity.core.journal import Event
from comity.core.model import Row
from comity.core.reactions import at_once
from comity.core.transaction import Transaction

from . import events, policy, running
from .counting import Fact, FactKind
from .model import Deadline
from .policy import Rule
from .queries import rule_of

MOVED_BY: dict[FactKind, tuple[str, type[events.AboutPeriod]]] = {
    FactKind.MET: ("met_by", events.DeadlineMet),
    FactKind.REOPENED: ("reopened_by", events.DeadlineReopened),
    FactKind.PAUSED: ("paused_by", events.DeadlinePaused),
    FactKind.RESUMED: ("resumed_by", events.DeadlineResumed),
    FactKind.EXTENDED: ("extended_by", events.DeadlineExtended),
    FactKind.AMENDED: ("amended_by", events.DeadlineAmended),
    FactKind.ENDED: ("ended_by", events.DeadlineEnded),
}
"""Which list of a rule leads to which fact, and the line it leaves."""


@at_once(Event)
def run_the_clocks(tx: Transaction, subject: Row | None, event: Event) -> None:
    """Periods listen to events that say who asks and who is asked; everything else they ignore."""
    if subject is None or not hasattr(event, "requesting") or not hasattr(event, "requested"):
        return
    matter = getattr(subject, "matter", None) or subject.subject
    open_here = select(Deadline).where(Deadline.matter == matter, Deadline.ended_at.is_(None)).with_for_update()
    met = [deadline for deadline in tx.session.scalars(open_here.order_by(Deadline.id)) if _move(tx, deadline, event)]
    for deadline in met:
        _begin_again(tx, deadline, event)
    for rule in policy.rules():
        if rule.runs_from == event.name:
            _start(tx, rule, matter, event)


def _start(tx: Transaction, rule: Rule, matter: str, event: Event) -> None:
    """Begin the period, unless the date it is counted from was left open; a date that was agreed goes before.

    A period that another date makes needless does not begin where the event carries that date.
    """
    if rule.unless and getattr(event, rule.unless):
        return
    if rule.unless_agreed and _day(getattr(event, rule.unless_agreed)):
        rule = rule.as_agreed()
    if getattr(event, "correction", False) and _is_there(tx, rule, matter):
        return
    on, since = _counted_from(rule, event)
    if rule.counted_from and on is None and since is None:
        return
    falls_on = getattr(event, rule.side)
    parties = [getattr(event, name) for name in ("requesting", "requested")]
    other = next((one for one in parties if one != falls_on), falls_on)
    deadline = _period(tx, rule, matter, _key(event), falls_on, other)
    fact = Fact(FactKind.STARTED, tx.now, on=on, event=event.name, by=tx.actor.id, since=since)
    running.note(tx, deadline, fact, events.DeadlineStarted)
    if event.name in rule.met_by:  # what is to be done is to say so
        met = Fact(FactKind.MET, tx.now, event=event.name, by=tx.actor.id)
        running.note(tx, deadline, met, events.DeadlineMet)


def _is_there(tx: Transaction, rule: Rule, matter: str) -> bool:
    """Whether the period has begun already: a correction moves it, and begins none beside it."""
    of_rule = select(Deadline.id).where(Deadline.matter == matter, Deadline.rule == rule.name)
    return tx.session.scalar(of_rule.limit(1)) is not None


def _counted_from(rule: Rule, event: Event) -> tuple[date | None, datetime | None]:
    """The day that the event carries for this rule or, for a limit in hours, the instant."""
    value = getattr(event, rule.counted_from) if rule.counted_from else None
    if rule.limit.unit == "hours":
        return None, datetime.fromisoformat(value) if value else None
    return _day(value), None


def _begin_again(tx: Transaction, met: Deadline, event: Event) -> None:
    """After a review the next period begins, with a row and facts of its own: counting knows only one period."""
    rule = rule_of(met)
    if rule.again is None:
        return
    deadline = _period(tx, rule.next(), met.matter, met.key, met.falls_on, met.other)
    fact = Fact(FactKind.STARTED, tx.now, event=event.name, by=tx.actor.id)
    running.note(tx, deadline, fact, events.DeadlineStarted)


def _period(tx: Transaction, rule: Rule, matter: str, key: str, falls_on: str, other: str) -> Deadline:
    return Deadline(
        rule=rule.name,
        nature=rule.nature,
        matter=matter,
        key=key,
        falls_on=falls_on,
        other=other,
        triggered_at=tx.now,
        policy=rule.model_dump(mode="json"),
    )


def _move(tx: Transaction, deadline: Deadline, event: Event) -> bool:
    """What the event means to a period, by the rule as it was when the period began; True if it was met.

    Raises Refused for an extension beyond what the rule allows.
    """
    rule = rule_of(deadline)
    key = _key(event)
    if deadline.key and key and key != deadline.key:
        return False
    if event.name == rule.runs_from and getattr(event, "correction", False):
        on, since = _counted_from(rule, event)
        corrected = Fact(FactKind.CORRECTED, tx.now, on=on, event=event.name, by=tx.actor.id, since=since)
        running.note(tx, deadline, corrected, events.DeadlineCorrected)
        return False
    met = False
    for kind, (list_name, line) in MOVED_BY.items():
        if event.name not in getattr(rule, list_name) or not _matters(kind, deadline):
            continue
        days, until = getattr(event, "days", None), _day(getattr(event, "until", None))
        extended = kind in (FactKind.EXTENDED, FactKind.AMENDED)
        if extended and until is None and not days:
            continue  # it could have set another date, and has not
        happened = _day(getattr(event, "on", None)) if kind in (FactKind.MET, FactKind.ENDED) else None
        fact = Fact(
            kind,
            tx.now,
            on=until if extended else happened,
            days=days if extended and until is None else None,
            key=key if kind in (FactKind.PAUSED, FactKind.RESUMED) else "",
            event=event.name,
            by=tx.actor.id,
        )
        if extended:
            running.check_extension(tx, deadline, fact)
        running.note(tx, deadline, fact, line)
        met = met or kind is FactKind.MET
    return met


def _matters(kind: FactKind, deadline: Deadline) -> bool:
    """What was met is not met again and does not end; what was not met cannot be reopened."""
    met = deadline.met_at is not None
    return met if kind is FactKind.REOPENED else not (met and kind in (FactKind.MET, FactKind.ENDED))


def _key(event: Event) -> str:
    """Which of several questions the event is about; empty where it is about the matter itself."""
    number = getattr(event, "n", None)
    return "" if number is None else str(number)


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else None
