"""The form of a cover: from what a browser sends to what an action takes, and back, with each fault at its field."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from comity.assistance import comparators, kinds, policy
from comity.assistance.addressees import Standing
from comity.assistance.cover import Asked
from comity.assistance.model import RequestForAssistance
from comity.core.errors import Invalid
from comity.core.transaction import Transaction
from comity.directory import queries as directory

PARTS = ("day", "month", "year")


@dataclass
class CoverForm:
    """What was typed, kept as it was so that nobody types twice, and the faults by field."""

    kind: kinds.Kind
    requested: str = ""
    day: str = ""
    month: str = ""
    year: str = ""
    situation: bool = False
    basis: str = ""
    practice: str = ""
    chosen: list[str] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def sent(cls, kind: kinds.Kind, form: MultiDict[str, str]) -> CoverForm:
        """What a browser sent."""
        day, month, year = (form.get(f"requested_on-{part}", "").strip()[:4] for part in PARTS)
        situation, basis = form.get("situation") == "yes", form.get("basis", "")
        practice, chosen = form.get("practice", ""), form.getlist("measure")
        return cls(kind, form.get("requested", ""), day, month, year, situation, basis, practice, chosen)

    @classmethod
    def of(cls, rfa: RequestForAssistance) -> CoverForm:
        """A cover as it is."""
        on = rfa.requested_on
        day, month, year = (str(on.day), str(on.month), str(on.year)) if on else ("", "", "")
        chosen = [code(one.letter, one.act) for one in rfa.measures if one.letter or one.act]
        kind = kinds.kind_of(rfa.request_kind)
        return cls(kind, rfa.requested, day, month, year, rfa.situation, rfa.basis or "", "", chosen)

    @property
    def standing(self) -> Standing:
        """How the one who is asked stands."""
        return Standing(self.situation, self.basis or None)

    def requested_on(self, tx: Transaction, requested: str) -> date | None:
        """The date typed, or the end of the length taken; None if neither; what cannot be becomes a fault."""
        typed = (self.year, self.month, self.day)
        taken = comparators.practices().get(self.practice)
        if self.practice and (taken is None or any(typed)):
            self.faults.append(("practice", _("Give a day or take one of these lengths, not both.")))
            return None
        if taken is not None:
            return comparators.day(tx, taken, requested) if directory.authority(tx, requested) else None
        if not any(typed):
            return None
        try:
            return date(*(int(part) for part in typed))
        except ValueError:
            self.faults.append(("requested_on-day", _("Give a day that exists, for example 27 3 2027.")))
            return None

    def measures(self) -> list[Asked]:
        """The measures in the order of the catalogue, so that the same choice is always the same cover."""
        return [asked for asked in self.offered if code(asked.letter, asked.act) in self.chosen]

    @property
    def offered(self) -> list[Asked]:
        """All that a request of the kind can ask for."""
        return [Asked(None, one.act) for one in self.kind.acts] or catalogue()

    @property
    def first_box(self) -> str:
        """The identifier of the first box, to which the error summary leads."""
        first = self.offered[0]
        return f"measure-{code(first.letter, first.act).replace(':', '-')}"

    def mark(self, error: Invalid) -> None:
        """Put the faults of an action at their fields."""
        places = {
            "requested": "requested",
            "basis": "basis",
            "situation": "situation",
            "requested_on": "requested_on-day",
            "measures": self.first_box,
        }
        for fault in error.faults:
            name = fault.pointer.strip("/").partition("/")[0]
            self.faults.append((places.get(name, ""), fault.message))

    def messages(self, *names: str) -> list[str]:
        """The faults of these fields."""
        return [message for name, message in self.faults if name in names]


def code(letter: str | None, act: str | None) -> str:
    """A measure as one word of a form: `k:freeze`, or `d`; an act of a kind that has its own as `-:evidence`."""
    return f"{letter or '-'}:{act}" if act else letter or ""


def catalogue() -> list[Asked]:
    """Everything that can be asked for, in the order of the catalogue."""
    found = []
    for kind in policy.measures().values():
        found += [Asked(kind.letter, one.act) for one in kind.acts] or [Asked(kind.letter)]
    return found
