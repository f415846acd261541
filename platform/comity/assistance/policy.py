"""The catalogues that law fixes: the measures of article 93(1), and what may stand in their way."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from comity.assistance import portfolio_policy
from comity.core.errors import PolicyError
from comity.core.policy import read_toml

Text = Annotated[str, Field(min_length=1, max_length=200)]


class Named(BaseModel):
    """Something that is called in both working languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: Text
    fr: Text

    def name(self, locale: str) -> str:
        """In one of the two working languages."""
        return self.fr if locale == "fr" else self.en


class Act(Named):
    """A sub-type of a measure."""

    act: str = Field(pattern=r"^[a-z_]{2,30}$")


class MeasureKind(Named):
    """One letter of article 93(1)."""

    letter: str = Field(pattern=r"^[a-l]$")
    basis: Text
    acts: list[Act] = []


class Ground(Named):
    """Something that may stand in the way."""

    ground: str = Field(pattern=r"^[a-z_]{2,40}$")
    basis: Text


class _Measures(BaseModel):
    model_config = ConfigDict(extra="forbid")
    measure: list[MeasureKind] = Field(min_length=1)


class _Grounds(BaseModel):
    model_config = ConfigDict(extra="forbid")
    ground: list[Ground] = Field(min_length=1)


@lru_cache(maxsize=1)
def measures() -> dict[str, MeasureKind]:
    """By letter.  Raises PolicyError."""
    found = read_toml("measures.toml", _Measures).measure
    letters = [kind.letter for kind in found]
    if len(set(letters)) != len(letters):
        raise PolicyError("measures.toml: a letter stands twice.")
    return {kind.letter: kind for kind in found}


@lru_cache(maxsize=1)
def grounds() -> dict[str, Ground]:
    """By code.  Raises PolicyError."""
    return {ground.ground: ground for ground in read_toml("grounds.toml", _Grounds).ground}


def act_of(letter: str | None, act: str | None) -> Act | None:
    """The sub-type, or None where the measure has none of that code."""
    kind = measures().get(letter or "")
    return next((one for one in kind.acts if one.act == act), None) if kind else None


def check() -> None:
    """Read both catalogues, and what is decided of portfolios; for start-up."""
    measures.cache_clear()
    grounds.cache_clear()
    measures()
    grounds()
    portfolio_policy.check()
