"""Supplements: what the requesting party adds to a transmitted request before the answer [Statute art. 93(3), 96, 97].

A supplement is a further sealed text with its files, released to both parties.  It changes nothing of what was asked
for: cover, text and annexes stay as they were transmitted.  It may give the State a later requested date with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from comity.assistance import extending
from comity.assistance.actions import matter_of
from comity.assistance.model import RequestForAssistance
from comity.assistance.supplement_model import RequestSupplemented, Supplement
from comity.core.errors import Refused
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange import actions as exchange
from comity.exchange.checks import wrong


def supplement(tx: Transaction, rfa_id: UUID, docs: Sequence[UUID], until: date | None = None) -> RequestForAssistance:
    """Add to a request with sealed documents; `until` is a later requested date.  Raises Refused or Invalid."""
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.supplement")
    rfa.move("supplement")
    if not docs:
        raise wrong("/documents", _("A supplement has at least one sealed document."))
    if until is not None:
        _check_date(tx, rfa, until)
    added = exchange.staged(tx, matter_of(rfa), "supplement", docs)
    one = Supplement(
        n=len(rfa.supplements) + 1,
        documents=[str(document.id) for document in added],
        until=until,
        sent_by=tx.actor.id,
        sent_at=tx.now,
    )
    rfa.supplements.append(one)
    rfa.changed_at = tx.now
    for document in added:
        exchange.release(tx, document)
    day = until.isoformat() if until else None
    tx.record(rfa, RequestSupplemented(rfa.requesting, rfa.requested, one.n, day))
    return rfa


def _check_date(tx: Transaction, rfa: RequestForAssistance, until: date) -> None:
    """Raises Refused while another date is asked for or none was, Invalid for a day that is no later date."""
    if rfa.requested_on is None:
        raise Refused(_("No date was asked for: there is nothing to extend."))
    if rfa.undecided is not None:
        raise Refused(_("The State asks for another date: decide about that first."))
    extending.check_day(tx, rfa, until, "/until")
