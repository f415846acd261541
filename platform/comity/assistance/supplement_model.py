"""Supplements of a request, as parts of it, and the event of sending one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from comity.assistance.events import AboutRequest
from comity.core.model import Json, Part


class Supplement(Part):
    """A sealed text with its files that was added to a transmitted request; `until` is a later requested date."""

    __tablename__ = "supplement"
    part_of = "rfa_id"

    rfa_id: Mapped[UUID] = mapped_column(ForeignKey("rfa.id", ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    documents: Mapped[list[str]] = mapped_column(Json)
    until: Mapped[date | None]
    sent_by: Mapped[str]
    sent_at: Mapped[datetime]
    acknowledgement: Mapped[bytes | None] = mapped_column(LargeBinary)
    acknowledged_by: Mapped[str | None]
    acknowledged_at: Mapped[datetime | None]


@dataclass(frozen=True)
class RequestSupplemented(AboutRequest):
    """The requesting party has added to the request; with `until` the requested date is that day from then on."""

    name: ClassVar[str] = "rfa.supplemented"
    supplement: int
    until: str | None
