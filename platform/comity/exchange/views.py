"""What programs are given of uploads and documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from comity.exchange.model import Document, DocumentVersion, Grant, Upload, UploadPart
from comity.web import Body, Query, View
from comity.web.resource import LARGEST_NUMBER
from comity_seal import tree
from comity_seal.encoding import b64, unb64
from comity_seal.errors import FormatError

Moment = Annotated[datetime, PlainSerializer(lambda value: value.strftime("%Y-%m-%dT%H:%M:%SZ"), return_type=str)]
"""An instant in UTC, to the second."""


def _decoded(value: Any) -> Any:
    if not isinstance(value, str) or len(value) > LONGEST:
        raise PydanticCustomError(
            "base64", "This must be base64, and not longer than {most} letters", {"most": LONGEST}
        )
    try:
        return unb64(value)
    except FormatError:
        raise PydanticCustomError("base64", "This must be base64, with padding") from None


LONGEST = 1_000_000
"""Letters of one sealed or signed piece: more than the largest header that is accepted."""

Base64 = Annotated[bytes, BeforeValidator(_decoded), WithJsonSchema({"type": "string", "contentEncoding": "base64"})]
"""Bytes, sent as base64 with padding."""


class HeldPart(View):
    """A part that the platform holds durably."""

    n: int
    leaf: str
    bytes: int


class UploadView(View):
    """An upload: how it is divided, and what is held."""

    id: UUID
    part_bytes: int = tree.PART
    parts: int
    held: list[HeldPart]
    state: str

    @classmethod
    def of(cls, upload: Upload, parts: list[UploadPart]) -> UploadView:
        return cls(
            id=upload.id,
            parts=tree.parts(upload.payload_bytes),
            held=[HeldPart(n=part.n, leaf=part.leaf, bytes=part.bytes) for part in parts],
            state="complete" if upload.completed_at else "open",
        )


class BeginBody(Body):
    """What an upload is for, and how many bytes its payload has."""

    request: UUID
    purpose: str
    payload_bytes: int


class CompleteBody(Body):
    """What was signed over the payload; `replaces` names the document whose next version this is."""

    envelope: Base64
    header: Base64
    manifest_age: Base64
    replaces: UUID | None


class HandOutQuery(Query):
    """`keep`: the reader takes the document away, and does not only read it here; refused where a limit blocks that."""

    keep: bool = False


class PartQuery(Query):
    """`ver`: the version whose header was handed out; refused where another has replaced it meanwhile."""

    ver: int | None = Field(None, ge=1, le=LARGEST_NUMBER)


class DocumentView(View):
    """A document as its readers see it from outside.

    `handling` are the limits that were signed with it, and `blocked` is what they still keep the receiver from.
    `disposed_at` is when the receiver has said that it has it no more.
    """

    doc: UUID
    ver: int
    request: UUID
    purpose: str
    sender: dict[str, Any]
    to: list[dict[str, Any]]
    payload_bytes: int
    parts: int
    payload_tree: str
    envelope_sha256: str
    handling: list[str]
    blocked: list[str]
    created_at: Moment
    released_at: Moment | None
    disposed_at: Moment | None

    @classmethod
    def of(cls, document: Document, version: DocumentVersion, **more: Any) -> Any:
        return cls(
            doc=document.id,
            ver=version.ver,
            request=document.request,
            purpose=document.purpose,
            sender={"authority": document.sender, "account": version.author, "keyset": version.keyset},
            to=version.readers,
            payload_bytes=version.payload_bytes,
            parts=tree.parts(version.payload_bytes),
            payload_tree=version.payload_tree,
            envelope_sha256=version.envelope_sha256,
            handling=document.handling,
            blocked=document.blocked,
            created_at=version.created_at,
            released_at=document.released_at,
            disposed_at=document.disposed_at,
            **more,
        )


class HandedOut(DocumentView):
    """A document with what is needed to open it: header and manifest are the present ones.

    `grants` are what was signed, one after the other, to put them in the place of those that the envelope names.
    """

    envelope: str
    header: str
    manifest_age: str
    grants: list[str]

    @classmethod
    def with_header(cls, document: Document, version: DocumentVersion, grants: Sequence[Grant]) -> HandedOut:
        present = grants[-1] if grants else version
        given: HandedOut = cls.of(
            document,
            version,
            envelope=b64(version.envelope),
            header=b64(present.header),
            manifest_age=b64(present.manifest_age),
            grants=[b64(each.grant) for each in grants],
        )
        return given


class GrantBody(Body):
    """A new header and manifest over a document's payload, and the signed grant that says so."""

    header: Base64
    manifest_age: Base64
    grant: Base64


class GrantView(View):
    """The place of a grant among those of its document's version, from 1."""

    n: int
