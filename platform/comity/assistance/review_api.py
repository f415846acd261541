"""Reviews of drafts as JSON resources: for the requesting team, and nobody else."""

from __future__ import annotations

from uuid import UUID

from comity.assistance import review_views as bodies
from comity.assistance import reviewing, views
from comity.assistance.model import RequestForAssistance
from comity.assistance.review_model import Review
from comity.core.transaction import Transaction
from comity.web import Api

reviews = Api("reviews", __name__)


def _request(tx: Transaction, review: Review) -> views.RequestView:
    return views.full(tx, tx.read(RequestForAssistance, review.request))


@reviews.post("/requests/<uuid:rfa_id>/reviews", body=bodies.ReviewBody, answers=views.RequestView, status=201)
def ask_for_review(tx: Transaction, rfa_id: UUID, body: bodies.ReviewBody) -> views.RequestView:
    """Ask a colleague to review a draft; the requested party never learns of it."""
    return _request(tx, reviewing.ask(tx, rfa_id, body.reviewer, body.deputy, body.wanted_on))


@reviews.post("/reviews/<uuid:review_id>/give", body=bodies.GiveBody, answers=views.RequestView)
def give(tx: Transaction, review_id: UUID, body: bodies.GiveBody) -> views.RequestView:
    """Give the review that was asked of you, of the draft as you have read it."""
    return _request(tx, reviewing.give(tx, review_id, body.finding, body.draft_sha256, body.document))


@reviews.post("/reviews/<uuid:review_id>/take-over", answers=views.RequestView)
def take_over(tx: Transaction, review_id: UUID) -> views.RequestView:
    """Take a review over as its deputy; you need not wait for its day."""
    return _request(tx, reviewing.take_over(tx, review_id))


@reviews.post("/reviews/<uuid:review_id>/withdraw", answers=views.RequestView)
def withdraw_review(tx: Transaction, review_id: UUID) -> views.RequestView:
    """Ask no longer for a review."""
    return _request(tx, reviewing.withdraw(tx, review_id))
