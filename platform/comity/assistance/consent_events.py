"""What can have happened to the consent that a handling limit needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from comity.assistance.events import AboutRequest


@dataclass(frozen=True)
class AboutConsent(AboutRequest):
    """`n` is its number in the request, about one use of one document; `to` is the party that did not act."""

    n: int
    document: str
    use: str
    to: str


@dataclass(frozen=True)
class ConsentAsked(AboutConsent):
    """The receiver of a document asks its sender for consent to a use; nothing is freed by that."""

    name: ClassVar[str] = "consent.asked"


@dataclass(frozen=True)
class ConsentGiven(AboutConsent):
    """For the use that was asked for (`use`), or wholly (`whole`)."""

    name: ClassVar[str] = "consent.given"
    extent: str


@dataclass(frozen=True)
class ConsentRefused(AboutConsent):
    name: ClassVar[str] = "consent.refused"


@dataclass(frozen=True)
class ConsentWithdrawn(AboutConsent):
    """For the future: what was done with it before stays done."""

    name: ClassVar[str] = "consent.withdrawn"
