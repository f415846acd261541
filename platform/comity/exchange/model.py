"""Uploads, documents and their versions.

A `Document` is the thing with an identity; what was signed about it is a `DocumentVersion`, which is never changed.  A
new version of a draft does not touch the document's row, so that autosaving does not flood the journal.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from comity.core.model import Base, Json, Row, Sha256


class Upload(Base):
    """A payload on its way in; bookkeeping, seen by the person who began it alone."""

    __tablename__ = "upload"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    owner: Mapped[str] = mapped_column(index=True)
    authority: Mapped[str]
    request: Mapped[UUID] = mapped_column(index=True)
    purpose: Mapped[str]
    payload_bytes: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    doc: Mapped[UUID | None] = mapped_column(index=True)


class UploadPart(Base):
    """One part that the store holds, durably."""

    __tablename__ = "upload_part"

    upload_id: Mapped[UUID] = mapped_column(ForeignKey("upload.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    leaf: Mapped[str] = mapped_column(Sha256)
    bytes: Mapped[int]

    @property
    def key(self) -> str:
        """Where the store keeps it; another content has another key."""
        return f"payload/{self.upload_id}/{self.n}-{self.leaf}"


class Document(Row):
    """A sealed document of a request.  Until it is released only the sender's authority sees that it exists.

    `handling` are the limits that were signed with its newest version; what they block is said beside them, for consent
    may have freed it.  `disposed_at` is when its receiver has said that it has it no more.
    """

    __tablename__ = "document"
    kind = "document"

    request: Mapped[UUID] = mapped_column(index=True)
    purpose: Mapped[str]
    sender: Mapped[str]
    author: Mapped[str]
    requesting: Mapped[str]
    requested: Mapped[str]
    created_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    handling: Mapped[list[str]] = mapped_column(Json, default=list)
    export_blocked: Mapped[bool] = mapped_column(default=False)
    share_blocked: Mapped[bool] = mapped_column(default=False)
    disposed_at: Mapped[datetime | None]

    def block(self, acts: Sequence[str]) -> None:
        """From now on its limits keep the receiver from these acts, and from no other."""
        self.export_blocked, self.share_blocked = "export" in acts, "share" in acts

    @property
    def blocked(self) -> list[str]:
        """What its limits keep the receiver from as things stand."""
        return [*(["export"] if self.export_blocked else []), *(["share"] if self.share_blocked else [])]


class DocumentVersion(Base):
    """What was signed about a document, and which upload holds its payload.

    Header, manifest and readers are the first ones of this version; grants may have put others in their place.
    """

    __tablename__ = "document_version"

    doc: Mapped[UUID] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), primary_key=True)
    ver: Mapped[int] = mapped_column(primary_key=True)
    author: Mapped[str]
    keyset: Mapped[str] = mapped_column(Sha256)
    readers: Mapped[list[dict[str, object]]] = mapped_column(Json)
    envelope: Mapped[bytes] = mapped_column(LargeBinary)
    envelope_sha256: Mapped[str] = mapped_column(Sha256)
    header: Mapped[bytes] = mapped_column(LargeBinary)
    manifest_age: Mapped[bytes] = mapped_column(LargeBinary)
    payload_bytes: Mapped[int] = mapped_column(BigInteger)
    payload_tree: Mapped[str] = mapped_column(Sha256)
    upload_id: Mapped[UUID] = mapped_column(ForeignKey("upload.id"), index=True)
    created_at: Mapped[datetime]
    journalled: Mapped[bool]

    __table_args__ = (
        Index("ix_document_version_doc_journalled", "doc", "journalled"),
        Index("ix_document_version_payload_tree", "payload_tree"),
    )


class Grant(Base):
    """A signed new header of a version's payload, for a newer key or one reader more; the last one is the present."""

    __tablename__ = "document_grant"

    doc: Mapped[UUID] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), primary_key=True)
    ver: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    author: Mapped[str]
    readers: Mapped[list[dict[str, object]]] = mapped_column(Json)
    grant: Mapped[bytes] = mapped_column(LargeBinary)
    header: Mapped[bytes] = mapped_column(LargeBinary)
    manifest_age: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class SealedTo(Base):
    """To which epoch of an authority's key the present header of a document's newest version is sealed."""

    __tablename__ = "document_sealed_to"

    doc: Mapped[UUID] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), primary_key=True)
    authority: Mapped[str] = mapped_column(String(8), primary_key=True)
    epoch: Mapped[int]

    __table_args__ = (Index("ix_document_sealed_to_authority_epoch", "authority", "epoch"),)
