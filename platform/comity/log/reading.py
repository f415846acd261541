"""The log as those who may read it are given it."""

from __future__ import annotations

from comity.core.errors import NotFound
from comity.core.journal import Entry
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.log import queries
from comity.log.model import LogCheckpoint
from comity_seal.errors import BadNote
from comity_seal.log.tiles import Tile


def newest(tx: Transaction) -> LogCheckpoint:
    """The newest checkpoint.  Raises Denied or NotYetSealed."""
    tx.require("log.read")
    found = queries.latest(tx.session)
    if found is None:
        raise queries.not_yet_sealed()
    return found


def note(tx: Transaction) -> bytes:
    """The newest checkpoint with all its signatures.  Raises Denied or NotYetSealed."""
    return queries.note(tx.session, newest(tx))


def tile(tx: Transaction, level: int, rest: str) -> bytes:
    """A tile by its address.  Raises Denied or NotFound."""
    tx.require("log.read")
    try:
        wanted = Tile.parse(level, rest)
    except BadNote:
        raise NotFound(_("The log has no such tile.")) from None
    return queries.tile(tx.session, wanted)


def receipt(tx: Transaction, entry: Entry) -> bytes:
    """The receipt of a line that the actor may read; that is for its caller to know.  Raises NotYetSealed."""
    return queries.receipt_of(tx.session, entry)


def sealed(tx: Transaction) -> int:
    """How many lines have receipts."""
    return queries.sealed(tx.session)
