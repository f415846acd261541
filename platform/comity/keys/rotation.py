"""Once a year the administrators of an authority are asked for a new key."""

from __future__ import annotations

from sqlalchemy import func, select

from comity.core import journal
from comity.core.journal import Entry
from comity.core.transaction import Transaction
from comity.keys import events, queries
from comity.keys.model import Statement
from comity.keys.office import YEAR, began


def ask(tx: Transaction) -> None:
    """Leave one line for each authority whose key is a year old and that was not asked within the last year."""
    newest = select(Statement.authority, func.max(Statement.epoch).label("epoch")).group_by(Statement.authority)
    old = newest.subquery()
    query = select(Statement).join(old, (Statement.authority == old.c.authority) & (Statement.epoch == old.c.epoch))
    for statement in tx.session.scalars(query.order_by(Statement.authority)):
        said = queries.verified(tx, statement.authority)
        if said is not None and began(said) + YEAR <= tx.now and not _asked(tx, statement):
            tx.record(statement, events.RotationAsked(statement.authority, said.epoch.n))


def _asked(tx: Transaction, statement: Statement) -> bool:
    """Whether it was asked for this key within a year."""
    query = select(Entry.seq).where(
        Entry.subject == statement.subject,
        Entry.name == events.RotationAsked.name,
        Entry.at > journal.stamp(tx.now - YEAR),
    )
    return tx.session.scalar(query.limit(1)) is not None
