"""Passkey files as the server sees them: of the right form, behind a secret that nobody has."""

import os

from comity_seal.encoding import raw64
from comity_seal.header import Stanza
from comity_seal.opening import age
from comity_seal.ways import PRF


class Prf:
    """A stanza as a browser writes it [filippo.io/fido2prf]."""

    def __init__(self, kind: str = PRF, nonce: int = 16, body: int = 32) -> None:
        self.kind, self.nonce, self.body = kind, nonce, body

    def wrap(self, file_key: bytes) -> Stanza:
        return Stanza(self.kind, (raw64(os.urandom(self.nonce)).decode(),), os.urandom(self.body))


def passkey_file(**odd: object) -> bytes:
    """A file behind a passkey; with `odd`, one that no browser makes."""
    return age.seal(b"# comity key set v1\n", [Prf(**odd)])  # type: ignore[arg-type]
