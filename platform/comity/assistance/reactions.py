"""What follows for a request from what happens to its documents and dates, and for its place in lists."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from comity.assistance import (  # noqa: F401  (policies name what can be reported)
    amendment_events,
    consent_events,
    events,
    linking_events,
    occurrence_events,
    pairing,
    review_events,
    tracking,
    translating,
    translation_events,
)
from comity.assistance.model import RequestForAssistance
from comity.assistance.review_model import Review
from comity.assistance.translation_model import OPEN, Translation
from comity.core.journal import Event
from comity.core.model import Row
from comity.core.reactions import at_once
from comity.core.transaction import Transaction
from comity.deadlines.events import AboutPeriod, DeadlinePassed, DeadlineReminded, DeadlineStarted
from comity.deadlines.model import Deadline
from comity.exchange.events import DocumentHandedOut


@at_once(DocumentHandedOut)
def note_the_first_opening(tx: Transaction, _subject: Row | None, event: Event) -> None:
    """The request counts as opened when the requested State is first handed its text."""
    if not isinstance(event, DocumentHandedOut) or event.purpose != "request":
        return
    about = select(RequestForAssistance).where(RequestForAssistance.id == UUID(event.request))
    rfa = tx.session.scalar(about)
    if rfa is None or rfa.opened_at is not None or tx.actor.authority != rfa.requested:
        return  # nothing to note: nothing is locked, for others may be at work on the request
    rfa = tx.session.scalars(about.with_for_update().execution_options(populate_existing=True)).one()
    if rfa.opened_at is None:
        rfa.opened_at = tx.now
        tx.record(rfa, events.RequestOpened(rfa.requesting, rfa.requested))


@at_once(events.RequestAcknowledged)
def note_that_the_papers_are_there(tx: Transaction, subject: Row | None, _event: Event) -> None:
    """Acknowledging the full request after a provisional arrest says that its papers have been received."""
    if isinstance(subject, RequestForAssistance):
        pairing.note_acknowledged(tx, subject)


@at_once(DeadlineStarted)
def note_that_the_papers_were_there(tx: Transaction, subject: Row | None, event: Event) -> None:
    """A period that begins with an arrest is met at once by papers that were received before it."""
    first = _request(tx, event.matter) if isinstance(event, DeadlineStarted) else None
    if first is not None and isinstance(subject, Deadline):
        pairing.note_begun(tx, first, subject)


@at_once(Event)
def keep_its_place_in_lists(tx: Transaction, subject: Row | None, event: Event) -> None:
    """Whose step is next and which date counts follow from every fact about a request and about its periods."""
    if isinstance(event, AboutPeriod):
        subject = _request(tx, event.matter)
    if isinstance(subject, RequestForAssistance) and not isinstance(event, events.RequestDiscarded):
        tracking.keep(tx, subject)


def _request(tx: Transaction, matter: str) -> RequestForAssistance | None:
    """The request that a period is about, if it is about one."""
    kind, _, row_id = matter.partition(":")
    return tx.session.get(RequestForAssistance, UUID(row_id)) if kind == RequestForAssistance.kind else None


@at_once(Event)
def tell_who_reviews(tx: Transaction, subject: Row | None, event: Event) -> None:
    """The clock of a review is one person's: she is reminded, and once its day has passed her deputy is told too."""
    if not isinstance(event, DeadlineReminded | DeadlinePassed) or not isinstance(subject, Deadline) or event.other:
        return
    rfa = _request(tx, subject.matter)
    if rfa is None:
        return
    review = tx.session.scalar(select(Review).where(Review.request == rfa.id, Review.n == int(subject.key)))
    if review is None or not review.open:
        return
    about = (review.matter, review.n, review.reviewer)
    if isinstance(event, DeadlineReminded):
        tx.record(review, review_events.ReviewReminded(*about))
    else:
        tx.record(review, review_events.ReviewOverdue(*about, review.deputy or ""))


@at_once(Event)
def tell_who_translates(tx: Transaction, subject: Row | None, event: Event) -> None:
    """The day of a translation concerns whoever has it, or the service while nobody has, and whoever waits for it."""
    if not isinstance(event, DeadlineReminded | DeadlinePassed) or not isinstance(subject, Deadline):
        return
    kind, _, row_id = subject.matter.partition(":")
    translation = tx.session.get(Translation, UUID(row_id)) if kind == Translation.kind else None
    if translation is None or not translation.open:
        return
    about = (translation.taken_by or "", "" if translation.taken_by else translation.service)
    if isinstance(event, DeadlineReminded):
        tx.record(translation, translation_events.TranslationReminded(*about))
    else:
        tx.record(translation, translation_events.TranslationOverdue(*about, translation.asked_by))


@at_once(events.RequestDiscarded)
def nobody_translates_for_a_discarded_draft(tx: Transaction, subject: Row | None, _event: Event) -> None:
    """What was asked for a draft is not translated once the draft is thrown away."""
    if not isinstance(subject, RequestForAssistance):
        return
    of_draft = select(Translation).where(Translation.request == subject.id, Translation.stage.in_(OPEN))
    for translation in tx.session.scalars(of_draft.order_by(Translation.id).with_for_update()).all():
        translating.withdrawn(tx, translation)
