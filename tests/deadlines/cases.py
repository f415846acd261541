"""Cases of the clock, from the files beside it: what is given, and the one answer that counting must give."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from comity.deadlines.calendars import Calendar, Holiday, Names, calendar_from
from comity.deadlines.counting import Fact, FactKind, compute, latest, state
from comity.deadlines.policy import CalendarsFile, Rule
from comity.deadlines.sentences import sentence

FOLDER = Path(__file__).parent / "cases"
FIELDS = {
    "name", "source", "within", "counted_from", "agreed", "extends_at_most", "again",
    "rolls", "calendar", "added", "facts",
}  # fmt: skip
ANSWERS = {"due", "until", "due_before", "says", "state", "latest", "next"}


@dataclass(frozen=True)
class Case:
    """`rule`, `facts` and `calendar` are given to counting; `wanted` is what must come out, by name."""

    file: str
    name: str
    rule: Rule
    facts: tuple[Fact, ...]
    calendar: Calendar
    added: frozenset[date]
    wanted: dict[str, Any] = field(hash=False)

    def faults(self) -> list[str]:
        """What came out otherwise than the file says."""
        found = self._answers()
        return [
            f"{name}: {found[name]}, not {self.wanted[name]}" for name in self.wanted if not self._same(name, found)
        ]

    def _answers(self) -> dict[str, Any]:
        reckoning = compute(self.rule, self.facts, with_days_off(self.calendar, self.added))
        unsaid = [step.what for step in reckoning.trace if "%" in sentence(step) or "%" in sentence(step, "fr")]
        return {
            "due": reckoning.due.on.isoformat(),
            "until": f"{reckoning.due.at:%Y-%m-%dT%H:%M}",
            "due_before": compute(self.rule, self.facts, self.calendar).due.on.isoformat(),
            "says": [step.what for step in reckoning.trace] + unsaid,
            "state": state(self.facts).value,
            "latest": self._latest(),
            "next": self._next(),
        }

    def _latest(self) -> str:
        """The furthest to which this period may be extended, or nothing."""
        found = latest(self.rule, self.facts, self.calendar)
        return found.on.isoformat() if found else ""

    def _next(self) -> str:
        """When the next period is due, of one that recurs and was met; or nothing."""
        met = [fact.at for fact in self.facts if fact.kind is FactKind.MET]
        if self.rule.again is None or not met:
            return ""
        return compute(self.rule.next(), [Fact(FactKind.STARTED, met[-1])], self.calendar).due.on.isoformat()

    def _same(self, name: str, found: dict[str, Any]) -> bool:
        if name != "says":
            return bool(found[name] == self.wanted[name])
        steps = iter(found["says"])
        return all(step in steps for step in self.wanted["says"])


def with_days_off(calendar: Calendar, days: frozenset[date]) -> Calendar:
    """The calendar once those days are known to be off as well."""
    late = Holiday(Names(en="a day off made known later", fr="un jour férié annoncé plus tard"), "notice")
    return replace(calendar, holiday=lambda day: late if day in days else calendar.holiday(day)) if days else calendar


def calendars() -> dict[str, Calendar]:
    """The calendars that cases may name."""
    table = tomllib.loads((FOLDER / "calendars.toml").read_text(encoding="utf-8"))
    return {rule.code: calendar_from(rule) for rule in CalendarsFile.model_validate(table).calendar}


def every() -> list[Case]:
    """All cases, file by file.  Raises ValueError for one that says something unknown, or that nothing could fail."""
    known = calendars()
    tables = {path.name: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
    return [_case(name, table, known) for name, file in tables.items() for table in file.get("case", [])]


def _case(file: str, table: dict[str, Any], known: dict[str, Calendar]) -> Case:
    place = f"{file}: {table.get('name')!r}"
    unknown = table.keys() - FIELDS - ANSWERS
    if unknown or not {"name", "source", "within", "calendar", "facts", "due"} <= table.keys():
        raise ValueError(f"{place} says {sorted(unknown) or 'too little'}: see README.md beside it")
    rule = Rule(
        name=table["name"],
        nature="policy",
        runs_from="case.begun",
        counted_from="on" if table.get("counted_from") else None,
        within=table["within"],
        unless_agreed="agreed_on" if "agreed" in table else None,
        again=table.get("again"),
        met_by=("case.met",),
        ended_by=("case.ended",),
        extended_by=("case.extended",),
        extends_at_most=table.get("extends_at_most"),
        falls_on="requested State",
        rolls_to_working_day=table.get("rolls", True),
        basis=table["source"],
    )
    if table.get("agreed"):
        rule = rule.as_agreed()
    added = frozenset(date.fromisoformat(day) for day in table.get("added", []))
    wanted = {"state": "running"} | {name: table[name] for name in ANSWERS & table.keys()}
    facts = tuple(_fact(text) for text in table["facts"])
    return Case(file, table["name"], rule, facts, known[table["calendar"]], added, wanted)


def _fact(text: str) -> Fact:
    kind, moment, *more = text.split()
    values = dict(one.split("=") for one in more)
    return Fact(
        FactKind(kind),
        datetime.fromisoformat(moment).replace(tzinfo=UTC),
        on=date.fromisoformat(values["on"]) if "on" in values else None,
        days=int(values["days"]) if "days" in values else None,
        key=values.get("key", ""),
        since=datetime.fromisoformat(values["since"]).replace(tzinfo=UTC) if "since" in values else None,
    )
