"""The kinds of requests that an organ or a State can send, and the checklist that the text of each goes through."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from comity.assistance.addressees import Addressee, addressee
from comity.assistance.policy import Act, Named, Text
from comity.core.errors import PolicyError
from comity.core.policy import read_toml
from comity.directory.model import Authority


class OwnAct(Act):
    """Something that a kind of its own asks for; `consent` where whoever gave it must agree to its being passed on."""

    basis: Text
    consent: bool = False


class Kind(Named):
    """One kind, with a hint at what it is for.  Without `measures` and `acts` it asks for one thing, the kind itself.

    Where it is `free`, whoever is asked may decline, giving reasons with the answer, and no consultation is held.
    """

    kind: str = Field(pattern=r"^[a-z_]{2,30}$")
    hint: Named | None = None
    basis: Text
    organs: list[Literal["otp", "registry"]] = Field(default=[])
    states: list[Literal["state_party", "non_party"]] = Field(default=[])
    measures: bool = False
    acts: list[OwnAct] = Field(default=[])
    free: bool = False
    to: list[Addressee] = Field(default=["state_party", "non_party"], min_length=1)
    checklist: Text
    unverified: bool = False

    @model_validator(mode="after")
    def somebody_sends_it_and_it_asks_in_one_way(self) -> Self:
        if not self.organs and not self.states:
            raise ValueError(f"nobody sends {self.kind!r}: name `organs` or `states`")
        if self.measures and self.acts:
            raise ValueError(f"{self.kind!r} asks for measures of article 93(1) or for its own acts, not for both")
        if len({one.act for one in self.acts}) != len(self.acts):
            raise ValueError(f"{self.kind!r}: an act stands twice")
        return self

    def act(self, word: str | None) -> OwnAct | None:
        """The act of that word, if it has it."""
        return next((one for one in self.acts if one.act == word), None)

    def purpose(self, locale: str) -> str:
        """What it is for, or nothing where its name says enough."""
        return self.hint.name(locale) if self.hint else ""


class Line(Named):
    """One thing that a text must say, or say why not; its own basis where the list has several."""

    line: str = Field(pattern=r"^[a-z]$")
    basis: str = Field("", max_length=200)


class Checklist(BaseModel):
    """What article 91, 92, 96 or a rule wants a text to hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    checklist: Text
    basis: Text
    lines: list[Line] = Field(min_length=1)

    @model_validator(mode="after")
    def lines_are_unique(self) -> Self:
        if len({one.line for one in self.lines}) != len(self.lines):
            raise ValueError("a line stands twice")
        return self


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: list[Kind] = Field(min_length=1)
    checklist: list[Checklist] = Field(min_length=1)

    @model_validator(mode="after")
    def hangs_together(self) -> Self:
        kinds, lists = [one.kind for one in self.kind], [one.checklist for one in self.checklist]
        if len(set(kinds)) != len(kinds) or len(set(lists)) != len(lists):
            raise ValueError("a kind or a checklist stands twice")
        for one in self.kind:
            if one.checklist not in lists:
                raise ValueError(f"{one.kind!r} names the checklist {one.checklist!r}, which does not exist")
        unused = set(lists) - {one.checklist for one in self.kind}
        if unused:
            raise ValueError(f"no kind goes through the checklist {sorted(unused)[0]!r}")
        return self


@lru_cache(maxsize=1)
def _file() -> _File:
    return read_toml("kinds.toml", _File)


def kinds() -> dict[str, Kind]:
    """By their word, in the order of the file.  Raises PolicyError."""
    return {one.kind: one for one in _file().kind}


def sent_by(authority: Authority) -> list[Kind]:
    """The kinds that a team of the Court or a State sends; an office that serves the teams sends none."""
    if authority.service is not None:
        return []
    if authority.of == "court":
        return [one for one in kinds().values() if authority.organ in one.organs]
    return [one for one in kinds().values() if addressee(authority) in one.states]


def sent_to(authority: Authority) -> list[Kind]:
    """The kinds in which this authority is asked."""
    return [one for one in kinds().values() if addressee(authority) in one.to]


def kind_of(word: str) -> Kind:
    """Raises PolicyError where the catalogue lost a kind that is in use."""
    try:
        return kinds()[word]
    except KeyError:
        raise PolicyError(f"kinds.toml: a request is of the kind {word!r}, which is not there any more.") from None


def checklist_of(word: str) -> Checklist:
    """The checklist that a kind goes through."""
    name = kind_of(word).checklist
    return next(one for one in _file().checklist if one.checklist == name)


def check() -> None:
    """Read the catalogue anew.  Raises PolicyError."""
    _file.cache_clear()
    _file()
