"""Runs the revisions on the configured database, in one transaction."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, Enum, String, text

from comity.core import database, loading
from comity.core.model import Base, Json, UtcDateTime

ALONE = 0x636F6D697479
"""The advisory lock (PostgreSQL) under which one process migrates; on SQLite the write lock does the same."""


def rendered(kind: str, thing: Any, _context: AutogenContext) -> str | Literal[False]:
    """Revisions name plain SQL types, so that an old one does not depend on the code of today."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, Json):
        return "sa.Text()"
    if kind == "type" and isinstance(thing, Enum):
        return f"sa.String(length={thing.length})"
    return False


def same_type(_context: Any, _inspected: Any, _column: Any, there: Any, wanted: Any) -> bool | None:
    """An enumeration is kept as a string of its length; everything else is compared as usual."""
    if isinstance(wanted, Enum):
        return not (isinstance(there, String) and there.length == wanted.length)
    return None


def run(connection: Connection) -> None:
    """Every revision that is asked for, in one transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ALONE})
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=rendered,
        compare_type=same_type,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def follow_references(connection: Connection, follow: bool) -> None:
    """On SQLite a column is changed by making its table anew: meanwhile the parts of its rows must not go with it.

    To be said outside of a transaction [SQLite, "Making other kinds of table schema changes", step 1].
    """
    raw = connection.connection.driver_connection
    if connection.dialect.name == "sqlite" and raw is not None:
        raw.execute(f"PRAGMA foreign_keys = {'ON' if follow else 'OFF'}")


loading.load_domains()
with database.engine().connect() as connection:
    follow_references(connection, False)
    try:
        with connection.begin():
            run(connection)
    finally:
        follow_references(connection, True)
