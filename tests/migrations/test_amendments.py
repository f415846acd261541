"""A requested date that ran before there were amendments follows them; the way back leaves rules as they were."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

import comity
from comity.core import database
from comity.deadlines.policy import rules

MIGRATIONS = Path(comity.__file__).parent / "migrations"


@pytest.fixture
def config() -> Config:
    found = Config()
    found.set_main_option("script_location", str(MIGRATIONS))
    return found


def add(connection: sa.Connection, name: str, **values: object) -> None:
    """A row with something in every column that needs it."""
    table = sa.Table(name, sa.MetaData(), autoload_with=connection)
    needed: dict[str, object] = {}
    for column in table.columns:
        if column.nullable or column.name in values:
            continue
        if isinstance(column.type, sa.DateTime):
            needed[column.name] = sa.func.current_timestamp()
        elif isinstance(column.type, sa.Date):
            needed[column.name] = sa.func.current_date()
        else:
            needed[column.name] = 1 if isinstance(column.type, sa.Integer) else "x"
    connection.execute(table.insert().values({**needed, **values}))


def policies() -> dict[str, dict[str, object]]:
    with database.engine().connect() as connection:
        found = connection.exec_driver_sql("SELECT rule, policy FROM deadline").all()
    return {rule: json.loads(policy) for rule, policy in found}


def test_requested_dates_that_run_follow_amendments_and_nothing_else_does(
    empty_database: Engine, config: Config
) -> None:
    command.upgrade(config, "0017")
    before = {}
    for rule in rules():
        if rule.name in ("requested date", "acknowledgement"):
            before[rule.name] = {k: v for k, v in rule.model_dump(mode="json").items() if k != "amended_by"}
    with database.engine().begin() as connection:
        for n, (name, policy) in enumerate(before.items(), 1):
            one = f"{n:032x}"
            add(connection, "deadline", id=one, rule=name, policy=json.dumps(policy))
    command.upgrade(config, "head")
    after = policies()
    assert after["requested date"] == {**before["requested date"], "amended_by": ["rfa.amended"]}
    assert after["acknowledgement"] == before["acknowledgement"]
    with database.engine().begin() as connection:
        add(connection, "deadline_fact", id=1, deadline_id=f"{1:032x}", kind="amended")
    command.downgrade(config, "0017")
    assert policies() == before
    with database.engine().connect() as connection:
        assert connection.exec_driver_sql("SELECT kind FROM deadline_fact").scalar_one() == "extended"


def test_a_default_that_runs_ends_when_a_date_is_asked_for(empty_database: Engine, config: Config) -> None:
    command.upgrade(config, "0020")
    (now,) = [rule.model_dump(mode="json") for rule in rules() if rule.name == "carrying out"]
    before = {**now, "ended_by": [name for name in now["ended_by"] if name != "rfa.dated"]}
    other = next(rule.model_dump(mode="json") for rule in rules() if rule.name == "acknowledgement")
    with database.engine().begin() as connection:
        for n, (name, policy) in enumerate({"carrying out": before, "acknowledgement": other}.items(), 1):
            add(connection, "deadline", id=f"{n:032x}", rule=name, policy=json.dumps(policy))
    command.upgrade(config, "head")
    assert policies() == {"carrying out": now, "acknowledgement": other}
    command.downgrade(config, "0020")
    assert policies() == {"carrying out": before, "acknowledgement": other}
