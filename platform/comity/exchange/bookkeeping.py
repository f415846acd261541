"""Rows of uploads, parts and versions: bookkeeping that needs no line of its own, apart from what people can do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import delete, update

from comity.core.model import Base
from comity.core.transaction import Transaction
from comity.exchange.model import Document, DocumentVersion, Grant, SealedTo, Upload, UploadPart
from comity_seal.parties import To

B = TypeVar("B", Upload, UploadPart, DocumentVersion, Grant)


def keep(tx: Transaction, row: B) -> B:
    """Insert one."""
    tx.session.add(row)
    tx.session.flush()
    return row


def drop(tx: Transaction, *rows: Base) -> None:
    """Delete some."""
    for row in rows:
        tx.session.delete(row)
    tx.session.flush()


def part(tx: Transaction, upload_id: UUID, n: int) -> UploadPart | None:
    """One part, if it is held."""
    return tx.session.get(UploadPart, (upload_id, n))


def version(tx: Transaction, doc: UUID, ver: int) -> DocumentVersion | None:
    """One version of a document."""
    return tx.session.get(DocumentVersion, (doc, ver))


def taken(tx: Transaction, doc: UUID) -> bool:
    """Whether a document has this identifier already, whoever may see it."""
    return tx.session.get(Document, doc) is not None


def supersede(tx: Transaction, version: DocumentVersion) -> None:
    """A later version takes the place of this one: what was signed stays, what it takes to open it goes."""
    version.header = version.manifest_age = b""
    earlier = (Grant.doc == version.doc, Grant.ver == version.ver)
    tx.session.execute(update(Grant).where(*earlier).values(header=b"", manifest_age=b""))
    tx.session.flush()


def sealed_to(tx: Transaction, doc: UUID, readers: Sequence[To]) -> None:
    """Note to which keys the present header of a document is sealed."""
    tx.session.execute(delete(SealedTo).where(SealedTo.doc == doc))
    tx.session.add_all(SealedTo(doc=doc, authority=to.authority, epoch=to.epoch) for to in readers)
    tx.session.flush()


def readers_now(tx: Transaction, version: DocumentVersion, readers: Sequence[To]) -> None:
    """A grant has put other keys or more readers in the place of the present ones."""
    version.readers = [to.to_json() for to in readers]
    sealed_to(tx, version.doc, readers)
