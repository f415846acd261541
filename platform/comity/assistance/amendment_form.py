"""The form of what an amendment changes: from what a browser sends to what an action takes, each fault at its field."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from comity.assistance import kinds
from comity.assistance.amendment_model import Amendment
from comity.assistance.amendments import NOT_BEGUN, Changes
from comity.assistance.cover import Asked
from comity.assistance.forms import PARTS, catalogue, code
from comity.assistance.model import Measure, RequestForAssistance
from comity.core.errors import Invalid


@dataclass
class AmendForm:
    """What was typed, kept as it was so that nobody types twice, and the faults by field."""

    rfa: RequestForAssistance
    added: list[str] = field(default_factory=list)
    taken_back: list[str] = field(default_factory=list)
    typed: dict[str, str] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def sent(cls, rfa: RequestForAssistance, form: MultiDict[str, str]) -> AmendForm:
        """What a browser sent."""
        typed = {part: form.get(f"requested_on-{part}", "").strip()[:4] for part in PARTS}
        return cls(rfa, form.getlist("add"), form.getlist("take_back"), typed)

    @classmethod
    def of(cls, rfa: RequestForAssistance, amendment: Amendment | None) -> AmendForm:
        """What is prepared, if anything is."""
        if amendment is None:
            return cls(rfa)
        on = amendment.requested_on
        typed = {"day": str(on.day), "month": str(on.month), "year": str(on.year)} if on else {}
        added = [code(one["letter"], one["act"]) for one in amendment.added]
        return cls(rfa, added, [str(n) for n in amendment.taken_back], typed)

    @property
    def offered(self) -> list[tuple[str, Asked]]:
        """What can come in: everything of the kind that it does not ask for yet, each with its word."""
        kind = kinds.kind_of(self.rfa.request_kind)
        every = [Asked(None, one.act) for one in kind.acts] or (catalogue() if kind.measures else [])
        there = {(one.letter, one.act) for one in self.rfa.in_force}
        return [(code(one.letter, one.act), one) for one in every if (one.letter, one.act) not in there]

    @property
    def removable(self) -> list[Measure]:
        """What can be taken back."""
        found = [one for one in self.rfa.in_force if one.status in NOT_BEGUN]
        return [one for one in found if self.rfa.consultation_on(one.n) is None]

    def changes(self) -> Changes:
        """What it comes to; a day that does not exist becomes a fault."""
        add = [asked for word, asked in self.offered if word in self.added]
        gone = [one.n for one in self.rfa.in_force if str(one.n) in self.taken_back]
        return Changes(add, gone, self._day())

    def _day(self) -> date | None:
        if not any(self.typed.values()):
            return None
        try:
            return date(*(int(self.typed.get(part, "")) for part in reversed(PARTS)))
        except ValueError:
            self.faults.append(("requested_on-day", _("Give a day that exists, for example 27 3 2027.")))
            return None

    def mark(self, error: Invalid) -> None:
        """Put the faults of an action at their fields."""
        places = {"add": self.first("add"), "take_back": self.first("take_back"), "requested_on": "requested_on-day"}
        for fault in error.faults:
            self.faults.append((places.get(fault.pointer.strip("/").partition("/")[0], ""), fault.message))

    def first(self, name: str) -> str:
        """The identifier of the first box of a group, to which the error summary leads."""
        words = [word for word, _asked in self.offered] if name == "add" else [str(one.n) for one in self.removable]
        return f"{name}-{words[0].replace(':', '-')}" if words else ""

    def messages(self, *names: str) -> list[str]:
        """The faults of these fields."""
        return [message for name, message in self.faults if name in names]
