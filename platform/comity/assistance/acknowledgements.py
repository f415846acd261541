"""What an acknowledgement must say, and who may say it: the actor's own signature over exactly what has reached her."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from comity.assistance.model import RequestForAssistance
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange import queries as documents
from comity.exchange.checks import signer, wrong
from comity.exchange.model import Document, DocumentVersion
from comity_seal import dsse
from comity_seal.acknowledgement import Acknowledgement, verify_acknowledgement
from comity_seal.approval import Approval
from comity_seal.disposal import Disposal
from comity_seal.errors import SealError

RECEIVED = ("request", "annex")
"""The documents whose receipt is acknowledged."""


def check(tx: Transaction, rfa: RequestForAssistance, signed: bytes) -> str:
    """The hash of the signed statement, if it is the actor's, over the request and its annexes.  Raises Invalid."""
    said = verified(tx, signed)
    received = named(pair for pair in documents.documents_of(tx, rfa.id) if pair[0].purpose in RECEIVED)
    if (said.request, said.reference, of(said)) != (str(rfa.id), rfa.reference, received):
        raise wrong(
            "/acknowledgement", _("The acknowledgement is of something else than this request and its annexes.")
        )
    return digest(signed)


def verified(tx: Transaction, signed: bytes) -> Acknowledgement:
    """What the actor has signed that she has received.  Raises Invalid."""
    own = signer(tx, "/acknowledgement")
    try:
        said = verify_acknowledgement(signed, own)
    except SealError as error:
        message = _("The acknowledgement is not signed as it must be: %(why)s.", why=error)
        raise wrong("/acknowledgement", message) from error
    if (said.by.user, said.by.authority) != (tx.actor.id, tx.actor.authority):
        raise wrong("/acknowledgement", _("The acknowledgement names somebody else than you."))
    return said


def of(said: Acknowledgement | Approval | Disposal) -> set[tuple[str, int, str]]:
    """The documents of which a signed statement speaks."""
    return {(one.doc, one.ver, one.envelope_sha256) for one in said.documents}


def named(pairs: Iterable[tuple[Document, DocumentVersion]]) -> set[tuple[str, int, str]]:
    """Documents as a signed statement names them."""
    return {(str(document.id), version.ver, version.envelope_sha256) for document, version in pairs}


def digest(signed: bytes) -> str:
    """The hash by which a line names a signed statement."""
    return sha256(dsse.Dsse.parse(signed).payload).hexdigest()
