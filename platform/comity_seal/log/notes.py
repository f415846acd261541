"""Signed notes and the keys that verify them [C2SP signed-note, tlog-cosignature].

A note that a known key has signed wrongly is refused as a whole; signatures of unknown keys are passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from comity_seal.encoding import b64, unb64
from comity_seal.errors import BadNote, FormatError, SignatureInvalid

LOG = 0x01
"""The type of keys that sign a note's text: those of logs."""

WITNESS = 0x04
"""The type of keys that sign with the time: those of witnesses (cosignature/v1)."""

LARGEST = 65536
"""Bytes of a note."""

MOST_SIGNATURES = 64
DASH = "\N{EM DASH} "
NAME = re.compile(r"[^\s+\x00-\x1f]{1,200}")


def check_name(name: str) -> str:
    """The name of a key.  Raises BadNote unless it can stand in a note."""
    if not NAME.fullmatch(name):
        raise BadNote("the name of a key has no white space and no plus, and is not empty")
    return name


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """The four bytes by which a signature names its key."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


@dataclass(frozen=True)
class VerifierKey:
    """The public half of a key: its name, LOG or WITNESS, and 32 bytes of Ed25519."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """From `name+hash+base64`.  Raises BadNote."""
        parts = text.strip().split("+", 2)
        if len(parts) != 3 or not re.fullmatch(r"[0-9a-f]{8}", parts[1]):
            raise BadNote("this is not a verifier key: it is written name+hash+base64")
        try:
            data = unb64(parts[2])
        except FormatError as error:
            raise BadNote(f"this is not a verifier key: {error}") from error
        if len(data) != 33 or data[0] not in (LOG, WITNESS):
            raise BadNote("this is not an Ed25519 key of a log or of a witness")
        key = cls(check_name(parts[0]), data[0], data[1:])
        if key.id.hex() != parts[1]:
            raise BadNote("the hash in this verifier key is not that of its name and key: it was mistyped or changed")
        return key

    @property
    def id(self) -> bytes:
        return key_id(self.name, self.kind, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64(bytes([self.kind]) + self.public)}"

    def verify(self, message: bytes, signature: bytes) -> None:
        """Raises SignatureInvalid."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError) as error:
            raise SignatureInvalid(f"the signature by {self.name} does not verify") from error


@dataclass(frozen=True)
class Signature:
    """One signature line, not verified."""

    name: str
    key_id: bytes
    signature: bytes

    @classmethod
    def parse(cls, line: str) -> Signature:
        """Raises BadNote."""
        name, _, text = line.removeprefix(DASH).partition(" ")
        if not line.startswith(DASH):
            raise BadNote("a signature line does not begin with a dash")
        try:
            data = unb64(text)
        except FormatError as error:
            raise BadNote(f"a signature is not well formed: {error}") from error
        if len(data) < 5:
            raise BadNote("a signature is too short")
        return cls(check_name(name), data[:4], data[4:])

    def __str__(self) -> str:
        return f"{DASH}{self.name} {b64(self.key_id + self.signature)}"


@dataclass(frozen=True)
class Note:
    """A parsed, not yet verified note; `text` ends with a newline."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, data: bytes) -> Note:
        """Raises BadNote."""
        if len(data) > LARGEST:
            raise BadNote("a note is too large")
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadNote("a note is not UTF-8") from error
        if any(ord(letter) < 32 and letter != "\n" for letter in whole):
            raise BadNote("a note holds a control character")
        text, separator, signed = whole.rpartition("\n\n")
        if not separator or not text or not signed.endswith("\n"):
            raise BadNote("a note is a text, an empty line, and signatures")
        lines = signed[:-1].split("\n")
        if len(lines) > MOST_SIGNATURES:
            raise BadNote("a note has too many signatures")
        return cls(text + "\n", tuple(Signature.parse(line) for line in lines))

    def by(self, key: VerifierKey) -> list[bytes]:
        """The signatures that name this key, not verified."""
        return [one.signature for one in self.signatures if (one.name, one.key_id) == (key.name, key.id)]

    def signed_by(self, key: VerifierKey) -> bool:
        """Whether a LOG key has signed the text.  Raises SignatureInvalid where it seems so and is not."""
        found = self.by(key)
        for signature in found:
            key.verify(self.text.encode(), signature)
        return bool(found)
