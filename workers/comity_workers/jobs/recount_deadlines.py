"""Computes open periods again when a calendar has changed: a holiday that was added moves the dates it touches."""

from comity.core.transaction import Transaction
from comity.deadlines import sweeping

EVERY = "1 minute"


def run(tx: Transaction) -> bool:
    return sweeping.recount(tx)
