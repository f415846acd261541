"""What the Court decided about periods: policies/deadlines.toml and policies/calendars.toml, read and checked once."""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import Literal, NamedTuple, Self

from pydantic import Field, field_validator, model_validator

from comity.core import journal
from comity.core.errors import PolicyError
from comity.core.policy import policies_dir, read_toml

from .calendars import Calendar, CalendarRule, Said, Strict, calendar_from

Unit = Literal["calendar days", "working days", "hours", "months", "agreed date"]


class Limit(NamedTuple):
    """How long a period is: 60 calendar days after, 45 calendar days before, the same day, or an agreed date."""

    number: int
    unit: Unit
    before: bool = False


class Reminder(NamedTuple):
    """So many calendar or working days before the due day."""

    text: str
    number: int
    working: bool


class Rule(Strict):
    """One `[[deadline]]`: what starts, stops and meets a period, how long it is, and on whom it falls."""

    name: str = Field(min_length=1)
    nature: Literal["law", "policy", "comparator"]
    runs_from: str
    counted_from: str | None = None
    within: str
    unless: str | None = None
    unless_agreed: str | None = None
    again: str | None = None
    met_by: tuple[str, ...] = Field(strict=False)
    ended_by: tuple[str, ...] = Field(default=(), strict=False)
    paused_by: tuple[str, ...] = Field(default=(), strict=False)
    resumed_by: tuple[str, ...] = Field(default=(), strict=False)
    reopened_by: tuple[str, ...] = Field(default=(), strict=False)
    extended_by: tuple[str, ...] = Field(default=(), strict=False)
    amended_by: tuple[str, ...] = Field(default=(), strict=False)
    extends_at_most: str | None = None
    falls_on: Literal[
        "requesting party",
        "requesting organ",
        "requesting State",
        "requested party",
        "requested organ",
        "requested State",
        "party to whom it is addressed",
    ]
    rolls_to_working_day: bool = False
    remind: tuple[str, ...] = Field(default=(), strict=False)
    urgent: bool = False
    basis: Said
    unverified: bool = False

    @cached_property
    def limit(self) -> Limit:
        return _limit(self.within)

    @cached_property
    def cap(self) -> Limit | None:
        """By how much all extensions together may lengthen the period."""
        return _limit(self.extends_at_most) if self.extends_at_most else None

    def as_agreed(self) -> Self:
        """The rule of a period for which the parties have agreed on a date, instead of its length."""
        return self.changed(within="agreed date", counted_from=self.unless_agreed)

    def next(self) -> Self:
        """The rule of the period that begins when a recurring one is met: as long as `again` says."""
        return self.changed(within=self.again, counted_from=None, unless=None, unless_agreed=None)

    def changed(self, **values: object) -> Self:
        """Another rule, checked like one of the file (a copy would keep the length that this one has worked out)."""
        return self.model_validate({**self.model_dump(), **values})

    @cached_property
    def reminders(self) -> tuple[Reminder, ...]:
        return tuple(_reminder(text) for text in self.remind)

    @property
    def side(self) -> Literal["requesting", "requested", "to"]:
        """The field of the event that names on whom it falls."""
        if self.falls_on == "party to whom it is addressed":
            return "to"
        return "requesting" if self.falls_on.startswith("requesting") else "requested"

    def events(self) -> dict[str, tuple[str, ...]]:
        """Every event the rule listens to, by what it does."""
        return {
            "runs_from": (self.runs_from,),
            "met_by": self.met_by,
            "ended_by": self.ended_by,
            "paused_by": self.paused_by,
            "resumed_by": self.resumed_by,
            "reopened_by": self.reopened_by,
            "extended_by": self.extended_by,
            "amended_by": self.amended_by,
        }

    @field_validator("within", "again", "extends_at_most")
    @classmethod
    def countable(cls, text: str | None) -> str | None:
        if text is not None:
            _limit(text)
        return text

    @field_validator("remind")
    @classmethod
    def remindable(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        for text in texts:
            _reminder(text)
        return texts

    @model_validator(mode="after")
    def says_nothing_impossible(self) -> Self:
        unit, before = self.limit.unit, self.limit.before
        if (unit == "agreed date" or before) and self.counted_from is None:
            raise ValueError(
                f"{self.within!r} needs `counted_from`: the field of {self.runs_from} that carries the date"
            )
        if unit == "hours" and self.rolls_to_working_day:
            raise ValueError("a limit in hours does not roll to a working day")
        if bool(self.paused_by) != bool(self.resumed_by):
            raise ValueError("`paused_by` and `resumed_by` need each other")
        if self.unless_agreed and unit == "agreed date" and self.counted_from != self.unless_agreed:
            raise ValueError("`unless_agreed` needs a length in `within`, for when nothing was agreed")
        self._recurs_soundly()
        self._extends_soundly()
        return self

    def _recurs_soundly(self) -> None:
        if self.again is None:
            return
        limit = _limit(self.again)
        if limit.unit == "agreed date" or limit.before or not limit.number:
            raise ValueError("`again` is a length that begins when the period before it is met: '60 calendar days'")
        if limit.unit == "hours" and self.rolls_to_working_day:
            raise ValueError("a limit in hours does not roll to a working day")
        if not self.met_by or not self.ended_by:
            raise ValueError(
                "`again` needs `met_by`, after which the next period begins, and `ended_by`, to end it all"
            )
        if self.reopened_by:
            raise ValueError("`again` and `reopened_by` exclude each other: the next period already runs")

    def _extends_soundly(self) -> None:
        if self.cap is None:
            return
        if not self.extended_by:
            raise ValueError("`extends_at_most` needs `extended_by`")
        if self.cap.unit == "agreed date" or self.cap.before or not self.cap.number:
            raise ValueError("`extends_at_most` is a length: '30 calendar days'")
        lengths = {self.limit.unit, _limit(self.again).unit if self.again else self.limit.unit}
        if self.cap.unit == "hours" and (lengths != {"hours"} or self.unless_agreed):
            raise ValueError("`extends_at_most` counts hours only where every length of the rule does")


class DeadlinesFile(Strict):
    deadline: tuple[Rule, ...] = Field(strict=False)

    @model_validator(mode="after")
    def names_are_unique(self) -> Self:
        names = [rule.name for rule in self.deadline]
        if len(set(names)) < len(names):
            raise ValueError("two deadlines have the same name")
        return self


class CalendarsFile(Strict):
    calendar: tuple[CalendarRule, ...] = Field(strict=False)

    @model_validator(mode="after")
    def codes_are_unique(self) -> Self:
        codes = [code for rule in self.calendar for code in {rule.code, *rule.of}]
        if len(set(codes)) < len(codes):
            raise ValueError("two calendars claim the same code")
        return self


@cache
def rules() -> tuple[Rule, ...]:
    """The periods of policies/deadlines.toml, each checked against the events that exist.  Raises PolicyError."""
    found = read_toml("deadlines.toml", DeadlinesFile).deadline
    for rule in found:
        _check(rule)
    return found


@cache
def rules_by_event() -> dict[str, tuple[Rule, ...]]:
    """For each event the rules it concerns: most events concern none."""
    index: dict[str, list[Rule]] = {}
    for rule in rules():
        for name in {name for names in rule.events().values() for name in names}:
            index.setdefault(name, []).append(rule)
    return {name: tuple(found) for name, found in index.items()}


@cache
def calendars() -> dict[str, Calendar]:
    """The calendars of policies/calendars.toml by their code and by the authorities they are `of`."""
    found: dict[str, Calendar] = {}
    for rule in read_toml("calendars.toml", CalendarsFile).calendar:
        calendar = calendar_from(rule)
        found.update(dict.fromkeys([rule.code, *rule.of], calendar))
    return found


def check() -> None:
    """Read both files, or raise PolicyError naming file, line and reason."""
    rules()
    calendars()


def forget() -> None:
    """Read the files anew at the next question (after a change of policy, and in tests)."""
    for cached in (rules, rules_by_event, calendars):
        cached.cache_clear()


def _check(rule: Rule) -> None:
    known = journal.event_names()
    for use, names in rule.events().items():
        for name in names:
            if name not in known:
                raise _wrong(rule, name, f"{rule.name!r}: `{use}` names the event {name!r}, which does not exist")
    fields = getattr(journal.event_class(rule.runs_from), "__dataclass_fields__", {})
    for field in (rule.counted_from, rule.unless, rule.unless_agreed):
        if field is not None and field not in fields:
            raise _wrong(rule, field, f"{rule.name!r}: {rule.runs_from} carries no field {field!r}")


def _wrong(rule: Rule, word: str, reason: str) -> PolicyError:
    file = policies_dir() / "deadlines.toml"
    lines = file.read_text().splitlines()
    start = next((n for n, line in enumerate(lines) if f'"{rule.name}"' in line), 0)
    line = next((n for n in range(start, len(lines)) if f'"{word}"' in lines[n]), start)
    return PolicyError(f"{file}:{line + 1}: {reason}")


def _limit(text: str) -> Limit:
    if text == "agreed date":
        return Limit(0, "agreed date")
    if text == "same day":
        return Limit(0, "calendar days")
    found = re.fullmatch(r"([1-9]\d{0,3}) (?:(calendar |working )?days?|(hours?)|(months?))( before)?", text)
    if not found:
        raise ValueError(
            f"{text!r} is no length: write '60 calendar days', '5 working days', '96 hours', 'same day', 'agreed date'"
        )
    number, kind, hours, months, before = found.groups()
    if before and (hours or months):
        raise ValueError("only days can be counted `before`")
    unit: Unit = "hours" if hours else "months" if months else "working days" if kind == "working " else "calendar days"
    return Limit(int(number), unit, bool(before))


def _reminder(text: str) -> Reminder:
    found = re.fullmatch(r"([1-9]\d{0,2}) (working )?days? before", text)
    if not found:
        raise ValueError(f"{text!r} is no reminder: write '7 days before' or '2 working days before'")
    return Reminder(text, int(found[1]), bool(found[2]))
