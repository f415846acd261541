"""Forgets handled marks far behind the relay's cursor: only the lines of its last batch can ever be read again."""

from sqlalchemy import delete, select

from comity.core.relaying import Handled, Relay
from comity.core.transaction import Transaction

EVERY = "1 day"

KEPT = 10_000
"""Lines behind the cursor whose marks are kept: a hundred batches."""


def run(tx: Transaction) -> bool:
    cursor = tx.session.scalar(select(Relay.cursor).where(Relay.name == "journal")) or 0
    tx.session.execute(delete(Handled).where(Handled.state == "done", Handled.seq < cursor - KEPT))
    return False
