"""What can have happened to a translation.

These lines name the asking team (`requesting`) and the language service (`requested`), and never the request from which
the text comes: that stands in the line of the preparation alone, which is the team's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from comity.core.journal import Event


@dataclass(frozen=True)
class TranslationPrepared(Event):
    """A member of `team` is about to seal a text of the request `matter` to the language service."""

    name: ClassVar[str] = "translation.prepared"
    team: str
    matter: str
    document: str


@dataclass(frozen=True)
class AboutTranslation(Event):
    """`requesting` is the team that asks, `requested` the language service: of its own clock, and no request's."""

    requesting: str
    requested: str


@dataclass(frozen=True)
class TranslationAsked(AboutTranslation):
    """The text was sealed to the service, which is asked to translate it by `wanted_on`."""

    name: ClassVar[str] = "translation.asked"
    source_language: str
    target_language: str
    certified: bool
    wanted_on: str


@dataclass(frozen=True)
class TranslationTaken(AboutTranslation):
    """A translator has it now."""

    name: ClassVar[str] = "translation.taken"


@dataclass(frozen=True)
class TranslationPutBack(AboutTranslation):
    """It waits for a translator again: `user` had it."""

    name: ClassVar[str] = "translation.put_back"
    user: str


@dataclass(frozen=True)
class TranslationGiven(AboutTranslation):
    """What `user` had asked for was given."""

    name: ClassVar[str] = "translation.given"
    user: str


@dataclass(frozen=True)
class TranslationReturned(AboutTranslation):
    """It went back to `user`, who had asked for it, with a sealed question or reason."""

    name: ClassVar[str] = "translation.returned"
    user: str


@dataclass(frozen=True)
class TranslationWithdrawn(AboutTranslation):
    """It is no longer asked for; `user`, if anybody, had taken it."""

    name: ClassVar[str] = "translation.withdrawn"
    user: str


@dataclass(frozen=True)
class AboutLateTranslation(Event):
    """Of a translation's own clock: `user` has it or, while nobody has, it is the service `to` that is told."""

    user: str
    to: str


@dataclass(frozen=True)
class TranslationReminded(AboutLateTranslation):
    """The day of a translation is near."""

    name: ClassVar[str] = "translation.reminded"


@dataclass(frozen=True)
class TranslationOverdue(AboutLateTranslation):
    """The day of a translation has passed; `asked_by` waits for it."""

    name: ClassVar[str] = "translation.overdue"
    asked_by: str
