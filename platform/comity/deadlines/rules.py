"""What `policies/access.cedar` may ask about a period."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from comity.core.access import attribute

from .model import Deadline


@attribute(Deadline, "falls_on")
def falls_on(deadline: Any) -> ColumnElement[str]:
    return deadline.falls_on  # type: ignore[no-any-return]


@attribute(Deadline, "other")
def other(deadline: Any) -> ColumnElement[str]:
    return deadline.other  # type: ignore[no-any-return]
