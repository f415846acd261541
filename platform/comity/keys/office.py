"""How an authority stands: its members, who could become one, and whether it should have a new key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from comity.accounts.model import Account
from comity.core.errors import NotFound
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.keys import queries, serving
from comity.keys.model import KeySet, Membership
from comity_seal.authority import VerifiedAuthority

YEAR = timedelta(days=365)
"""How long an authority should use one key."""


@dataclass(frozen=True)
class Office:
    """An authority as its own members see it."""

    said: VerifiedAuthority
    rotation_due: str | None
    members: list[tuple[Membership, Account]]
    candidates: list[tuple[Account, KeySet]]


def office(tx: Transaction, code: str) -> Office:
    """The actor's own authority.  Raises NotFound for another one, or Denied where she is not a member."""
    if tx.actor.authority != code:
        raise NotFound(_("There is nothing here that you can see."))
    serving.permitted(tx, "membership.govern")
    said = queries.verified(tx, code)
    assert said is not None, "whoever is a member was listed by a statement"
    members = queries.members_of(tx, code)
    return Office(said, rotation_due(said, members, tx.now), members, _candidates(tx, said))


def recoverable(tx: Transaction, code: str) -> list[tuple[Account, KeySet]]:
    """Whom the officers of recovery of the actor's own authority could admit.  Raises NotFound or Denied."""
    if tx.actor.authority != code:
        raise NotFound(_("There is nothing here that you can see."))
    serving.permitted(tx, "membership.recover")
    said = queries.verified(tx, code)
    assert said is not None, "whoever is an officer was listed by a statement"
    return _candidates(tx, said)


def _candidates(tx: Transaction, said: VerifiedAuthority) -> list[tuple[Account, KeySet]]:
    listed = {member.keys.id for member in said.members.values()} | set(said.revoked)
    return [(account, kept) for account, kept in queries.candidates(tx, said.code) if kept.keyset not in listed]


def rotation_due(said: VerifiedAuthority, members: list[tuple[Membership, Account]], now: datetime) -> str | None:
    """Why the authority should have a new key: `revoked`, `leaving`, `removal`, `yearly`, in that order; None if not.

    A removal brings its new key with it; what is left is a member whose account was closed.
    """
    if set(said.epoch.wraps) & set(said.revoked):
        return "revoked"
    if any(one.leaving_at is not None for one, _account in members):
        return "leaving"
    if any(not account.active for _one, account in members):
        return "removal"
    return "yearly" if began(said) + YEAR <= now else None


def began(said: VerifiedAuthority) -> datetime:
    """Since when the newest epoch is used."""
    return datetime.fromisoformat(said.epoch.not_before)


def readers_without(tx: Transaction, code: str, user: str) -> int:
    """How many could still open what is sealed to the authority if that member left."""
    return sum(
        str(account.id) != user
        and account.active
        and not one.revoked
        and one.leaving_at is None
        and queries.addressable(tx, one.keyset)
        for one, account in queries.members_of(tx, code)
    )
