"""Notes due days that are over and gives reminders whose hour has come."""

from comity.core.transaction import Transaction
from comity.deadlines import sweeping

EVERY = "30 seconds"


def run(tx: Transaction) -> bool:
    return sweeping.sweep(tx)
