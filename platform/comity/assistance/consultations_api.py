"""Consultations and parts of a request as JSON resources."""

from __future__ import annotations

from uuid import UUID

from comity.assistance import consultation_views as bodies
from comity.assistance import consultations, views
from comity.assistance.actions import Answer
from comity.core.transaction import Transaction
from comity.web import Api

consulting = Api("consultations", __name__, url_prefix="/requests/<uuid:rfa_id>")


@consulting.post("/consult", body=bodies.ConsultBody, answers=views.RequestView)
def consult(tx: Transaction, rfa_id: UUID, body: bodies.ConsultBody) -> views.RequestView:
    """Open a consultation on what stands in the way of some measures."""
    return views.full(tx, consultations.consult(tx, rfa_id, body.ground, body.measures, body.document))


@consulting.post("/meet", body=bodies.MeetBody, answers=views.RequestView)
def meet(tx: Transaction, rfa_id: UUID, body: bodies.MeetBody) -> views.RequestView:
    """Record that the parties of a consultation met, with a sealed note."""
    return views.full(tx, consultations.meet(tx, rfa_id, body.consultation, body.held_on, body.document))


@consulting.post("/propose", body=bodies.ProposeBody, answers=views.RequestView)
def propose_outcome(tx: Transaction, rfa_id: UUID, body: bodies.ProposeBody) -> views.RequestView:
    """Say how a consultation ends; it counts once the other party agrees, or at once where it needs nobody."""
    made = consultations.propose(tx, rfa_id, body.consultation, body.outcome, body.until, body.document)
    return views.full(tx, made)


@consulting.post("/agree", body=bodies.AgreeBody, answers=views.RequestView)
def agree(tx: Transaction, rfa_id: UUID, body: bodies.AgreeBody) -> views.RequestView:
    """Agree to the proposal that you have read: the consultation has ended."""
    return views.full(tx, consultations.agree(tx, rfa_id, body.consultation, body.proposal, body.document))


@consulting.post("/deny", body=bodies.DenyBody, answers=views.RequestView)
def deny(tx: Transaction, rfa_id: UUID, body: bodies.DenyBody) -> views.RequestView:
    """Deny the measures of a consultation whose ground allows it, with sealed reasons."""
    return views.full(tx, consultations.deny(tx, rfa_id, body.consultation, body.document))


@consulting.post("/deliver", body=bodies.DeliverBody, answers=views.RequestView)
def deliver(tx: Transaction, rfa_id: UUID, body: bodies.DeliverBody) -> views.RequestView:
    """Deliver a numbered part, or report progress, before the answer."""
    reports = [Answer(one.n, one.outcome, consent=one.consent) for one in body.measures]
    return views.full(tx, consultations.deliver(tx, rfa_id, reports, body.documents))
