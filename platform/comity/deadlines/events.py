"""What can have happened to a period.  `matter` is what it is about (`rfa:<id>`), `due_on` its due day from then on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from comity.core.journal import Event


@dataclass(frozen=True)
class AboutPeriod:
    """What every line about a period says: the two authorities let others be told without reading a table.

    `other` is empty where the period is one office's own business.
    """

    matter: str
    rule: str
    falls_on: str
    other: str
    due_on: str


@dataclass(frozen=True)
class DeadlineStarted(AboutPeriod, Event):
    name: ClassVar[str] = "deadline.started"


@dataclass(frozen=True)
class DeadlinePaused(AboutPeriod, Event):
    name: ClassVar[str] = "deadline.paused"


@dataclass(frozen=True)
class DeadlineResumed(AboutPeriod, Event):
    name: ClassVar[str] = "deadline.resumed"


@dataclass(frozen=True)
class DeadlineMet(AboutPeriod, Event):
    name: ClassVar[str] = "deadline.met"


@dataclass(frozen=True)
class DeadlineReopened(AboutPeriod, Event):
    name: ClassVar[str] = "deadline.reopened"


@dataclass(frozen=True)
class DeadlineExtended(AboutPeriod, Event):
    name: ClassVar[str] = "deadline.extended"


@dataclass(frozen=True)
class DeadlineAmended(AboutPeriod, Event):
    """What is asked for was changed, and with it the date."""

    name: ClassVar[str] = "deadline.amended"


@dataclass(frozen=True)
class DeadlineEnded(AboutPeriod, Event):
    name: ClassVar[str] = "deadline.ended"


@dataclass(frozen=True)
class DeadlineCorrected(AboutPeriod, Event):
    """What began the period was reported wrongly and then corrected: it is counted from the corrected day or hour."""

    name: ClassVar[str] = "deadline.corrected"


@dataclass(frozen=True)
class DeadlineMoved(AboutPeriod, Event):
    """The same facts give another date, because a calendar was changed."""

    name: ClassVar[str] = "deadline.moved"
    was: str


@dataclass(frozen=True)
class DeadlineReminded(AboutPeriod, Event):
    """The time of a reminder has come; `before` is the rule's own words."""

    name: ClassVar[str] = "deadline.reminded"
    before: str


@dataclass(frozen=True)
class DeadlinePassed(AboutPeriod, Event):
    """The due day is over.  Noted once for each date."""

    name: ClassVar[str] = "deadline.passed"
