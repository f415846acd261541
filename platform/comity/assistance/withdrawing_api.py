"""Taking a request back and saying what became of its documents, as JSON resources; and the reasons to keep them."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from comity.assistance import disposals, views, withdrawing
from comity.assistance.withdrawal_model import Fate
from comity.core.transaction import Transaction
from comity.exchange.views import Base64
from comity.web import Api, Body
from comity.web.resource import View

withdrawals = Api("withdrawals", __name__, url_prefix="/requests/<uuid:rfa_id>")
disposal = Api("disposal", __name__, url_prefix="/disposal")


class WithdrawBody(Body):
    """Whether it is asked what became of the documents, and the sealed reasons of the withdrawal, if there are any."""

    ask: bool = True
    reasons: UUID | None = None


class DisposalBody(Body):
    """What became of the documents, why they are kept if they are, a sealed note, and the signed statement."""

    disposal: Base64
    fate: Fate
    kept_for: str | None = Field(None, max_length=40)
    note: UUID | None = None


class ReasonView(View):
    """Why documents of a withdrawn request are kept."""

    reason: str
    names: dict[str, str]
    hints: dict[str, str]
    basis: str
    unverified: bool


class ReasonsView(View):
    reasons: list[ReasonView]


@disposal.get("", answers=ReasonsView)
def disposal_catalogued(_tx: Transaction) -> ReasonsView:
    """For which reasons the documents of a withdrawn request may be kept."""
    return ReasonsView(
        reasons=[
            ReasonView(
                reason=one.reason,
                names=one.names,
                hints={"en": one.hint_en, "fr": one.hint_fr},
                basis=one.basis,
                unverified=one.unverified,
            )
            for one in disposals.reasons().values()
        ]
    )


@withdrawals.post("/withdraw", body=WithdrawBody, answers=views.RequestView)
def withdraw(tx: Transaction, rfa_id: UUID, body: WithdrawBody) -> views.RequestView:
    """Take a transmitted request back, and ask what became of the documents unless `ask` is false."""
    return views.full(tx, withdrawing.withdraw(tx, rfa_id, ask=body.ask, reasons=body.reasons))


@withdrawals.post("/disposal", body=DisposalBody, answers=views.RequestView)
def dispose(tx: Transaction, rfa_id: UUID, body: DisposalBody) -> views.RequestView:
    """Say by a signature over all that was received what became of it: destroyed, returned, or kept for a reason."""
    return views.full(tx, withdrawing.confirm(tx, rfa_id, body.disposal, body.fate, body.kept_for, body.note))
