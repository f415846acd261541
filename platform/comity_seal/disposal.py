"""The disposal: the requested party's signature over what became of the documents of a withdrawn request.

It names every document that was released to it by the hash of its envelope, so that nobody can say later that another
one was meant, or that one was left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from comity_seal import canonical, dsse
from comity_seal.approval import Approved, documents_from
from comity_seal.errors import FormatError
from comity_seal.parties import Sender
from comity_seal.publickeys import PublicKeySet

FIELDS = {"v", "type", "request", "reference", "fate", "kept_for", "note", "documents", "by", "created"}
FATES = ("destroyed", "returned", "kept")


@dataclass(frozen=True)
class Disposal:
    """What became of which documents, by whose word, and when she says so.

    `kept_for` is the word of the catalogue for what is kept, and of nothing else; `note` is the sealed document that
    goes with it, if there is one.
    """

    request: str
    reference: str
    fate: str
    kept_for: str | None
    note: str | None
    documents: tuple[Approved, ...]
    by: Sender
    created: str

    def to_json(self) -> dict[str, Any]:
        return {
            "v": 1,
            "type": "disposal",
            "request": self.request,
            "reference": self.reference,
            "fate": self.fate,
            "kept_for": self.kept_for,
            "note": self.note,
            "documents": [one.to_json() for one in self.documents],
            "by": self.by.to_json(),
            "created": self.created,
        }

    @classmethod
    def from_bytes(cls, payload: bytes) -> Disposal:
        """Raises FormatError."""
        read = canonical.Reader(canonical.loads_strict(payload), "the disposal", FIELDS)
        read.version()
        read.one_of("type", "disposal")
        documents = documents_from(read.items("documents"))
        if not documents:
            raise FormatError("the disposal names no document")
        return cls(
            read.matching("request", canonical.UUID),
            read.text("reference", 100),
            read.one_of("fate", *FATES),
            read.text("kept_for", 40) if read.value["kept_for"] is not None else None,
            read.optional("note", canonical.UUID),
            documents,
            Sender.from_json(read.value["by"]),
            read.matching("created", canonical.TIME),
        )


def verify_disposal(data: bytes, keys: PublicKeySet) -> Disposal:
    """The disposal, signed by `keys` as the person it names.  Raises FormatError or SignatureInvalid."""
    said = Disposal.from_bytes(dsse.verify(data, keys, dsse.DISPOSAL))
    if said.by.keyset != keys.id:
        raise FormatError("the disposal names another key set than the one that signed it")
    return said
