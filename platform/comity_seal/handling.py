"""The handling limits of a document: part of what its sender signs, so that nobody drops one on the way.

What the codes mean, and what they block, is policy; here they are words.  A document without limits has no field for
them, as every document had before there were any.
"""

from __future__ import annotations

import re
from typing import Any

from comity_seal import canonical
from comity_seal.errors import FormatError

LIMIT = re.compile(r"[a-z][a-z_]{1,39}")
MOST = 16
SINCE = frozenset({"handling"})


def handling_in(read: canonical.Reader) -> tuple[str, ...]:
    """The codes, sorted, each once; none where the field is not there.  Raises FormatError."""
    if "handling" not in read.value:
        return ()
    found = read.items("handling", MOST)
    if not found or not all(isinstance(one, str) and LIMIT.fullmatch(one) for one in found):
        raise FormatError(f"{read.what}: handling is not of the right form")
    if sorted(set(found)) != found:
        raise FormatError(f"{read.what}: the handling limits are not sorted, or one stands twice")
    return tuple(found)


def handling_json(handling: tuple[str, ...]) -> dict[str, Any]:
    """The field as it is signed: nothing where there are no limits."""
    return {"handling": list(handling)} if handling else {}
