"""The Merkle tree over the parts of a payload [RFC 9162 section 2.1.1]."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

PART = 8388608
"""Bytes of a part; the last one is shorter, and never empty."""


def leaf(part: bytes | memoryview) -> bytes:
    """The hash of one part."""
    digest = sha256(b"\x00")
    digest.update(part)
    return digest.digest()


def root(leaves: Sequence[bytes]) -> str:
    """The tree hash over leaf hashes, in hexadecimal."""
    return _hash(leaves).hex()


def _hash(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + _hash(leaves[:half]) + _hash(leaves[half:])).digest()


def parts(length: int) -> int:
    """How many parts a payload of `length` bytes has."""
    return -(-length // PART)
