"""The embedded form: one command that runs broker, web and worker, restarts what dies, and leaves nothing behind.

Every child ends when the pipe of this process closes, so even a `kill -9` of it leaves no orphan.
"""

from __future__ import annotations

import fcntl
import os
import select
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO

import click

from comity.core import settings as core_settings
from comity.core.errors import ComityError, SettingsError
from comity.core.settings import Settings
from comity_workers import children
from comity_workers.broker import Broker, embedded
from comity_workers.children import Child

ROOM = 64 * 1024 * 1024
"""Bytes that must be free under the data folder to start."""

PATIENCE = 40.0
"""Seconds until the web process must answer."""


class Supervisor:
    """Runs the children until it is asked to stop."""

    def __init__(self, settings: Settings, also: Sequence[tuple[str, list[str]]] = ()) -> None:
        self.settings = settings
        self.folder = settings.folder
        self.pipe, self._held = os.pipe()
        self.environment = dict(os.environ)
        self.children: list[Child] = []
        self.broker: Broker | None = None
        self.asked = False
        if not settings.broker.url:
            self.broker = broker = embedded(self.folder)
            self.environment["COMITY_BROKER__URL"] = broker.url
            self.children.append(Child("broker", broker.command(), grace=1.0, on_death=broker.empty))
        self.children += [Child(name, command, grace=1.0) for name, command in also]
        self.children.append(Child("worker", children.worker(), grace=2.5))
        self.children.append(Child("web", children.web(), grace=3.5))

    def run(self, say: Sequence[str] = (), migrated: bool = False) -> int:
        """Start everything, print the address when it answers, and keep it running; returns the exit status."""
        wakes = self._listen_to_signals()
        try:
            if not migrated:
                self._migrate()
            for child in self.children:
                self._start(child)
            self._wait_until_it_answers(wakes)
            if not self.asked:
                click.echo(f"Comity is ready: {self.settings.server.public_url}")
                for line in say:
                    click.echo(line)
            while not self.asked:
                self._keep_running(wakes)
        finally:
            self._stop()
        return 0

    def _listen_to_signals(self) -> int:
        """Signals and deaths of children wake the loop through a pipe."""
        wakes, wake = os.pipe()
        for end in (wakes, wake):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)
        return wakes

    def _ask(self, *_: object) -> None:
        self.asked = True

    def _start(self, child: Child) -> None:
        child.start(self.pipe, self.environment, self._log(child.name))

    def _log(self, name: str) -> Path:
        folder = self.folder / "log"
        folder.mkdir(parents=True, exist_ok=True)
        log = folder / f"{name}.log"
        if log.exists() and log.stat().st_size > 8 * 1024 * 1024:
            log.replace(log.with_suffix(".log.1"))
        return log

    def _migrate(self) -> None:
        """Bring the database to this version's tables."""
        command = [sys.executable, "-m", "comity.cli", "migrate"]
        answer = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)  # noqa: S603
        if answer.returncode != 0:
            said = (answer.stderr or answer.stdout).strip().splitlines()
            raise SettingsError(f"The database could not be prepared: {said[-1] if said else 'no reason given'}")

    def _wait_until_it_answers(self, wakes: int) -> None:
        until = time.monotonic() + PATIENCE
        while not self.asked and not self._answers():
            dead = [child for child in self.children if child.deaths >= 3]
            if dead or time.monotonic() > until:
                name = dead[0].name if dead else "web"
                raise SettingsError(f"{name} does not start: {self._last_words(name)} (more in {self._log(name)})")
            self._keep_running(wakes, at_most=0.05)

    def _answers(self) -> bool:
        address = f"http://{_reachable(self.settings.server.host)}:{self.settings.server.port}/sign-in"
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except urllib.error.HTTPError as answer:
            answer.close()
            return answer.code < 500
        except OSError:
            return False
        return True

    def _keep_running(self, wakes: int, at_most: float = 60.0) -> None:
        """Start again what has died and is due; sleep until something happens."""
        for child in self.children:
            if child.died():
                click.echo(f"{child.name} ended and is started again.", err=True)
            if child.process is None and time.monotonic() >= child.due:
                self._start(child)
        waiting = [child.due - time.monotonic() for child in self.children if child.process is None]
        _sleep(wakes, max(0.0, min([at_most, *waiting])))

    def _last_words(self, name: str) -> str:
        log = self._log(name)
        lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
        return lines[-1] if lines else "it said nothing"

    def _stop(self) -> None:
        """In order: nobody comes in, what runs is finished, the broker last."""
        for child in reversed(self.children):
            child.stop()
        os.close(self._held)
        os.close(self.pipe)
        if self.broker is not None:
            self.broker.close()


def _sleep(wakes: int, seconds: float) -> None:
    ready, _, _ = select.select([wakes], [], [], seconds)
    if ready:
        with suppress(BlockingIOError):
            os.read(wakes, 512)


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104  (asked for by the operator)


def prepare(settings: Settings) -> tuple[Settings, IO[str]]:
    """Check folder, disk and port, and take the instance's lock.  Raises SettingsError with the mend."""
    folder = settings.folder
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if shutil.disk_usage(folder).free < ROOM:
            raise SettingsError(f"The disk is full: make at least 64 MiB free where {folder} lies, and start again.")
        lock = (folder / "running").open("a+", encoding="ascii")
    except OSError as error:
        raise SettingsError(
            f"{folder} cannot be written to ({error.strerror}): set data.folder to one that can."
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise SettingsError(
            f"Comity already runs with {folder}: stop that one first, or set another data.folder."
        ) from error
    lock.seek(0)
    was_killed = bool(lock.read())
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    try:
        return _with_a_port(settings, patience=9.0 if was_killed else 0.0), lock
    except SettingsError:
        _release(lock)
        raise


def _with_a_port(settings: Settings, patience: float) -> Settings:
    """The settings with a port that is free; the children of one that was killed have a moment to end."""
    host, port = settings.server.host, settings.server.port
    until = time.monotonic() + patience
    while True:
        try:
            port = _bind(host, port)
            break
        except OSError as error:
            if time.monotonic() > until:
                raise SettingsError(
                    f"Port {port} on {host} cannot be used ({error.strerror}): stop what uses it, or choose another, "
                    "for example COMITY_SERVER__PORT=8001 COMITY_SERVER__PUBLIC_URL=http://localhost:8001."
                ) from error
            time.sleep(0.2)
    if port == settings.server.port:
        return settings
    os.environ["COMITY_SERVER__PORT"] = str(port)
    os.environ["COMITY_SERVER__PUBLIC_URL"] = f"http://localhost:{port}"
    core_settings.settings.cache_clear()
    return core_settings.settings()


def _bind(host: str, port: int) -> int:
    """The port, or a free one for 0.  Raises OSError if it is taken."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        return int(probe.getsockname()[1])


def supervise(also: Sequence[tuple[str, list[str]]] = (), say: Sequence[str] = (), *, migrated: bool = False) -> int:
    """Run the embedded form until SIGINT or SIGTERM; what cannot start is said in one sentence, with the mend.

    `migrated` says that this process has just brought the database to this version's tables.
    """
    with ExitStack() as stack:
        try:
            settings, lock = prepare(core_settings.settings())
            stack.callback(_release, lock)
            return Supervisor(settings, also).run(say, migrated)
        except ComityError as error:
            click.echo(error.message, err=True)
            return 1


def _release(lock: IO[str]) -> None:
    """Whoever was killed could not do this, and the next start knows."""
    lock.truncate(0)
    lock.close()


@click.command()
@click.option("--also", multiple=True, metavar="NAME=COMMAND", help="Run another program beside it, such as a mailbox.")
@click.option("--say", multiple=True, metavar="TEXT", help="Print this as well once it is ready.")
def main(also: tuple[str, ...], say: tuple[str, ...]) -> None:
    """Run broker, web and worker here, with the settings that COMITY_CONFIG names."""
    others = []
    for option in also:
        name, separator, command = option.partition("=")
        if not separator or not name.isidentifier():
            raise click.UsageError(f"--also {option!r}: write NAME=COMMAND.")
        others.append((name, shlex.split(command)))
    sys.exit(supervise(others, say))


if __name__ == "__main__":
    main()
