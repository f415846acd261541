"""The filter of a list in words: what can be chosen, what is chosen, and the views that are ready-made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from comity.accounts.naming import person_name
from comity.assistance import kinds, policy, saved, sides
from comity.assistance.filtering import ALLOWED, NAMES, SORTS, Filter
from comity.assistance.model import BEFORE, Stage
from comity.assistance.naming import stage_name
from comity.assistance.tracking import REQUESTING
from comity.core.transaction import Transaction
from comity.web.languages import current


@dataclass(frozen=True)
class Option:
    """One word that can be chosen."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class Chip:
    """One thing that is chosen, and the address of the list without it."""

    text: str
    without: str


@dataclass(frozen=True)
class View:
    """A filter with a name, and whether it is the present one."""

    text: str
    address: str
    current: bool


@dataclass(frozen=True)
class Saved(View):
    """A view that the reader keeps, under its identifier."""

    id: UUID


@dataclass(frozen=True)
class Filters:
    """All that the page shows of its filter."""

    options: dict[str, list[Option]]
    sorts: list[Option]
    chips: list[Chip]
    views: list[View]
    saved: list[Saved]
    here: str
    unknown: list[str]
    ref: str


def shown(tx: Transaction, wanted: Filter) -> Filters:
    """The filter of a page for its reader."""
    options = {name: _options(tx, wanted, name) for name in NAMES if name != "ref"}
    return Filters(
        options,
        [Option(value, sort_name(value), value == wanted.sort) for value in SORTS],
        _chips(tx, wanted),
        [View(text, address_of(one), one.address == wanted.address) for text, one in ready_made(tx)],
        [
            Saved(in_words(tx, one), address_of(one), one.address == wanted.address, kept.id)
            for kept, one in saved.of_reader(tx)
        ],
        saved.written(wanted),
        [value if name in (*NAMES, "sort") else f"{name}={value}" for name, value in wanted.unknown],
        " ".join(wanted.of("ref")),
    )


def address_of(wanted: Filter, **more: Any) -> str:
    """The address of the list under a filter."""
    return url_for("assistance.index", **wanted.address, **more)


def _options(tx: Transaction, wanted: Filter, name: str) -> list[Option]:
    drafts = sides.asks(tx)
    values = [one for one in ALLOWED[name](tx) if not (name == "stage" and not drafts and one in BEFORE)]
    found = [Option(one, value_name(tx, name, one), one in wanted.of(name)) for one in values]
    return sorted(found, key=lambda one: one.text) if name == "party" else found


def _chips(tx: Transaction, wanted: Filter) -> list[Chip]:
    found = []
    for name in NAMES:
        for value in wanted.of(name):
            rest = tuple(one for one in wanted.of(name) if one != value)
            without = Filter({**wanted.chosen, name: rest}, wanted.sort)
            found.append(Chip(value_name(tx, name, value), address_of(without)))
    return found


def in_words(tx: Transaction, wanted: Filter) -> str:
    """The filter as one phrase, in the reader's language: what a saved view is called."""
    words = [value_name(tx, name, value) for name in NAMES for value in wanted.of(name)]
    return "; ".join(
        [*(words or [str(_("All requests"))]), *([sort_name(wanted.sort)] if wanted.sort != "changed" else [])]
    )


def ready_made(tx: Transaction) -> list[tuple[str, Filter]]:
    """The views that most readers want, each an address like any other."""
    found = [
        (_("All requests"), Filter()),
        (_("Needs you"), Filter({"turn": ("you",)}, "date")),
        (_("Given to me"), Filter({"mine": ("assigned",)}, "date")),
    ]
    if sides.asks(tx) and sides.is_asked(tx):
        found += [(_side_name(side), Filter({"side": (side,)})) for side in sides.SIDES]
    others = Filter({"turn": ("other",)}, "date")
    if not sides.of_the_court(tx):
        soon = Filter({"turn": ("you",), "date": ("week",)}, "date")
        return [*found, (_("Requested within seven days"), soon), (_("Waiting for the Court"), others)]
    late = Filter({"turn": ("other",), "date": ("passed",)}, "date")
    return [
        *found,
        (_("Waiting for States"), others),
        (_("Waiting for States, past the requested date"), late),
        (_("Paused requests"), Filter({"date": ("paused",)}, "date")),
    ]


def _side_name(side: str) -> str:
    return str(_("Asked by us") if side == REQUESTING else _("Asked of us"))


def value_name(tx: Transaction, name: str, value: str) -> str:
    """A word of an address as people read it."""
    if name == "stage":
        return stage_name(Stage(value))
    if name == "kind":
        return kinds.kind_of(value).name(current())
    if name == "letter":
        return f"93(1)({value}) {policy.measures()[value].name(current())}"
    if name == "party":
        return str(next((one.name(current()) for one in sides.others(tx) if one.code == value), value))
    if name == "ref":
        return str(_("Reference with %(part)s", part=value))
    if name == "whose" and value != "nobody":
        return str(person_name(value))
    if name == "side":
        return _side_name(value)
    if (name, value) == ("turn", "other") and not sides.of_the_court(tx):
        return str(_("Next step: the Court's"))
    return str(WORDS[name, value])


WORDS = {
    ("turn", "you"): _l("Next step: yours"),
    ("turn", "other"): _l("Next step: the State's"),
    ("date", "passed"): _l("Past the requested date"),
    ("date", "week"): _l("Requested within seven days"),
    ("date", "paused"): _l("Paused while a question is open"),
    ("date", "none"): _l("No date is open"),
    ("mine", "assigned"): _l("Given to me"),
    ("mine", "drafted"): _l("Drafted by me"),
    ("whose", "nobody"): _l("Given to nobody"),
    ("unread", "yes"): _l("With new messages"),
    ("urgent", "yes"): _l("Urgent"),
    ("urgent", "unconfirmed"): _l("Urgent, to be confirmed"),
}
"""The words of an address as people read them."""


def sort_name(value: str) -> str:
    """How a list is sorted."""
    names: dict[str, str] = {
        "changed": _("Latest change first"),
        "date": _("Earliest requested date first"),
        "reference": _("By reference"),
    }
    return names[value]
