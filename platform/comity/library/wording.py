"""What a template says: subject, text and every line of the checklist, in both working languages."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from comity.assistance import kinds, policy
from comity.core.errors import Fault
from comity.core.text import _

LONGEST = {"subject": 300, "text": 20_000, "line": 5_000}
"""Characters of one part."""

LANGUAGES = ("en", "fr")
"""The working languages of the Court [Statute art. 50(2)]."""


class Said(BaseModel):
    """In one language; `lines` by their letter.  What stands in [brackets] is for the drafter to replace."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: str = ""
    text: str = ""
    lines: dict[str, str] = {}


class Wording(BaseModel):
    """In both."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    en: Said = Said()
    fr: Said = Said()

    def said(self, language: str) -> Said:
        """In one of the two."""
        return self.fr if language == "fr" else self.en


def faults_of_purpose(kind: str, letter: str | None) -> list[Fault]:
    """Whether there can be a template for that kind and measure."""
    known = kinds.kinds().get(kind)
    if known is None:
        return [Fault("/kind", _("Choose the kind of request."))]
    if letter is not None and not known.measures:
        return [Fault("/letter", _("A request of this kind has no measures: leave the measure out."))]
    if letter is not None and letter not in policy.measures():
        return [Fault("/letter", _("Article 93(1) has the letters a to l."))]
    return []


def faults(wording: Wording, kind: str) -> list[Fault]:
    """What cannot be kept, whether it is published or not."""
    known = [one.line for one in kinds.checklist_of(kind).lines]
    found = []
    for language in LANGUAGES:
        said = wording.said(language)
        for part, text in _parts(said):
            if len(text) > LONGEST[part if part in LONGEST else "line"]:
                place = f"/{language}/{part}" if part in LONGEST else f"/{language}/lines/{part}"
                found.append(
                    Fault(place, _("Write at most %(count)s characters.", count=LONGEST.get(part, LONGEST["line"])))
                )
        found += [
            Fault(f"/{language}/lines/{line}", _("The checklist has no such line."))
            for line in said.lines
            if line not in known
        ]
    return found


def missing(wording: Wording, kind: str) -> list[Fault]:
    """What it lacks before it can be published: every part, in both languages."""
    found = []
    for language in LANGUAGES:
        said = wording.said(language)
        if not said.subject.strip():
            found.append(Fault(f"/{language}/subject", _("The subject is missing in this language.")))
        if not said.text.strip():
            found.append(Fault(f"/{language}/text", _("The text is missing in this language.")))
        found += [
            Fault(f"/{language}/lines/{one.line}", _("Line (%(line)s) is missing in this language.", line=one.line))
            for one in kinds.checklist_of(kind).lines
            if not said.lines.get(one.line, "").strip()
        ]
    return found


def _parts(said: Said) -> list[tuple[str, str]]:
    return [("subject", said.subject), ("text", said.text), *said.lines.items()]
