"""What can have happened between requests, and to the way by which one travels: events of a request like the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from comity.assistance.events import AboutRequest


@dataclass(frozen=True)
class RequestLinked(AboutRequest):
    """`other` (`rfa:<uuid>`) is a request of the same team; `relation` is a word of `links.py`."""

    name: ClassVar[str] = "rfa.linked"
    relation: str
    other: str


@dataclass(frozen=True)
class RequestUnlinked(AboutRequest):
    name: ClassVar[str] = "rfa.unlinked"
    relation: str
    other: str


@dataclass(frozen=True)
class RequestRedirected(AboutRequest):
    """What a consultation has ended about is asked of whoever controls it: this line does not say of whom."""

    name: ClassVar[str] = "rfa.redirected"
    consultation: int


@dataclass(frozen=True)
class RequestExpedited(AboutRequest):
    """The draft was marked as urgent, with the medium by which it goes; or no longer, without one."""

    name: ClassVar[str] = "rfa.expedited"
    medium: str | None


@dataclass(frozen=True)
class RequestConfirmed(AboutRequest):
    """An urgent request was confirmed on that day, through that channel [Statute art. 91(1), 96(1), 87(1)(a)]."""

    name: ClassVar[str] = "rfa.confirmed"
    on: str
    channel: str
