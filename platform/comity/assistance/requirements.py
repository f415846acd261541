"""What the requested State wants of a request: its profile as it counts today, narrowed to what is asked for.

The drafter says of each line, in the sealed text, whether it is met; nothing is blocked by it [art. 96(2)(e), 96(3)].
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from comity.assistance import cover
from comity.assistance.model import RequestForAssistance
from comity.core.transaction import Transaction
from comity.directory import profile, profiles
from comity.directory import queries as directory
from comity.directory.profiles import InForce

WORKING = ("en", "fr")
"""The working languages of the Court [Statute art. 50(2)]."""


@dataclass(frozen=True)
class Requirement:
    """One line: a name that stays, the words, and where the State's law says so."""

    requirement: str
    words: str
    basis: str


@dataclass(frozen=True)
class Required:
    """All lines, and the profile that they come from."""

    force: InForce
    lines: list[Requirement]
    of_the_court: bool = False


def required(tx: Transaction, rfa: RequestForAssistance, locale: str) -> Required:
    """What the requested side wants of this request today; the words of a State stay in its own language.

    The Court publishes no profile: what is sent to it is written in one of its working languages [Rule 194].
    """
    authority = directory.authority(tx, rfa.requested)
    force = profiles.in_force(tx, rfa.requested, cover.today(tx, rfa.requested))
    if authority is not None and authority.of == "court":
        return Required(force, [_working_languages(locale)], of_the_court=True)
    asked = {one.letter for one in rfa.measures}
    lines = [_language(force, locale)] if force.content.languages else []
    lines += [
        Requirement(one.formality, one.text, one.basis)
        for one in force.content.formalities
        if one.applies_to == "all" or one.applies_to in asked
    ]
    return Required(force, lines)


def _working_languages(locale: str) -> Requirement:
    names = ", ".join(profile.languages(locale)[code] for code in WORKING)
    words = _("The request is written in a working language of the Court: %(languages)s.", languages=names)
    return Requirement(f"language:{','.join(WORKING)}:in_language", words, _("Rule 194"))


def _language(force: InForce, locale: str) -> Requirement:
    names = ", ".join(profile.languages(locale)[code] for code in force.content.languages)
    if force.content.manner == "in_language":
        words = _("The request and its annexes are written in: %(languages)s.", languages=names)
    else:
        words = _("A translation of the request and its annexes is attached in: %(languages)s.", languages=names)
    name = f"language:{','.join(force.content.languages)}:{force.content.manner}"[:80]
    return Requirement(name, words, _("Statute art. %(article)s", article="87(2)"))
