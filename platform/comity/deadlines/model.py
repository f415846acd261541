"""Deadlines are rows: a period, the facts that moved it, and when to look at it again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from comity.core.model import Base, Json, Row


class Deadline(Row):
    """One period that runs for one matter.

    `due_on` is the due day in the zone of the authority on which it falls, `due_at` the instant at which that day is
    over.  `policy` is the rule as it was when the period began: a running clock explains itself, and keeps its
    pauses, also after the rule has changed.  `key` is set where the period belongs to one question of several.
    """

    __tablename__ = "deadline"
    kind = "deadline"

    rule: Mapped[str]
    nature: Mapped[str]
    matter: Mapped[str] = mapped_column(index=True)
    key: Mapped[str] = mapped_column(default="")
    falls_on: Mapped[str]
    other: Mapped[str]
    triggered_at: Mapped[datetime]
    due_on: Mapped[date] = mapped_column(Date)
    due_at: Mapped[datetime]
    paused_since: Mapped[datetime | None]
    met_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    past_noted_at: Mapped[datetime | None]
    policy: Mapped[dict[str, Any]] = mapped_column(Json)

    def state(self, now: datetime) -> str:
        """running, paused, met, ended or past."""
        if self.met_at is not None:
            return "met"
        if self.ended_at is not None:
            return "ended"
        if self.paused_since is not None:
            return "paused"
        return "past" if self.due_at <= now else "running"

    @property
    def runs(self) -> bool:
        return self.met_at is None and self.ended_at is None and self.paused_since is None


class DeadlineFact(Base):
    """One thing that happened to a period; from these the date can always be computed again."""

    __tablename__ = "deadline_fact"
    __table_args__ = (UniqueConstraint("deadline_id", "seq"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    deadline_id: Mapped[UUID] = mapped_column(ForeignKey("deadline.id"))
    seq: Mapped[int]
    kind: Mapped[str]
    at: Mapped[datetime]
    on: Mapped[date | None] = mapped_column("on_day", Date)
    days: Mapped[int | None]
    since: Mapped[datetime | None]
    key: Mapped[str] = mapped_column(default="")
    event: Mapped[str]
    by: Mapped[str] = mapped_column("by_actor")


class DeadlineWatch(Base):
    """When the sweep must look at a period next (null: not at all), and with which calendar it was counted."""

    __tablename__ = "deadline_watch"
    __table_args__ = (Index("ix_deadline_watch_next_at", "next_at"), Index("ix_deadline_watch_calendar", "calendar"))

    deadline_id: Mapped[UUID] = mapped_column(ForeignKey("deadline.id"), primary_key=True)
    next_at: Mapped[datetime | None]
    calendar: Mapped[str]
    open: Mapped[bool]


class DeadlineReminder(Base):
    """That a reminder was given (or came too late to be given) for this due day."""

    __tablename__ = "deadline_reminder"

    deadline_id: Mapped[UUID] = mapped_column(ForeignKey("deadline.id"), primary_key=True)
    before: Mapped[str] = mapped_column(primary_key=True)
    due_on: Mapped[date] = mapped_column(Date, primary_key=True)
    at: Mapped[datetime]
