"""The schema's revisions: up, down, equal to the models, and safe when several processes start at once."""

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from sqlalchemy import Engine, inspect, select
from tests.people import CAST, populate

import comity
from comity.cli import main
from comity.core import database, journal
from comity.core.model import Base

MIGRATIONS = Path(comity.__file__).parent / "migrations"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def config() -> Config:
    found = Config()
    found.set_main_option("script_location", str(MIGRATIONS))
    return found


def migrate() -> None:
    answer = CliRunner().invoke(main, ["migrate"])
    assert answer.exit_code == 0, answer.output


def differences(engine: Engine) -> list[object]:
    from sqlalchemy import Enum, String

    def compare_type(
        _context: object, _inspected: object, _column: object, there: object, wanted: object
    ) -> bool | None:
        if isinstance(wanted, Enum):
            return not (isinstance(there, String) and there.length == wanted.length)
        return None

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": compare_type})
        return list(compare_metadata(context, Base.metadata))


def test_up_from_nothing_gives_what_the_models_say(empty_database: Engine) -> None:
    migrate()
    assert differences(database.engine()) == []


def test_a_model_that_the_revisions_do_not_know_is_noticed(empty_database: Engine) -> None:
    migrate()
    with database.engine().begin() as connection:
        connection.exec_driver_sql("ALTER TABLE account ADD COLUMN shoe_size INTEGER")
    assert differences(database.engine()) != []


def test_up_twice_changes_nothing_and_rows_stay(empty_database: Engine) -> None:
    migrate()
    populate()
    migrate()
    with database.Session(writes=False) as session:
        assert journal.verify(session).lines >= len(CAST)


def test_down_to_nothing_and_up_again(empty_database: Engine, config: Config) -> None:
    from alembic import command

    migrate()
    command.downgrade(config, "base")
    assert set(inspect(database.engine()).get_table_names()) <= {"alembic_version"}
    migrate()
    assert differences(database.engine()) == []


def test_each_revision_goes_down_and_up_over_rows(empty_database: Engine, config: Config) -> None:
    """Old rows survive every step that can be taken with them in place."""
    from alembic import command

    migrate()
    populate()
    with database.Session(writes=False) as session:
        before = session.execute(select(Base.metadata.tables["account"])).all()
    for revision in list(ScriptDirectory.from_config(config).walk_revisions())[:-1]:
        command.downgrade(config, str(revision.down_revision))
        migrate()
    with database.Session(writes=False) as session:
        assert session.execute(select(Base.metadata.tables["account"])).all() == before


def test_processes_that_migrate_at_once_wait_for_one_another(empty_database: Engine) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "platform")}
    command = [sys.executable, "-m", "comity.cli", "migrate"]
    started = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(3)
    ]
    answers = [(process.communicate(timeout=60)[0], process.returncode) for process in started]
    assert [code for _, code in answers] == [0, 0, 0], answers
    assert differences(database.engine()) == []


def test_revisions_are_one_line_without_a_fork(config: Config) -> None:
    script = ScriptDirectory.from_config(config)
    assert len(script.get_heads()) == 1
    numbers = [revision.revision for revision in script.walk_revisions()]
    assert numbers == [f"{number:04d}" for number in range(len(numbers), 0, -1)]


def test_a_key_set_of_one_file_keeps_it_as_its_passphrase(empty_database: Engine, config: Config) -> None:
    """Down to the one file and up again: nobody is locked out, and the other ways are gone."""
    from alembic import command

    migrate()
    populate(keys=True)
    way = Base.metadata.tables["keyset_way"]
    query = select(way.c.keyset_id, way.c.kind, way.c.file).order_by(way.c.keyset_id, way.c.kind)
    with database.Session(writes=False) as session:
        before = session.execute(query).all()
    command.downgrade(config, "0001")
    migrate()
    with database.Session(writes=False) as session:
        after = session.execute(query).all()
    assert after == [row for row in before if row.kind == "passphrase"]
    assert len(before) == 2 * len(after) > 0


def test_a_chain_of_one_statement_becomes_one_that_can_grow(empty_database: Engine, config: Config) -> None:
    """Ways to a key survive, and what the first statement says of people is there for questions."""
    from alembic import command

    migrate()
    populate(keys=True)
    tables = Base.metadata.tables
    statement, membership = tables["statement"], tables["membership"]
    people = select(*(membership.c[name] for name in ("authority", "account_id", "keyset", "member", "admin")))
    queries = [
        select(tables["keyset_way"]).order_by("id"),
        select(tables["keyset"]).order_by("id"),
        select(statement).order_by("authority"),
        people.order_by(membership.c.account_id),
    ]
    with database.Session(writes=False) as session:
        before = [session.execute(query).all() for query in queries]
    command.downgrade(config, "0005")
    assert "membership" not in inspect(database.engine()).get_table_names()
    migrate()
    with database.Session(writes=False) as session:
        after = [session.execute(query).all() for query in queries]
    assert after == before
    assert [len(rows) for rows in after] == [14, 7, 5, 7]


def test_requests_of_before_get_their_place_in_lists(empty_database: Engine, config: Config) -> None:
    """What the revision works out for old rows is what the running platform keeps."""
    from alembic import command
    from tests.exchange import sealed

    migrate()
    populate(keys=True)
    day = date.today() + timedelta(days=40)
    for make in (sealed.drafted, sealed.transmitted, sealed.asked, sealed.answered):
        make(on=day)
        make(on=None)
    place = Base.metadata.tables["rfa_tracking"]
    with database.Session(writes=False) as session:
        before = session.execute(select(place).order_by(place.c.rfa_id)).all()
    command.downgrade(config, "0007")
    migrate()
    with database.Session(writes=False) as session:
        assert session.execute(select(place).order_by(place.c.rfa_id)).all() == before
    assert len({row.due_on for row in before}) > 1
    assert len({row.turn for row in before}) == 2


def test_no_part_of_a_request_is_lost_where_a_revision_makes_its_table_anew(
    empty_database: Engine, config: Config
) -> None:
    """Down past the revisions that change columns of requests, and up again: measures and questions are all there."""
    from alembic import command
    from sqlalchemy import func
    from tests.exchange import sealed

    migrate()
    populate(keys=True)
    sealed.asked(on=date.today() + timedelta(days=40))
    sealed.drafted()
    parts = [Base.metadata.tables[name] for name in ("rfa", "measure", "clarification")]

    def count() -> list[int | None]:
        with database.Session(writes=False) as session:
            return [session.scalar(select(func.count()).select_from(table)) for table in parts]

    assert count() == [2, 4, 1]
    command.downgrade(config, "0006")
    assert count() == [2, 4, 1]
    migrate()
    assert count() == [2, 4, 1]
