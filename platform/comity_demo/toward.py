"""What States have asked of the Court in the demonstration [Statute art. 93(10)]: one is answered, one waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from comity.core import clock
from comity_client import requests, transmitting
from comity_client.requests import Line
from comity_demo.cast import CHIDI, CHINUA, DAVIT, DORA, GRACE, Person
from comity_demo.papers import letter
from comity_demo.story import Story, World

CONDUCT = "Fraud and extortion in the harbour of Lume, which the law of the State punishes with more than five years."
NONE_GIVEN = "Our State gave the Court nothing of this."


@dataclass
class Asked(Story):
    """One request of a State to the Registry: a colleague of the drafter approves it."""

    colleague: Person = CHINUA
    subject: str = ""
    words: str = ""

    def draft(self) -> None:
        me = self.world.as_(self.author)
        body = {
            "kind": "assistance_to_state",
            "requested": "REG",
            "requested_on": self.on.isoformat() if self.on else None,
            "measures": [{"letter": None, "act": act} for _letter, act in self.measures],
        }
        self.request = me.http.post("/requests", body)
        lines = [Line("a", CONDUCT), Line("b", self.words), Line("g", NONE_GIVEN, applies=False)]
        requests.write(me, self.request, self.subject, self.words, [], checklist=lines, now=clock.now)

    def approve(self) -> None:
        me = self.world.as_(self.colleague)
        transmitting.sign_approval(me, self.fresh(me), now=clock.now)

    def hand_over(self, words: str, given: Sequence[dict[str, object]]) -> None:
        me = self.world.as_(GRACE)
        self.fresh(me)
        paper = letter("Statement of the pilot.pdf", "Statement of a harbour pilot", "(invented for the demonstration)")
        files = [self.annex(me, paper, "answer", requests.both(self.request))]
        text = requests.answer_text(me, self.request, words, given, files, now=clock.now)
        requests.send_answer(me, self.request, given, [text, *files])


def tell_toward(world: World) -> None:
    """Xandria has an answer to look at; what Yvoria asks has just reached the Registry."""
    today, on = world.today, world.on
    pilots = Asked(
        world, "", "REG", [("", "evidence"), ("", "questioning")], today + timedelta(days=25), CHIDI,
        subject="Statements about the harbour of Lume",
        words="For a trial of our own we ask for the statements of the two harbour pilots, and to question Arvel.",
    )  # fmt: skip
    on(24, pilots.draft, 9)
    on(23, pilots.approve, 10)
    on(23, pilots.transmit, 11)
    on(21, lambda: pilots.open(GRACE), 9)
    on(21, lambda: pilots.acknowledge(GRACE), 10)
    consent = {"consent": "recorded", "text": "Yvoria, which took the statement, by its note of this week."}
    why = "The person detained is heard by the Chamber itself until the summer; please ask again then."
    on(2, lambda: pilots.hand_over(
        "The statement of one pilot is attached; the other was never heard.",
        [
            {"n": 1, "outcome": "partly_executed", "ground": None, **consent},
            {"n": 2, "outcome": "denied", "ground": None, "text": why},
        ],
    ), 15)  # fmt: skip

    ledger = Asked(
        world, "", "REG", [("", "evidence")], today + timedelta(days=45), DORA, colleague=DAVIT,
        subject="Ledgers of Halden Brokers",
        words="We investigate the laundering of the proceeds, and ask for a copy of the ledgers that the Court holds.",
    )  # fmt: skip
    on(3, ledger.draft, 9)
    on(2, ledger.approve, 10)
    on(1, ledger.transmit, 11)
