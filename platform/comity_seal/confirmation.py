"""Links of a chain: a signed statement, and the signed confirmations of those who agree to it.

A link is one or more lines joined by LF: the statement, then its confirmations in the order of their key sets.  A
confirmation names the statement by the hash of its signed bytes, its place and its authority, so it fits no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from comity_seal import canonical, dsse
from comity_seal.errors import FormatError
from comity_seal.statements import BY

MOST = 5
"""Confirmations of one statement."""

FIELDS = {"v", "type", "authority", "seq", "statement", "by", "created"}


@dataclass(frozen=True)
class Confirmation:
    """That `by` agrees to a statement; `statement` is the hash of its signed bytes."""

    authority: str
    seq: int
    statement: str
    by: str
    created: str

    @classmethod
    def from_bytes(cls, payload: bytes) -> Confirmation:
        """Raises FormatError."""
        read = canonical.Reader(canonical.loads_strict(payload), "the confirmation", FIELDS)
        read.version()
        read.one_of("type", "confirmation")
        return cls(
            read.matching("authority", canonical.CODE),
            read.number("seq"),
            read.matching("statement", canonical.HEX),
            read.matching("by", BY),
            read.matching("created", canonical.TIME),
        )

    def to_json(self) -> dict[str, object]:
        return {
            "v": 1,
            "type": "confirmation",
            "authority": self.authority,
            "seq": self.seq,
            "statement": self.statement,
            "by": self.by,
            "created": self.created,
        }


@dataclass(frozen=True)
class Link:
    """A parsed link; nothing of it is verified yet."""

    statement: dsse.Dsse
    confirmations: tuple[dsse.Dsse, ...]

    @classmethod
    def parse(cls, data: bytes) -> Link:
        """Raises FormatError or SignatureInvalid."""
        lines = data.split(b"\n")
        if len(lines) > 1 + MOST:
            raise FormatError("a statement has too many confirmations")
        statement, *confirmations = [dsse.Dsse.parse(line) for line in lines]
        keysets = [one.keyset for one in confirmations]
        if keysets != sorted(set(keysets)):
            raise FormatError("the confirmations are not in order, or one key set confirms twice")
        return cls(statement, tuple(confirmations))

    @property
    def sha256(self) -> str:
        """By which the next statement, confirmations and pins name this statement."""
        return sha256(self.statement.payload).hexdigest()


def confirmed(link: bytes, confirmation: bytes) -> bytes:
    """The link with one confirmation more.  Raises FormatError where its key set has confirmed already."""
    first, *rest = link.split(b"\n")
    lines = sorted([*rest, confirmation], key=lambda line: dsse.Dsse.parse(line).keyset)
    joined = b"\n".join([first, *lines])
    Link.parse(joined)
    return joined
