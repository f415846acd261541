"""What waits for a reader, on the first page: what she can do next, what others do next, and the coming dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask import render_template

from comity.assistance import consents, filtering, queries, showing, sides
from comity.assistance.consent_model import Consent
from comity.assistance.model import RequestForAssistance, Stage
from comity.assistance.portfolio_model import Tracking
from comity.assistance.showing import Clock, Clocks
from comity.assistance.sides import SIDES
from comity.core.transaction import Transaction
from comity.web.home import panel
from comity.web.languages import current

COURT = {"cooperation officer", "registry officer"}
STATE = {"focal point"}
WAITING_STEPS = (
    "acknowledge",
    "receive",
    "reply",
    "agree",
    "meet",
    "answer",
    "dispose",
    "close",
    "review",
    "take_over",
    "approve",
    "transmit",
    "approve_amendment",
    "transmit_amendment",
)
"""Steps that somebody waits for, the most pressing first."""

COMING = 30
"""Days that the list of coming dates looks ahead."""

SHOWN = 100
"""Open requests that a first page looks at, on each side and of each turn: the most urgent ones."""


IN_ORDER = (
    [Stage.TRANSMITTED],
    [Stage.ACKNOWLEDGED],
    [Stage.ANSWERED],
    [Stage.WITHDRAWN],
    [Stage.DRAFT, Stage.APPROVED],
)
"""What is looked at first: not acknowledged, then questions and answers that are due, then what was answered.

A withdrawn request is there while it waits for what became of its documents.
"""


@dataclass(frozen=True)
class Waiting:
    """One thing to do: the step, the request, and the date that matters for it."""

    step: str
    rfa: RequestForAssistance
    clock: Clock | None


@dataclass(frozen=True)
class Coming:
    """One line of the coming dates: a date of a request, or a day off."""

    on: date
    rfa: RequestForAssistance | None
    rule: str


@dataclass(frozen=True)
class Desk:
    """The open requests of a reader, sorted by who does the next step, and those with new messages, with how many."""

    mine: list[Waiting]
    others: list[RequestForAssistance]
    drafts: list[RequestForAssistance]
    paused: list[RequestForAssistance]
    written: list[tuple[RequestForAssistance, int]]
    clocks: dict[UUID, Clocks]
    to_consent: list[tuple[RequestForAssistance, Consent, Clock | None]]
    """What waits for the consent of the reader's side, with its date."""
    hidden: dict[str, int]
    """How many more there are than are shown, by whose step is next: `you` and `other`."""


def desk(tx: Transaction) -> Desk:
    """What is most urgent of all that is open, and every new message, in a fixed number of queries.

    Of more than SHOWN requests those are looked at whose stage comes first in IN_ORDER, by their date.
    """
    found, hidden = [], {}
    for turn in ("you", "other"):
        hidden[turn] = 0
        for side in SIDES:
            some, more = _urgent(tx, turn, side)
            found += some
            hidden[turn] += more
    asked = consents.waiting(tx, SHOWN)
    open_ones = {rfa.id for rfa in found}
    clocks = showing.clocks(tx, [*found, *(rfa for rfa, _some in asked if rfa.id not in open_ones)])
    steps = showing.steps(tx, found)
    next_of = {rfa.id: clocks[rfa.id].next_for(tx.actor.authority) for rfa in found}
    mine = [Waiting(step, rfa, next_of[rfa.id]) for rfa in found if (step := _first(steps[rfa.id], next_of[rfa.id]))]
    mine.sort(key=_pressing)
    busy = {waiting.rfa.id for waiting in mine}
    rest = [rfa for rfa in found if rfa.id not in busy]
    return Desk(
        mine,
        [rfa for rfa in rest if rfa.stage not in (Stage.DRAFT, Stage.APPROVED)],
        [rfa for rfa in rest if rfa.stage in (Stage.DRAFT, Stage.APPROVED)],
        [rfa for rfa in found if rfa.paused and rfa.stage is Stage.ACKNOWLEDGED],
        _written(tx),
        clocks,
        [(rfa, one, clocks[rfa.id].of_question("consent.asked", one.n)) for rfa, some in asked for one in some],
        hidden,
    )


def _first(steps: Sequence[str], clock: Clock | None) -> str | None:
    """The most pressing step that somebody waits for; a deputy is not waited for before the day has passed."""
    late = clock is not None and clock.state == "past"
    return next((one for one in WAITING_STEPS if one in steps and (one != "take_over" or late)), None)


def _urgent(tx: Transaction, turn: str, side: str) -> tuple[list[RequestForAssistance], int]:
    """The most urgent open requests of one side whose next step is the reader's or the other's, and how many more."""
    rfa, where = RequestForAssistance, filtering.conditions(tx, filtering.Filter({"turn": (turn,)}, "date"), side)
    found: list[RequestForAssistance] = []
    for stages in IN_ORDER:
        room = SHOWN - len(found)
        by_date = (Tracking.next_on, Tracking.rfa_id)
        found += tx.find(rfa, *where, rfa.stage.in_(stages), order_by=by_date, limit=room) if room else []
    return found, tx.count(rfa, *where) - len(found) if len(found) == SHOWN else 0


def _written(tx: Transaction) -> list[tuple[RequestForAssistance, int]]:
    """Requests with messages that the reader has not read, the latest change first; also those that have ended."""
    unread = queries.unread(tx)
    if not unread:
        return []
    latest = (RequestForAssistance.changed_at.desc(), RequestForAssistance.id)
    found = tx.find(RequestForAssistance, RequestForAssistance.id.in_(list(unread)), order_by=latest, limit=SHOWN)
    return [(rfa, unread[rfa.id]) for rfa in found]


def _pressing(waiting: Waiting) -> tuple[int, date, str]:
    """Not acknowledged first, then what is asked, then answers by their date."""
    return (
        WAITING_STEPS.index(waiting.step),
        waiting.clock.due_on if waiting.clock else date.max,
        waiting.rfa.reference,
    )


@panel(10, STATE)
def needs_you(tx: Transaction) -> str:
    """A focal point: what needs her, what the Court does next, and the next thirty days."""
    here = desk(tx)
    return render_template(
        "assistance/home_state.html",
        desk=here,
        coming=coming(tx, here),
        asks=sides.asks(tx),
        now=tx.now,
        days=COMING,
    )


@panel(10, COURT)
def next_actions(tx: Transaction) -> str:
    """An officer of the Court: her next actions, what was newly answered among them, and what stands still."""
    here = desk(tx)
    mine = [one for one in here.mine if one.step != "close"]
    answered = [one for one in here.mine if one.step == "close"]
    return render_template("assistance/home_court.html", desk=here, mine=mine, answered=answered, now=tx.now)


def coming(tx: Transaction, here: Desk) -> Sequence[Coming]:
    """The dates of the coming days, with the days off of the reader's authority between them."""
    requests = [one.rfa for one in here.mine] + here.others
    days = [
        Coming(clock.due_on, rfa, clock.rule)
        for rfa in requests
        for clock in here.clocks[rfa.id].every
        if clock.state == "running"
    ]
    last = tx.now.date() + timedelta(days=COMING)
    off = [
        Coming(day, None, french if current() == "fr" else english)
        for day, english, french in showing.coming_holidays(tx, tx.actor.authority or "", COMING)
    ]
    return sorted((one for one in [*days, *off] if one.on <= last), key=lambda one: (one.on, one.rule))
