"""Really sealed documents for tests, brought in as a client brings them: parts, leaf hashes, completion."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from tests import people
from tests.people import AMINA, BRUNO, CHIDI

from comity.assistance import actions, approvals, messages
from comity.assistance.cover import Asked
from comity.assistance.model import Message, RequestForAssistance
from comity.assistance.resealing import Resealed
from comity.core import clock
from comity.core.actors import Actor
from comity.core.transaction import transaction
from comity.exchange import actions as exchange
from comity.exchange import queries as documents
from comity.exchange.actions import Signed
from comity.exchange.model import Document
from comity_seal import tree
from comity_seal.approval import Approved, cover_sha256
from comity_seal.opening.opening import Expected, open_document
from comity_seal.opening.sealing import Label, Matter, Place, Sealed, acknowledge, approve, reheader, seal_document

BANK_AND_FREEZE = [Asked("i", "bank"), Asked("k", "freeze")]


def created() -> str:
    return clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Made:
    """A sealed document on the sender's side."""

    payload: bytes
    sealed: Sealed

    @property
    def signed(self) -> Signed:
        return Signed(self.sealed.envelope, self.sealed.header, self.sealed.manifest_age)


def make(
    actor: Actor,
    rfa: RequestForAssistance,
    purpose: str,
    content: bytes,
    *,
    readers: list[str] | None = None,
    name: str = "document.json",
    previous: Sealed | None = None,
    doc: UUID | None = None,
    handling: Sequence[str] = (),
) -> Made:
    payload = io.BytesIO()
    place = Place(str(doc or uuid4()))
    if previous is not None:
        place = Place(
            previous.manifest.doc, previous.manifest.ver + 1, previous.manifest.sha256, previous.envelope_sha256
        )
    sealed = seal_document(
        io.BytesIO(content),
        payload.write,
        author=people.author(actor),
        readers=[people.verified(code) for code in readers or actions.readers_for(rfa, purpose)],
        matter=Matter(rfa.reference, str(rfa.id), purpose),
        place=place,
        label=Label(name, "application/json", "en", tuple(sorted(handling))),
        created=created(),
    )
    return Made(payload.getvalue(), sealed)


def send(actor: Actor, rfa: RequestForAssistance, purpose: str, payload: bytes) -> UUID:
    """Begin an upload and put every part; gives the upload."""
    with transaction(actor) as tx:
        upload = actions.begin_upload(tx, rfa.id, purpose, len(payload))
    for n in range(tree.parts(len(payload))):
        part = payload[n * tree.PART : (n + 1) * tree.PART]
        with transaction(actor) as tx:
            exchange.put_part(tx, upload.id, n, tree.leaf(part).hex(), part)
    return upload.id


def deposit(
    actor: Actor,
    rfa: RequestForAssistance,
    purpose: str,
    content: bytes = b"{}",
    *,
    replaces: Sealed | None = None,
    handling: Sequence[str] = (),
) -> tuple[Document, Made]:
    made = make(actor, rfa, purpose, content, previous=replaces, handling=handling)
    upload = send(actor, rfa, purpose, made.payload)
    with transaction(actor) as tx:
        document = actions.deposit(tx, upload, made.signed, UUID(replaces.manifest.doc) if replaces else None)
    return document, made


def read(actor: Actor, rfa_id: UUID) -> RequestForAssistance:
    with transaction(actor, writes=False) as tx:
        return tx.read(RequestForAssistance, rfa_id)


def drafted(
    actor: Actor = AMINA,
    *,
    requested: str = "XA",
    on: date | None = None,
    measures: list[Asked] | None = None,
    kind: str = "assistance",
) -> RequestForAssistance:
    """A draft without documents."""
    with transaction(actor) as tx:
        return actions.draft(tx, requested, on, BANK_AND_FREEZE if measures is None else measures, kind)


def written(actor: Actor = AMINA, **cover) -> RequestForAssistance:
    """A draft with its sealed text."""
    rfa = drafted(actor, **cover)
    content = {"v": 1, "subject": "accounts", "text": "please", "checklist": [], "cover": rfa.cover, "annexes": []}
    text = json.dumps(content).encode()
    deposit(actor, rfa, "request", text)
    return rfa


def approval(actor: Actor, rfa: RequestForAssistance) -> bytes:
    with transaction(actor, writes=False) as tx:
        present = approvals.going(tx, rfa)
        shown = tx.read(RequestForAssistance, rfa.id).cover
    approved = [Approved(str(document.id), version.ver, version.envelope_sha256) for document, version in present]
    return approve(
        people.author(actor),
        request=str(rfa.id),
        cover_sha256=cover_sha256(shown),
        documents=approved,
        created=created(),
    )


def approved(**cover) -> RequestForAssistance:
    rfa = written(AMINA, **cover)
    signed = approval(BRUNO, rfa)
    with transaction(BRUNO) as tx:
        return actions.approve(tx, rfa.id, signed)


def resealed(actor: Actor, rfa: RequestForAssistance, readers: list[str] | None = None) -> list[Resealed]:
    """Every document of a draft that goes, opened and sealed again for both parties."""
    with transaction(actor, writes=False) as tx:
        present = approvals.going(tx, rfa)
    found = []
    for document, version in present:
        opened = people.opener(actor).open(
            version.envelope, version.header, version.manifest_age, Expected(str(document.id), str(rfa.id))
        )
        again = reheader(
            opened.file_key,
            opened.manifest,
            version.envelope_sha256,
            author=people.author(actor),
            readers=[people.verified(code) for code in readers or [rfa.requesting, rfa.requested]],
            created=created(),
        )
        found.append(Resealed(document.id, Signed(again.envelope, again.header, again.manifest_age)))
    return found


def transmitted(**cover) -> RequestForAssistance:
    rfa = approved(**cover)
    again = resealed(AMINA, rfa)
    with transaction(AMINA) as tx:
        return actions.transmit(tx, rfa.id, again)


def acknowledgement(actor: Actor, rfa: RequestForAssistance, **changes) -> bytes:
    """What the recipient signs: the envelopes of the request and its annexes as she sees them."""
    with transaction(actor, writes=False) as tx:
        present = documents.documents_of(tx, rfa.id)
    received = [
        Approved(str(document.id), version.ver, version.envelope_sha256)
        for document, version in present
        if document.purpose in ("request", "annex")
    ]
    said = {"request": str(rfa.id), "reference": rfa.reference, "documents": received, "created": created()} | changes
    return acknowledge(people.author(actor), **said)


def acknowledged(**cover) -> RequestForAssistance:
    rfa = transmitted(**cover)
    signed = acknowledgement(CHIDI, rfa)
    with transaction(CHIDI) as tx:
        return actions.acknowledge(tx, rfa.id, signed)


def asked(**cover) -> RequestForAssistance:
    rfa = acknowledged(**cover)
    question, _made = deposit(CHIDI, rfa, "question", b"which account?")
    with transaction(CHIDI) as tx:
        return actions.ask(tx, rfa.id, question.id)


def answered(**cover) -> RequestForAssistance:
    rfa = acknowledged(**cover)
    document, _made = deposit(CHIDI, rfa, "answer", b"found")
    with transaction(CHIDI) as tx:
        return actions.answer(tx, rfa.id, outcomes(rfa), [document.id])


def message(actor: Actor, rfa: RequestForAssistance, text: bytes = b"hello", files: Sequence[bytes] = ()) -> Message:
    """A message that was sent, with its files."""
    attachments = [deposit(actor, rfa, "attachment", content)[0].id for content in files]
    document, _made = deposit(actor, rfa, "message", text)
    with transaction(actor) as tx:
        return messages.send(tx, rfa.id, document.id, attachments)


def read_message(actor: Actor, message: Message) -> bytes:
    """What a reader's client does: be handed it, verify everything, and say that it was read."""
    content = opened(actor, message.request, message.id)
    with transaction(actor) as tx:
        messages.mark(tx, message.id)
    return content


def outcomes(rfa: RequestForAssistance) -> list[actions.Answer]:
    from comity.assistance.model import Outcome

    return [actions.Answer(measure.n, Outcome.EXECUTED) for measure in rfa.measures]


def opened(actor: Actor, rfa_id: UUID, doc: UUID) -> bytes:
    """What a reader gets who is handed the document and its parts and verifies everything."""
    with transaction(actor) as tx:
        _document, version = exchange.hand_out(tx, doc)
    verified = people.opener(actor).open(
        version.envelope, version.header, version.manifest_age, Expected(str(doc), str(rfa_id))
    )
    payload = b""
    for n in range(tree.parts(version.payload_bytes)):
        with transaction(actor, writes=False) as tx:
            part = exchange.part_of(tx, doc, n)
        from comity.core.storage import store

        payload += store().get(part.key)
    out = io.BytesIO()
    open_document(verified, io.BytesIO(payload), out.write)
    return out.getvalue()
