"""People at work: requests from draft to close, and large documents brought in part by part."""

from __future__ import annotations

import random
import threading
import time
from datetime import date, timedelta
from typing import Any

from _instance import Instance
from _ledger import Ledger, signed_in

from comity_client import requests, transmitting
from comity_client.errors import ClientError
from comity_client.transfer import Deposited, deposit_bytes
from comity_client.unlocked import Unlocked
from comity_demo.cast import AMINA, BRUNO, CHIDI, DORA, GRACE, ZOLA, Person
from comity_seal.opening.sealing import Label

PAUSE = 0.25
"""Seconds at most between two steps of one desk."""

LARGE = 20 << 20


class Desk(threading.Thread):
    """One or more people who work on one request after another, until the ledger is closed."""

    def __init__(self, instance: Instance, ledger: Ledger, chance: random.Random, people: list[Person]) -> None:
        super().__init__(name=" and ".join(one.name.split()[0] for one in people), daemon=True)
        self.ledger, self.chance = ledger, chance
        self.people = [signed_in(instance, one, ledger) for one in people]

    def run(self) -> None:
        while not self.ledger.ended:
            try:
                for _ in self.work():
                    if self.ledger.ended:
                        break
                    time.sleep(self.chance.uniform(0, PAUSE))
            except ClientError as error:
                self.ledger.wrong.append(f"{self.name}: {type(error).__name__}: {error}")
                time.sleep(1)
            except Exception as error:
                self.ledger.wrong.append(f"{self.name} gave up: {type(error).__name__}: {error}")
                raise

    def work(self):
        raise NotImplementedError

    def draft(self, me: Unlocked, requested: str) -> dict[str, Any]:
        day = date.today() + timedelta(days=self.chance.randint(20, 60)) if self.chance.random() < 0.7 else None
        measures = [{"letter": "i", "act": "bank"}, {"letter": "k", "act": "freeze"}][: self.chance.randint(1, 2)]
        body = {"requested": requested, "requested_on": day and day.isoformat(), "measures": measures}
        return me.http.post("/requests", body)

    def words(self) -> str:
        return self.chance.randbytes(self.chance.randint(20, 400)).hex()

    def paper(self, me: Unlocked, request: dict, purpose: str, readers: list[str], size: int) -> Deposited:
        content = self.chance.randbytes(size)
        label = Label("table.csv", "text/csv")
        matter = requests.matter(request, purpose)
        return self.ledger.keep(deposit_bytes(me, content, matter=matter, readers=readers, label=label), content)

    def text(self, me: Unlocked, request: dict, annexes: list[Deposited], last: Deposited | None) -> Deposited:
        return self.ledger.keep(requests.write(me, request, self.words(), self.words(), annexes, replaces=last))


class Pair(Desk):
    """Two officers and a focal point."""

    def work(self):
        drafter, approver, state = self.people
        request = self.draft(drafter, state.code)
        here = f"/requests/{request['id']}"
        yield
        annexes = [self.paper(drafter, request, "annex", [drafter.code], self.chance.randint(1, 300_000))]
        yield
        text = None
        for _ in range(self.chance.randint(1, 3)):  # typed, and saved as it is typed
            text = self.text(drafter, request, annexes, text)
            yield
        transmitting.sign_approval(approver, approver.http.get(here))
        yield
        transmitting.transmit(drafter, drafter.http.get(here))
        yield
        transmitting.acknowledge(state, state.http.get(here))
        yield
        n = 0
        while self.chance.random() < 0.5:
            n += 1
            question = self.ledger.keep(requests.message(state, request, "question", self.words()))
            requests.act(state, request, "ask", document=question.doc)
            yield
            reply = self.ledger.keep(requests.message(approver, request, "reply", self.words()))
            requests.act(approver, request, "reply", document=reply.doc, clarification=n)
            yield
        yield from self.answer(state, request)
        if self.chance.random() < 0.3:
            why = self.ledger.keep(requests.message(drafter, request, "return", self.words()))
            requests.act(drafter, request, "return", document=why.doc)
            yield
            yield from self.answer(state, request)
        if self.chance.random() < 0.7:
            requests.act(drafter, request, "close")
            yield

    def answer(self, state: Unlocked, request: dict):
        request = state.http.get(f"/requests/{request['id']}")
        outcomes = [{"n": one["n"], "outcome": "executed", "ground": None, "text": ""} for one in request["measures"]]
        file = self.paper(state, request, "answer", requests.both(request), self.chance.randint(1, 300_000))
        yield
        sealed = self.ledger.keep(requests.answer_text(state, request, self.words(), outcomes, [file]))
        yield
        requests.send_answer(state, request, outcomes, [sealed, file])
        yield


class Registry(Desk):
    """Brings in large documents part by part, one for each time it is told to, and saves a draft meanwhile."""

    def __init__(self, *given) -> None:
        super().__init__(*given)
        self.wanted = threading.Event()

    def work(self):
        (me,) = self.people
        request = self.draft(me, "XA")
        text = None
        for _ in range(4):
            annex = None
            while not self.ledger.ended and not self.wanted.wait(0.5):
                text = self.text(me, request, [], text)
                yield
            if self.wanted.is_set():
                self.wanted.clear()
                annex = self.paper(me, request, "annex", [me.code], self.chance.randint(LARGE // 4, LARGE))
                yield
            text = self.text(me, request, [annex] if annex else [], text)
            yield


def desks(instance: Instance, ledger: Ledger, chance: random.Random) -> tuple[list[Desk], Registry]:
    """Everybody who works, and who of them brings in what is large."""
    teams = [[AMINA, BRUNO, CHIDI], [BRUNO, AMINA, DORA], [AMINA, BRUNO, ZOLA]]
    registry = Registry(instance, ledger, random.Random(chance.random()), [GRACE])
    return [*(Pair(instance, ledger, random.Random(chance.random()), team) for team in teams), registry], registry
