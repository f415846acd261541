"""What programs are given of consents."""

from __future__ import annotations

from uuid import UUID

from comity.assistance.consent_model import Consent
from comity.exchange.views import Moment
from comity.web import View


class ConsentView(View):
    """A use of a document with limits that was asked for; `extent` is null while nobody has decided.

    `reason`, `decision` and `withdrawal` are sealed documents.
    """

    n: int
    document: UUID
    use: str
    originator: str
    asked_for: str
    asked_at: Moment
    reason: UUID
    extent: str | None
    decision: UUID | None
    decided_at: Moment | None
    withdrawal: UUID | None
    withdrawn_at: Moment | None

    @classmethod
    def of(cls, one: Consent) -> ConsentView:
        said = {name: getattr(one, name) for name in cls.model_fields if name != "extent"}
        return cls(**said, extent=one.extent.value if one.extent else None)
