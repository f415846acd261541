"""What may stand in the way of a measure, and how a consultation about it may end: `policies/grounds.toml`."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from comity.assistance import kinds, policy
from comity.assistance.consultation_model import ENDED_BY_CONSULTATION, Outcome
from comity.assistance.policy import Named, Text
from comity.core.errors import PolicyError
from comity.core.policy import read_toml


class Ending(Named):
    """How a consultation may end."""

    outcome: str = Field(pattern=r"^[a-z_]{2,30}$")
    status: Outcome
    said_by: Literal["either", "court", "state", "opener"]
    alone: bool = False
    dated: bool = False
    denial: bool = False

    @model_validator(mode="after")
    def hangs_together(self) -> Self:
        if self.status not in (*ENDED_BY_CONSULTATION, Outcome.POSTPONED, Outcome.IN_PROGRESS):
            raise ValueError(f"a consultation cannot make a measure {self.status.value!r}")
        if self.dated != (self.status is Outcome.POSTPONED):
            raise ValueError("what is postponed has an agreed date, and nothing else has")
        if self.denial != (self.status is Outcome.DENIED) or (
            self.denial and (self.said_by, self.alone) != ("state", True)
        ):
            raise ValueError("a denial makes a measure denied, and is the State's alone to say")
        return self


class Ask(Named):
    """One field of the form."""

    ask: str = Field(pattern=r"^[a-z_]{2,30}$")


class Ground(Named):
    """Something that may stand in the way, and what it fits; no kind or letter named is every one."""

    ground: str = Field(pattern=r"^[a-z_]{2,40}$")
    basis: Text
    kinds: list[str] = Field(default=[])
    letters: list[str] = Field(default=[])
    asks: list[str] = Field(min_length=1)
    leads_to: list[str] = Field(min_length=1)
    unverified: bool = False

    def fits(self, kind: str, letter: str | None) -> bool:
        """Whether it can stand in the way of that measure of a request of that kind."""
        return (not self.kinds or kind in self.kinds) and (not self.letters or letter in self.letters)

    @property
    def endings(self) -> list[Ending]:
        """How a consultation on this ground may end; that the obstacle goes away is always possible."""
        found = endings()
        always = [one for one in found.values() if one.said_by == "opener"]
        return [*always, *(found[one] for one in self.leads_to)]

    @property
    def may_be_denied(self) -> bool:
        return any(one.denial for one in self.endings)

    @property
    def asked(self) -> list[Ask]:
        """The fields of the form, in the order of the ground."""
        return [asks()[one] for one in self.asks]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    outcome: list[Ending] = Field(min_length=1)
    ask: list[Ask] = Field(min_length=1)
    ground: list[Ground] = Field(min_length=1)

    @model_validator(mode="after")
    def hangs_together(self) -> Self:
        outcomes, asks = [one.outcome for one in self.outcome], [one.ask for one in self.ask]
        for what, words in (("outcome", outcomes), ("ask", asks), ("ground", [one.ground for one in self.ground])):
            if len(set(words)) != len(words):
                raise ValueError(f"a word stands twice as [[{what}]]")
        denials = {one.outcome for one in self.outcome if one.denial}
        for one in self.ground:
            _known(one, "leads_to", one.leads_to, outcomes)
            _known(one, "asks", one.asks, asks)
            if denials & set(one.leads_to) and not {"tried", "offered"} <= set(one.asks):
                raise ValueError(f"{one.ground!r} may end in a denial: it asks what was tried and what is offered")
        unused = set(outcomes) - {word for one in self.ground for word in one.leads_to}
        unused -= {one.outcome for one in self.outcome if one.said_by == "opener"}
        unused |= set(asks) - {word for one in self.ground for word in one.asks}
        if unused:
            raise ValueError(f"no ground leads to or asks {sorted(unused)[0]!r}")
        return self


def _known(ground: Ground, key: str, words: list[str], there: list[str]) -> None:
    strange = [word for word in words if word not in there]
    if strange or len(set(words)) != len(words):
        named = strange[0] if strange else words[0]
        raise ValueError(f"{ground.ground!r}: `{key}` names {named!r}, which does not exist or stands twice")


@lru_cache(maxsize=1)
def _file() -> _File:
    return read_toml("grounds.toml", _File)


def grounds() -> dict[str, Ground]:
    """By code, in the order of the file.  Raises PolicyError."""
    return {one.ground: one for one in _file().ground}


def ground_of(word: str) -> Ground:
    """Raises PolicyError where the catalogue lost a ground that is in use."""
    try:
        return grounds()[word]
    except KeyError:
        raise PolicyError(f"grounds.toml: a measure has the ground {word!r}, which is not there any more.") from None


def endings() -> dict[str, Ending]:
    """How consultations may end, by word.  Raises PolicyError."""
    return {one.outcome: one for one in _file().outcome}


def asks() -> dict[str, Ask]:
    """Every field that a form may have, by word.  Raises PolicyError."""
    return {one.ask: one for one in _file().ask}


def check() -> None:
    """Read the catalogue anew, against the kinds and the measures.  Raises PolicyError."""
    _file.cache_clear()
    for one in grounds().values():
        strange = sorted(set(one.kinds) - set(kinds.kinds())) + sorted(set(one.letters) - set(policy.measures()))
        if strange:
            raise PolicyError(f"grounds.toml: {one.ground!r} names {strange[0]!r}, which no kind and no measure is.")
        if one.letters and not any(kinds.kinds()[word].measures for word in one.kinds or kinds.kinds()):
            raise PolicyError(f"grounds.toml: {one.ground!r} names letters, but only kinds without measures.")
