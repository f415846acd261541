"""Amendments as JSON resources: prepared, approved and transmitted; and the acknowledgement of what came later."""

from __future__ import annotations

from uuid import UUID

from comity.assistance import amending, bodies, receiving, views
from comity.assistance import amendment_views as forms
from comity.assistance.model import RequestForAssistance
from comity.core.transaction import Transaction
from comity.web import Api

amending_api = Api("amendments", __name__, url_prefix="/requests/<uuid:rfa_id>")


def _request(tx: Transaction, rfa_id: UUID) -> views.RequestView:
    return views.full(tx, tx.read(RequestForAssistance, rfa_id))


@amending_api.post("/amendment", body=forms.AmendBody, answers=views.RequestView, status=201)
def prepare_amendment(tx: Transaction, rfa_id: UUID, body: forms.AmendBody) -> views.RequestView:
    """Begin an amendment of a transmitted request: what changes.  The other party sees nothing of it yet."""
    amending.prepare(tx, rfa_id, body.changes)
    return _request(tx, rfa_id)


@amending_api.put("/amendment", body=forms.AmendBody, answers=views.RequestView)
def change_amendment(tx: Transaction, rfa_id: UUID, body: forms.AmendBody) -> views.RequestView:
    """Change what is prepared; an approval is dropped."""
    amending.change(tx, rfa_id, body.changes)
    return _request(tx, rfa_id)


@amending_api.delete("/amendment")
def discard_amendment(tx: Transaction, rfa_id: UUID) -> None:
    """Throw away what is prepared, with its documents."""
    amending.discard(tx, rfa_id)


@amending_api.post(
    "/amendment/approve", body=bodies.ApproveBody, answers=views.RequestView, largest=bodies.LARGEST_PIECES
)
def approve_amendment(tx: Transaction, rfa_id: UUID, body: bodies.ApproveBody) -> views.RequestView:
    """Approve by a signature over the amended cover and the documents; whoever prepared it cannot."""
    amending.approve(tx, rfa_id, body.approval)
    return _request(tx, rfa_id)


@amending_api.post(
    "/amendment/transmit",
    body=forms.TransmitAmendmentBody,
    answers=views.RequestView,
    largest=bodies.LARGEST_TRANSMISSION,
)
def transmit_amendment(tx: Transaction, rfa_id: UUID, body: forms.TransmitAmendmentBody) -> views.RequestView:
    """Transmit an approved amendment, with every document sealed again for both parties: its form is in force."""
    resealed = [one.resealed for one in body.documents]
    return views.full(tx, amending.transmit(tx, rfa_id, resealed))


@amending_api.post("/receive", body=bodies.AcknowledgeBody, answers=views.RequestView)
def receive(tx: Transaction, rfa_id: UUID, body: bodies.AcknowledgeBody) -> views.RequestView:
    """Say, by a signature over its envelopes, that an amendment or a supplement has been received."""
    return views.full(tx, receiving.receive(tx, rfa_id, body.acknowledgement))
