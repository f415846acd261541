"""To whom keys and sealed documents are served: members whom the chain lists, until they are removed, revoked or leave.

Everything sealed that the platform hands out asks here first; the answer is `membership.serve` of the access policy, as
it is at this moment.
"""

from __future__ import annotations

from uuid import UUID

from comity.core.errors import Denied, NotFound
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.keys.model import Membership


def own(tx: Transaction, action: str) -> Membership | None:
    """The actor's own membership, if the policy permits her to do that with it."""
    if tx.actor.authority is None:
        return None
    mine = (Membership.authority == tx.actor.authority, Membership.account_id == UUID(tx.actor.id))
    found = tx.find(Membership, *mine, action=action)
    return found[0] if found else None


def serves(tx: Transaction) -> bool:
    """Whether the actor is given keys and sealed documents of her authority now."""
    return own(tx, "membership.serve") is not None


def require(tx: Transaction) -> None:
    """Raises Denied, with a line, unless the actor is given keys and sealed documents of her authority now."""
    permitted(tx, "membership.serve")


def permitted(tx: Transaction, action: str) -> Membership:
    """The actor's own membership.  Raises Denied, with a line, unless the policy permits her that."""
    found = own(tx, action)
    if found is None:
        _note(tx, action)
        raise Denied(
            _(
                "The statements of your authority do not list you with this key, or you said that you leave: "
                "keys and sealed documents are not given to you. Ask an administrator of your authority."
            )
        )
    return found


def _note(tx: Transaction, action: str) -> None:
    """Let the journal say that it was refused; whoever was never a member has no row that could be."""
    mine = own(tx, "membership.read")
    if mine is not None:
        try:
            tx.read(Membership, mine.id, action=action)
        except NotFound:
            return
