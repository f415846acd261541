"""That one request has to do with another of the same team; `links.py` says what each relation means."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from comity.core.model import Part


class Link(Part):
    """`rfa_id` is, in the word of `relation`, something of `to_id`; two requests have at most one."""

    __tablename__ = "rfa_link"
    part_of = "rfa_id"

    rfa_id: Mapped[UUID] = mapped_column(ForeignKey("rfa.id", ondelete="CASCADE"), primary_key=True)
    to_id: Mapped[UUID] = mapped_column(ForeignKey("rfa.id", ondelete="CASCADE"), primary_key=True)
    relation: Mapped[str]
    linked_by: Mapped[str]
    linked_at: Mapped[datetime]

    __table_args__ = (Index("ix_rfa_link_to_id", "to_id"),)
