"""A real platform for the client: gunicorn on a free port, the cast with their keys, nothing else."""

import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from bench._proxy import Proxy, proxy_to
from tests import people

from comity.core.actors import Actor
from comity_client import requests, transmitting
from comity_client.cli import run
from comity_client.http import Http
from comity_client.transfer import deposit_bytes
from comity_client.unlocked import Unlocked
from comity_seal import tree
from comity_seal.log.notes import WITNESS
from comity_seal.log.signer import NoteKey
from comity_seal.opening.sealing import Label

ROOT = Path(__file__).resolve().parents[2]
POPULATE = """
from comity.core import database, settings
from comity.core.loading import load_domains
load_domains()
database.configure(settings.settings().database.url)
database.create_all()
from tests.people import populate
populate(keys=True)
"""


SEALING = """
import sys
from comity_workers import process, work
process.make_ready()
for _ in sys.stdin:
    assert work.run("seal_journal")
    print("sealed", flush=True)
"""
WITNESSES = [NoteKey(f"witness.example/{n}", WITNESS, bytes([n]) * 32) for n in (2, 3)]
"""Two witnesses that the platform's settings name."""


@dataclass(frozen=True)
class Server:
    """Where it listens, and where it keeps things."""

    url: str
    folder: Path
    environment: dict[str, str]
    connections: list[Http] = field(default_factory=list)
    workers: list[subprocess.Popen[str]] = field(default_factory=list)

    def seal(self) -> None:
        """What the worker does every two seconds; its process starts when it is first needed."""
        if not self.workers:
            command = [sys.executable, "-c", SEALING]
            pipe = subprocess.PIPE
            self.workers.append(subprocess.Popen(command, env=self.environment, stdin=pipe, stdout=pipe, text=True))
        stdin, stdout = self.workers[0].stdin, self.workers[0].stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write("once more\n")
        stdin.flush()
        assert stdout.readline() == "sealed\n"

    def stop(self) -> None:
        for http in self.connections:
            http.close()
        for worker in self.workers:
            worker.communicate(timeout=20)
            assert worker.returncode == 0

    def change(self, statement: str, *values: Any, rows: int = 1) -> None:
        """What somebody with the database in hand can do."""
        with closing(sqlite3.connect(self.folder / "comity.sqlite3", timeout=20)) as connection, connection:
            assert connection.execute(statement, values).rowcount == rows

    def look(self, statement: str, *values: Any) -> Any:
        with closing(sqlite3.connect(self.folder / "comity.sqlite3", timeout=20)) as connection:
            return connection.execute(statement, values).fetchone()[0]

    def unlocked(self, actor: Actor) -> Unlocked:
        http = Http(self.url)
        self.connections.append(http)
        http.token = http.post("/session", {"email": people.email(actor), "password": people.PASSWORD})["token"]
        return Unlocked.with_keys(http, people.root().public, people.keyset(actor))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with platform(tmp_path_factory.mktemp("platform")) as running:
        yield running


@contextmanager
def platform(folder: Path, populate: str = POPULATE) -> Iterator[Server]:
    """A platform that keeps its things in `folder`, and runs while the block does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    values = {
        "SERVER__PORT": port,
        "SERVER__PUBLIC_URL": f"http://localhost:{port}",
        "SERVER__WORKERS": 1,
        "DATABASE__URL": f"sqlite:///{folder / 'comity.sqlite3'}",
        "STORE__URL": folder / "store",
        "DATA__FOLDER": folder / "data",
        "LOG__WITNESSES": " ".join(str(one.public) for one in WITNESSES),
        "TRUST__ROOT": people.root().public.id,
        "TRUST__ROOT_KEYS": ROOT / "tests/root.public.json",
        "SESSIONS__ARGON2_MEMORY_KIB": 64,
        "SESSIONS__ARGON2_PASSES": 1,
        "LIMITS__REQUESTS_PER_MINUTE": 100000,
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMITY_")}
    environment = kept | {f"COMITY_{name}": str(value) for name, value in values.items()}
    environment["PYTHONPATH"] = ":".join(str(ROOT / one) for one in ("platform", "workers", "."))
    subprocess.run([sys.executable, "-c", populate], env=environment, check=True, timeout=120)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "comity.cli", "serve"], env=environment, stdout=log, stderr=log
        )
    try:
        _wait(f"http://127.0.0.1:{port}/sign-in", process, folder / "log")
        running = Server(f"http://127.0.0.1:{port}", folder, environment)
        yield running
        running.stop()
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except urllib.error.HTTPError as answer:
            answer.close()
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"the platform does not start: {log.read_text()[-2000:]}")


@dataclass(frozen=True)
class Said:
    """What the command answered."""

    code: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture
def comity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command, in a home and a folder of its own."""
    monkeypatch.setenv("COMITY_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("COMITY_DEBUG", raising=False)
    monkeypatch.delenv("COMITY_PASSPHRASE_FILE", raising=False)
    monkeypatch.delenv("COMITY_TOKEN", raising=False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")  # never that of this machine
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")

    def command(*arguments: object) -> Said:
        capsys.readouterr()
        code = run([str(one) for one in arguments])
        return Said(code, *capsys.readouterr())

    return command


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with the password and the passphrase of the cast."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "password").write_text(people.PASSWORD + "\n")
    (folder / "passphrase").write_text(people.PASSPHRASE.replace("-", "  ").upper() + "\n")
    return folder


@pytest.fixture
def chidi(comity: Command, files: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Chidi, signed in, with his passphrase in a file."""
    monkeypatch.setenv("COMITY_PASSPHRASE_FILE", str(files / "passphrase"))
    root = people.root().public.id
    said = comity(
        *("login", "--server", server.url, "--root", root),
        *("--email", people.email(people.CHIDI), "--password-file", files / "password"),
    )
    assert said.code == 0, said.err
    return comity


At = Callable[[Actor], Command]
"""Somebody's command."""


@pytest.fixture
def line(server: Server) -> Iterator[Proxy]:
    """Between the command and the platform."""
    with proxy_to(server.url) as proxy:
        yield proxy


@pytest.fixture
def at(
    comity: Command, files: Path, server: Server, line: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> At:
    """Somebody's command behind that line, once the log has begun."""
    server.seal()
    monkeypatch.setenv("COMITY_PASSPHRASE_FILE", str(files / "passphrase"))

    def command(actor: Actor) -> Command:
        monkeypatch.setenv("COMITY_CONFIG_HOME", str(tmp_path / actor.id))
        who = ("--email", people.email(actor), "--password-file", files / "password")
        said = comity("login", "--server", line.url, "--root", people.root().public.id, *who)
        assert said.code == 0, said.err
        line.begin(None)
        return comity

    return command


SUBJECT = "Accounts of Meridian Freight"
TEXT = "The Office asks for the statements of 2021."


@pytest.fixture
def sent(server: Server) -> dict[str, Any]:
    """A request with one annex, drafted by Amina, approved by Bruno, transmitted to Xandria."""
    amina, bruno = server.unlocked(people.AMINA), server.unlocked(people.BRUNO)
    measures = [{"letter": "i", "act": "bank"}, {"letter": "k", "act": "freeze"}]
    drafted = amina.http.post("/requests", {"requested": "XA", "requested_on": "2027-03-01", "measures": measures})
    annex = deposit_bytes(
        amina,
        b"bank;account\r\nUnion;1\r\n",
        matter=requests.matter(drafted, "annex"),
        readers=["OTP"],
        label=Label("../../Known \u202eaccounts.csv", "text/csv"),
    )
    requests.write(amina, drafted, SUBJECT, TEXT, [annex])
    transmitting.sign_approval(bruno, bruno.http.get(f"/requests/{drafted['id']}"))
    return transmitting.transmit(amina, amina.http.get(f"/requests/{drafted['id']}"))


SIZE = 3 * tree.PART + 1000
"""Bytes of a file of four parts, the last one short."""


@pytest.fixture
def content() -> bytes:
    return os.urandom(SIZE)


@pytest.fixture
def large(server: Server, content: bytes) -> dict[str, Any]:
    """A transmitted request with an annex of four parts."""
    amina, bruno = server.unlocked(people.AMINA), server.unlocked(people.BRUNO)
    measures = [{"letter": "i", "act": "bank"}]
    drafted = amina.http.post("/requests", {"requested": "XA", "requested_on": None, "measures": measures})
    annex = deposit_bytes(
        amina, content, matter=requests.matter(drafted, "annex"), readers=["OTP"], label=Label("Film.mov")
    )
    requests.write(amina, drafted, "Film", "See the annex.", [annex])
    transmitting.sign_approval(bruno, bruno.http.get(f"/requests/{drafted['id']}"))
    return transmitting.transmit(amina, amina.http.get(f"/requests/{drafted['id']}"))
