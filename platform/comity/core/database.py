"""One engine per process, on SQLite or PostgreSQL, with the same promises on both.

On SQLite a transaction that may write begins with BEGIN IMMEDIATE, because a deferred one that reads and then writes
fails at once when another writer is active; a reading transaction is deferred and cannot write at all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session as OrmSession

from comity.core.errors import SettingsError
from comity.core.model import Base

BUSY_SECONDS = 10
"""How long a writer on SQLite waits for another."""

_engine: Engine | None = None


def configure(url: str, **options: Any) -> Engine:
    """Use the database at `url` (sqlite:///PATH or postgresql+psycopg://…) from now on; the engine is returned."""
    global _engine
    dispose()
    try:
        parsed = make_url(url)
    except Exception as error:
        raise SettingsError(f"database.url is not an address of a database: {error}.") from error
    if parsed.get_backend_name() == "sqlite":
        _engine = _sqlite(parsed.database, url, options)
    elif parsed.get_backend_name() == "postgresql":
        if "+" not in parsed.drivername:
            url = parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        _engine = create_engine(url, pool_pre_ping=True, **options)
        event.listen(_engine, "begin", _begin_postgresql)
    else:
        raise SettingsError(f"database.url names {parsed.get_backend_name()}: use sqlite or postgresql.")
    return _engine


def _sqlite(path: str | None, url: str, options: dict[str, Any]) -> Engine:
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, **options)
    event.listen(engine, "connect", _on_sqlite_connection)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _on_sqlite_connection(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("comity_writes", True)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if not connection.get_execution_options().get("comity_writes", True):
        connection.execute(text("SET TRANSACTION READ ONLY"))


def engine() -> Engine:
    """The configured engine."""
    if _engine is None:
        raise SettingsError("No database is configured: set database.url.")
    return _engine


def Session(*, writes: bool = True) -> OrmSession:  # noqa: N802  (named like the class it makes)
    """A session of the configured database; with `writes=False` the database refuses every change."""
    bound = engine() if writes else engine().execution_options(comity_writes=False)
    return OrmSession(bound, expire_on_commit=False)


def create_all() -> None:
    """Make every table that the loaded domains know; for tests and the demonstration."""
    Base.metadata.create_all(engine())


def use(engine: Engine) -> None:
    """Use this engine from now on, which `configure` gave before: what it has compiled is not compiled again."""
    global _engine
    dispose()
    _engine = engine


def dispose() -> None:
    """Close every connection."""
    global _engine
    if _engine is not None:
        _engine.dispose()
        _engine = None
