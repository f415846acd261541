"""The evidence about a request that its reader may have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from comity.accounts import queries as accounts
from comity.assistance.model import RequestForAssistance
from comity.core.errors import NotFound
from comity.core.journal import Entry
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange import queries as documents
from comity.exchange.model import Document
from comity.notifications.model import Notification

KINDS = {
    "document.deposited": "submission_accepted",
    "document.replaced": "submission_accepted",
    "document.refused": "submission_rejected",
    "document.released": "made_available",
    "document.granted": "granted",
    "notification.delivered": "notified",
    "document.handed_out": "retrieved",
    "rfa.acknowledged": "acknowledged",
    "amendment.acknowledged": "acknowledged",
    "supplement.acknowledged": "acknowledged",
    "disposal.confirmed": "disposed",
}
"""What each line is evidence of, by the terms of ETSI EN 319 522.

It has none for sealing anew for a newer key, and none for what became of documents.
"""

OF_DOCUMENTS = (
    "document.deposited",
    "document.replaced",
    "document.released",
    "document.granted",
    "document.handed_out",
)
ACKNOWLEDGED = ("rfa.acknowledged", "amendment.acknowledged", "supplement.acknowledged")
BOUND = {
    **dict.fromkeys(ACKNOWLEDGED, "acknowledgement_sha256"),
    "disposal.confirmed": "disposal_sha256",
    "document.deposited": "envelope_sha256",
    "document.replaced": "envelope_sha256",
    "document.granted": "grant_sha256",
}
"""What a person signed, and the field by which the line names it."""


SIGNED = (*ACKNOWLEDGED, "disposal.confirmed")
"""What people of the requested party sign about a request itself: both parties have it."""


@dataclass(frozen=True)
class Evidence:
    """One line that is evidence; `strength` says on whose word it stands.

    `signed`: a person signed what the line names.  `recorded`: the platform says so.  `weaker`: the platform says so,
    of something that happened on its own machine and not yet with the person.
    """

    entry: Entry
    kind: str
    strength: str
    document: UUID | None = None

    @property
    def seq(self) -> int:
        return self.entry.seq

    @property
    def at(self) -> datetime:
        return self.entry.happened_at

    @property
    def data(self) -> dict[str, Any]:
        return self.entry.data


def _strength(entry: Entry) -> str:
    if entry.name in ("notification.delivered", "document.handed_out"):
        return "weaker"
    return "signed" if entry.data.get(BOUND.get(entry.name, "")) else "recorded"


def evidence(tx: Transaction, rfa: RequestForAssistance) -> list[Evidence]:
    """The evidence about a request, the oldest first; `rfa` must have come through the door.

    Each side has what it sent, what was made available, and what the receiving side did with it; nobody has how the
    other side worked on its drafts, or opened its own documents.  What a team noted in a review is evidence for nobody.
    """
    papers = [document for document, _version in documents.documents_of(tx, rfa.id) if document.purpose != "review"]
    about = {document.subject: document for document in papers}
    found = [*_of_documents(tx, about), *_of_request(tx, rfa), *_of_notices(tx, rfa)]
    return sorted(found, key=lambda one: one.seq)


def _lines(tx: Transaction, subjects: Iterable[str], names: Iterable[str]) -> list[Entry]:
    query = select(Entry).where(Entry.subject.in_(list(subjects)), Entry.name.in_(list(names)))
    return list(tx.session.scalars(query.order_by(Entry.seq)))


def _of_documents(tx: Transaction, about: dict[str, Document]) -> Iterator[Evidence]:
    entries = _lines(tx, about, OF_DOCUMENTS)
    sides = _sides(tx, entries)
    for entry in entries:
        document = about[str(entry.subject)]
        if entry.name == "document.handed_out" and sides.get(entry.actor) == document.sender:
            continue  # opening one's own document is no delivery
        if entry.name in ("document.deposited", "document.replaced") and document.sender != tx.actor.authority:
            continue
        yield Evidence(entry, KINDS[entry.name], _strength(entry), document.id)


def _of_request(tx: Transaction, rfa: RequestForAssistance) -> Iterator[Evidence]:
    entries = _lines(tx, [rfa.subject], (*SIGNED, "document.refused"))
    sides = _sides(tx, entries)
    for entry in entries:
        if entry.name in SIGNED or sides.get(entry.actor) == tx.actor.authority:
            yield Evidence(entry, KINDS[entry.name], _strength(entry))


def _of_notices(tx: Transaction, rfa: RequestForAssistance) -> Iterator[Evidence]:
    """That somebody was notified of a step that both parties see."""
    steps = select(Entry.seq).where(Entry.subject == rfa.subject)
    notices = tx.session.scalars(select(Notification).where(Notification.event_seq.in_(steps))).all()
    for entry in _lines(tx, [notice.subject for notice in notices], ["notification.delivered"]):
        if entry.data["of"].startswith(SHARED):
            yield Evidence(entry, KINDS[entry.name], _strength(entry))


SHARED = ("rfa.transmitted", "rfa.acknowledged", "rfa.reminded", "rfa.confirmed", "clarification.", "part.delivered",
          "consultation.", "measure.denied", "extension.", "rfa.extended", "rfa.supplemented", "rfa.amended",
          "amendment.acknowledged", "supplement.acknowledged", "consent.",
          "rfa.answered", "rfa.returned", "rfa.closed", "rfa.withdrawn", "disposal.")  # fmt: skip
"""The steps that both parties see: only a notice of one of them is evidence for the other side."""


def _sides(tx: Transaction, entries: Iterable[Entry]) -> dict[str, str | None]:
    """The authority of each actor."""
    ids = {UUID(entry.actor) for entry in entries if entry.actor != "system"}
    return {str(account): code for account, code in accounts.authorities(tx, ids).items()}


def one(tx: Transaction, rfa: RequestForAssistance, seq: int) -> Evidence:
    """One piece of the evidence that the reader may have.  Raises NotFound."""
    for found in evidence(tx, rfa):
        if found.seq == seq:
            return found
    raise NotFound(_("There is nothing here that you can see."))
