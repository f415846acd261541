"""What pages show of requests beside their rows: the date that counts now, the next step, who sees it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from comity.assistance import amendment_steps, policy, reviewing
from comity.assistance.consultation_model import Consultation
from comity.assistance.model import LIFECYCLE, RequestForAssistance, Stage
from comity.assistance.review_model import Review
from comity.assistance.tracking import is_requested_date
from comity.core.transaction import Transaction
from comity.deadlines import queries as deadlines
from comity.deadlines.calendars import ONE_DAY, Calendar
from comity.deadlines.model import Deadline
from comity.exchange import queries as documents
from comity.exchange.model import Document, DocumentVersion

MAIN_STEPS = (
    "transmit",
    "review",
    "approve",
    "acknowledge",
    "receive",
    "dispose",
    "reply",
    "agree",
    "meet",
    "answer",
    "close",
    "deliver",
    "ask",
    "consult",
    "decide",
    "extend",
    "supplement",
    "amend",
    "return",
    "edit",
    "expedite",
    "confirm",
    "submit",
    "report",
    "withdraw",
    "discard",
)
"""The steps in the order in which a reader would want them: the first that is open is the main one."""


@dataclass(frozen=True)
class Clock:
    """A date as it stands now; `days` are working days left where it falls, or calendar days past.

    `begun_by` is the event from which it runs, and `key` the number of the question that it is about, of several.
    """

    rule: str
    falls_on: str
    due_on: date
    state: str  # planned, running, paused, met, ended, past
    days: int = 0
    asked: bool = False  # whether it is the date that the request asked for
    begun_by: str = ""
    key: str = ""

    @property
    def open(self) -> bool:
        return self.state in ("running", "paused", "past")


@dataclass(frozen=True)
class Clocks:
    """The dates of one request: the one it asked for, and all of them."""

    requested: Clock | None
    every: list[Clock]

    @property
    def next(self) -> Clock | None:
        """The first that is still to come or has passed without being met."""
        return min((clock for clock in self.every if clock.open), key=lambda clock: clock.due_on, default=None)

    def next_for(self, authority: str | None) -> Clock | None:
        """The first that falls on this authority; where none does, the first of all."""
        own = [clock for clock in self.every if clock.open and clock.falls_on == authority]
        return min(own, key=lambda clock: clock.due_on, default=self.next)

    def of_question(self, begun_by: str, n: int) -> Clock | None:
        """The one that began with the question of this number."""
        return next((one for one in self.every if (one.begun_by, one.key) == (begun_by, str(n))), None)


def clocks(tx: Transaction, requests: Sequence[RequestForAssistance]) -> dict[UUID, Clocks]:
    """The dates of requests, in one query for all of them and one for each authority on whom they fall."""
    by_subject = deadlines.deadlines_of_many(tx, requests)
    ahead: dict[str, Ahead] = {}
    found = {}
    for rfa in requests:
        every = [_clock(tx, deadline, ahead) for deadline in by_subject[rfa.subject]]
        asked = next((clock for clock in every if clock.asked), None)
        found[rfa.id] = Clocks(asked or _planned(rfa), every)
    return found


def _planned(rfa: RequestForAssistance) -> Clock | None:
    if rfa.requested_on is None:
        return None
    state = "planned" if rfa.transmitted_at is None else "ended"
    return Clock("", rfa.requested, rfa.requested_on, state, asked=True)


def _clock(tx: Transaction, deadline: Deadline, ahead: dict[str, Ahead]) -> Clock:
    if deadline.falls_on not in ahead:
        calendar = deadlines.calendar_of(tx.session, deadline.falls_on)
        ahead[deadline.falls_on] = Ahead(calendar, calendar.local(tx.now))
    here = ahead[deadline.falls_on]
    state = deadline.state(tx.now)
    past = state == "past"
    days = (here.today - deadline.due_on).days if past else here.working_days(deadline.due_on)
    begun_by = str(deadline.policy.get("runs_from", ""))
    asked = is_requested_date(deadline)
    return Clock(deadline.rule, deadline.falls_on, deadline.due_on, state, days, asked, begun_by, deadline.key)


class Ahead:
    """The working days of one calendar after today, each looked at once however many dates are told."""

    def __init__(self, calendar: Calendar, today: date) -> None:
        self.today = today
        self._works = calendar.works
        self._until = [0]

    def working_days(self, due: date) -> int:
        """How many working days lie after today, up to and including `due`."""
        days = max((due - self.today).days, 0)
        while len(self._until) <= days:
            day = self.today + timedelta(days=len(self._until))
            self._until.append(self._until[-1] + self._works(day))
        return self._until[days]


def coming_holidays(tx: Transaction, code: str, days: int) -> list[tuple[date, str, str]]:
    """The days off of an authority, weekends apart, in the coming days: the day and its name in both languages."""
    calendar = deadlines.calendar_of(tx.session, code)
    today = calendar.local(tx.now)
    found = []
    for n in range(days + 1):
        day = today + n * ONE_DAY
        holiday = calendar.holiday(day) if day.weekday() not in calendar.weekend else None
        if holiday is not None:
            found.append((day, holiday.names.en, holiday.names.fr))
    return found


def steps(tx: Transaction, requests: Sequence[RequestForAssistance]) -> dict[UUID, list[str]]:
    """The steps open to the reader now, for each request: what the policy permits and the lifecycle allows."""
    permitted, asked = tx.options_of(requests), reviewing.waiting(tx, requests)
    found = {
        rfa.id: [
            step
            for step in MAIN_STEPS
            if f"rfa.{step}" in permitted[rfa.id] and _waits(tx, rfa, step, asked.get(rfa.id))
        ]
        for rfa in requests
    }
    for rfa_id, step in amendment_steps.of(tx, requests).items():
        found[rfa_id] = [*(one for one in found[rfa_id] if one != "amend"), step]
    for rfa_id, review in asked.items():
        if review.deputy == tx.actor.id and "rfa.review" in permitted[rfa_id]:
            found[rfa_id].append("take_over")
    return found


def _waits(tx: Transaction, rfa: RequestForAssistance, step: str, review: Review | None) -> bool:
    """Whether somebody waits for the step; `review` is the one that is asked for and was not given yet."""
    if step == "submit" and review is not None:
        return False
    if step == "review" and (review is None or review.reviewer != tx.actor.id):
        return False
    if step in ("agree", "meet") and not (to_agree(tx, rfa) if step == "agree" else to_meet(tx, rfa)):
        return False
    return opens(rfa, step)


def to_agree(tx: Transaction, rfa: RequestForAssistance) -> Consultation | None:
    """The first consultation in which the other party has proposed how it ends, and waits for the reader's side."""
    mine = tx.actor.authority
    return next((one for one in rfa.consulting if one.waits_for_agreement_of(mine)), None)


def to_meet(tx: Transaction, rfa: RequestForAssistance) -> Consultation | None:
    """The first consultation that the other party has opened, and to which nobody has said anything yet."""
    mine = tx.actor.authority
    return next((one for one in rfa.consulting if one.waits_for_meeting_with(mine)), None)


def side(tx: Transaction, rfa: RequestForAssistance) -> str:
    """Which party the reader belongs to."""
    return "requesting" if tx.actor.authority == rfa.requesting else "requested"


def opens(rfa: RequestForAssistance, step: str) -> bool:
    """Whether the step can be taken now: while a question is open, it is answered first."""
    if step in ("ask", "answer") and rfa.paused:
        return False
    return step in LIFECYCLE and rfa.allows(step)


def measures_in_words(rfa: RequestForAssistance, locale: str) -> list[str]:
    """The measures of a request, each once, by the name of the sub-type where that is enough."""
    words = []
    for measure in rfa.in_force:
        if measure.letter is None:
            words.append(measure.of_its_kind.name(locale))
            continue
        act = policy.act_of(measure.letter, measure.act)
        name = act.name(locale) if act else policy.measures()[measure.letter].name(locale)
        words.append(name[:1].upper() + name[1:])
    return list(dict.fromkeys(words))


@dataclass(frozen=True)
class Shown:
    """A document as a page lists it: nothing of it is known here but its size and who sent it."""

    document: Document
    version: DocumentVersion
    number: int


@dataclass(frozen=True)
class Exchange:
    """One step of the exchange with its documents: the text that came with it and its files."""

    purpose: str
    documents: list[Shown]

    @property
    def first(self) -> Document:
        return self.documents[0].document


def exchanges(tx: Transaction, rfa: RequestForAssistance) -> list[Exchange]:
    """The released documents after the request itself, by their release: each is one step.

    Messages and notes of reviews are shown apart.
    """
    found: list[Exchange] = []
    kept = sorted(
        (pair for pair in documents.documents_of(tx, rfa.id) if pair[0].released_at is not None),
        key=lambda pair: (pair[0].released_at, pair[0].created_at, str(pair[0].id)),
    )
    for document, version in kept:
        if document.purpose in ("request", "annex", "review", "message", "attachment", "use", "consent"):
            continue
        last = found[-1] if found else None
        if last and (last.purpose, last.first.released_at) == (document.purpose, document.released_at):
            last.documents.append(Shown(document, version, len(last.documents) + 1))
        else:
            found.append(Exchange(document.purpose, [Shown(document, version, 1)]))
    return found


def of_matter(tx: Transaction, matter: UUID) -> list[Shown]:
    """The documents of a matter that the reader may see, oldest first."""
    return [Shown(*pair, number) for number, pair in enumerate(documents.documents_of(tx, matter), 1)]


def of_request(tx: Transaction, rfa: RequestForAssistance) -> list[Shown]:
    """The request's own document first, then its annexes, oldest first."""
    found = [pair for pair in documents.documents_of(tx, rfa.id) if pair[0].purpose in ("request", "annex")]
    found.sort(key=lambda pair: pair[0].purpose != "request")
    return [Shown(document, version, number) for number, (document, version) in enumerate(found)]


def own(tx: Transaction, rfa: RequestForAssistance, purposes: Iterable[str], *, released: bool) -> list[Shown]:
    """The documents of a request for these purposes, oldest first, released or still to be sent."""
    wanted = set(purposes)
    chosen = [
        (document, version)
        for document, version in documents.documents_of(tx, rfa.id)
        if document.purpose in wanted and (document.released_at is not None) == released
    ]
    return [Shown(document, version, number) for number, (document, version) in enumerate(chosen, 1)]


def visible_to(rfa: RequestForAssistance) -> list[str]:
    """The authorities that can read it now."""
    return [rfa.requesting] if rfa.stage in (Stage.DRAFT, Stage.APPROVED) else [rfa.requesting, rfa.requested]
