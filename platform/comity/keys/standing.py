"""The copy of what chains say about accounts: renewed with every statement, in the same transaction."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from comity.core.model import Row
from comity.core.transaction import Transaction
from comity.keys import events, queries
from comity.keys.model import FORMER, PRESENT, WAITING, KeySet, Membership
from comity_seal.authority import VerifiedAuthority


def renew(tx: Transaction, after: VerifiedAuthority) -> list[Row]:
    """Write what the chain says now of everybody whom it ever named; the rows that the caller's line must cover."""
    query = select(Membership).where(Membership.authority == after.code)
    kept = {str(one.account_id): one for one in tx.session.scalars(query)}
    officers = after.recovery.officers if after.recovery is not None else {}
    for user in {*kept, *after.members, *officers}:
        member, officer, one = after.members.get(user), officers.get(user), kept.get(user)
        named = member or officer
        if one is None and named is not None:
            one = Membership(authority=after.code, account_id=UUID(user), keyset=named.keys.id, leaving_at=None)
            tx.session.add(one)
        if one is None:
            continue
        if named is not None and one.keyset != named.keys.id:
            one.keyset, one.leaving_at = named.keys.id, None
        if member is None:
            one.leaving_at = None
        one.member, one.admin, one.officer = member is not None, user in after.admins, officer is not None
        one.revoked = one.keyset in after.revoked
        kept[user] = one
    tx.session.flush()
    return [*kept.values(), *(_settle(tx, one) for one in kept.values())]


def _settle(tx: Transaction, one: Membership) -> Row:
    """A key set that waits takes the place of the present one once it is listed, or once that one is spent."""
    waiting = queries.keyset_of(tx, one.account_id, WAITING)
    present = queries.keyset_of(tx, one.account_id)
    if waiting is None:
        return one
    if one.keyset == waiting.keyset or present is None or queries.is_spent(tx, present):
        if present is not None:
            retire(tx, present)
        waiting.state = PRESENT
        tx.session.flush()
        return waiting
    return one


def retire(tx: Transaction, kept: KeySet) -> None:
    """A key set becomes a former one; it stays for what was signed with it."""
    kept.state = FORMER
    tx.session.flush()
    tx.record(kept, events.KeySetReplaced(kept.keyset))
