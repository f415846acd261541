"""Writes what the slots of a sentence hold: names, short identifiers that lead to their lines, dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from comity.accounts import queries as accounts
from comity.audit.sentences import WORDS, sentence
from comity.core.journal import Entry
from comity.core.transaction import Transaction
from comity.directory import queries as directory
from comity.web.formatting import day, ltr
from comity.web.languages import current
from comity.web.layout import translated


@dataclass(frozen=True)
class Told:
    """A line as the page shows it."""

    entry: Entry
    sentence: Markup


class Story:
    """Tells lines; names of people and authorities are looked up once for all of them."""

    def __init__(self, tx: Transaction, entries: list[Entry]) -> None:
        self._people = accounts.names(tx, set(filter(None, (_uuid(one) for one in _identifiers(entries)))))
        self._authorities = directory.names(tx)
        self.told = [Told(entry, sentence(entry, self._say)) for entry in entries]

    def person(self, identifier: str) -> str:
        """How an actor is called."""
        if identifier == "system":
            return str(_("The platform"))
        found = _uuid(identifier)
        return self._people.get(found, identifier[:8]) if found else identifier

    def _say(self, slot: str, value: Any) -> Markup:
        if slot in ("who", "account", "user"):
            return escape(self.person(str(value)))
        if slot == "matter":
            return reference(str(value))
        if slot in ("requesting", "requested", "falls_on", "other", "authority", "to") and value is not None:
            return escape(self._authorities.get(str(value), {}).get(current(), str(value)))
        if slot in ("due_on", "was", "until", "held_on") and value:
            return day(date.fromisoformat(str(value)[:10]))
        if slot in ("purpose", "by", "transport", "finding"):
            return escape(str(WORDS.get(str(value), value)))
        if slot in ("rule", "role"):
            return escape(translated(value))
        return ltr(value)


def reference(subject: str) -> Markup:
    """A short identifier that leads to every line about the same thing; titles and references are not shown here."""
    short = subject.partition(":")[2][:8]
    address = url_for("audit.journal", about=subject)
    return Markup('<a class="govuk-link" href="{}">{}</a>').format(address, ltr(short))


def _identifiers(entries: list[Entry]) -> set[str]:
    found = {entry.actor for entry in entries}
    found |= {entry.subject.partition(":")[2] for entry in entries if entry.subject and entry.subject[:8] == "account:"}
    return found | {str(entry.data[key]) for entry in entries for key in ("account", "user") if key in entry.data}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
