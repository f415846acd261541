"""Requests for assistance as JSON resources, for the browser's sealing code, the client and national systems."""

from __future__ import annotations

from uuid import UUID

from flask import Response
from flask_babel import gettext as _

from comity.assistance import (
    actions,
    amendment_api,
    assigning,
    bodies,
    catalogue_api,
    consents_api,
    consultations_api,
    depositing,
    extending,
    filtering,
    link_views,
    linking_api,
    messages,
    occurrences,
    queries,
    redirecting,
    reminding,
    review_api,
    translation_api,
    views,
    withdrawing_api,
)
from comity.assistance.actions import Answer
from comity.assistance.cover import Asked
from comity.assistance.model import RequestForAssistance
from comity.assistance.sheets import sheet
from comity.assistance.thread import posted
from comity.core.transaction import Transaction
from comity.deadlines import queries as deadlines
from comity.deadlines.calendars import wording
from comity.deadlines.sentences import sentence
from comity.exchange import queries as documents
from comity.exchange.checks import Signed, wrong
from comity.exchange.views import BeginBody, CompleteBody, DocumentView, UploadView
from comity.web import Api, if_match
from comity.web.languages import current

api = Api("assistance", __name__, url_prefix="/api/v1")
api.register_blueprint(catalogue_api.catalogue)
api.register_blueprint(consultations_api.consulting)
api.register_blueprint(linking_api.linking)
api.register_blueprint(consents_api.consenting)
api.register_blueprint(consents_api.limits)
api.register_blueprint(consents_api.supplements)
api.register_blueprint(review_api.reviews)
api.register_blueprint(amendment_api.amending_api)
api.register_blueprint(translation_api.translations)
api.register_blueprint(withdrawing_api.withdrawals)
api.register_blueprint(withdrawing_api.disposal)


def _asked(measures: list[bodies.MeasureBody]) -> list[Asked]:
    return [Asked(one.letter, one.act) for one in measures]


@api.get("/requests", query=bodies.ListQuery, answers=views.RequestList)
def listing(tx: Transaction, query: bodies.ListQuery) -> views.RequestList:
    """The requests that you may see, as the query narrows and sorts them; newest change first."""
    words = {name: str(value).split(",") for name, value in query.model_dump(exclude={"after", "limit"}).items()}
    wanted = filtering.read(tx, words.items())
    for name, value in wanted.unknown:
        raise wrong(f"/{name}", _("%(value)s is no word for this: see the description of the API.", value=value))
    try:
        page = queries.listing(tx, wanted, after=query.after, limit=query.limit)
    except ValueError:
        raise wrong("/after", _("There is no such page: take the address from `next`.")) from None
    return views.RequestList(items=views.summaries(tx, page.requests), next=page.after)


@api.post("/requests", body=bodies.DraftBody, answers=views.RequestView, status=201)
def draft(tx: Transaction, body: bodies.DraftBody) -> tuple[views.RequestView, int, dict[str, str]]:
    """Begin a draft; it has a reference from then on."""
    if body.full_request_of is not None:
        if body.measures:
            raise wrong("/measures", _("A request of this kind asks for one thing: leave the measures out."))
        on, standing = body.requested_on, body.standing
        rfa = redirecting.draft_full(tx, body.full_request_of, body.requested, on, body.kind, standing)
    else:
        rfa = actions.draft(tx, body.requested, body.requested_on, _asked(body.measures), body.kind, body.standing)
    return views.full(tx, rfa), 201, {"Location": f"/api/v1/requests/{rfa.id}"}


@api.get("/requests/<uuid:rfa_id>", answers=views.RequestView)
def show(tx: Transaction, rfa_id: UUID) -> views.RequestView:
    """One request."""
    return views.full(tx, tx.read(RequestForAssistance, rfa_id))


@api.put("/requests/<uuid:rfa_id>/cover", body=bodies.CoverBody, answers=views.RequestView, versioned=True)
def edit(tx: Transaction, rfa_id: UUID, body: bodies.CoverBody) -> views.RequestView:
    """Change the cover of a draft; an approval is dropped."""
    rfa = actions.edit(tx, rfa_id, body.requested_on, _asked(body.measures), body.standing, version=if_match())
    return views.full(tx, rfa)


@api.delete("/requests/<uuid:rfa_id>")
def discard(tx: Transaction, rfa_id: UUID) -> None:
    """Throw a draft away, with its documents."""
    actions.discard(tx, rfa_id)


@api.post(
    "/requests/<uuid:rfa_id>/approve", body=bodies.ApproveBody, answers=views.RequestView, largest=bodies.LARGEST_PIECES
)
def approve(tx: Transaction, rfa_id: UUID, body: bodies.ApproveBody) -> views.RequestView:
    """Approve by a signature over cover and documents; the drafter cannot."""
    return views.full(tx, actions.approve(tx, rfa_id, body.approval))


@api.post(
    "/requests/<uuid:rfa_id>/transmit",
    body=link_views.TransmitBody,
    answers=views.RequestView,
    largest=bodies.LARGEST_TRANSMISSION,
)
def transmit(tx: Transaction, rfa_id: UUID, body: link_views.TransmitBody) -> views.RequestView:
    """Transmit, with every document sealed again for both parties; or register what has travelled by something else."""
    resealed = [one.resealed for one in body.documents]
    travelled = body.travelled.travelled if body.travelled else None
    return views.full(tx, actions.transmit(tx, rfa_id, resealed, travelled))


@api.post("/requests/<uuid:rfa_id>/acknowledge", body=bodies.AcknowledgeBody, answers=views.RequestView)
def acknowledge(tx: Transaction, rfa_id: UUID, body: bodies.AcknowledgeBody) -> views.RequestView:
    """Say, by a signature over the envelopes that were received, that the request has been received."""
    return views.full(tx, actions.acknowledge(tx, rfa_id, body.acknowledgement))


@api.post("/requests/<uuid:rfa_id>/ask", body=bodies.DocumentBody, answers=views.RequestView)
def ask(tx: Transaction, rfa_id: UUID, body: bodies.DocumentBody) -> views.RequestView:
    """Ask for clarification with a sealed question; the requested date stands still."""
    return views.full(tx, actions.ask(tx, rfa_id, body.document))


@api.post("/requests/<uuid:rfa_id>/reply", body=bodies.ReplyBody, answers=views.RequestView)
def reply(tx: Transaction, rfa_id: UUID, body: bodies.ReplyBody) -> views.RequestView:
    """Answer a question; the requested date runs again."""
    return views.full(tx, actions.reply(tx, rfa_id, body.clarification, body.document))


@api.post("/requests/<uuid:rfa_id>/extend", body=bodies.ExtendBody, answers=views.RequestView)
def extend(tx: Transaction, rfa_id: UUID, body: bodies.ExtendBody) -> views.RequestView:
    """Ask for another date than the requested one; it stays until the requesting party has decided."""
    return views.full(tx, extending.ask(tx, rfa_id, body.proposed_on, body.document))


@api.post("/requests/<uuid:rfa_id>/decide", body=bodies.DecideBody, answers=views.RequestView)
def decide(tx: Transaction, rfa_id: UUID, body: bodies.DecideBody) -> views.RequestView:
    """Grant another date, or decline it with a sealed note."""
    return views.full(tx, extending.decide(tx, rfa_id, body.until, body.document))


@api.post("/requests/<uuid:rfa_id>/report", body=bodies.ReportBody, answers=views.RequestView)
def report(tx: Transaction, rfa_id: UUID, body: bodies.ReportBody) -> views.RequestView:
    """Report what happened in the world and starts, meets or ends a period; or correct a report."""
    return views.full(tx, occurrences.report(tx, rfa_id, body.what, body.on, body.at, corrects=body.corrects))


@api.post("/requests/<uuid:rfa_id>/answer", body=bodies.AnswerBody, answers=views.RequestView)
def answer(tx: Transaction, rfa_id: UUID, body: bodies.AnswerBody) -> views.RequestView:
    """Give an outcome for every measure, with sealed documents."""
    answers = [Answer(one.n, one.outcome, one.ground, one.consent) for one in body.outcomes]
    return views.full(tx, actions.answer(tx, rfa_id, answers, body.documents, body.form))


@api.post("/requests/<uuid:rfa_id>/return", body=bodies.DocumentBody, answers=views.RequestView)
def send_back(tx: Transaction, rfa_id: UUID, body: bodies.DocumentBody) -> views.RequestView:
    """Return an answer, saying why in a sealed document."""
    return views.full(tx, actions.send_back(tx, rfa_id, body.document))


@api.post("/requests/<uuid:rfa_id>/close", answers=views.RequestView)
def close(tx: Transaction, rfa_id: UUID) -> views.RequestView:
    """Accept the answer."""
    return views.full(tx, actions.close(tx, rfa_id))


@api.put("/requests/<uuid:rfa_id>/assignee", body=bodies.AssigneeBody, answers=views.RequestView)
def assign(tx: Transaction, rfa_id: UUID, body: bodies.AssigneeBody) -> views.RequestView:
    """Say who of your own office works on it, or nobody; the other party does not see it."""
    assigning.assign(tx, rfa_id, body.account)
    return views.full(tx, tx.read(RequestForAssistance, rfa_id))


@api.post("/requests/hand-over", body=bodies.HandOverBody, answers=views.CountView)
def hand_over_requests(tx: Transaction, body: bodies.HandOverBody) -> views.CountView:
    """Give every open request that is given to you to a colleague, in one act."""
    return views.CountView(count=assigning.hand_over(tx, body.account))


@api.post("/requests/export", body=bodies.ExportBody, answers=bytes)
def export(tx: Transaction, body: bodies.ExportBody) -> Response:
    """The list under a filter as a file (csv, xlsx, ods), in the reader's language; what it holds is bounded."""
    wanted = filtering.read(tx, ((name, list(values)) for name, values in body.filter.items()))
    for name, value in wanted.unknown:
        raise wrong(f"/filter/{name}", _("%(value)s is no word for this: see the description of the API.", value=value))
    content, _media = sheet(tx, wanted, body.format)
    return Response(content, mimetype="application/octet-stream")


@api.post("/requests/reminders", body=bodies.RemindBody, answers=views.RemindersView)
def remind(tx: Transaction, body: bodies.RemindBody) -> views.RemindersView:
    """Remind States of up to a hundred requests; with `preview` nothing is sent, and it is said what would be."""
    found = reminding.preview(tx, body.requests) if body.preview else reminding.remind(tx, body.requests)
    return views.RemindersView(items=[views.ReminderView(request=one.rfa.id, skipped=one.reason) for one in found])


@api.get("/requests/<uuid:rfa_id>/clock", answers=views.ClocksView)
def clock(tx: Transaction, rfa_id: UUID) -> views.ClocksView:
    """How each date was worked out, step by step."""
    rfa = tx.read(RequestForAssistance, rfa_id)
    found = []
    for deadline in deadlines.deadlines_of(tx, rfa):
        told = deadlines.explain(tx, deadline)
        steps = [views.StepView(what=step.what, on=step.on, sentence=sentence(step)) for step in told.trace]
        found.append(
            views.ClockView(
                rule=told.rule,
                nature=told.nature,
                basis=wording(told.basis, current()),
                unverified=told.unverified,
                falls_on=told.falls_on,
                due_on=told.due_on,
                state=told.state,
                paused_since=told.paused_since,
                extends_until=told.extends_until,
                trace=steps,
            )
        )
    return views.ClocksView(deadlines=found)


@api.get("/requests/<uuid:rfa_id>/messages", query=bodies.MessagesQuery, answers=views.MessageList)
def thread(tx: Transaction, rfa_id: UUID, query: bodies.MessagesQuery) -> views.MessageList:
    """The messages about a request, oldest first, with who has read them."""
    rfa = tx.read(RequestForAssistance, rfa_id)
    found = queries.thread(tx, rfa, after=query.after, limit=query.limit + 1)
    shown = found[: query.limit]
    return views.MessageList(
        items=views.messages(tx, posted(tx, shown)),
        next=shown[-1].n if len(found) > len(shown) else None,
        unread=queries.unread_of(tx, [rfa]).get(rfa.id, 0),
    )


@api.post("/requests/<uuid:rfa_id>/messages", body=bodies.SendBody, answers=views.MessageView, status=201)
def send_message(tx: Transaction, rfa_id: UUID, body: bodies.SendBody) -> views.MessageView:
    """Send the other party a sealed message; it moves no date, and the same again gives the same message."""
    sent = messages.send(tx, rfa_id, body.document, body.attachments)
    return views.messages(tx, posted(tx, [sent]))[0]


@api.post("/messages/<uuid:message_id>/read")
def mark_message(tx: Transaction, message_id: UUID) -> None:
    """Say that you have opened and verified a message; doing so again changes nothing."""
    messages.mark(tx, message_id)


@api.post("/uploads", body=BeginBody, answers=UploadView, status=201)
def begin_upload(tx: Transaction, body: BeginBody) -> UploadView:
    """Begin an upload for a request, or a translation, which is a matter of its own."""
    return UploadView.of(depositing.begin_upload(tx, body.request, body.purpose, body.payload_bytes), [])


@api.post(
    "/uploads/<uuid:upload_id>/complete",
    body=CompleteBody,
    answers=DocumentView,
    status=201,
    largest=bodies.LARGEST_PIECES,
)
def complete(tx: Transaction, upload_id: UUID, body: CompleteBody) -> DocumentView:
    """Make an upload a document; the same completion again gives the same document."""
    signed = Signed(body.envelope, body.header, body.manifest_age)
    document = depositing.deposit(tx, upload_id, signed, body.replaces)
    version = documents.latest(tx, [document.id])[document.id]
    view: DocumentView = DocumentView.of(document, version)
    return view


@api.delete("/documents/<uuid:doc>")
def discard_document(tx: Transaction, doc: UUID) -> None:
    """Take back a document that was not released."""
    depositing.discard_document(tx, doc)
