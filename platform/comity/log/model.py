"""What is kept of the log: bookkeeping, for everything in it follows from the journal and from signatures."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from comity.core.model import Base, Sha256


class LogHead(Base):
    """How many lines the tree holds; one row, locked by whoever extends it."""

    __tablename__ = "log_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int]


class LogTile(Base):
    """Up to 256 hashes side by side at one level of the tree [C2SP tlog-tiles]; it only grows."""

    __tablename__ = "log_tile"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hashes: Mapped[bytes] = mapped_column(LargeBinary)


class LogCheckpoint(Base):
    """A state of the log as it was signed: its size, its root, the note, and the key that verifies it."""

    __tablename__ = "log_checkpoint"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[str] = mapped_column(Sha256)
    note: Mapped[str] = mapped_column(Text)
    key: Mapped[str]
    made_at: Mapped[datetime]


class LogDay(Base):
    """The checkpoint of a day (UTC); it is kept for ever, also of days on which nothing happened."""

    __tablename__ = "log_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(ForeignKey("log_checkpoint.size"))


class LogCosignature(Base):
    """A witness's signature line under a checkpoint."""

    __tablename__ = "log_cosignature"

    size: Mapped[int] = mapped_column(ForeignKey("log_checkpoint.size", ondelete="CASCADE"), primary_key=True)
    witness: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str]
    made_at: Mapped[datetime]
