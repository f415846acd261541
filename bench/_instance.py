"""A real instance in a folder of its own, started as an operator starts it: broker, web and worker, one command."""

from __future__ import annotations

import io
import os
import selectors
import subprocess
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATHS = [str(ROOT / "platform"), str(ROOT / "workers"), str(ROOT)]
sys.path[:0] = PATHS

from comity.cli import main as server
from comity.core import clock, settings
from comity.core.loading import load_domains
from comity_client.http import Http
from comity_client.unlocked import Unlocked
from comity_demo.cast import PASSPHRASE, PASSWORD, Person
from comity_demo.founding import configure, found, free_port, make_root

KINDS = {
    "watch.py": "watcher", "supervise": "supervisor", "celery": "worker", "mailbox": "mailbox", "comity.cli": "web",
    "gunicorn": "web", "comity-web": "web", "valkey": "broker", "redis": "broker",
}  # fmt: skip
"""What stands in the command line of a process, the first that does, and what it then is."""


class Instance:
    """The platform with its people and their keys; `apart`: the mailbox is no part of what can be killed.

    `more` are settings as the environment names them.
    """

    def __init__(self, folder: Path, *, apart: bool = False, **more: str) -> None:
        self.data = folder / "world"
        self.data.mkdir()
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        self.root = make_root(self.data)
        configure(self.data, self.root, 8000)
        os.environ.update(more)
        settings.settings.cache_clear()
        load_domains()
        with redirect_stdout(io.StringIO()):
            server.main(["migrate"], standalone_mode=False)
        self.founded = found(self.root, clock.now())
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "PYTHONPATH": ":".join(PATHS),
            "TMPDIR": str(self.temporary),
            "COMITY_SERVER__PORT": str(self.port),
            "COMITY_SERVER__PUBLIC_URL": f"http://localhost:{self.port}",
        }
        self.said = b""
        self.command = [sys.executable, "-m", "comity_workers.supervise"]
        self.mailbox = self._mailbox(apart)
        self.start()

    def _mailbox(self, apart: bool) -> subprocess.Popen[bytes] | None:
        port, folder = settings.settings().mail.port, self.data / "mail"
        command = f"{sys.executable} -m comity_demo.mailbox --folder {folder} --port {port}"
        if apart:
            return subprocess.Popen(command.split(), env=self.environment, cwd=ROOT)
        self.command += ["--also", f"mailbox={command}"]
        return None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.process = subprocess.Popen(
            self.command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=ROOT
        )
        assert self.process.stdout
        os.set_blocking(self.process.stdout.fileno(), False)
        said = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            until = time.monotonic() + 90
            while b"is ready" not in said:
                assert time.monotonic() < until, f"the instance does not start: {said.decode()}"
                if selector.select(1):
                    said += self.process.stdout.read() or b""
                assert self.process.poll() is None, f"the instance does not start: {said.decode()}"
        self.said += said

    def processes(self) -> dict[int, str]:
        """Every process of the instance, with what it is."""
        parents = _parents()
        found, new = set(), {self.process.pid}
        while new:
            found |= new
            new = {pid for pid, parent in parents.items() if parent in new} - found
        kinds = {pid: _kind(pid) for pid in found}
        return {pid: kind for pid, kind in kinds.items() if kind}

    def masters(self, kind: str) -> dict[int, list[int]]:
        """The processes of a kind that a watcher started, each with those of the same kind that it started itself."""
        processes, parents = self.processes(), _parents()
        those = [pid for pid, what in processes.items() if what == kind]
        own = [pid for pid in those if processes.get(parents.get(pid, 0)) == "watcher"]
        return {master: [pid for pid in those if parents.get(pid) == master] for master in own}

    def unlocked(self, person: Person, agent: str | None = None) -> Unlocked:
        """Somebody who has signed in and typed the passphrase; `agent` is sent with every request."""
        http = Http(self.url)
        if agent:
            http._client.headers["User-Agent"] = agent
        http.token = http.post("/session", {"email": person.email, "password": PASSWORD})["token"]
        return Unlocked.unlock(http, self.root.public.id, PASSPHRASE)

    def stop(self) -> None:
        for process in (self.process, self.mailbox):
            if process is not None and process.poll() is None:
                process.terminate()
                process.wait(timeout=30)


def _parents() -> dict[int, int]:
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            found[int(stat.parent.name)] = int(stat.read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, ValueError):
            continue
    return found


def _kind(pid: int) -> str:
    """What a process is; empty if it has ended."""
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
    except OSError:
        return ""
    return next((kind for word, kind in KINDS.items() if word in line), "other") if line else ""
