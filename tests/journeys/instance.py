"""A real instance for journeys: broker, web and worker processes, a mail server, and all its data in one folder."""

import os
import select
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from aiosmtpd.controller import Controller
from tests import people

from comity.core import database, storage
from comity.core import settings as core_settings

ROOT = Path(__file__).parents[2]


class Mailbox:
    """Keeps what a mail server is handed."""

    def __init__(self) -> None:
        self.letters: list[Message] = []

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802  (the name that aiosmtpd calls)
        letter = message_from_bytes(envelope.content)
        letter["X-To"] = ", ".join(envelope.rcpt_tos)
        self.letters.append(letter)
        return "250 OK"

    def to(self, address: str) -> list[Message]:
        return [letter for letter in self.letters if address in letter["X-To"]]


@dataclass
class Instance:
    """Where it is, and what it has sent."""

    folder: Path
    url: str
    mailbox: Mailbox
    environment: dict[str, str] = field(repr=False)

    def parts(self) -> list[Path]:
        """The stored parts of all payloads."""
        return sorted(path for path in (self.folder / "store").rglob("*") if path.is_file() and "payload" in path.parts)


@contextmanager
def instance(folder: Path, build: Callable[[], None] = lambda: people.populate(keys=True)) -> Iterator[Instance]:
    """Start one whose world `build` has made; it is stopped, and leaves nothing behind, at the end."""
    mailbox = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    post = Controller(mailbox, hostname="127.0.0.1", port=port)
    post.start()
    try:
        chosen = _settings(folder, port)
        environment = {**os.environ, **chosen, "PYTHONPATH": "platform:workers:."}
        _migrate(folder, environment)
        with _here(chosen):
            build()
        yield from _running(folder, mailbox, environment)
    finally:
        post.stop()


_migrated: list[bytes] = []
"""The database as the migrations leave it, once they have run in this process."""


def _migrate(folder: Path, environment: dict[str, str]) -> None:
    """Make the database by the command of operators, the first time; then it is a copy."""
    file = folder / "comity.sqlite3"
    if _migrated:
        file.write_bytes(_migrated[0])
        return
    subprocess.run([sys.executable, "-m", "comity.cli", "migrate"], cwd=ROOT, env=environment, check=True)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _migrated.append(file.read_bytes())


def _settings(folder: Path, mail_port: int) -> dict[str, str]:
    return {
        "COMITY_SERVER__PORT": "0",
        "COMITY_SERVER__WORKERS": "1",
        "COMITY_DATABASE__URL": f"sqlite:///{folder / 'comity.sqlite3'}",
        "COMITY_STORE__URL": str(folder / "store"),
        "COMITY_DATA__FOLDER": str(folder / "data"),
        "COMITY_SESSIONS__SECRET": "5" * 64,
        "COMITY_SESSIONS__ARGON2_MEMORY_KIB": "64",
        "COMITY_SESSIONS__ARGON2_PASSES": "1",
        "COMITY_LIMITS__REQUESTS_PER_MINUTE": "100000",
        "COMITY_TRUST__ROOT": people.root().public.id,
        "COMITY_TRUST__ROOT_KEYS": str(ROOT / "tests" / "root.public.json"),
        "COMITY_MAIL__PORT": str(mail_port),
    }


@contextmanager
def _here(chosen: dict[str, str]) -> Iterator[None]:
    """Use these settings in this process, for as long as its world is being made."""
    before = {name: os.environ.get(name) for name in chosen}
    os.environ.update(chosen)
    core_settings.settings.cache_clear()
    storage.store.cache_clear()
    try:
        database.configure(chosen["COMITY_DATABASE__URL"])
        yield
    finally:
        database.dispose()
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        core_settings.settings.cache_clear()
        storage.store.cache_clear()


def _running(folder: Path, mailbox: Mailbox, environment: dict[str, str]) -> Iterator[Instance]:
    command = [sys.executable, "-m", "comity_workers.supervise"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Instance(folder, _address(process), mailbox, environment)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    until = time.monotonic() + 60
    while time.monotonic() < until:
        ready, _, _ = select.select([process.stdout], [], [], 1)
        line = process.stdout.readline() if ready else ""
        if line.startswith("Comity is ready: "):
            return line.removeprefix("Comity is ready: ").strip()
        if process.poll() is not None:
            break
    raise AssertionError("the instance did not start")
