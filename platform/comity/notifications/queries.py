"""What a person's inbox holds."""

from __future__ import annotations

from comity.core.transaction import Transaction

from .model import Notification


def inbox(tx: Transaction, *, limit: int = 50, offset: int = 0) -> list[Notification]:
    """The actor's notices, the newest first."""
    mine = Notification.account_id == tx.actor.id
    newest = (Notification.event_seq.desc(), Notification.id)
    return tx.find(Notification, mine, order_by=newest, limit=limit, offset=offset)


def unread(tx: Transaction) -> int:
    """How many of the actor's notices are unread."""
    return tx.count(Notification, Notification.account_id == tx.actor.id, Notification.read_at.is_(None))
