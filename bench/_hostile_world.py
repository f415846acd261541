"""The people, their requests, and the command as each of them starts it, behind a proxy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from _proxy import Proxy
from tests import people
from tests.journeys.instance import Instance
from tests.people import AMINA, BRUNO, CHIDI

from comity.core.actors import Actor
from comity_client import messages, requests, transmitting
from comity_client.errors import Conflicted
from comity_client.http import Http
from comity_client.seen import Seen
from comity_client.transfer import Deposited, deposit_bytes
from comity_client.unlocked import Unlocked
from comity_seal.log.checkpoint import Checkpoint
from comity_seal.log.notes import WITNESS
from comity_seal.log.signer import NoteKey
from comity_seal.opening import statements
from comity_seal.opening.sealing import Label
from comity_seal.opening.wraps import Epoch
from comity_seal.tree import PART

ROOT = Path(__file__).resolve().parents[1]
PATHS = [str(ROOT / "platform"), str(ROOT / "workers"), str(ROOT)]
SUBJECT, TEXT = "Accounts of Meridian Freight", "The Office asks for the statements of 2021."
NEWS, ANNEX, NOTE = "The originals leave by courier.", b"bank;account\r\nUnion;1\r\n", b"Room 4, the old port\r\n"
NOW = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
WITNESS_KEY = NoteKey("witness.example/xa", WITNESS, b"\4" * 32)
STATEMENTS = "Statements.csv"
"""The file of an answer, which has a handling limit."""

SECRETS = (SUBJECT, TEXT, NEWS)
"""What must not be shown of anything that fails a check."""


@dataclass
class World:
    """An honest platform, and what has happened on it.  Requests are kept as the platform shows them."""

    instance: Instance
    people: dict[Actor, Unlocked] = field(default_factory=dict)
    requests: dict[str, dict[str, Any]] = field(default_factory=dict)
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    old_payloads: dict[str, bytes] = field(default_factory=dict)
    early: bytes = b""
    """A state that the log signed when it was shorter."""

    receipt: bytes = b""
    """The receipt of a line."""

    def me(self, actor: Actor) -> Unlocked:
        if actor not in self.people:
            http = Http(self.instance.url)
            http.token = http.post("/session", {"email": people.email(actor), "password": people.PASSWORD})["token"]
            self.people[actor] = Unlocked.with_keys(http, people.root().public, people.keyset(actor))
        return self.people[actor]

    def build(self) -> None:
        """Everything that the kinds need, so that none of them needs to change anything."""
        self._rotate()
        self._look()
        self._transmitted("sent", film=True)
        self._transmitted("other")
        self._drafted("draft")
        self._approved("approved")
        self._drafted("unapproved")
        self._transmitted("working")
        self._transmitted("asking")
        for name in ("working", "asking"):
            transmitting.acknowledge(self.me(CHIDI), self.shown(name, CHIDI))
        for name in ("sent", "other"):
            sent = self.requests[name]
            file = self._file(AMINA, sent, NOTE, "attachment", requests.both(sent), "Address.txt")
            messages.send(self.me(AMINA), sent, NEWS, [file])
        self._answered("answered")
        for name in self.requests:
            self.requests[name] = self.shown(name, AMINA)
        self.early = self.sealed()
        for name in ("sent", "working"):
            self.shown(name, CHIDI)
            self.handed(self.doc(name, "request"))
        here = f"/requests/{self.requests['sent']['id']}/receipts"
        self.sealed(beyond=Checkpoint.parse(self.early).size)
        self.receipt = self.me(CHIDI).http.get_bytes(f"{here}/{self.me(CHIDI).http.get(here)['items'][0]['seq']}")

    def _rotate(self) -> None:
        """Xandria has a second epoch."""
        me = self.me(CHIDI)
        new = Epoch.generate("XA", 2)
        link, wraps = statements.rotate(
            me.keyset, CHIDI.id, me.authority("XA"), reason="yearly", old=me.epoch, new=new, created=NOW
        )  # fmt: skip
        assert wraps.chain
        body = {
            "link": text(link), "wraps": {keyset: text(data) for keyset, data in wraps.members.items()},
            "chain_wrap": text(wraps.chain), "recovery_wrap": None, "recovery_files": [],
        }  # fmt: skip
        me.http.post("/authorities/XA/statements", body)
        self.people.clear()

    def _look(self) -> None:
        """Everybody has seen the log, so that what they seal names a state of it."""
        self.sealed()
        for actor in (AMINA, BRUNO, CHIDI):
            me = self.me(actor)
            me.log = Seen(me.http, str(me.http.get("/log/key")["key"]))
            me.log.look()

    def sealed(self, *, beyond: int = 0) -> bytes:
        """The newest state of the log, as soon as it has more lines than that."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with suppress(Conflicted):
                note = self.me(AMINA).http.get_bytes("/log/checkpoint")
                if Checkpoint.parse(note).size > beyond:
                    return note
            time.sleep(0.3)
        raise AssertionError("the log is not sealed")

    def shown(self, name: str, actor: Actor) -> dict[str, Any]:
        found: dict[str, Any] = self.me(actor).http.get(f"/requests/{self.requests[name]['id']}")
        return found

    def handed(self, doc: str, actor: Actor = AMINA) -> dict[str, Any]:
        """A document as the platform hands it out; asked for once."""
        if doc not in self.documents:
            self.documents[doc] = self.me(actor).http.get(f"/documents/{doc}")
        return dict(self.documents[doc])

    def _file(
        self, actor: Actor, request: dict, content: bytes, purpose: str, readers: list[str], name: str
    ) -> Deposited:
        matter = requests.matter(request, purpose)
        label = Label(name, "text/csv", handling=("lead_only",) if purpose == "answer" else ())
        return deposit_bytes(self.me(actor), content, matter=matter, readers=readers, label=label)

    def _drafted(self, name: str, *, film: bool = False) -> None:
        """A draft that was saved twice; so its first version is an old one."""
        amina = self.me(AMINA)
        measures = [{"letter": "i", "act": "bank"}, {"letter": "k", "act": "freeze"}]
        drafted = amina.http.post("/requests", {"requested": "XA", "requested_on": "2030-03-01", "measures": measures})
        self.requests[name] = drafted
        annexes = [self._file(AMINA, drafted, ANNEX, "annex", ["OTP"], "Accounts.csv")]
        content = os.urandom(2 * PART + 1000) if film else b"second\r\n"
        annexes.append(self._file(AMINA, drafted, content, "annex", ["OTP"], "Film.mov" if film else "Second.csv"))
        old = requests.write(amina, drafted, SUBJECT, f"{TEXT} And of 2019.", annexes)
        self.documents[f"old {name}"] = amina.http.get(f"/documents/{old.doc}")
        self.old_payloads[name] = amina.http.get_bytes(f"/documents/{old.doc}/parts/0")
        requests.write(amina, drafted, SUBJECT, TEXT, annexes, replaces=old)

    def _approved(self, name: str, *, film: bool = False) -> None:
        self._drafted(name, film=film)
        transmitting.sign_approval(self.me(BRUNO), self.shown(name, BRUNO))

    def _transmitted(self, name: str, *, film: bool = False) -> None:
        self._approved(name, film=film)
        transmitting.transmit(self.me(AMINA), self.shown(name, AMINA))

    def _answered(self, name: str) -> None:
        self._transmitted(name)
        chidi = self.me(CHIDI)
        transmitting.acknowledge(chidi, self.shown(name, CHIDI))
        request = self.shown(name, CHIDI)
        file = self._file(CHIDI, request, ANNEX, "answer", requests.both(request), STATEMENTS)
        outcomes = [{"n": one["n"], "outcome": "executed", "ground": None} for one in request["measures"]]
        requests.answer(chidi, request, "Attached.", outcomes, [file])

    def doc(self, name: str, purpose: str, place: int = 0) -> str:
        """The identifier of a document of a request; annexes by size, the largest last."""
        found = [one for one in self.requests[name]["documents"] if one["purpose"] == purpose]
        return str(sorted(found, key=lambda one: one["payload_bytes"])[place]["doc"])


def piece(given: dict[str, Any], name: str) -> bytes:
    return b64decode(given[name])


def text(data: bytes) -> str:
    return b64encode(data).decode()


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


@dataclass
class Said:
    """What the command did."""

    code: int
    out: str
    files: list[str]

    @property
    def sentence(self) -> str:
        return " ".join(self.out.split())


class Desk:
    """A home and a folder for each person's command, all behind one proxy."""

    def __init__(self, world: World, proxy: Proxy, folder: Path) -> None:
        self.world, self.proxy, self.folder = world, proxy, folder
        folder.mkdir()
        (folder / "password").write_text(people.PASSWORD)
        (folder / "passphrase").write_text(people.PASSPHRASE)

    def sign_in(self, actor: Actor) -> None:
        """Once for each person; every call of the command begins with what is kept then."""
        proxy, root = self.proxy, people.root().public.id
        proxy.begin(None)
        login = ["login", "--server", proxy.url, "--root", root, "--email", people.email(actor)]
        said = self._run(self._home(actor), self._fresh(), [*login, "--password-file", str(self.folder / "password")])
        assert said.code == 0, said.out

    def _home(self, actor: Actor) -> Path:
        return self.folder / people.NAMES[actor].split()[0].lower()

    def _fresh(self) -> Path:
        work = self.folder / "work"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        return work

    def learn(self) -> None:
        """What a person's command, and a witness, have seen before; nothing is misbehaving yet."""
        self.proxy.begin(None)
        for actor, name in ((AMINA, "answered"), (BRUNO, "answered"), (CHIDI, "sent")):
            words = ["request", "open", self.world.requests[name]["reference"]]
            said = self._run(self._home(actor), self._fresh(), words)
            assert said.code == 0, said.out
        work = self._fresh()
        (work / "key").write_text(WITNESS_KEY.to_text())
        key = str(self.world.me(CHIDI).http.get("/log/key")["key"])
        watch = ["witness", "--log", self.proxy.url, "--key", "key", "--state", "state", "--once", "--log-key", key]
        said = self._run(self._home(CHIDI), work, watch)
        assert said.code == 0, said.out
        self.state = (work / "state").read_bytes()

    def run(self, actor: Actor, *words: str, files: dict[str, bytes] | None = None, fresh: bool = False) -> Said:
        """With a copy of the home, so that no kind learns from another; `fresh` without what was seen."""
        home = self.folder / "copy"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(self._home(actor), home)
        if fresh:
            shutil.rmtree(home / "pins", ignore_errors=True)
            (home / "log-seen.json").unlink(missing_ok=True)
        work = self._fresh()
        for name, content in (files or {}).items():
            (work / name).write_bytes(content)
        said = self._run(home, work, list(words))
        same = {name for name, content in (files or {}).items() if (work / name).read_bytes() == content}
        said.files = [name for name in said.files if name not in same]
        return said

    def _run(self, home: Path, work: Path, words: list[str]) -> Said:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("COMITY_")},
            "COMITY_CONFIG_HOME": str(home),
            "COMITY_PASSPHRASE_FILE": str(self.folder / "passphrase"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "PYTHONPATH": ":".join(PATHS),
        }
        done = subprocess.run(
            [sys.executable, "-m", "comity_client.cli", *words],
            env=environment, cwd=work, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        found = [str(path.relative_to(work)) for path in sorted(work.rglob("*")) if path.is_file()]
        return Said(done.returncode, done.stdout + done.stderr, found)


@contextmanager
def desk(world: World, proxy: Proxy, folder: Path) -> Iterator[Desk]:
    made = Desk(world, proxy, folder)
    for actor in (AMINA, BRUNO, CHIDI):
        made.sign_in(actor)
    made.learn()
    yield made
