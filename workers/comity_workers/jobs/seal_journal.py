"""Adds new lines of the journal to the log, and signs the state that they make; without a new line it signs nothing."""

from comity.core.transaction import Transaction
from comity.log import sealing

EVERY = "2 seconds"


def run(tx: Transaction) -> bool:
    more = sealing.extend(tx)
    if not more:
        sealing.sign(tx)
    return more
