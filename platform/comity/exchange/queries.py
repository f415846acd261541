"""Questions about uploads and documents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import aliased

from comity.core import journal
from comity.core.transaction import Transaction
from comity.exchange import events
from comity.exchange.model import Document, DocumentVersion, Grant, SealedTo, Upload, UploadPart
from comity.keys import queries as keys


def held(tx: Transaction, upload_id: UUID) -> list[UploadPart]:
    """The parts that are stored, in order."""
    return list(tx.session.scalars(select(UploadPart).where(UploadPart.upload_id == upload_id).order_by(UploadPart.n)))


def own_upload(tx: Transaction, upload_id: UUID, *, lock: bool = False) -> Upload | None:
    """An upload of the actor's own; with `lock` as it is once nobody else holds it."""
    query = select(Upload).where(Upload.id == upload_id, Upload.owner == tx.actor.id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return tx.session.scalar(query)


def open_uploads(tx: Transaction) -> int:
    """How many uploads the actor has begun and not completed."""
    query = select(func.count()).select_from(Upload)
    return tx.session.scalar(query.where(Upload.owner == tx.actor.id, Upload.completed_at.is_(None))) or 0


def latest(tx: Transaction, docs: Iterable[UUID]) -> dict[UUID, DocumentVersion]:
    """The newest version of each document, in one query."""
    wanted = list(docs)
    if not wanted:
        return {}
    newest = (
        select(DocumentVersion.doc, func.max(DocumentVersion.ver).label("ver"))
        .where(DocumentVersion.doc.in_(wanted))
        .group_by(DocumentVersion.doc)
        .subquery()
    )
    same = and_(DocumentVersion.doc == newest.c.doc, DocumentVersion.ver == newest.c.ver)
    found = tx.session.scalars(select(DocumentVersion).join(newest, same))
    return {version.doc: version for version in found}


def documents_of(tx: Transaction, request: UUID) -> list[tuple[Document, DocumentVersion]]:
    """The documents of a request that the actor may see, oldest first, each with its newest version."""
    documents = tx.find(Document, Document.request == request, order_by=(Document.created_at, Document.id))
    versions = latest(tx, [document.id for document in documents])
    return [(document, versions[document.id]) for document in documents]


def grants_of(tx: Transaction, version: DocumentVersion) -> list[Grant]:
    """The grants over a version of a document, the oldest first; the last one holds its present header."""
    query = select(Grant).where(Grant.doc == version.doc, Grant.ver == version.ver)
    return list(tx.session.scalars(query.order_by(Grant.n)))


def behind(
    tx: Transaction, epoch: int, after: UUID | None, limit: int, request: UUID | None = None
) -> tuple[list[tuple[Document, int]], int]:
    """Documents that the actor may seal anew, sealed to an older epoch of her authority than `epoch`, by identifier.

    At most `limit` after the identifier `after`, of one request if it is named, each with its epoch; and how many
    there are in all.
    """
    which = [_older(tx, epoch), *([Document.request == request] if request is not None else [])]
    later = [Document.id > after] if after is not None else []
    found = tx.find(Document, *which, *later, order_by=Document.id, limit=limit, action="document.grant")
    sealed = select(SealedTo.doc, SealedTo.epoch).where(
        SealedTo.authority == tx.actor.authority, SealedTo.doc.in_([document.id for document in found])
    )
    epochs = dict(tx.session.execute(sealed).all())
    return [(document, epochs[document.id]) for document in found], tx.count(Document, *which, action="document.grant")


def is_behind(tx: Transaction, request: UUID) -> bool:
    """Whether documents of a request are sealed to an older epoch of the actor's authority than its newest."""
    present = keys.current_epoch(tx, tx.actor.authority) if tx.actor.authority else None
    if present is None:
        return False
    return tx.count(Document, _older(tx, present[0]), Document.request == request, action="document.grant") > 0


def _older(tx: Transaction, epoch: int) -> ColumnElement[bool]:
    """Sealed to an older epoch of the actor's authority than `epoch`."""
    old = select(SealedTo.doc).where(SealedTo.authority == tx.actor.authority, SealedTo.epoch < epoch)
    return Document.id.in_(old)


def requests_held(tx: Transaction) -> list[UUID]:
    """The requests of which the actor's authority has documents."""
    return sorted(tx.count_by(Document, Document.request))


Papers = dict[UUID, tuple[Document, DocumentVersion]]
"""Documents with their newest versions, by identifier."""


def documents_by_id(tx: Transaction, docs: Iterable[UUID]) -> Papers:
    """Those of these documents that the actor may see, each with its newest version."""
    documents = tx.find(Document, Document.id.in_(list(docs)))
    versions = latest(tx, [document.id for document in documents])
    return {document.id: (document, versions[document.id]) for document in documents}


def was_handed(tx: Transaction, doc: UUID) -> bool:
    """Whether the actor has ever been handed the document."""
    return journal.has_left(tx.session, events.DocumentHandedOut.name, tx.actor.id, f"{Document.kind}:{doc}")


def made_of(tx: Transaction, upload: Upload) -> DocumentVersion | None:
    """The version that an upload was completed as; later versions over the same payload come after it."""
    query = select(DocumentVersion).where(DocumentVersion.upload_id == upload.id)
    return tx.session.scalars(query.order_by(DocumentVersion.ver).limit(1)).one_or_none()


def handed_out_lately(tx: Transaction) -> int:
    """How many documents the actor was handed within the last minute."""
    return journal.written_since(tx.session, events.DocumentHandedOut.name, tx.actor.id, tx.now - timedelta(minutes=1))


def last_journalled(tx: Transaction, doc: UUID) -> datetime | None:
    """When a version of the document was last a line."""
    query = select(func.max(DocumentVersion.created_at))
    return tx.session.scalar(query.where(DocumentVersion.doc == doc, DocumentVersion.journalled))


def superseded(tx: Transaction, limit: int) -> list[Upload]:
    """Completed uploads whose payload no newest version needs."""
    version, newer = aliased(DocumentVersion), aliased(DocumentVersion)
    current = (
        select(version.upload_id)
        .where(~select(newer.doc).where(newer.doc == version.doc, newer.ver > version.ver).exists())
        .scalar_subquery()
    )
    query = select(Upload).where(Upload.completed_at.is_not(None), Upload.id.not_in(current))
    kept = select(UploadPart.upload_id).where(UploadPart.upload_id == Upload.id).exists()
    return _left_to_us(tx, query.where(kept), limit)


def abandoned(tx: Transaction, before: datetime, limit: int) -> list[Upload]:
    """Uploads begun before that moment and never completed."""
    return _left_to_us(tx, select(Upload).where(Upload.completed_at.is_(None), Upload.created_at < before), limit)


def _left_to_us(tx: Transaction, query: Select[Upload], limit: int) -> list[Upload]:
    """The oldest of them, locked; what somebody completes or cancels at this moment is left alone."""
    return list(tx.session.scalars(query.order_by(Upload.created_at).limit(limit).with_for_update(skip_locked=True)))
