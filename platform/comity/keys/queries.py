"""Questions about keys that `tx.find` does not answer."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from sqlalchemy import select

from comity.core.transaction import Transaction
from comity.keys import trust
from comity.keys.model import KeySet, Statement, Way
from comity_seal.authority import VerifiedAuthority, verify_chain
from comity_seal.publickeys import PublicKeySet
from comity_seal.ways import KINDS, suffice


def chain(tx: Transaction, authority: str) -> list[bytes]:
    """The signed statements of an authority, as received, in order."""
    found = tx.find(Statement, Statement.authority == authority, order_by=Statement.seq)
    return [statement.dsse for statement in found]


def verified(tx: Transaction, authority: str) -> VerifiedAuthority | None:
    """What the chain of an authority says under the pinned root; None if it has no statement yet.

    Raises SealError when the kept chain does not verify.
    """
    statements = chain(tx, authority)
    return _verified(tuple(statements), trust.root(), authority) if statements else None


@lru_cache(maxsize=256)
def _verified(statements: tuple[bytes, ...], root: PublicKeySet, authority: str) -> VerifiedAuthority:
    return verify_chain(statements, root, authority)


def current_epoch(tx: Transaction, authority: str) -> tuple[int, str] | None:
    """The newest epoch of an authority and the SHA-256 of its recipient; None if it has no statement yet."""
    found = verified(tx, authority)
    return (found.epoch.n, found.epoch.recipient_sha256) if found is not None else None


def keyset_of(tx: Transaction, account_id: UUID) -> KeySet | None:
    """The key set of an account, for what the platform itself checks."""
    return tx.session.scalar(select(KeySet).where(KeySet.account_id == account_id))


def ways_of(tx: Transaction, kept: KeySet) -> list[Way]:
    """The ways to a key set: passphrase, recovery code, then passkeys, the oldest first."""
    found = tx.session.scalars(select(Way).where(Way.keyset_id == kept.id))
    return sorted(found, key=lambda way: (KINDS.index(way.kind), way.made_at, str(way.id)))


def own_kinds(tx: Transaction) -> list[str]:
    """The kinds of ways to the actor's own key, each once; none where there is no key."""
    query = select(Way.kind).join(KeySet, KeySet.id == Way.keyset_id).where(KeySet.account_id == UUID(tx.actor.id))
    return sorted(set(tx.session.scalars(query)), key=KINDS.index)


def addressable(tx: Transaction, keyset: str) -> bool:
    """Whether something may be sealed to this key set: its owner has two ways to it, of which one is not a passkey."""
    query = select(Way.kind).join(KeySet, KeySet.id == Way.keyset_id).where(KeySet.keyset == keyset)
    return suffice(tx.session.scalars(query))


def public_keys(tx: Transaction, keyset: str) -> PublicKeySet | None:
    """The public half of a key set, by its identifier."""
    found = tx.session.scalar(select(KeySet.public).where(KeySet.keyset == keyset))
    return PublicKeySet.from_bytes(found) if found is not None else None


def own_key_set(tx: Transaction) -> PublicKeySet | None:
    """The public half of the actor's own key set, with which everything she signs is checked."""
    kept = keyset_of(tx, UUID(tx.actor.id))
    return PublicKeySet.from_bytes(kept.public) if kept is not None else None
