"""Authority chains: who belongs to an authority, with which keys, and which key documents are sealed to.

A chain is a list of signed statements.  In this version it is one `genesis`, signed by the pinned root; longer chains
will continue the same list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from comity_seal import canonical, dsse
from comity_seal.errors import (
    BrokenChain,
    FormatError,
    SealError,
    SignatureInvalid,
    UnknownSigner,
    UntrustedRoot,
    WrongAuthority,
)
from comity_seal.publickeys import PublicKeySet, recipient_bytes, recipient_sha256

FIELDS = {"v", "type", "seq", "prev", "authority", "kind", "organ", "names", "members", "epoch", "created"}


@dataclass(frozen=True)
class Member:
    """A person whose key set may sign for the authority and open what is sealed to it."""

    user: str
    name: str
    role: str
    keys: PublicKeySet


@dataclass(frozen=True)
class EpochStatement:
    """One key of the authority, and the hashes of the files that hold it for each member."""

    n: int
    recipient: str
    wraps: dict[str, str]

    @property
    def recipient_sha256(self) -> str:
        return recipient_sha256(self.recipient)


@dataclass(frozen=True)
class VerifiedAuthority:
    """What a chain says, after it was verified under the root."""

    code: str
    kind: str
    organ: str | None
    names: dict[str, str]
    members: dict[str, Member]
    epochs: dict[int, EpochStatement]
    sha256: str

    @property
    def epoch(self) -> EpochStatement:
        """The newest."""
        return self.epochs[max(self.epochs)]

    def signer(self, user: str, keyset: str) -> Member:
        """The member who signs with that key set.  Raises UnknownSigner."""
        member = self.members.get(user)
        if member is None or member.keys.id != keyset:
            raise UnknownSigner(f"the statements of {self.code} do not list this signer")
        return member


def verify_chain(chain: Sequence[bytes], root: PublicKeySet | Sequence[PublicKeySet], code: str) -> VerifiedAuthority:
    """What the chain of `code` says, if every statement is signed by a pinned root.

    Raises UntrustedRoot, WrongAuthority, BrokenChain or FormatError.
    """
    roots = [root] if isinstance(root, PublicKeySet) else list(root)
    if len(chain) != 1:
        raise BrokenChain(f"the chain of {code} has {len(chain)} statements; this version knows chains of one")
    parsed = dsse.Dsse.parse(chain[0])
    signer = next((keys for keys in roots if keys.id == parsed.keyset), None)
    if signer is None:
        raise UntrustedRoot(f"the statement about {code} is not signed by the pinned root")
    try:
        payload = parsed.verify(signer, dsse.STATEMENT)
    except SignatureInvalid as error:
        raise UntrustedRoot(f"the root's signature under the statement about {code} does not verify") from error
    return _genesis(payload, code)


def _genesis(payload: bytes, code: str) -> VerifiedAuthority:
    value = canonical.loads_strict(payload)
    if value.get("type") != "genesis" or value.get("seq") != 0 or value.get("prev") is not None:
        raise BrokenChain("the first statement of a chain must be its genesis")
    read = canonical.Reader(value, "the genesis", FIELDS)
    read.version()
    read.matching("created", canonical.TIME)
    if read.matching("authority", canonical.CODE) != code:
        raise WrongAuthority(f"this statement is about {value['authority']}, not about {code}")
    members = [_member(one) for one in read.items("members")]
    users = [member.user for member in members]
    if not members or users != sorted(set(users)):
        raise FormatError("the members are missing, not in order, or named twice")
    names = canonical.Reader(value["names"], "the names", {"en", "fr"})
    epoch = _epoch(value["epoch"], {member.keys.id for member in members})
    return VerifiedAuthority(
        code=code,
        kind=read.one_of("kind", "state", "court"),
        organ=read.one_of("organ", None, "otp", "registry"),
        names={"en": names.text("en", 200), "fr": names.text("fr", 200)},
        members={member.user: member for member in members},
        epochs={epoch.n: epoch},
        sha256=sha256(payload).hexdigest(),
    )


def _member(value: Any) -> Member:
    read = canonical.Reader(value, "a member", {"user", "name", "role", "keys"})
    return Member(
        read.matching("user", canonical.UUID),
        read.text("name", 200),
        read.text("role", 100),
        PublicKeySet.from_json(value["keys"]),
    )


def _epoch(value: Any, keysets: set[str]) -> EpochStatement:
    read = canonical.Reader(value, "the epoch", {"n", "recipient", "previous", "not_before", "reason", "wraps"})
    read.one_of("n", 1)
    read.one_of("previous", None)
    read.matching("not_before", canonical.TIME)
    read.text("reason", 200)
    recipient = read.text("recipient")
    recipient_bytes(recipient)
    wraps = [canonical.Reader(one, "a wrap", {"keyset", "sha256"}) for one in read.items("wraps")]
    found = {wrap.matching("keyset", canonical.HEX): wrap.matching("sha256", canonical.HEX) for wrap in wraps}
    if list(found) != sorted(found) or len(found) != len(wraps) or set(found) != keysets:
        raise FormatError("the wraps are not one for each member, in order")
    return EpochStatement(1, recipient, found)


__all__ = ["EpochStatement", "Member", "SealError", "VerifiedAuthority", "verify_chain"]
