"""What can have happened to keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from comity.core.journal import Event


@dataclass(frozen=True)
class KeySetDeposited(Event):
    """A person's key set has been kept for her, behind the ways that the next lines name."""

    name: ClassVar[str] = "keyset.deposited"
    keyset: str


@dataclass(frozen=True)
class KeySetWayAdded(Event):
    """There is one more way to unlock a key set: a passphrase, a recovery code or a passkey."""

    name: ClassVar[str] = "keyset.way_added"
    keyset: str
    kind: str
    way: str


@dataclass(frozen=True)
class KeySetWayRemoved(Event):
    """A way to unlock a key set is gone, or another one took its place."""

    name: ClassVar[str] = "keyset.way_removed"
    keyset: str
    kind: str
    way: str


@dataclass(frozen=True)
class StatementRegistered(Event):
    """The chain of an authority has one statement more."""

    name: ClassVar[str] = "statement.registered"
    authority: str
    seq: int
    sha256: str
