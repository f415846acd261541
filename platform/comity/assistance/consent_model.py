"""Consents: what the receiver of a document asked to do with it, and what its sender said [art. 73, 93(8)(b)]."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from comity.core.model import Part, enumerated


class Extent(StrEnum):
    """How far the sender consents: not at all, to the use that was asked for, or to every use."""

    NONE = "none"
    USE = "use"
    WHOLE = "whole"


class Consent(Part):
    """One use of one document with limits, with the sealed reason, the sealed decision, and what became of it.

    `originator` is the authority that sent the document and decides.
    """

    __tablename__ = "consent"
    part_of = "rfa_id"

    rfa_id: Mapped[UUID] = mapped_column(ForeignKey("rfa.id", ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[UUID] = mapped_column(index=True)
    use: Mapped[str]
    originator: Mapped[str] = mapped_column(index=True)
    asked_for: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    reason: Mapped[UUID]
    extent: Mapped[Extent | None] = mapped_column(enumerated(Extent))
    decision: Mapped[UUID | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    withdrawal: Mapped[UUID | None]
    withdrawn_by: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]

    @property
    def undecided(self) -> bool:
        return self.decided_at is None

    @property
    def stands(self) -> bool:
        """Whether it was given and has not been withdrawn."""
        return self.extent in (Extent.USE, Extent.WHOLE) and self.withdrawn_at is None

    @property
    def said(self) -> str:
        """What the originator has said last: `none`, `use`, `whole`, `withdrawn`, or nothing yet."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        return self.extent.value if self.extent is not None else ""
