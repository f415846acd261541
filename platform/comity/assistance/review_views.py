"""What programs send about reviews of drafts, and what they are given of them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from comity.accounts import queries as accounts
from comity.assistance import reviewing
from comity.assistance.model import BEFORE, RequestForAssistance
from comity.assistance.review_model import Finding, Review
from comity.core.transaction import Transaction
from comity.exchange.views import Moment
from comity.web import Body, View
from comity.web.dates import Day


class ReviewBody(Body):
    """Who reviews the draft, who takes it over if need be, and by which day; three working days if none is named."""

    reviewer: UUID
    deputy: UUID | None = None
    wanted_on: Day | None = None


class GiveBody(Body):
    """What the review comes to, of the draft with that hash, and the sealed note that says it."""

    finding: Finding
    draft_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    document: UUID


class PersonView(View):
    """A person in office."""

    id: str
    name: str


class ReviewView(View):
    """A review of the draft, which the requesting team alone sees.

    `due_on` is the day by which it is wanted; `earlier` says that the draft is not, or did not go, as it was reviewed.
    """

    id: UUID
    n: int
    reviewer: PersonView
    deputy: PersonView | None
    asked_by: PersonView
    asked_at: Moment
    due_on: date | None
    taken_over_at: Moment | None
    finding: str | None
    note: UUID | None
    earlier: bool
    given_at: Moment | None
    withdrawn_at: Moment | None
    options: list[str]


def reviews(tx: Transaction, rfa: RequestForAssistance) -> list[ReviewView]:
    """The reviews of a request, as the actor may see them."""
    found = reviewing.reviews_of(tx, rfa)
    if not found:
        return []
    people = {UUID(one) for review in found for one in (review.reviewer, review.deputy, review.asked_by) if one}
    names, due, options = accounts.names(tx, people), reviewing.due_days(tx, rfa), tx.options_of(found)
    hashed = reviewing.hash_of(tx, rfa)

    def person(account: str) -> PersonView:
        return PersonView(id=account, name=names.get(UUID(account), ""))

    def view(review: Review) -> ReviewView:
        same: dict[str, Any] = {
            name: getattr(review, name)
            for name in ("id", "n", "asked_at", "taken_over_at", "note", "given_at", "withdrawn_at")
        }
        can = options[review.id] if review.open and rfa.stage in BEFORE else {"review.read"}
        return ReviewView(
            **same,
            reviewer=person(review.reviewer),
            deputy=person(review.deputy) if review.deputy else None,
            asked_by=person(review.asked_by),
            due_on=due.get(review.n),
            finding=review.finding.value if review.finding else None,
            earlier=review.is_earlier(hashed),
            options=sorted(can - {"review.ask"}),
        )

    return [view(review) for review in found]


def draft_sha256(tx: Transaction, rfa: RequestForAssistance) -> str | None:
    """What a review must name; none outside of the team, or once there is nothing to review."""
    return reviewing.hash_of(tx, rfa) if rfa.stage in BEFORE and tx.actor.authority == rfa.requesting else None
