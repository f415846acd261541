"""Padme: lengths that tell at most O(log log n) bits, at a cost of at most 12 % [PURBs, 2019]."""

from __future__ import annotations


def padded(length: int) -> int:
    """The length to pad `length` bytes to."""
    if length < 2:
        return length
    exponent = length.bit_length() - 1
    zeros = exponent - exponent.bit_length()
    mask = (1 << max(zeros, 0)) - 1
    return length + mask & ~mask


def pad(data: bytes) -> bytes:
    """JSON with trailing spaces up to its Padme length."""
    return data + b" " * (padded(len(data)) - len(data))
