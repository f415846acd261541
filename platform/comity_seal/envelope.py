"""The outer envelope: what the server sees and checks of a sealed document.

The server accepts a document only if `verify_envelope` and `check_sealed` pass; that the readers are the right ones is
for its caller to compare.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol

from comity_seal import canonical, dsse
from comity_seal.errors import FormatError, HashMismatch, HeaderError
from comity_seal.handling import SINCE, handling_in, handling_json
from comity_seal.header import LARGEST as LARGEST_HEADER
from comity_seal.header import parse, parse_whole, require_hybrid
from comity_seal.log.state import State, written
from comity_seal.parties import Sender, To, readers_from
from comity_seal.publickeys import PublicKeySet
from comity_seal.sizes import plain_length

PURPOSES = (
    "request", "annex", "question", "reply", "answer", "return", "extension", "decision", "message", "attachment",
    "part", "consultation", "meeting", "proposal", "agreement", "denial", "use", "consent",
    "supplement", "amendment", "review", "source", "translation", "withdrawal", "disposal",
)  # fmt: skip
LARGEST_MANIFEST = 65536
LARGEST_PAYLOAD = 16 * 2**30
FIELDS = {
    "v", "doc", "ver", "thread", "purpose", "from", "to", "header_sha256", "payload_bytes", "payload_tree",
    "manifest_age_sha256", "manifest_commitment", "dir", "created", "prev_envelope",
}  # fmt: skip


@dataclass(frozen=True)
class Envelope:
    """A parsed envelope.

    `seen` is the state of the log that its sender relied on; `handling` are the limits under which it is sent; `sha256`
    is that of the signed bytes, by which later versions and approvals name it.
    """

    doc: str
    ver: int
    thread: str
    purpose: str
    sender: Sender
    to: tuple[To, ...]
    header_sha256: str
    payload_bytes: int
    payload_tree: str
    manifest_age_sha256: str
    manifest_commitment: str
    created: str
    prev_envelope: str | None
    seen: State | None = None
    handling: tuple[str, ...] = ()
    sha256: str = ""

    @classmethod
    def from_bytes(cls, payload: bytes) -> Envelope:
        """Raises FormatError."""
        read = canonical.Reader(canonical.loads_strict(payload), "the envelope", FIELDS, SINCE)
        read.version()
        envelope = cls(
            doc=read.matching("doc", canonical.UUID),
            ver=read.number("ver", 1),
            thread=read.matching("thread", canonical.UUID),
            purpose=read.one_of("purpose", *PURPOSES),
            sender=Sender.from_json(read.value["from"]),
            to=readers_from(read.items("to", 64)),
            header_sha256=read.matching("header_sha256", canonical.HEX),
            payload_bytes=read.number("payload_bytes"),
            payload_tree=read.matching("payload_tree", canonical.HEX),
            manifest_age_sha256=read.matching("manifest_age_sha256", canonical.HEX),
            manifest_commitment=read.matching("manifest_commitment", canonical.HEX),
            created=read.matching("created", canonical.TIME),
            prev_envelope=read.optional("prev_envelope", canonical.HEX),
            seen=State.from_json(read.value["dir"]),
            handling=handling_in(read),
            sha256=sha256(payload).hexdigest(),
        )
        if (envelope.ver == 1) != (envelope.prev_envelope is None):
            raise FormatError("the first version has no previous envelope, and every later one has")
        if envelope.payload_bytes > LARGEST_PAYLOAD:
            raise FormatError("the payload is too large")
        plain_length(envelope.payload_bytes)
        if envelope.sender.authority not in {to.authority for to in envelope.to}:
            raise FormatError("the sender's own authority is not among the readers")
        return envelope

    def to_json(self) -> dict[str, Any]:
        return {
            "v": 1,
            "doc": self.doc,
            "ver": self.ver,
            "thread": self.thread,
            "purpose": self.purpose,
            "from": self.sender.to_json(),
            "to": [to.to_json() for to in self.to],
            "header_sha256": self.header_sha256,
            "payload_bytes": self.payload_bytes,
            "payload_tree": self.payload_tree,
            "manifest_age_sha256": self.manifest_age_sha256,
            "manifest_commitment": self.manifest_commitment,
            "dir": written(self.seen),
            "created": self.created,
            "prev_envelope": self.prev_envelope,
            **handling_json(self.handling),
        }


def parse_envelope(data: bytes) -> Envelope:
    """The envelope inside a signed envelope, not verified.  Raises FormatError or SignatureInvalid."""
    return Envelope.from_bytes(dsse.Dsse.parse(data).payload)


def verify_envelope(data: bytes, keys: PublicKeySet) -> Envelope:
    """The envelope, signed by `keys` as the sender it names.  Raises FormatError or SignatureInvalid."""
    envelope = Envelope.from_bytes(dsse.verify(data, keys, dsse.ENVELOPE))
    if envelope.sender.keyset != keys.id:
        raise FormatError("the envelope names another key set than the one that signed it")
    return envelope


class Sealed(Protocol):
    """What says which header and sealed manifest a document has: its envelope, or the last of its grants."""

    @property
    def header_sha256(self) -> str: ...
    @property
    def manifest_age_sha256(self) -> str: ...
    @property
    def to(self) -> tuple[To, ...]: ...


def check_sealed(said: Sealed, header: bytes, manifest_age: bytes) -> None:
    """Whether header and manifest are those that were signed, well formed, for as many recipients as are named.

    Raises HashMismatch, HeaderError or FormatError.
    """
    if len(header) > LARGEST_HEADER or len(manifest_age) > LARGEST_MANIFEST:
        raise HeaderError("the header or the manifest is too large")
    if sha256(header).hexdigest() != said.header_sha256:
        raise HashMismatch("the header is not the one that was signed")
    if sha256(manifest_age).hexdigest() != said.manifest_age_sha256:
        raise HashMismatch("the manifest is not the one that was signed")
    require_hybrid(parse_whole(header), len(said.to))
    inner = parse(manifest_age)
    require_hybrid(inner, len(said.to))
    plain_length(len(manifest_age) - len(inner.raw))
