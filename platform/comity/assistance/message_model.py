"""Messages about a request and who has read them, and how references are counted: tables beside the request itself."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from comity.core.model import Base, Json, Part, Row


class Message(Row):
    """A sealed message about a request, under the identifier of its document; once sent it is never changed."""

    __tablename__ = "message"
    kind = "message"

    request: Mapped[UUID]
    n: Mapped[int]
    sender: Mapped[str]
    author: Mapped[str]
    requesting: Mapped[str] = mapped_column(index=True)
    requested: Mapped[str] = mapped_column(index=True)
    attachments: Mapped[list[str]] = mapped_column(Json)
    sent_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("request", "n"),)

    @property
    def files(self) -> list[UUID]:
        """The documents that came with it."""
        return [UUID(doc) for doc in self.attachments]

    @property
    def to(self) -> str:
        """The authority that it was sent to."""
        return self.requested if self.sender == self.requesting else self.requesting


class Reading(Part):
    """That somebody has read a message, as her client said: once for each person."""

    __tablename__ = "reading"
    part_of = "message_id"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    authority: Mapped[str]
    read_at: Mapped[datetime]


class Numbering(Base):
    """The running number of references of one team to one State in one year, so that none tells of the others."""

    __tablename__ = "numbering"

    requesting: Mapped[str] = mapped_column(primary_key=True)
    requested: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)
