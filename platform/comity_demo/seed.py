"""Make the demonstration world: `python -m comity_demo.seed --data FOLDER`."""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import sys
from contextlib import closing, redirect_stdout
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import click
import httpx
from sqlalchemy import event

from comity.app import create_app
from comity.cli import main as server
from comity.core import clock, database, settings, storage
from comity.core.errors import ComityError
from comity.core.loading import load_domains
from comity.core.transaction import set_bell
from comity_demo.founding import configure, found, make_root
from comity_demo.further import tell_further
from comity_demo.profiles import say_requirements
from comity_demo.story import World, tell
from comity_demo.toward import tell_toward

READY = "ready"
"""The file that says that the world is whole."""

PORT = 8000

PATIENT = {
    "COMITY_SESSIONS__IDLE_MINUTES": "200000",
    "COMITY_SESSIONS__ABSOLUTE_HOURS": "3000",
    "COMITY_LIMITS__REQUESTS_PER_MINUTE": "1000000",
}
"""Settings while the story is played: everybody signs in once in ninety days.  Nobody gets these sessions' tokens."""


def seed(data: Path, port: int = PORT) -> None:
    """Make the world in an empty folder; half a world is thrown away.  Raises ComityError."""
    data = data.resolve()
    if data.exists() and not (data / READY).exists():
        shutil.rmtree(data)
    data.mkdir(mode=0o700, parents=True)
    root = make_root(data)
    configure(data, root, port)
    os.environ.update(PATIENT)
    settings.settings.cache_clear()
    storage.store.cache_clear()
    load_domains()
    with redirect_stdout(io.StringIO()):
        server.main(["migrate"], standalone_mode=False)
    _hurry()
    now = clock.now()
    begin = datetime.combine(now.date() - timedelta(days=90), time(8), tzinfo=now.tzinfo)
    with clock.at(begin):
        founded = found(root, begin)
    app = create_app(settings.settings())
    set_bell(lambda: None)  # nobody listens to it while the world is made
    world = World(httpx.WSGITransport(app=app), f"http://localhost:{port}", founded, now.date())
    tell_further(world, tell(world))
    tell_toward(world)
    say_requirements(world)
    world.play()
    database.dispose()
    _settle(data / "comity.sqlite3")
    for name in PATIENT:
        del os.environ[name]
    settings.settings.cache_clear()
    (data / READY).touch()


def _settle(file: Path) -> None:
    """From here on it must survive: everything written so far goes to the disk."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with file.open("rb") as written:
        os.fsync(written.fileno())


def _hurry() -> None:
    """Until the world is whole, nothing of it needs to survive a power cut: half a world is thrown away."""

    @event.listens_for(database.engine(), "connect")
    def _relax(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    database.engine().dispose()


@click.command()
@click.option("--data", type=click.Path(path_type=Path), required=True, help="The folder to make it in.")
@click.option("--port", default=PORT, show_default=True, help="Where the web process will listen.")
def main(data: Path, port: int) -> None:
    """Make the demonstration world."""
    if (data / READY).exists():
        click.echo(f"{data} holds a demonstration world already: `./dev reset` throws it away.")
        return
    try:
        seed(data, port)
    except (ComityError, OSError) as error:
        click.echo(f"The demonstration world could not be made: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
