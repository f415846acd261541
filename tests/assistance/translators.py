"""Translations as a browser or a client asks for and gives them: really sealed, in a matter of their own."""

import json
from datetime import date, timedelta
from hashlib import sha256
from types import SimpleNamespace
from uuid import UUID

from tests.exchange import sealed
from tests.people import AMINA, LENA

from comity.assistance import depositing, translating
from comity.assistance.translating import Wanted
from comity.assistance.translation_model import Translation
from comity.core import clock
from comity.core.transaction import transaction
from comity.exchange import actions as exchange
from comity.exchange import queries as documents
from comity_seal import tree

WORDS = "Please send the statements."


def wanted(days: int = 5, source: str = "en", target: str = "fr", certified: bool = False) -> Wanted:
    return Wanted(source, target, clock.now().date() + timedelta(days=days), certified)


def text_of(rfa, by=AMINA, purpose="request") -> UUID:
    with transaction(by, writes=False) as tx:
        return next(one.id for one, _version in documents.documents_of(tx, rfa.id) if one.purpose == purpose)


def prepare(rfa, by=AMINA, document=None, **said) -> Translation:
    with transaction(by) as tx:
        return translating.prepare(tx, rfa.id, document or text_of(rfa, by), wanted(**said))


def deposit(by, translation, purpose, content: dict | bytes, readers=None) -> UUID:
    """Seal and deposit a document of a translation; gives it."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    matter = SimpleNamespace(id=translation.id, reference=translation.reference)
    made = sealed.make(by, matter, purpose, body, readers=readers or [translation.team, translation.service])
    with transaction(by) as tx:
        upload = depositing.begin_upload(tx, translation.id, purpose, len(made.payload))
    for n in range(tree.parts(len(made.payload))):
        part = made.payload[n * tree.PART : (n + 1) * tree.PART]
        with transaction(by) as tx:
            exchange.put_part(tx, upload.id, n, tree.leaf(part).hex(), part)
    with transaction(by) as tx:
        return depositing.deposit(tx, upload.id, made.signed, None).id


def source(words=WORDS, note="") -> dict:
    return {"v": 1, "cover": None, "text": words, "note": note, "annexes": []}


def ask(rfa, by=AMINA, document=None, **said) -> Translation:
    prepared = prepare(rfa, by, document, **said)
    doc = deposit(by, prepared, "source", source())
    with transaction(by) as tx:
        return translating.ask(tx, prepared.id, [doc])


def take(translation, by=LENA) -> Translation:
    with transaction(by) as tx:
        return translating.take(tx, translation.id)


def answer(translation, words="Veuillez envoyer les relevés.", words_of=WORDS) -> dict:
    of = sha256(json.dumps(source(words_of)).encode()).hexdigest()
    said = {"source": of, "from": translation.source_language, "to": translation.target_language}
    return {"v": 1, "cover": None, **said, "certified": translation.certified, "text": words, "annexes": []}


def give(translation, by=LENA, doc=None) -> Translation:
    doc = doc or deposit(by, translation, "translation", answer(translation))
    with transaction(by) as tx:
        return translating.give(tx, translation.id, [doc])


def send_back(translation, by=LENA) -> Translation:
    doc = deposit(by, translation, "question", {"v": 1, "cover": None, "text": "Which bank?"})
    with transaction(by) as tx:
        return translating.send_back(tx, translation.id, doc)


def withdraw(translation, by=AMINA) -> Translation:
    with transaction(by) as tx:
        return translating.withdraw(tx, translation.id)


def read(translation, by=AMINA) -> Translation:
    with transaction(by, writes=False) as tx:
        return tx.read(Translation, translation.id)


def today() -> date:
    return clock.now().date()
