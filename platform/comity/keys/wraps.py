"""Sealed keys: bookkeeping beside the statements that name them by hash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, select

from comity.core.transaction import Transaction
from comity.keys.model import ChainWrap, RecoveryFile, RecoveryWrap, Wrap
from comity_seal.authority import VerifiedAuthority
from comity_seal.encoding import b64, unb64


@dataclass(frozen=True)
class Sealed:
    """What comes with a statement: the sealed keys that it names.  `wraps` is by key set; files are in its order."""

    wraps: Mapping[str, bytes] = field(default_factory=dict)
    chain_wrap: bytes | None = None
    recovery_wrap: bytes | None = None
    recovery_files: Sequence[bytes] = ()

    def to_json(self) -> dict[str, Any]:
        """As a proposal keeps it."""
        return {
            "wraps": {keyset: b64(data) for keyset, data in self.wraps.items()},
            "chain_wrap": None if self.chain_wrap is None else b64(self.chain_wrap),
            "recovery_wrap": None if self.recovery_wrap is None else b64(self.recovery_wrap),
            "recovery_files": [b64(file) for file in self.recovery_files],
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Sealed:
        return cls(
            {keyset: unb64(data) for keyset, data in value["wraps"].items()},
            None if value["chain_wrap"] is None else unb64(value["chain_wrap"]),
            None if value["recovery_wrap"] is None else unb64(value["recovery_wrap"]),
            [unb64(file) for file in value["recovery_files"]],
        )


def keep(tx: Transaction, after: VerifiedAuthority, sealed: Sealed) -> None:
    """Keep what came with the newest statement; files of recovery take the place of all earlier ones."""
    code, n = after.code, after.epoch.n
    for keyset, data in sealed.wraps.items():
        digest = sha256(data).hexdigest()
        tx.session.add(Wrap(authority=code, epoch=n, keyset=keyset, wrap=data, sha256=digest))
    if sealed.chain_wrap is not None:
        tx.session.add(ChainWrap(authority=code, epoch=n, wrap=sealed.chain_wrap))
    if sealed.recovery_files and after.recovery is not None:
        tx.session.execute(delete(RecoveryWrap).where(RecoveryWrap.authority == code))
        tx.session.execute(delete(RecoveryFile).where(RecoveryFile.authority == code))
        for named, file in zip(after.recovery.files, sealed.recovery_files, strict=True):
            tx.session.add(RecoveryFile(authority=code, outer=named.outer, inner=named.inner, file=file))
    if sealed.recovery_wrap is not None:
        tx.session.add(RecoveryWrap(authority=code, epoch=n, wrap=sealed.recovery_wrap))


def wraps_of(tx: Transaction, keyset: str) -> list[Wrap]:
    """The wrapped keys for a key set, by authority, the oldest first."""
    query = select(Wrap).where(Wrap.keyset == keyset).order_by(Wrap.authority, Wrap.epoch)
    return list(tx.session.scalars(query))


def chains_of(tx: Transaction, authority: str) -> list[ChainWrap]:
    """For each epoch after the first the key of the one before, the oldest first."""
    query = select(ChainWrap).where(ChainWrap.authority == authority).order_by(ChainWrap.epoch)
    return list(tx.session.scalars(query))


def recovery_files(tx: Transaction, authority: str) -> list[RecoveryFile]:
    """The sealed recovery key, for each pair of officers."""
    query = select(RecoveryFile).where(RecoveryFile.authority == authority)
    return list(tx.session.scalars(query.order_by(RecoveryFile.outer, RecoveryFile.inner)))


def recovery_wrap(tx: Transaction, authority: str) -> RecoveryWrap | None:
    """The newest epoch's key as sealed to the recovery, if one is set."""
    query = select(RecoveryWrap).where(RecoveryWrap.authority == authority).order_by(RecoveryWrap.epoch.desc())
    return tx.session.scalars(query.limit(1)).one_or_none()


def hand_over(tx: Transaction, held: RecoveryFile, file: bytes) -> None:
    """Keep what the outer officer opened for the inner one; the caller records it."""
    held.handed_over = file
    tx.session.flush()
