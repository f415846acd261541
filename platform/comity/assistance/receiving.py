"""Acknowledging what came later than the request: each supplement and each amendment by a signature of its own.

It says that it has reached the requested party, and no more: it moves no date, and is asked for until it is given.
"""

from __future__ import annotations

from uuid import UUID

from comity.assistance import acknowledgements
from comity.assistance.amendment_events import AmendmentAcknowledged, SupplementAcknowledged
from comity.assistance.amendment_model import Form
from comity.assistance.model import RequestForAssistance
from comity.assistance.supplement_model import Supplement
from comity.core.errors import Refused
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange import queries as documents
from comity.exchange.checks import wrong


def receive(tx: Transaction, rfa_id: UUID, acknowledgement: bytes) -> RequestForAssistance:
    """Say, by a signature over its documents, that one amendment or supplement was received.

    Which one it is, the documents say.  Raises Refused or Invalid.
    """
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.receive")
    rfa.move("receive")
    if not rfa.later:
        raise Refused(_("The receipt of everything that came later is acknowledged already."))
    said = acknowledgements.verified(tx, acknowledgement)
    present = {str(document.id): (document, version) for document, version in documents.documents_of(tx, rfa.id)}
    for one in rfa.later:
        received = acknowledgements.named(present[doc] for doc in one.documents)
        if (said.request, said.reference, acknowledgements.of(said)) == (str(rfa.id), rfa.reference, received):
            return _acknowledged(tx, rfa, one, acknowledgement)
    raise wrong(
        "/acknowledgement",
        _("The acknowledgement is of something else than one amendment or supplement that waits for it, whole."),
    )


def _acknowledged(
    tx: Transaction, rfa: RequestForAssistance, one: Supplement | Form, acknowledgement: bytes
) -> RequestForAssistance:
    one.acknowledgement, one.acknowledged_by, one.acknowledged_at = acknowledgement, tx.actor.id, tx.now
    rfa.changed_at = tx.now
    about = (rfa.requesting, rfa.requested, one.n, acknowledgements.digest(acknowledgement))
    made = AmendmentAcknowledged if isinstance(one, Form) else SupplementAcknowledged
    tx.record(rfa, made(*about))
    return rfa
