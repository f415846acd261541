"""What the verified chain of an authority says: its members, administrators, keys and recovery, now and before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from comity_seal import canonical
from comity_seal.errors import FormatError, OldEpoch, RevokedSigner, UnknownSigner
from comity_seal.publickeys import PublicKeySet, recipient_sha256

ROOT = "root"
"""How statements and confirmations name the root where others are named by their account."""


@dataclass(frozen=True)
class Member:
    """A person whose key set may sign for the authority and open what is sealed to it."""

    user: str
    name: str
    role: str
    keys: PublicKeySet


@dataclass(frozen=True)
class EpochStatement:
    """One key of the authority, and the hashes of the files that hold it for each member.

    `previous` is the hash of the recipient before; `chain` that of the file which holds the key before, sealed to this
    one; `recovery` that of the file which holds this key, sealed to the recovery recipient.
    """

    n: int
    recipient: str
    wraps: Mapping[str, str]
    previous: str | None
    not_before: str
    reason: str
    chain: str | None
    recovery: str | None

    @property
    def recipient_sha256(self) -> str:
        return recipient_sha256(self.recipient)


@dataclass(frozen=True)
class Former:
    """A membership that has ended: from `since` until before `until`, ended by the statement `seq`."""

    member: Member
    since: str
    until: str
    seq: int


@dataclass(frozen=True)
class Revocation:
    """From `since` on, nothing that this key set signed counts."""

    since: str
    reason: str


@dataclass(frozen=True)
class Officer:
    """One of those who, two together, open the recovery key."""

    user: str
    name: str
    keys: PublicKeySet


@dataclass(frozen=True)
class RecoveryFile:
    """The recovery key for one pair: a file to `inner` inside a file to `outer` (key sets), and its hash."""

    outer: str
    inner: str
    sha256: str


@dataclass(frozen=True)
class Recovery:
    """The recovery key; `wraps` are the hashes of the files that hold an epoch's key for it, by epoch."""

    officers: Mapping[str, Officer]
    recipient: str
    files: tuple[RecoveryFile, ...]
    wraps: Mapping[int, str]


@dataclass(frozen=True)
class Change:
    """One statement, for people to read; `about` and `name` are the person whom it changes, if it is one."""

    seq: int
    type: str
    by: str
    at: str
    about: str | None
    name: str | None
    confirmed_by: tuple[str, ...]
    sha256: str


@dataclass(frozen=True)
class VerifiedAuthority:
    """What a chain says, after it was verified under the root.

    `members` holds also those whose key set was revoked, until they are removed; `since` tells when each became one.
    `sha256` and `seq` are of the last statement.  `listed` says for every key set that was ever named whose it is.
    `missing` is empty, except where a last statement was allowed to lack confirmations.
    """

    code: str
    kind: str
    organ: str | None
    names: Mapping[str, str]
    members: Mapping[str, Member]
    epochs: Mapping[int, EpochStatement]
    sha256: str
    seq: int
    admins: frozenset[str]
    root_id: str
    since: Mapping[str, str]
    listed: Mapping[str, str]
    history: tuple[Change, ...]
    former: tuple[Former, ...] = ()
    revoked: Mapping[str, Revocation] = field(default_factory=dict)
    recovery: Recovery | None = None
    missing: tuple[str, ...] = ()

    @property
    def epoch(self) -> EpochStatement:
        """The newest."""
        return self.epochs[max(self.epochs)]

    @property
    def created(self) -> str:
        """The time of the last statement."""
        return self.history[-1].at

    def signer(self, user: str, keyset: str, at: str | None = None, logged: str | None = None) -> Member:
        """The member who signs with that key set: a present one or, given when it was signed (`at`), a former one.

        What a revoked key set signed counts only where a verified receipt says that the log held it (`logged`) before
        the revocation begins.  Raises UnknownSigner or RevokedSigner.
        """
        present = self.members.get(user)
        found = present if present is not None and present.keys.id == keyset else None
        if found is None and at is not None:
            found = self._former(user, keyset, at)
        if found is None:
            raise UnknownSigner(f"the statements of {self.code} do not list this signer")
        revocation = self.revoked.get(keyset)
        if revocation is not None and not (logged is not None and _second(logged) < _second(revocation.since)):
            raise RevokedSigner(f"{found.name}'s key set was revoked as of {revocation.since}")
        return found

    def _former(self, user: str, keyset: str, at: str) -> Member | None:
        if not canonical.TIME.fullmatch(at):
            raise FormatError(f"{at} is not a time")
        for one in self.former:
            if (one.member.user, one.member.keys.id) == (user, keyset) and one.since <= at < one.until:
                return one.member
        return None

    def usable(self, user: str) -> bool:
        """Whether this person is an administrator whose key set is not revoked."""
        return user in self.admins and self.members[user].keys.id not in self.revoked

    def readers(self) -> dict[str, Member]:
        """The members to whom a next epoch is wrapped, by key set: those whose key set is not revoked."""
        return {one.keys.id: one for one in self.members.values() if one.keys.id not in self.revoked}

    def require_newest(self, n: int) -> None:
        """Raises OldEpoch unless epoch `n` is the newest."""
        if n != self.epoch.n:
            raise OldEpoch(f"epoch {n} of {self.code} is not its newest, which is {self.epoch.n}")


def _second(time: str) -> str:
    """A time without its fraction; times in the journal have one, times in statements have none."""
    if not canonical.TIME.fullmatch(time[:19] + "Z"):
        raise FormatError(f"{time} is not a time")
    return time[:19]
