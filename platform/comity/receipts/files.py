"""The receipt as a file."""

from __future__ import annotations

from flask import Response

from comity.assistance.model import RequestForAssistance
from comity.core.transaction import Transaction
from comity.log import reading
from comity.receipts.queries import Evidence

ENDING = ".tlog-proof"


def name_of(rfa: RequestForAssistance, found: Evidence) -> str:
    """OTP-XA-2026-007-0042-made-available.tlog-proof"""
    return f"{rfa.reference.replace('/', '-')}-{found.seq:04d}-{found.kind.replace('_', '-')}{ENDING}"


def file(tx: Transaction, rfa: RequestForAssistance, found: Evidence) -> Response:
    """To be saved, never shown.  Raises NotYetSealed."""
    response = Response(reading.receipt(tx, found.entry), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name_of(rfa, found)}"'
    response.headers["Cache-Control"] = "no-store"
    return response
