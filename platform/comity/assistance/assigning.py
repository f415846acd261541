"""Who of an office works on a request: taken, given to a colleague, given back, or handed over with all the others.

This is the office's own business: the other party never learns of it, and the request itself does not change.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select

from comity.accounts import queries as accounts
from comity.accounts.model import Account
from comity.assistance import events
from comity.assistance.consent_model import Consent
from comity.assistance.model import FINAL, RequestForAssistance
from comity.assistance.portfolio_model import Assignment
from comity.assistance.withdrawal_model import Withdrawal
from comity.core.errors import Refused
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange.checks import wrong

MOST = 100
"""Requests that are given to somebody at once, when they are chosen one by one."""


def assign(tx: Transaction, rfa_id: UUID, account: UUID | None) -> None:
    """Give a request to a colleague, to oneself, or to nobody in particular.  Raises Invalid or Refused.

    Again changes nothing.
    """
    if account is not None:
        colleague(tx, account)
    _assign(tx, tx.load(RequestForAssistance, rfa_id, to="rfa.assign"), account)


def assign_many(tx: Transaction, ids: Sequence[UUID], account: UUID | None) -> int:
    """The same for several, all of them or none; gives how many changed hands.  Raises Invalid or Refused."""
    if not ids:
        raise wrong("/requests", _("Choose at least one request."))
    if len(ids) > MOST:
        raise wrong("/requests", _("Choose at most %(count)s requests.", count=MOST))
    if account is not None:
        colleague(tx, account)
    found = [tx.load(RequestForAssistance, rfa_id, to="rfa.assign") for rfa_id in sorted(set(ids))]
    return sum(_assign(tx, rfa, account) for rfa in found)


def hand_over(tx: Transaction, account: UUID) -> int:
    """Give every open request of one's own to a colleague, in one act; gives how many.  Raises Invalid."""
    if str(account) == tx.actor.id:
        raise wrong("/account", _("Choose a colleague: your requests are yours already."))
    colleague(tx, account)
    found = own_open(tx)
    for rfa_id in sorted(rfa.id for rfa in found):
        _assign(tx, tx.load(RequestForAssistance, rfa_id, to="rfa.assign"), account)
    return len(found)


def own_open(tx: Transaction) -> list[RequestForAssistance]:
    """The requests that are given to the actor and on which something is left to do: as `over` says of one."""
    own = select(Assignment.rfa_id).where(Assignment.account == tx.actor.id, Assignment.authority == tx.actor.authority)
    waits = or_(
        RequestForAssistance.stage.not_in(FINAL),
        RequestForAssistance.withdrawal.has(Withdrawal.asked & Withdrawal.confirmed_at.is_(None)),
        RequestForAssistance.consents.any(Consent.decided_at.is_(None)),
    )
    return tx.find(
        RequestForAssistance, RequestForAssistance.id.in_(own), waits, order_by=RequestForAssistance.reference
    )


def colleague(tx: Transaction, account: UUID) -> Account:
    """Somebody of the actor's own office, herself among them.  Raises Invalid."""
    found = next((one for one in colleagues(tx) if one.id == account), None)
    if found is None:
        raise wrong("/account", _("Choose somebody of your own office who has an open account."))
    return found


def colleagues(tx: Transaction) -> list[Account]:
    """Who can be given a request of the actor's office, by name."""
    return accounts.members(tx, tx.actor.authority or "")


def assigned(tx: Transaction, requests: Sequence[RequestForAssistance]) -> dict[UUID, str]:
    """Who works on these requests in the actor's own office, by identifier; requests of nobody are left out."""
    if not requests:
        return {}
    of_these = (Assignment.rfa_id.in_([rfa.id for rfa in requests]), Assignment.authority == tx.actor.authority)
    return {
        row.rfa_id: row.account
        for row in tx.session.execute(select(Assignment.rfa_id, Assignment.account).where(*of_these))
    }


def _assign(tx: Transaction, rfa: RequestForAssistance, account: UUID | None) -> bool:
    if rfa.over:
        raise Refused(_("%(reference)s has ended: nobody works on it any more.", reference=rfa.reference))
    authority = tx.actor.authority or ""
    row = tx.session.get(Assignment, (rfa.id, authority))
    if (row.account if row else None) == (str(account) if account else None):
        return False
    if account is None:
        tx.session.delete(row)
    elif row is None:
        tx.session.add(Assignment(rfa_id=rfa.id, authority=authority, account=str(account), assigned_at=tx.now))
    else:
        row.account, row.assigned_at = str(account), tx.now
    tx.record(rfa, events.RequestAssigned(authority, str(account) if account else ""))
    return True
