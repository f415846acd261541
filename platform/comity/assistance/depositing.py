"""Uploads and documents of whatever matter they belong to: a request, or a translation that is asked for."""

from __future__ import annotations

from uuid import UUID

from comity.assistance import actions, handling
from comity.assistance import cover as covers
from comity.assistance.translating import matter_of
from comity.assistance.translation_model import Translation
from comity.core.errors import ComityError
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange import actions as exchange
from comity.exchange import queries as documents
from comity.exchange.actions import Signed
from comity.exchange.checks import wrong
from comity.exchange.model import Document, Upload

VERBS_OF = {"source": ("ask",), "translation": ("give",), "question": ("return",), "attachment": ("ask", "give")}
"""What one must be able to do with a translation in order to deposit a document for a purpose."""


def begin_upload(tx: Transaction, matter: UUID, purpose: str, payload_bytes: int) -> Upload:
    """Begin an upload for a purpose that the stage of the matter and the actor's side allow."""
    if not _is_translation(tx, matter):
        return actions.begin_upload(tx, matter, purpose, payload_bytes)
    translation, verb = _for_purpose(tx, matter, purpose)
    translation.check(verb)
    return exchange.begin(tx, matter_of(translation), purpose, payload_bytes)


def deposit(tx: Transaction, upload_id: UUID, signed: Signed, replaces: UUID | None) -> Document:
    """Complete an upload; the same completion again gives the same document.

    What belongs to a translation is sealed to the asking team and the service, each time.  Raises Invalid, Conflict or
    Refused.
    """
    about = exchange.own(tx, upload_id)
    if not _is_translation(tx, about.request):
        return actions.deposit(tx, upload_id, signed, replaces)
    translation, verb = _for_purpose(tx, about.request, about.purpose)
    upload = exchange.own(tx, upload_id, lock=True)
    done = exchange.completed(tx, upload, signed)
    if done is not None:
        return done
    try:
        translation.check(verb)
        if replaces is None:
            covers.check_room(documents.documents_of(tx, translation.id), upload.purpose)
        return exchange.complete(
            tx,
            upload,
            signed,
            matter=matter_of(translation),
            readers=[translation.team, translation.service],
            replaces=replaces,
            limits=lambda envelope: handling.check_sent(tx, envelope),
        )
    except ComityError as error:
        exchange.note_refusal(tx, translation, upload, signed, error)
        raise


def discard_document(tx: Transaction, doc: UUID) -> None:
    """Take back a document that was not released."""
    about = tx.read(Document, doc)
    if not _is_translation(tx, about.request):
        return actions.discard_document(tx, doc)
    _for_purpose(tx, about.request, about.purpose)
    exchange.discard(tx, tx.load(Document, doc, to="document.discard"))
    return None


def _is_translation(tx: Transaction, matter: UUID) -> bool:
    """Whether the matter is a translation that the actor may see; else it is a request, or nothing that she may see."""
    return tx.count(Translation, Translation.id == matter) > 0


def _for_purpose(tx: Transaction, matter: UUID, purpose: str) -> tuple[Translation, str]:
    """The translation, locked, and the verb for which a document is deposited.  Raises Invalid, Denied or NotFound."""
    verbs = VERBS_OF.get(purpose)
    if verbs is None:
        raise wrong("/purpose", _("There is no such purpose."))
    about = tx.read(Translation, matter)
    mine = verbs[0] if tx.actor.authority == about.team else verbs[-1]
    return tx.load(Translation, matter, to=f"translation.{mine}"), mine
