"""The children of the embedded form, and how one is started, restarted and stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

WATCH = Path(__file__).with_name("watch.py")
PAUSES = (0.0, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds before a restart, by the number of deaths in a row."""

SETTLED = 30.0
"""Seconds after which a child is taken to run well."""

WORKER = (
    "worker --pool threads --concurrency 4 --beat --scheduler celery.beat:Scheduler --queues relay,jobs,deliver "
    "--without-gossip --without-mingle --without-heartbeat --loglevel WARNING"
)
"""One process with beat inside: 75 MB."""


@dataclass
class Child:
    """One process of the embedded form.  `grace`: seconds it has to end by itself."""

    name: str
    command: list[str]
    grace: float
    on_death: Callable[[], None] = lambda: None
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    started: float = 0.0
    due: float = field(default=0.0)

    def start(self, pipe: int, environment: Mapping[str, str], log: Path) -> None:
        """Start it behind its watcher, in a session of its own; what it prints goes to its log."""
        with log.open("ab") as out:
            self.process = subprocess.Popen(  # noqa: S603  (the commands are ours)
                [sys.executable, "-I", str(WATCH), str(pipe), str(self.grace), *self.command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=dict(environment),
                pass_fds=[pipe],
                start_new_session=True,
            )
        self.started = time.monotonic()

    def died(self) -> bool:
        """Whether it has ended since it was started; sets when it is to be started again."""
        if self.process is None or self.process.poll() is None:
            return False
        now = time.monotonic()
        self.deaths = 1 if now - self.started > SETTLED else self.deaths + 1
        self.due = now + PAUSES[min(self.deaths - 1, len(PAUSES) - 1)]
        self.process = None
        self.on_death()
        return True

    def stop(self) -> None:
        """Ask it to end, wait for its grace and a little for its watcher, then make both end."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            self.process.terminate()
        try:
            self.process.wait(self.grace + 0.7)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None


def web() -> list[str]:
    return [sys.executable, "-m", "comity.cli", "serve"]


def worker() -> list[str]:
    return [sys.executable, "-m", "celery", "--app", "comity_workers.queue:app", *WORKER.split()]
