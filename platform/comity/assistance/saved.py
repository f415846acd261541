"""Views of the list that a person keeps: the address of a filter, and no name.

A name that somebody makes up may tell of an investigation, and the platform must not know it; so a view is called by
what it picks, in the reader's language, and what is kept is words of the catalogue.  It is a setting of one person,
like a session: nobody else sees it, and no line of the journal tells what she looks for.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode
from uuid import UUID

from sqlalchemy import func, select

from comity.assistance import filtering
from comity.assistance.filtering import Filter
from comity.assistance.portfolio_model import SavedView
from comity.core.errors import NotFound, Refused
from comity.core.text import _
from comity.core.transaction import Transaction

MOST = 20
"""Views that one person keeps."""


def of_reader(tx: Transaction) -> list[tuple[SavedView, Filter]]:
    """The reader's own, the oldest first; a word that has lost its meaning since is left out of the filter."""
    query = select(SavedView).where(SavedView.account == tx.actor.id).order_by(SavedView.created_at, SavedView.id)
    return [(one, read(tx, one.query)) for one in tx.session.scalars(query)]


def read(tx: Transaction, query: str) -> Filter:
    """The filter of an address."""
    return filtering.read(tx, parse_qs(query).items())


def written(wanted: Filter) -> str:
    """A filter as an address has it."""
    return urlencode(wanted.address, doseq=True)


def save(tx: Transaction, wanted: Filter) -> None:
    """Keep a view; again changes nothing.  Raises Refused."""
    query = written(wanted)
    own = select(SavedView).where(SavedView.account == tx.actor.id)
    if not query or tx.session.scalar(own.where(SavedView.query == query)) is not None:
        return
    if (tx.session.scalar(select(func.count()).select_from(own.subquery())) or 0) >= MOST:
        raise Refused(_("You keep %(count)s views, and no more: remove one first.", count=MOST))
    tx.session.add(SavedView(account=tx.actor.id, query=query, created_at=tx.now))


def remove(tx: Transaction, view_id: UUID) -> None:
    """Forget one of one's own.  Raises NotFound."""
    found = tx.session.get(SavedView, view_id)
    if found is None or found.account != tx.actor.id:
        raise NotFound(_("There is nothing here that you can see."))
    tx.session.delete(found)
