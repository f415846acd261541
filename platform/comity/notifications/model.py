"""Notices in the inbox, and their deliveries by transports."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from comity.core.model import Base, Row


class Notification(Row):
    """One person, told once of one line of the journal.  No content: what happened, to which matter, when."""

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("account_id", "event_seq"),
        Index("ix_notification_account_id_read_at", "account_id", "read_at"),
    )
    kind = "notification"

    account_id: Mapped[str] = mapped_column(String(36))
    event_seq: Mapped[int] = mapped_column(index=True)
    of: Mapped[str]
    matter: Mapped[str | None]
    about: Mapped[str | None]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class DeliveryState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class Delivery(Base):
    """One notice on its way by one transport; claimed under a lease, so that no two mailers send it at once."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("notification_id", "transport"),
        Index("ix_delivery_state_next_try_at", "state", "next_try_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    notification_id: Mapped[UUID] = mapped_column(ForeignKey("notification.id"))
    transport: Mapped[str]
    state: Mapped[str] = mapped_column(default=DeliveryState.QUEUED.value)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    holder: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    message_id: Mapped[str]
    error: Mapped[str | None]
