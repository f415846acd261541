"""The forms of a profile, one part at a time: rows of fields, of which empty ones are left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from comity.core.errors import Fault
from comity.directory import profile
from comity.directory.profile import Channel, Content, Day, Formality, Law

Row = dict[str, str]

EMPTY_ROWS = 2
"""How many empty rows a form offers beyond those that are filled."""


@dataclass(frozen=True)
class Column:
    """A field of each row: `kind` is text, long, day, check, hidden or select, whose choices are the page's."""

    name: str
    kind: str
    decides: bool = False  # a row in which no such field is filled is left out
    default: str = ""


@dataclass(frozen=True)
class Part:
    """A part of the profile that is changed on one page."""

    name: str
    columns: tuple[Column, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """Beside its rows: single fields of the profile."""
        return SINGLE.get(self.name, ())


SINGLE = {"languages": ("manner",), "contact": ("contact", "contact_details")}

PARTS = {
    part.name: part
    for part in (
        Part("channels", (Column("way", "select", decides=True), Column("details", "text"))),
        Part("languages", (Column("language", "select", decides=True),)),
        Part("contact"),
        Part("formalities", (Column("formality", "hidden"), Column("applies_to", "select", default="all"),
                             Column("text", "long", decides=True), Column("basis", "text", decides=True))),
        Part("laws", (Column("applies_to", "select", default="all"), Column("title", "text", decides=True),
                      Column("scheme", "select", default="citation"), Column("identifier", "text", decides=True))),
        Part("days", (Column("on", "day", decides=True), Column("name", "text", decides=True),
                      Column("off", "select", default="yes"), Column("source", "text"))),
    )
}  # fmt: skip
"""In the order of the pages."""


@dataclass
class PartForm:
    """What was typed, kept as it was so that nobody types twice, and the faults by field."""

    part: Part
    rows: list[Row]
    single: Row = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, part: Part, content: Content) -> PartForm:
        """A part as it is."""
        rows = [_written(part.name, one) for one in getattr(content, part.name, ())] if part.columns else []
        single = {name: str(getattr(content, name)) for name in part.fields}
        return cls(part, rows + [_blank(part) for _n in range(EMPTY_ROWS) if part.columns], single)

    @classmethod
    def sent(cls, part: Part, form: MultiDict[str, str]) -> PartForm:
        """What a browser sent, without the rows left empty."""
        count = min(form.get("rows", 0, type=int), profile.MOST.get(part.name, 0) + EMPTY_ROWS)
        rows = [
            {one.name: form.get(f"row-{n}-{one.name}", "").strip() for one in part.columns}
            for n in range(max(count, 0))
        ]
        kept = [row for row in rows if any(row[one.name] for one in part.columns if one.decides)]
        return cls(part, kept, {name: form.get(name, "").strip() for name in part.fields})

    def on(self, content: Content) -> Content:
        """The profile with this part as it was typed; what cannot be said there at all becomes a fault."""
        update: dict[str, Any] = {name: self._chosen(name) for name in self.part.fields}
        if self.part.columns:
            read = READ[self.part.name]
            update[self.part.name] = tuple(self._read(read, n, row) for n, row in enumerate(self.rows))
        return content if self.faults else content.model_copy(update=update)

    def _chosen(self, name: str) -> str:
        if name in CHOICES and self.single[name] not in CHOICES[name]:
            self.faults.append((name, _("Choose one.")))
        return self.single[name]

    def _read(self, read: Callable[[Row], Any], n: int, row: Row) -> Any:
        for one in self.part.columns:
            allowed = CHOICES.get(one.name)
            if allowed and row[one.name] not in allowed:
                self.faults.append((f"row-{n}-{one.name}", _("Choose one.")))
                return None
        try:
            return read(row)
        except ValueError:
            self.faults.append((f"row-{n}-on", _("Give a day that exists.")))
            return None

    def mark(self, faults: list[Fault]) -> None:
        """Put the faults of an action at their fields."""
        for fault in faults:
            steps = fault.pointer.strip("/").split("/")
            if len(steps) == 1:
                place = steps[0] if steps[0] in self.part.fields else "row-0-" + self.part.columns[0].name
            else:
                place = f"row-{steps[1]}-{steps[2] if len(steps) > 2 else self.part.columns[0].name}"
            self.faults.append((place, fault.message))

    def with_room(self) -> PartForm:
        """The same with empty rows at its end."""
        blank = [_blank(self.part) for _n in range(EMPTY_ROWS) if self.part.columns]
        return PartForm(self.part, self.rows + blank, self.single, self.faults)


CHOICES: dict[str, tuple[str, ...]] = {
    "way": ("diplomatic", "ministry_of_justice", "attorney_general", "central_authority", "embassy", "other"),
    "scheme": ("citation", "eli", "ecli", "akn"),
    "manner": ("in_language", "translation_attached"),
    "contact": ("one_channel", "direct"),
    "off": ("yes", "no"),
}
"""What can be chosen; languages and measures come from their catalogues."""

READ: dict[str, Callable[[Row], Any]] = {
    "channels": lambda row: Channel.model_validate(row),
    "languages": lambda row: row["language"],
    "formalities": lambda row: Formality.model_validate(row),
    "laws": lambda row: Law.model_validate(row),
    "days": lambda row: Day(
        on=date.fromisoformat(row["on"]), name=row["name"], off=row["off"] == "yes", source=row["source"]
    ),
}
"""From the fields of a row to what the profile keeps."""


def _written(name: str, one: Any) -> Row:
    if name == "languages":
        return {"language": one}
    row = {key: str(said) for key, said in one.model_dump(mode="json").items()}
    if name == "days":
        row["off"] = "yes" if one.off else "no"
    return row


def _blank(part: Part) -> Row:
    return {one.name: one.default for one in part.columns}
