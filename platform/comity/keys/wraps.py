"""Wrapped keys: bookkeeping beside the statements that name them by hash."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from sqlalchemy import select

from comity.core.transaction import Transaction
from comity.keys.model import Wrap


def keep_wraps(tx: Transaction, authority: str, epoch: int, wraps: Mapping[str, bytes]) -> None:
    """Keep an epoch's key as wrapped for each member, by key set."""
    for keyset, data in wraps.items():
        digest = sha256(data).hexdigest()
        tx.session.add(Wrap(authority=authority, epoch=epoch, keyset=keyset, wrap=data, sha256=digest))


def wraps_of(tx: Transaction, keyset: str) -> list[Wrap]:
    """The wrapped keys for a key set, by authority, the oldest first."""
    query = select(Wrap).where(Wrap.keyset == keyset).order_by(Wrap.authority, Wrap.epoch)
    return list(tx.session.scalars(query))
