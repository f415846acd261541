"""Templates, each version a row of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from comity.core.model import Json, Row
from comity.library.wording import Wording

PREPARED = 0
"""The number of a version that is not published yet: so each template has at most one."""

NO_LETTER = ""
"""In place of a measure where the template is for the whole kind: a unique constraint takes two nulls for different."""


class Template(Row):
    """One version of a team's template for a kind of request or one measure, or the version that is being prepared."""

    __tablename__ = "template"
    kind = "template"

    authority: Mapped[str] = mapped_column(String(8))
    of_kind: Mapped[str]
    letter: Mapped[str]
    n: Mapped[int]
    wording: Mapped[dict[str, Any]] = mapped_column(Json)
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]
    published_by: Mapped[str | None]
    published_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("authority", "of_kind", "letter", "n"),)

    @property
    def said(self) -> Wording:
        """What it says."""
        return Wording.model_validate(self.wording)

    @property
    def measure(self) -> str | None:
        """The letter of the measure that it is for, if it is for one."""
        return self.letter or None
