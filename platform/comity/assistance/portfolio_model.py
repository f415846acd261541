"""The tables of work on many requests; the modules of their names say what they mean and why."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Date, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from comity.core.model import Base, Part, Sha256


class Tracking(Base):
    """One request in lists.

    `due_on` is its requested date as it stands now, `next_on` the first of all its open dates; a date that was met or
    no longer runs is NEVER.  `due_at` is when the requested date is over; none while it stands still or does not run.
    """

    __tablename__ = "rfa_tracking"

    rfa_id: Mapped[UUID] = mapped_column(ForeignKey("rfa.id", ondelete="CASCADE"), primary_key=True)
    requesting: Mapped[str]
    requested: Mapped[str]
    turn: Mapped[str]
    due_on: Mapped[date] = mapped_column(Date)
    next_on: Mapped[date] = mapped_column(Date)
    due_at: Mapped[datetime | None]
    paused: Mapped[bool]

    __table_args__ = (
        Index("ix_rfa_tracking_requesting_due_at", "requesting", "due_at", "rfa_id"),
        Index("ix_rfa_tracking_requested_due_at", "requested", "due_at", "rfa_id"),
        Index("ix_rfa_tracking_requesting_paused", "requesting", "paused", "rfa_id"),
        Index("ix_rfa_tracking_requested_paused", "requested", "paused", "rfa_id"),
        Index("ix_rfa_tracking_requesting_due_on", "requesting", "due_on", "rfa_id"),
        Index("ix_rfa_tracking_requested_due_on", "requested", "due_on", "rfa_id"),
        Index("ix_rfa_tracking_requesting_turn_next_on", "requesting", "turn", "next_on", "rfa_id"),
        Index("ix_rfa_tracking_requested_turn_next_on", "requested", "turn", "next_on", "rfa_id"),
    )


class Assignment(Part):
    """Who works on a request, for one of its two parties."""

    __tablename__ = "assignment"
    part_of = "rfa_id"

    rfa_id: Mapped[UUID] = mapped_column(ForeignKey("rfa.id", ondelete="CASCADE"), primary_key=True)
    authority: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str]
    assigned_at: Mapped[datetime]

    __table_args__ = (Index("ix_assignment_account_rfa_id", "account", "rfa_id"),)


class SavedView(Base):
    """One view of one person."""

    __tablename__ = "saved_view"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account: Mapped[str]
    query: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("account", "query"),)


class CalendarAddress(Base):
    """The address of one person's calendar, by the hash of its secret part."""

    __tablename__ = "calendar_address"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    token_sha256: Mapped[str] = mapped_column(Sha256, unique=True)
    made_at: Mapped[datetime]
