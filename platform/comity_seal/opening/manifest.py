"""The inner manifest: everything about a document that the server must not know, signed, then sealed to the readers."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from comity_seal import canonical
from comity_seal.encoding import b64, unb64
from comity_seal.envelope import PURPOSES, Envelope
from comity_seal.errors import CommitmentMismatch, FormatError, ManifestMismatch
from comity_seal.handling import SINCE, handling_in, handling_json
from comity_seal.log.state import State, written
from comity_seal.parties import Sender, To, readers_from
from comity_seal.sizes import payload_length
from comity_seal.translated import SINCE as TRANSLATED
from comity_seal.translated import TranslationOf, translation_in, translation_json
from comity_seal.tree import PART

FIELDS = {
    "v", "doc", "ver", "prev", "matter", "name", "media", "lang", "class", "size", "container", "plain_sha256",
    "cipher", "from", "to", "dir", "created", "nonce",
}  # fmt: skip


@dataclass(frozen=True)
class Manifest:
    """A parsed manifest.

    `seen` is the state of the log that its sender relied on, `handling` are the limits under which she sends it,
    `translation` says of which document it is one, `sha256` is of the signed bytes.
    """

    doc: str
    ver: int
    prev: str | None
    ref: str
    thread: str
    purpose: str
    name: str
    media: str
    lang: str
    size: int
    plain_sha256: str
    header_sha256: str
    payload_bytes: int
    payload_tree: str
    sender: Sender
    to: tuple[To, ...]
    created: str
    nonce: bytes
    seen: State | None = None
    handling: tuple[str, ...] = ()
    translation: TranslationOf | None = None
    sha256: str = ""

    @classmethod
    def from_bytes(cls, payload: bytes) -> Manifest:
        """Raises FormatError."""
        read = canonical.Reader(canonical.loads_strict(payload), "the manifest", FIELDS, SINCE | TRANSLATED)
        read.version()
        read.one_of("container", "raw")
        read.one_of("class", "confidential")
        matter = canonical.Reader(read.value["matter"], "the matter", {"ref", "thread", "purpose"})
        cipher = canonical.Reader(
            read.value["cipher"], "the cipher", {"header_sha256", "payload_bytes", "payload_tree", "part"}
        )
        cipher.one_of("part", PART)
        manifest = cls(
            doc=read.matching("doc", canonical.UUID),
            ver=read.number("ver", 1),
            prev=read.optional("prev", canonical.HEX),
            ref=matter.text("ref", 200),
            thread=matter.matching("thread", canonical.UUID),
            purpose=matter.one_of("purpose", *PURPOSES),
            name=read.text("name", 1024),
            media=read.text("media", 200),
            lang=read.text("lang", 35),
            size=read.number("size"),
            plain_sha256=read.matching("plain_sha256", canonical.HEX),
            header_sha256=cipher.matching("header_sha256", canonical.HEX),
            payload_bytes=cipher.number("payload_bytes"),
            payload_tree=cipher.matching("payload_tree", canonical.HEX),
            sender=Sender.from_json(read.value["from"]),
            to=readers_from(read.items("to", 64)),
            created=read.matching("created", canonical.TIME),
            nonce=unb64(read.text("nonce")),
            seen=State.from_json(read.value["dir"]),
            handling=handling_in(read),
            translation=translation_in(read),
            sha256=sha256(payload).hexdigest(),
        )
        if len(manifest.nonce) != 32 or payload_length(manifest.size) != manifest.payload_bytes:
            raise FormatError("the manifest contradicts itself")
        return manifest

    def to_json(self) -> dict[str, Any]:
        return {
            "v": 1,
            "doc": self.doc,
            "ver": self.ver,
            "prev": self.prev,
            "matter": {"ref": self.ref, "thread": self.thread, "purpose": self.purpose},
            "name": self.name,
            "media": self.media,
            "lang": self.lang,
            "class": "confidential",
            "size": self.size,
            "container": "raw",
            "plain_sha256": self.plain_sha256,
            "cipher": {
                "header_sha256": self.header_sha256,
                "payload_bytes": self.payload_bytes,
                "payload_tree": self.payload_tree,
                "part": PART,
            },
            "from": self.sender.to_json(),
            "to": [to.to_json() for to in self.to],
            "dir": written(self.seen),
            "created": self.created,
            "nonce": b64(self.nonce),
            **handling_json(self.handling),
            **translation_json(self.translation),
        }

    def next_version(
        self, *, sender: Sender, to: tuple[To, ...], header_sha256: str, created: str, seen: State | None
    ) -> Manifest:
        """The same payload for other readers, under the same limits: the next version, naming this one."""
        return replace(
            self,
            ver=self.ver + 1,
            prev=self.sha256,
            sender=sender,
            to=to,
            header_sha256=header_sha256,
            created=created,
            nonce=os.urandom(32),
            seen=seen,
            sha256="",
        )


def commitment(nonce: bytes, payload: bytes) -> str:
    """What the envelope says of the manifest without telling anything of it."""
    return sha256(b"manifest-commit-v1" + nonce + payload).hexdigest()


def compare(manifest: Manifest, payload: bytes, envelope: Envelope) -> None:
    """Raises CommitmentMismatch or ManifestMismatch unless both speak of the same thing."""
    if commitment(manifest.nonce, payload) != envelope.manifest_commitment:
        raise CommitmentMismatch("the manifest is not the one that the envelope was made for")
    for field in (
        "doc",
        "ver",
        "thread",
        "purpose",
        "header_sha256",
        "payload_bytes",
        "payload_tree",
        "sender",
        "to",
        "created",
        "seen",
        "handling",
    ):
        if getattr(manifest, field) != getattr(envelope, field):
            raise ManifestMismatch(f"manifest and envelope disagree about {field}")
