"""Receipts: one line of the journal with the proof that it is in the log.

The leaf of line n, counted from 1, is the hash that chains it to the line before, at index n - 1.  A receipt carries
the line's exact text and the hash before it, so that its verifier makes the leaf itself: nothing that it shows could
be another text than the one that was logged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from comity_seal import canonical
from comity_seal.errors import BadNote, BadProof, FormatError
from comity_seal.log.checkpoint import Checkpoint, Cosigned
from comity_seal.log.proof import FIRST, Proof, Trust

FIELDS = {"actor", "at", "cause", "data", "name", "seq", "subject"}
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
LONGEST = 262144
"""Letters of a line."""


@dataclass(frozen=True)
class Line:
    """A line of the journal as its text says it."""

    seq: int
    at: str
    actor: str
    cause: int | None
    name: str
    subject: str | None
    data: dict[str, Any]

    @classmethod
    def from_text(cls, text: str) -> Line:
        """Raises FormatError."""
        read = canonical.Reader(canonical.loads_strict(text.encode()), "a line of the journal", FIELDS)
        data = read.value["data"]
        if not isinstance(data, dict):
            raise FormatError("a line of the journal carries no table")
        return cls(
            read.number("seq", 1),
            read.matching("at", MOMENT),
            read.text("actor"),
            None if read.value["cause"] is None else read.number("cause", 1),
            read.text("name"),
            None if read.value["subject"] is None else read.text("subject"),
            data,
        )


@dataclass(frozen=True)
class Proven:
    """A line that was logged, the state of the log that shows it, and who has seen that state."""

    line: Line
    checkpoint: Checkpoint
    cosigned: Sequence[Cosigned]


def leaf(previous: str, line: str) -> bytes:
    """The leaf of a line: the hash that chains it to the line whose hash is `previous`."""
    return sha256(f"{previous}\n{line}".encode()).digest()


def is_receipt(data: bytes) -> bool:
    """Whether these bytes claim to be one."""
    return data.startswith(FIRST)


def make(line: str, previous: str, index: int, hashes: Sequence[bytes], checkpoint: bytes) -> bytes:
    """The bytes of a receipt."""
    extra = canonical.dumps({"v": 1, "line": line, "prev": previous})
    return Proof(index, tuple(hashes), checkpoint, extra).to_bytes()


def verify(data: bytes, trust: Trust) -> Proven:
    """What a receipt proves.

    Raises BadNote or FormatError for what is no receipt, and NotAuthentic by the kind of what does not hold.
    """
    proof = Proof.parse(data)
    if proof.extra is None:
        raise BadNote("this proof does not carry the line that it is about")
    read = canonical.Reader(canonical.loads_strict(proof.extra), "a receipt", {"v", "line", "prev"})
    read.version()
    text, previous = read.text("line", LONGEST), read.matching("prev", canonical.HEX)
    if canonical.dumps(read.value) != proof.extra:
        raise BadNote("a receipt is not written in its one form")
    checkpoint, cosigned = proof.verify(leaf(previous, text), trust)
    line = Line.from_text(text)
    if line.seq != proof.index + 1:
        raise BadProof("the line has another number than its place in the log")
    return Proven(line, checkpoint, cosigned)
