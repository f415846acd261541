"""JSON that is signed: written by RFC 8785, read strictly, and verified as the bytes that came."""

from __future__ import annotations

import json
import re
from typing import Any

import rfc8785

from comity_seal.errors import FormatError

LARGEST_INTEGER = 2**53 - 1
DEEPEST = 16
TIME = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z")
HEX = re.compile(r"[0-9a-f]{64}")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
CODE = re.compile(r"[A-Z]{2,8}")


def dumps(value: Any) -> bytes:
    """The canonical bytes [RFC 8785] of values without fractions.  Integers must stay below 2^53.

    Raises FormatError.
    """
    try:
        _no_fractions(value)
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeError, RecursionError) as error:
        raise FormatError(f"this cannot be written as canonical JSON: {error}") from error


def _no_fractions(value: Any) -> None:
    if isinstance(value, float):
        raise FormatError(f"{value} is not a whole number")
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        _no_fractions(inner)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise FormatError("a key stands twice in a JSON object")
    return found


def _integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > LARGEST_INTEGER:
        raise FormatError("a number is too large")
    return int(text)


def _no_float(text: str) -> Any:
    raise FormatError(f"{text[:20]} is not a whole number")


def loads_strict(data: bytes) -> dict[str, Any]:
    """The JSON object in `data`; duplicate keys, fractions, large numbers and odd encodings are refused.

    Raises FormatError.
    """
    try:
        text = data.decode("utf-8")
        value = json.loads(
            text, object_pairs_hook=_unique, parse_int=_integer, parse_float=_no_float, parse_constant=_no_float
        )
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise FormatError("this is not JSON") from error
    if not isinstance(value, dict):
        raise FormatError("this is not a JSON object")
    _no_surrogates(value, 0)
    return value


def _no_surrogates(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise FormatError("this JSON is nested too deeply")
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise FormatError("a text holds half a character") from error
    elif isinstance(value, dict):
        for key, inner in value.items():
            _no_surrogates(key, depth)
            _no_surrogates(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _no_surrogates(inner, depth + 1)


class Reader:
    """Takes the fields of an object apart, each of its kind, and none left over; it may lack those of `since`."""

    def __init__(self, value: Any, what: str, fields: set[str], since: frozenset[str] = frozenset()) -> None:
        if not isinstance(value, dict):
            raise FormatError(f"{what} is not an object")
        if set(value) - since != fields:
            odd = sorted((set(value) - since) ^ fields)
            raise FormatError(f"{what} lacks or should not have: {', '.join(map(str, odd))}")
        self.value = value
        self.what = what

    def _fail(self, field: str) -> FormatError:
        return FormatError(f"{self.what}: {field} is not of the right form")

    def text(self, field: str, longest: int = 4096) -> str:
        value = self.value[field]
        if not isinstance(value, str) or len(value) > longest:
            raise self._fail(field)
        return value

    def matching(self, field: str, pattern: re.Pattern[str]) -> str:
        value = self.value[field]
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise self._fail(field)
        return value

    def optional(self, field: str, pattern: re.Pattern[str]) -> str | None:
        return None if self.value[field] is None else self.matching(field, pattern)

    def number(self, field: str, least: int = 0) -> int:
        value = self.value[field]
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self._fail(field)
        return value

    def one_of(self, field: str, *values: Any) -> Any:
        value = self.value[field]
        if not any(value is one or (value == one and type(value) is type(one)) for one in values):
            raise self._fail(field)
        return value

    def items(self, field: str, most: int = 1024) -> list[Any]:
        value = self.value[field]
        if not isinstance(value, list) or len(value) > most:
            raise self._fail(field)
        return value

    def table(self, field: str) -> Reader:
        """An object whose keys are names that nobody knows before."""
        value = self.value[field]
        if not isinstance(value, dict):
            raise self._fail(field)
        return Reader(value, f"{self.what}: {field}", set(value))

    def version(self) -> None:
        self.one_of("v", 1)
