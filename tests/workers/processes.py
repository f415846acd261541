"""Real worker processes for tests: Celery with beat inside, as the embedded form runs it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from comity_workers import children


class Worker:
    """One worker process and everything that it started."""

    def __init__(self, broker: str, folder: Path, number: int = 0, **more: str) -> None:
        self.log = folder / f"worker{number}.log"
        environment = os.environ | {"COMITY_BROKER__URL": broker} | more
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [*children.worker(), "--hostname", f"test{number}@%h"],
                stdout=out,
                stderr=out,
                env=environment,
                start_new_session=True,
            )

    def kill(self) -> None:
        """As a crash would: no warning, and nothing left of it."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> float:
        """Ask it to end; returns the seconds it took."""
        began = time.monotonic()
        self.process.terminate()
        try:
            self.process.wait(20)
        finally:
            if self.process.poll() is None:
                self.kill()
        return time.monotonic() - began


@contextmanager
def working(broker: str, folder: Path, number: int = 0, **more: str) -> Iterator[Worker]:
    worker = Worker(broker, folder, number, **more)
    try:
        yield worker
    finally:
        if worker.process.poll() is None:
            worker.kill()


def eventually(condition: Callable[[], object], within: float = 90.0, worker: Worker | None = None) -> bool:
    until = time.monotonic() + within
    while not condition():
        if time.monotonic() > until:
            if worker is not None:
                sys.stderr.write(worker.log.read_text()[-4000:])
            return False
        time.sleep(0.05)
    return True
