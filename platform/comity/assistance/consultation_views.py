"""What programs are given of consultations and parts, and what they send."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from pydantic import Field

from comity.assistance.consultation_model import Consultation, Instalment, Meeting, Outcome, ProviderConsent
from comity.exchange.views import Moment
from comity.web import Body, View
from comity.web.dates import Day

if TYPE_CHECKING:
    from comity.assistance.model import RequestForAssistance

MOST = 1000
"""Things in one list of a body."""


class ConsultBody(Body):
    """A ground of the catalogue, the numbers of the measures, and the sealed text: docs/sealing.md, section 6."""

    ground: str
    measures: list[int] = Field(max_length=MOST)
    document: UUID


class MeetBody(Body):
    consultation: int
    held_on: Day
    document: UUID


class ProposeBody(Body):
    """`until` is the agreed date, where something is postponed."""

    consultation: int
    outcome: str
    until: Day | None
    document: UUID


class AgreeBody(Body):
    """`proposal` is the document of the proposal that was read."""

    consultation: int
    proposal: UUID
    document: UUID


class DenyBody(Body):
    """The sealed reasons."""

    consultation: int
    document: UUID


class ReportBody(Body):
    n: int
    outcome: Outcome
    consent: ProviderConsent | None = None


class DeliverBody(Body):
    measures: list[ReportBody] = Field(max_length=MOST)
    documents: list[UUID] = Field(max_length=MOST)


class MeetingView(View):
    n: int
    held_on: date
    note: UUID
    recorded_by: str
    recorded_for: str
    recorded_at: Moment

    @classmethod
    def of(cls, one: Meeting) -> MeetingView:
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class ConsultationView(View):
    """A consultation.  `outcome` is a proposal until `settled_at` says when it came to count."""

    n: int
    ground: str
    measures: list[int]
    document: UUID
    opened_by: str
    opened_for: str
    opened_at: Moment
    meetings: list[MeetingView]
    outcome: str | None
    until: date | None
    proposal: UUID | None
    proposed_by: str | None
    proposed_for: str | None
    proposed_at: Moment | None
    settlement: UUID | None
    settled_by: str | None
    settled_at: Moment | None

    @classmethod
    def of(cls, one: Consultation) -> ConsultationView:
        same = {name: getattr(one, name) for name in cls.model_fields if name != "meetings"}
        return cls(**same, meetings=[MeetingView.of(meeting) for meeting in one.meetings])


class ReportView(View):
    n: int
    outcome: str


class PartView(View):
    """A numbered part that came before the answer, with the identifiers of its sealed documents."""

    n: int
    measures: list[ReportView]
    documents: list[UUID]
    delivered_by: str
    delivered_at: Moment

    @classmethod
    def of(cls, one: Instalment) -> PartView:
        return cls(
            n=one.n,
            measures=[ReportView(**measure) for measure in one.measures],
            documents=[UUID(doc) for doc in one.documents],
            delivered_by=one.delivered_by,
            delivered_at=one.delivered_at,
        )


def consultations(rfa: RequestForAssistance) -> list[ConsultationView]:
    """Every consultation of a request."""
    return [ConsultationView.of(one) for one in rfa.consultations]


def parts(rfa: RequestForAssistance) -> list[PartView]:
    """Every part of a request."""
    return [PartView.of(one) for one in rfa.instalments]
