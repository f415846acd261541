"""What the platform has acknowledged, put down outside it by a client that never gives up."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from _instance import Instance

from comity_client import http as client_http
from comity_client.errors import NotReached, Refused
from comity_client.http import Http
from comity_client.transfer import Deposited
from comity_client.unlocked import Unlocked
from comity_demo.cast import PASSWORD, Person
from comity_seal.dsse import Dsse
from comity_seal.encoding import unb64

client_http.TRIES = 1  # every try is seen here, and repeated here

EVENTS = {
    "draft": "rfa.drafted", "approve": "rfa.approved", "transmit": "rfa.transmitted",
    "acknowledge": "rfa.acknowledged", "ask": "clarification.asked", "reply": "clarification.answered",
    "answer": "rfa.answered", "return": "rfa.returned", "close": "rfa.closed",
}  # fmt: skip
"""The line that each act leaves."""

STAGE = {
    "rfa.drafted": "draft", "rfa.approved": "approved", "rfa.transmitted": "transmitted",
    "rfa.acknowledged": "acknowledged", "clarification.asked": "acknowledged", "rfa.answered": "answered",
    "clarification.answered": "acknowledged", "rfa.returned": "acknowledged", "rfa.closed": "closed",
}  # fmt: skip
"""Where a request stands after a line."""

ONCE_MORE = 0.2
"""How often something done is sent once more, as if its answer had not arrived."""

PATIENCE = 90.0
"""Seconds that a client goes on trying."""


class Gate:
    """Lets requests through while it is open; once `close` returns, none is under way."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._open, self._inside = True, 0

    @contextmanager
    def passing(self):
        with self._changed:
            self._changed.wait_for(lambda: self._open)
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._open = False
            self._changed.wait_for(lambda: self._inside == 0)

    def open(self) -> None:
        with self._changed:
            self._open = True
            self._changed.notify_all()


@dataclass(frozen=True)
class Sent:
    """A changing request on its way to the platform."""

    account: str
    method: str
    path: str
    body: Any

    @property
    def words(self) -> list[str]:
        """The path without its leading slash, taken apart."""
        return self.path.strip("/").split("/")

    @property
    def act(self) -> tuple[str, str, str] | None:
        """The line that an act on a request leaves, that request, and whose act it is."""
        match [self.method, *self.words]:
            case ["POST", "requests", request, verb]:
                return EVENTS[verb], request, self.account
        return None

    @property
    def upload(self) -> str | None:
        """The upload that it completes."""
        return self.words[1] if self.words[0] == "uploads" and self.words[-1] == "complete" else None


@dataclass
class Version:
    """A version of a document: the hash of what was signed, where it lies, and the hash of what was sealed."""

    envelope: str
    upload: str
    request: str
    purpose: str
    sender: str
    plain: str | None = None


@dataclass
class Ledger:
    """Every acknowledgement; and what is in doubt, because its answer did not arrive."""

    gate: Gate = field(default_factory=Gate)
    changed: threading.Condition = field(default_factory=threading.Condition)
    parts: dict[tuple[str, int], str] = field(default_factory=dict)
    versions: dict[str, dict[int, Version]] = field(default_factory=dict)
    requests: dict[str, dict[str, Any]] = field(default_factory=dict)
    acts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    handed: Counter[tuple[str, str]] = field(default_factory=Counter)
    doubts: dict[int, Sent] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    unanswered: int = 0
    done_unanswered: int = 0
    repeated: int = 0
    ended: bool = False

    @property
    def acknowledged(self) -> int:
        """How many parts, versions and acts."""
        return len(self.parts) + sum(map(len, self.versions.values())) + self.acts.total()

    def await_acknowledgement(self) -> None:
        with self.changed:
            before = self.acknowledged
            assert self.changed.wait_for(lambda: self.acknowledged > before, 120), "nothing is acknowledged any more"

    def await_transmission(self) -> None:
        """A short run goes on until one request at least has reached the other side."""
        with self.changed:
            assert self.changed.wait_for(lambda: any(one[0] == "rfa.transmitted" for one in self.acts), 120)

    def doubt(self, client: Client, sent: Sent, why: str) -> None:
        """No answer came; reading changes nothing that could be in doubt."""
        with self.changed:
            self.errors[why] += 1
            if sent.method != "GET":
                self.unanswered += 1
                self.doubts[id(client)] = sent

    def note(self, client: Client, sent: Sent, headers: dict[str, str], answer: Any) -> None:
        """It was answered, and is done."""
        with self.changed:
            self.doubts.pop(id(client), None)
            match [sent.method, *sent.words]:
                case ["PUT", "uploads", upload, "parts", n]:
                    self.parts[upload, int(n)] = headers["Comity-Leaf"]
                case ["POST", "uploads", upload, "complete"]:
                    self._completed(sent, upload, answer.json())
                case ["POST", "requests"]:
                    self._stands(answer.json(), ("rfa.drafted", answer.json()["id"], sent.account))
                case ["POST", "requests", _, _]:
                    self._stands(answer.json(), sent.act)
                case ["GET", "documents", doc]:
                    self.handed[doc, sent.account] += 1
            self.changed.notify_all()

    def _completed(self, sent: Sent, upload: str, view: dict[str, Any]) -> None:
        envelope = sha256(Dsse.parse(unb64(sent.body["envelope"])).payload).hexdigest()
        if envelope != view["envelope_sha256"]:
            self.wrong.append(f"upload {upload} was completed as something else than was sent")
        version = Version(envelope, upload, view["request"], view["purpose"], view["sender"]["authority"])
        self.versions.setdefault(view["doc"], {})[view["ver"]] = version
        self.touched.add(view["request"])

    def _stands(self, view: dict[str, Any], act: tuple[str, str, str]) -> None:
        self.acts[act] += 1
        self.touched.add(act[1])
        if view["stage"] != STAGE[act[0]]:
            self.wrong.append(f"{act[0]} of {act[1]} was answered with a request that is {view['stage']}")
        self.requests[act[1]] = view
        for one in view["documents"] if act[0] == "rfa.transmitted" else ():
            known = self.versions[one["doc"]]
            last = known[max(known)]
            more = Version(one["envelope_sha256"], last.upload, last.request, last.purpose, last.sender, last.plain)
            known[one["ver"]] = more

    def keep(self, given: Deposited, plain: bytes | None = None) -> Deposited:
        """Remember what a document says, by its hash."""
        manifest = given.sealed.manifest
        digest = manifest.plain_sha256 if plain is None else sha256(plain).hexdigest()
        self.versions[given.doc][manifest.ver].plain = digest
        return given


class Client(Http):
    """Somebody's connection.  What was not answered is sent again, as a person would, until it is known to be done."""

    def __init__(self, server: str, ledger: Ledger, person: Person) -> None:
        super().__init__(server)
        self.ledger, self.account = ledger, str(person.id)
        self.chance = random.Random(person.name)

    def _send(self, method: str, path: str, *, again: bool = False, **options: Any) -> Any:  # noqa: ARG002
        sent, repeated = Sent(self.account, method, path, options.get("json")), False
        until = time.monotonic() + PATIENCE
        while True:
            with self.ledger.gate.passing():
                answer = self._try(sent, options, repeated)
                if answer is not None:
                    self.ledger.note(self, sent, options.get("headers", {}), answer)
                    if (sent.act or sent.upload) and self.chance.random() < ONCE_MORE:
                        self._once_more(sent, options, answer)
                    return answer
            if time.monotonic() > until:
                raise NotReached(f"no answer to {method} {path} within {PATIENCE:.0f} s")
            time.sleep(0.2)
            repeated = True

    def _try(self, sent: Sent, options: dict[str, Any], repeated: bool) -> Any:
        """The answer; None if there was none.  Of what was in doubt, the answer to the question whether it was done."""
        try:
            if repeated and sent.method == "POST" and sent.path == "/requests":
                made = self._draft_made(sent.body["requested"])
                if made is not None:
                    self.ledger.done_unanswered += 1
                    return made
            return super()._send(sent.method, sent.path, **options)
        except NotReached as failure:
            self.ledger.doubt(self, sent, type(failure.__cause__).__name__)
        except Refused as refused:
            if refused.status >= 500:
                self.ledger.doubt(self, sent, f"status {refused.status}")
                return None
            if not repeated or sent.act is None:
                raise
            return self._already(sent, refused)
        return None

    def _once_more(self, sent: Sent, options: dict[str, Any], answer: Any) -> None:
        """A completed upload is answered alike; an act is refused, and the journal will show that it was."""
        with suppress(NotReached):
            try:
                same = super()._send(sent.method, sent.path, **options).json() == answer.json()
            except Refused as refused:
                if refused.status >= 500:
                    return
                same = sent.upload is None
            else:
                same = same and sent.upload is not None
            self.ledger.repeated += 1
            if not same:
                self.ledger.wrong.append(f"{sent.path} once more was not answered as it must be")

    def _draft_made(self, requested: str) -> Any:
        """The draft whose answer did not arrive: its drafter looks into the list before beginning another."""
        drafts = super()._send("GET", "/requests", params={"stage": "draft", "limit": 200}).json()["items"]
        new = [one for one in drafts if one["requested"] == requested and one["id"] not in self.ledger.requests]
        if len(new) > 1:
            self.ledger.wrong.append(f"one draft became {len(new)}")
        return super()._send("GET", f"/requests/{new[0]['id']}") if new else None

    def _already(self, sent: Sent, refused: Refused) -> Any:
        """The repetition was refused: then the first must have been done."""
        assert sent.act
        event, request, _ = sent.act
        try:
            answer = super()._send("GET", f"/requests/{request}")
        except NotReached:
            return None
        view = answer.json()
        place = {"clarification.asked": "question", "clarification.answered": "reply"}.get(event)
        if place is None:
            done = view["stage"] == STAGE[event]
        else:
            done = sent.body["document"] in [one[place] for one in view["clarifications"]]
        if not done:
            raise refused
        self.ledger.done_unanswered += 1
        return answer


def signed_in(instance: Instance, person: Person, ledger: Ledger | None = None) -> Unlocked:
    """Somebody with unlocked keys; with a ledger, what is acknowledged to her is put down."""
    http = Client(instance.url, ledger, person) if ledger is not None else Http(instance.url)
    http.token = http.post("/session", {"email": person.email, "password": PASSWORD})["token"]
    return Unlocked.with_keys(http, instance.root.public, instance.founded.keysets[person])
