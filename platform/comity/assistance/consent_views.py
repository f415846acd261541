"""What programs are given of consents and supplements."""

from __future__ import annotations

from base64 import b64encode
from datetime import date
from uuid import UUID

from comity.assistance.consent_model import Consent
from comity.assistance.supplement_model import Supplement
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


class SupplementView(View):
    """What was added to a request; `until` is the later requested date that came with it.

    `acknowledgement` is what the recipient signed of its receipt.
    """

    n: int
    documents: list[UUID]
    until: date | None
    sent_at: Moment
    acknowledgement: str | None
    acknowledged_at: Moment | None

    @classmethod
    def of(cls, one: Supplement) -> SupplementView:
        return cls(
            n=one.n,
            documents=[UUID(doc) for doc in one.documents],
            until=one.until,
            sent_at=one.sent_at,
            acknowledgement=b64encode(one.acknowledgement).decode() if one.acknowledgement else None,
            acknowledged_at=one.acknowledged_at,
        )
