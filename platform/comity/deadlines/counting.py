"""Counting: the pure function from rule, facts and calendar to a due date and the trace that explains it.

Regulation 33 of the Court: calendar days, the day of the trigger is not counted, an end on a day off moves to the
next working day, unless the rule says that its limit is never lengthened by a weekend (it protects a person's liberty).
Nothing here reads a clock, a file or a database.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from .calendars import ONE_DAY, Calendar, wording
from .policy import Limit, Rule


class FactKind(StrEnum):
    """What can happen to a period."""

    STARTED = "started"
    CORRECTED = "corrected"
    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"
    AMENDED = "amended"
    MET = "met"
    REOPENED = "reopened"
    ENDED = "ended"


EPOCH = datetime.min.replace(tzinfo=UTC)

ORDER = {kind: place for place, kind in enumerate(FactKind)}
"""Facts of one instant are read in this order, so that the order in which they were written does not matter."""


@dataclass(frozen=True)
class Fact:
    """One thing that happened to a period.

    `at` is when; `on` a date it carries (the agreed date, the date counted from, the date extended to); `days` an
    extension; `since` the instant that a limit in hours is counted from; `key` pairs a pause with its end when several
    are open; `event` and `by` say what and who, for readers.
    """

    kind: FactKind
    at: datetime
    on: date | None = None
    days: int | None = None
    key: str = ""
    event: str = ""
    by: str = ""
    since: datetime | None = None


class Due(NamedTuple):
    """The due day in the authority's zone, and the first instant (UTC) at which it is over."""

    on: date
    at: datetime


@dataclass(frozen=True)
class Step:
    """One line of an explanation: on which day, what (a key of `sentences`), days added, and the due day so far.

    `values` holds what its sentence needs, and `by`, the identifier of whoever asked, answered or extended.
    """

    on: date
    what: str
    days: int | None = None
    due: date | None = None
    values: dict[str, str] = field(default_factory=dict)


class Reckoning(NamedTuple):
    due: Due
    trace: list[Step]


class State(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    ENDED = "ended"


class Standstill(NamedTuple):
    """A stretch in which the period did not run; `end` is None while it still stands.

    `begun_by` and `ended_by` are the authors of the facts at its two ends.
    """

    start: datetime
    end: datetime | None
    why: str
    begun_by: str = ""
    ended_by: str = ""


def compute(rule: Rule, facts: Iterable[Fact], calendar: Calendar) -> Reckoning:
    """The due date of a period and the steps that lead to it.

    The same facts in any order give the same answer.  A standstill adds, in the calendar of whom the period falls on,
    the days from its question to its answer: calendar days, or working days where the limit counts working days, or
    the time itself where it counts hours.  Raises ValueError without exactly one `started` fact.
    """
    ordered = in_order(facts)
    started = [fact for fact in ordered if fact.kind is FactKind.STARTED]
    if len(started) != 1:
        raise ValueError(f"a period starts once, not {len(started)} times")
    count = _Count(rule, calendar)
    count.begin(started[0], _correction(ordered))
    changes: list[Standstill | Fact] = [*standstills(ordered), *_extensions(ordered)]
    for change in sorted(changes, key=_takes_effect):
        if isinstance(change, Standstill):
            count.stand_still(change)
        else:
            count.extend(change)
    if rule.cap is not None and any(isinstance(change, Fact) for change in changes):
        count.keep_within(_furthest(rule, ordered, calendar))
    count.roll()
    count.finish(ordered)
    return Reckoning(count.due(), count.trace)


def latest(rule: Rule, facts: Iterable[Fact], calendar: Calendar) -> Due | None:
    """The furthest to which the period may be extended after these facts; None where the rule has no bound."""
    if rule.cap is None:
        return None
    count = _furthest(rule, in_order(facts), calendar)
    count.roll()
    return count.due()


def _furthest(rule: Rule, ordered: list[Fact], calendar: Calendar) -> _Count:
    """The same facts without their extensions, and then all that extensions may add."""
    count = _Count(rule, calendar)
    count.begin(next(fact for fact in ordered if fact.kind is FactKind.STARTED), _correction(ordered))
    for still in sorted(standstills(ordered), key=_takes_effect):
        count.stand_still(still)
    count.lengthen(rule.cap or rule.limit)
    return count


def _correction(ordered: list[Fact]) -> Fact | None:
    """The last correction of the day or instant from which the period is counted."""
    return next((fact for fact in reversed(ordered) if fact.kind is FactKind.CORRECTED), None)


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    return sorted(
        set(facts),
        key=lambda fact: (
            fact.at,
            ORDER[fact.kind],
            fact.key,
            fact.on or date.min,
            fact.days or 0,
            fact.since or EPOCH,
        ),
    )


def state(facts: Iterable[Fact]) -> State:
    """Where a period stands after these facts: what was met stays met when the matter ends."""
    ordered = in_order(facts)
    standing = [still for still in standstills(ordered) if still.end is None]
    if any(still.why == FactKind.MET for still in standing):
        return State.MET
    if any(fact.kind is FactKind.ENDED for fact in ordered):
        return State.ENDED
    return State.PAUSED if standing else State.RUNNING


def standstills(ordered: list[Fact]) -> list[Standstill]:
    """The stretches in which the period did not run, joined where they overlap: no day is added twice.

    An open question stops the period, and so does having been met; that last stretch ends if it is reopened.
    """
    stretches: list[Standstill] = []
    open_keys: dict[str, FactKind] = {}
    first: Fact | None = None
    for fact in ordered:
        if fact.kind in (FactKind.PAUSED, FactKind.MET):
            if not open_keys:
                first = fact
            open_keys.setdefault(_pair(fact), fact.kind)
        elif fact.kind in (FactKind.RESUMED, FactKind.REOPENED) and _pair(fact) in open_keys:
            del open_keys[_pair(fact)]
            if not open_keys and first is not None:
                stretches.append(Standstill(first.at, fact.at, first.kind, first.by, fact.by))
    if open_keys and first is not None:
        met = FactKind.MET in open_keys.values()
        stretches.append(Standstill(first.at, None, FactKind.MET if met else first.kind, first.by))
    return stretches


def _pair(fact: Fact) -> str:
    return "met" if fact.kind in (FactKind.MET, FactKind.REOPENED) else f"question {fact.key}"


def _extensions(ordered: list[Fact]) -> list[Fact]:
    return [fact for fact in ordered if fact.kind in (FactKind.EXTENDED, FactKind.AMENDED)]


def _takes_effect(change: Standstill | Fact) -> tuple[datetime, int]:
    if isinstance(change, Standstill):
        return change.end or datetime.max.replace(tzinfo=UTC), 0
    return change.at, 1


class _Count:
    """A reckoning on its way: the day (or instant) reached, and the steps so far."""

    def __init__(self, rule: Rule, calendar: Calendar) -> None:
        self.rule = rule
        self.limit = rule.limit
        self.calendar = calendar
        self.trace: list[Step] = []
        self.day = date.min
        self.instant: datetime | None = None
        self.settled_until: datetime | None = None

    def begin(self, started: Fact, corrected: Fact | None = None) -> None:
        given = corrected or started
        self.day = given.on or self.calendar.local(given.since or given.at)
        unit, number = self.limit.unit, self.limit.number
        told = unit == "agreed date" or self.limit.before  # the date lies ahead: it begins on the day it is told
        if corrected is not None:
            self.step(self.calendar.local(corrected.at), "corrected", by=corrected.by)
        self.step(self.calendar.local(started.at) if told else self.day, "started", event=started.event)
        if unit == "agreed date":
            if given.on is None:
                raise ValueError(f"{self.rule.name!r} needs the agreed date")
            agreed = self.rule.counted_from == self.rule.unless_agreed
            self.step(self.day, "agreed between them" if agreed else "agreed", due=self.day)
        elif unit == "hours":
            self.instant = (given.since or given.at) + timedelta(hours=number)
            self.day = self.calendar.local(self.instant)
            self.step(self.day, "counted hours", due=self.day, number=str(number))
        elif unit == "months":
            self.day = _months_after(self.day, number)
            self.step(self.day, "counted months", due=self.day, number=str(number))
        elif unit == "working days":
            self.work_off(number, -1 if self.limit.before else 1)
            self.step(self.day, "counted working days", days=number, due=self.day)
        elif not number:
            self.step(self.day, "same day", due=self.day)
        else:
            self.day += timedelta(days=-number if self.limit.before else number)
            what = "counted back" if self.limit.before else "counted calendar days"
            self.step(self.day, what, days=number, due=self.day)

    def work_off(self, number: int, direction: int = 1) -> None:
        """Move by so many working days, noting each holiday that does not count."""
        while number:
            self.day += direction * ONE_DAY
            if self.calendar.works(self.day):
                number -= 1
            elif self.day.weekday() not in self.calendar.weekend:
                self.day_off(self.day)

    def stand_still(self, still: Standstill) -> None:
        start, end = still.start, still.end
        begins = "answered" if still.why == FactKind.MET else "asked"
        if begins == "asked":
            what = "stands still" if end is None else "stood still"
            self.step(self.calendar.local(start), what, by=still.begun_by)
        if end is None:
            return
        if self.settled_until is not None:
            start = min(max(start, self.settled_until), end)
        first, last = self.calendar.local(start), self.calendar.local(end)
        if self.instant is not None:
            self.instant += end - start
            self.day = self.calendar.local(self.instant)
            added = (last - first).days
        elif self.limit.unit == "working days":
            added = sum(self.calendar.works(first + timedelta(days=n + 1)) for n in range((last - first).days))
            self.work_off(added)
        else:
            added = (last - first).days
            self.day += timedelta(days=added)
        what = "runs again" if begins == "asked" else "returned"
        self.step(last, what, days=added, due=self.day, by=still.ended_by)

    def extend(self, fact: Fact) -> None:
        """By days, or to a date; a new date already contains every standstill before it was agreed."""
        here = self.calendar.local(fact.at)
        if fact.on is not None:
            self.day, self.settled_until = fact.on, fact.at
            if self.instant is not None:
                self.instant = self.calendar.end_of(fact.on)
            self.step(here, "amended to" if fact.kind is FactKind.AMENDED else "extended to", due=self.day, by=fact.by)
        else:
            days = fact.days or 0
            self.day += timedelta(days=days)
            if self.instant is not None:
                self.instant += timedelta(days=days)
            self.step(here, "extended by", days=days, due=self.day, by=fact.by)

    def lengthen(self, by: Limit) -> None:
        """Move on by a length, from the day or instant reached."""
        if by.unit == "working days":
            self.work_off(by.number)
        elif by.unit == "months":
            self.day = _months_after(self.day, by.number)
        elif by.unit == "hours" and self.instant is not None:
            self.instant += timedelta(hours=by.number)
            self.day = self.calendar.local(self.instant)
            return
        else:
            self.day += timedelta(days=by.number)
        if self.instant is not None:
            here = self.instant.astimezone(self.calendar.zone)
            self.instant = self.calendar.at(self.day, here.time())

    def keep_within(self, furthest: _Count) -> None:
        """Never beyond what the rule allows extensions to add, whatever was written."""
        here, there = (one.instant or one.calendar.end_of(one.day) for one in (self, furthest))
        if here > there:
            self.day, self.instant = furthest.day, furthest.instant
            self.step(self.day, "extended at most", due=self.day)

    def roll(self) -> None:
        if not self.rule.rolls_to_working_day or self.instant is not None or self.calendar.works(self.day):
            return
        rolled = self.calendar.next_working(self.day)
        days = (rolled - self.day).days
        for n in range(days):
            self.day_off(self.day + timedelta(days=n))
        self.day = rolled
        self.step(rolled, "rolled", days=days, due=rolled)

    def day_off(self, day: date) -> None:
        holiday = self.calendar.holiday(day)
        if day.weekday() in self.calendar.weekend or holiday is None:
            self.step(day, "weekend")
        else:
            en, fr = (wording(holiday.source, locale) for locale in ("en", "fr"))
            self.step(day, "holiday", en=holiday.names.en, fr=holiday.names.fr, source=en, source_fr=fr)

    def finish(self, ordered: list[Fact]) -> None:
        zone = self.calendar.zone.key
        self.step(self.day, "due at an hour" if self.instant else "due", due=self.day, zone=zone, hour=self.hour())
        for fact in ordered:
            if fact.kind in (FactKind.MET, FactKind.ENDED):
                self.step(fact.on or self.calendar.local(fact.at), fact.kind.value, event=fact.event)

    def hour(self) -> str:
        return f"{self.instant.astimezone(self.calendar.zone):%H:%M}" if self.instant else ""

    def due(self) -> Due:
        return Due(self.day, self.instant or self.calendar.end_of(self.day))

    def step(self, on: date, what: str, days: int | None = None, due: date | None = None, **values: str) -> None:
        self.trace.append(Step(on, what, days, due, {key: value for key, value in values.items() if value}))


def _months_after(day: date, number: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError(f"no month {month + 1}")
