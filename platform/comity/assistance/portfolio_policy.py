"""What the Court decides about work on many requests: policies/portfolio.toml, read and checked once."""

from __future__ import annotations

from functools import lru_cache

from pydantic import BaseModel, ConfigDict, Field

from comity.core.policy import read_toml


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Basis(_Part):
    """Where a rule is written, in both languages."""

    en: str = Field(min_length=1)
    fr: str = Field(min_length=1)


class Reminders(_Part):
    every: int = Field(ge=1, le=365)
    most: int = Field(ge=1, le=100)
    basis: Basis


class Exports(_Part):
    rows: int = Field(ge=1, le=50_000)
    basis: Basis


class Calendars(_Part):
    offered: bool
    closed_to: list[str]
    basis: Basis


class PortfolioPolicy(_Part):
    """The whole file."""

    reminder: Reminders
    export: Exports
    calendar: Calendars


@lru_cache(maxsize=1)
def chosen() -> PortfolioPolicy:
    """What the file says.  Raises PolicyError."""
    return read_toml("portfolio.toml", PortfolioPolicy)


def check() -> None:
    """Read the file anew; for start-up."""
    chosen.cache_clear()
    chosen()
