"""What a person can do with her notices."""

from __future__ import annotations

from uuid import UUID

from comity.core.transaction import Transaction

from .events import NotificationRead
from .model import Notification


def mark(tx: Transaction, notification_id: UUID) -> Notification:
    """Mark a notice as read; doing so again changes nothing."""
    notice = tx.load(Notification, notification_id, to="notification.mark")
    if notice.read_at is None:
        notice.read_at = tx.now
        tx.record(notice, NotificationRead(notice.account_id, notice.of))
    return notice


def mark_all(tx: Transaction) -> int:
    """Mark every unread notice of the actor as read; returns how many there were."""
    unread = tx.find(
        Notification,
        Notification.account_id == tx.actor.id,
        Notification.read_at.is_(None),
        action="notification.mark",
    )
    for notice in unread:
        notice.read_at = tx.now
        tx.record(notice, NotificationRead(notice.account_id, notice.of))
    return len(unread)
