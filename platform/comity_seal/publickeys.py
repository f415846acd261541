"""The public half of a key set: one key to seal to, two to verify with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from comity_seal import bech32, canonical
from comity_seal.encoding import b64, unb64
from comity_seal.errors import FormatError

RECIPIENT = "age1pq"
"""The prefix of post-quantum hybrid recipients."""


def recipient_bytes(text: str) -> bytes:
    """ML-KEM-768 and X25519 public keys (1184 + 32 bytes) of an `age1pq` recipient.  Raises FormatError."""
    prefix, data = bech32.decode(text)
    if prefix != RECIPIENT or len(data) != 1216:
        raise FormatError("this is not an age1pq recipient")
    return data


def recipient_sha256(text: str) -> str:
    """How signed statements name a recipient: SHA-256 of its text, in hexadecimal."""
    return sha256(text.encode("ascii")).hexdigest()


def digits(data: bytes) -> str:
    """The hash of these bytes as 60 digits in 12 groups of 5, for people to compare."""
    text = f"{int.from_bytes(sha256(data).digest(), 'big') % 10**60:060d}"
    return " ".join(text[start : start + 5] for start in range(0, 60, 5))


class Identified:
    """Something public that is named by the hash of its canonical bytes."""

    def to_json(self) -> dict[str, Any]:
        raise NotImplementedError

    @cached_property
    def canonical(self) -> bytes:
        return canonical.dumps(self.to_json())

    @cached_property
    def id(self) -> str:
        """SHA-256 of the canonical bytes, in hexadecimal: how everything names it, and what is pinned."""
        return sha256(self.canonical).hexdigest()

    @property
    def fingerprint(self) -> str:
        """60 digits in 12 groups of 5, for people to compare."""
        return digits(self.canonical)


@dataclass(frozen=True)
class PublicKeySet(Identified):
    """`age` is the recipient's text; `ed25519` 32 bytes; `mldsa65` 1952 bytes."""

    age: str
    ed25519: bytes
    mldsa65: bytes

    @classmethod
    def from_json(cls, value: Any) -> PublicKeySet:
        """Raises FormatError."""
        read = canonical.Reader(value, "a key set", {"v", "age", "ed25519", "mldsa65"})
        read.version()
        keys = cls(read.text("age"), unb64(read.text("ed25519")), unb64(read.text("mldsa65")))
        recipient_bytes(keys.age)
        if len(keys.ed25519) != 32 or len(keys.mldsa65) != 1952:
            raise FormatError("a verification key has the wrong length")
        return keys

    @classmethod
    def from_bytes(cls, data: bytes) -> PublicKeySet:
        """From canonical bytes.  Raises FormatError."""
        return cls.from_json(canonical.loads_strict(data))

    def to_json(self) -> dict[str, Any]:
        return {"v": 1, "age": self.age, "ed25519": b64(self.ed25519), "mldsa65": b64(self.mldsa65)}

    @property
    def recipient_sha256(self) -> str:
        return recipient_sha256(self.age)
