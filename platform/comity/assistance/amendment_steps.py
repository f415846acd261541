"""What is to be done next with amendments that are being prepared."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from comity.assistance.amendment_model import Amendment
from comity.assistance.model import RequestForAssistance
from comity.core.transaction import Transaction
from comity.exchange.model import Document


def of(tx: Transaction, requests: Sequence[RequestForAssistance]) -> dict[UUID, str]:
    """The step that is open to the reader with the amendment of each request that has one, in a few queries.

    `approve_amendment` waits for a second officer once there is a text, `transmit_amendment` for anybody of the side;
    `amendment` is to look at it.
    """
    ids = [rfa.id for rfa in requests if rfa.transmitted_at is not None and rfa.requesting == tx.actor.authority]
    prepared = tx.find(Amendment, Amendment.request.in_(ids)) if ids else []
    if not prepared:
        return {}
    may, open_now = tx.options_of(prepared), {rfa.id for rfa in requests if rfa.allows("amend")}
    among = Document.request.in_([one.request for one in prepared])
    papers = tx.find(Document, among, Document.purpose == "amendment", Document.released_at.is_(None))
    written = {document.request for document in papers}

    def step(one: Amendment) -> str:
        if one.request not in open_now:
            return "amendment"
        if one.approved_by is not None:
            return "transmit_amendment"
        ready = "amendment.approve" in may[one.id] and one.request in written
        return "approve_amendment" if ready else "amendment"

    return {one.request: step(one) for one in prepared}
