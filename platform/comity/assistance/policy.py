"""The catalogue of the measures of article 93(1), and the check of every catalogue of this domain at start-up."""

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

    @property
    def names(self) -> dict[str, str]:
        """In both, as programs are given them."""
        return {"en": self.en, "fr": self.fr}

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


class _Measures(BaseModel):
    model_config = ConfigDict(extra="forbid")
    measure: list[MeasureKind] = Field(min_length=1)


@lru_cache(maxsize=1)
def measures() -> dict[str, MeasureKind]:
    """By letter.  Raises PolicyError."""
    found = read_toml("measures.toml", _Measures).measure
    letters = [kind.letter for kind in found]
    if len(set(letters)) != len(letters):
        raise PolicyError("measures.toml: a letter stands twice.")
    return {kind.letter: kind for kind in found}


def act_of(letter: str | None, act: str | None) -> Act | None:
    """The sub-type, or None where the measure has none of that code."""
    kind = measures().get(letter or "")
    return next((one for one in kind.acts if one.act == act), None) if kind else None


def check() -> None:
    """Read the catalogues of this domain, and what is decided of portfolios; for start-up.  Raises PolicyError."""
    # these stand on this module
    from comity.assistance import addressees, channels, comparators, disposals, grounds, handling, kinds, occurrences

    measures.cache_clear()
    measures()
    addressees.check()
    kinds.check()
    grounds.check()
    occurrences.check()
    comparators.check()
    handling.check()
    disposals.check_catalogue()
    portfolio_policy.check()
    channels.check()
