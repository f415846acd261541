"""What was approved, sealed again for both parties when it is transmitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from comity.assistance.model import RequestForAssistance
from comity.core.errors import Fault, Invalid
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange import actions as exchange
from comity.exchange.actions import Matter
from comity.exchange.checks import Signed
from comity.exchange.model import Document, DocumentVersion


@dataclass(frozen=True)
class Resealed:
    """A document of a draft, sealed again for the requested party too."""

    doc: UUID
    signed: Signed


def reseal(
    tx: Transaction,
    rfa: RequestForAssistance,
    approved: Sequence[tuple[Document, DocumentVersion]],
    resealed: Sequence[Resealed],
) -> None:
    """Let the requested party have exactly the approved documents.  Raises Invalid."""
    present = {document.id: document for document, _version in approved}
    if len(resealed) != len(present) or {one.doc for one in resealed} != set(present):
        message = _("Exactly the approved documents must be sealed again, each once.")
        raise Invalid(message, [Fault("/documents", message)])
    both = [rfa.requesting, rfa.requested]
    for one in resealed:
        exchange.reseal(tx, present[one.doc], one.signed, matter=Matter(rfa.id, *both), readers=both)
