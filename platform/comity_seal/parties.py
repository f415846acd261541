"""Who sent and who may read: the entries that manifests, envelopes and approvals share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from comity_seal import canonical
from comity_seal.errors import FormatError


@dataclass(frozen=True)
class Sender:
    """An account, its authority and the key set it signs with."""

    authority: str
    user: str
    keyset: str

    @classmethod
    def from_json(cls, value: Any) -> Sender:
        read = canonical.Reader(value, "the sender", {"authority", "user", "keyset"})
        return cls(
            read.matching("authority", canonical.CODE),
            read.matching("user", canonical.UUID),
            read.matching("keyset", canonical.HEX),
        )

    def to_json(self) -> dict[str, Any]:
        return {"authority": self.authority, "user": self.user, "keyset": self.keyset}


@dataclass(frozen=True)
class To:
    """An authority as a reader, with the epoch and recipient it was sealed to."""

    authority: str
    epoch: int
    recipient_sha256: str

    def to_json(self) -> dict[str, Any]:
        return {"authority": self.authority, "epoch": self.epoch, "recipient_sha256": self.recipient_sha256}


def readers_from(values: list[Any]) -> tuple[To, ...]:
    """The list `to`: not empty, sorted, no authority twice.  Raises FormatError."""
    found = []
    for value in values:
        read = canonical.Reader(value, "a reader", {"authority", "epoch", "recipient_sha256"})
        found.append(
            To(
                read.matching("authority", canonical.CODE),
                read.number("epoch", 1),
                read.matching("recipient_sha256", canonical.HEX),
            )
        )
    codes = [to.authority for to in found]
    if not codes or codes != sorted(set(codes)):
        raise FormatError("the readers are missing, not in order, or named twice")
    return tuple(found)
