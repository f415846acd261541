"""Questions about requests that `tx.find` alone does not answer."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError

from comity.assistance.filtering import ORDERS, Filter, Order, conditions, joined
from comity.assistance.model import Message, Numbering, Reading, RequestForAssistance
from comity.assistance.sides import SIDES
from comity.core.transaction import Transaction
from comity.deadlines import queries as deadlines
from comity.deadlines.model import Deadline
from comity.exchange.model import Document


@dataclass(frozen=True)
class Page:
    """One page of a list; `after` is what asks for the next."""

    requests: list[RequestForAssistance]
    after: str | None


def listing(
    tx: Transaction,
    wanted: Filter,
    *,
    after: str | None = None,
    limit: int = 50,
    parts: Sequence[Any] | None = None,
) -> Page:
    """The requests that the actor may see, as the filter narrows and sorts them, with all their parts or only these.

    Each side is read along its own index; where both have some, the database puts them into one order.  Raises
    ValueError for an `after` that is none of this order.
    """
    order, rfa = ORDERS[wanted.sort], RequestForAssistance
    beyond = order.beyond(after) if after else []
    of_sides = [
        tx.find(rfa, *conditions(tx, wanted, side), *beyond, order_by=order.by, limit=limit + 1, parts=parts)
        for side in SIDES
    ]
    found = [one for some in of_sides for one in some]
    if all(of_sides):
        both = [*(joined("date") if wanted.sort == "date" else []), rfa.id.in_([one.id for one in found])]
        found = tx.find(rfa, *both, order_by=order.by, limit=limit + 1, parts=parts)
    shown = found[:limit]
    return Page(shown, _place(tx, order, shown[-1]) if len(found) > limit else None)


def _place(tx: Transaction, order: Order, last: RequestForAssistance) -> str:
    """Where the last request of a page stands."""
    value = tx.session.scalar(select(order.column).where(order.identifier == last.id))
    return f"{order.write(value)}~{last.id}"


def due_dates(tx: Transaction, requests: Sequence[RequestForAssistance]) -> dict[UUID, Deadline]:
    """The next date of each request that is still running, in one query."""
    by_subject = deadlines.deadlines_of_many(tx, requests)
    found = {}
    for request in requests:
        running = [one for one in by_subject[request.subject] if one.met_at is None and one.ended_at is None]
        if running:
            found[request.id] = min(running, key=lambda one: one.due_at)
    return found


def thread(tx: Transaction, rfa: RequestForAssistance, *, after: int = 0, limit: int = 50) -> list[Message]:
    """The messages about a request that come after number `after`, the oldest first."""
    return tx.find(Message, Message.request == rfa.id, Message.n > after, order_by=Message.n, limit=limit)


def last_message(tx: Transaction, rfa: RequestForAssistance) -> int:
    """The number of the last message about a request; 0 where there is none."""
    return tx.session.scalar(select(func.max(Message.n)).where(Message.request == rfa.id)) or 0


def sent_before(tx: Transaction, rfa: RequestForAssistance, doc: UUID, attachments: Sequence[UUID]) -> Message | None:
    """The actor's own message that this same sending has made already."""
    found = tx.find(Message, Message.id == doc, Message.request == rfa.id, Message.author == tx.actor.id)
    return next((one for one in found if one.attachments == [str(file) for file in attachments]), None)


def own_reading(tx: Transaction, message: Message) -> Reading | None:
    """That the actor has read a message, if she has."""
    return tx.session.get(Reading, (message.id, tx.actor.id))


def readings(tx: Transaction, messages: Sequence[Message]) -> dict[UUID, list[Reading]]:
    """Who has read these messages, the first reader first; for messages that came through the door."""
    found: dict[UUID, list[Reading]] = {message.id: [] for message in messages}
    query = select(Reading).where(Reading.message_id.in_(list(found))).order_by(Reading.read_at, Reading.account)
    for reading in tx.session.scalars(query):
        found[reading.message_id].append(reading)
    return found


def unread(tx: Transaction, *where: ColumnElement[bool]) -> dict[UUID, int]:
    """How many messages the actor has still to read, by request; requests without any are left out."""
    own = select(Reading.message_id).where(Reading.message_id == Message.id, Reading.account == tx.actor.id)
    gone = select(Document.id).where(Document.id == Message.id, Document.disposed_at.is_not(None))
    return tx.count_by(Message, Message.request, ~own.exists(), ~gone.exists(), *where, action="message.mark")


def unread_of(tx: Transaction, requests: Sequence[RequestForAssistance]) -> dict[UUID, int]:
    """`unread` of these requests alone."""
    return unread(tx, Message.request.in_([rfa.id for rfa in requests])) if requests else {}


def next_reference(tx: Transaction, requesting: str, requested: str, day: date) -> str:
    """The next reference from one authority to another in one year, for example OTP/XA/2026/007."""
    key = (requesting, requested, day.year)
    query = select(Numbering).where(
        Numbering.requesting == requesting, Numbering.requested == requested, Numbering.year == day.year
    )
    counter = tx.session.scalar(query.with_for_update())
    if counter is None:
        _begin_counting(tx, key)
        counter = tx.session.scalars(query.with_for_update()).one()
    counter.last += 1
    tx.session.flush()
    return f"{requesting}/{requested}/{day.year}/{counter.last:03d}"


def _begin_counting(tx: Transaction, key: tuple[str, str, int]) -> None:
    """The first request of a year; somebody else may begin at the same moment."""
    with suppress(IntegrityError), tx.session.begin_nested():
        tx.session.add(Numbering(requesting=key[0], requested=key[1], year=key[2], last=0))
        tx.session.flush()
