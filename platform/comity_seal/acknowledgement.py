"""The acknowledgement: a recipient's signature over the envelopes that have reached her [ETSI EN 319 522, handover].

It is evidence of a person, and stronger than anything that the platform says of itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from comity_seal import canonical, dsse
from comity_seal.approval import Approved, documents_from
from comity_seal.errors import FormatError
from comity_seal.parties import Sender
from comity_seal.publickeys import PublicKeySet

FIELDS = {"v", "type", "request", "reference", "documents", "by", "created"}


@dataclass(frozen=True)
class Acknowledgement:
    """What was received, by whom, and when she says so."""

    request: str
    reference: str
    documents: tuple[Approved, ...]
    by: Sender
    created: str

    def to_json(self) -> dict[str, Any]:
        return {
            "v": 1,
            "type": "acknowledgement",
            "request": self.request,
            "reference": self.reference,
            "documents": [one.to_json() for one in self.documents],
            "by": self.by.to_json(),
            "created": self.created,
        }

    @classmethod
    def from_bytes(cls, payload: bytes) -> Acknowledgement:
        """Raises FormatError."""
        read = canonical.Reader(canonical.loads_strict(payload), "the acknowledgement", FIELDS)
        read.version()
        read.one_of("type", "acknowledgement")
        documents = documents_from(read.items("documents"))
        if not documents:
            raise FormatError("the acknowledgement names no document")
        return cls(
            read.matching("request", canonical.UUID),
            read.text("reference", 100),
            documents,
            Sender.from_json(read.value["by"]),
            read.matching("created", canonical.TIME),
        )


def verify_acknowledgement(data: bytes, keys: PublicKeySet) -> Acknowledgement:
    """The acknowledgement, signed by `keys` as the person it names.  Raises FormatError or SignatureInvalid."""
    said = Acknowledgement.from_bytes(dsse.verify(data, keys, dsse.ACKNOWLEDGEMENT))
    if said.by.keyset != keys.id:
        raise FormatError("the acknowledgement names another key set than the one that signed it")
    return said
