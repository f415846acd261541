"""What an approval must say, and of whom: when it is given, and once more before what it approved is transmitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from comity.assistance import acknowledgements
from comity.assistance.model import RequestForAssistance
from comity.core.errors import Refused
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange import queries as documents
from comity.exchange.checks import signer, wrong
from comity.exchange.model import Document, DocumentVersion
from comity.keys import queries as keys
from comity_seal.approval import Approval, cover_sha256, verify_approval
from comity_seal.dsse import Dsse
from comity_seal.errors import SealError, UnknownSigner
from comity_seal.publickeys import PublicKeySet

GOING = ("request", "annex")
"""Purposes of what is approved and goes to the requested party: what colleagues noted about it stays."""


def going(tx: Transaction, rfa: RequestForAssistance) -> list[tuple[Document, DocumentVersion]]:
    """The documents of a request that are approved and go, oldest first, each with its newest version."""
    return [pair for pair in documents.documents_of(tx, rfa.id) if pair[0].purpose in GOING]


def has_text(tx: Transaction, rfa: RequestForAssistance) -> bool:
    """Whether its text is written, which is asked before it is reviewed or approved."""
    return any(document.purpose == "request" for document, _version in going(tx, rfa))


@dataclass(frozen=True)
class ToApprove:
    """What a signature of a second officer is over: the cover that goes, and the documents with it.

    `approved_by` and `approval` are who has approved it and how, if anybody has.
    """

    request: UUID
    requesting: str
    cover: dict[str, Any]
    documents: Sequence[tuple[Document, DocumentVersion]]
    approved_by: str | None = None
    approval: bytes | None = None


def of_request(tx: Transaction, rfa: RequestForAssistance) -> ToApprove:
    """The request itself."""
    return ToApprove(rfa.id, rfa.requesting, rfa.cover, going(tx, rfa), rfa.approved_by, rfa.approval)


def check(tx: Transaction, rfa: RequestForAssistance, signed: bytes) -> None:
    """The actor's signature over the cover and every document as they are now.  Raises Invalid or Refused."""
    own = signer(tx, "/approval")
    if not has_text(tx, rfa):
        raise Refused(_("The request has no text yet: write it, then ask for approval."))
    check_signed(tx, of_request(tx, rfa), signed, own)


def check_signed(tx: Transaction, what: ToApprove, signed: bytes, own: PublicKeySet | None = None) -> None:
    """The actor's signature over this as it is now.  Raises Invalid."""
    try:
        approval = verify_approval(signed, own or signer(tx, "/approval"))
    except SealError as error:
        raise wrong("/approval", _("The approval is not signed as it must be: %(why)s.", why=error)) from error
    if (approval.by.user, approval.by.authority) != (tx.actor.id, tx.actor.authority):
        raise wrong("/approval", _("The approval names somebody else than you."))
    if not _is_of_cover(approval, what):
        raise wrong("/approval", _("The cover has changed since you read it: look at it again, then approve."))
    if not _is_of_documents(approval, what):
        raise wrong("/approval", _("A document has changed since you read it: look at it again, then approve."))


def check_again(tx: Transaction, what: ToApprove) -> None:
    """Whatever the stage says: what stands now is what the approver signed.  Raises Refused."""
    try:
        if what.approved_by is None or what.approval is None:
            raise Refused(_("The approval is missing: have the request approved again."))
        approval = verify_approval(what.approval, _approver(tx, what))
    except SealError as error:
        raise Refused(_("The approval does not verify: have the request approved again.")) from error
    if not (_is_of_cover(approval, what) and _is_of_documents(approval, what)):
        raise Refused(_("This is not what was approved: have the request approved again."))


def _approver(tx: Transaction, what: ToApprove) -> PublicKeySet:
    """The key set that the approver signed with; whoever has left since has approved all the same.

    Raises SignatureInvalid, UnknownSigner, or Refused where that key set was revoked.
    """
    keyset = Dsse.parse(what.approval or b"").keyset
    kept = keys.keyset_by_id(tx, keyset)
    listed = keys.verified(tx, what.requesting)
    if kept is None or str(kept.account_id) != what.approved_by or listed is None:
        raise UnknownSigner("the approval is not signed with a key set of whoever approved")
    if keyset in listed.revoked:
        raise Refused(_("The key set of whoever approved was revoked: have the request approved again."))
    return PublicKeySet.from_bytes(kept.public)


def _is_of_cover(approval: Approval, what: ToApprove) -> bool:
    return (approval.request, approval.cover_sha256) == (str(what.request), cover_sha256(what.cover))


def _is_of_documents(approval: Approval, what: ToApprove) -> bool:
    return acknowledgements.of(approval) == acknowledgements.named(what.documents)
