"""The pages of consent to a use of what carries handling limits, and of a supplement to a transmitted request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import render_template

from comity.assistance import consents, extending, handling, showing
from comity.assistance.model import RequestForAssistance
from comity.assistance.reading import readers
from comity.assistance.stepping import for_step, sealed
from comity.core.errors import Denied, NotFound, Refused
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange import queries as documents
from comity.exchange.model import Document, DocumentVersion


def seek(tx: Transaction, rfa_id: UUID, doc: UUID) -> str:
    """Ask the sender of a document for consent to one use of it."""
    rfa = for_step(tx, rfa_id, "seek")
    document, version = _document(tx, rfa, doc)
    if "document.seek" not in tx.options(document):
        raise Denied(_("You can read this, but you may not do this to it."))
    uses = [one for one in handling.uses().values() if set(one.permits) & set(document.blocked)]
    if not uses:
        raise Refused(_("Nothing stands in the way of this use: no consent is needed."))
    return render_template(
        "assistance/seek.html",
        rfa=rfa,
        step="seek",
        shown=showing.Shown(document, version, 1),
        limits=[handling.limit_of(one) for one in document.handling],
        uses=uses,
        asked={one.use for one in rfa.consents if one.undecided and one.document == doc},
        readers=readers(tx, showing.visible_to(rfa)),
    )


def consent(tx: Transaction, rfa_id: UUID, n: int) -> str:
    """One use that was asked for: why, what its sender said, and, for her, the form to say it."""
    rfa = tx.read(RequestForAssistance, rfa_id)
    found = consents.of_request(rfa, n)
    document, version = _document(tx, rfa, found.document)
    decides = "rfa.consent" in tx.options(rfa) and "document.consent" in tx.options(document)
    return render_template(
        "assistance/consent.html",
        rfa=rfa,
        consent=found,
        shown=showing.Shown(document, version, 1),
        limits=[handling.limit_of(one) for one in document.handling],
        use=handling.uses()[found.use],
        step=("decide" if found.undecided else "withdraw" if found.stands else "") if decides else "",
        readers=readers(tx, showing.visible_to(rfa)),
    )


def supplement(tx: Transaction, rfa_id: UUID) -> str:
    """Add a text and files to a transmitted request."""
    return sealed(
        tx,
        rfa_id,
        "supplement",
        "supplement.html",
        standing=lambda rfa: extending.standing(tx, rfa),
        staged=lambda rfa: showing.own(tx, rfa, ["supplement"], released=False),
        limits=lambda _rfa: handling.offered(tx),
    )


def _document(tx: Transaction, rfa: RequestForAssistance, doc: UUID) -> tuple[Document, DocumentVersion]:
    """A document of this request.  Raises NotFound."""
    document = tx.read(Document, doc)
    if document.request != rfa.id:
        raise NotFound(_("There is nothing here that you can see."))
    return document, documents.latest(tx, [doc])[doc]


PAGES: dict[str, Callable[..., Any]] = {
    "/documents/<uuid:doc>/consent": seek,
    "/consents/<int:n>": consent,
    "/supplement": supplement,
}
"""By their address below that of the request."""
