"""Review of a draft: asked of one colleague by a day, given with a sealed note, taken over by a deputy.

It is optional: approval needs none, and none stands for an approval.  It stays inside the team: its note is sealed to
the team alone and its lines name nobody else, so that a State to which the request goes finds no trace of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from uuid import UUID

from comity.accounts.model import Account
from comity.assistance import assigning, review_events
from comity.assistance import cover as covers
from comity.assistance.actions import matter_of
from comity.assistance.approvals import going, has_text
from comity.assistance.model import BEFORE, RequestForAssistance
from comity.assistance.review_model import Finding, Review
from comity.core.errors import Refused
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.deadlines import queries as deadlines
from comity.exchange import actions as exchange
from comity.exchange import queries as documents
from comity.exchange.checks import wrong
from comity_seal import canonical
from comity_seal.approval import cover_sha256


def ask(
    tx: Transaction, rfa_id: UUID, reviewer: UUID, deputy: UUID | None = None, wanted_on: date | None = None
) -> Review:
    """Ask a colleague to review a draft, by a day if one is named.  Raises Refused or Invalid."""
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.submit")
    rfa.move("submit")
    earlier = reviews_of(tx, rfa)
    if any(one.open for one in earlier):
        raise Refused(_("A review is asked for already: wait for it, or withdraw it first."))
    if not has_text(tx, rfa):
        raise Refused(_("The request has no text yet: write it, then ask for a review."))
    _check_colleagues(tx, rfa, reviewer, deputy)
    _check_day(tx, rfa, wanted_on)
    review = Review(
        request=rfa.id,
        n=len(earlier) + 1,
        requesting=rfa.requesting,
        reviewer=str(reviewer),
        deputy=str(deputy) if deputy else None,
        wanted_on=wanted_on,
        asked_by=tx.actor.id,
        asked_at=tx.now,
    )
    tx.add(review, to="review.ask")
    day = wanted_on.isoformat() if wanted_on else None
    tx.record(review, review_events.ReviewAsked(*_about(review, review.reviewer), review.deputy or "", day))
    return review


def give(tx: Transaction, review_id: UUID, finding: Finding, draft_sha256: str, note: UUID) -> Review:
    """Give a review of the draft as one has read it, with a sealed note that says the same.

    Raises Refused or Invalid.
    """
    rfa, review = _own(tx, review_id, "review.give")
    if draft_sha256 != hash_of(tx, rfa):
        raise wrong("/draft_sha256", _("The draft has changed since you read it: look at it again, then review it."))
    (sealed,) = exchange.staged(tx, matter_of(rfa, "review"), "review", [note])
    if documents.latest(tx, [note])[note].author != tx.actor.id:
        raise wrong("/document", _("A colleague has sealed this note: whoever seals it gives the review."))
    exchange.release(tx, sealed)
    review.finding, review.note, review.draft_sha256, review.given_at = finding, note, draft_sha256, tx.now
    about = _about(review, review.asked_by)
    tx.record(review, review_events.ReviewGiven(*about, finding.value, draft_sha256))
    return review


def take_over(tx: Transaction, review_id: UUID) -> Review:
    """Take a review over as its deputy, who need not wait for the day; whoever had it is the deputy from then on."""
    _rfa, review = _own(tx, review_id, "review.take_over")
    before = review.reviewer
    review.reviewer, review.deputy, review.taken_over_at = tx.actor.id, before, tx.now
    tx.record(review, review_events.ReviewTakenOver(*_about(review, before)))
    return review


def withdraw(tx: Transaction, review_id: UUID) -> Review:
    """Ask no longer.  Raises Refused where it has been given, or withdrawn before."""
    about = tx.read(Review, review_id)
    rfa = tx.load(RequestForAssistance, about.request, to="rfa.submit")
    review = _still_open(tx.load(Review, review_id, to="review.withdraw"))
    rfa.check("review")
    review.withdrawn_at = tx.now
    tx.record(review, review_events.ReviewWithdrawn(*_about(review, review.reviewer)))
    return review


def _own(tx: Transaction, review_id: UUID, to: str) -> tuple[RequestForAssistance, Review]:
    """A review that the actor may act on, and its request, locked in that order: request, review."""
    about = tx.read(Review, review_id)
    rfa = tx.load(RequestForAssistance, about.request, to="rfa.review")
    review = _still_open(tx.load(Review, review_id, to=to))
    rfa.move("review")
    return rfa, review


def _still_open(review: Review) -> Review:
    if review.given_at is not None:
        raise Refused(_("This review has been given already."))
    if review.withdrawn_at is not None:
        raise Refused(_("This review was withdrawn: nobody waits for it any more."))
    return review


def _about(review: Review, user: str) -> tuple[str, str, str, int, str]:
    return review.requesting, "", review.matter, review.n, user


def able(tx: Transaction, rfa: RequestForAssistance) -> list[Account]:
    """Colleagues who can review the draft as it stands: neither its drafter nor whoever changed it last."""
    return [one for one in assigning.colleagues(tx) if str(one.id) not in (rfa.drafted_by, rfa.changed_by)]


def _check_colleagues(tx: Transaction, rfa: RequestForAssistance, reviewer: UUID, deputy: UUID | None) -> None:
    """Raises Invalid unless both are colleagues who can review it, and two of them."""
    can = {one.id for one in able(tx, rfa)}
    message = _("Choose somebody of your own office who has neither drafted this nor changed it last.")
    if reviewer not in can:
        raise wrong("/reviewer", message)
    if deputy is not None and deputy not in can:
        raise wrong("/deputy", message)
    if deputy == reviewer:
        raise wrong("/deputy", _("The deputy is somebody else than the reviewer: choose another colleague."))


def _check_day(tx: Transaction, rfa: RequestForAssistance, wanted_on: date | None) -> None:
    here = covers.today(tx, rfa.requesting)
    if wanted_on is not None and wanted_on < here:
        raise wrong("/wanted_on", _("This day has passed: choose a later one."))
    if wanted_on is not None and wanted_on.year > here.year + covers.FURTHEST:
        raise wrong("/wanted_on", _("This day is too far away: choose an earlier one."))


def hash_of(tx: Transaction, rfa: RequestForAssistance) -> str:
    """The draft as it stands: its cover and sealed contents.  Sealing it again for other readers changes nothing."""
    contents = sorted([str(document.id), version.payload_tree] for document, version in going(tx, rfa))
    return sha256(canonical.dumps({"cover_sha256": cover_sha256(rfa.cover), "contents": contents})).hexdigest()


def due_days(tx: Transaction, rfa: RequestForAssistance) -> dict[int, date]:
    """By which day each review is wanted, by its number."""
    return {int(one.key): one.due_on for one in deadlines.deadlines_of(tx, rfa) if not one.other}


def reviews_of(tx: Transaction, rfa: RequestForAssistance) -> list[Review]:
    """The reviews of a request, oldest first; none for anybody outside of the team."""
    return tx.find(Review, Review.request == rfa.id, order_by=Review.n)


def waiting(tx: Transaction, requests: Sequence[RequestForAssistance]) -> dict[UUID, Review]:
    """The open reviews of these drafts, by request, in one query; one that nobody can give any more is none."""
    drafts = [rfa.id for rfa in requests if rfa.stage in BEFORE]
    if not drafts:
        return {}
    still = (Review.given_at.is_(None), Review.withdrawn_at.is_(None))
    return {one.request: one for one in tx.find(Review, Review.request.in_(drafts), *still)}
