"""A list of requests narrowed and sorted as its address says: what can be asked for, and what each word means in SQL.

Each word is put for one side at a time, that on which the reader's authority stands: so each side is read along an
index of its own (sides.py).  Values of one name widen (`stage=transmitted&stage=acknowledged`), names narrow.  An
address holds no word that a person made up: so it can be kept, sent and shown without telling of a matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import aliased

from comity.assistance import assigning, kinds, policy, sides
from comity.assistance.model import WITH_THE_STATE, Measure, Message, Reading, RequestForAssistance, Stage
from comity.assistance.portfolio_model import Assignment, Tracking
from comity.assistance.tracking import NEVER, REQUESTED, REQUESTING
from comity.core import access
from comity.core.transaction import Transaction

Rfa = RequestForAssistance
Where = ColumnElement[bool]

SOON = timedelta(days=7)
"""What `date=week` looks ahead."""

REFERENCE = re.compile(r"[A-Z0-9/-]{1,40}")
"""A part of a reference; nothing else is looked for, so that no other word gets into an address."""

NAMES = ("side", "stage", "kind", "party", "letter", "turn", "date", "mine", "whose", "unread", "urgent", "ref")
"""What a list can be narrowed by, in the order of a canonical address."""

SORTS = ("changed", "date", "reference")
"""Newest change first; the requested date that is still open, the earliest first; the reference, from A to Z."""


@dataclass(frozen=True)
class Filter:
    """What an address asks for.  `unknown` are the names and values that mean nothing here."""

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "changed"
    unknown: tuple[tuple[str, str], ...] = ()

    def of(self, name: str) -> tuple[str, ...]:
        return self.chosen.get(name, ())

    @property
    def address(self) -> dict[str, Any]:
        """The arguments of the address that says the same, always in the same order."""
        found: dict[str, Any] = {name: list(self.chosen[name]) for name in NAMES if self.of(name)}
        return found if self.sort == "changed" else {**found, "sort": self.sort}


def read(tx: Transaction, asked: Iterable[tuple[str, Sequence[str]]], ignored: Collection[str] = ()) -> Filter:
    """A filter from names and values as they stand in an address; the `ignored` names are somebody else's."""
    chosen: dict[str, tuple[str, ...]] = {}
    unknown: list[tuple[str, str]] = []
    sort = "changed"
    for name, values in asked:
        values = [value.strip() for value in values if value.strip()]
        if name in ignored or not values:
            continue
        if name == "sort" and len(values) == 1 and values[0] in SORTS:
            sort = values[0]
            continue
        allowed = ALLOWED[name](tx) if name in ALLOWED else []
        known = [value.upper() if name == "ref" else value for value in values]
        good = [value for value in known if (REFERENCE.fullmatch(value) if name == "ref" else value in allowed)]
        unknown += [(name, value) for value, same in zip(values, known, strict=True) if same not in good]
        if good and name in NAMES:
            chosen[name] = tuple(dict.fromkeys(good))
    return Filter({name: chosen[name] for name in NAMES if name in chosen}, sort, tuple(unknown))


ALLOWED: dict[str, Callable[[Transaction], Collection[str]]] = {
    "side": lambda tx: sides.SIDES if sides.asks(tx) and sides.is_asked(tx) else [],
    "stage": lambda _tx: [stage.value for stage in Stage],
    "kind": lambda _tx: kinds.kinds(),
    "party": lambda tx: [one.code for one in sides.others(tx)],
    "letter": lambda _tx: policy.measures(),
    "turn": lambda _tx: ["you", "other"],
    "date": lambda _tx: ["passed", "week", "paused", "none"],
    "mine": lambda tx: ["assigned", "drafted"] if sides.asks(tx) else ["assigned"],
    "whose": lambda tx: ["nobody", *(str(one.id) for one in assigning.colleagues(tx))],
    "unread": lambda _tx: ["yes"],
    "urgent": lambda _tx: ["yes", "unconfirmed"],
    "ref": lambda _tx: [],
}
"""The words that each name takes."""


def conditions(tx: Transaction, wanted: Filter, side: str) -> list[Where]:
    """What the filter means on one side, beside the access policy, which is not its business."""
    named = [name for name in NAMES if wanted.of(name)]
    found = [or_(*(CLAUSES[name](tx, side, value) for value in wanted.of(name))) for name in named]
    tracked = wanted.sort == "date" or wanted.of("turn") or wanted.of("date")
    return [_own(tx, Rfa, side), *(joined(wanted.sort) if tracked else []), *found]


def _own(tx: Transaction, table: Any, side: str) -> Where:
    """That the reader's authority stands on that side."""
    column = table.requesting if side == REQUESTING else table.requested
    return getattr(column, "expression", column) == tx.actor.authority  # type: ignore[no-any-return]


def joined(sort: str) -> list[Where]:
    """A request with its row for lists.

    Sorted by date, the list is read along an index of that table: for that the database must know that the parties are
    the same.  Sorted otherwise it must not take that index, or it would sort everything that it finds there.
    """
    same = [Tracking.requesting == Rfa.requesting, Tracking.requested == Rfa.requested] if sort == "date" else []
    return [Tracking.rfa_id == Rfa.id, *same]


FEW = 3000
"""So many requests are quickly sorted; of more, a page is soon found by reading along the order of the list."""


def _picked(tx: Transaction, ids: Select[Any], otherwise: Where) -> Where:
    """A condition that holds for the requests of `ids`, or `otherwise`, which says the same of each request.

    Few among very many are found only at the end of a list that is read along its order; a database without statistics
    does not see that.  So it is looked how many there are, no further than FEW.
    """
    found = tx.session.scalar(select(func.count()).select_from(ids.limit(FEW + 1).subquery())) or 0
    return Rfa.id.in_(ids) if found <= FEW else otherwise


def _party(_tx: Transaction, side: str, value: str) -> Where:
    return (Rfa.requested if side == REQUESTING else Rfa.requesting).expression == value


def _letter(tx: Transaction, _side: str, value: str) -> Where:
    asked = select(Measure.rfa_id).where(Measure.letter == value)
    return _picked(tx, asked, Rfa.measures.any(Measure.letter == value))


def _kind(tx: Transaction, _side: str, value: str) -> Where:
    other = aliased(RequestForAssistance)
    return _picked(tx, select(other.id).where(other.request_kind == value), Rfa.request_kind == value)


def _reference(tx: Transaction, side: str, value: str) -> Where:
    """A part of a reference, wherever it stands: looked for in the index of references alone."""
    other = aliased(RequestForAssistance)
    some = select(other.id).where(_own(tx, other, side), other.reference.contains(value, autoescape=True))
    return _picked(tx, some, Rfa.reference.contains(value, autoescape=True))


def _turn(_tx: Transaction, side: str, value: str) -> Where:
    other = REQUESTED if side == REQUESTING else REQUESTING
    return Tracking.turn == (side if value == "you" else other)


def _date(tx: Transaction, side: str, value: str) -> Where:
    place = aliased(Tracking)
    mine = _own(tx, place, side)
    if value == "none":
        return Tracking.due_on >= NEVER
    if value == "paused":
        return _picked(tx, select(place.rfa_id).where(mine, place.paused.is_(True)), Tracking.paused.is_(True))
    if value == "passed":
        return _picked(tx, select(place.rfa_id).where(mine, place.due_at <= tx.now), Tracking.due_at <= tx.now)
    until = tx.now + SOON
    soon = select(place.rfa_id).where(mine, place.due_at > tx.now, place.due_at <= until)
    return _picked(tx, soon, and_(Tracking.due_at > tx.now, Tracking.due_at <= until))


def _given_to(tx: Transaction, account: str | None) -> Where:
    """What is given to somebody in the reader's own office; without an account, what is given to nobody there."""
    own = select(Assignment.rfa_id).where(Assignment.authority == tx.actor.authority)
    return Rfa.id.not_in(own) if account is None else Rfa.id.in_(own.where(Assignment.account == account))


def _unread(tx: Transaction, _side: str, _value: str) -> Where:
    read_already = select(Reading.message_id).where(Reading.message_id == Message.id, Reading.account == tx.actor.id)
    waiting = access.clause("message.mark", tx.actor)
    return Rfa.id.in_(select(Message.request).where(waiting, ~read_already.exists()))


def _urgent(tx: Transaction, _side: str, value: str) -> Where:
    """Marked as urgent; or transmitted so, and not confirmed yet."""
    other = aliased(RequestForAssistance)

    def means(rfa: Any) -> Where:
        unconfirmed = (rfa.confirmed_on.is_(None), rfa.stage.in_([*WITH_THE_STATE, Stage.ANSWERED]))
        return and_(rfa.urgent_by.is_not(None), *(unconfirmed if value == "unconfirmed" else ()))

    return _picked(tx, select(other.id).where(means(other)), means(Rfa))


CLAUSES: dict[str, Callable[[Transaction, str, str], Where]] = {
    "side": lambda _tx, side, value: true() if side == value else false(),
    "stage": lambda _tx, _side, value: Rfa.stage == Stage(value),
    "kind": _kind,
    "party": _party,
    "letter": _letter,
    "turn": _turn,
    "date": _date,
    "mine": lambda tx, _side, value: (
        Rfa.drafted_by == tx.actor.id if value == "drafted" else _given_to(tx, tx.actor.id)
    ),
    "whose": lambda tx, _side, value: _given_to(tx, None if value == "nobody" else value),
    "unread": _unread,
    "urgent": _urgent,
    "ref": _reference,
}

MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
"""How the place in a list is written: no sign that an address would change."""


@dataclass(frozen=True)
class Order:
    """A way to sort: by a column, then by the identifier, so that every request has one place."""

    column: Any
    down: bool
    write: Callable[[Any], str]
    read: Callable[[str], Any]

    @property
    def by(self) -> tuple[Any, ...]:
        return (self.column.desc(), Rfa.id.desc()) if self.down else (self.column, self.identifier)

    @property
    def identifier(self) -> Any:
        return Tracking.rfa_id if self.column is Tracking.due_on else Rfa.id

    def beyond(self, after: str) -> list[Where]:
        """Everything after a place.  Raises ValueError for what is none."""
        text, _, row_id = after.rpartition("~")
        value, last = self.read(text), UUID(row_id)
        if self.down:
            return [self.column <= value, or_(self.column < value, and_(self.column == value, self.identifier < last))]
        return [self.column >= value, or_(self.column > value, and_(self.column == value, self.identifier > last))]


def _moment(text: str) -> datetime:
    return datetime.strptime(text, MOMENT).replace(tzinfo=UTC)


def _place_by_reference(text: str) -> str:
    if not REFERENCE.fullmatch(text):
        raise ValueError("no reference")
    return text


ORDERS = {
    "changed": Order(Rfa.changed_at, True, lambda value: f"{value:{MOMENT}}", _moment),
    "date": Order(Tracking.due_on, False, date.isoformat, date.fromisoformat),
    "reference": Order(Rfa.reference, False, str, _place_by_reference),
}
