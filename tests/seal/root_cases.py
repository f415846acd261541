"""What is no public root: a name, and how it is made.  Tests and vectors share them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.seal.chains import FIRST, FIRST_OF_OTP, OTHER_ROOT, SECOND, THE_ROOT, THIRD

from comity_seal.opening.keyset import KeySet

PUBLIC = THE_ROOT.public


def broken(**changes: Any) -> dict[str, Any]:
    """The root with other fields; one that is given as ... is left out."""
    value = {**PUBLIC.to_json(), **changes}
    return {name: one for name, one in value.items() if one is not ...}


def keysets(*holders: KeySet) -> list[dict[str, Any]]:
    return [one.to_json() for one in sorted((holder.public for holder in holders), key=lambda keys: keys.id)]


def five() -> dict[str, Any]:
    """Both groups with five key sets."""
    return {
        "registry": keysets(FIRST, SECOND, THIRD, *OTHER_ROOT.registry[:2]),
        "prosecutor": keysets(*THE_ROOT.prosecutor, *OTHER_ROOT.prosecutor[:2]),
    }


BROKEN: list[tuple[str, Callable[[], Any]]] = [
    ("another version", lambda: broken(v=2)),
    ("another type", lambda: broken(type="roots")),
    ("no type", lambda: broken(type=...)),
    ("a field too many", lambda: broken(name="the Court")),
    ("no threshold", lambda: broken(need=...)),
    ("a threshold of none", lambda: broken(need=0)),
    ("a threshold that is no number", lambda: broken(need=True)),
    ("a threshold in words", lambda: broken(need="2")),
    ("a threshold above the smaller group", lambda: broken(need=2, prosecutor=keysets(FIRST_OF_OTP))),
    ("a threshold of four", lambda: broken(need=4, **five())),
    ("no key set in a group", lambda: broken(need=1, registry=[])),
    ("a group left out", lambda: broken(prosecutor=...)),
    ("a group that is none", lambda: broken(prosecutor={})),
    ("not in order", lambda: broken(registry=PUBLIC.to_json()["registry"][::-1])),
    ("a key set twice in a group", lambda: broken(registry=keysets(FIRST, FIRST, SECOND))),
    ("a key set in both groups", lambda: broken(registry=keysets(FIRST, SECOND, FIRST_OF_OTP))),
    ("a key set that is none", lambda: broken(registry=[{}, {}])),
    ("six key sets in a group", lambda: broken(registry=keysets(FIRST, SECOND, THIRD, *OTHER_ROOT.registry))),
    ("a single key set", lambda: FIRST.public.to_json()),
    ("a list", lambda: [PUBLIC.to_json()]),
]
