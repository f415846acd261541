"""Signing keys of logs and witnesses: for the sealing of the journal and for witnesses, never for what verifies."""

from __future__ import annotations

import os
import re
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity_seal.encoding import b64, unb64
from comity_seal.errors import BadNote, FormatError
from comity_seal.log import asking
from comity_seal.log.checkpoint import Checkpoint, body, cosigned_message
from comity_seal.log.notes import LOG, WITNESS, Signature, VerifierKey, check_name

_TEXT = re.compile(r"PRIVATE\+KEY\+([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")


class NoteKey:
    """The private half of a key of a log (LOG) or a witness (WITNESS)."""

    def __init__(self, name: str, kind: int, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self._seed = seed
        self.public = VerifierKey(check_name(name), kind, self._key.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, name: str, kind: int) -> NoteKey:
        return cls(name, kind, os.urandom(32))

    @classmethod
    def from_text(cls, text: str) -> NoteKey:
        """From what its file holds.  Raises BadNote."""
        found = _TEXT.fullmatch(text.strip())
        try:
            data = unb64(found[3]) if found else b""
        except FormatError as error:
            raise BadNote("this is not a signing key") from error
        if found is None or len(data) != 33 or data[0] not in (LOG, WITNESS):
            raise BadNote("this is not a signing key")
        key = cls(found[1], data[0], data[1:])
        if key.public.id.hex() != found[2]:
            raise BadNote("the hash in this signing key is not that of its name and key")
        return key

    def to_text(self) -> str:
        """What its file holds: PRIVATE+KEY+name+hash+base64, one line."""
        public = self.public
        return f"PRIVATE+KEY+{public.name}+{public.id.hex()}+{b64(bytes([public.kind]) + self._seed)}\n"

    def sign_note(self, text: str) -> bytes:
        """A note with this log's signature."""
        signature = Signature(self.public.name, self.public.id, self._key.sign(text.encode()))
        return f"{text}\n{signature}\n".encode()

    def sign_checkpoint(self, size: int, root: bytes) -> bytes:
        """A checkpoint of the log that has this key's name."""
        if self.public.kind != LOG:
            raise ValueError("a witness signs no checkpoint of its own")
        return self.sign_note(body(self.public.name, size, root))

    def cosign(self, checkpoint: Checkpoint, at: datetime) -> str:
        """This witness's signature line over a checkpoint that it has found consistent."""
        if self.public.kind != WITNESS:
            raise ValueError("a log does not witness")
        seconds = int(at.timestamp())
        signature = self._key.sign(cosigned_message(checkpoint.text, seconds))
        return str(Signature(self.public.name, self.public.id, seconds.to_bytes(8, "big") + signature))

    def ask(self, origin: str, at: datetime) -> str:
        """What a witness sends with a request to a log, after `Witness` in the header Authorization."""
        if self.public.kind != WITNESS:
            raise ValueError("a log asks nobody")
        seconds = int(at.timestamp())
        return f"{self.public.name}:{seconds}:{b64(self._key.sign(asking.message(origin, seconds)))}"
