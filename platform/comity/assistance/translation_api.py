"""Translations as JSON resources: for the teams that ask for them, and for the language service."""

from __future__ import annotations

from uuid import UUID

from comity.assistance import translating
from comity.assistance import translation_views as bodies
from comity.assistance.bodies import DocumentBody
from comity.assistance.model import RequestForAssistance
from comity.assistance.translation_model import Translation
from comity.assistance.translation_views import TranslationList, TranslationView
from comity.core.transaction import Transaction
from comity.web import Api

translations = Api("translations", __name__)


@translations.get("/translations", query=bodies.TranslationsQuery, answers=TranslationList)
def translations_asked(tx: Transaction, query: bodies.TranslationsQuery) -> TranslationList:
    """What is asked of your language service or by your team, the most urgent first; then what has ended."""
    found = translating.listing(tx, only_open=query.open, reference=query.reference)
    return TranslationList(items=bodies.views(tx, found))


@translations.get("/requests/<uuid:rfa_id>/translations", answers=TranslationList)
def translations_of_request(tx: Transaction, rfa_id: UUID) -> TranslationList:
    """The translations that your team has asked for of a request."""
    return TranslationList(items=bodies.of_request(tx, tx.read(RequestForAssistance, rfa_id)))


@translations.post(
    "/requests/<uuid:rfa_id>/translations", body=bodies.TranslateBody, answers=TranslationView, status=201
)
def prepare_translation(tx: Transaction, rfa_id: UUID, body: bodies.TranslateBody) -> TranslationView:
    """Begin to ask for a translation: from then on it has a reference, and the text can be sealed for the service."""
    return bodies.full(tx, translating.prepare(tx, rfa_id, body.document, body.wanted, body.service))


@translations.get("/translations/<uuid:translation_id>", answers=TranslationView)
def translation(tx: Transaction, translation_id: UUID) -> TranslationView:
    """One translation."""
    return bodies.full(tx, tx.read(Translation, translation_id))


@translations.post("/translations/<uuid:translation_id>/ask", body=bodies.PapersBody, answers=TranslationView)
def ask_for_translation(tx: Transaction, translation_id: UUID, body: bodies.PapersBody) -> TranslationView:
    """Ask for it, with the text sealed to the service and your team."""
    return bodies.full(tx, translating.ask(tx, translation_id, body.documents))


@translations.post("/translations/<uuid:translation_id>/take", answers=TranslationView)
def take_translation(tx: Transaction, translation_id: UUID) -> TranslationView:
    """Take a text that waits for a translator."""
    return bodies.full(tx, translating.take(tx, translation_id))


@translations.post("/translations/<uuid:translation_id>/put-back", answers=TranslationView)
def put_translation_back(tx: Transaction, translation_id: UUID) -> TranslationView:
    """Let a text that you or a colleague has taken wait for a translator again."""
    return bodies.full(tx, translating.put_back(tx, translation_id))


@translations.post("/translations/<uuid:translation_id>/give", body=bodies.PapersBody, answers=TranslationView)
def give_translation(tx: Transaction, translation_id: UUID, body: bodies.PapersBody) -> TranslationView:
    """Give the translation of a text that you have taken."""
    return bodies.full(tx, translating.give(tx, translation_id, body.documents))


@translations.post("/translations/<uuid:translation_id>/return", body=DocumentBody, answers=TranslationView)
def return_translation(tx: Transaction, translation_id: UUID, body: DocumentBody) -> TranslationView:
    """Return a text that you have taken, with a sealed question or reason."""
    return bodies.full(tx, translating.send_back(tx, translation_id, body.document))


@translations.post("/translations/<uuid:translation_id>/withdraw", answers=TranslationView)
def withdraw_translation(tx: Transaction, translation_id: UUID) -> TranslationView:
    """Ask for a translation no longer."""
    return bodies.full(tx, translating.withdraw(tx, translation_id))
