"""Authorities and how they are called, and what States have said of themselves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from comity.core.model import Json, Row
from comity.directory.profile import Content

PREPARED = 0
"""The number of a profile that is not published yet: so each authority has at most one."""


class Authority(Row):
    """A State's focal-point office, one team of the Court, or an organisation's liaison office.

    `calendar` is a table of policies/calendars.toml; `days` are the days that the State itself has published beside it.
    """

    __tablename__ = "authority"
    kind = "authority"

    code: Mapped[str] = mapped_column(String(8), unique=True)
    of: Mapped[str]  # state | court | organisation
    organ: Mapped[str | None]  # otp | registry, for a team of the Court
    standing: Mapped[str | None]  # non_party, for a State that is not party to the Statute
    service: Mapped[str | None]  # language, for an office of the Court that serves its teams and makes no requests
    name_en: Mapped[str]
    name_fr: Mapped[str]
    time_zone: Mapped[str]
    calendar: Mapped[str]
    days: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)

    def name(self, locale: str) -> str:
        """The official name, in one of the two working languages."""
        return self.name_fr if locale == "fr" else self.name_en


class Profile(Row):
    """One version of a State's requirement profile, or the change that it prepares (`n` is 0).

    `effective_on` is the day from which its channel and languages count [Rule 180].
    """

    __tablename__ = "profile"
    kind = "profile"

    authority: Mapped[str] = mapped_column(String(8))
    n: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]
    published_by: Mapped[str | None]
    published_at: Mapped[datetime | None]
    effective_on: Mapped[date | None]
    agreed_by: Mapped[str | None]
    agreed_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("authority", "n"),)

    @property
    def said(self) -> Content:
        """What it says."""
        return Content.model_validate(self.content)
