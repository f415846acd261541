"""What is done with uploads and documents.

Whether a person may deposit something for a request at its stage is for `assistance`; here is what is true of every
document.  Nothing is acknowledged before the store holds it durably and row and line are committed.  Locks are taken
in one order: request, upload, document.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from comity.core.errors import ComityError, Conflict, Invalid, NotFound, Refused, TooLarge, TooMany
from comity.core.model import Row
from comity.core.settings import settings
from comity.core.storage import store
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange import bookkeeping, events, queries, withholding
from comity.exchange.checks import Matter, Signed, check_follows, check_signed, wrong
from comity.exchange.granting import grant
from comity.exchange.model import Document, DocumentVersion, Upload, UploadPart
from comity.keys import serving
from comity_seal import tree
from comity_seal.envelope import Envelope, parse_envelope
from comity_seal.errors import FormatError, SealError
from comity_seal.sizes import plain_length

JOURNALLED_EVERY = timedelta(seconds=30)
"""How often autosaving leaves a line."""

__all__ = ["Matter", "Signed", "grant"]


def begin(tx: Transaction, matter: Matter, purpose: str, payload_bytes: int) -> Upload:
    """Begin an upload of that many bytes.  Raises Invalid, TooLarge or TooMany."""
    if payload_bytes > settings().limits.document_bytes:
        raise TooLarge(_("This document is larger than the platform takes: divide it."))
    try:
        plain_length(payload_bytes)
    except FormatError:
        raise wrong("/payload_bytes", _("No sealed document has a payload of this length.")) from None
    if queries.open_uploads(tx) >= settings().limits.open_uploads:
        raise TooMany(_("You have too many unfinished uploads: finish or cancel one."))
    upload = Upload(
        owner=tx.actor.id,
        authority=tx.actor.authority or "",
        request=matter.request,
        purpose=purpose,
        payload_bytes=payload_bytes,
        created_at=tx.now,
    )
    return bookkeeping.keep(tx, upload)


def own(tx: Transaction, upload_id: UUID, *, lock: bool = False) -> Upload:
    """One's own upload; with `lock` as it is now, and nobody else's until the end.  Raises NotFound."""
    upload = queries.own_upload(tx, upload_id, lock=lock)
    if upload is None:
        raise NotFound(_("There is no such upload: begin a new one."))
    return upload


def expected_part(upload: Upload, n: int) -> int:
    """How many bytes part `n`, counted from 0, must have.  Raises Invalid for a part that the payload does not have."""
    count = tree.parts(upload.payload_bytes)
    if not 0 <= n < count:
        raise wrong("/n", _("The payload has %(count)s parts, counted from 0.", count=count))
    return min(tree.PART, upload.payload_bytes - n * tree.PART)


def put_part(tx: Transaction, upload_id: UUID, n: int, leaf: str, content: bytes) -> UploadPart:
    """Keep one part; the same part again is fine.  Raises Invalid, TooLarge, Conflict or Refused.

    The store holds it durably before this returns; `leaf` is its RFC 9162 leaf hash.
    """
    really = tree.leaf(content).hex()  # before anything is locked: it takes a while
    upload = own(tx, upload_id, lock=True)
    if upload.completed_at is not None:
        raise Refused(_("This upload is complete: nothing can be added."))
    wanted = expected_part(upload, n)
    if len(content) > wanted:
        raise TooLarge(_("Part %(n)s has %(count)s bytes, and this is more.", n=n, count=wanted))
    if len(content) != wanted:
        raise wrong("/content", _("Part %(n)s has %(count)s bytes, and this is less.", n=n, count=wanted))
    if really != leaf:
        raise wrong("/leaf", _("The bytes do not have the hash that came with them: send the part again."))
    present = bookkeeping.part(tx, upload_id, n)
    if present is not None:
        if present.leaf != leaf:
            raise Conflict(_("Part %(n)s is stored already, with other bytes.", n=n))
        return present
    part = UploadPart(upload_id=upload_id, n=n, leaf=leaf, bytes=len(content))
    store().put(part.key, content)
    return bookkeeping.keep(tx, part)


def cancel(tx: Transaction, upload_id: UUID) -> list[str]:
    """Forget an unfinished upload; gives the keys to delete from the store once this is committed."""
    upload = own(tx, upload_id, lock=True)
    if upload.completed_at is not None:
        raise Refused(_("This upload is complete: discard the document instead."))
    return forget(tx, upload)


def forget(tx: Transaction, upload: Upload) -> list[str]:
    """Drop the parts of an upload, and an unfinished upload itself; gives the keys to delete after commit."""
    parts = queries.held(tx, upload.id)
    keys_to_delete = [part.key for part in parts]
    bookkeeping.drop(tx, *parts)
    if upload.completed_at is None:
        bookkeeping.drop(tx, upload)
    return keys_to_delete


def completed(tx: Transaction, upload: Upload, signed: Signed) -> Document | None:
    """The document that this same completion has made already; None while the upload is open.

    Raises Conflict where the upload was completed with another envelope.
    """
    if upload.completed_at is None or upload.doc is None:
        return None
    made = queries.made_of(tx, upload)
    if made is not None and made.envelope != signed.envelope:
        raise Conflict(_("This upload is complete already, with another envelope."))
    return tx.read(Document, upload.doc)


def complete(
    tx: Transaction,
    upload: Upload,
    signed: Signed,
    *,
    matter: Matter,
    readers: Sequence[str],
    replaces: UUID | None,
    limits: Callable[[Envelope], Sequence[str]] = lambda _envelope: (),
) -> Document:
    """Make an open upload, which the caller has locked, a document or the next version of one.

    `limits` checks the handling limits of an envelope and says what they block.  Raises Invalid, Conflict, Refused or
    Withheld; then the upload is as it was, and can be completed.
    """
    envelope = check_signed(tx, signed, matter=matter, purpose=upload.purpose, readers=readers)
    _check_payload(tx, upload, envelope)
    blocks = limits(envelope)
    withholding.require_new(tx, matter, envelope.payload_tree)
    upload.completed_at, upload.doc = tx.now, UUID(envelope.doc)
    if replaces is None:
        return _first(tx, upload, envelope, signed, matter, blocks)
    return _next(tx, upload, envelope, signed, replaces, blocks)


def note_refusal(tx: Transaction, rfa: Row, upload: Upload, signed: Signed, error: ComityError) -> None:
    """Let the journal say, beside the request, that this completion was refused and why."""
    where = error.faults[0].pointer if isinstance(error, Invalid) and error.faults else ""
    try:
        digest = parse_envelope(signed.envelope).sha256
    except SealError:
        digest = sha256(signed.envelope).hexdigest()
    tx.refuse(rfa, events.DocumentRefused(str(upload.request), upload.purpose, error.code, where, digest))


def _check_payload(tx: Transaction, upload: Upload, envelope: Envelope) -> None:
    parts = queries.held(tx, upload.id)
    count = tree.parts(upload.payload_bytes)
    if [part.n for part in parts] != list(range(count)):
        missing = sorted(set(range(count)) - {part.n for part in parts})
        raise Refused(_("The upload lacks parts, the first of them %(n)s: send it, then complete.", n=missing[0]))
    root = tree.root([bytes.fromhex(part.leaf) for part in parts])
    if (envelope.payload_bytes, envelope.payload_tree) != (upload.payload_bytes, root):
        raise wrong("/envelope", _("The envelope was signed for another payload than the one that was sent."))


def _first(
    tx: Transaction, upload: Upload, envelope: Envelope, signed: Signed, matter: Matter, blocks: Sequence[str]
) -> Document:
    if envelope.ver != 1:
        raise wrong("/envelope", _("A new document begins with version 1."))
    if bookkeeping.taken(tx, UUID(envelope.doc)):
        raise Conflict(_("There is a document with this identifier already."))
    document = Document(
        id=UUID(envelope.doc),
        request=matter.request,
        purpose=envelope.purpose,
        sender=envelope.sender.authority,
        author=envelope.sender.user,
        requesting=matter.requesting,
        requested=matter.requested,
        created_at=tx.now,
        handling=list(envelope.handling),
    )
    document.block(blocks)
    tx.add(document, to="document.deposit")
    _keep_version(tx, envelope, signed, upload.id, line=True)
    tx.record(document, events.DocumentDeposited(str(document.request), document.purpose, 1, envelope.sha256))
    return document


def _next(
    tx: Transaction, upload: Upload, envelope: Envelope, signed: Signed, replaces: UUID, blocks: Sequence[str]
) -> Document:
    document = tx.load(Document, replaces, to="document.deposit")
    if document.released_at is not None:
        raise Refused(_("This document has been released: it cannot be replaced."))
    if (document.request, document.purpose) != (upload.request, upload.purpose):
        raise wrong("/replaces", _("That document belongs to another request or purpose."))
    current = queries.latest(tx, [document.id])[document.id]
    check_follows(envelope, document, current)
    bookkeeping.supersede(tx, current)
    last = queries.last_journalled(tx, document.id)
    line = last is None or tx.now - last >= JOURNALLED_EVERY
    if document.handling != list(envelope.handling):
        document.handling, line = list(envelope.handling), True
        document.block(blocks)
    _keep_version(tx, envelope, signed, upload.id, line=line)
    if line:
        about = (str(document.request), document.purpose, envelope.ver, envelope.sha256)
        tx.record(document, events.DocumentReplaced(*about))
    return document


def _keep_version(tx: Transaction, envelope: Envelope, signed: Signed, upload_id: UUID, *, line: bool) -> None:
    bookkeeping.keep(
        tx,
        DocumentVersion(
            doc=UUID(envelope.doc),
            ver=envelope.ver,
            author=envelope.sender.user,
            keyset=envelope.sender.keyset,
            readers=[to.to_json() for to in envelope.to],
            envelope=signed.envelope,
            envelope_sha256=envelope.sha256,
            header=signed.header,
            manifest_age=signed.manifest_age,
            payload_bytes=envelope.payload_bytes,
            payload_tree=envelope.payload_tree,
            upload_id=upload_id,
            created_at=tx.now,
            journalled=line,
        ),
    )
    bookkeeping.sealed_to(tx, UUID(envelope.doc), envelope.to)


def reseal(tx: Transaction, document: Document, signed: Signed, *, matter: Matter, readers: Sequence[str]) -> None:
    """Release the next version of a document, its payload sealed for other readers.  Raises Invalid or Conflict."""
    current = queries.latest(tx, [document.id])[document.id]
    envelope = check_signed(tx, signed, matter=matter, purpose=document.purpose, readers=readers)
    check_follows(envelope, document, current)
    if (envelope.payload_bytes, envelope.payload_tree) != (current.payload_bytes, current.payload_tree):
        raise wrong("/documents", _("The envelope was signed for another payload than the approved one."))
    if list(envelope.handling) != document.handling:
        raise wrong("/documents", _("The envelope names other handling limits than what was approved."))
    bookkeeping.supersede(tx, current)
    _keep_version(tx, envelope, signed, current.upload_id, line=True)
    release(tx, document)


def release(tx: Transaction, document: Document) -> None:
    """From the commit on both of its parties see it."""
    document.released_at = tx.now
    tx.record(document, events.DocumentReleased(*_about(document, queries.latest(tx, [document.id])[document.id])))


def _about(document: Document, version: DocumentVersion) -> tuple[str, str, int, str]:
    return str(document.request), document.purpose, version.ver, version.envelope_sha256


def staged(
    tx: Transaction, matter: Matter, purpose: str, docs: Sequence[UUID], *, at: str = "/documents"
) -> list[Document]:
    """One's own authority's documents, not yet released, for that purpose; `at` is where they were named.

    Raises Invalid or NotFound.
    """
    if len(set(docs)) != len(docs):
        raise wrong(at, _("A document is named twice."))
    found = []
    for place, doc in enumerate(docs):
        document = tx.load(Document, doc, to="document.deposit")
        if (document.request, document.purpose) != (matter.request, purpose) or document.released_at is not None:
            raise wrong(f"{at}/{place}", _("This document was made for something else, or has gone already."))
        found.append(document)
    return found


def hand_out(tx: Transaction, doc: UUID, *, keep: bool = False) -> tuple[Document, DocumentVersion]:
    """The sealed header of a document, for a reader; the line is committed before the answer goes.

    With `keep` the reader says that she takes the document away: raises Withheld where its limits block that.  Raises
    NotFound, Denied where the reader is no longer served, Disposed where her side has said that it has the document no
    more, or TooMany: each one is a line, and nobody may hold up the journal.
    """
    withholding.require_held(tx, tx.read(Document, doc))
    document = tx.read(Document, doc, action="document.hand_out")
    serving.require(tx)
    if queries.handed_out_lately(tx) >= settings().limits.hand_outs_per_minute:
        raise TooMany(_("You have opened very many documents within a minute: wait a little, then go on."))
    version = queries.latest(tx, [doc])[doc]
    if keep:
        withholding.require(tx, document, version, "export")
    tx.record(document, events.DocumentHandedOut(*_about(document, version)))
    return document, version


def part_of(tx: Transaction, doc: UUID, n: int, ver: int | None = None) -> UploadPart:
    """One part of a document's payload, for a reader.

    Raises NotFound, Denied where the reader is no longer served, Disposed, or Conflict where `ver` has been replaced.
    """
    document = tx.read(Document, doc)
    withholding.require_held(tx, document)
    serving.require(tx)
    version = queries.latest(tx, [document.id])[document.id]
    if ver is not None and version.ver != ver:
        earlier = bookkeeping.version(tx, document.id, ver)
        if earlier is None or earlier.payload_tree != version.payload_tree:
            raise Conflict(_("Another version has replaced this one meanwhile: open the document again."))
    there = n < tree.parts(version.payload_bytes)  # no column holds every number that an address may
    part = bookkeeping.part(tx, version.upload_id, n) if there else None
    if part is None:
        raise NotFound(_("The document has no such part."))
    return part


def discard(tx: Transaction, document: Document) -> None:
    """Take back a document that was not released, with its versions; its payload is removed later."""
    version = queries.latest(tx, [document.id])[document.id]
    tx.remove(document)
    tx.record(document, events.DocumentDiscarded(*_about(document, version)))
