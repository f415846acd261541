"""What the relay and the jobs keep: how far the journal has been read, what was handled, and when each job last ran.

The tables are here, below every domain, because a page shows them; who fills them is `comity_workers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from comity.core import journal
from comity.core.journal import Entry, Event
from comity.core.model import Base
from comity.core.settings import Settings


class Relay(Base):
    """A reader of the journal: the last line it has passed, and who holds the lease on reading on."""

    __tablename__ = "relay"

    name: Mapped[str] = mapped_column(primary_key=True)
    cursor: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str | None]
    lease_until: Mapped[datetime | None]


class Handled(Base):
    """That a reaction has dealt with a line (`done`), or not yet (`waiting` for its next try), or never (`failed`)."""

    __tablename__ = "handled"
    __table_args__ = (Index("ix_handled_state_next_try_at", "state", "next_try_at"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reaction: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    error: Mapped[str | None]


class JobRun(Base):
    """A recurring job: who runs it now, and how its last run went."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None]


@dataclass(frozen=True)
class ReactionFailed(Event):
    """A reaction to line `seq` has failed as often as it is tried; a person has to look."""

    name: ClassVar[str] = "reaction.failed"
    seq: int
    reaction: str
    attempts: int


@dataclass(frozen=True)
class RelayHealth:
    """How the relay is: lines not yet passed, when the oldest of them was written, reactions waiting and failed."""

    lag: int
    oldest_at: datetime | None
    waiting: int
    failed: int


def relay_health(session: Session) -> RelayHealth:
    cursor = session.scalar(select(Relay.cursor).where(Relay.name == "journal")) or 0
    oldest = session.scalars(select(Entry).where(Entry.seq > cursor).order_by(Entry.seq).limit(1)).first()
    states = dict(session.execute(select(Handled.state, func.count()).group_by(Handled.state)).all())
    return RelayHealth(
        lag=journal.last_seq(session) - cursor,
        oldest_at=oldest.happened_at if oldest is not None else None,
        waiting=states.get("waiting", 0),
        failed=states.get("failed", 0),
    )


def last_runs(session: Session) -> list[JobRun]:
    """Every job that has ever run, by name."""
    return list(session.scalars(select(JobRun).order_by(JobRun.name)))


def broker_url(settings: Settings) -> str:
    """Where the broker is: as set, or the socket of the embedded one under the data folder."""
    return settings.broker.url or f"redis+socket://{settings.folder / 'broker' / 'socket'}"
