"""Messages on their way: claimed under a lease, sent outside any transaction, and the outcome recorded.

A crash between sending and recording repeats the message with the same Message-ID; nothing else can happen twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from comity.accounts.model import Account
from comity.core.transaction import Transaction
from comity.deadlines.model import Deadline

from .events import NotificationDelivered, NotificationDropped, NotificationFailed
from .model import Delivery, DeliveryState, Notification
from .wording import Note, note

LEASE = timedelta(seconds=120)
"""How long a claimed message belongs to its mailer; one dialogue with a mail server takes at most 30 s."""

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (0.25, 1, 5, 15, 60, 120, 240))
"""How long to wait after each failed try; one try more than there are pauses, then it has failed."""

TRIES = len(PAUSES) + 1


@dataclass(frozen=True)
class Ready:
    """A message to send now."""

    delivery: UUID
    transport: str
    note: Note


def claim(tx: Transaction, holder: str, *, limit: int = 20) -> list[UUID]:
    """Take messages whose time has come and that nobody holds."""
    waiting = (
        select(Delivery)
        .where(Delivery.state == DeliveryState.QUEUED, Delivery.next_try_at <= tx.now, _free(tx))
        .order_by(Delivery.next_try_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = tx.session.scalars(waiting).all()
    for delivery in claimed:
        delivery.holder, delivery.lease_until = holder, tx.now + LEASE
    return [delivery.id for delivery in claimed]


def prepare(tx: Transaction, delivery_id: UUID, holder: str) -> Ready | None:
    """The message to send, with its lease renewed; None if it is no longer ours, or no longer wanted."""
    delivery = _held(tx, delivery_id, holder)
    if delivery is None:
        return None
    notice = tx.session.get_one(Notification, delivery.notification_id)
    account = tx.session.get(Account, UUID(notice.account_id))
    if account is None or not account.active or _acted_on(tx, notice):
        _settle(delivery, DeliveryState.DROPPED)
        tx.record(notice, NotificationDropped(notice.account_id, notice.of, delivery.transport))
        return None
    delivery.lease_until = tx.now + LEASE
    delivery.attempts += 1
    return Ready(delivery.id, delivery.transport, note(account.locale, account.email, delivery.message_id))


def sent(tx: Transaction, delivery_id: UUID, holder: str) -> None:
    """The transport has taken the message over."""
    delivery = _held(tx, delivery_id, holder)
    if delivery is not None:
        notice = tx.session.get_one(Notification, delivery.notification_id)
        _settle(delivery, DeliveryState.SENT)
        tx.record(notice, NotificationDelivered(notice.account_id, notice.of, delivery.transport, delivery.attempts))


def not_sent(tx: Transaction, delivery_id: UUID, holder: str, reason: str, *, for_good: bool) -> None:
    """The transport has refused: later again, or never."""
    delivery = _held(tx, delivery_id, holder)
    if delivery is None:
        return
    delivery.error = reason
    if not for_good and delivery.attempts < TRIES:
        delivery.next_try_at = tx.now + PAUSES[delivery.attempts - 1]
        delivery.holder = delivery.lease_until = None
        return
    notice = tx.session.get_one(Notification, delivery.notification_id)
    _settle(delivery, DeliveryState.FAILED)
    tx.record(notice, NotificationFailed(notice.account_id, notice.of, delivery.transport, delivery.attempts))


def counts(session: Session) -> dict[str, int]:
    """How many messages are queued, sent, failed and dropped."""
    found = dict(session.execute(select(Delivery.state, func.count()).group_by(Delivery.state)).all())
    return {state.value: found.get(state.value, 0) for state in DeliveryState}


def _free(tx: Transaction):  # type: ignore[no-untyped-def]  # an SQL condition
    """No lease, one that has run out, or one that a clock set back has pushed into the future."""
    return or_(Delivery.lease_until.is_(None), Delivery.lease_until < tx.now, Delivery.lease_until > tx.now + 2 * LEASE)


def _held(tx: Transaction, delivery_id: UUID, holder: str) -> Delivery | None:
    found = select(Delivery).where(
        Delivery.id == delivery_id, Delivery.holder == holder, Delivery.state == DeliveryState.QUEUED
    )
    return tx.session.scalars(found.with_for_update()).one_or_none()


def _settle(delivery: Delivery, state: DeliveryState) -> None:
    delivery.state = state.value
    delivery.holder = delivery.lease_until = None


def _acted_on(tx: Transaction, notice: Notification) -> bool:
    """A reminder is not sent once the period has been met, has ended or stands still."""
    if notice.of != "deadline.reminded" or not (notice.about or "").startswith("deadline:"):
        return False
    deadline = tx.session.get(Deadline, UUID((notice.about or "").partition(":")[2]))
    return deadline is None or not deadline.runs
