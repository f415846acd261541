"""Translations as browsers make them, with texts of the platform's own forms, for pages to be looked at."""

import io
import json
from datetime import timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from tests import people
from tests.exchange import sealed
from tests.people import AMINA, LENA

from comity.assistance import depositing, translating
from comity.assistance.model import RequestForAssistance
from comity.assistance.translating import Wanted
from comity.assistance.translation_model import Translation
from comity.core import clock
from comity.core.actors import Actor
from comity.core.transaction import transaction
from comity.exchange import actions as exchange
from comity.exchange import queries as documents
from comity.exchange.actions import Signed
from comity_seal import tree
from comity_seal.opening.sealing import Label, Matter, Place, seal_document

NOTE = "“Freezing” is meant as in article 93(1)(k)."
FRENCH = "Veuillez envoyer les relevés des années 2019 à 2023.\n\nMerci."
QUESTION = "Is “statement” a statement of account?"


def ask(rfa: RequestForAssistance, words: str, *, purpose: str = "request", certified: bool = False) -> Translation:
    """Amina asks for the translation of a text into French within nine days; a file goes as one."""
    with transaction(AMINA) as tx:
        document = next(one.id for one, _version in documents.documents_of(tx, rfa.id) if one.purpose == purpose)
        day = clock.now().date() + timedelta(days=9)
        made = translating.prepare(tx, rfa.id, document, Wanted("en", "fr", day, certified))
    files = [put(AMINA, made, "attachment", words.encode(), "text.txt", "text/plain")] if purpose != "request" else []
    said = {"text": words if purpose == "request" else "", "note": NOTE, "annexes": files}
    source = text(AMINA, made, "source", **said)
    with transaction(AMINA) as tx:
        return translating.ask(tx, made.id, [UUID(source["doc"]), *(UUID(one["doc"]) for one in files)])


def take(one: Translation, by: Actor = LENA) -> Translation:
    with transaction(by) as tx:
        return translating.take(tx, one.id)


def write(one: Translation, words: str = FRENCH) -> dict[str, str]:
    """What Lena has saved of her translation."""
    of = sha256(sealed.opened(LENA, one.id, one.source)).hexdigest()
    said = {"source": of, "from": one.source_language, "to": one.target_language, "certified": one.certified}
    return text(LENA, one, "translation", **said, text=words, annexes=[])


def give(one: Translation) -> Translation:
    made = write(one)
    with transaction(LENA) as tx:
        return translating.give(tx, one.id, [UUID(made["doc"])])


def send_back(one: Translation) -> Translation:
    made = text(LENA, one, "question", form="message", text=QUESTION)
    with transaction(LENA) as tx:
        return translating.send_back(tx, one.id, UUID(made["doc"]))


def text(actor: Actor, one: Translation, purpose: str, *, form: str = "", **content: object) -> dict[str, str]:
    body = json.dumps({"v": 1, "cover": None, **content}, separators=(",", ":"), sort_keys=True).encode()
    form = form or purpose
    return put(actor, one, purpose, body, f"{form}.json", f"application/vnd.comity.{form}.v1+json")


def put(actor: Actor, one: Translation, purpose: str, content: bytes, name: str, media: str) -> dict[str, str]:
    """Seal and deposit a document; gives what a list of files says of it."""
    payload, doc = io.BytesIO(), str(uuid4())
    made = seal_document(
        io.BytesIO(content),
        payload.write,
        author=people.author(actor),
        readers=[people.verified(code) for code in (one.team, one.service)],
        matter=Matter(one.reference, str(one.id), purpose),
        place=Place(doc),
        label=Label(name, media, one.source_language),
        created=sealed.created(),
    )
    bytes_ = payload.getvalue()
    with transaction(actor) as tx:
        upload = depositing.begin_upload(tx, one.id, purpose, len(bytes_)).id
        exchange.put_part(tx, upload, 0, tree.leaf(bytes_).hex(), bytes_)
    with transaction(actor) as tx:
        depositing.deposit(tx, upload, Signed(made.envelope, made.header, made.manifest_age), None)
    return {"doc": doc, "plain_sha256": sha256(content).hexdigest()}
