"""Forgets guesses and codes that no longer count, and sessions that ended a month ago (the journal keeps them)."""

from datetime import timedelta

from sqlalchemy import delete, or_

from comity.accounts.model import DeviceSignIn, Guess, LoginSession
from comity.core.transaction import Transaction

EVERY = "1 hour"

MONTH = timedelta(days=30)


def run(tx: Transaction) -> bool:
    long_ago = tx.now - MONTH
    yesterday = tx.now - timedelta(days=1)
    tx.session.execute(delete(Guess).where(Guess.at < yesterday))
    tx.session.execute(delete(DeviceSignIn).where(DeviceSignIn.expires_at < yesterday))
    tx.session.execute(
        delete(LoginSession).where(or_(LoginSession.ended_at < long_ago, LoginSession.expires_at < long_ago))
    )
    return False
