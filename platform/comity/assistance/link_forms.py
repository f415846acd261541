"""The short forms about links and channels: what was typed, and each fault at its field."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from comity.core.errors import ComityError, Invalid

PARTS = ("day", "month", "year")
LONGEST = 60
"""Characters of a field: a reference, a word of a catalogue."""


@dataclass
class ShortForm:
    """Kept as it was typed, so that nobody types twice."""

    typed: dict[str, str] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def sent(cls, form: MultiDict[str, str]) -> ShortForm:
        return cls({name: value.strip()[:LONGEST] for name, value in form.items()})

    def of(self, name: str) -> str:
        return self.typed.get(name, "")

    def day(self, name: str) -> date | None:
        """The day in three boxes, or None with a fault."""
        try:
            return date(*(int(self.of(f"{name}-{part}")) for part in reversed(PARTS)))
        except ValueError:
            self.faults.append((f"{name}-day", _("Give a day that exists, for example 27 3 2027.")))
            return None

    def mark(self, error: ComityError, **places: str) -> None:
        """Put the faults of an action at their fields; what is about no field stands above the form."""
        if isinstance(error, Invalid):
            for fault in error.faults:
                name = fault.pointer.strip("/").replace("/", "_")
                self.faults.append((places.get(name, name), fault.message))
        else:
            self.faults.append(("", str(error)))

    def messages(self, *names: str) -> list[str]:
        return [message for name, message in self.faults if name in names]
