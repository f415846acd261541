"""Calendars: the zone, the weekend, the days off and the working hours of each authority."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from importlib.metadata import version
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

import holidays
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DayName = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
ONE_DAY = timedelta(days=1)
HOLIDAYS = version("holidays")
"""Which release of the library names the days off: a part of what a date was counted with."""


class Strict(BaseModel):
    """A table of a policy file: nothing unknown, nothing converted."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Names(Strict):
    """One name in both working languages."""

    en: str
    fr: str

    def in_language(self, locale: str) -> str:
        return self.fr if locale.startswith("fr") else self.en


Said = Annotated[str, Field(min_length=1)] | Names
"""Words of a policy: the same in both languages (an article, say), or one text for each."""


def wording(words: Said, locale: str) -> str:
    """Those words for a reader of that language."""
    return words if isinstance(words, str) else words.in_language(locale)


class HolidayRule(Strict):
    """A day off: the dates themselves, or the same day `every` year ("MM-DD"), and where that is written."""

    name: Names
    on: tuple[date, ...] = Field(default=(), strict=False)
    every: str | None = None
    source: Said

    @model_validator(mode="after")
    def either_dates_or_every_year(self) -> Self:
        if bool(self.on) == (self.every is not None):
            raise ValueError("give either `on` (a list of dates) or `every` (MM-DD)")
        if self.every is not None:
            datetime.strptime(f"2024-{self.every}", "%Y-%m-%d").replace(tzinfo=UTC)
        return self

    def falls_on(self, day: date) -> bool:
        return day in self.on or self.every == f"{day:%m-%d}"


class CalendarRule(Strict):
    """One `[[calendar]]` of policies/calendars.toml."""

    code: str
    names: Names
    of: tuple[str, ...] = Field(default=(), strict=False)
    time_zone: str
    weekend: frozenset[DayName] = Field(strict=False)
    opens: time = time(9)
    closes: time = time(17)
    country: str | None = None
    subdivision: str | None = None
    basis: str = Field(min_length=1)
    holiday: tuple[HolidayRule, ...] = Field(default=(), strict=False)

    @field_validator("time_zone")
    @classmethod
    def known_zone(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError(f"no time zone is called {zone!r}")
        return zone

    @model_validator(mode="after")
    def can_be_worked_with(self) -> Self:
        if len(self.weekend) > 6:
            raise ValueError("a week needs a working day")
        if self.opens >= self.closes:
            raise ValueError("`opens` must come before `closes`")
        if self.subdivision and not self.country:
            raise ValueError("`subdivision` needs a `country`")
        if self.country:
            known = holidays.list_supported_countries()
            if self.country not in known:
                raise ValueError(f"the holidays library knows no country {self.country!r}")
            if self.subdivision and self.subdivision not in known[self.country]:
                raise ValueError(f"{self.country} has no subdivision {self.subdivision!r}")
        return self


@dataclass(frozen=True)
class Holiday:
    """A day off that is not a weekend, with its source."""

    names: Names
    source: Said


@dataclass(frozen=True)
class Calendar:
    """What counting needs to know of one authority: which days work, in which zone, and when the office is open."""

    code: str
    names: Names
    zone: ZoneInfo
    weekend: frozenset[int]
    holiday: Callable[[date], Holiday | None]
    opens: time = time(9)
    closes: time = time(17)
    digest: str = ""

    def works(self, day: date) -> bool:
        return day.weekday() not in self.weekend and self.holiday(day) is None

    def next_working(self, day: date) -> date:
        """The day itself, or the first working day after it."""
        for _ in range(400):
            if self.works(day):
                return day
            day += ONE_DAY
        raise ValueError(f"the calendar {self.code} has no working day in a year")

    def local(self, at: datetime) -> date:
        """The date of that instant where the authority is."""
        return at.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """The first instant (UTC) after that day."""
        return self.at(day + ONE_DAY, time(0))

    def at(self, day: date, hour: time) -> datetime:
        """That hour of that day, as an instant in UTC."""
        return datetime.combine(day, hour, self.zone).astimezone(UTC)

    def is_open(self, at: datetime) -> bool:
        here = at.astimezone(self.zone)
        return self.works(here.date()) and self.opens <= here.time() < self.closes

    def next_open(self, at: datetime) -> datetime:
        """That instant if the office is open then, else when it opens next."""
        if self.is_open(at):
            return at
        here = at.astimezone(self.zone)
        day = here.date() if here.time() < self.opens else here.date() + ONE_DAY
        return self.at(self.next_working(day), self.opens)

    def in_zone(self, name: str) -> Calendar:
        """The same days seen from another zone: an authority may lie elsewhere in its country."""
        if name == self.zone.key:
            return self
        return replace(self, zone=ZoneInfo(name), digest=_sha256(f"{self.digest}\n{name}"))

    def with_own_days(self, days: Sequence[Mapping[str, Any]]) -> Calendar:
        """The same, with the days that the authority itself has published: off, or worked in spite of the calendar."""
        if not days:
            return self
        own = {date.fromisoformat(one["on"]): one for one in days}

        def holiday(day: date) -> Holiday | None:
            said = own.get(day)
            if said is None:
                return self.holiday(day)
            return _own_day(said) if said["off"] else None

        return replace(self, holiday=holiday, digest=_sha256(f"{self.digest}\n{sorted(map(str, days))}"))


PUBLISHED = Names(en="published by the State in its profile", fr="publié par l'État dans son profil")


def _own_day(said: Mapping[str, Any]) -> Holiday:
    return Holiday(Names(en=said["name"], fr=said["name"]), said["source"] or PUBLISHED)


def calendar_from(rule: CalendarRule) -> Calendar:
    """The calendar that a `[[calendar]]` table describes."""

    @lru_cache(maxsize=4096)  # a list of requests asks for every day up to fifty dates
    def holiday(day: date) -> Holiday | None:
        for written in rule.holiday:
            if written.falls_on(day):
                return Holiday(written.name, written.source)
        name = _days_of(rule.country, rule.subdivision, day.year).get(day) if rule.country else None
        return Holiday(Names(en=name, fr=name), f"holidays {HOLIDAYS}, {rule.country}") if name else None

    return Calendar(
        code=rule.code,
        names=rule.names,
        zone=ZoneInfo(rule.time_zone),
        weekend=frozenset(DAYS.index(day) for day in rule.weekend),
        holiday=holiday,
        opens=rule.opens,
        closes=rule.closes,
        digest=_sha256(
            f"{rule.model_dump_json(exclude={'weekend'})}\n{sorted(rule.weekend)}\n{rule.country and HOLIDAYS}"
        ),
    )


def plain_calendar(code: str, zone: str = "UTC") -> Calendar:
    """For an authority whose calendar is not on file: Saturday and Sunday are off, no holidays are known."""
    return Calendar(
        code=code,
        names=Names(en=code, fr=code),
        zone=ZoneInfo(zone),
        weekend=frozenset({5, 6}),
        holiday=lambda day: None,  # noqa: ARG005  (the shape of a calendar's question)
        digest=_sha256(f"plain {code} {zone}"),
    )


@lru_cache(maxsize=512)
def _days_of(country: str, subdivision: str | None, year: int) -> dict[date, str]:
    """One year at a time, never a shared growing object: several worker threads ask."""
    return dict(holidays.country_holidays(country, subdiv=subdivision, years=year, expand=False))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
