"""Sealing a document: payload, header, signed manifest, signed envelope; and sealing it again for other readers."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

from comity_seal import canonical, dsse, padme, tree
from comity_seal.acknowledgement import Acknowledgement
from comity_seal.approval import Approval, Approved
from comity_seal.authority import VerifiedAuthority
from comity_seal.disposal import Disposal
from comity_seal.envelope import Envelope
from comity_seal.errors import WrongRecipients
from comity_seal.log.state import State
from comity_seal.opening import age
from comity_seal.opening.identities import HybridRecipient
from comity_seal.opening.keyset import KeySet
from comity_seal.opening.manifest import Manifest, commitment
from comity_seal.opening.stream import Reading, new_nonce, seal_payload
from comity_seal.parties import Sender, To
from comity_seal.translated import TranslationOf


@dataclass(frozen=True)
class Sealed:
    """What is handed to the server beside the payload; `manifest` is what was sealed into `manifest_age`."""

    header: bytes
    manifest_age: bytes
    envelope: bytes
    manifest: Manifest
    envelope_sha256: str


@dataclass(frozen=True)
class Author:
    """Who seals: her key set, her account, her authority, verified; and the newest state of the log that she saw."""

    keyset: KeySet
    user: str
    authority: VerifiedAuthority
    seen: State | None = None

    @property
    def sender(self) -> Sender:
        return Sender(self.authority.code, self.user, self.keyset.public.id)


@dataclass(frozen=True)
class Matter:
    """What a document belongs to: the reference and identifier of the request, and what the document is for."""

    ref: str
    thread: str
    purpose: str


@dataclass(frozen=True)
class Place:
    """Which document and version this is; `prev` and `prev_envelope` are None for the first."""

    doc: str
    ver: int = 1
    prev: str | None = None
    prev_envelope: str | None = None


@dataclass(frozen=True)
class Label:
    """How a document is called, under which handling limits it is sent (codes, sorted), of what it is a translation."""

    name: str
    media: str = "application/octet-stream"
    lang: str = "und"
    handling: tuple[str, ...] = ()
    translation: TranslationOf | None = None


@dataclass(frozen=True)
class PayloadKey:
    """What a payload is sealed with.  With the same key the same content gives the same bytes.

    Whoever seals again with it must hold back every byte that differs from what has been let out before.
    """

    file_key: bytes
    nonce: bytes

    @classmethod
    def new(cls) -> PayloadKey:
        return cls(age.new_file_key(), new_nonce())


class _Leaves:
    """Hashes parts while the payload is written."""

    def __init__(self, sink: Callable[[memoryview], object]) -> None:
        self._sink = sink
        self._part = sha256(b"\x00")
        self._room = tree.PART
        self.leaves: list[bytes] = []
        self.count = 0

    def write(self, data: memoryview) -> None:
        self.count += len(data)
        self._sink(data)
        while data:
            taken = data[: self._room]
            self._part.update(taken)
            self._room -= len(taken)
            data = data[len(taken) :]
            if not self._room:
                self._end()

    def _end(self) -> None:
        self.leaves.append(self._part.digest())
        self._part, self._room = sha256(b"\x00"), tree.PART

    def root(self) -> str:
        if self._room < tree.PART:
            self._end()
        return tree.root(self.leaves)


def readers_of(author: Author, readers: Sequence[VerifiedAuthority]) -> tuple[VerifiedAuthority, ...]:
    """The readers in order.  Raises WrongRecipients unless the author's own authority is among them, and none twice."""
    ordered = tuple(sorted(readers, key=lambda reader: reader.code))
    codes = [reader.code for reader in ordered]
    if author.authority.code not in codes or len(set(codes)) != len(codes):
        raise WrongRecipients("a document is sealed to each reader once, and always to one's own authority")
    return ordered


def to_readers(readers: Sequence[VerifiedAuthority]) -> tuple[To, ...]:
    """How a document names its readers: with their newest keys."""
    return tuple(To(reader.code, reader.epoch.n, reader.epoch.recipient_sha256) for reader in readers)


def seal_document(
    source: BinaryIO,
    sink: Callable[[memoryview], object],
    *,
    author: Author,
    readers: Sequence[VerifiedAuthority],
    matter: Matter,
    place: Place,
    label: Label,
    created: str,
    key: PayloadKey | None = None,
    threads: int = 2,
    progress: Callable[[int], object] | None = None,
) -> Sealed:
    """Seal everything in `source`; the payload goes to `sink` in order, the rest is returned.

    `key` is given only to go on with a sealing that was interrupted.  `progress` is told how many plaintext bytes have
    been read.
    """
    ordered = readers_of(author, readers)
    recipients = [HybridRecipient(reader.epoch.recipient) for reader in ordered]
    key = key or PayloadKey.new()
    header = age.seal_header(key.file_key, recipients)
    plain = sha256()
    reading = Reading(source, plain.update, progress=progress)
    parts = _Leaves(sink)
    seal_payload(key.file_key, reading, parts.write, threads=threads, nonce=key.nonce)
    manifest = Manifest(
        doc=place.doc,
        ver=place.ver,
        prev=place.prev,
        ref=matter.ref,
        thread=matter.thread,
        purpose=matter.purpose,
        name=label.name,
        media=label.media,
        lang=label.lang,
        size=reading.count,
        plain_sha256=plain.hexdigest(),
        header_sha256=sha256(header).hexdigest(),
        payload_bytes=parts.count,
        payload_tree=parts.root(),
        sender=author.sender,
        to=to_readers(ordered),
        created=created,
        nonce=os.urandom(32),
        seen=author.seen,
        handling=label.handling,
        translation=label.translation,
    )
    return _sign(author, recipients, header, manifest, place.prev_envelope)


def _sign(
    author: Author, recipients: Sequence[HybridRecipient], header: bytes, manifest: Manifest, prev_envelope: str | None
) -> Sealed:
    inner = canonical.dumps(manifest.to_json())
    signed = author.keyset.sign(dsse.MANIFEST, inner)
    manifest_age = age.seal(padme.pad(signed), recipients)
    envelope = Envelope(
        doc=manifest.doc,
        ver=manifest.ver,
        thread=manifest.thread,
        purpose=manifest.purpose,
        sender=manifest.sender,
        to=manifest.to,
        header_sha256=manifest.header_sha256,
        payload_bytes=manifest.payload_bytes,
        payload_tree=manifest.payload_tree,
        manifest_age_sha256=sha256(manifest_age).hexdigest(),
        manifest_commitment=commitment(manifest.nonce, inner),
        created=manifest.created,
        prev_envelope=prev_envelope,
        seen=manifest.seen,
        handling=manifest.handling,
    )
    outer = canonical.dumps(envelope.to_json())
    return Sealed(
        header,
        manifest_age,
        author.keyset.sign(dsse.ENVELOPE, outer),
        Manifest.from_bytes(inner),
        sha256(outer).hexdigest(),
    )


def reheader(
    file_key: bytes,
    manifest: Manifest,
    envelope_sha256: str,
    *,
    author: Author,
    readers: Sequence[VerifiedAuthority],
    created: str,
) -> Sealed:
    """The same payload for other readers: new header, next manifest, next envelope.  Nothing is uploaded again."""
    ordered = readers_of(author, readers)
    recipients = [HybridRecipient(reader.epoch.recipient) for reader in ordered]
    header = age.seal_header(file_key, recipients)
    following = manifest.next_version(
        sender=author.sender,
        to=to_readers(ordered),
        header_sha256=sha256(header).hexdigest(),
        created=created,
        seen=author.seen,
    )
    return _sign(author, recipients, header, following, envelope_sha256)


def approve(author: Author, *, request: str, cover_sha256: str, documents: Sequence[Approved], created: str) -> bytes:
    """A signed approval of a cover and documents."""
    ordered = tuple(sorted(documents, key=lambda one: one.doc))
    approval = Approval(request, cover_sha256, ordered, author.sender, created)
    return author.keyset.sign(dsse.APPROVAL, canonical.dumps(approval.to_json()))


def acknowledge(author: Author, *, request: str, reference: str, documents: Sequence[Approved], created: str) -> bytes:
    """A signed acknowledgement of what has been received."""
    ordered = tuple(sorted(documents, key=lambda one: one.doc))
    said = Acknowledgement(request, reference, ordered, author.sender, created)
    return author.keyset.sign(dsse.ACKNOWLEDGEMENT, canonical.dumps(said.to_json()))


def dispose(
    author: Author,
    *,
    request: str,
    reference: str,
    fate: str,
    kept_for: str | None,
    note: str | None,
    documents: Sequence[Approved],
    created: str,
) -> bytes:
    """A signed statement of what became of the documents of a withdrawn request."""
    ordered = tuple(sorted(documents, key=lambda one: one.doc))
    said = Disposal(request, reference, fate, kept_for, note, ordered, author.sender, created)
    return author.keyset.sign(dsse.DISPOSAL, canonical.dumps(said.to_json()))
