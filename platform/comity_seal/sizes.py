"""How long a payload is for a plaintext, and back [C2SP age, Payload]."""

from __future__ import annotations

from comity_seal.errors import FormatError

CHUNK = 65536
TAG = 16
NONCE = 16


def payload_length(plain: int) -> int:
    """Bytes of nonce and chunks for `plain` bytes of plaintext."""
    chunks = max(1, -(-plain // CHUNK))
    return NONCE + plain + chunks * TAG


def plain_length(payload: int) -> int:
    """Bytes of plaintext in a payload of that length.  Raises FormatError where no plaintext gives it."""
    body = payload - NONCE
    chunks = max(1, -(-body // (CHUNK + TAG)))
    plain = body - chunks * TAG
    if plain < 0 or payload_length(plain) != payload:
        raise FormatError("no document has a payload of this length")
    return plain
