"""The ASCII armor of age files: strict PEM, 64 columns [C2SP age, ASCII armor]."""

from __future__ import annotations

import base64
import binascii

from comity_seal.errors import ArmorError

BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----"
END = b"-----END AGE ENCRYPTED FILE-----"
_SPACE = b" \t\r\n"


def wrap(data: bytes) -> bytes:
    """Armored `data`."""
    text = base64.b64encode(data)
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return b"\n".join([BEGIN, *lines, END, b""])


def unwrap(text: bytes) -> bytes:
    """The age file inside the armor.  White space around it and CRLF are tolerated; nothing else is.

    Raises ArmorError.
    """
    lines = text.strip(_SPACE).replace(b"\r\n", b"\n").split(b"\n")
    if lines[0] != BEGIN or lines[-1] != END or len(lines) < 2:
        raise ArmorError("the first or last line of the armor is missing")
    body = lines[1:-1]
    if any(len(line) != 64 for line in body[:-1]) or not all(0 < len(line) <= 64 for line in body[-1:]):
        raise ArmorError("a line of the armor has the wrong length")
    joined = b"".join(body)
    try:
        data = base64.b64decode(joined, validate=True)
    except binascii.Error as error:
        raise ArmorError("the armor is not base64") from error
    if base64.b64encode(data) != joined:
        raise ArmorError("the armor is not canonical base64")
    return data
