"""Receipts of a request for programs: which there are, and each as a proof that verifies offline."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from comity.assistance.model import RequestForAssistance
from comity.core.transaction import Transaction
from comity.exchange.views import Moment
from comity.log import reading
from comity.receipts import queries
from comity.receipts.files import file, name_of
from comity.web import Api, Query, View

api = Api("receipts", __name__, url_prefix="/api/v1/requests")


class ReceiptsQuery(Query):
    """`document`: only the receipts about this one."""

    document: UUID | None = None


class ReceiptView(View):
    """One piece of evidence: what happened, on whose word, and whether the log has signed it yet.

    `evidence` is submission_accepted, submission_rejected, made_available, granted, notified, retrieved or
    acknowledged; `strength` is signed, recorded or weaker.
    """

    seq: int
    evidence: str
    strength: str
    event: str
    at: Moment
    actor: str
    document: UUID | None
    data: dict[str, Any]
    file: str
    sealed: bool


class ReceiptList(View):
    items: list[ReceiptView]


@api.get("/<uuid:rfa_id>/receipts", query=ReceiptsQuery, answers=ReceiptList)
def receipts(tx: Transaction, rfa_id: UUID, query: ReceiptsQuery) -> ReceiptList:
    """The evidence about a request that you may have, the oldest first."""
    rfa = tx.read(RequestForAssistance, rfa_id)
    sealed = reading.sealed(tx)
    items = [
        ReceiptView(
            seq=one.seq,
            evidence=one.kind,
            strength=one.strength,
            event=one.entry.name,
            at=one.at,
            actor=one.entry.actor,
            document=one.document,
            data=one.data,
            file=name_of(rfa, one),
            sealed=one.seq <= sealed,
        )
        for one in queries.evidence(tx, rfa)
        if query.document in (None, one.document)
    ]
    return ReceiptList(items=items)


@api.get("/<uuid:rfa_id>/receipts/<int:seq>", answers=str)
def receipt(tx: Transaction, rfa_id: UUID, seq: int) -> Response:
    """One receipt [C2SP tlog-proof]; 409 `not-yet-sealed` within the few seconds before the log has signed it."""
    rfa = tx.read(RequestForAssistance, rfa_id)
    return file(tx, rfa, queries.one(tx, rfa, seq))
