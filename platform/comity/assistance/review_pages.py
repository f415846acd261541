"""The pages of a review: whom to ask and by when, what one finds, and who takes it over."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from comity.assistance import approvals, reviewing, showing, stepping
from comity.assistance.model import RequestForAssistance
from comity.assistance.report_form import ReportForm
from comity.assistance.review_model import Review
from comity.core.errors import Invalid, Refused
from comity.core.transaction import Transaction

PLACES = {"/reviewer": "reviewer", "/deputy": "deputy", "/wanted_on": "on-day"}
"""Where the form has what an action finds wrong."""

Answered = str | Response | tuple[str, int]


def submit(tx: Transaction, rfa_id: UUID) -> Answered:
    """Ask a colleague to review a draft: who, who else if need be, and by which day."""
    rfa = stepping.for_step(tx, rfa_id, "submit")
    if not approvals.has_text(tx, rfa):
        raise Refused(_("The request has no text yet: write it, then ask for a review."))
    form = ReportForm.sent(request.form) if request.method == "POST" else ReportForm()
    if request.method == "POST" and _asked(tx, form, rfa_id):
        flash(_("The review is asked for. Only your own team knows of it."))
        return redirect(url_for("assistance.show", rfa_id=rfa_id), 303)
    page = render_template(
        "assistance/submit.html",
        rfa=rfa,
        colleagues=reviewing.able(tx, rfa),
        form=form,
        chosen={name: request.form.get(name, "") for name in ("reviewer", "deputy")},
    )
    return (page, 422) if form.faults else page


def _asked(tx: Transaction, form: ReportForm, rfa_id: UUID) -> bool:
    """Whether it could be asked; else the form says what is to be mended."""
    reviewer, deputy = (_account(request.form.get(name, "")) for name in ("reviewer", "deputy"))
    wanted_on = form.day() if any(form.typed.values()) else None
    if reviewer is None:
        form.faults.insert(0, ("reviewer", _("Choose the colleague who reviews it.")))
    if reviewer is None or form.faults:
        return False
    try:
        reviewing.ask(tx, rfa_id, reviewer, deputy, wanted_on)
    except Invalid as error:
        form.faults += [(PLACES.get(fault.pointer, ""), fault.message) for fault in error.faults]
    return not form.faults


def _account(typed: str) -> UUID | None:
    """The colleague who was chosen, or None.  Raises Invalid for what is no identifier."""
    try:
        return UUID(typed) if typed else None
    except ValueError:
        raise Invalid(_("Choose a colleague from the list.")) from None


def review(tx: Transaction, rfa_id: UUID) -> str:
    """Read what a colleague has drafted, and say in a sealed note what is to be said of it."""
    asked = reviewing.waiting(tx, [tx.read(RequestForAssistance, rfa_id)]).get(rfa_id)
    if asked is None or asked.reviewer != tx.actor.id:
        raise Refused(_("No review of this draft is asked of you."))
    return stepping.sealed(
        tx,
        rfa_id,
        "review",
        "review.html",
        request_docs=lambda rfa: showing.of_request(tx, rfa),
        review=lambda _rfa: asked,
        due_on=lambda rfa: reviewing.due_days(tx, rfa).get(asked.n),
        draft_sha256=lambda rfa: reviewing.hash_of(tx, rfa),
    )


def take_over_review(tx: Transaction, rfa_id: UUID, n: int) -> Response:
    """Take a review over as its deputy."""
    reviewing.take_over(tx, _numbered(tx, rfa_id, n).id)
    flash(_("You have taken the review over."))
    return redirect(url_for("assistance.show", rfa_id=rfa_id), 303)


def withdraw_review(tx: Transaction, rfa_id: UUID, n: int) -> Response:
    """Ask no longer for a review."""
    reviewing.withdraw(tx, _numbered(tx, rfa_id, n).id)
    flash(_("The review is no longer asked for."))
    return redirect(url_for("assistance.show", rfa_id=rfa_id), 303)


def _numbered(tx: Transaction, rfa_id: UUID, n: int) -> Review:
    rfa = tx.read(RequestForAssistance, rfa_id)
    return next((one for one in reviewing.reviews_of(tx, rfa) if one.n == n), None) or abort(404)


PAGES = (
    ("/submit", ["GET", "POST"], submit),
    ("/review", ["GET"], review),
    ("/reviews/<int:n>/take-over", ["POST"], take_over_review),
    ("/reviews/<int:n>/withdraw", ["POST"], withdraw_review),
)
"""The addresses under that of a request."""
