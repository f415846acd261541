"""The profile that every State begins with, and when a change takes effect: policies/profile.toml, read once."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from comity.core.errors import PolicyError
from comity.core.policy import read_toml
from comity.directory import profile
from comity.directory.profile import Content, Strict


class TakesEffect(Strict):
    """How long after its receipt a changed channel or language counts."""

    calendar_days: int = Field(ge=1, le=365)
    basis: str = Field(min_length=1)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    takes_effect: TakesEffect
    empty: Content


@cache
def _file() -> _File:
    found = read_toml("profile.toml", _File)
    wrong = profile.faults(found.empty)
    if wrong:
        raise PolicyError(f"profile.toml: {wrong[0].pointer}: {wrong[0].message}")
    return found


def empty() -> Content:
    """What a State has said before it has said anything.  Raises PolicyError."""
    return _file().empty


def takes_effect() -> TakesEffect:
    """Raises PolicyError."""
    return _file().takes_effect


def check() -> None:
    """Read the file anew.  Raises PolicyError."""
    _file.cache_clear()
    _file()
