"""A state of a log as documents name it: the one that their sender relied on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from comity_seal import canonical
from comity_seal.errors import FormatError
from comity_seal.log.merkle import LARGEST
from comity_seal.log.notes import NAME


@dataclass(frozen=True)
class State:
    """So many lines of the log of this name, and the root over them."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def from_json(cls, value: Any) -> State | None:
        """None for null.  Raises FormatError."""
        if value is None:
            return None
        read = canonical.Reader(value, "the state of the log", {"origin", "size", "root"})
        state = cls(
            read.matching("origin", NAME), read.number("size", 1), bytes.fromhex(read.matching("root", canonical.HEX))
        )
        if state.size > LARGEST:
            raise FormatError("the log is larger than a log can be")
        return state

    def to_json(self) -> dict[str, Any]:
        return {"origin": self.origin, "size": self.size, "root": self.root.hex()}


def written(state: State | None) -> dict[str, Any] | None:
    """How it stands in manifest and envelope."""
    return state.to_json() if state else None
