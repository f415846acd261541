"""What programs are given of a withdrawal, and of what became of the documents."""

from __future__ import annotations

from base64 import b64encode
from uuid import UUID

from comity.assistance.withdrawal_model import Withdrawal
from comity.exchange.views import Moment
from comity.web import View


class WithdrawalView(View):
    """That a request was taken back; `fate` is null while the requested party has not said what became of it.

    `reasons` and `note` are sealed documents, and `disposal` is what a person of the requested party has signed.
    """

    asked: bool
    reasons: UUID | None
    fate: str | None
    kept_for: str | None
    note: UUID | None
    confirmed_at: Moment | None
    disposal: str | None

    @classmethod
    def of(cls, one: Withdrawal) -> WithdrawalView:
        same = {name: getattr(one, name) for name in ("asked", "reasons", "kept_for", "note", "confirmed_at")}
        signed = b64encode(one.statement).decode() if one.statement else None
        return cls(**same, fate=one.fate.value if one.fate else None, disposal=signed)
