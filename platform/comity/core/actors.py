"""Who acts.  The core knows no accounts: an actor is an identifier, a role, an authority and an organ."""

from __future__ import annotations

from dataclasses import dataclass

ROLES = ("cooperation officer", "registry officer", "translator", "focal point", "administrator", "auditor")
"""What a person may be.  Policies speak of these; nothing else asks."""

PROGRAMS = ("witness",)
"""What a program may be that has no account and signs its requests.  Policies speak of these too."""


@dataclass(frozen=True)
class Actor:
    """A person, or the system itself; `authority` is a code such as XA, or None for those who belong to none."""

    id: str
    role: str
    authority: str | None = None
    organ: str | None = None


SYSTEM = Actor(id="system", role="system")
"""What follows by itself: reactions, sweeps, deliveries.  No policy applies to it; every act of it is a line."""
