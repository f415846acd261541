"""A member says that she leaves: nothing sealed is served to her from then on, and a new key is asked for."""

from __future__ import annotations

from comity.core.errors import Refused
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.keys import events, queries, serving
from comity.keys.model import Membership


def leave(tx: Transaction) -> Membership:
    """The actor leaves her authority.  Raises Denied, or Refused for the last administrator who can still act."""
    mine = serving.permitted(tx, "membership.leave")
    queries.lock_chain(tx, mine.authority)  # two administrators who leave at once are not both the last but one
    mine = tx.load(Membership, mine.id, to="membership.leave")
    if mine.admin and not _others(tx, mine):
        raise Refused(
            _("You are the last administrator of your authority: name another one first, or it could not be changed.")
        )
    mine.leaving_at = tx.now
    tx.record(mine, events.MemberLeaving(mine.authority, tx.actor.id))
    return mine


def _others(tx: Transaction, mine: Membership) -> bool:
    return any(
        one.id != mine.id and one.admin and one.leaving_at is None and not one.revoked and account.active
        for one, account in queries.members_of(tx, mine.authority)
    )
