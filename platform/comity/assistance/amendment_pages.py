"""The pages of an amendment: what changes, its sealed text, reading it before it is approved and transmitted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from comity.assistance import amending, amendments, handling, showing, tracking
from comity.assistance.amendment_form import AmendForm
from comity.assistance.amendment_model import Amendment
from comity.assistance.model import RequestForAssistance
from comity.assistance.reading import readers
from comity.assistance.stepping import for_step
from comity.core.errors import Denied, Invalid, NotFound
from comity.core.transaction import Transaction

Answered = str | Response | tuple[str, int]


def amend(tx: Transaction, rfa_id: UUID) -> Answered:
    """Say what changes: measures that come in or are taken back, another requested date."""
    rfa = for_step(tx, rfa_id, "amend")
    before = amendments.prepared(tx, rfa)
    form = AmendForm.sent(rfa, request.form) if request.method == "POST" else AmendForm.of(rfa, before)
    if request.method == "POST" and _kept(tx, form, rfa, before):
        return redirect(url_for("assistance.amendment_text", rfa_id=rfa_id), 303)
    standing = tracking.standing(tx, rfa) if rfa.requested_on else None
    page = render_template("assistance/amend.html", rfa=rfa, form=form, prepared=before, standing=standing)
    return (page, 422) if form.faults else page


def _kept(tx: Transaction, form: AmendForm, rfa: RequestForAssistance, before: Amendment | None) -> bool:
    """Whether it could be kept; else the form says what is to be mended."""
    changes = form.changes()
    if form.faults:
        return False
    try:
        amendments.check(tx, rfa, changes)
    except Invalid as error:
        form.mark(error)
        return False
    (amending.change if before else amending.prepare)(tx, rfa.id, changes)
    return True


def amendment_text(tx: Transaction, rfa_id: UUID) -> str:
    """Write what changes and why, sealed to one's own office."""
    rfa = for_step(tx, rfa_id, "amend")
    found = _prepared(tx, rfa, "amendment.change")
    staged = showing.own(tx, rfa, ["amendment"], released=False)
    return _page(tx, rfa, found, "amendment_text.html", staged=staged, limits=handling.offered(tx))


def amendment(tx: Transaction, rfa_id: UUID) -> str:
    """Read what is prepared; then approve it, or transmit it once it is approved."""
    rfa = tx.read(RequestForAssistance, rfa_id)
    found = _prepared(tx, rfa, "amendment.read")
    may = {one.partition(".")[2] for one in tx.options(found)} if rfa.allows("amend") else {"discard"}
    papers = showing.own(tx, rfa, ["amendment"], released=False)
    if found.approved_by is not None or not papers:
        may -= {"approve"}
    if found.approved_by is None:
        may -= {"transmit"}
    return _page(tx, rfa, found, "amendment.html", may=may, papers=papers)


def discard_amendment(tx: Transaction, rfa_id: UUID) -> Answered:
    """Throw away what is prepared."""
    rfa = tx.read(RequestForAssistance, rfa_id)
    _prepared(tx, rfa, "amendment.discard")
    if request.method != "POST":
        return render_template("assistance/confirm.html", rfa=rfa, step="discard_amendment")
    amending.discard(tx, rfa_id)
    flash(_("You have discarded the amendment of %(reference)s.", reference=rfa.reference))
    return redirect(url_for("assistance.show", rfa_id=rfa_id), 303)


def _prepared(tx: Transaction, rfa: RequestForAssistance, to: str) -> Amendment:
    """The amendment that is prepared, if its reader may do that to it.  Raises NotFound or Denied."""
    found = amendments.prepared(tx, rfa)
    if found is None:
        raise NotFound(_("No amendment of this request is prepared."))
    if to not in tx.options(found):
        raise Denied(_("You can read this, but you may not do this to it."))
    return found


def _page(tx: Transaction, rfa: RequestForAssistance, found: Amendment, template: str, **names: Any) -> str:
    standing = tracking.standing(tx, rfa)[0] if rfa.requested_on else None
    return render_template(
        f"assistance/{template}",
        rfa=rfa,
        prepared=found,
        amended=amendments.cover_of(rfa, found),
        date_before=standing,
        own=readers(tx, [rfa.requesting]),
        both=readers(tx, [rfa.requesting, rfa.requested]),
        **names,
    )


PAGES = (
    ("/amend", ["GET", "POST"], amend),
    ("/amendment", ["GET"], amendment),
    ("/amendment/text", ["GET"], amendment_text),
    ("/amendment/discard", ["GET", "POST"], discard_amendment),
)
"""The addresses under that of a request."""
