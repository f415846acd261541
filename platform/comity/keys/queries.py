"""Questions about keys that `tx.find` does not answer."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Select, select

from comity.accounts.model import Account
from comity.core import journal
from comity.core.transaction import Transaction
from comity.directory.model import Authority
from comity.keys import events, trust
from comity.keys.model import PRESENT, WAITING, KeySet, Membership, Statement, Way
from comity_seal.authority import VerifiedAuthority, verify_chain
from comity_seal.publickeys import PublicKeySet
from comity_seal.root import Root
from comity_seal.ways import KINDS, suffice


def chain(tx: Transaction, authority: str) -> list[bytes]:
    """The links of an authority's chain, as received, in order."""
    found = tx.find(Statement, Statement.authority == authority, order_by=Statement.seq)
    return [statement.link for statement in found]


def lock_chain(tx: Transaction, authority: str) -> None:
    """Nobody else adds to the chain of an authority until the end; what is read of it from now on is as it is."""
    tx.session.scalar(select(Authority.id).where(Authority.code == authority).with_for_update())


def verified(tx: Transaction, authority: str) -> VerifiedAuthority | None:
    """What the chain of an authority says under the pinned root; None if it has no statement yet.

    Raises SealError when the kept chain does not verify.
    """
    statements = chain(tx, authority)
    return _verified(tuple(statements), trust.root(), authority) if statements else None


@lru_cache(maxsize=256)
def _verified(statements: tuple[bytes, ...], root: Root, authority: str) -> VerifiedAuthority:
    return verify_chain(statements, root, authority)


def current_epoch(tx: Transaction, authority: str) -> tuple[int, str] | None:
    """The newest epoch of an authority and the SHA-256 of its recipient; None if it has no statement yet."""
    found = verified(tx, authority)
    return (found.epoch.n, found.epoch.recipient_sha256) if found is not None else None


def keyset_of(tx: Transaction, account_id: UUID, state: str = PRESENT) -> KeySet | None:
    """The key set of an account that is present, or waits, for what the platform itself checks."""
    return tx.session.scalar(select(KeySet).where(KeySet.account_id == account_id, KeySet.state == state))


def account(tx: Transaction, account_id: UUID) -> Account | None:
    """An account, for what the platform itself checks about people that statements name."""
    return tx.session.get(Account, account_id)


def keyset_by_id(tx: Transaction, keyset: str) -> KeySet | None:
    """A key set by its identifier, present, waiting or former."""
    return tx.session.scalar(select(KeySet).where(KeySet.keyset == keyset))


def is_spent(tx: Transaction, kept: KeySet) -> bool:
    """Whether the statements listed this key set and do so no longer, or revoked it: its owner needs another one."""
    query = select(Membership).where(Membership.account_id == kept.account_id, Membership.keyset == kept.keyset)
    listed = list(tx.session.scalars(query))
    return bool(listed) and all(one.revoked or not (one.member or one.officer) for one in listed)


def trouble(tx: Transaction, kept: KeySet) -> str | None:
    """Why the owner of the present key set cannot go on with it, if she cannot.

    `waiting`: she has made another one, which no statement lists yet; `removed`: the statements list this one no
    longer; `revoked`: it was revoked, and she still belongs to the authority or to its recovery.
    """
    if keyset_of(tx, kept.account_id, WAITING) is not None:
        return "waiting"
    if not is_spent(tx, kept):
        return None
    query = select(Membership).where(Membership.account_id == kept.account_id, Membership.keyset == kept.keyset)
    return "revoked" if any(one.member or one.officer for one in tx.session.scalars(query)) else "removed"


def members_of(tx: Transaction, authority: str) -> list[tuple[Membership, Account]]:
    """The members of an authority with their accounts, by name, for what the platform itself checks."""
    query = select(Membership, Account).join(Account, Account.id == Membership.account_id)
    query = query.where(Membership.authority == authority, Membership.member).order_by(Account.name, Account.id)
    return [(membership, account) for membership, account in tx.session.execute(query)]


def listed(authority: str, *, admins: bool = False) -> Select[UUID]:
    """The accounts that the statements of an authority list as members, or as administrators."""
    query = select(Membership.account_id).where(Membership.authority == authority, Membership.member)
    return query.where(Membership.admin) if admins else query


def candidates(tx: Transaction, authority: str) -> list[tuple[Account, KeySet]]:
    """Active accounts of an authority with the key set that a statement could list and does not yet, by name."""
    query = select(Account, KeySet).join(KeySet, KeySet.account_id == Account.id)
    query = query.where(Account.authority == authority, Account.active, KeySet.state.in_((PRESENT, WAITING)))
    found: dict[UUID, tuple[Account, KeySet]] = {}
    for account, kept in tx.session.execute(query.order_by(Account.name, Account.id, KeySet.state)):
        if addressable(tx, kept.keyset):
            found[account.id] = (account, kept)  # the one that waits comes after the present one, and counts
    return list(found.values())


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


def recovery_handed_out_lately(tx: Transaction) -> int:
    """How often the actor was given the files of recovery within the last minute."""
    return journal.written_since(tx.session, events.RecoveryHandedOut.name, tx.actor.id, tx.now - timedelta(minutes=1))
