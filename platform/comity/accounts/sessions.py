"""Sessions and guesses: bookkeeping beside the events that tell of them.  Of a token only the hash is kept."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select

from comity.accounts.model import Account, DeviceSignIn, Guess, LoginSession
from comity.core import journal
from comity.core.settings import settings
from comity.core.transaction import Transaction

KINDS = ("browser", "client")
"""A browser is signed out when idle; a client is a program, which says when it is done."""


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode()).hexdigest()


def begin(tx: Transaction, account: Account, kind: str, device: str) -> tuple[str, LoginSession]:
    """Open a session of `kind`; the token is given out here and nowhere else."""
    if kind not in KINDS:
        raise ValueError(f"{kind} is no kind of session")
    token = secrets.token_urlsafe(32)
    session = LoginSession(
        token_sha256=token_hash(token),
        account_id=account.id,
        kind=kind,
        created_at=tx.now,
        seen_at=tx.now,
        expires_at=tx.now + timedelta(hours=settings().sessions.absolute_hours),
        unlock_secret=secrets.token_bytes(32) if kind == "browser" else None,
        device=device[:80],
    )
    tx.session.add(session)
    tx.session.flush()
    return token, session


def count_guess(tx: Transaction, email_sha256: str) -> UUID | None:
    """Count a guess for this address, whether or not there is such an account; None when no more are allowed."""
    if not may_guess(tx, email_sha256, settings().limits.guesses_per_hour):
        return None
    return keep_guess(tx, email_sha256)


def may_guess(tx: Transaction, whose: str, most: int) -> bool:
    """Whether fewer than `most` guesses were kept within the hour; nobody else counts until the end."""
    journal.lock(tx.session)
    since = tx.now - timedelta(hours=1)
    query = select(func.count()).select_from(Guess).where(Guess.email_sha256 == whose, Guess.at > since)
    return (tx.session.scalar(query) or 0) < most


def keep_guess(tx: Transaction, whose: str) -> UUID:
    """Keep a guess."""
    guess = Guess(id=uuid4(), email_sha256=whose, at=tx.now)
    tx.session.add(guess)
    return guess.id


def forget_guess(tx: Transaction, guess: UUID) -> None:
    """It was the password."""
    tx.session.execute(delete(Guess).where(Guess.id == guess))


def forget_devices(tx: Transaction, account_id: UUID) -> None:
    """What was allowed for this account and not collected yet is not given out any more."""
    tx.session.execute(delete(DeviceSignIn).where(DeviceSignIn.account_id == account_id, DeviceSignIn.state != "done"))
