"""What can have happened to an authority."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from comity.core.journal import Event


@dataclass(frozen=True)
class AuthorityRegistered(Event):
    name: ClassVar[str] = "authority.registered"
    code: str


@dataclass(frozen=True)
class AboutProfile(Event):
    """The State whose requirement profile it is."""

    authority: str


@dataclass(frozen=True)
class ProfileBegun(AboutProfile):
    name: ClassVar[str] = "profile.begun"


@dataclass(frozen=True)
class ProfileChanged(AboutProfile):
    """What is being prepared was changed; nothing that counts yet."""

    name: ClassVar[str] = "profile.changed"


@dataclass(frozen=True)
class ProfileDiscarded(AboutProfile):
    name: ClassVar[str] = "profile.discarded"


@dataclass(frozen=True)
class ProfilePublished(AboutProfile):
    """The State's next version; its channel and languages count from `effective_on` [Rule 180]."""

    name: ClassVar[str] = "profile.published"
    n: int
    effective_on: str


@dataclass(frozen=True)
class ProfileAgreed(AboutProfile):
    """Registrar and State have agreed on the day from which channel and languages count."""

    name: ClassVar[str] = "profile.agreed"
    n: int
    effective_on: str
