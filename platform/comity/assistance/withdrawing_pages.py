"""The pages of taking a request back, and of saying what became of its documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from comity.assistance import disposals, showing, withdrawing
from comity.assistance.reading import readers
from comity.assistance.stepping import for_step, sealed
from comity.core.transaction import Transaction


def withdraw(tx: Transaction, rfa_id: UUID) -> str | Response:
    """Take the request back; with reasons where the browser seals them, and without where it only confirms."""
    if request.method == "POST":
        rfa = withdrawing.withdraw(tx, rfa_id, ask="ask" in request.form)
        flash(_("You have withdrawn %(reference)s.", reference=rfa.reference))
        return redirect(url_for("assistance.show", rfa_id=rfa_id), 303)
    rfa = for_step(tx, rfa_id, "withdraw")
    return render_template(
        "assistance/withdraw.html", rfa=rfa, step="withdraw", readers=readers(tx, showing.visible_to(rfa))
    )


def dispose(tx: Transaction, rfa_id: UUID) -> str:
    """Say what became of all that was received of a withdrawn request, and sign it."""
    return sealed(
        tx,
        rfa_id,
        "dispose",
        "dispose.html",
        received=lambda rfa: [showing.Shown(*pair, n) for n, pair in enumerate(disposals.received(tx, rfa), 1)],
        reasons=lambda _rfa: list(disposals.reasons().values()),
    )


PAGES: dict[str, Callable[..., Any]] = {"/dispose": dispose}
"""By their address below that of the request."""
