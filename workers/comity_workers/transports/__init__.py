"""Ways of reaching a person.  One file each, with `send(note)`; on if the settings section of its name says so."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Protocol, cast

from comity.notifications.wording import Note


class NotSent(Exception):
    """The message was not taken over.  `for_good`: trying again is of no use; `reason` names no address."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.for_good = for_good


class Transport(Protocol):
    def send(self, note: Note) -> None:
        """Hand the message over within 30 s, or raise NotSent."""


def names() -> list[str]:
    """Every transport there is."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def transport(name: str) -> Transport:
    """The transport of that name.  Raises NotSent for good if there is none."""
    if name not in names():
        raise NotSent("no such transport", for_good=True)
    return cast(Transport, importlib.import_module(f"{__name__}.{name}"))
