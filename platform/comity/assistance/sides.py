"""The two sides of a request, and on which of them the authority of a reader can stand.

The Court asks States and organisations; a State asks the Court [Statute art. 93(1), 93(10)].  So one office may stand
on either side: what it does follows from the side, never from what kind of office it is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from comity.assistance import kinds
from comity.assistance.addressees import addressee
from comity.assistance.tracking import REQUESTED, REQUESTING
from comity.core.transaction import Transaction
from comity.directory import queries as directory
from comity.directory.model import Authority

SIDES = (REQUESTED, REQUESTING)

T = TypeVar("T")


def _once(ask: Callable[[Transaction], T]) -> Callable[[Transaction], T]:
    """Ask once in a transaction: a page wants to know it dozens of times."""
    known: WeakKeyDictionary[Transaction, T] = WeakKeyDictionary()

    @wraps(ask)
    def asked(tx: Transaction) -> T:
        if tx not in known:
            known[tx] = ask(tx)
        return known[tx]

    return asked


@_once
def own(tx: Transaction) -> Authority | None:
    """The reader's own authority."""
    return directory.authority(tx, tx.actor.authority or "")


def sent(tx: Transaction) -> list[kinds.Kind]:
    """The kinds of requests that the reader's authority makes."""
    mine = own(tx)
    return kinds.sent_by(mine) if mine else []


def asks(tx: Transaction) -> bool:
    """Whether it makes requests."""
    return bool(sent(tx))


def is_asked(tx: Transaction) -> bool:
    """Whether requests are made to it."""
    mine = own(tx)
    return mine is not None and bool(kinds.sent_to(mine))


def of_the_court(tx: Transaction) -> bool:
    """Whether it is a team of the Court."""
    mine = own(tx)
    return mine is not None and mine.of == "court"


@_once
def others(tx: Transaction) -> list[Authority]:
    """The authorities that it can ask, and those that can ask it."""
    mine = own(tx)
    if mine is None:
        return []
    asked = {what for one in kinds.sent_by(mine) for what in one.to}
    by_whom = [one.kind for one in kinds.sent_to(mine)]
    return [
        one
        for one in directory.authorities(tx)
        if one.code != mine.code
        and (addressee(one) in asked or any(kind.kind in by_whom for kind in kinds.sent_by(one)))
    ]
