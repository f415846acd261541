"""What was answered before there were consultations reads as it did: nothing signed is rewritten."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

import comity
from comity.core import database

MIGRATIONS = Path(comity.__file__).parent / "migrations"
RFA = "0b4c0000000040008000000000000001"


@pytest.fixture
def config() -> Config:
    found = Config()
    found.set_main_option("script_location", str(MIGRATIONS))
    return found


def rows() -> list[tuple[str, str | None]]:
    with database.engine().connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql("SELECT status, ground FROM measure ORDER BY n")]


def test_an_old_answer_that_something_was_not_possible_stays_as_it_was_signed(
    empty_database: Engine, config: Config
) -> None:
    command.upgrade(config, "0007")
    with database.engine().begin() as connection:
        table = sa.Table("rfa", sa.MetaData(), autoload_with=connection)
        needed = {
            column.name: 1 if isinstance(column.type, sa.Integer) else "x"
            for column in table.columns
            if not column.nullable and not isinstance(column.type, sa.DateTime)
        }
        moment = sa.func.current_timestamp()
        dates = {one.name: moment for one in table.columns if isinstance(one.type, sa.DateTime) and not one.nullable}
        connection.execute(table.insert().values({**needed, **dates, "id": RFA}))
        for n, status, ground in ((1, "executed", None), (2, "not_possible", "controlled_by_another")):
            measure = sa.Table("measure", sa.MetaData(), autoload_with=connection)
            connection.execute(measure.insert().values(rfa_id=RFA, n=n, letter="k", status=status, ground=ground))
    before = [("executed", None), ("not_possible", "controlled_by_another")]
    command.upgrade(config, "head")
    assert rows() == before
    with database.engine().begin() as connection:
        connection.exec_driver_sql("UPDATE measure SET status = 'modification_required' WHERE n = 1")
    command.downgrade(config, "0007")
    assert rows() == [("not_possible", None), before[1]]
    command.upgrade(config, "head")
    assert rows()[1] == before[1]
