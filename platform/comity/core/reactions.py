"""What follows from events: at once, in the same transaction; or afterwards, run by the relay.

An `@at_once` reaction does database work only.  An `@afterwards` reaction is run as the system with the line as its
cause, at least once, and is marked handled in its own transaction; it makes no network call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.core.journal import Entry, Event

if TYPE_CHECKING:
    from comity.core.model import Row
    from comity.core.transaction import Transaction

AtOnce = Callable[["Transaction", "Row | None", Event], None]
Afterwards = Callable[["Transaction", Entry, Event], None]


@dataclass(frozen=True)
class Reaction:
    """An afterwards reaction; `name` is what its handled mark says and never changes."""

    name: str
    events: tuple[type[Event], ...]
    function: Afterwards


_at_once: dict[str, tuple[tuple[type[Event], ...], AtOnce]] = {}
_afterwards: dict[str, Reaction] = {}


def _name(function: Callable[..., None]) -> str:
    return f"{function.__module__.removeprefix('comity.')}.{function.__name__}"


def at_once(*events: type[Event]) -> Callable[[AtOnce], AtOnce]:
    """Run in the transaction that records one of `events` (Event itself: every event)."""

    def register(function: AtOnce) -> AtOnce:
        _at_once[_name(function)] = (events, function)
        return function

    return register


def afterwards(*events: type[Event]) -> Callable[[Afterwards], Afterwards]:
    """Run by the relay after one of `events` has been committed."""

    def register(function: Afterwards) -> Afterwards:
        _afterwards[_name(function)] = Reaction(_name(function), events, function)
        return function

    return register


def at_once_for(event: Event) -> list[AtOnce]:
    """What runs in the same transaction as `event`, in order of name."""
    return [function for _, (events, function) in sorted(_at_once.items()) if isinstance(event, events)]


def afterwards_for(event: Event) -> list[Reaction]:
    """What the relay runs for `event`, in order of name."""
    return [reaction for _, reaction in sorted(_afterwards.items()) if isinstance(event, reaction.events)]


def every_reaction() -> list[tuple[str, str, tuple[type[Event], ...]]]:
    """(name, "at once" or "afterwards", events) of all, for the generated documents."""
    found = [(name, "at once", events) for name, (events, _) in _at_once.items()]
    found += [(reaction.name, "afterwards", reaction.events) for reaction in _afterwards.values()]
    return sorted(found, key=lambda item: item[0])
