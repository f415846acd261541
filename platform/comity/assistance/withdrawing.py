"""Taking a transmitted request back, and what the requested party says became of what it had received.

Whoever withdraws asks, unless she chooses otherwise, what became of the documents; the requested party says it in a
statement that one of its people signs: destroyed, returned, or kept for a reason of `policies/disposal.toml`.  What it
no longer has by its own word is not handed out to it again.
"""

from __future__ import annotations

from uuid import UUID

from comity.assistance import disposals, events
from comity.assistance.actions import matter_of
from comity.assistance.model import RequestForAssistance
from comity.assistance.withdrawal_model import DisposalConfirmed, Fate, Withdrawal
from comity.core.errors import Conflict, Refused
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange import actions as exchange


def withdraw(tx: Transaction, rfa_id: UUID, *, ask: bool = True, reasons: UUID | None = None) -> RequestForAssistance:
    """Take a transmitted request back, with sealed reasons if wanted.  What was exchanged stays in the record.

    With `ask` the requested party is to say what became of the documents.
    """
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.withdraw")
    rfa.move("withdraw")
    rfa.withdrawn_at = rfa.changed_at = tx.now
    why = exchange.staged(tx, matter_of(rfa), "withdrawal", [reasons], at="/reasons") if reasons else []
    rfa.withdrawal = Withdrawal(withdrawn_by=tx.actor.id, reasons=why[0].id if why else None, asked=ask)
    for document in why:
        exchange.release(tx, document)
    asked_on = tx.now.date().isoformat() if ask else None
    tx.record(rfa, events.RequestWithdrawn(rfa.requesting, rfa.requested, asked_on))
    return rfa


def confirm(
    tx: Transaction, rfa_id: UUID, disposal: bytes, fate: Fate, kept_for: str | None = None, note: UUID | None = None
) -> RequestForAssistance:
    """Say, by a signature over all that was received, what became of it.  Raises Invalid, Refused or Conflict.

    What is destroyed or returned by that word is not handed out to the requested party any more.
    """
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.dispose")
    rfa.move("dispose")
    withdrawal = rfa.withdrawal
    if withdrawal is None or not withdrawal.asked:
        raise Refused(_("Nobody asks what became of the documents of %(reference)s.", reference=rfa.reference))
    if withdrawal.confirmed_at is not None:
        raise Conflict(_("Your office has said already what became of the documents."))
    digest = disposals.check(tx, rfa, disposal, fate, kept_for, note)
    words = exchange.staged(tx, matter_of(rfa), "disposal", [note], at="/note") if note else []
    withdrawal.fate, withdrawal.kept_for, withdrawal.note = fate, kept_for, note
    withdrawal.statement, withdrawal.confirmed_by, withdrawal.confirmed_at = disposal, tx.actor.id, tx.now
    rfa.changed_at = tx.now
    for document in words:
        exchange.release(tx, document)
    gone = [] if fate is Fate.KEPT else [document for document, _version in disposals.received(tx, rfa)]
    for document in gone:
        document.disposed_at = tx.now
    tx.record(rfa, DisposalConfirmed(rfa.requesting, rfa.requested, fate.value, kept_for, digest), covers=gone)
    return rfa
