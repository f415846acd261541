"""By what a request can travel beside this platform, and be confirmed: policies/channels.toml [Statute art. 87(1)]."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from comity.assistance.policy import Named, Text
from comity.core.errors import PolicyError
from comity.core.policy import read_toml

Carries = Literal["request", "urgent", "confirmation"]


class Channel(Named):
    """One `[[channel]]`: what it can carry."""

    channel: str = Field(pattern=r"^[a-z_]{2,40}$")
    carries: list[Carries] = Field(min_length=1)
    basis: Text


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    channel: list[Channel] = Field(min_length=1)


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Channel]:
    """By code, in the order of the file.  Raises PolicyError."""
    found = read_toml("channels.toml", _File).channel
    codes = [one.channel for one in found]
    if len(set(codes)) != len(codes):
        raise PolicyError("channels.toml: a channel stands twice.")
    return {one.channel: one for one in found}


def carrying(what: Carries) -> list[Channel]:
    """What can carry a request that is registered afterwards, an urgent one, or its confirmation."""
    return [one for one in catalogue().values() if what in one.carries]


def check() -> None:
    """Read the catalogue anew.  Raises PolicyError."""
    catalogue.cache_clear()
    catalogue()
