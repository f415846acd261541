"""The declarative base, `Row` and the column types.

A `Row` has an identity, and a change of it must be recorded in the journal; a `Part` is recorded with the row that it
is part of.  A table that inherits from `Base` alone is bookkeeping (sessions, uploads, handled marks): the commit guard
does not ask about it.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import DateTime, Dialect, Enum, MetaData, String, Text, TypeDecorator, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraint names that a migration can refer to."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant; kept in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A JSON value kept as text, the same on every database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else json.dumps(value, sort_keys=True, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        return None if value is None else json.loads(value)


def enumerated(kind: type[StrEnum], length: int = 20) -> Enum:
    """A column for the values of an enumeration, kept as text of at most that many characters."""
    return Enum(kind, native_enum=False, length=length, values_callable=lambda members: [one.value for one in members])


Sha256 = String(64)
"""A SHA-256 in lower-case hexadecimal."""


class Base(DeclarativeBase):
    """Every table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime, UUID: Uuid(), str: String()}


class Row(Base):
    """A thing with an identity, whose every change is a line in the journal."""

    __abstract__ = True
    kind: ClassVar[str]

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.version}

    @property
    def subject(self) -> str:
        """How the journal names this row, for example `rfa:0b4c…`."""
        return f"{self.kind}:{self.id}"


class Part(Base):
    """A piece of a row, such as one measure of a request: its change must be recorded as a change of the whole."""

    __abstract__ = True
    part_of: ClassVar[str]
    """The attribute that holds the identifier of the row."""


def rows() -> list[type[Row]]:
    """Every kind of row in the tables of the platform, by kind."""
    found: list[type[Row]] = []
    waiting = [Row]
    while waiting:
        for model in waiting.pop().__subclasses__():
            waiting.append(model)
            if not model.__dict__.get("__abstract__") and model.metadata is Base.metadata:
                found.append(model)
    return sorted(found, key=lambda model: model.kind)
