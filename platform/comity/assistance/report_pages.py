"""The page on which a party reports what happened in the world, and corrects a report."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from comity.assistance import occurrences
from comity.assistance.report_form import ReportForm
from comity.assistance.stepping import for_step
from comity.core.errors import Invalid
from comity.core.transaction import Transaction
from comity.deadlines.calendars import wording

Answered = str | Response | tuple[str, int]


def report(tx: Transaction, rfa_id: UUID) -> Answered:
    """Report what happened in the world, or correct a report: first what, then when."""
    rfa = for_step(tx, rfa_id, "report")
    choices = occurrences.offered(tx, rfa)
    what = next((one for one in choices if one.occurrence == request.args.get("what")), None)
    if what is None:
        return render_template(
            "assistance/happened.html", rfa=rfa, choices=choices, latest=occurrences.latest, wording=wording
        )
    before, zone = occurrences.latest(rfa, what.occurrence), occurrences.zone_of(tx, rfa)
    form = ReportForm.sent(request.form) if request.method == "POST" else ReportForm()
    if request.method == "POST":
        at = form.instant(zone) if what.hour else None
        on = None if what.hour else form.day()
        if not form.faults and _reported(tx, form, rfa_id, what, on, at, before):
            flash(_("Reported. The dates that follow from it run from that day."))
            return redirect(url_for(".show", rfa_id=rfa_id), 303)
    page = render_template(
        "assistance/report.html", rfa=rfa, what=what, before=before, zone=zone, form=form, wording=wording
    )
    return (page, 422) if form.faults else page


def _reported(tx: Transaction, form: ReportForm, rfa_id: UUID, what: Any, on: Any, at: Any, before: Any) -> bool:
    """Whether it could be reported; else the form says what is to be mended."""
    try:
        occurrences.report(tx, rfa_id, what.occurrence, on, at, corrects=before.n if before else None)
    except Invalid as error:
        form.mark(error)
    return not form.faults
