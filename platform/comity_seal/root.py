"""The root: the key sets, held offline by different people, under which everything about authorities counts.

There are two groups: the Prosecutor's own for the Prosecutor's authority, and the Registry's for all others.  What a
group says needs `need` of its key sets.  Whoever pins the identifier of a root pins every key set, the groups, and how
many it needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from comity_seal import canonical
from comity_seal.errors import FormatError
from comity_seal.publickeys import Identified, PublicKeySet

MOST_KEYSETS = 5
"""Of a group."""

MOST_NEEDED = 3

OF_BEFORE = "this is a single key set, the root of before: put its holders' key sets together with `comity root make`"


@dataclass(frozen=True)
class Group:
    """The key sets that speak as the root about an authority, by identifier, and how many of them it takes."""

    keysets: Mapping[str, PublicKeySet]
    need: int


@dataclass(frozen=True)
class Root(Identified):
    """The public root; each group is sorted by the identifiers of its key sets."""

    need: int
    registry: tuple[PublicKeySet, ...]
    prosecutor: tuple[PublicKeySet, ...]

    @classmethod
    def of(cls, need: int, registry: Iterable[PublicKeySet], prosecutor: Iterable[PublicKeySet]) -> Root:
        """A root of these key sets, in whatever order they come.  Raises FormatError."""
        made = cls(need, _sorted(registry), _sorted(prosecutor))
        made._check()
        return made

    @classmethod
    def from_json(cls, value: Any) -> Root:
        """Raises FormatError."""
        if isinstance(value, dict) and "age" in value:
            raise FormatError(OF_BEFORE)
        read = canonical.Reader(value, "the root", {"v", "type", "need", "registry", "prosecutor"})
        read.version()
        read.one_of("type", "root")
        groups = [
            tuple(PublicKeySet.from_json(one) for one in read.items(name, MOST_KEYSETS))
            for name in ("registry", "prosecutor")
        ]
        found = cls(read.number("need", 1), *groups)
        if any(group != _sorted(group) for group in groups):
            raise FormatError("the key sets of the root are not in order")
        found._check()
        return found

    @classmethod
    def from_bytes(cls, data: bytes) -> Root:
        """Raises FormatError."""
        return cls.from_json(canonical.loads_strict(data))

    def _check(self) -> None:
        groups = (self.registry, self.prosecutor)
        if not all(1 <= len(group) <= MOST_KEYSETS for group in groups):
            raise FormatError(f"a group of the root has one to {MOST_KEYSETS} key sets")
        if len(self.keysets) != len(self.registry) + len(self.prosecutor):
            raise FormatError("a key set stands twice in the root")
        if not 1 <= self.need <= min(MOST_NEEDED, *map(len, groups)):
            raise FormatError("the root needs more key sets than a group has, more than three, or none")

    def to_json(self) -> dict[str, Any]:
        return {
            "v": 1,
            "type": "root",
            "need": self.need,
            "registry": [keys.to_json() for keys in self.registry],
            "prosecutor": [keys.to_json() for keys in self.prosecutor],
        }

    @cached_property
    def keysets(self) -> Mapping[str, PublicKeySet]:
        """Those of both groups, by identifier."""
        return {keys.id: keys for keys in (*self.registry, *self.prosecutor)}

    def group(self, kind: str, organ: str | None) -> Group:
        """Who speaks as the root about an authority of this kind and organ: nobody of the one does for the other."""
        held = self.prosecutor if (kind, organ) == ("court", "otp") else self.registry
        return Group({keys.id: keys for keys in held}, self.need)


def _sorted(group: Iterable[PublicKeySet]) -> tuple[PublicKeySet, ...]:
    return tuple(sorted(group, key=lambda keys: keys.id))
