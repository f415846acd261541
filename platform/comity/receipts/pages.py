"""The receipts of a request, its bundle for printing, and the check of a printed one."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from werkzeug.wrappers import Response

from comity.assistance import showing, timeline
from comity.assistance.model import RequestForAssistance
from comity.assistance.reading import readers
from comity.core.errors import Invalid
from comity.core.transaction import Transaction
from comity.log import reading
from comity.receipts import printing, queries
from comity.receipts.files import file
from comity.web import Pages

pages = Pages("receipts", __name__, url_prefix="/requests")


@pages.page("/<uuid:rfa_id>/receipts")
def index(tx: Transaction, rfa_id: UUID) -> str:
    """What can be proven about a request, on whose word, and each receipt to be saved."""
    rfa = tx.read(RequestForAssistance, rfa_id)
    found = queries.evidence(tx, rfa)
    return render_template("receipts/receipts.html", rfa=rfa, found=found, sealed=reading.sealed(tx))


@pages.page("/<uuid:rfa_id>/receipts/<int:seq>")
def save(tx: Transaction, rfa_id: UUID, seq: int) -> Response:
    """One receipt as a file."""
    rfa = tx.read(RequestForAssistance, rfa_id)
    return file(tx, rfa, queries.one(tx, rfa, seq))


@pages.page("/<uuid:rfa_id>/bundle")
def bundle(tx: Transaction, rfa_id: UUID) -> str:
    """All of a request on paper: what the platform knows, and what only an unlocked device can add."""
    rfa = tx.read(RequestForAssistance, rfa_id)
    last = printing.latest(tx, rfa)
    return render_template(
        "receipts/bundle.html",
        rfa=rfa,
        last=last,
        code=printing.code(last) if last else None,
        papers=printing.papers(tx, rfa, last.seq) if last else [],
        clocks=showing.clocks(tx, [rfa])[rfa.id],
        request_docs=showing.of_request(tx, rfa),
        exchanges=showing.exchanges(tx, rfa),
        facts=timeline.facts(tx, rfa),
        readers=readers(tx, showing.visible_to(rfa)),
        now=tx.now,
    )


@pages.page("/<uuid:rfa_id>/bundle/check")
def check_bundle(tx: Transaction, rfa_id: UUID) -> str | tuple[str, int]:
    """Whether the code on a printed bundle is that of the record, and what the record held then."""
    rfa = tx.read(RequestForAssistance, rfa_id)
    typed = request.args.get("code", "").strip()[:60]
    faults, found = [], None
    if typed:
        try:
            found = printing.check(tx, rfa, typed)
        except Invalid as error:
            faults = [("code", error.message)]
    page = render_template(
        "receipts/check.html",
        rfa=rfa,
        typed=typed,
        faults=faults,
        found=found,
        papers=printing.papers(tx, rfa, found.seq) if found else [],
    )
    return (page, 422) if faults else page
