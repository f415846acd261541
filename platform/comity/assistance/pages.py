"""The pages about requests for assistance: address in, action or query, template out."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from comity.assistance import (
    actions,
    addressees,
    amendment_pages,
    answers,
    assigning,
    comparators,
    consent_pages,
    consultation_pages,
    cover,
    extending,
    filtering,
    filters,
    handling,
    kinds,
    linking_pages,
    links,
    pairing,
    policy,
    portfolio_policy,
    queries,
    redirecting,
    report_pages,
    requirements,
    review_pages,
    review_views,
    showing,
    sides,
    timeline,
    translation_pages,
    transmission,
    withdrawing_pages,
)
from comity.assistance.addressees import Addressee
from comity.assistance.calendar_pages import calendar
from comity.assistance.forms import CoverForm
from comity.assistance.model import BEFORE, RequestForAssistance
from comity.assistance.portfolio import portfolio
from comity.assistance.reading import readers
from comity.assistance.stepping import for_step, sealed
from comity.assistance.thread import thread
from comity.core.errors import Denied, Invalid
from comity.core.transaction import Transaction
from comity.deadlines import queries as deadlines
from comity.deadlines.calendars import wording
from comity.deadlines.sentences import sentence
from comity.directory import queries as directory
from comity.directory.model import Authority
from comity.exchange import queries as documents
from comity.web import Pages
from comity.web.languages import current

OFFICERS = {"cooperation officer", "registry officer"}
PARTIES = {*OFFICERS, "focal point"}
LISTED = 50
"""Requests on one page of the list."""

pages = Pages("assistance", __name__, url_prefix="/requests")
pages.register_blueprint(portfolio)
pages.register_blueprint(calendar)

Answered = str | Response | tuple[str, int]

SHOWN = [
    getattr(RequestForAssistance, part) for part in ("measures", "clarifications", "supplements", "forms", "withdrawal")
]
"""The parts of a request that a row of the list shows something of."""


@pages.page("/", menu=_l("Requests"), roles=PARTIES, order=10)
def index(tx: Transaction) -> str:
    """The list, as the address narrows and sorts it."""
    wanted = filtering.read(tx, request.args.lists(), ignored=("after", "lang"))
    try:
        page = queries.listing(tx, wanted, after=request.args.get("after"), limit=LISTED, parts=SHOWN)
    except ValueError:
        abort(400)
    return render_template(
        "assistance/index.html",
        requests=page.requests,
        after=page.after,
        wanted=wanted,
        filters=filters.shown(tx, wanted),
        clocks=showing.clocks(tx, page.requests),
        unread=queries.unread_of(tx, page.requests),
        given=assigning.assigned(tx, page.requests),
        asks=sides.asks(tx),
        sent_by_court=sides.of_the_court(tx),
        is_asked=sides.is_asked(tx),
        most_exported=portfolio_policy.chosen().export.rows,
    )


@pages.page("/new", methods=["GET", "POST"])
def new(tx: Transaction) -> Answered:
    """Begin a request: its cover.  The text follows, sealed."""
    sent = sides.sent(tx)
    if not sent:
        raise Denied(_("Your office makes no requests here: it receives them."))
    first = linking_pages.follows(tx)
    sent = [one for one in sent if first is None or one.kind in pairing.FULL]
    kind = next((one for one in sent if one.kind == request.args.get("kind")), sent[0] if len(sent) == 1 else None)
    if kind is None:
        return render_template("assistance/kinds.html", kinds=sent, first=first)
    form = CoverForm.sent(kind, request.form) if request.method == "POST" else linking_pages.begun(kind, first)
    if request.method == "POST":
        day, measures = form.requested_on(tx, form.requested), form.measures()
        if _sound(tx, form, form.requested, day, measures):
            if first is None:
                rfa = actions.draft(tx, form.requested, day, measures, kind.kind, form.standing)
            else:
                rfa = redirecting.draft_full(tx, first.id, form.requested, day, kind.kind, form.standing)
            return redirect(url_for(".draft", rfa_id=rfa.id), 303)
    asked = [(one, what) for one, what in _can_be_asked(tx, kind) if first is None or one.code == first.requested]
    bases = _bases({what for _one, what in asked})
    return _form("assistance/new.html", form, asked=asked, bases=bases, rfa=None, first=first, several=len(sent) > 1)


def _can_be_asked(tx: Transaction, kind: kinds.Kind) -> list[tuple[Authority, Addressee]]:
    """Whom a request of this kind can go to, by name, and what each is."""
    found = [(one, what) for one in directory.authorities(tx) if (what := addressees.addressee(one)) in kind.to]
    return sorted(((one, what) for one, what in found if what), key=lambda pair: pair[0].name(current()))


def _bases(whom: Collection[Addressee]) -> list[addressees.Basis]:
    """On what these can be asked, if they are not bound by Part 9."""
    return [one for one in addressees.bases().values() if any(what in one.of for what in whom)]


@pages.page("/<uuid:rfa_id>/cover", methods=["GET", "POST"])
def change_cover(tx: Transaction, rfa_id: UUID) -> Answered:
    """Change the cover of a draft."""
    rfa = for_step(tx, rfa_id, "edit")
    form = CoverForm.of(rfa)
    if request.method == "POST":
        form = CoverForm.sent(form.kind, request.form)
    if request.method == "POST":
        day, measures = form.requested_on(tx, rfa.requested), form.measures()
        if _sound(tx, form, rfa.requested, day, measures):
            version = request.form.get("version", -1, type=int)
            actions.edit(tx, rfa_id, day, measures, form.standing, version=version)
            flash(_("The cover has been changed. Look at the text once more: it is sealed again with the new cover."))
            return redirect(url_for(".draft", rfa_id=rfa_id), 303)
    authority = directory.authority(tx, rfa.requested)
    what = addressees.addressee(authority) if authority else None
    return _form("assistance/new.html", form, asked=[], bases=_bases({what} if what else ()), rfa=rfa)


def _sound(tx: Transaction, form: CoverForm, requested: str, day: Any, measures: list[cover.Asked]) -> bool:
    """Whether nothing is to be mended; else the form says what."""
    try:
        cover.check(tx, form.kind.kind, requested, day, measures, form.standing)
    except Invalid as error:
        form.mark(error)
    return not form.faults


def _form(template: str, form: CoverForm, **names: Any) -> Answered:
    shown = {"catalogue": list(policy.measures().values()), "practices": comparators.offered(form.kind)}
    page = render_template(template, form=form, **shown, **names)
    return (page, 422) if form.faults else page


@pages.page("/<uuid:rfa_id>")
def show(tx: Transaction, rfa_id: UUID) -> str:
    """One request: what to do next, its dates, its measures, and, on an unlocked device, what was written."""
    rfa = tx.read(RequestForAssistance, rfa_id)
    return render_template(
        "assistance/show.html",
        rfa=rfa,
        steps=showing.steps(tx, [rfa])[rfa.id],
        clocks=showing.clocks(tx, [rfa])[rfa.id],
        readers=readers(tx, showing.visible_to(rfa)),
        request_docs=showing.of_request(tx, rfa),
        exchanges=showing.exchanges(tx, rfa),
        facts=timeline.facts(tx, rfa),
        linked=links.of(tx, rfa),
        between=linking_pages.options(tx, rfa),
        unread=queries.unread_of(tx, [rfa]).get(rfa.id, 0),
        own_side=showing.side(tx, rfa),
        waiting=showing.to_agree(tx, rfa) or showing.to_meet(tx, rfa),
        drafter=tx.actor.id == rfa.drafted_by,
        given_to=assigning.assigned(tx, [rfa]).get(rfa.id),
        colleagues=assigning.colleagues(tx) if not rfa.over else [],
        behind=documents.is_behind(tx, rfa.id),
        reviews=review_views.reviews(tx, rfa),
        **translation_pages.shown(tx, rfa),
    )


@pages.page("/<uuid:rfa_id>/messages")
def messages(tx: Transaction, rfa_id: UUID) -> str:
    """What the parties write to each other about a request; the newest part, unless the address says `after`."""
    rfa = tx.read(RequestForAssistance, rfa_id)
    own = showing.own(tx, rfa, ["attachment"], released=False)
    return render_template(
        "assistance/messages.html",
        rfa=rfa,
        thread=thread(tx, rfa, request.args.get("after", type=int)),
        readers=readers(tx, showing.visible_to(rfa)),
        writes=rfa.allows("message") and "rfa.message" in tx.options(rfa),
        asks="ask" in showing.steps(tx, [rfa])[rfa.id],
        staged=[shown for shown in own if shown.document.author == tx.actor.id],
        limits=handling.offered(tx),
    )


@pages.page("/<uuid:rfa_id>/clock")
def clock(tx: Transaction, rfa_id: UUID) -> str:
    """How every date of a request was worked out; before it is transmitted, the dates that would run from today."""
    rfa = tx.read(RequestForAssistance, rfa_id)
    explained = [
        (deadline, deadlines.explain(tx, deadline), deadlines.rule_of(deadline))
        for deadline in deadlines.deadlines_of(tx, rfa)
    ]
    sides = {"requesting": rfa.requesting, "requested": rfa.requested}
    foreseen = []
    if rfa.stage in BEFORE:
        foreseen = deadlines.foresee(tx, "rfa.transmitted", sides, transmission.foreseen(tx, rfa))
    return render_template(
        "assistance/clock.html",
        rfa=rfa,
        explained=explained,
        paired=linking_pages.pair(tx, rfa),
        foreseen=foreseen,
        wording=wording,
        sentence=lambda step: sentence(step, current()),
    )


@pages.page("/<uuid:rfa_id>/draft")
def draft(tx: Transaction, rfa_id: UUID) -> str:
    """Write the request: its text and annexes are sealed in the browser."""
    return sealed(
        tx,
        rfa_id,
        "edit",
        "draft.html",
        request_docs=lambda rfa: showing.of_request(tx, rfa),
        required=lambda rfa: requirements.required(tx, rfa, current()),
        earlier=lambda rfa: linking_pages.earlier(tx, rfa),
        limits=lambda _rfa: handling.offered(tx),
        reviews=lambda rfa: review_views.reviews(tx, rfa),
        translations=lambda rfa: translation_pages.shown(tx, rfa)["translations"],
        can_translate=lambda rfa: translation_pages.shown(tx, rfa)["can_translate"],
    )


@pages.page("/<uuid:rfa_id>/approve")
def approve(tx: Transaction, rfa_id: UUID) -> str:
    """Read what a colleague has drafted, then sign."""
    return sealed(
        tx,
        rfa_id,
        "approve",
        "approve.html",
        request_docs=lambda rfa: showing.of_request(tx, rfa),
        reviews=lambda rfa: review_views.reviews(tx, rfa),
    )


@pages.page("/<uuid:rfa_id>/transmit")
def transmit(tx: Transaction, rfa_id: UUID) -> str:
    """See who will be able to read it, then seal it for them and send it; or register what they have already."""
    return sealed(
        tx,
        rfa_id,
        "transmit",
        "transmit.html",
        request_docs=lambda rfa: showing.of_request(tx, rfa),
        ways=transmission.could_have_travelled,
    )


@pages.page("/<uuid:rfa_id>/ask")
def ask(tx: Transaction, rfa_id: UUID) -> str:
    """Ask the requesting party something; the requested date stands still meanwhile."""
    return sealed(tx, rfa_id, "ask", "message.html")


@pages.page("/<uuid:rfa_id>/reply")
def reply(tx: Transaction, rfa_id: UUID) -> str:
    """Answer the question of the requested party."""
    return sealed(tx, rfa_id, "reply", "message.html")


@pages.page("/<uuid:rfa_id>/return")
def send_back(tx: Transaction, rfa_id: UUID) -> str:
    """Return an answer, saying why."""
    return sealed(tx, rfa_id, "return", "message.html")


@pages.page("/<uuid:rfa_id>/extend")
def extend(tx: Transaction, rfa_id: UUID) -> str:
    """Ask for another date than the requested one."""
    return sealed(tx, rfa_id, "extend", "extend.html", standing=lambda rfa: extending.standing(tx, rfa))


@pages.page("/<uuid:rfa_id>/decide")
def decide(tx: Transaction, rfa_id: UUID) -> str:
    """Grant another date, or decline it."""
    return sealed(tx, rfa_id, "decide", "extend.html", standing=lambda rfa: extending.standing(tx, rfa))


@pages.page("/<uuid:rfa_id>/answer")
def answer(tx: Transaction, rfa_id: UUID) -> str:
    """Give an outcome for each measure, a text and files."""
    return sealed(
        tx,
        rfa_id,
        "answer",
        "answer.html",
        outcomes=lambda rfa: [one.value for one in answers.answered(rfa)],
        ended=answers.settled,
        staged=lambda rfa: showing.own(tx, rfa, ["answer"], released=False),
        limits=lambda _rfa: handling.offered(tx),
    )


@pages.page("/<uuid:rfa_id>/close", methods=["GET", "POST"])
def close(tx: Transaction, rfa_id: UUID) -> Answered:
    """Accept the answer."""
    if request.method != "POST":
        return _confirm(tx, rfa_id, "close")
    rfa = actions.close(tx, rfa_id)
    flash(_("You have accepted the answer to %(reference)s: the request is closed.", reference=rfa.reference))
    return redirect(url_for(".show", rfa_id=rfa_id), 303)


@pages.page("/<uuid:rfa_id>/discard", methods=["GET", "POST"])
def discard(tx: Transaction, rfa_id: UUID) -> Answered:
    """Throw a draft away."""
    if request.method != "POST":
        return _confirm(tx, rfa_id, "discard")
    reference = tx.read(RequestForAssistance, rfa_id).reference
    actions.discard(tx, rfa_id)
    flash(_("You have discarded the draft %(reference)s.", reference=reference))
    return redirect(url_for(".index"), 303)


def _confirm(tx: Transaction, rfa_id: UUID, step: str) -> str:
    return render_template("assistance/confirm.html", rfa=for_step(tx, rfa_id, step), step=step)


for address, page in {**consultation_pages.PAGES, **consent_pages.PAGES, **withdrawing_pages.PAGES}.items():
    pages.page(f"/<uuid:rfa_id>{address}")(page)
posting = {**linking_pages.PAGES, "/report": report_pages.report, "/withdraw": withdrawing_pages.withdraw}
for address, page in posting.items():
    pages.page(f"/<uuid:rfa_id>{address}", methods=["GET", "POST"])(page)
for address, methods, function in (*review_pages.PAGES, *amendment_pages.PAGES, *translation_pages.PAGES):
    pages.page(f"/<uuid:rfa_id>{address}", methods=methods)(function)
