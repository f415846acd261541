"""What a disposal must say, and for which reasons documents may be kept: `policies/disposal.toml`."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from comity.assistance import acknowledgements
from comity.assistance.model import RequestForAssistance
from comity.assistance.policy import Named, Text
from comity.assistance.withdrawal_model import Fate
from comity.core.errors import PolicyError
from comity.core.policy import read_toml
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange import queries as documents
from comity.exchange.checks import signer, wrong
from comity.exchange.model import Document, DocumentVersion
from comity_seal.disposal import verify_disposal
from comity_seal.errors import SealError

AT = "/disposal"
OF_THE_RECORD = "withdrawal"
"""The reasons of a withdrawal are the record of it: they are not among what is destroyed."""


class Reason(Named):
    """One `[[reason]]`: why documents of a withdrawn request are kept."""

    reason: str = Field(pattern=r"^[a-z_]{2,40}$")
    hint_en: Text
    hint_fr: Text
    basis: Text
    unverified: bool = False

    def hint(self, locale: str) -> str:
        """What it means, for whoever chooses it."""
        return self.hint_fr if locale == "fr" else self.hint_en


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: list[Reason] = Field(min_length=1)


@lru_cache(maxsize=1)
def reasons() -> dict[str, Reason]:
    """By code, in the order of the file.  Raises PolicyError."""
    found = read_toml("disposal.toml", _File).reason
    if len({one.reason for one in found}) != len(found):
        raise PolicyError("disposal.toml: a reason stands twice.")
    return {one.reason: one for one in found}


def received(tx: Transaction, rfa: RequestForAssistance) -> list[tuple[Document, DocumentVersion]]:
    """The documents of a request that were released to the requested party, the oldest first."""
    return [
        (document, version)
        for document, version in documents.documents_of(tx, rfa.id)
        if document.sender == rfa.requesting and document.released_at and document.purpose != OF_THE_RECORD
    ]


def check(
    tx: Transaction, rfa: RequestForAssistance, signed: bytes, fate: Fate, kept_for: str | None, note: UUID | None
) -> str:
    """The hash of the signed statement, if it is the actor's and names all that was released to her side.

    Raises Invalid.
    """
    if (fate is Fate.KEPT) != (kept_for is not None):
        raise wrong(
            "/kept_for", _("Give a reason of the catalogue where documents are kept, and none where they are not.")
        )
    if kept_for is not None and kept_for not in reasons():
        raise wrong("/kept_for", _("There is no such reason: choose one of the catalogue."))
    own = signer(tx, AT)
    try:
        said = verify_disposal(signed, own)
    except SealError as error:
        raise wrong(AT, _("The statement is not signed as it must be: %(why)s.", why=error)) from error
    if (said.by.user, said.by.authority) != (tx.actor.id, tx.actor.authority):
        raise wrong(AT, _("The statement names somebody else than you."))
    if (said.request, said.reference) != (str(rfa.id), rfa.reference):
        raise wrong(AT, _("The statement is about another request."))
    if (said.fate, said.kept_for, said.note) != (fate.value, kept_for, str(note) if note else None):
        raise wrong(AT, _("The statement says something else of the documents than what came with it."))
    there, named = acknowledgements.named(received(tx, rfa)), acknowledgements.of(said)
    if named != there:
        raise wrong(
            AT,
            _("The statement names %(named)s of the %(all)s documents that your office received, or others: open the "
              "request again, then sign once more.", named=len(named & there), all=len(there)),
        )  # fmt: skip
    return acknowledgements.digest(signed)


def check_catalogue() -> None:
    """Read the catalogue anew.  Raises PolicyError."""
    reasons.cache_clear()
    reasons()
