"""Making statements: the genesis of an authority, signed by the root.  The root stays away from the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from comity_seal import canonical, dsse
from comity_seal.authority import Member
from comity_seal.opening.keyset import KeySet
from comity_seal.opening.wraps import Epoch, wrap


def wraps_for(epoch: Epoch, members: Sequence[Member]) -> dict[str, bytes]:
    """The epoch's key for each member, by key set."""
    return {member.keys.id: wrap(epoch, member.keys) for member in members}


def genesis(
    root: KeySet,
    *,
    code: str,
    kind: str,
    organ: str | None,
    names: Mapping[str, str],
    members: Sequence[Member],
    epoch: Epoch,
    wraps: Mapping[str, bytes],
    created: str,
) -> bytes:
    """The first statement of an authority, signed."""
    payload = {
        "v": 1,
        "type": "genesis",
        "seq": 0,
        "prev": None,
        "authority": code,
        "kind": kind,
        "organ": organ,
        "names": dict(names),
        "members": [
            {"user": member.user, "name": member.name, "role": member.role, "keys": member.keys.to_json()}
            for member in sorted(members, key=lambda member: member.user)
        ],
        "epoch": {
            "n": epoch.n,
            "recipient": epoch.recipient,
            "previous": None,
            "not_before": created,
            "reason": "genesis",
            "wraps": [{"keyset": keyset, "sha256": sha256(data).hexdigest()} for keyset, data in sorted(wraps.items())],
        },
        "created": created,
    }
    return root.sign(dsse.STATEMENT, canonical.dumps(payload))
