"""What can have happened to an authority."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from comity.core.journal import Event


@dataclass(frozen=True)
class AuthorityRegistered(Event):
    name: ClassVar[str] = "authority.registered"
    code: str
