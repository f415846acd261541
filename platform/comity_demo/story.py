"""What has happened in the demonstration world before one looks: a dozen requests, played day by day with a set clock.

Each act goes through the platform's own interface: signed in, sealed by the client, checked by the server.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import httpx

from comity.core import clock
from comity_client import amending, consulting, messages, requests, translating, transmitting, withdrawing
from comity_client.http import Http
from comity_client.transfer import Deposited, deposit_bytes
from comity_client.unlocked import Unlocked
from comity_demo.cast import AMINA, BRUNO, CHIDI, DORA, GRACE, LENA, PASSWORD, ZOLA, Person
from comity_demo.founding import Founded
from comity_demo.papers import TEXTS, Paper, letter, table
from comity_seal.opening.sealing import Label
from comity_workers.relay import relay

Act = Callable[[], None]


@dataclass
class World:
    """The platform in this process, and everybody's keys."""

    transport: httpx.BaseTransport
    server: str
    founded: Founded
    today: date
    acts: list[tuple[datetime, Act]] = field(default_factory=list)
    _unlocked: dict[Person, Unlocked] = field(default_factory=dict)

    def as_(self, person: Person) -> Unlocked:
        """Sign in and unlock, once."""
        if person not in self._unlocked:
            http = Http(self.server, transport=self.transport)
            http.token = http.post("/session", {"email": person.email, "password": PASSWORD})["token"]
            keyset = self.founded.keysets[person]
            self._unlocked[person] = Unlocked.with_keys(http, self.founded.root.public, keyset)
        return self._unlocked[person]

    def leave(self) -> None:
        """Everybody signs out."""
        for me in self._unlocked.values():
            me.http.delete("/session")
            me.http.close()

    def on(self, days_ago: float, act: Act, hour: int = 9, minute: int = 0) -> None:
        """Let it happen that many days before today."""
        day = datetime(self.today.year, self.today.month, self.today.day, hour, minute, tzinfo=clock.now().tzinfo)
        self.acts.append((day - timedelta(days=days_ago), act))

    def play(self) -> None:
        """Everything in the order of time; what follows from an act follows at its time."""
        for moment, act in sorted(self.acts, key=lambda one: one[0]):
            with clock.at(moment):
                act()
                relay()
        self.leave()


@dataclass
class Story:
    """One request and what becomes of it."""

    world: World
    text: str
    to: str
    measures: Sequence[tuple[str, str | None]]
    on: date | None
    author: Person = AMINA
    request: dict[str, Any] = field(default_factory=dict)

    def fresh(self, me: Unlocked) -> dict[str, Any]:
        self.request = me.http.get(f"/requests/{self.request['id']}")
        return self.request

    def annex(self, me: Unlocked, paper: Paper, purpose: str, readers: list[str], *handling: str) -> Deposited:
        return deposit_bytes(
            me,
            paper.content,
            matter=requests.matter(self.request, purpose),
            readers=readers,
            label=Label(paper.name, paper.media, "en", handling),
            now=clock.now,
        )

    def draft(self) -> None:
        me = self.world.as_(self.author)
        measures = [{"letter": letter_, "act": act} for letter_, act in self.measures]
        day = self.on.isoformat() if self.on else None
        self.request = me.http.post("/requests", {"requested": self.to, "requested_on": day, "measures": measures})
        text = TEXTS[self.text]
        annexes = [self.annex(me, paper, "annex", [me.code]) for paper in text.annexes]
        requests.write(me, self.request, text.subject, text.text, annexes, checklist=text.checklist, now=clock.now)

    def approve(self) -> None:
        me = self.world.as_(BRUNO)
        transmitting.sign_approval(me, self.fresh(me), now=clock.now)

    def transmit(self) -> None:
        me = self.world.as_(self.author)
        transmitting.transmit(me, self.fresh(me), now=clock.now)

    def open(self, person: Person) -> None:
        me = self.world.as_(person)
        requests.read_request(me, self.fresh(me))

    def acknowledge(self, person: Person) -> None:
        me = self.world.as_(person)
        transmitting.acknowledge(me, self.fresh(me), now=clock.now)

    def ask(self, person: Person, words: str) -> None:
        me = self.world.as_(person)
        sealed = requests.message(me, self.fresh(me), "question", words, now=clock.now)
        requests.act(me, self.request, "ask", document=sealed.doc)

    def reply(self, words: str) -> None:
        me = self.world.as_(BRUNO)
        sealed = requests.message(me, self.fresh(me), "reply", words, now=clock.now)
        n = self.request["clarifications"][-1]["n"]
        requests.act(me, self.request, "reply", clarification=n, document=sealed.doc)

    def answer(self, person: Person, words: str, outcomes: Sequence[tuple[str, str | None]], *papers: Paper) -> None:
        me = self.world.as_(person)
        self.fresh(me)
        given = [
            {"n": n, "outcome": outcome, "ground": ground, "text": ""}
            for n, (outcome, ground) in enumerate(outcomes, 1)
        ]
        files = [self.annex(me, paper, "answer", requests.both(self.request)) for paper in papers]
        text = requests.answer_text(me, self.request, words, given, files, now=clock.now)
        requests.send_answer(me, self.request, given, [text, *files])

    def send_back(self, words: str) -> None:
        me = self.world.as_(self.author)
        sealed = requests.message(me, self.fresh(me), "return", words, now=clock.now)
        requests.act(me, self.request, "return", document=sealed.doc)

    def write(self, person: Person, words: str, *papers: Paper, handling: Sequence[str] = ()) -> None:
        """A message to the other party, from somebody who has read what was sent to her before."""
        me = self.world.as_(person)
        self.read(person)
        files = [self.annex(me, paper, "attachment", requests.both(self.request), *handling) for paper in papers]
        messages.send(me, self.request, words, files, now=clock.now)

    def read(self, person: Person) -> None:
        """Open every message that is new to this person."""
        me = self.world.as_(person)
        self.fresh(me)
        for one in list(messages.every(me.http, self.request)):
            if one["unread"]:
                messages.open_(me, self.request, one)
                messages.mark(me.http, one)

    def consult(self, person: Person, ground: str, measures: Sequence[int], **lines: str) -> None:
        """Something stands in the way: a consultation on it."""
        me = self.world.as_(person)
        consulting.consult(me, self.fresh(me), ground, measures, lines, now=clock.now)

    def meet(self, person: Person, words: str) -> None:
        me = self.world.as_(person)
        consulting.meet(me, self.fresh(me), 1, clock.now().date().isoformat(), words, now=clock.now)

    def propose(self, person: Person, outcome: str, until: date | None, words: str) -> None:
        me = self.world.as_(person)
        ending = next(one for one in me.http.get("/measures")["outcomes"] if one["outcome"] == outcome)
        day = until.isoformat() if until else None
        consulting.propose(me, self.fresh(me), 1, ending, day, words, now=clock.now)

    def agree(self, person: Person) -> None:
        me = self.world.as_(person)
        self.fresh(me)
        consulting.agree(me, self.request, 1, consulting.read_proposal(me, self.request, 1), "", now=clock.now)

    def deliver(self, person: Person, words: str, reports: Sequence[tuple[int, str]], *papers: Paper) -> None:
        """A part before the answer."""
        me = self.world.as_(person)
        self.fresh(me)
        given = [{"n": n, "outcome": outcome, "ground": None, "text": ""} for n, outcome in reports]
        files = [self.annex(me, paper, "part", requests.both(self.request)) for paper in papers]
        requests.deliver(me, self.request, words, given, files, now=clock.now)

    def translate(self, source: str, target: str, days: int, note: str, *, certified: bool = False) -> None:
        """Ask the language service for the translation of the text, in so many days."""
        me = self.world.as_(self.author)
        (text,) = requests.documents(self.fresh(me), "request")
        day = (clock.now().date() + timedelta(days=days)).isoformat()
        languages = (source, target)
        translating.ask(me, self.request, text, languages, day, certified=certified, note=note, now=clock.now)

    def give_translation(self, words: str) -> None:
        """The first text that waits is taken and given."""
        me = self.world.as_(LENA)
        one = next(one for one in translating.every(me.http, only_open=True) if one["stage"] == "asked")
        translating.give(me, translating.act(me.http, one, "take"), words, now=clock.now)

    def amend(self, words: str, *add: tuple[str, str | None]) -> None:
        """Prepare an amendment: measures that come in, and a sealed text that says why."""
        me = self.world.as_(self.author)
        measures = [{"letter": letter_, "act": act} for letter_, act in add]
        self.request = amending.prepare(me, self.fresh(me), measures)
        amending.write(me, self.request, words, now=clock.now)

    def approve_amendment(self) -> None:
        me = self.world.as_(BRUNO)
        amending.sign_approval(me, self.fresh(me), now=clock.now)

    def transmit_amendment(self) -> None:
        me = self.world.as_(self.author)
        amending.transmit(me, self.fresh(me), now=clock.now)

    def close(self) -> None:
        requests.act(self.world.as_(self.author), self.request, "close")

    def withdraw(self, words: str) -> None:
        """Take it back with sealed reasons, and ask what became of it."""
        me = self.world.as_(self.author)
        withdrawing.withdraw(me, self.fresh(me), words, now=clock.now)

    def sent(self, days_ago: float) -> None:
        """Drafted, approved and transmitted, the last of it that many days ago."""
        on = self.world.on
        on(days_ago + 2, self.draft, 10)
        on(days_ago + 1, self.approve, 11)
        on(days_ago, self.transmit, 9, 30)


@dataclass(frozen=True)
class Told:
    """Requests of the story about which there is more to tell."""

    bank: Story
    freeze: Story
    vehicles: Story
    draft: Story


def tell(world: World) -> Told:
    """Put all of it on the calendar of the world."""
    bank, freeze, vehicles = _near_and_paused(world)
    _past_and_answered(world)
    _ended(world)
    return Told(bank, freeze, vehicles, draft=_not_yet_sent(world))


def _near_and_paused(world: World) -> tuple[Story, Story, Story]:
    today, on = world.today, world.on
    bank = Story(world, "bank", "XA", [("i", "bank"), ("k", "identify")], today + timedelta(days=6))
    bank.sent(24)
    on(22, lambda: bank.acknowledge(CHIDI), 14)
    on(8, lambda: bank.write(
        CHIDI, "Union Savings has told us that its statements before 2020 exist on paper only. Shall we send copies by "
        "courier, or is a scan enough?",
    ), 11)  # fmt: skip
    on(
        7,
        lambda: bank.write(AMINA, "A scan is enough for now. Please keep the originals until the case is closed."),
        10,
    )
    on(1, lambda: bank.write(
        CHIDI, "Thank you. The first scans are attached, so that your experts can say whether they are legible.",
        letter("Sample page.pdf", "Union Savings, account XA-019-553-0081", "Statement of March 2019"),
    ), 15)  # fmt: skip

    on(7, lambda: bank.consult(
        CHIDI, "ongoing_case", [2],
        other_case="A trial about tax before the court of the capital concerns the same accounts.",
        offered="The names of the holders can be given now, on condition that they are not told before the verdict.",
        period="The verdict is expected within ten weeks; no longer is asked for.",
    ), 14)  # fmt: skip
    on(4, lambda: bank.meet(AMINA, "By telephone with the prosecutor of the capital. She confirms the ten weeks."), 16)
    on(3, lambda: bank.deliver(
        CHIDI, "The statements of 2020 to 2023. Those of 2019 follow.", [(1, "partly_executed")],
        table("Statements 2020-2023.csv", "date;amount", "2020-01-31;1200.00", "2020-02-28;1200.00"),
    ), 11)  # fmt: skip
    on(2, lambda: bank.propose(
        CHIDI, "postponed", today + timedelta(days=70), "Until the verdict; we tell you at once if it comes earlier.",
    ), 10)  # fmt: skip

    freeze = Story(world, "freeze", "XA", [("k", "trace"), ("k", "freeze")], today + timedelta(days=20))
    freeze.sent(15)
    on(14, lambda: freeze.acknowledge(CHIDI), 10)
    on(5, lambda: freeze.ask(CHIDI, "Which of the two companies of this name is meant: number 118 204 or 120 311?"), 15)
    on(4, lambda: freeze.amend(
        "A judge of the Court has allowed the seizure of what is frozen. Please seize it under the new measure; "
        "the first two stay as they are.", ("k", "seize"),
    ), 10)  # fmt: skip
    on(3, freeze.approve_amendment, 11)
    on(3, freeze.transmit_amendment, 14)

    vehicles = Story(world, "vehicles", "XA", [("i", "vehicle")], today + timedelta(days=45))
    vehicles.sent(1)

    preserve = Story(world, "preserve", "YB", [("j", None)], today + timedelta(days=12))
    preserve.sent(18)
    on(17, lambda: preserve.acknowledge(DORA), 8)
    on(16, lambda: preserve.ask(DORA, "Until which date are the logs to be kept?"), 9)
    on(9, lambda: preserve.reply("Until 31 March of next year, renewable."), 16)
    return bank, freeze, vehicles


def _past_and_answered(world: World) -> None:
    today, on = world.today, world.on
    company = Story(world, "company", "ZC", [("i", "company"), ("k", "identify")], today - timedelta(days=8))
    company.sent(50)
    on(47, lambda: company.acknowledge(ZOLA), 15)
    on(20, lambda: company.write(BRUNO, "Could you tell us when the annual accounts can be expected?"), 9)
    on(18, lambda: company.write(ZOLA, "The register has promised them for the end of the month."), 16)
    on(17, lambda: company.read(AMINA), 9)
    on(2, lambda: company.write(BRUNO, "Two of the three have arrived: is the third still to come?"), 14)

    trace = Story(world, "trace", "ZC", [("k", "identify"), ("k", "trace")], today - timedelta(days=1))
    trace.sent(40)
    on(39, lambda: trace.acknowledge(ZOLA), 15)
    on(12, lambda: trace.answer(
        ZOLA, "Two accounts were found; the land register is still being searched.",
        [("executed", None), ("partly_executed", None)],
        table("Accounts found.csv", "bank;account", "Zephyr Credit;ZC-78-331-002", "Zephyr Credit;ZC-78-331-015"),
    ), 16)  # fmt: skip
    on(6, lambda: trace.send_back("Thank you. Please add the result of the land register when it is there."), 11)

    land = Story(world, "land", "YB", [("i", "land"), ("k", "seize")], today + timedelta(days=3))
    land.sent(30)
    on(29, lambda: land.acknowledge(DORA), 9)
    on(20, lambda: land.consult(
        DORA, "not_enough_information", [2],
        missing="Which of the parcels 118 to 124 is meant.", tried="The register was searched under all seven numbers.",
    ), 10)  # fmt: skip
    on(
        18,
        lambda: land.propose(AMINA, "supplied", None, "It is parcel 121, as the annexed map of the notary shows."),
        9,
    )
    on(17, lambda: land.agree(DORA), 15)
    on(2, lambda: land.answer(
        DORA, "The extracts are attached. Parcel 121 has been seized by decision of 14 of this month.",
        [("executed", None), ("executed", None)],
        letter("Extracts.pdf", "Land register of Yvoria", "Parcels 118 to 124"),
        letter("Decision on seizure.pdf", "District Court of Lume", "Seizure of parcel 121"),
    ), 12)  # fmt: skip


def _ended(world: World) -> None:
    today, on = world.today, world.on
    search = Story(world, "search", "YB", [("h", None)], today - timedelta(days=20))
    search.sent(70)
    on(68, lambda: search.acknowledge(DORA), 9)
    on(30, lambda: search.answer(
        DORA, "The search took place; no records for the period were on the premises.", [("nothing_found", None)],
        letter("Record of the search.pdf", "Record of the search", "14 Quay Street"),
    ), 10)  # fmt: skip
    on(28, lambda: search.write(
        AMINA, "Merci. Le procès-verbal nous suffit : nous accepterons la réponse cette semaine.",
    ), 9)  # fmt: skip
    on(27, lambda: search.read(DORA), 9)
    on(26, search.close, 15)

    withdrawn = Story(world, "withdrawn", "XA", [("k", "freeze")], today + timedelta(days=10))
    withdrawn.sent(21)
    on(19, lambda: withdrawn.acknowledge(CHIDI), 15)
    on(11, lambda: withdrawn.withdraw("The account was closed in March; the funds were found elsewhere."), 10)


def _not_yet_sent(world: World) -> Story:
    today, on = world.today, world.on
    approved = Story(world, "approved", "YB", [("i", "bank")], today + timedelta(days=60))
    on(3, approved.draft, 10)
    on(3, lambda: approved.translate("en", "ar", 5, "“Statements” are statements of account.", certified=True), 11)
    on(2, lambda: approved.give_translation("يطلب المكتب كشفي الحسابين الواردين في المرفق لسنة 2022."), 15)
    on(1, approved.approve, 15)

    draft = Story(world, "draft", "XA", [("a", None), ("k", "identify")], today + timedelta(days=50))
    on(1, draft.draft, 16)
    on(1, lambda: draft.translate("en", "fr", 6, "A working translation for our own use; names stay as they are."), 17)
    on(4, Story(world, "service", "XA", [("d", None)], today + timedelta(days=30), GRACE).draft, 11)
    return draft
