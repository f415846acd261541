"""Which handling limits there are, what they block, and what consent frees: `policies/handling.toml`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from comity.assistance.policy import Named, Text
from comity.core.errors import PolicyError
from comity.core.policy import read_toml
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.directory import queries as directory
from comity.exchange.checks import wrong
from comity_seal.envelope import Envelope

Act = Literal["export", "share"]
Acts = Annotated[list[Act], Field(min_length=1)]

LIMITED = (
    "request", "annex", "answer", "part", "message", "attachment", "supplement", "amendment", "source", "translation",
)  # fmt: skip
"""Purposes of documents that may carry limits: what a party sends of its own material."""


class Use(Named):
    """Something that consent is asked for."""

    use: str = Field(pattern=r"^[a-z_]{2,40}$")
    permits: Acts


class Limit(Named):
    """A limit: who may put it on a document, who has to agree before the sender does, and what it blocks."""

    limit: str = Field(pattern=r"^[a-z_]{2,40}$")
    hint_en: Text
    hint_fr: Text
    basis: Text
    set_by: Annotated[list[Literal["state", "organisation", "court"]], Field(min_length=1)]
    consent_en: Text
    consent_fr: Text
    blocks: Acts
    unverified: bool = False

    def hint(self, locale: str) -> str:
        """What it means, for whoever puts it on a document."""
        return self.hint_fr if locale == "fr" else self.hint_en

    def consent(self, locale: str) -> str:
        """Who has to agree."""
        return self.consent_fr if locale == "fr" else self.consent_en


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    use: list[Use] = Field(min_length=1)
    limit: list[Limit] = Field(min_length=1)

    @model_validator(mode="after")
    def hangs_together(self) -> Self:
        for what, words in (("use", [one.use for one in self.use]), ("limit", [one.limit for one in self.limit])):
            if len(set(words)) != len(words):
                raise ValueError(f"a word stands twice as [[{what}]]")
        never = {act for one in self.limit for act in one.blocks} - {act for one in self.use for act in one.permits}
        if never:
            raise ValueError(f"no use frees {sorted(never)[0]!r}, which a limit blocks")
        return self


@lru_cache(maxsize=1)
def _file() -> _File:
    return read_toml("handling.toml", _File)


def limits() -> dict[str, Limit]:
    """By code, in the order of the file.  Raises PolicyError."""
    return {one.limit: one for one in _file().limit}


def uses() -> dict[str, Use]:
    """By code, in the order of the file.  Raises PolicyError."""
    return {one.use: one for one in _file().use}


def limit_of(word: str) -> Limit:
    """Raises PolicyError where the catalogue lost a limit that stands on a document."""
    try:
        return limits()[word]
    except KeyError:
        raise PolicyError(f"handling.toml: a document has the limit {word!r}, which is not there any more.") from None


def blocked(handling: Iterable[str], freed: Collection[str] = ()) -> list[Act]:
    """What these limits block together, in a fixed order, without the acts that consent has freed."""
    acts = {act for one in handling for act in limit_of(one).blocks}
    return [act for act in ("export", "share") if act in acts and act not in freed]


def offered(tx: Transaction) -> list[Limit]:
    """The limits that the actor's authority may put on what it sends."""
    own = directory.authority(tx, tx.actor.authority or "")
    return [one for one in limits().values() if own is not None and own.of in one.set_by]


def check_sent(tx: Transaction, envelope: Envelope) -> list[Act]:
    """What the limits of a document that is being deposited block.  Raises Invalid where one cannot stand there."""
    if envelope.handling and envelope.purpose not in LIMITED:
        raise wrong("/envelope", _("A document of this purpose carries no handling limits."))
    mine = {one.limit for one in offered(tx)}
    for one in envelope.handling:
        if one not in limits():
            raise wrong("/envelope", _("There is no handling limit %(limit)s: choose one of the catalogue.", limit=one))
        if one not in mine:
            raise wrong(
                "/envelope", _("Your side does not set the handling limit %(limit)s: choose another.", limit=one)
            )
    return blocked(envelope.handling)


def check() -> None:
    """Read the catalogue anew.  Raises PolicyError."""
    _file.cache_clear()
    _file()
