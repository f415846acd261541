"""Notices as JSON, for the command and for national systems."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from comity.core.transaction import Transaction
from comity.web import Api, Query
from comity.web.resource import LARGEST_NUMBER

from . import actions, queries
from .model import Notification

api = Api("notifications", __name__, url_prefix="/api/v1/notifications")


class NotificationView(BaseModel):
    """A notice: what happened, to which matter (`rfa:<uuid>`), and whether it was read."""

    id: UUID
    of: str
    subject: str | None
    at: datetime
    read_at: datetime | None


class NotificationList(BaseModel):
    items: list[NotificationView]
    next: int | None


class NotificationQuery(Query):
    """How many to skip, and how many to give."""

    after: int = Field(0, ge=0, le=LARGEST_NUMBER)
    limit: int = Field(50, ge=1, le=200)


@api.get("", query=NotificationQuery, answers=NotificationList)
def index(tx: Transaction, query: NotificationQuery) -> NotificationList:
    """The reader's notices, the newest first; `after` skips so many."""
    after, limit = query.after, query.limit
    notices = queries.inbox(tx, limit=limit + 1, offset=after)
    return NotificationList(
        items=[_view(notice) for notice in notices[:limit]],
        next=after + limit if len(notices) > limit else None,
    )


@api.post("/<uuid:notification_id>/read")
def mark(tx: Transaction, notification_id: UUID) -> None:
    """Mark a notice as read; doing so again changes nothing."""
    actions.mark(tx, notification_id)


def _view(notice: Notification) -> NotificationView:
    return NotificationView(
        id=notice.id, of=notice.of, subject=notice.matter, at=notice.created_at, read_at=notice.read_at
    )
