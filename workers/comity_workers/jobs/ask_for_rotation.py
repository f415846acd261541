"""Asks the administrators of an authority for a new key once the present one is a year old."""

from comity.core.transaction import Transaction
from comity.keys import rotation

EVERY = "1 hour"


def run(tx: Transaction) -> bool:
    rotation.ask(tx)
    return False
