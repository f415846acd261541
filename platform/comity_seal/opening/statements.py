"""Making statements: each type signed with a key set, continuing what was verified.  None of these keys is a server's.

A maker takes the key set that signs and, as `by`, the account it signs for, or `ROOT`.  It makes what it is told: that
the rules allow it, `verify_chain` says.  Times never go back: a clock that is behind takes the time of the statement
before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations
from typing import Any

from comity_seal import canonical, dsse
from comity_seal.authority import Member, Officer, VerifiedAuthority
from comity_seal.confirmation import Confirmation, Link, confirmed
from comity_seal.errors import ForgedWrap
from comity_seal.opening.identities import HybridIdentity
from comity_seal.opening.keyset import KeySet
from comity_seal.opening.recovery import recovery_text, seal_pair
from comity_seal.opening.wraps import Epoch, chain_wrap, recovery_wrap, wrap
from comity_seal.standing import ROOT
from comity_seal.statements import read_statement


@dataclass(frozen=True)
class Wraps:
    """The files that a statement names by hash: for members by key set, the chain wrap, for and of recovery."""

    members: Mapping[str, bytes]
    chain: bytes | None = None
    recovery: bytes | None = None
    files: tuple[bytes, ...] = ()


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
    admins: Sequence[str] | None = None,
) -> bytes:
    """The first statement of an authority, signed with one key set of the root; others of its group have to confirm.

    `admins` are accounts of members; None makes all of them that.
    """
    first = _epoch_json(epoch, Wraps(wraps), previous=None, reason="genesis", created=created)
    payload = {
        "v": 1,
        "type": "genesis",
        "seq": 0,
        "prev": None,
        "authority": code,
        "kind": kind,
        "organ": organ,
        "names": dict(names),
        "members": [_member_json(member) for member in sorted(members, key=lambda member: member.user)],
        "admins": sorted(member.user for member in members) if admins is None else sorted(admins),
        "epoch": first,
        "created": created,
    }
    return root.sign(dsse.STATEMENT, canonical.dumps(payload))


def add_member(
    keyset: KeySet, by: str, verified: VerifiedAuthority, *, member: Member, epoch: Epoch, created: str
) -> tuple[bytes, Wraps]:
    """`member` joins, and gets the newest key.  She confirms it herself, with the key set that is being added."""
    _check_newest(epoch, verified)
    wrapped = wrap(epoch, member.keys)
    own = {"member": _member_json(member), "wrap": _hash(wrapped)}
    return _sign(keyset, by, verified, "member.add", created, own), Wraps({member.keys.id: wrapped})


def remove_member(
    keyset: KeySet,
    by: str,
    verified: VerifiedAuthority,
    *,
    user: str,
    reason: str,
    old: Epoch,
    new: Epoch,
    created: str,
) -> tuple[bytes, Wraps]:
    """`user` leaves, and the others get a new key.  If she is an administrator, a second one or the root confirms."""
    staying = [one for one in verified.readers().values() if one.user != user]
    epoch, wraps = _next(verified, old, new, staying, reason, created)
    own = {"user": user, "reason": reason, "epoch": epoch}
    return _sign(keyset, by, verified, "member.remove", created, own), wraps


def add_admin(keyset: KeySet, by: str, verified: VerifiedAuthority, *, user: str, created: str) -> bytes:
    """A second administrator or the root confirms."""
    return _sign(keyset, by, verified, "admin.add", created, {"user": user})


def remove_admin(
    keyset: KeySet, by: str, verified: VerifiedAuthority, *, user: str, reason: str, created: str
) -> bytes:
    """She stays a member.  A second administrator, who may be herself, or the root confirms."""
    return _sign(keyset, by, verified, "admin.remove", created, {"user": user, "reason": reason})


def rotate(
    keyset: KeySet, by: str, verified: VerifiedAuthority, *, reason: str, old: Epoch, new: Epoch, created: str
) -> tuple[bytes, Wraps]:
    """A new key for the same members."""
    epoch, wraps = _next(verified, old, new, list(verified.readers().values()), reason, created)
    return _sign(keyset, by, verified, "epoch.rotate", created, {"epoch": epoch}), wraps


def set_recovery(
    keyset: KeySet, by: str, verified: VerifiedAuthority, *, officers: Sequence[Officer], epoch: Epoch, created: str
) -> tuple[bytes, Wraps]:
    """A new recovery key, which only two officers together open.  A second administrator or the root confirms."""
    _check_newest(epoch, verified)
    ordered = sorted(officers, key=lambda officer: officer.user)
    identity = HybridIdentity.generate()
    text = recovery_text(verified.code, identity)
    pairs = list(combinations(ordered, 2))
    files = tuple(seal_pair(text, outer.keys, inner.keys) for outer, inner in pairs)
    wrapped = recovery_wrap(epoch, identity.recipient)
    own = {
        "officers": [{"user": one.user, "name": one.name, "keys": one.keys.to_json()} for one in ordered],
        "recipient": identity.recipient,
        "files": [
            {"outer": outer.keys.id, "inner": inner.keys.id, "sha256": _hash(data)}
            for (outer, inner), data in zip(pairs, files, strict=True)
        ],
        "wrap": _hash(wrapped),
    }
    return _sign(keyset, by, verified, "recovery.set", created, own), Wraps({}, None, wrapped, files)


def admit(
    keyset: KeySet,
    by: str,
    verified: VerifiedAuthority,
    *,
    member: Member,
    admin: bool,
    reason: str,
    old: Epoch,
    new: Epoch,
    created: str,
) -> tuple[bytes, Wraps]:
    """Officers of recovery let `member` in, in the place of a membership she may have, with a new key for everybody.

    Another officer confirms and, if she becomes an administrator, the root too.
    """
    staying = [one for one in verified.readers().values() if one.user != member.user]
    epoch, wraps = _next(verified, old, new, [*staying, member], reason, created)
    own = {"member": _member_json(member), "admin": admin, "epoch": epoch}
    return _sign(keyset, by, verified, "recovery.admit", created, own), wraps


def revoke(
    keyset: KeySet,
    by: str,
    verified: VerifiedAuthority,
    *,
    user: str,
    revoked: str,
    since: str,
    reason: str,
    created: str,
) -> bytes:
    """From `since` on nothing signed with the key set `revoked` of `user` counts.

    Where `by` is the root, others of its group have to confirm.
    """
    own = {"user": user, "keyset": revoked, "since": since, "reason": reason}
    return _sign(keyset, by, verified, "key.revoke", created, own)


def confirm(keyset: KeySet, by: str, link: bytes, *, created: str) -> bytes:
    """That `by` agrees to the statement of this link, which she has verified and understood."""
    parsed = Link.parse(link)
    said = read_statement(parsed.statement.payload)
    one = Confirmation(said.authority, said.seq, said.sha256, by, max(created, said.created))
    return keyset.sign(dsse.CONFIRMATION, canonical.dumps(one.to_json()))


def _sign(
    keyset: KeySet, by: str, verified: VerifiedAuthority, kind: str, created: str, own: Mapping[str, Any]
) -> bytes:
    payload = {
        "v": 1,
        "type": kind,
        "seq": verified.seq + 1,
        "prev": verified.sha256,
        "authority": verified.code,
        "by": by,
        "created": max(created, verified.created),
        **own,
    }
    return keyset.sign(dsse.STATEMENT, canonical.dumps(payload))


def _check_newest(epoch: Epoch, verified: VerifiedAuthority) -> None:
    """A key that did not come from the verified chain is never handed on."""
    if (epoch.authority, epoch.n, epoch.recipient) != (verified.code, verified.epoch.n, verified.epoch.recipient):
        raise ForgedWrap(f"this is not the newest key of {verified.code}")


def _next(
    verified: VerifiedAuthority, old: Epoch, new: Epoch, members: Sequence[Member], reason: str, created: str
) -> tuple[dict[str, Any], Wraps]:
    _check_newest(old, verified)
    recovery = recovery_wrap(new, verified.recovery.recipient) if verified.recovery else None
    wraps = Wraps(wraps_for(new, members), chain_wrap(old, new), recovery)
    said = max(created, verified.created)
    return _epoch_json(new, wraps, previous=verified.epoch.recipient_sha256, reason=reason, created=said), wraps


def _epoch_json(epoch: Epoch, wraps: Wraps, *, previous: str | None, reason: str, created: str) -> dict[str, Any]:
    return {
        "n": epoch.n,
        "recipient": epoch.recipient,
        "previous": previous,
        "not_before": created,
        "reason": reason,
        "wraps": [{"keyset": keyset, "sha256": _hash(data)} for keyset, data in sorted(wraps.members.items())],
        "chain": _hash(wraps.chain) if wraps.chain is not None else None,
        "recovery": _hash(wraps.recovery) if wraps.recovery is not None else None,
    }


def _member_json(member: Member) -> dict[str, Any]:
    return {"user": member.user, "name": member.name, "role": member.role, "keys": member.keys.to_json()}


def _hash(data: bytes) -> str:
    return sha256(data).hexdigest()


__all__ = [
    "ROOT",
    "Wraps",
    "add_admin",
    "add_member",
    "admit",
    "confirm",
    "confirmed",
    "genesis",
    "remove_admin",
    "remove_member",
    "revoke",
    "rotate",
    "set_recovery",
    "wraps_for",
]
