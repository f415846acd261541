"""A root whose holders are all here, as only a demonstration and tests may have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from comity_seal.opening import statements
from comity_seal.opening.keyset import KeySet
from comity_seal.opening.statements import ROOT
from comity_seal.root import Root

NEED = 2
"""How many holders of a group it takes."""


@dataclass(frozen=True)
class Holders:
    """The key sets of both groups, in no order; the first of a group signs, and the next ones confirm."""

    registry: Sequence[KeySet]
    prosecutor: Sequence[KeySet]

    @classmethod
    def generate(cls) -> Holders:
        """Three key sets each."""
        return cls(*([KeySet.generate() for _ in range(3)] for _ in range(2)))

    @cached_property
    def public(self) -> Root:
        return Root.of(NEED, *([one.public for one in group] for group in (self.registry, self.prosecutor)))

    def of(self, kind: str, organ: str | None) -> Sequence[KeySet]:
        """Those who speak about such an authority."""
        group = self.public.group(kind, organ)
        return [one for one in (*self.registry, *self.prosecutor) if one.public.id in group.keysets]

    def genesis(self, **said: Any) -> bytes:
        """The first statement of an authority, signed and confirmed; it takes what `statements.genesis` does."""
        first, *others = self.of(said["kind"], said["organ"])
        link = statements.genesis(first, **said)
        return confirmed_by(others[: NEED - 1], link, said["created"])


def confirmed_by(holders: Sequence[KeySet], link: bytes, created: str) -> bytes:
    """The link with the root's confirmation by each of these."""
    for one in holders:
        link = statements.confirmed(link, statements.confirm(one, ROOT, link, created=created))
    return link
