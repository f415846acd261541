"""What can have happened to a notice.  The recipient is an account identifier, never a name or an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from comity.core.journal import Event


@dataclass(frozen=True)
class NotificationQueued(Event):
    """Somebody is to be told of the line that caused this."""

    name: ClassVar[str] = "notification.queued"
    account: str
    of: str


@dataclass(frozen=True)
class NotificationDelivered(Event):
    """A transport took the message over; `attempts` includes the one that succeeded."""

    name: ClassVar[str] = "notification.delivered"
    account: str
    of: str
    transport: str
    attempts: int


@dataclass(frozen=True)
class NotificationFailed(Event):
    """A transport refused for good, or as often as it is tried.  The notice stays in the inbox."""

    name: ClassVar[str] = "notification.failed"
    account: str
    of: str
    transport: str
    attempts: int


@dataclass(frozen=True)
class NotificationDropped(Event):
    """The message was not sent: the matter was acted on, or the account is no longer active."""

    name: ClassVar[str] = "notification.dropped"
    account: str
    of: str
    transport: str


@dataclass(frozen=True)
class NotificationRead(Event):
    """The recipient marked the notice as read."""

    name: ClassVar[str] = "notification.read"
    account: str
    of: str
