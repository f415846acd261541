"""The messages about a request as one reader sees them: their texts, their files, and who has read them.

Of a message both parties see who has read it on the side that it was sent to.  What the sender's own colleagues have
read is nobody's business but theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comity.assistance import queries
from comity.assistance.model import Message, Reading, RequestForAssistance
from comity.assistance.showing import Shown
from comity.core.transaction import Transaction
from comity.exchange import queries as documents

SHOWN = 20
"""Messages on one page: a reader's browser opens and checks each of them."""


@dataclass(frozen=True)
class Posted:
    """A message, its sealed text and files, its readers on the other side, and how the reader stands to it."""

    message: Message
    text: Shown
    files: list[Shown]
    readings: list[Reading]
    own_side: bool
    unread: bool
    read_at: Reading | None


@dataclass(frozen=True)
class Thread:
    """A part of the messages, the oldest first; the numbers lead to the parts before and after."""

    posted: list[Posted]
    last: int
    earlier: int | None
    later: int | None
    unread: int

    @property
    def first_unread(self) -> Message | None:
        return next((one.message for one in self.posted if one.unread), None)


def thread(tx: Transaction, rfa: RequestForAssistance, after: int | None) -> Thread:
    """The part that comes after number `after`; the newest part without one."""
    last = queries.last_message(tx, rfa)
    begin = max(last - SHOWN, 0) if after is None else min(max(after, 0), last)
    found = posted(tx, queries.thread(tx, rfa, after=begin, limit=SHOWN))
    end = begin + SHOWN
    waiting = queries.unread_of(tx, [rfa]).get(rfa.id, 0)
    return Thread(found, last, max(begin - SHOWN, 0) if begin else None, end if end < last else None, waiting)


def posted(tx: Transaction, messages: Sequence[Message]) -> list[Posted]:
    """Messages with all that belongs to them, in a fixed number of queries."""
    wanted = [message.id for message in messages] + [doc for message in messages for doc in message.files]
    papers = documents.documents_by_id(tx, wanted)
    readings, markable = queries.readings(tx, messages), tx.options_of(messages)
    return [_posted(tx, one, papers, readings[one.id], "message.mark" in markable[one.id]) for one in messages]


def _posted(
    tx: Transaction, message: Message, papers: documents.Papers, readings: list[Reading], markable: bool
) -> Posted:
    own = next((reading for reading in readings if reading.account == tx.actor.id), None)
    return Posted(
        message,
        Shown(*papers[message.id], 0),
        [Shown(*papers[doc], number) for number, doc in enumerate(message.files, 1)],
        [reading for reading in readings if reading.authority == message.to],
        message.sender == tx.actor.authority,
        markable and own is None,
        own,
    )
