"""The `comity-server` command.  What goes wrong is one sentence, and the exit status is 1."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from sqlalchemy import inspect, select
from sqlalchemy.exc import SQLAlchemyError

from comity import consequences
from comity.core import access, database, journal, loading, model, storage
from comity.core.actors import Actor
from comity.core.errors import ComityError, PolicyError, SettingsError
from comity.core.matrix import matrix as access_matrix
from comity.core.policy import config_dir
from comity.core.settings import settings
from comity.log import against


def _sentence(error: Exception) -> str:
    if isinstance(error, ComityError):
        return error.message
    if isinstance(error, SQLAlchemyError):
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        return f"The database cannot be used: {reason}."
    return f"{getattr(error, 'filename', None) or 'A file'} cannot be used: {getattr(error, 'strerror', error)}."


def _command(function: Callable[..., None]) -> Callable[..., None]:
    """A command whose errors are one sentence and exit status 1."""

    @wraps(function)
    def run(*args: Any, **options: Any) -> None:
        try:
            function(*args, **options)
        except (ComityError, SQLAlchemyError, OSError) as error:
            raise click.ClickException(_sentence(error)) from error

    return run


def _policies() -> None:
    """Load domains and every policy; a wrong one stops here."""
    loading.load_domains()
    access.load()
    for check_policy in loading.policy_checks():
        check_policy()


@contextmanager
def _journal() -> Iterator[Any]:
    database.configure(settings().database.url)
    with database.Session(writes=False) as session:
        yield session


@click.group(help="Runs and inspects a Comity server.  Settings: config/default.toml, COMITY_CONFIG, COMITY_*.")
def main() -> None:
    """The group."""


@main.command()
@_command
def serve() -> None:
    """Serve pages and API with gunicorn, after checking settings and policies."""
    _policies()
    settings()
    configuration = str(config_dir() / "gunicorn.conf.py")
    command = [sys.executable, "-m", "gunicorn", "--config", configuration, "comity.app:create_app()"]
    os.execv(sys.executable, command)  # noqa: S606  (no shell is wanted: this process becomes gunicorn)


@main.command()
@_command
def check() -> None:
    """Check settings, policies, database and store; say what was found."""
    chosen = settings()
    _policies()
    rules = len(access.loaded().policies.rules)
    database.configure(chosen.database.url)
    with database.engine().connect() as connection:
        there = set(inspect(connection).get_table_names())
    missing = sorted(set(model.Base.metadata.tables) - there)
    storage.store()
    if missing:
        raise SettingsError(f"The database lacks {len(missing)} tables ({missing[0]}, …): run `comity-server migrate`.")
    click.echo(f"Settings, {rules} access rules, deadlines and notices are sound; database and store can be used.")


@main.command()
@click.option("--who", required=True, help="E-mail address, name or identifier of an account.")
@click.option("--to", "action", required=True, help="The action, for example rfa.read.")
@click.option("--on", "subject", help="What it concerns: a reference or an identifier; nothing for journal.read.")
@_command
def explain(who: str, action: str, subject: str | None) -> None:
    """Say whether somebody may do something, and which rule decides."""
    _policies()
    with _journal() as session:
        actor = _actor(session, who)
        row = _row(session, access.kind_of(action), subject)
        decision = access.explain(actor, action, row)
    may = "may" if decision.allowed else "may not"
    click.echo(f"{who} ({actor.role}) {may} {action} {subject or ''}".rstrip() + ".")
    for rule in decision.rules:
        click.echo(f"  {'permitted' if rule.permits else 'forbidden'} by: {rule.id}\n    basis: {rule.basis}")
    if not decision.rules:
        click.echo("  no rule permits it")


def _actor(session: Any, who: str) -> Actor:
    from comity.accounts.model import Account

    found = [a for a in session.scalars(select(Account)) if who.lower() in (str(a.id), a.email, a.name.lower())]
    found = found or [a for a in session.scalars(select(Account)) if a.name.lower().split()[0] == who.lower()]
    if len(found) != 1:
        raise PolicyError(f"{'Several accounts are' if found else 'No account is'} called {who}: give the address.")
    actor: Actor = found[0].actor
    return actor


def _row(session: Any, kind: str, subject: str | None) -> model.Row | None:
    kinds = access.loaded().models
    if kind not in kinds:
        return None
    if subject is None:
        raise PolicyError(f"This concerns a {kind}: name it with --on.")
    table = kinds[kind]
    columns: Any = table
    if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", subject):
        where = columns.id == UUID(subject)
    else:
        name = next((each for each in ("reference", "code", "email") if hasattr(table, each)), None)
        if name is None:
            raise PolicyError(f"Name the {kind} by its identifier.")
        where = getattr(columns, name) == subject
    row: model.Row | None = session.scalar(select(table).where(where))
    if row is None:
        raise PolicyError(f"There is no {kind} {subject}.")
    return row


@main.command()
@click.option("--write", type=click.Path(dir_okay=False, path_type=Path), help="A file; default: print it.")
@_command
def matrix(write: Path | None) -> None:
    """Role by action, as the access policy has it."""
    _policies()
    _out(access_matrix(), write)


@main.command()
@click.option("--write", type=click.Path(dir_okay=False, path_type=Path), help="A file; default: print it.")
@_command
def events(write: Path | None) -> None:
    """What follows from each event: deadlines, notices, reactions (docs/events.md)."""
    _policies()
    _out(consequences.document(), write)


def _out(text: str, write: Path | None) -> None:
    if write is None:
        click.echo(text, nl=False)
    else:
        write.write_text(text, encoding="utf-8")
        click.echo(f"Wrote {write}.")


@main.command("verify-journal")
@click.option("--since", type=click.Path(dir_okay=False, path_type=Path), help="A file with a checkpoint seq:hash.")
@click.option(
    "--checkpoint",
    "signed",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with a signed checkpoint of the log, kept elsewhere.",
)
@click.option("--log-key", help="The log's verifier key, or a file with it; goes with --checkpoint.")
@_command
def verify_journal(since: Path | None, signed: Path | None, log_key: str | None) -> None:
    """Check every line of the journal, its chain and its head; also against what was kept elsewhere."""
    if (signed is None) != (log_key is None):
        raise PolicyError("Give --checkpoint and --log-key together: a checkpoint counts under a key that you know.")
    kept = _checkpoint(since) if since is not None else None
    with _journal() as session:
        if signed is not None and log_key is not None:
            size = against.check(session, signed.read_bytes(), log_key)
            click.echo(f"The first {size} lines are those that the log signed.")
        started = time.perf_counter()
        verified = journal.verify(session, since=kept)
        seconds = max(time.perf_counter() - started, 1e-9)
    click.echo(f"{verified.lines} lines are as they were written ({verified.lines / seconds:,.0f} a second).")
    click.echo(verified.checkpoint)


def _checkpoint(file: Path) -> tuple[int, str]:
    text = file.read_text(encoding="utf-8", errors="replace").strip()
    found = re.fullmatch(r"([0-9]{1,15}):([0-9a-f]{64})", text)
    if not found:
        raise PolicyError(f"{file} is not a checkpoint: it must hold one line, seq:hash, as `checkpoint` prints it.")
    return int(found[1]), found[2]


@main.command("log-key")
@click.option("--make", is_flag=True, help="Make the key if there is none.")
@_command
def log_key_(make: bool) -> None:
    """Print the verifier key of the log, to be given to everybody who keeps receipts, and to witnesses."""
    from comity.log.sealing import signing_key

    click.echo(str(signing_key(make=make).public))


@main.command()
@_command
def checkpoint() -> None:
    """Print seq:hash of the last line, to be kept elsewhere."""
    with _journal() as session:
        click.echo(journal.checkpoint(session))


@main.command()
@click.option("--draft", metavar="SENTENCE", help="For developers: draft a revision from what the models have changed.")
@_command
def migrate(draft: str | None) -> None:
    """Bring the database to the schema of this version."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    database.configure(settings().database.url)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    if draft:
        number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
        command.revision(config, draft, autogenerate=True, rev_id=f"{number:04d}")
        return
    command.upgrade(config, "head")
    click.echo("The database has the schema of this version.")


@main.command("journal")
@click.option("--follow", is_flag=True, help="Go on as it grows, until interrupted.")
@click.option("--since", default=0, type=click.IntRange(0, 2**31 - 1), help="Begin after this line.")
@_command
def journal_(follow: bool, since: int) -> None:
    """Print the journal, one line each."""
    loading.load_domains()
    database.configure(settings().database.url)
    while True:
        with database.Session(writes=False) as session:
            for entry in journal.read_after(session, since, 500):
                click.echo(_line(entry))
                since = entry.seq
            more = journal.last_seq(session) > since
        if not more and not follow:
            return
        if not more:
            time.sleep(0.3)


def _line(entry: journal.Entry) -> str:
    cause = f" because of {entry.cause}" if entry.cause else ""
    about = f" {entry.subject}" if entry.subject else ""
    data = " ".join(f"{key}={value}" for key, value in entry.data.items() if value is not None)
    return f"{entry.seq:>6} {entry.at[:19]}Z {entry.name}{about} by {entry.actor}{cause} {data}".rstrip()


if __name__ == "__main__":
    main()
