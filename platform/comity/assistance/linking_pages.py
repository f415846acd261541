"""The pages of links between requests, of redirecting one, of urgency and its confirmation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from comity.assistance import (
    addressees,
    channels,
    kinds,
    link_naming,  # noqa: F401  (its names are for the templates)
    links,
    pairing,
    redirecting,
    transmission,
)
from comity.assistance.addressees import Standing
from comity.assistance.forms import CoverForm
from comity.assistance.link_forms import ShortForm
from comity.assistance.model import RequestForAssistance, Stage
from comity.assistance.stepping import for_step
from comity.core.errors import Conflict, Invalid, Refused
from comity.core.transaction import Transaction
from comity.directory import queries as directory
from comity.directory.model import Authority
from comity.exchange import queries as documents
from comity.web.languages import current

Answered = str | Response | tuple[str, int]


def every_link(tx: Transaction, rfa_id: UUID) -> Answered:
    """The requests that one is linked to; link another by its reference, or take a link back."""
    rfa = for_step(tx, rfa_id, "link")
    form = ShortForm.sent(request.form) if request.method == "POST" else ShortForm()
    if request.method == "POST" and _change(tx, rfa, form):
        return redirect(url_for(".every_link", rfa_id=rfa_id), 303)
    page = render_template("assistance/links.html", rfa=rfa, links=links.of(tx, rfa), form=form, words=links.BY_HAND)
    return (page, 422) if form.faults else page


def _change(tx: Transaction, rfa: RequestForAssistance, form: ShortForm) -> bool:
    """Whether it could be done; else the form says what is to be mended."""
    model, wanted = RequestForAssistance, form.of("reference").upper()
    other: Any = request.form.get("unlink", type=UUID)
    if other is None:
        found = tx.find(model, model.reference == wanted, action="rfa.link")
        if not found:
            form.faults.append(("reference", _("Your team has no request with this reference.")))
            return False
        other = found[0].id
    try:
        if request.form.get("unlink"):
            links.unlink(tx, rfa.id, other)
            flash(_("The link has been taken back."))
        else:
            links.link(tx, rfa.id, other, form.of("relation"))
            flash(_("The two requests are linked."))
    except (Invalid, Refused, Conflict) as error:
        form.mark(error, other="reference", full_request_of="relation", kind="relation", requested="relation")
    return not form.faults


def redirect_request(tx: Transaction, rfa_id: UUID, n: int) -> Answered:
    """Ask whoever controls it: choose whom, and go on with the draft of that request."""
    rfa = for_step(tx, rfa_id, "redirect")
    consultation = next((one for one in rfa.left_to_another if one.n == n), None)
    if consultation is None:
        abort(404)
    form = ShortForm.sent(request.form) if request.method == "POST" else ShortForm()
    if request.method == "POST":
        standing = Standing(form.of("situation") == "yes", form.of("basis") or None)
        try:
            made = redirecting.redirect(tx, rfa_id, n, form.of("requested"), standing)
            return redirect(url_for(".draft", rfa_id=made.id), 303)
        except (Invalid, Refused, Conflict) as error:
            form.mark(error)
    page = render_template(
        "assistance/redirect.html",
        rfa=rfa,
        consultation=consultation,
        measures=[one for one in rfa.measures if one.n in consultation.measures],
        form=form,
        asked=_others(tx, rfa),
        bases=list(addressees.bases().values()),
    )
    return (page, 422) if form.faults else page


def _others(tx: Transaction, rfa: RequestForAssistance) -> list[Authority]:
    """Who could control it: every State and organisation that can be asked for the like, but for the first."""
    found = []
    for one in directory.authorities(tx):
        what = addressees.addressee(one)
        if what and one.code != rfa.requested and what in kinds.kind_of(redirecting.kind_for(tx, rfa, one.code)).to:
            found.append(one)
    return sorted(found, key=lambda one: one.name(current()))


def expedite(tx: Transaction, rfa_id: UUID) -> Answered:
    """Mark a draft as urgent, with its medium, or as urgent no longer."""
    rfa = for_step(tx, rfa_id, "expedite")
    form = ShortForm.sent(request.form) if request.method == "POST" else ShortForm({"medium": rfa.urgent_by or ""})
    if request.method == "POST":
        medium = None if "calm" in request.form else form.of("medium")
        try:
            transmission.expedite(tx, rfa_id, medium)
            flash(_("Marked as urgent.") if medium else _("The request is urgent no longer."))
            return redirect(url_for(".show", rfa_id=rfa_id), 303)
        except Invalid as error:
            form.mark(error)
    media = channels.carrying("urgent")
    page = render_template("assistance/expedite.html", rfa=rfa, form=form, media=media)
    return (page, 422) if form.faults else page


def confirm(tx: Transaction, rfa_id: UUID) -> Answered:
    """Record that an urgent request was confirmed through the channel of the State."""
    rfa = for_step(tx, rfa_id, "confirm")
    form = ShortForm.sent(request.form) if request.method == "POST" else ShortForm()
    if request.method == "POST":
        on = form.day("on")
        try:
            if on is not None:
                transmission.confirm(tx, rfa_id, on, form.of("channel"))
                flash(_("The confirmation has been recorded."))
                return redirect(url_for(".show", rfa_id=rfa_id), 303)
        except Invalid as error:
            form.mark(error, on="on-day")
    ways = channels.carrying("confirmation")
    page = render_template("assistance/confirmation.html", rfa=rfa, form=form, ways=ways)
    return (page, 422) if form.faults else page


def follows(tx: Transaction) -> RequestForAssistance | None:
    """The provisional arrest that the address of a new request names.  Raises what `pairing.check_first` raises."""
    named = request.args.get("after", type=UUID)
    if named is None:
        return None
    first = tx.read(RequestForAssistance, named, action="rfa.link")
    pairing.check_first(tx, first)
    return first


def begun(kind: kinds.Kind, first: RequestForAssistance | None) -> CoverForm:
    """The form of a new request; one that follows a provisional arrest goes where that went, on the same basis."""
    if first is None:
        return CoverForm(kind)
    return CoverForm(kind, first.requested, situation=first.situation, basis=first.basis or "")


def options(tx: Transaction, rfa: RequestForAssistance) -> list[str]:
    """What the reader can do between this request and others: link, or draft the full request that follows it."""
    if "rfa.link" not in tx.options(rfa):
        return []
    try:
        pairing.check_first(tx, rfa)
    except (Invalid, Refused, Conflict):
        return ["link"]
    return ["link", "full"]


def pair(tx: Transaction, rfa: RequestForAssistance) -> RequestForAssistance | None:
    """The full request that follows a provisional arrest, if there is one that was not withdrawn."""
    found = [one.rfa for one in links.of(tx, rfa) if one.relation == "has_full_request"]
    return next((one for one in found if one.stage is not Stage.WITHDRAWN), None)


def earlier(tx: Transaction, rfa: RequestForAssistance) -> tuple[RequestForAssistance, UUID] | None:
    """The request from which this draft was redirected, or which it follows, with the document of its text."""
    for one in links.of(tx, rfa):
        if one.relation in ("redirected_from", pairing.PAIR):
            for document, _version in documents.documents_of(tx, one.rfa.id):
                if document.purpose == "request":
                    return one.rfa, document.id
    return None


PAGES: dict[str, Callable[..., Any]] = {
    "/links": every_link,
    "/consultations/<int:n>/redirect": redirect_request,
    "/expedite": expedite,
    "/confirm": confirm,
}
"""By their address below that of the request."""
