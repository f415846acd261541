"""What every test stands on: a fresh database of the chosen kind, settings of its own, and the real policies.

COMITY_TEST_DATABASE=postgresql runs on PostgreSQL: the server that COMITY_TEST_DATABASE_URL names, or one from a wheel.
"""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as generating
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from playwright.sync_api import Browser
from sqlalchemy import Engine, inspect, text

from comity.core import access, database, storage
from comity.core import settings as core_settings
from comity.core.loading import load_domains
from comity.core.model import Base

# A machine that is busy with other tests is slow, which says nothing of what is tested.
generating.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
generating.load_profile("here")

KIND = os.environ.get("COMITY_TEST_DATABASE", "sqlite")
if KIND not in ("sqlite", "postgresql"):
    raise pytest.UsageError("COMITY_TEST_DATABASE is sqlite or postgresql")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What uses no database is not tested once more on PostgreSQL: nothing in it could be different."""
    if KIND == "postgresql":
        needs = ["database_url" in getattr(item, "fixturenames", ()) for item in items]
        config.hook.pytest_deselected(items=[item for item, does in zip(items, needs, strict=True) if not does])
        items[:] = [item for item, does in zip(items, needs, strict=True) if does]


@pytest.fixture(scope="session", autouse=True)
def _domains() -> None:
    load_domains()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for the whole run: Playwright starts once in a process."""
    from tests.browsing import chromium

    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL server, and a database in it for this test session."""
    given = os.environ.get("COMITY_TEST_DATABASE_URL")
    if given:
        yield given
        return
    from tests.postgres import server

    with server() as url:
        yield url


@pytest.fixture(scope="session")
def database_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the database of whatever test this process runs is, on SQLite."""
    return tmp_path_factory.mktemp("database") / "comity.sqlite3"


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of the database of this test, in the chosen kind; on SQLite nothing is there yet."""
    if KIND == "postgresql":
        return str(request.getfixturevalue("postgresql_url"))
    file: Path = request.getfixturevalue("database_file")
    for each in file.parent.glob(f"{file.name}*"):
        each.unlink()
    return f"sqlite:///{file}"


@pytest.fixture
def settings(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[core_settings.Settings]:
    """Settings of this test alone: its own folder, store and database, cheap password hashes."""
    for name in [name for name in os.environ if name.startswith("COMITY_") and "__" in name]:
        monkeypatch.delenv(name)
    values = {
        "COMITY_DATABASE__URL": database_url,
        "COMITY_STORE__URL": str(tmp_path / "store"),
        "COMITY_DATA__FOLDER": str(tmp_path / "data"),
        "COMITY_SESSIONS__SECRET": "5" * 64,
        "COMITY_SESSIONS__ARGON2_MEMORY_KIB": "64",
        "COMITY_SESSIONS__ARGON2_PASSES": "1",
        "COMITY_TRUST__ROOT": "97db1d1e3fd0f03a8b106a0cc9d96457a95304e1b47130bda27c33f5fb5581dc",
        "COMITY_TRUST__ROOT_KEYS": str(Path(__file__).parent / "root.public.json"),
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("COMITY_CONFIG", raising=False)
    core_settings.settings.cache_clear()
    storage.store.cache_clear()
    yield core_settings.settings()
    core_settings.settings.cache_clear()
    storage.store.cache_clear()


@pytest.fixture
def empty_database(settings: core_settings.Settings) -> Iterator[Engine]:
    """The configured database without any table."""
    engine = database.configure(settings.database.url)
    if KIND == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    yield engine
    database.dispose()


@pytest.fixture(name="database")
def _database(settings: core_settings.Settings) -> Iterator[Engine]:
    """The configured database with every table, and nothing in them.

    A process keeps its engine, since to compile every statement anew takes longer than most tests.
    """
    url = settings.database.url
    if url not in _ENGINES:
        _ENGINES[url] = database.configure(url)
    database.use(_ENGINES[url])
    _fresh(_ENGINES[url])
    yield _ENGINES[url]
    database.dispose()


_ENGINES: dict[str, Engine] = {}
_EMPTY: dict[frozenset[str], bytes] = {}
"""A database on SQLite without any row, for each set of tables that the loaded modules have made known."""


def _fresh(engine: Engine) -> None:
    if KIND == "postgresql":
        _empty(engine)
        return
    tables, file = frozenset(Base.metadata.tables), Path(str(engine.url.database))
    if tables not in _EMPTY:
        Base.metadata.create_all(engine)
        with closing(engine.raw_connection()) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        _EMPTY[tables] = file.read_bytes()
    file.write_bytes(_EMPTY[tables])


def _empty(engine: Engine) -> None:
    """Delete every row: quicker than making the tables anew."""
    there = set(inspect(engine).get_table_names())
    names = [table.name for table in reversed(Base.metadata.sorted_tables) if table.name in there]
    with engine.begin() as connection:
        connection.exec_driver_sql("; ".join(f'DELETE FROM "{name}"' for name in names) or "SELECT 1")
    if not there.issuperset(Base.metadata.tables):
        Base.metadata.create_all(engine)


@pytest.fixture(scope="session")
def _read_policies(_domains: None) -> access.Access:
    return access.load()


@pytest.fixture
def policies(_read_policies: access.Access) -> access.Access:
    """The real access policies, read once in a process."""
    access.use(_read_policies)
    return _read_policies


class _Compiled(BytecodeCache):
    """Templates are compiled once for all tests."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


@pytest.fixture
def app(database: Engine, policies: access.Access) -> Iterator[Flask]:
    """The web application; what it hooks into the process is taken off again."""
    from tests.described import hold_to_its_description

    from comity.app import create_app
    from comity.core import text, transaction

    before = text.translate
    made = create_app()
    made.jinja_env.bytecode_cache = _COMPILED
    hold_to_its_description(made)
    yield made
    transaction.set_bell(transaction._silence)
    text.set_translation(before)
