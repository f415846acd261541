"""What became of a measure, numbered parts, and consultations: parts of a request [Statute art. 93(3) to (6), 97]."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from comity.core.model import Json, Part


class Outcome(StrEnum):
    """What became of a measure.  That nothing was found is a result like any other.

    `not_possible` is what a consultation ends in; answers of before there were consultations said it themselves.
    """

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    EXECUTED = "executed"
    PARTLY_EXECUTED = "partly_executed"
    NOTHING_FOUND = "nothing_found"
    POSTPONED = "postponed"
    MODIFICATION_REQUIRED = "modification_required"
    NOT_POSSIBLE = "not_possible"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"


class ProviderConsent(StrEnum):
    """How the consent stands of whoever gave the Court what it hands over [Statute art. 93(10)(b)(ii)(a)]."""

    NOT_NEEDED = "not_needed"
    RECORDED = "recorded"
    WITHHELD = "withheld"


REPORTED = (Outcome.IN_PROGRESS, Outcome.PARTLY_EXECUTED, Outcome.EXECUTED, Outcome.NOTHING_FOUND)
"""What the State says of a measure while it is at work."""

ANSWERED = (Outcome.EXECUTED, Outcome.PARTLY_EXECUTED, Outcome.NOTHING_FOUND)
"""What an answer says of a measure that no consultation has settled."""

ENDED_BY_CONSULTATION = (Outcome.MODIFICATION_REQUIRED, Outcome.NOT_POSSIBLE, Outcome.DENIED, Outcome.WITHDRAWN)
"""What a consultation made of a measure for good: only another consultation changes it."""


DECLINED = (Outcome.NOT_POSSIBLE, Outcome.DENIED)
"""What an answer may say besides where the one who is asked is free to decline; the reasons are sealed with it."""


class Consultation(Part):
    """On one obstacle to some measures of a request: the sealed opening, meetings, and what both said of its end."""

    __tablename__ = "consultation"
    part_of = "rfa_id"

    rfa_id: Mapped[UUID] = mapped_column(ForeignKey("rfa.id", ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    ground: Mapped[str]
    measures: Mapped[list[int]] = mapped_column(Json)
    document: Mapped[UUID]
    opened_by: Mapped[str]
    opened_for: Mapped[str]
    opened_at: Mapped[datetime]
    outcome: Mapped[str | None]
    until: Mapped[date | None]
    proposal: Mapped[UUID | None]
    proposed_by: Mapped[str | None]
    proposed_for: Mapped[str | None]
    proposed_at: Mapped[datetime | None]
    settlement: Mapped[UUID | None]
    settled_by: Mapped[str | None]
    settled_at: Mapped[datetime | None]

    meetings: Mapped[list[Meeting]] = relationship(order_by="Meeting.n", cascade="all, delete-orphan", lazy="selectin")

    @property
    def open(self) -> bool:
        """Whether it has still to end."""
        return self.settled_at is None

    @property
    def proposed(self) -> str | None:
        """The outcome that one party has proposed and the other has not agreed to yet."""
        return self.outcome if self.open else None

    def waits_for_agreement_of(self, authority: str | None) -> bool:
        """Whether the other party has proposed how it ends."""
        return self.proposed is not None and self.proposed_for != authority

    def waits_for_meeting_with(self, authority: str | None) -> bool:
        """Whether the other party has opened it, and nothing was said to that yet."""
        return self.opened_for != authority and not self.meetings and self.proposed is None


class Meeting(Part):
    """That the parties met, and a sealed note of it by one of them."""

    __tablename__ = "meeting"
    part_of = "rfa_id"

    rfa_id: Mapped[UUID] = mapped_column(primary_key=True)
    consultation: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    held_on: Mapped[date]
    note: Mapped[UUID]
    recorded_by: Mapped[str]
    recorded_for: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["rfa_id", "consultation"], ["consultation.rfa_id", "consultation.n"], ondelete="CASCADE"),
    )


class Instalment(Part):
    """A numbered part of what a request asked for, delivered before its answer [Statute art. 93(4): in part]."""

    __tablename__ = "instalment"
    part_of = "rfa_id"

    rfa_id: Mapped[UUID] = mapped_column(ForeignKey("rfa.id", ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    measures: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    documents: Mapped[list[str]] = mapped_column(Json)
    delivered_by: Mapped[str]
    delivered_at: Mapped[datetime]
