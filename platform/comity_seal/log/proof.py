"""Proofs that a leaf is in a log, as a text that verifies offline [C2SP tlog-proof]."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from comity_seal.encoding import b64, unb64
from comity_seal.errors import BadNote, FormatError
from comity_seal.log import merkle
from comity_seal.log.checkpoint import Checkpoint, Cosigned, open_checkpoint, require_witnesses
from comity_seal.log.notes import VerifierKey

FIRST = b"c2sp.org/tlog-proof@v1\n"
LARGEST = 524288
"""Bytes of a proof."""

MOST_HASHES = 63
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,15})")


@dataclass(frozen=True)
class Trust:
    """Whom a verifier trusts: one log, and `least` of these witnesses."""

    log: VerifierKey
    witnesses: tuple[VerifierKey, ...] = ()
    least: int = 0


@dataclass(frozen=True)
class Proof:
    """A parsed proof; nothing of it is verified, and `extra` is authenticated by nobody."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    @classmethod
    def parse(cls, data: bytes) -> Proof:
        """Raises BadNote."""
        if not data.startswith(FIRST) or len(data) > LARGEST:
            raise BadNote("this is not a proof of a transparency log")
        lines, separator, checkpoint = data.removeprefix(FIRST).partition(b"\n\n")
        try:
            texts = lines.decode("ascii").split("\n")
            extra = unb64(texts.pop(0).removeprefix("extra ")) if texts[0].startswith("extra ") else None
            found = _INDEX.fullmatch(texts.pop(0)) if texts else None
            hashes = tuple(unb64(text) for text in texts)
        except (UnicodeDecodeError, FormatError) as error:
            raise BadNote("a line of this proof is not well formed") from error
        if found is None or not separator or not checkpoint:
            raise BadNote("this proof lacks its index or its checkpoint")
        if len(hashes) > MOST_HASHES or any(len(one) != 32 for one in hashes):
            raise BadNote("this proof has hashes that are none")
        return cls(int(found[1]), hashes, checkpoint, extra)

    def to_bytes(self) -> bytes:
        extra = f"extra {b64(self.extra)}\n" if self.extra is not None else ""
        hashes = "".join(f"{b64(one)}\n" for one in self.hashes)
        return FIRST + f"{extra}index {self.index}\n{hashes}\n".encode() + self.checkpoint

    def verify(self, leaf: bytes, trust: Trust) -> tuple[Checkpoint, Sequence[Cosigned]]:
        """The checkpoint and its witnesses, if `leaf` stands at this place.

        Raises BadNote, UnknownLogKey, SignatureInvalid, TooFewWitnesses or BadProof.
        """
        checkpoint = open_checkpoint(self.checkpoint, trust.log)
        cosigned = require_witnesses(checkpoint, trust.witnesses, trust.least)
        merkle.verify_inclusion(self.index, checkpoint.size, merkle.leaf(leaf), self.hashes, checkpoint.root)
        return checkpoint, cosigned
