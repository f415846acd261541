"""The withdrawal of a request, and what the requested party says became of what it had received."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from comity.assistance.events import AboutRequest
from comity.core.model import Part, enumerated


class Fate(StrEnum):
    """What became of the documents of a withdrawn request."""

    DESTROYED = "destroyed"
    RETURNED = "returned"
    KEPT = "kept"


class Withdrawal(Part):
    """That a transmitted request was taken back, with sealed reasons if there are any, and the disposal.

    `asked` says that the requested party is to say what became of the documents.  `statement` is what a person of it
    signed about that; `kept_for` is why something is kept, by the catalogue, and `note` a sealed document.
    """

    __tablename__ = "withdrawal"
    part_of = "rfa_id"

    rfa_id: Mapped[UUID] = mapped_column(ForeignKey("rfa.id", ondelete="CASCADE"), primary_key=True)
    withdrawn_by: Mapped[str]
    reasons: Mapped[UUID | None]
    asked: Mapped[bool]
    fate: Mapped[Fate | None] = mapped_column(enumerated(Fate))
    kept_for: Mapped[str | None]
    note: Mapped[UUID | None]
    statement: Mapped[bytes | None] = mapped_column(LargeBinary)
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]

    @property
    def open(self) -> bool:
        """Whether the requested party has still to say what became of the documents."""
        return self.asked and self.confirmed_at is None


@dataclass(frozen=True)
class DisposalConfirmed(AboutRequest):
    """The requested party has signed what became of the documents; the hash is that of the signed statement."""

    name: ClassVar[str] = "disposal.confirmed"
    fate: str
    kept_for: str | None
    disposal_sha256: str
