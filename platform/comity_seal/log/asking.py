"""How a witness says who asks: it has no account, and signs the time and the log's origin with its key.

The first line keeps this apart from everything else that such a key signs.  Whoever overhears one can read hashes of
the log for five minutes, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from comity_seal.encoding import unb64
from comity_seal.errors import BadNote, FormatError, SignatureInvalid
from comity_seal.log.notes import WITNESS, VerifierKey

FRESH = timedelta(minutes=5)
_TOKEN = re.compile(r"([^\s:]{1,200}):([1-9][0-9]{0,11}):([A-Za-z0-9+/=]{88})")


def message(origin: str, at: int) -> bytes:
    """What is signed: at a time in seconds since 1970, of the log of this origin."""
    return f"comity-witness-request/v1\ntime {at}\n{origin}\n".encode()


def verify(token: str, origin: str, witnesses: Sequence[VerifierKey], now: datetime) -> VerifierKey:
    """The witness that asks.  Raises BadNote or SignatureInvalid."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        raise BadNote("a witness says who it is as name:time:signature")
    try:
        signature = unb64(found[3])
    except FormatError as error:
        raise BadNote("the signature of a witness is not well formed") from error
    key = next((one for one in witnesses if one.name == found[1] and one.kind == WITNESS), None)
    if key is None:
        raise SignatureInvalid(f"{found[1]} is not a witness of this log")
    if abs(now.astimezone(UTC).timestamp() - int(found[2])) > FRESH.total_seconds():
        raise SignatureInvalid("the clock of the witness is more than five minutes off")
    key.verify(message(origin, int(found[2])), signature)
    return key
