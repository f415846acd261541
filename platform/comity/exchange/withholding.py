"""What the handling limits of a document keep its receiver from doing, and how that is refused and noted.

A limit keeps the document from being taken away or given on where the platform takes part.  It keeps nobody from
reading, and cannot keep a reader from copying what her own device shows her.
"""

from __future__ import annotations

from typing import Literal

from sqlalchemy import select

from comity.core.errors import ComityError
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange import events, queries
from comity.exchange.checks import Matter
from comity.exchange.model import Document, DocumentVersion


class Withheld(ComityError):
    """A handling limit of the document blocks this, and its sender has not consented."""

    status = 403
    code = "withheld"


class Disposed(ComityError):
    """The actor's side has said that it has this document no more."""

    status = 403
    code = "disposed"


def require_held(tx: Transaction, document: Document) -> None:
    """Raises Disposed where the actor's own side has said that it destroyed or returned the document."""
    if document.disposed_at is not None and "document.hand_out" not in tx.options(document):
        version = queries.latest(tx, [document.id])[document.id]
        about = (str(document.request), document.purpose, version.ver, version.envelope_sha256)
        tx.refuse(document, events.DocumentWithheld(*about, act="open"))
        raise Disposed(
            _("Your office has said that it destroyed or returned this document: it is not handed out to it any more. "
              "Its sender still has it.")
        )  # fmt: skip


def require(tx: Transaction, document: Document, version: DocumentVersion, act: Literal["export", "share"]) -> None:
    """Raises Withheld where a limit keeps the actor from taking a document away, or giving it on."""
    if f"document.{act}" in tx.options(document):
        return
    about = (str(document.request), document.purpose, version.ver, version.envelope_sha256)
    tx.refuse(document, events.DocumentWithheld(*about, act=act))
    who = document.sender
    if act == "export":
        raise Withheld(_("This may be read here and not taken away: ask %(who)s for consent first.", who=who))
    raise Withheld(_("This may not be given on or used in another request: ask %(who)s for consent first.", who=who))


def require_new(tx: Transaction, matter: Matter, payload_tree: str) -> None:
    """Raises Withheld where this very payload came to the actor's side in another request, under a limit."""
    same = select(DocumentVersion.doc).where(DocumentVersion.payload_tree == payload_tree)
    for document in tx.find(Document, Document.id.in_(same), Document.request != matter.request):
        version = tx.session.scalars(
            select(DocumentVersion).where(
                DocumentVersion.doc == document.id, DocumentVersion.payload_tree == payload_tree
            )
        ).first()
        assert version is not None, "it was found by its payload"
        require(tx, document, version, "share")
