"""Who can be asked: States party to the Statute, other States, organisations; and on what basis [Statute art. 87].

A State party is bound by Part 9; whoever else is asked is asked on a basis that the cover names [art. 87(5), 87(6)].
What a State asks of the Court goes to a team of the Registry, and needs no basis beside article 93(10) [Rule 194].
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from comity.assistance.policy import Named, Text
from comity.core.errors import PolicyError
from comity.core.policy import read_toml
from comity.directory.model import Authority

Addressee = Literal["state_party", "non_party", "organisation", "registry"]


@dataclass(frozen=True)
class Standing:
    """How the one who is asked stands: whether it is the State of the situation, and the basis if Part 9 is none."""

    situation: bool = False
    basis: str | None = None


class Basis(Named):
    """Something on which a State not party, or an organisation, may be asked."""

    code: str = Field(pattern=r"^[a-z_]{2,40}$")
    of: list[Literal["non_party", "organisation"]] = Field(min_length=1)
    basis: Text
    unverified: bool = False


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ground_of_cooperation: list[Basis] = Field(min_length=1)


@lru_cache(maxsize=1)
def bases() -> dict[str, Basis]:
    """By code, in the order of policies/bases.toml.  Raises PolicyError."""
    found = read_toml("bases.toml", _File).ground_of_cooperation
    codes = [one.code for one in found]
    if len(set(codes)) != len(codes):
        raise PolicyError("bases.toml: a code stands twice.")
    return {one.code: one for one in found}


def addressee(authority: Authority) -> Addressee | None:
    """What an authority is when it is asked; no team of the Prosecutor is, and no office that serves the teams."""
    if authority.of == "organisation":
        return "organisation"
    if authority.of != "state":
        return "registry" if authority.organ == "registry" and authority.service is None else None
    return "non_party" if authority.standing == "non_party" else "state_party"


def bases_of(kind: Addressee) -> list[Basis]:
    """On what one of this kind may be asked: nothing for a State party, which is bound, or for the Registry."""
    return [one for one in bases().values() if kind in one.of]


def check() -> None:
    """Read the catalogue anew.  Raises PolicyError."""
    bases.cache_clear()
    bases()
