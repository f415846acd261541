"""Everything anyone can do to a request for assistance: one verb, one function.

Each takes the same four steps: load what you may touch, move it along its lifecycle, change what the verb changes,
record that it happened.  Who may do it is in `policies/access.cedar`; what follows, in `policies/deadlines.toml` and
`policies/notifications.toml`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from comity.assistance import acknowledgements, amendments, approvals, events, handling, queries, transmission
from comity.assistance import answers as checks
from comity.assistance import cover as covers
from comity.assistance.addressees import Standing
from comity.assistance.consultation_model import ProviderConsent
from comity.assistance.cover import Asked
from comity.assistance.model import BEFORE, Clarification, Outcome, RequestForAssistance, Stage
from comity.assistance.resealing import Resealed, reseal
from comity.assistance.review_model import Review
from comity.assistance.transmission import Travelled
from comity.core.errors import ComityError, Conflict, Fault, Invalid, Refused
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange import actions as exchange
from comity.exchange import queries as documents
from comity.exchange.actions import Matter, Signed
from comity.exchange.model import Document, Upload
from comity_seal.approval import cover_sha256

VERB_OF_PURPOSE = {
    "request": "edit",
    "annex": "edit",
    "review": "review",
    "question": "ask",
    "reply": "reply",
    "answer": "answer",
    "return": "return",
    "extension": "extend",
    "decision": "decide",
    "message": "message",
    "attachment": "message",
    "part": "deliver",
    "consultation": "consult",
    "meeting": "meet",
    "proposal": "propose",
    "agreement": "agree",
    "denial": "deny",
    "use": "seek",
    "consent": "consent",
    "supplement": "supplement",
    "amendment": "amend",
    "withdrawal": "withdraw",
    "disposal": "dispose",
}
"""What one must be able to do in order to deposit a document for a purpose."""


@dataclass(frozen=True)
class Answer:
    """What became of one measure; a ground goes with what a consultation has settled, and with nothing else.

    `consent` goes with what the Court hands over only with the consent of whoever gave it.
    """

    n: int
    outcome: Outcome
    ground: str | None = None
    consent: ProviderConsent | None = None


INSIDE = {"edit", "review", "amend"}
"""What is done inside the requesting team: drafts, reviews and amendments are sealed to the team alone."""


def matter_of(rfa: RequestForAssistance, purpose: str = "") -> Matter:
    """The request as its documents know it; those of a review know of no other party than the team."""
    return Matter(rfa.id, rfa.requesting, rfa.requesting if purpose == "review" else rfa.requested)


def readers_for(rfa: RequestForAssistance, purpose: str) -> list[str]:
    """To whom a document must be sealed: what INSIDE says to one's own team, everything else to both parties."""
    return [rfa.requesting] if VERB_OF_PURPOSE[purpose] in INSIDE else [rfa.requesting, rfa.requested]


def draft(
    tx: Transaction,
    requested: str,
    requested_on: date | None,
    measures: Sequence[Asked],
    kind: str = "assistance",
    standing: Standing = covers.BOUND,
) -> RequestForAssistance:
    """Begin a request of a kind; one whose kind has no measures asks for none.  Raises Invalid."""
    measures = covers.check(tx, kind, requested, requested_on, measures, standing)
    requesting = tx.actor.authority or ""
    rfa = RequestForAssistance(
        request_kind=kind,
        reference=queries.next_reference(tx, requesting, requested, covers.today(tx, requesting)),
        requesting=requesting,
        requested=requested,
        requested_on=requested_on,
        situation=standing.situation,
        basis=standing.basis,
        drafted_by=tx.actor.id,
        changed_by=tx.actor.id,
        stage=Stage.DRAFT,
        drafted_at=tx.now,
        changed_at=tx.now,
    )
    covers.put_measures(rfa, measures)
    tx.add(rfa, to="rfa.draft")
    tx.record(rfa, events.RequestDrafted(rfa.requesting, rfa.requested))
    return rfa


def edit(
    tx: Transaction,
    rfa_id: UUID,
    requested_on: date | None,
    measures: Sequence[Asked],
    standing: Standing = covers.BOUND,
    *,
    version: int,
) -> RequestForAssistance:
    """Change the cover; an approval is dropped.  Raises Invalid, Stale or Refused."""
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.edit", version=version)
    rfa.move("edit")
    measures = covers.check(tx, rfa.request_kind, rfa.requested, requested_on, measures, standing)
    rfa.requested_on, rfa.situation, rfa.basis = requested_on, standing.situation, standing.basis
    covers.put_measures(rfa, measures)
    _unapprove(tx, rfa)
    tx.record(rfa, events.RequestEdited(rfa.requesting, rfa.requested))
    return rfa


def _unapprove(tx: Transaction, rfa: RequestForAssistance) -> None:
    rfa.stage, rfa.approval, rfa.approved_by = Stage.DRAFT, None, None
    rfa.changed_by, rfa.changed_at = tx.actor.id, tx.now


def discard(tx: Transaction, rfa_id: UUID) -> None:
    """Throw a draft away, with its documents and reviews."""
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.discard")
    rfa.move("discard")
    for document, _version in documents.documents_of(tx, rfa.id):
        exchange.discard(tx, document)
    reviews = tx.find(Review, Review.request == rfa.id)
    for row in (*reviews, rfa):
        tx.remove(row)
    tx.record(rfa, events.RequestDiscarded(rfa.requesting, rfa.requested), covers=reviews)


def begin_upload(tx: Transaction, rfa_id: UUID, purpose: str, payload_bytes: int) -> Upload:
    """Begin an upload for a purpose that the request's stage and the actor's side allow."""
    rfa = _for_purpose(tx, rfa_id, purpose)
    rfa.may_stage(VERB_OF_PURPOSE[purpose])
    if purpose == "amendment":
        amendments.require(tx, rfa)
    covers.check_length(purpose, payload_bytes)
    return exchange.begin(tx, matter_of(rfa, purpose), purpose, payload_bytes)


def _for_purpose(tx: Transaction, rfa_id: UUID, purpose: str) -> RequestForAssistance:
    verb = VERB_OF_PURPOSE.get(purpose)
    if verb is None:
        raise Invalid(_("There is no such purpose."), [Fault("/purpose", _("There is no such purpose."))])
    return tx.load(RequestForAssistance, rfa_id, to=f"rfa.{verb}")


def deposit(tx: Transaction, upload_id: UUID, signed: Signed, replaces: UUID | None) -> Document:
    """Complete an upload.  A document of an approved draft returns it to draft.

    The same completion again gives the same document, whatever happened since.  Raises Invalid, Conflict or Refused.
    """
    about = exchange.own(tx, upload_id)
    rfa = _for_purpose(tx, about.request, about.purpose)
    upload = exchange.own(tx, upload_id, lock=True)
    done = exchange.completed(tx, upload, signed)
    if done is not None:
        return done
    try:
        rfa.may_stage(VERB_OF_PURPOSE[upload.purpose])
        if replaces is None:
            covers.check_room(documents.documents_of(tx, rfa.id), upload.purpose)
        document = exchange.complete(
            tx,
            upload,
            signed,
            matter=matter_of(rfa, upload.purpose),
            readers=readers_for(rfa, upload.purpose),
            replaces=replaces,
            limits=lambda envelope: handling.check_sent(tx, envelope),
        )
    except ComityError as error:
        exchange.note_refusal(tx, rfa, upload, signed, error)
        raise
    _changed(tx, rfa, document)
    return document


def _changed(tx: Transaction, rfa: RequestForAssistance, document: Document) -> None:
    """A document of a draft has changed: whoever did it cannot approve it, and an approval is dropped."""
    if document.purpose == "amendment":
        amendments.changed(tx, amendments.require(tx, rfa))
    if document.purpose not in approvals.GOING:
        return
    if rfa.stage not in BEFORE or (rfa.stage is Stage.DRAFT and rfa.changed_by == tx.actor.id):
        return
    rfa.move("edit")
    _unapprove(tx, rfa)
    tx.record(rfa, events.RequestEdited(rfa.requesting, rfa.requested))


def discard_document(tx: Transaction, doc: UUID) -> None:
    """Take back a document that was not released, whatever stage its request has reached."""
    about = tx.read(Document, doc)
    rfa = _for_purpose(tx, about.request, about.purpose)
    document = tx.load(Document, doc, to="document.discard")
    exchange.discard(tx, document)
    _changed(tx, rfa, document)


def approve(tx: Transaction, rfa_id: UUID, approval: bytes) -> RequestForAssistance:
    """Approve cover and documents by a signature over them.  Neither the drafter nor the last editor can.

    Raises Invalid.
    """
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.approve")
    rfa.move("approve")
    approvals.check(tx, rfa, approval)
    rfa.approval, rfa.approved_by, rfa.changed_at = approval, tx.actor.id, tx.now
    tx.record(rfa, events.RequestApproved(rfa.requesting, rfa.requested, cover_sha256(rfa.cover)))
    return rfa


def transmit(
    tx: Transaction, rfa_id: UUID, resealed: Sequence[Resealed], travelled: Travelled | None = None
) -> RequestForAssistance:
    """Transmit an approved request: from the commit on the requested party sees it and its deadlines run.

    `resealed` are exactly the approved documents, each sealed again for both parties; `travelled` says how it reached
    the State before, if it did.  Raises Invalid.
    """
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.transmit")
    rfa.move("transmit")
    approvals.check_again(tx, approvals.of_request(tx, rfa))
    covers.check_day(tx, rfa.requested, rfa.requested_on)
    reseal(tx, rfa, approvals.going(tx, rfa), resealed)
    rfa.transmitted_at = rfa.changed_at = tx.now
    tx.record(rfa, transmission.transmitted(tx, rfa, travelled))
    return rfa


def acknowledge(tx: Transaction, rfa_id: UUID, acknowledgement: bytes) -> RequestForAssistance:
    """Say, by a signature over what was received, that the request has been received.  Raises Invalid."""
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.acknowledge")
    rfa.move("acknowledge")
    digest = acknowledgements.check(tx, rfa, acknowledgement)
    rfa.acknowledgement, rfa.acknowledged_at, rfa.changed_at = acknowledgement, tx.now, tx.now
    wanted = rfa.requested_on.isoformat() if rfa.requested_on else None
    tx.record(rfa, events.RequestAcknowledged(rfa.requesting, rfa.requested, digest, wanted))
    return rfa


def ask(tx: Transaction, rfa_id: UUID, doc: UUID) -> RequestForAssistance:
    """Ask the requesting party something, in a sealed document; the requested date stands still."""
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.ask")
    rfa.move("ask")
    if rfa.paused:
        raise Refused(_("A question is open already: wait for the reply, then ask again."))
    (question,) = exchange.staged(tx, matter_of(rfa), "question", [doc])
    n = len(rfa.clarifications) + 1
    rfa.clarifications.append(Clarification(n=n, question=question.id, asked_by=tx.actor.id, asked_at=tx.now))
    rfa.changed_at = tx.now
    exchange.release(tx, question)
    tx.record(rfa, events.ClarificationAsked(rfa.requesting, rfa.requested, n))
    return rfa


def reply(tx: Transaction, rfa_id: UUID, n: int, doc: UUID) -> RequestForAssistance:
    """Answer the question of the requested party; the requested date runs again."""
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.reply")
    rfa.move("reply")
    question = next((one for one in rfa.clarifications if one.n == n), None)
    if question is None:
        message = _("There is no question of that number.")
        raise Invalid(message, [Fault("/clarification", message)])
    if question.answered_at is not None:
        raise Conflict(_("This question has been answered already."))
    (document,) = exchange.staged(tx, matter_of(rfa), "reply", [doc])
    question.reply, question.answered_at = document.id, tx.now
    rfa.changed_at = tx.now
    exchange.release(tx, document)
    tx.record(rfa, events.ClarificationAnswered(rfa.requesting, rfa.requested, n))
    return rfa


def answer(
    tx: Transaction, rfa_id: UUID, answers: Sequence[Answer], docs: Sequence[UUID], form: int = 1
) -> RequestForAssistance:
    """Give an outcome for every measure of the form in force, with sealed documents.  Raises Invalid or Conflict."""
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.answer")
    rfa.move("answer")
    checks.check_form(rfa, form)
    if rfa.paused:
        raise Refused(_("Your question is still open: wait for the reply before you answer."))
    checks.check_answers(rfa, answers)
    if not docs:
        message = _("An answer has at least one sealed document.")
        raise Invalid(message, [Fault("/documents", message)])
    released = exchange.staged(tx, matter_of(rfa), "answer", docs)
    outcomes = {one.n: one for one in answers}
    for measure in rfa.in_force:
        checks.put(measure, outcomes[measure.n])
    rfa.answered_at = rfa.changed_at = tx.now
    for document in released:
        exchange.release(tx, document)
    tx.record(rfa, events.RequestAnswered(rfa.requesting, rfa.requested))
    checks.note_consents(tx, rfa, answers)
    return rfa


def send_back(tx: Transaction, rfa_id: UUID, doc: UUID) -> RequestForAssistance:
    """Return an answered request, saying why in a sealed document."""
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.return")
    rfa.move("return")
    (document,) = exchange.staged(tx, matter_of(rfa), "return", [doc])
    rfa.changed_at = tx.now
    exchange.release(tx, document)
    tx.record(rfa, events.RequestReturned(rfa.requesting, rfa.requested))
    return rfa


def close(tx: Transaction, rfa_id: UUID) -> RequestForAssistance:
    """Accept the answer."""
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.close")
    rfa.move("close")
    rfa.closed_at = rfa.changed_at = tx.now
    tx.record(rfa, events.RequestClosed(rfa.requesting, rfa.requested))
    return rfa
