"""The review of a draft by a colleague of the same team: optional, and nothing that the requested party ever sees."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Date, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from comity.core.model import Row, Sha256, enumerated


class Finding(StrEnum):
    """What a review comes to.  It is advice: the approval by a second officer is another act."""

    READY = "ready"
    CHANGES = "changes"


class Review(Row):
    """One colleague is asked to look at a draft.

    `reviewer` is who has it now; whoever takes it over changes places with the deputy.  `draft_sha256` is the draft as
    it was when the review was given.
    """

    __tablename__ = "review"
    kind = "review"

    request: Mapped[UUID]
    n: Mapped[int]
    requesting: Mapped[str]
    reviewer: Mapped[str]
    deputy: Mapped[str | None]
    wanted_on: Mapped[date | None] = mapped_column(Date)
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    taken_over_at: Mapped[datetime | None]
    finding: Mapped[Finding | None] = mapped_column(enumerated(Finding))
    note: Mapped[UUID | None]
    draft_sha256: Mapped[str | None] = mapped_column(Sha256)
    given_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("request", "n"),)

    @property
    def matter(self) -> str:
        """The request, as clocks and notices name it."""
        return f"rfa:{self.request}"

    @property
    def open(self) -> bool:
        """Whether it is still to be given."""
        return self.given_at is None and self.withdrawn_at is None

    def is_earlier(self, draft_sha256: str) -> bool:
        """Whether what was reviewed is not that draft, as it stands or as it went."""
        return self.draft_sha256 not in (None, draft_sha256)
