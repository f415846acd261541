"""The pages of a whole portfolio: views that are kept, who works on what, and what is done for many requests at once.

Each works without scripts: choosing is a form of boxes, and what changes something is confirmed on a page of its own.
"""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from comity.assistance import assigning, reminding, saved
from comity.assistance.exporting import FORMATS
from comity.assistance.filters import address_of
from comity.assistance.model import RequestForAssistance
from comity.assistance.sheets import sheet
from comity.core.errors import Invalid
from comity.core.transaction import Transaction
from comity.web import Pages

portfolio = Pages("portfolio", __name__)

NOBODY = "nobody"
"""What a form sends where a request is given to nobody in particular."""

Answered = str | Response | tuple[str, int]


@portfolio.page("/views", methods=["POST"])
def save_view(tx: Transaction) -> Answered:
    """Keep the present filter."""
    wanted = saved.read(tx, request.form.get("query", "")[:2000])
    saved.save(tx, wanted)
    flash(_("This view is kept for you. It is called by what it picks."))
    return redirect(address_of(wanted), 303)


@portfolio.page("/views/<uuid:view_id>/remove", methods=["POST"])
def remove_view(tx: Transaction, view_id: UUID) -> Answered:
    """Forget a view."""
    saved.remove(tx, view_id)
    flash(_("The view is removed. No request has changed."))
    return redirect(url_for("assistance.index"), 303)


@portfolio.page("/<uuid:rfa_id>/assign", methods=["POST"])
def assign(tx: Transaction, rfa_id: UUID) -> Answered:
    """Say who works on one request."""
    assigning.assign(tx, rfa_id, _chosen_account())
    flash(_("It is noted who works on this. Only your own office sees it."))
    return redirect(url_for("assistance.show", rfa_id=rfa_id), 303)


@portfolio.page("/assign", methods=["POST"])
def assign_many(tx: Transaction) -> Answered:
    """Say who works on several: first what was chosen, then the confirmation."""
    ids = chosen_requests()
    if "account" in request.form:
        count = assigning.assign_many(tx, ids, _chosen_account())
        words = ngettext("%(num)s request changed hands.", "%(num)s requests changed hands.", count)
        flash(f"{words} {_('Only your own office sees it.')}")
        return redirect(url_for("assistance.index"), 303)
    found = tx.find(RequestForAssistance, RequestForAssistance.id.in_(ids), order_by=RequestForAssistance.reference)
    return render_template(
        "assistance/assign.html",
        requests=found,
        given=assigning.assigned(tx, found),
        colleagues=assigning.colleagues(tx),
        faults=[] if found else [("", _("Choose at least one request."))],
    )


@portfolio.page("/hand-over", methods=["GET", "POST"])
def hand_over(tx: Transaction) -> Answered:
    """Give every open request of one's own to a deputy."""
    faults: list[tuple[str, str]] = []
    if request.method == "POST":
        account = _chosen_account()
        if account is not None and str(account) != tx.actor.id:
            count = assigning.hand_over(tx, account)
            flash(ngettext("%(num)s request is handed over.", "%(num)s requests are handed over.", count))
            return redirect(url_for("assistance.index"), 303)
        faults = [("account", _("Choose the colleague who takes your requests."))]
    colleagues = [one for one in assigning.colleagues(tx) if str(one.id) != tx.actor.id]
    page = render_template(
        "assistance/hand_over.html", requests=assigning.own_open(tx), colleagues=colleagues, faults=faults
    )
    return (page, 422) if faults else page


@portfolio.page("/remind", methods=["POST"])
def remind(tx: Transaction) -> Answered:
    """Remind States: first who would be reminded and who not, then the confirmation."""
    ids = chosen_requests()
    if request.form.get("confirmed") != "yes":
        return render_template("assistance/remind.html", chosen=reminding.preview(tx, ids))
    sent = sum(one.reason is None for one in reminding.remind(tx, ids))
    flash(ngettext("%(num)s reminder was sent.", "%(num)s reminders were sent.", sent))
    return redirect(url_for("assistance.index", turn="other", date="passed", sort="date"), 303)


@portfolio.page("/export", methods=["POST"])
def export(tx: Transaction) -> Answered:
    """The list under a filter, as a file."""
    ending = request.form.get("format", "")
    if ending not in FORMATS:
        raise Invalid(_("Choose CSV, XLSX or ODS."))
    return attachment(*sheet(tx, saved.read(tx, request.form.get("query", "")[:2000]), ending), ending)


def attachment(content: bytes, media: str, ending: str) -> Response:
    """A file that browsers save."""
    headers = {"Content-Disposition": f'attachment; filename="comity-requests.{ending}"'}
    return Response(content, mimetype=media.partition(";")[0], content_type=media, headers=headers)


def chosen_requests() -> list[UUID]:
    """The requests whose boxes were ticked.  Raises Invalid for what is no identifier."""
    try:
        return [UUID(one) for one in request.form.getlist("request")]
    except ValueError:
        raise Invalid(_("Choose requests from the list.")) from None


def _chosen_account() -> UUID | None:
    """The colleague who was chosen.  Raises Invalid for what is no identifier."""
    account = request.form.get("account", NOBODY)
    try:
        return None if account in (NOBODY, "") else UUID(account)
    except ValueError:
        raise Invalid(_("Choose a colleague from the list.")) from None
