"""What programs are given of requests for assistance."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from comity.accounts import queries as accounts
from comity.assistance import (
    amendment_views,
    assigning,
    consultation_views,
    link_views,
    queries,
    review_views,
)
from comity.assistance.amendment_views import AmendmentView, FormView, MeasureView
from comity.assistance.consent_views import ConsentView, SupplementView
from comity.assistance.consultation_views import ConsultationView, PartView
from comity.assistance.link_views import LinkView
from comity.assistance.model import Clarification, Extension, Occurrence, RequestForAssistance
from comity.assistance.review_views import PersonView, ReviewView
from comity.assistance.thread import Posted
from comity.assistance.withdrawing_views import WithdrawalView
from comity.core.transaction import Transaction
from comity.deadlines import queries as deadlines
from comity.deadlines.model import Deadline
from comity.exchange import queries as documents
from comity.exchange.views import DocumentView, Moment
from comity.web import View


class ClarificationView(View):
    n: int
    question: UUID
    reply: UUID | None
    asked_at: Moment
    answered_at: Moment | None

    @classmethod
    def of(cls, one: Clarification) -> ClarificationView:
        return cls(n=one.n, question=one.question, reply=one.reply, asked_at=one.asked_at, answered_at=one.answered_at)


class ExtensionView(View):
    """Another date that the State asked for; `granted_on` is null where the Court has declined, or not decided yet."""

    n: int
    proposed_on: date
    reason: UUID
    asked_at: Moment
    granted_on: date | None
    decision: UUID | None
    decided_at: Moment | None

    @classmethod
    def of(cls, one: Extension) -> ExtensionView:
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class OccurrenceView(View):
    """What happened in the world, as a party reported it; `corrects` is the number of the report that it replaces."""

    n: int
    what: str
    happened_on: date
    happened_at: Moment | None
    corrects: int | None
    authority: str
    reported_at: Moment

    @classmethod
    def of(cls, one: Occurrence) -> OccurrenceView:
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class DeadlineView(View):
    rule: str
    nature: str
    due_on: date
    state: str
    falls_on: str

    @classmethod
    def of(cls, tx: Transaction, one: Deadline) -> DeadlineView:
        return cls(rule=one.rule, nature=one.nature, due_on=one.due_on, state=one.state(tx.now), falls_on=one.falls_on)


class RequestSummary(View):
    """A request as lists show it: nothing of its content.

    `form` is the form in force: 1 until the first amendment.  `unacknowledged` counts what came later and of which no
    receipt was acknowledged.  `unread` are messages that the asker has still to read, and `assigned_to` is who works
    on it in her own office.
    `urgent_by`, `travelled_by` and `confirmed_through` are words of the catalogue of channels.
    """

    id: UUID
    version: int
    kind: str
    reference: str
    requesting: str
    requested: str
    stage: str
    paused: bool
    requested_on: date | None
    form: int
    situation: bool
    basis: str | None
    due_on: date | None
    urgent_by: str | None
    travelled_by: str | None
    received_on: date | None
    confirmed_on: date | None
    confirmed_through: str | None
    transmitted_at: Moment | None
    opened_at: Moment | None
    acknowledged_at: Moment | None
    answered_at: Moment | None
    reminded_at: Moment | None
    withdrawn_at: Moment | None
    updated_at: Moment
    measures: list[MeasureView]
    unacknowledged: int
    unread: int
    assigned_to: str | None
    options: list[str]


class RequestView(RequestSummary):
    """A request with all that is known of it outside the seal.

    `reviews`, `draft_sha256`, which a review names, and the `amendment` that is prepared are the requesting side's
    alone.  `forms` are all that the request has had, the first one first.
    """

    drafted_by: PersonView
    approved_by: PersonView | None
    approval: str | None
    acknowledgement: str | None
    documents: list[DocumentView]
    clarifications: list[ClarificationView]
    consultations: list[ConsultationView]
    parts: list[PartView]
    extensions: list[ExtensionView]
    consents: list[ConsentView]
    supplements: list[SupplementView]
    forms: list[FormView]
    amendment: AmendmentView | None
    withdrawal: WithdrawalView | None
    occurrences: list[OccurrenceView]
    links: list[LinkView]
    deadlines: list[DeadlineView]
    reviews: list[ReviewView]
    draft_sha256: str | None


class RequestList(View):
    items: list[RequestSummary]
    next: str | None


def _summary(
    rfa: RequestForAssistance, options: set[str], due: Deadline | None, unread: int, assigned_to: str | None
) -> dict[str, Any]:
    same = ("id", "version", "reference", "requesting", "requested", "paused", "requested_on", "form",
            "situation", "basis")  # fmt: skip
    way = ("urgent_by", "travelled_by", "received_on", "confirmed_on", "confirmed_through")
    moments = ("transmitted_at", "opened_at", "acknowledged_at", "answered_at", "reminded_at", "withdrawn_at")
    return {
        **{name: getattr(rfa, name) for name in same + way + moments},
        "kind": rfa.request_kind,
        "stage": rfa.stage.value,
        "due_on": due.due_on if due else None,
        "updated_at": rfa.changed_at,
        "measures": MeasureView.all_of(rfa),
        "unacknowledged": len(rfa.later),
        "unread": unread,
        "assigned_to": assigned_to,
        "options": possible(rfa, options),
    }


def possible(rfa: RequestForAssistance, options: set[str]) -> list[str]:
    """What policy permits and the lifecycle allows, by action name."""
    return sorted(
        option
        for option in options
        if option in ("rfa.read", "rfa.open")
        or (option in ("rfa.assign", "rfa.remind") and not rfa.over)
        or (option not in ("rfa.draft", "rfa.assign", "rfa.remind") and rfa.allows(option.partition(".")[2]))
    )


def summaries(tx: Transaction, found: Sequence[RequestForAssistance]) -> list[RequestSummary]:
    """A page of a list, in a fixed number of queries."""
    options, due, unread = tx.options_of(found), queries.due_dates(tx, found), queries.unread_of(tx, found)
    given = assigning.assigned(tx, found)
    return [
        RequestSummary(**_summary(rfa, options[rfa.id], due.get(rfa.id), unread.get(rfa.id, 0), given.get(rfa.id)))
        for rfa in found
    ]


def full(tx: Transaction, rfa: RequestForAssistance) -> RequestView:
    """One request, as this actor may see it."""
    people = {UUID(one) for one in (rfa.drafted_by, rfa.approved_by) if one}
    names = accounts.names(tx, people)
    running = deadlines.deadlines_of(tx, rfa)
    due = queries.due_dates(tx, [rfa]).get(rfa.id)

    def person(account: str) -> PersonView:
        return PersonView(id=account, name=names.get(UUID(account), ""))

    return RequestView(
        **_summary(
            rfa,
            tx.options(rfa),
            due,
            queries.unread_of(tx, [rfa]).get(rfa.id, 0),
            assigning.assigned(tx, [rfa]).get(rfa.id),
        ),
        drafted_by=person(rfa.drafted_by),
        approved_by=person(rfa.approved_by) if rfa.approved_by else None,
        approval=b64encode(rfa.approval).decode() if rfa.approval else None,
        acknowledgement=b64encode(rfa.acknowledgement).decode() if rfa.acknowledgement else None,
        documents=[DocumentView.of(document, version) for document, version in documents.documents_of(tx, rfa.id)],
        clarifications=[ClarificationView.of(one) for one in rfa.clarifications],
        consultations=consultation_views.consultations(rfa),
        parts=consultation_views.parts(rfa),
        extensions=[ExtensionView.of(one) for one in rfa.extensions],
        supplements=[SupplementView.of(one) for one in rfa.supplements],
        forms=amendment_views.forms(tx, rfa),
        amendment=amendment_views.prepared(tx, rfa),
        consents=[ConsentView.of(one) for one in rfa.consents],
        withdrawal=WithdrawalView.of(rfa.withdrawal) if rfa.withdrawal else None,
        occurrences=[OccurrenceView.of(one) for one in rfa.occurrences],
        links=link_views.linked(tx, rfa),
        deadlines=[DeadlineView.of(tx, one) for one in running],
        reviews=review_views.reviews(tx, rfa),
        draft_sha256=review_views.draft_sha256(tx, rfa),
    )


class ReminderView(View):
    """A request, and why no reminder goes out for it; null where one does."""

    request: UUID
    skipped: str | None


class RemindersView(View):
    items: list[ReminderView]


class CountView(View):
    """How many requests it concerned."""

    count: int


class SenderView(PersonView):
    """A person in office, and for whom she acts."""

    authority: str


class ReadingView(SenderView):
    """That she has read a message: the platform's own statement, on the word of her client."""

    at: Moment


class MessageView(View):
    """A message: what is known of it outside the seal.

    `unread` and `read_at` are the asker's own; `readings` are those of the side that it was sent to.
    """

    id: UUID
    n: int
    request: UUID
    sender: SenderView
    sent_at: Moment
    document: DocumentView
    attachments: list[DocumentView]
    unread: bool
    read_at: Moment | None
    readings: list[ReadingView]


class MessageList(View):
    """A part of the messages, the oldest first; `unread` counts all of them, and `next` is the next `after`."""

    items: list[MessageView]
    next: int | None
    unread: int


def messages(tx: Transaction, found: Sequence[Posted]) -> list[MessageView]:
    """Messages, in a fixed number of queries."""
    people = {one.message.author for one in found} | {reading.account for one in found for reading in one.readings}
    names = accounts.names(tx, {UUID(account) for account in people})
    return [_message(one, names) for one in found]


def _message(one: Posted, names: dict[UUID, str]) -> MessageView:
    def person(account: str, authority: str) -> dict[str, str]:
        return {"id": account, "name": names.get(UUID(account), ""), "authority": authority}

    message = one.message
    return MessageView(
        id=message.id,
        n=message.n,
        request=message.request,
        sender=SenderView(**person(message.author, message.sender)),
        sent_at=message.sent_at,
        document=DocumentView.of(one.text.document, one.text.version),
        attachments=[DocumentView.of(file.document, file.version) for file in one.files],
        unread=one.unread,
        read_at=one.read_at.read_at if one.read_at else None,
        readings=[ReadingView(**person(each.account, each.authority), at=each.read_at) for each in one.readings],
    )


class StepView(View):
    """One step of how a date was worked out."""

    what: str
    on: date | None
    sentence: str


class ClockView(View):
    """A date and how it was worked out; `unverified` where its source was not read in a verified text yet.

    `extends_until` is the latest day to which it can be extended, where the rule has a bound.
    """

    rule: str
    nature: str
    basis: str
    unverified: bool
    falls_on: str
    due_on: date
    state: str
    paused_since: Moment | None
    extends_until: date | None
    trace: list[StepView]


class ClocksView(View):
    deadlines: list[ClockView]
