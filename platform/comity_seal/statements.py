"""Statements of a chain, read strictly: the form of each type.  What they may say is in `rules`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from comity_seal import canonical
from comity_seal.errors import FormatError
from comity_seal.publickeys import PublicKeySet, recipient_bytes
from comity_seal.standing import EpochStatement, Member, Officer, RecoveryFile

BY = re.compile(rf"{canonical.UUID.pattern}|root")
COMMON = {"v", "type", "seq", "prev", "authority", "by", "created"}


@dataclass(frozen=True)
class Genesis:
    kind: str
    organ: str | None
    names: dict[str, str]
    members: dict[str, Member]
    admins: frozenset[str]
    epoch: EpochStatement


@dataclass(frozen=True)
class MemberAdd:
    member: Member
    wrap: str


@dataclass(frozen=True)
class MemberRemove:
    user: str
    reason: str
    epoch: EpochStatement


@dataclass(frozen=True)
class AdminAdd:
    user: str


@dataclass(frozen=True)
class AdminRemove:
    user: str
    reason: str


@dataclass(frozen=True)
class EpochRotate:
    epoch: EpochStatement


@dataclass(frozen=True)
class RecoverySet:
    officers: dict[str, Officer]
    recipient: str
    files: tuple[RecoveryFile, ...]
    wrap: str


@dataclass(frozen=True)
class RecoveryAdmit:
    member: Member
    admin: bool
    epoch: EpochStatement


@dataclass(frozen=True)
class KeyRevoke:
    user: str
    keyset: str
    since: str
    reason: str


Body = (
    Genesis | MemberAdd | MemberRemove | AdminAdd | AdminRemove | EpochRotate | RecoverySet | RecoveryAdmit | KeyRevoke
)


@dataclass(frozen=True)
class Statement:
    """A statement; `sha256` is that of its signed bytes, by which the next one and confirmations name it."""

    type: str
    seq: int
    prev: str | None
    authority: str
    by: str
    created: str
    sha256: str
    body: Body


def read_statement(payload: bytes) -> Statement:
    """Raises FormatError."""
    value = canonical.loads_strict(payload)
    kind = value.get("type")
    if not isinstance(kind, str) or kind not in _READERS:
        raise FormatError("there is no such type of statement")
    fields, body = _READERS[kind]
    common = COMMON - {"by"} if kind == "genesis" else COMMON
    read = canonical.Reader(value, f"the statement {kind}", common | fields)
    read.version()
    return Statement(
        type=kind,
        seq=read.number("seq"),
        prev=read.optional("prev", canonical.HEX),
        authority=read.matching("authority", canonical.CODE),
        by="root" if kind == "genesis" else read.matching("by", BY),
        created=read.matching("created", canonical.TIME),
        sha256=sha256(payload).hexdigest(),
        body=body(read),
    )


def _member(value: Any) -> Member:
    read = canonical.Reader(value, "a member", {"user", "name", "role", "keys"})
    return Member(
        read.matching("user", canonical.UUID),
        read.text("name", 200),
        read.text("role", 100),
        PublicKeySet.from_json(value["keys"]),
    )


def _recipient(read: canonical.Reader) -> str:
    recipient = read.text("recipient")
    recipient_bytes(recipient)
    return recipient


def _epoch(value: Any) -> EpochStatement:
    fields = {"n", "recipient", "previous", "not_before", "reason", "wraps", "chain", "recovery"}
    read = canonical.Reader(value, "the epoch", fields)
    wraps = [canonical.Reader(one, "a wrap", {"keyset", "sha256"}) for one in read.items("wraps")]
    found = {wrap.matching("keyset", canonical.HEX): wrap.matching("sha256", canonical.HEX) for wrap in wraps}
    if list(found) != sorted(found) or len(found) != len(wraps):
        raise FormatError("the wraps are not in order, or one is named twice")
    return EpochStatement(
        n=read.number("n", 1),
        recipient=_recipient(read),
        wraps=found,
        previous=read.optional("previous", canonical.HEX),
        not_before=read.matching("not_before", canonical.TIME),
        reason=read.text("reason", 200),
        chain=read.optional("chain", canonical.HEX),
        recovery=read.optional("recovery", canonical.HEX),
    )


def _sorted(users: list[str], what: str) -> None:
    if not users or users != sorted(set(users)):
        raise FormatError(f"the {what} are missing, not in order, or named twice")


def _genesis(read: canonical.Reader) -> Genesis:
    members = [_member(one) for one in read.items("members")]
    _sorted([member.user for member in members], "members")
    admins = read.items("admins")
    for user in admins:
        if not isinstance(user, str) or not canonical.UUID.fullmatch(user):
            raise FormatError("an administrator is not named as accounts are")
    _sorted(admins, "administrators")
    names = canonical.Reader(read.value["names"], "the names", {"en", "fr"})
    return Genesis(
        kind=read.one_of("kind", "state", "court", "organisation"),
        organ=read.one_of("organ", None, "otp", "registry"),
        names={"en": names.text("en", 200), "fr": names.text("fr", 200)},
        members={member.user: member for member in members},
        admins=frozenset(admins),
        epoch=_epoch(read.value["epoch"]),
    )


def _officer(value: Any) -> Officer:
    read = canonical.Reader(value, "an officer", {"user", "name", "keys"})
    return Officer(read.matching("user", canonical.UUID), read.text("name", 200), PublicKeySet.from_json(value["keys"]))


def _recovery_file(value: Any) -> RecoveryFile:
    read = canonical.Reader(value, "a recovery file", {"outer", "inner", "sha256"})
    outer, inner = read.matching("outer", canonical.HEX), read.matching("inner", canonical.HEX)
    return RecoveryFile(outer, inner, read.matching("sha256", canonical.HEX))


def _recovery_set(read: canonical.Reader) -> RecoverySet:
    officers = [_officer(one) for one in read.items("officers", 4)]
    _sorted([officer.user for officer in officers], "officers")
    if len(officers) < 2:
        raise FormatError("there are fewer than two officers")
    files = tuple(_recovery_file(one) for one in read.items("files", 6))
    ids = [officer.keys.id for officer in officers]
    pairs = [(outer, inner) for place, outer in enumerate(ids) for inner in ids[place + 1 :]]
    if [(file.outer, file.inner) for file in files] != pairs:
        raise FormatError("the recovery files are not one for each pair of officers, in order")
    return RecoverySet(
        {officer.user: officer for officer in officers}, _recipient(read), files, read.matching("wrap", canonical.HEX)
    )


def _member_add(read: canonical.Reader) -> MemberAdd:
    return MemberAdd(_member(read.value["member"]), read.matching("wrap", canonical.HEX))


def _member_remove(read: canonical.Reader) -> MemberRemove:
    return MemberRemove(read.matching("user", canonical.UUID), read.text("reason", 200), _epoch(read.value["epoch"]))


def _admin_add(read: canonical.Reader) -> AdminAdd:
    return AdminAdd(read.matching("user", canonical.UUID))


def _admin_remove(read: canonical.Reader) -> AdminRemove:
    return AdminRemove(read.matching("user", canonical.UUID), read.text("reason", 200))


def _epoch_rotate(read: canonical.Reader) -> EpochRotate:
    return EpochRotate(_epoch(read.value["epoch"]))


def _recovery_admit(read: canonical.Reader) -> RecoveryAdmit:
    admin = bool(read.one_of("admin", True, False))
    return RecoveryAdmit(_member(read.value["member"]), admin, _epoch(read.value["epoch"]))


def _key_revoke(read: canonical.Reader) -> KeyRevoke:
    return KeyRevoke(
        read.matching("user", canonical.UUID),
        read.matching("keyset", canonical.HEX),
        read.matching("since", canonical.TIME),
        read.text("reason", 200),
    )


_READERS: dict[str, tuple[set[str], Callable[[canonical.Reader], Body]]] = {
    "genesis": ({"kind", "organ", "names", "members", "admins", "epoch"}, _genesis),
    "member.add": ({"member", "wrap"}, _member_add),
    "member.remove": ({"user", "reason", "epoch"}, _member_remove),
    "admin.add": ({"user"}, _admin_add),
    "admin.remove": ({"user", "reason"}, _admin_remove),
    "epoch.rotate": ({"epoch"}, _epoch_rotate),
    "recovery.set": ({"officers", "recipient", "files", "wrap"}, _recovery_set),
    "recovery.admit": ({"member", "admin", "epoch"}, _recovery_admit),
    "key.revoke": ({"user", "keyset", "since", "reason"}, _key_revoke),
}
