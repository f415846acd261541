"""The printed bundle of a request, and the code by which paper is checked against the record [Statute art. 87(1)].

The code names a line of the journal that both parties have a receipt of: its number, and the beginning of its hash.  As
every line's hash covers all lines before it, no other record has a line of that number and hash.
"""

from __future__ import annotations

import re
from base64 import b32encode
from dataclasses import dataclass
from uuid import UUID

from comity.assistance.model import RequestForAssistance
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange import queries as documents
from comity.exchange.checks import wrong
from comity.exchange.model import Document, DocumentVersion
from comity.receipts import queries
from comity.receipts.queries import Evidence

BYTES = 10
"""Of the hash in a code: 80 bits, more than anybody finds another line for."""

SHARED = ("made_available", "acknowledged", "disposed")
"""The evidence that both parties have."""

CODE = re.compile(r"([1-9]\d{0,9})-([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})")


@dataclass(frozen=True)
class Paper:
    """One sealed document of the bundle, by its number among those released, with the hash of its envelope."""

    number: int
    document: Document
    version: DocumentVersion


def code(found: Evidence) -> str:
    """The code of a line, for people: 482-K3JQ-…"""
    text = b32encode(bytes.fromhex(found.entry.hash)[:BYTES]).decode("ascii")
    return f"{found.seq}-{'-'.join(text[place : place + 4] for place in range(0, len(text), 4))}"


def _shared(tx: Transaction, rfa: RequestForAssistance) -> list[Evidence]:
    return [one for one in queries.evidence(tx, rfa) if one.kind in SHARED]


def latest(tx: Transaction, rfa: RequestForAssistance) -> Evidence | None:
    """The last line about a request that both parties have evidence of; none before it is transmitted."""
    shared = _shared(tx, rfa)
    return shared[-1] if shared else None


def papers(tx: Transaction, rfa: RequestForAssistance, until: int) -> list[Paper]:
    """What had been released up to a line, in the order of its release."""
    released: dict[UUID, int] = {}
    for one in queries.evidence(tx, rfa):
        if one.kind == "made_available" and one.document is not None and one.seq <= until:
            released.setdefault(one.document, one.seq)
    found = {document.id: (document, version) for document, version in documents.documents_of(tx, rfa.id)}
    order = sorted((doc for doc in released if doc in found), key=lambda doc: released[doc])
    return [Paper(number, *found[doc]) for number, doc in enumerate(order, 1)]


def check(tx: Transaction, rfa: RequestForAssistance, typed: str) -> Evidence | None:
    """The line that a code on paper names, if the record has it; None if it has another.  Raises Invalid."""
    read = CODE.fullmatch("-".join(re.findall(r"[A-Z0-9]+", typed.upper())))
    if read is None:
        raise wrong("/code", _("Type the whole code as it is printed: a number, then four groups of four signs."))
    found = next((one for one in _shared(tx, rfa) if one.seq == int(read[1])), None)
    return found if found is not None and code(found) == read[0] else None
