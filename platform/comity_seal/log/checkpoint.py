"""Checkpoints: what a log signs of its tree, and witnesses of that [C2SP tlog-checkpoint, tlog-cosignature]."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from comity_seal.encoding import b64, unb64
from comity_seal.errors import BadNote, FormatError, SignatureInvalid, TooFewWitnesses, UnknownLogKey
from comity_seal.log.merkle import EMPTY, LARGEST
from comity_seal.log.notes import LOG, WITNESS, Note, VerifierKey

_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")
LATEST = 253402300799
"""The last second of the year 9999."""


def body(origin: str, size: int, root: bytes) -> str:
    """The text of a checkpoint."""
    return f"{origin}\n{size}\n{b64(root)}\n"


@dataclass(frozen=True)
class Checkpoint:
    """A parsed checkpoint; nothing of it is verified."""

    origin: str
    size: int
    root: bytes
    note: Note

    @classmethod
    def parse(cls, data: bytes) -> Checkpoint:
        """Raises BadNote.  Extension lines are refused: nobody could audit them."""
        note = Note.parse(data)
        lines = note.text[:-1].split("\n")
        if len(lines) != 3 or not lines[0]:
            raise BadNote("a checkpoint has three lines: origin, size and root")
        if not _SIZE.fullmatch(lines[1]) or int(lines[1]) > LARGEST:
            raise BadNote("the size in a checkpoint is not a number in its one form")
        try:
            root = unb64(lines[2])
        except FormatError as error:
            raise BadNote(f"the root in a checkpoint is not well formed: {error}") from error
        size = int(lines[1])
        if len(root) != 32 or (size == 0 and root != EMPTY):
            raise BadNote("the root in a checkpoint is none")
        return cls(lines[0], size, root, note)

    @property
    def text(self) -> str:
        """What the log signed."""
        return self.note.text


@dataclass(frozen=True)
class Cosigned:
    """A witness, and when it saw the checkpoint."""

    witness: VerifierKey
    at: datetime


def open_checkpoint(data: bytes, key: VerifierKey) -> Checkpoint:
    """The checkpoint, signed by the log whose key this is.  Raises BadNote, UnknownLogKey or SignatureInvalid."""
    if key.kind != LOG:
        raise UnknownLogKey(f"{key.name} is the key of a witness, not of a log")
    checkpoint = Checkpoint.parse(data)
    if checkpoint.origin != key.name:
        raise UnknownLogKey(f"this is a checkpoint of {checkpoint.origin}, not of {key.name}")
    if not checkpoint.note.signed_by(key):
        raise UnknownLogKey(f"{key.name} has not signed this checkpoint with the key that is known")
    return checkpoint


def cosigned_message(text: str, at: int) -> bytes:
    """What a witness signs: the time in seconds since 1970, and the text of the checkpoint."""
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def verify_cosignature(text: str, key: VerifierKey, signature: bytes) -> Cosigned:
    """One cosignature, of the witness whose key this is.  Raises SignatureInvalid."""
    if key.kind != WITNESS:
        raise SignatureInvalid(f"{key.name} is not the key of a witness")
    if len(signature) != 72:
        raise SignatureInvalid(f"the cosignature by {key.name} has another length")
    at = int.from_bytes(signature[:8], "big")
    if at > LATEST:
        raise SignatureInvalid(f"the cosignature by {key.name} is of a time that will not come")
    key.verify(cosigned_message(text, at), signature[8:])
    return Cosigned(key, datetime.fromtimestamp(at, UTC))


def cosignatures(checkpoint: Checkpoint, witnesses: Sequence[VerifierKey]) -> list[Cosigned]:
    """Who of the witnesses has cosigned, each key once, however many names it has.  Raises SignatureInvalid."""
    found: dict[bytes, Cosigned] = {}
    for key in witnesses:
        for signature in checkpoint.note.by(key):
            found.setdefault(key.public, verify_cosignature(checkpoint.text, key, signature))
    return list(found.values())


def require_witnesses(checkpoint: Checkpoint, witnesses: Sequence[VerifierKey], least: int) -> list[Cosigned]:
    """The cosignatures, if at least so many witnesses gave one.  Raises TooFewWitnesses or SignatureInvalid."""
    found = cosignatures(checkpoint, witnesses)
    if len(found) < least:
        raise TooFewWitnesses(f"{len(found)} of the witnesses named have seen this, and {least} are required")
    return found
