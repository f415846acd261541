"""The form of a report: what was typed, the day and hour that it means, and each fault at its field."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from comity.core.errors import Invalid

FIELDS = ("day", "month", "year", "hour", "minute")


@dataclass
class ReportForm:
    """Kept as it was typed, so that nobody types twice."""

    what: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def sent(cls, form: MultiDict[str, str]) -> ReportForm:
        return cls(form.get("what", "")[:60], {name: form.get(f"on-{name}", "").strip()[:4] for name in FIELDS})

    def day(self) -> date | None:
        """The day, or None with a fault."""
        try:
            return date(*(int(self.typed.get(name, "")) for name in ("year", "month", "day")))
        except ValueError:
            self.faults.append(("on-day", _("Give a day that exists, for example 27 3 2027.")))
            return None

    def instant(self, zone: ZoneInfo) -> datetime | None:
        """Day and hour as they are there, or None with a fault."""
        on = self.day()
        try:
            hour, minute = int(self.typed.get("hour", "")), int(self.typed.get("minute") or "0")
            return datetime(on.year, on.month, on.day, hour, minute, tzinfo=zone) if on else None
        except ValueError:
            self.faults.append(("on-hour", _("Give an hour and minutes that exist, for example 14 30.")))
            return None

    def mark(self, error: Invalid) -> None:
        """Put the faults of an action at their fields."""
        places = {"/what": "what", "/on": "on-day", "/at": "on-hour"}
        self.faults += [(places.get(fault.pointer, ""), fault.message) for fault in error.faults]

    def messages(self, *names: str) -> list[str]:
        return [message for name, message in self.faults if name in names]
