"""What `policies/access.cedar` may ask about a notice."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from comity.core.access import attribute

from .model import Notification


@attribute(Notification, "recipient")
def recipient(notification: Any) -> ColumnElement[str]:
    return notification.account_id  # type: ignore[no-any-return]
