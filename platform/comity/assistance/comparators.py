"""How long others give for the like: lengths that a drafter may take for the requested date; never the Court's law."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from comity.assistance.kinds import Kind, kinds
from comity.assistance.policy import Named, measures
from comity.core.errors import PolicyError
from comity.core.policy import read_toml
from comity.core.transaction import Transaction
from comity.deadlines import queries as deadlines
from comity.deadlines.calendars import Said, wording
from comity.deadlines.policy import Rule


class Practice(Named):
    """A length that another instrument or network gives."""

    code: str = Field(pattern=r"^[a-z_]{2,40}$")
    within: str = Field(pattern=r"^[1-9]\d{0,2} ((calendar |working )?days?|hours?|months?)$")
    letters: list[Annotated[str, Field(pattern=r"^[a-l]$")]] = Field(default=[])
    kinds: list[str] = Field(default=[])
    basis: Said
    unverified: bool = False

    def rule(self) -> Rule:
        """The length as a period that would begin with the transmission."""
        return Rule(
            name=self.code,
            nature="comparator",
            runs_from="rfa.transmitted",
            within=self.within,
            met_by=("rfa.answered",),
            falls_on="requested party",
            rolls_to_working_day=not self.within.endswith(("hour", "hours")),
            basis=self.basis,
            unverified=self.unverified,
        )

    def source(self, locale: str) -> str:
        """Where it is written, in one of the two working languages."""
        return wording(self.basis, locale)

    def fits(self, kind: Kind) -> bool:
        """Whether it is offered for a kind of request: one that it names, or one with measures if it names any."""
        return kind.kind in self.kinds or (kind.measures if self.letters else not self.kinds)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    practice: list[Practice]


@lru_cache(maxsize=1)
def practices() -> dict[str, Practice]:
    """By code, in the order of policies/comparators.toml.  Raises PolicyError."""
    found = read_toml("comparators.toml", _File).practice
    if len({one.code for one in found}) != len(found):
        raise PolicyError("comparators.toml: a code stands twice.")
    for one in found:
        for named, known in ((one.letters, measures()), (one.kinds, kinds())):
            for name in named:
                if name not in known:
                    raise PolicyError(f"comparators.toml: {one.code}: there is no {name!r}.")
    return {one.code: one for one in found}


def offered(kind: Kind) -> list[Practice]:
    """What fits a kind of request."""
    return [one for one in practices().values() if one.fits(kind)]


def day(tx: Transaction, practice: Practice, requested: str) -> date:
    """The day on which the length would end if it began now, in the calendar of whoever is asked."""
    return deadlines.would_end(tx, practice.rule(), requested)


def check() -> None:
    """Read the file again; for start-up.  Raises PolicyError."""
    practices.cache_clear()
    practices()
