"""The approval: a second officer's signature over the cover and every document of a draft."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from comity_seal import canonical, dsse
from comity_seal.errors import FormatError
from comity_seal.parties import Sender
from comity_seal.publickeys import PublicKeySet

FIELDS = {"v", "type", "request", "cover_sha256", "documents", "by", "created"}


@dataclass(frozen=True)
class Approved:
    """One document as it was approved, or received."""

    doc: str
    ver: int
    envelope_sha256: str

    def to_json(self) -> dict[str, Any]:
        return {"doc": self.doc, "ver": self.ver, "envelope_sha256": self.envelope_sha256}


@dataclass(frozen=True)
class Approval:
    """What was approved, by whom."""

    request: str
    cover_sha256: str
    documents: tuple[Approved, ...]
    by: Sender
    created: str

    def to_json(self) -> dict[str, Any]:
        return {
            "v": 1,
            "type": "approval",
            "request": self.request,
            "cover_sha256": self.cover_sha256,
            "documents": [one.to_json() for one in self.documents],
            "by": self.by.to_json(),
            "created": self.created,
        }


def cover_sha256(cover: dict[str, Any]) -> str:
    """How an approval names a cover."""
    return sha256(canonical.dumps(cover)).hexdigest()


def cover(
    *,
    kind: str,
    reference: str,
    requesting: str,
    requested: str,
    requested_on: str | None,
    situation: bool = False,
    basis: str | None = None,
    measures: list[tuple[int, str | None, str | None]],
    form: int = 1,
) -> dict[str, Any]:
    """The cover of a request in the one form that is hashed, sealed and compared.

    `situation` says that it goes to the State of the situation; `basis` on what one is asked who is not party to the
    Statute.  A measure has its number, its letter of article 93(1) (none where the kind itself is what is asked) and
    its sub-type.  `form` says which form of the request it is the cover of, from its first amendment on: the
    first form does not say so.
    """
    return {
        **({"form": form} if form > 1 else {}),
        "kind": kind,
        "reference": reference,
        "requesting": requesting,
        "requested": requested,
        "requested_on": requested_on,
        "situation": situation,
        "basis": basis,
        "measures": [{"n": n, "letter": letter, "act": act} for n, letter, act in measures],
    }


def _document(value: Any) -> Approved:
    read = canonical.Reader(value, "an approved document", {"doc", "ver", "envelope_sha256"})
    return Approved(
        read.matching("doc", canonical.UUID), read.number("ver", 1), read.matching("envelope_sha256", canonical.HEX)
    )


def documents_from(values: list[Any]) -> tuple[Approved, ...]:
    """The documents that a statement names: sorted, none twice.  Raises FormatError."""
    documents = tuple(_document(value) for value in values)
    order = [one.doc for one in documents]
    if order != sorted(set(order)):
        raise FormatError("the documents are not in order, or named twice")
    return documents


def verify_approval(data: bytes, keys: PublicKeySet) -> Approval:
    """The approval, signed by `keys`.  Raises FormatError or SignatureInvalid."""
    approval = _read(dsse.verify(data, keys, dsse.APPROVAL))
    if approval.by.keyset != keys.id:
        raise FormatError("the approval names another key set than the one that signed it")
    return approval


def parse_approval(data: bytes) -> Approval:
    """The approval inside of a signed one, not verified.  Raises FormatError or SignatureInvalid."""
    return _read(dsse.Dsse.parse(data).payload)


def _read(payload: bytes) -> Approval:
    read = canonical.Reader(canonical.loads_strict(payload), "the approval", FIELDS)
    read.version()
    read.one_of("type", "approval")
    documents = documents_from(read.items("documents"))
    return Approval(
        read.matching("request", canonical.UUID),
        read.matching("cover_sha256", canonical.HEX),
        documents,
        Sender.from_json(read.value["by"]),
        read.matching("created", canonical.TIME),
    )
