"""A date as programs write it."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator


def _day(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("write the day as 2026-12-22")
    return date.fromisoformat(value)


Day = Annotated[date, BeforeValidator(_day)]
"""A date as 2026-12-22."""
