"""Bech32 without its length limit, as age uses it [BIP 173; C2SP age]."""

from __future__ import annotations

from functools import lru_cache

from comity_seal.errors import FormatError

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
LONGEST = 8192
"""Characters; more than any key needs."""


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit in range(5):
            if top >> bit & 1:
                check ^= _GENERATOR[bit]
    return check


def _expand(prefix: str) -> list[int]:
    return [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]


def _regroup(data: list[int] | bytes, had: int, want: int, *, pad: bool) -> list[int]:
    gathered = bits = 0
    found = []
    for value in data:
        gathered = gathered << had | value
        bits += had
        while bits >= want:
            bits -= want
            found.append(gathered >> bits & (1 << want) - 1)
        gathered &= (1 << bits) - 1
    if pad and bits:
        found.append(gathered << want - bits & (1 << want) - 1)
    elif not pad and (bits >= had or gathered):
        raise FormatError("a key has padding that is not zero")
    return found


@lru_cache(maxsize=1024)
def encode(prefix: str, data: bytes) -> str:
    """The text form of `data` under a lower-case `prefix`."""
    values = _regroup(data, 8, 5, pad=True)
    check = _polymod(_expand(prefix) + values + [0] * 6) ^ 1
    values += [check >> 5 * (5 - place) & 31 for place in range(6)]
    return f"{prefix}1{''.join(_ALPHABET[value] for value in values)}"


@lru_cache(maxsize=1024)
def decode(text: str) -> tuple[str, bytes]:
    """(prefix, data) of a text form; the prefix keeps its case.  Raises FormatError."""
    if len(text) > LONGEST or (text.lower() != text and text.upper() != text):
        raise FormatError("a key is too long or mixes capitals and small letters")
    prefix, separator, rest = text.rpartition("1")
    if not separator or not prefix or len(rest) < 6 or any(not 33 <= ord(letter) <= 126 for letter in prefix):
        raise FormatError("a key has no prefix")
    try:
        values = [_VALUES[letter] for letter in rest.lower()]
    except KeyError as error:
        raise FormatError("a key has a letter that cannot be in one") from error
    if _polymod(_expand(prefix.lower()) + values) != 1:
        raise FormatError("a key was mistyped: its check letters do not fit")
    return prefix, bytes(_regroup(values[:-6], 5, 8, pad=False))
