"""What a State's requirement profile holds: channel, languages, contacts, formalities, law and days off.

Everybody who signs in can read a profile; nothing of a request stands in it [art. 87(1)(a), 87(2), 91(4), 96(3)].
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Literal

from babel import Locale
from pydantic import BaseModel, ConfigDict

from comity.core.errors import Fault
from comity.core.text import _

Way = Literal["diplomatic", "ministry_of_justice", "attorney_general", "central_authority", "embassy", "other"]
Scheme = Literal["eli", "ecli", "akn", "citation"]
Manner = Literal["in_language", "translation_attached"]
Contact = Literal["one_channel", "direct"]

LETTERS = "abcdefghijkl"
"""The measures of article 93(1); "all" is every request."""

MOST = {"channels": 6, "languages": 8, "formalities": 40, "laws": 60, "days": 80}
"""Rows of each list: more is a slip, and no page could show it."""

LONGEST = 500
"""Characters of one text."""


class Strict(BaseModel):
    """Nothing unknown; never changed once made."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Channel(Strict):
    """One way for requests to reach the State; the first is the one that it prefers [art. 87(1)(a)]."""

    way: Way
    details: str = ""


class Formality(Strict):
    """Something that the State's law wants a request to hold, for one measure or for all [art. 96(2)(e), 96(3)]."""

    formality: str = ""
    applies_to: str = "all"
    text: str = ""
    basis: str = ""


class Law(Strict):
    """A rule of the State's law that governs a measure, with its identifier."""

    applies_to: str = "all"
    title: str = ""
    scheme: Scheme = "citation"
    identifier: str = ""


class Day(Strict):
    """A day that is off in the State beside its calendar or, where `off` is false, is worked in spite of it."""

    on: date
    name: str = ""
    off: bool = True
    source: str = ""


class Content(Strict):
    """A whole profile."""

    channels: tuple[Channel, ...] = ()
    languages: tuple[str, ...] = ()
    manner: Manner = "in_language"
    contact: Contact = "one_channel"
    contact_details: str = ""
    formalities: tuple[Formality, ...] = ()
    laws: tuple[Law, ...] = ()
    days: tuple[Day, ...] = ()

    @property
    def channel_and_languages(self) -> tuple[object, ...]:
        """The part whose changes take effect later [Rule 180]."""
        return self.channels, self.languages, self.manner


IDENTIFIERS = {
    "eli": re.compile(r"https?://[^\s/]+/(?:[^\s]*/)?eli/\S+|eli/\S+|/eli/\S+"),
    "ecli": re.compile(r"ECLI:[A-Z]{2}:[A-Z][A-Z0-9.]{0,6}:\d{4}:[A-Z0-9.]{1,25}"),
    "akn": re.compile(r"(?:https?://[^\s/]+)?/akn/[a-z]{2}(?:-[a-z0-9]+)?/\S+"),
}
"""How identifiers of law look: ELI (OJ 2012/C 325/02), ECLI (OJ 2011/C 127/01), Akoma Ntoso (OASIS AKN-NC 1.0)."""


def faults(content: Content) -> list[Fault]:
    """Everything that is to be mended before the profile can be kept, each at its place."""
    found = [
        Fault(f"/{name}", _("Give at most %(count)s of them.", count=most))
        for name, most in MOST.items()
        if len(getattr(content, name)) > most
    ]
    found += _of_languages(content) + _of_formalities(content) + _of_laws(content) + _of_days(content)
    found += _of_texts(content)
    if len(set(content.channels)) != len(content.channels):
        found.append(Fault("/channels", _("A channel stands twice.")))
    return found


def _of_languages(content: Content) -> list[Fault]:
    found = [
        Fault(f"/languages/{n}", _("Choose a language of the list."))
        for n, code in enumerate(content.languages)
        if code not in languages()
    ]
    if len(set(content.languages)) != len(content.languages):
        found.append(Fault("/languages", _("A language stands twice.")))
    return found


def _of_formalities(content: Content) -> list[Fault]:
    found = []
    for n, one in enumerate(content.formalities):
        if not one.text.strip():
            found.append(Fault(f"/formalities/{n}/text", _("Say what a request must hold.")))
        if not _applies(one.applies_to):
            found.append(Fault(f"/formalities/{n}/applies_to", _("Choose a measure, or all requests.")))
    names = [one.formality for one in content.formalities if one.formality]
    if len(set(names)) != len(names):
        found.append(Fault("/formalities", _("Two formalities have the same name.")))
    return found


def _of_laws(content: Content) -> list[Fault]:
    found = []
    for n, one in enumerate(content.laws):
        if not one.title.strip():
            found.append(Fault(f"/laws/{n}/title", _("Name the law and its article.")))
        if not _applies(one.applies_to):
            found.append(Fault(f"/laws/{n}/applies_to", _("Choose a measure, or all requests.")))
        pattern = IDENTIFIERS.get(one.scheme)
        if pattern is not None and not pattern.fullmatch(one.identifier):
            found.append(Fault(f"/laws/{n}/identifier", EXAMPLES[one.scheme]()))
    return found


EXAMPLES = {
    "eli": lambda: _("An ELI looks like https://laws.example/eli/act/2012/7/oj."),
    "ecli": lambda: _("An ECLI looks like ECLI:XA:SC:2019:114."),
    "akn": lambda: _("An Akoma Ntoso address looks like /akn/xa/act/2012/7."),
}


def _of_days(content: Content) -> list[Fault]:
    found, seen = [], set[date]()
    for n, one in enumerate(content.days):
        if one.on in seen:
            found.append(
                Fault(f"/days/{n}/on", _("This day stands twice, and the two may contradict each other: leave one."))
            )
        seen.add(one.on)
        if not one.name.strip():
            found.append(Fault(f"/days/{n}/name", _("Say what day it is.")))
    return found


def _of_texts(content: Content) -> list[Fault]:
    found = []
    texts = [("/contact_details", content.contact_details)]
    for name in ("channels", "formalities", "laws", "days"):
        for n, row in enumerate(getattr(content, name)):
            said = row.model_dump(mode="json")
            texts += [(f"/{name}/{n}/{field}", text) for field, text in said.items() if isinstance(text, str)]
    for place, text in texts:
        if len(text) > LONGEST:
            found.append(Fault(place, _("Write at most %(count)s characters.", count=LONGEST)))
    return found


def _applies(to: str) -> bool:
    return to == "all" or (len(to) == 1 and to in LETTERS)


@cache
def languages(locale: str = "en") -> dict[str, str]:
    """The languages that a State can name, by their code (ISO 639-1), as a reader calls them."""
    names = Locale(locale).languages
    known = {code: str(name) for code, name in names.items() if re.fullmatch(r"[a-z]{2}", code)}
    return dict(sorted(known.items(), key=lambda one: one[1].casefold()))


def numbered(content: Content, before: list[Content]) -> Content:
    """The same, with a name (f1, f2 …) for each formality that has none.

    One that says what a version before has said keeps the name that it had there; no name is used for another.
    """
    known = {(one.text, one.applies_to): one.formality for each in before for one in each.formalities}
    used = {one.formality for each in [*before, content] for one in each.formalities}
    last = max((int(name[1:]) for name in used if re.fullmatch(r"f\d{1,6}", name)), default=0)
    given = {one.formality for one in content.formalities}
    made = []
    for one in content.formalities:
        name = one.formality or known.get((one.text, one.applies_to), "")
        if not name or (not one.formality and name in given):
            last += 1
            name = f"f{last}"
        given.add(name)
        made.append(one.model_copy(update={"formality": name}))
    return content.model_copy(update={"formalities": tuple(made)})
