"""Column types, rows and the clock: the same on every database, and always in UTC."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, MetaData, select
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Mapped, mapped_column
from tests.core.world import Sheet

from comity.core import clock, database, model, text
from comity.core.errors import SettingsError
from comity.core.model import Base, Json

TABLES = MetaData()
PARIS = timezone(timedelta(hours=2))


class Note(Base):
    """Bookkeeping with a time and a JSON value."""

    __tablename__ = "note"
    metadata = TABLES

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime | None]
    data: Mapped[dict[str, object] | None] = mapped_column(Json)


@pytest.fixture
def notes(database: Engine) -> Engine:
    TABLES.drop_all(database)
    TABLES.create_all(database)
    return database


def test_an_instant_comes_back_in_utc_whatever_zone_it_was_given_in(notes: Engine) -> None:
    moment = datetime(2026, 7, 1, 12, 30, 5, 123456, tzinfo=PARIS)
    with database.Session() as session, session.begin():
        session.add(Note(id=1, at=moment, data=None))
    with database.Session() as session:
        found = session.get_one(Note, 1).at
        assert found == moment
        assert found is not None
        assert found.utcoffset() == timedelta(0)
        assert session.scalars(select(Note.id).where(Note.at <= moment)).all() == [1]
        assert session.scalars(select(Note.id).where(Note.at < moment)).all() == []


def test_an_instant_without_a_zone_is_refused(notes: Engine) -> None:
    with database.Session() as session, pytest.raises(StatementError, match="needs a time zone"):
        session.scalars(select(Note).where(Note.at == datetime(2026, 7, 1))).all()


def test_json_comes_back_as_it_was(notes: Engine) -> None:
    value = {"b": [1, None, True], "a": {"é": "«»"}}
    with database.Session() as session, session.begin():
        session.add_all([Note(id=1, data=value), Note(id=2, data=None)])
    with database.Session() as session:
        assert [note.data for note in session.scalars(select(Note).order_by(Note.id))] == [value, None]


def test_only_rows_of_the_platform_are_listed() -> None:
    assert Sheet not in model.rows()
    assert all(kind.__tablename__ in Base.metadata.tables for kind in model.rows())


def test_the_clock_can_be_set_and_goes_on_afterwards() -> None:
    moment = datetime(2026, 3, 1, 9, tzinfo=PARIS)
    with clock.at(moment):
        assert clock.now() == moment
        assert clock.now().tzinfo is UTC
        with clock.at(moment + timedelta(days=1)):
            assert clock.now() == moment + timedelta(days=1)
        assert clock.now() == moment
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_clock_is_not_set_without_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"), clock.at(datetime(2026, 3, 1)):
        pass


def test_sentences_are_as_written_until_somebody_translates(monkeypatch: pytest.MonkeyPatch) -> None:
    assert text._("%(who)s may not.", who="Dora") == "Dora may not."
    assert text._("100 % sure") == "100 % sure"
    monkeypatch.setattr(text, "translate", lambda sentence: sentence.replace("may not", "ne peut pas"))
    assert text._("%(who)s may not.", who="Dora") == "Dora ne peut pas."


@pytest.mark.parametrize("url", ["mysql://u@h/d", "not an address", ""])
def test_an_address_that_is_no_database_of_ours_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match=r"database\.url"):
        database.configure(url)
