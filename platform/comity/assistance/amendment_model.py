"""Amendments of a transmitted request: the one that is being prepared, and the forms that the request has had since.

Form 1 is what was transmitted first; each amendment makes the next one [Statute art. 93(3), 96, 97].
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from comity.core.model import Json, Part, Row


class Amendment(Row):
    """What is being prepared: the requesting side's own, until it is transmitted and becomes a form of the request.

    `added` are the measures that come in, each with the number that it will have; `taken_back` are numbers of measures.
    Without `requested_on` the requested date stays.
    """

    __tablename__ = "amendment"
    kind = "amendment"

    request: Mapped[UUID] = mapped_column(unique=True)
    form: Mapped[int]
    requesting: Mapped[str]
    added: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    taken_back: Mapped[list[int]] = mapped_column(Json)
    requested_on: Mapped[date | None] = mapped_column(Date)
    prepared_by: Mapped[str]
    prepared_at: Mapped[datetime]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]
    approved_by: Mapped[str | None]
    approval: Mapped[bytes | None] = mapped_column(LargeBinary)

    @property
    def matter(self) -> str:
        """The request, as notices name it."""
        return f"rfa:{self.request}"


class Form(Part):
    """One form of a request after the first, with the amendment that made it.

    `requested_on` is the date that this form asks for and `earlier_on` the one of the form before; `date_before` is how
    the date stood, where the amendment changed it.  `amendment` identifies what was prepared, whose lines stay.
    """

    __tablename__ = "rfa_form"
    part_of = "rfa_id"

    rfa_id: Mapped[UUID] = mapped_column(ForeignKey("rfa.id", ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    amendment: Mapped[UUID]
    added: Mapped[list[int]] = mapped_column(Json)
    taken_back: Mapped[list[int]] = mapped_column(Json)
    requested_on: Mapped[date | None] = mapped_column(Date)
    earlier_on: Mapped[date | None] = mapped_column(Date)
    date_before: Mapped[date | None] = mapped_column(Date)
    documents: Mapped[list[str]] = mapped_column(Json)
    prepared_by: Mapped[str]
    approved_by: Mapped[str]
    approval: Mapped[bytes] = mapped_column(LargeBinary)
    sent_by: Mapped[str]
    sent_at: Mapped[datetime]
    acknowledgement: Mapped[bytes | None] = mapped_column(LargeBinary)
    acknowledged_by: Mapped[str | None]
    acknowledged_at: Mapped[datetime | None]
