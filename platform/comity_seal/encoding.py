"""Base64 in its two forms, read strictly: what is read would be written the same way again."""

from __future__ import annotations

import base64
import binascii
import re

from comity_seal.errors import FormatError

_RAW = re.compile(rb"[A-Za-z0-9+/]*")


def b64(data: bytes) -> str:
    """Standard base64 with padding, as in JSON bodies."""
    return base64.b64encode(data).decode()


def unb64(text: str) -> bytes:
    """The bytes of standard base64 with padding.  Raises FormatError unless `text` is their canonical form."""
    if not isinstance(text, str):
        raise FormatError("base64 must be a string")
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise FormatError("this is not base64") from error
    if b64(data) != text:
        raise FormatError("this is not canonical base64")
    return data


def raw64(data: bytes) -> bytes:
    """Base64 without padding, as in age headers."""
    return base64.b64encode(data).rstrip(b"=")


def unraw64(text: bytes) -> bytes:
    """The bytes of base64 without padding.  Raises FormatError unless `text` is their canonical form."""
    if not _RAW.fullmatch(text) or len(text) % 4 == 1:
        raise FormatError("this is not base64 without padding")
    data = base64.b64decode(text + b"=" * (-len(text) % 4))
    if raw64(data) != text:
        raise FormatError("this is not canonical base64")
    return data
