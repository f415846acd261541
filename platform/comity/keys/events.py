"""What can have happened to keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from comity.core.journal import Event


@dataclass(frozen=True)
class KeySetDeposited(Event):
    """A person's key set has been kept for her, behind the ways that the next lines name.

    `state` is `waiting` where she has another one, whose place it takes once a statement lists it.
    """

    name: ClassVar[str] = "keyset.deposited"
    keyset: str
    state: str = "present"


@dataclass(frozen=True)
class KeySetReplaced(Event):
    """A key set is a former one from now on; it stays for what was signed with it."""

    name: ClassVar[str] = "keyset.replaced"
    keyset: str


@dataclass(frozen=True)
class KeySetWayAdded(Event):
    """There is one more way to unlock a key set: a passphrase, a recovery code or a passkey."""

    name: ClassVar[str] = "keyset.way_added"
    keyset: str
    kind: str
    way: str


@dataclass(frozen=True)
class KeySetWayRemoved(Event):
    """A way to unlock a key set is gone, or another one took its place."""

    name: ClassVar[str] = "keyset.way_removed"
    keyset: str
    kind: str
    way: str


@dataclass(frozen=True)
class StatementRegistered(Event):
    """The chain of an authority has begun: its genesis has been accepted."""

    name: ClassVar[str] = "statement.registered"
    authority: str
    seq: int
    sha256: str


@dataclass(frozen=True)
class ChainGrew(Event):
    """The chain of an authority has one statement more; `user` is the account that it is about, or nobody."""

    authority: str
    seq: int
    sha256: str
    user: str


@dataclass(frozen=True)
class MemberAdded(ChainGrew):
    name: ClassVar[str] = "member.added"


@dataclass(frozen=True)
class MemberRemoved(ChainGrew):
    """She is no longer a member, and the authority has a new key that she was not given."""

    name: ClassVar[str] = "member.removed"


@dataclass(frozen=True)
class AdminAdded(ChainGrew):
    name: ClassVar[str] = "admin.added"


@dataclass(frozen=True)
class AdminRemoved(ChainGrew):
    name: ClassVar[str] = "admin.removed"


@dataclass(frozen=True)
class EpochRotated(ChainGrew):
    """The authority has a new key."""

    name: ClassVar[str] = "epoch.rotated"


@dataclass(frozen=True)
class RecoverySet(ChainGrew):
    """Two officers can from now on get an authority's key back together; what there was before no longer counts."""

    name: ClassVar[str] = "recovery.set"


@dataclass(frozen=True)
class RecoveryAdmitted(ChainGrew):
    """Two officers of recovery have made somebody a member, with a new key of the authority."""

    name: ClassVar[str] = "recovery.admitted"


@dataclass(frozen=True)
class KeyRevoked(ChainGrew):
    """What is signed with a person's key set counts no longer, unless it is proved older."""

    name: ClassVar[str] = "key.revoked"


GREW: dict[str, type[ChainGrew]] = {
    "member.add": MemberAdded,
    "member.remove": MemberRemoved,
    "admin.add": AdminAdded,
    "admin.remove": AdminRemoved,
    "epoch.rotate": EpochRotated,
    "recovery.set": RecoverySet,
    "recovery.admit": RecoveryAdmitted,
    "key.revoke": KeyRevoked,
}
"""The event of each type of statement after the first."""


@dataclass(frozen=True)
class MemberLeaving(Event):
    """A member says that she leaves: the authority's keys and documents are no longer served to her."""

    name: ClassVar[str] = "member.leaving"
    authority: str
    user: str


@dataclass(frozen=True)
class RotationAsked(Event):
    """The administrators of an authority are asked for a new key, because the present one is a year old."""

    name: ClassVar[str] = "rotation.asked"
    authority: str
    epoch: int


@dataclass(frozen=True)
class ProposalMade(Event):
    """A statement waits for confirmations; `sha256` is that of its signed payload, `user` whom it is about."""

    name: ClassVar[str] = "proposal.made"
    authority: str
    seq: int
    type: str
    sha256: str
    user: str


@dataclass(frozen=True)
class ProposalConfirmed(Event):
    """Somebody, or the root, has confirmed a proposed statement."""

    name: ClassVar[str] = "proposal.confirmed"
    authority: str
    seq: int
    sha256: str
    by: str


@dataclass(frozen=True)
class ProposalWithdrawn(Event):
    name: ClassVar[str] = "proposal.withdrawn"
    authority: str
    seq: int
    sha256: str


@dataclass(frozen=True)
class RecoveryHandedOut(Event):
    """An officer or administrator was given the sealed files of recovery."""

    name: ClassVar[str] = "recovery.handed_out"
    authority: str
    user: str


@dataclass(frozen=True)
class RecoveryHandedOver(Event):
    """An officer opened her half of recovery for another; `sha256` is that of the file that she passed on."""

    name: ClassVar[str] = "recovery.handed_over"
    authority: str
    outer: str
    inner: str
    sha256: str
