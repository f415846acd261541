"""What else has happened in the demonstration world: a pair of requests, a link, urgency, a limit, a review.

It is told of requests of the story where that is possible, so that the world stays small.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from comity.core import clock
from comity_client import handling, requests, reviewing, transmitting
from comity_client.requests import Line
from comity_demo.cast import AMINA, BRUNO, CELIA, CHIDI, GRACE, HANNA, Person
from comity_demo.papers import letter
from comity_demo.story import Story, Told, World

WARRANT = "A warrant of arrest was issued by the Pre-Trial Chamber (invented for the demonstration)."
ARREST = [
    Line("a", "Tomas Arvel, born 4 May 1971, probably at the harbour of the capital of Xandria."),
    Line("b", "Crimes against humanity, in 2019 and 2020; the facts are in the text."),
    Line("c", WARRANT),
    Line("d", "The request for surrender follows within the time of the Rules."),
]
SURRENDER = [
    Line("a", "Tomas Arvel, born 4 May 1971, held in Xandria since his provisional arrest."),
    Line("b", WARRANT),
    Line("c", "The documents that the law of Xandria asks for are annexed."),
]


@dataclass
class Sought(Story):
    """One request of the Registry for a person; the full request `follows` the one for provisional arrest."""

    kind: str = ""
    subject: str = ""
    words: str = ""
    follows: Story | None = None

    def draft(self) -> None:
        me = self.world.as_(self.author)
        body: dict[str, Any] = {"kind": self.kind, "requested": self.to, "requested_on": None, "measures": []}
        if self.follows is not None:
            body["full_request_of"] = self.follows.request["id"]
        self.request = me.http.post("/requests", body)
        lines = SURRENDER if self.follows else ARREST
        papers = [letter("Warrant.pdf", "Warrant of arrest", "(invented for the demonstration)")]
        annexes = [self.annex(me, paper, "annex", [me.code]) for paper in papers]
        requests.write(me, self.request, self.subject, self.words, annexes, checklist=lines, now=clock.now)

    def approve(self) -> None:
        me = self.world.as_(HANNA)
        transmitting.sign_approval(me, self.fresh(me), now=clock.now)

    def report_arrest(self, person: Person) -> None:
        me = self.world.as_(person)
        day = clock.now().date().isoformat()
        requests.act(me, self.fresh(me), "report", what="arrest.made", on=day)


def tell_further(world: World, told: Told) -> None:
    """Put it on the calendar of the world."""
    _pair(world)
    on, bank, vehicles, freeze, draft = world.on, told.bank, told.vehicles, told.freeze, told.draft

    # Urgent, by fax: it has still to be confirmed through the State's channel.
    on(2, lambda: _expedite(vehicles), 12)
    # What is frozen follows from what the bank was asked.
    on(13, lambda: _link(freeze, bank), 15)
    # A file that is for generating new evidence alone, and a use of it that the Court asks for.
    on(6, lambda: bank.write(
        CHIDI, "In confidence: the name of the employee who told us where the paper files are kept.",
        letter("Source.pdf", "Union Savings, head office", "The employee prefers not to be named in court"),
        handling=["lead_only", "protected_person"],
    ), 9)  # fmt: skip
    on(4, lambda: _seek(bank), 10)
    # A colleague looks at the draft before it is approved, and another can take that over.
    on(1, lambda: _ask_review(draft), 17)


def _pair(world: World) -> None:
    on = world.on
    arrest = Sought(
        world, "", "XA", [], None, GRACE, kind="provisional_arrest", subject="Provisional arrest of Tomas Arvel",
        words="The Court asks for the provisional arrest of the person named below, pending its request for surrender.",
    )  # fmt: skip
    arrest.sent(16)
    on(16, lambda: arrest.acknowledge(CHIDI), 15)
    on(12, lambda: arrest.report_arrest(CHIDI), 16)
    full = Sought(
        world, "", "XA", [], None, GRACE, kind="arrest_surrender", subject="Arrest and surrender of Tomas Arvel",
        words="Following its request for provisional arrest, the Court asks for the surrender of this person.",
        follows=arrest,
    )  # fmt: skip
    full.sent(2)


def _expedite(one: Story) -> None:
    me = one.world.as_(one.author)
    requests.act(me, one.fresh(me), "expedite", medium="fax")


def _link(one: Story, other: Story) -> None:
    me = one.world.as_(one.author)
    requests.act(me, one.fresh(me), "links", other=other.request["id"], relation="follows")


def _seek(one: Story) -> None:
    """The Court asks to use as evidence what came under limits."""
    me = one.world.as_(AMINA)
    shown = next(paper for paper in one.fresh(me)["documents"] if paper["handling"])
    why = "The Chamber will ask how the paper files were found. The name would be given to it alone."
    handling.ask(me, one.request, shown["doc"], "evidence", why, now=clock.now)


def _ask_review(one: Story) -> None:
    me = one.world.as_(one.author)
    day = (one.world.today + timedelta(days=2)).isoformat()
    people = [reviewing.colleague(me, person.name) for person in (BRUNO, CELIA)]
    reviewing.ask(me, one.fresh(me), people[0], people[1], day)
