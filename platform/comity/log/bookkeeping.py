"""Signatures of witnesses, kept: bookkeeping that needs no line of its own.

A line for each would make a new state of the log, for which a witness would sign again, without end.
"""

from __future__ import annotations

from comity.core.transaction import Transaction
from comity.log import queries
from comity.log.model import LogCheckpoint, LogCosignature
from comity_seal.log.notes import Signature


def checkpoint(tx: Transaction, size: int) -> LogCheckpoint | None:
    """The checkpoint of exactly so many lines, if it is kept."""
    return queries.of_size(tx.session, size)


def keep(tx: Transaction, size: int, signature: Signature) -> None:
    """Put a witness's signature under a checkpoint; a later one of the same witness takes its place."""
    found = tx.session.get(LogCosignature, (size, signature.name))
    if found is None:
        found = LogCosignature(size=size, witness=signature.name)
        tx.session.add(found)
    found.line, found.made_at = str(signature), tx.now
    tx.session.flush()
