"""That a document is the translation of another: said in the sealed manifest, so that the server never learns of it.

A document that is none has no field for it, as every document had before there were any.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from comity_seal import canonical
from comity_seal.errors import FormatError

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
SINCE = frozenset({"translation"})


@dataclass(frozen=True)
class TranslationOf:
    """Of which document, from which language (`lang` of the manifest says into which), and whether it is certified."""

    doc: str
    source_language: str
    certified: bool

    def to_json(self) -> dict[str, Any]:
        return {"of": self.doc, "from": self.source_language, "certified": self.certified}


def translation_in(read: canonical.Reader) -> TranslationOf | None:
    """What the manifest says; None where the field is not there.  Raises FormatError."""
    if "translation" not in read.value:
        return None
    said = canonical.Reader(read.value["translation"], "the translation", {"of", "from", "certified"})
    certified = said.value["certified"]
    if not isinstance(certified, bool):
        raise FormatError("the translation: certified is not of the right form")
    return TranslationOf(said.matching("of", canonical.UUID), said.matching("from", LANGUAGE), certified)


def translation_json(translation: TranslationOf | None) -> dict[str, Any]:
    """The field as it is signed: nothing where the document is no translation."""
    return {"translation": translation.to_json()} if translation is not None else {}
