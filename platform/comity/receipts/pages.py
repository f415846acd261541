"""The page with the receipts of a request."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from werkzeug.wrappers import Response

from comity.assistance.model import RequestForAssistance
from comity.core.transaction import Transaction
from comity.log import reading
from comity.receipts import queries
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
