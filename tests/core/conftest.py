"""Each test of the core runs in the small world of `world.py`, with policies of its own and no domain."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from tests.core.world import EVENTS, TABLES, Sheet, write_policies

from comity.core import access, journal, reactions
from comity.core import database as core_database


@pytest.fixture(scope="session", autouse=True)
def _domains() -> None:
    """The core knows no domain."""


@pytest.fixture
def policies_folder(tmp_path: Path) -> Path:
    return write_policies(tmp_path / "policies")


@pytest.fixture
def world(database: Engine, policies_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setattr(journal, "_events", journal._events | EVENTS)
    monkeypatch.setattr(reactions, "_at_once", {})
    monkeypatch.setattr(reactions, "_afterwards", {})
    TABLES.drop_all(database)
    TABLES.create_all(database)
    access.load(policies_folder, models=[Sheet])
    yield database
    access.forget()
    TABLES.drop_all(core_database.engine())
