"""Authorities and how they are called."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from comity.core.model import Row


class Authority(Row):
    """A State's focal-point office, or one team of the Court.  `calendar` is a table of policies/calendars.toml."""

    __tablename__ = "authority"
    kind = "authority"

    code: Mapped[str] = mapped_column(String(8), unique=True)
    of: Mapped[str]  # state | court
    organ: Mapped[str | None]  # otp | registry, for a team of the Court
    name_en: Mapped[str]
    name_fr: Mapped[str]
    time_zone: Mapped[str]
    calendar: Mapped[str]

    def name(self, locale: str) -> str:
        """The official name, in one of the two working languages."""
        return self.name_fr if locale == "fr" else self.name_en
