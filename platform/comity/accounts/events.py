"""What can have happened to an account or a session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from comity.core.journal import Event


@dataclass(frozen=True)
class AccountCreated(Event):
    name: ClassVar[str] = "account.created"
    role: str
    authority: str | None


@dataclass(frozen=True)
class AccountDisabled(Event):
    name: ClassVar[str] = "account.disabled"


@dataclass(frozen=True)
class PasswordChanged(Event):
    name: ClassVar[str] = "account.password_changed"


@dataclass(frozen=True)
class PasswordReset(Event):
    """An administrator has given the account a temporary password."""

    name: ClassVar[str] = "account.password_reset"


@dataclass(frozen=True)
class LanguageChanged(Event):
    name: ClassVar[str] = "account.language_changed"
    locale: str


@dataclass(frozen=True)
class SessionStarted(Event):
    name: ClassVar[str] = "session.started"
    session: str
    by: str  # browser | client


@dataclass(frozen=True)
class SessionRefused(Event):
    """A wrong password, or no such account; the address itself is not kept."""

    name: ClassVar[str] = "session.refused"
    email_sha256: str


@dataclass(frozen=True)
class SessionEnded(Event):
    name: ClassVar[str] = "session.ended"
    session: str


@dataclass(frozen=True)
class DeviceApproved(Event):
    """Somebody allowed a program to be signed in as her."""

    name: ClassVar[str] = "device.approved"
    device: str


@dataclass(frozen=True)
class DeviceRefused(Event):
    name: ClassVar[str] = "device.refused"
    device: str


@dataclass(frozen=True)
class DeviceMistyped(Event):
    """A code that no waiting program shows."""

    name: ClassVar[str] = "device.mistyped"
