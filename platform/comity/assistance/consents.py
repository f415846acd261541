"""Consent to what the limits of a document block: asked for by its receiver, given, refused or withdrawn by its sender.

A limit is a state: until consent is recorded, what it blocks is refused.  Asking frees nothing.  Consent frees what the
use needs that was asked for or, where it is given wholly, everything; withdrawing it binds for the future alone.  Why
somebody asks and what the sender answers is sealed; the platform knows document, use and decision.
[Statute art. 54(3)(e), 68, 72, 73, 87(4), 93(8)(b), 93(10)(b)(ii)a]
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from comity.assistance import consent_events as events
from comity.assistance import handling
from comity.assistance.actions import matter_of
from comity.assistance.consent_model import Consent, Extent
from comity.assistance.model import RequestForAssistance
from comity.core.errors import Conflict, NotFound, Refused
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange import actions as exchange
from comity.exchange.checks import wrong
from comity.exchange.model import Document


def ask(tx: Transaction, rfa_id: UUID, doc: UUID, use: str, reason: UUID) -> RequestForAssistance:
    """Ask the sender of a document for consent to one use of it, with a sealed reason.  Raises Refused or Invalid."""
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.seek")
    rfa.move("seek")
    document = tx.load(Document, doc, to="document.seek")
    if document.request != rfa.id:
        raise wrong("/document", _("This document belongs to another request."))
    if use not in handling.uses():
        raise wrong("/use", _("There is no such use: choose one of the catalogue."))
    if not set(handling.uses()[use].permits) & set(document.blocked):
        raise Refused(_("Nothing stands in the way of this use: no consent is needed."))
    if any(one.undecided and (one.document, one.use) == (doc, use) for one in rfa.consents):
        raise Refused(_("Consent to this use has been asked for already: wait for the decision."))
    (why,) = exchange.staged(tx, matter_of(rfa), "use", [reason], at="/reason")
    consent = Consent(
        n=len(rfa.consents) + 1,
        document=doc,
        use=use,
        originator=document.sender,
        asked_for=tx.actor.authority or "",
        asked_by=tx.actor.id,
        asked_at=tx.now,
        reason=why.id,
    )
    rfa.consents.append(consent)
    rfa.changed_at = tx.now
    exchange.release(tx, why)
    tx.record(rfa, events.ConsentAsked(*_about(rfa, consent), to=consent.originator))
    return rfa


def decide(tx: Transaction, rfa_id: UUID, n: int, extent: Extent, doc: UUID) -> RequestForAssistance:
    """Give consent for the use that was asked for, or wholly, or refuse it, in sealed words.  Raises Refused."""
    rfa, consent, document = _of_mine(tx, rfa_id, n)
    if not consent.undecided:
        raise Conflict(_("This has been decided already."))
    (words,) = exchange.staged(tx, matter_of(rfa), "consent", [doc], at="/words")
    consent.extent, consent.decision = extent, words.id
    consent.decided_by, consent.decided_at = tx.actor.id, tx.now
    exchange.release(tx, words)
    _free(rfa, document)
    rfa.changed_at = tx.now
    about = _about(rfa, consent)
    if extent is Extent.NONE:
        tx.record(rfa, events.ConsentRefused(*about, to=consent.asked_for), covers=[document])
    else:
        tx.record(rfa, events.ConsentGiven(*about, to=consent.asked_for, extent=extent.value), covers=[document])
    return rfa


def withdraw(tx: Transaction, rfa_id: UUID, n: int, doc: UUID) -> RequestForAssistance:
    """Withdraw consent for the future, in sealed words: what was done with it meanwhile stays done.  Raises Refused."""
    rfa, consent, document = _of_mine(tx, rfa_id, n)
    if not consent.stands:
        raise Refused(_("There is no consent that could be withdrawn: it was not given, or withdrawn before."))
    (words,) = exchange.staged(tx, matter_of(rfa), "consent", [doc], at="/words")
    consent.withdrawal, consent.withdrawn_by, consent.withdrawn_at = words.id, tx.actor.id, tx.now
    exchange.release(tx, words)
    _free(rfa, document)
    rfa.changed_at = tx.now
    tx.record(rfa, events.ConsentWithdrawn(*_about(rfa, consent), to=consent.asked_for), covers=[document])
    return rfa


def of_request(rfa: RequestForAssistance, n: int) -> Consent:
    """One of a request's consents.  Raises NotFound."""
    found = next((one for one in rfa.consents if one.n == n), None)
    if found is None:
        raise NotFound(_("Nobody has asked for consent under this number."))
    return found


def waiting(tx: Transaction, most: int) -> list[tuple[RequestForAssistance, list[Consent]]]:
    """The requests in which the actor's authority has still to decide about a consent, the oldest question first."""
    open_here = select(Consent.rfa_id).where(Consent.originator == tx.actor.authority, Consent.decided_at.is_(None))
    found = tx.find(
        RequestForAssistance, RequestForAssistance.id.in_(open_here), order_by=RequestForAssistance.reference,
        limit=most, action="rfa.consent",
    )  # fmt: skip
    mine = [(rfa, to_decide(rfa, tx.actor.authority)) for rfa in found]
    return sorted(mine, key=lambda one: one[1][0].asked_at)


def to_decide(rfa: RequestForAssistance, authority: str | None) -> list[Consent]:
    """What waits for a decision of this authority."""
    return [one for one in rfa.consents if one.undecided and one.originator == authority]


def _of_mine(tx: Transaction, rfa_id: UUID, n: int) -> tuple[RequestForAssistance, Consent, Document]:
    """What an originator decides about: its document, locked.  Raises NotFound, Denied or Refused."""
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.consent")
    rfa.move("consent")
    consent = of_request(rfa, n)
    return rfa, consent, tx.load(Document, consent.document, to="document.consent")


def _free(rfa: RequestForAssistance, document: Document) -> None:
    """What still stands in the way of a document, after all that its sender has said."""
    document.block(handling.blocked(document.handling, freed(rfa.consents, document.id)))


def freed(consents: Sequence[Consent], doc: UUID) -> set[str]:
    """The acts that the consents of a document free."""
    standing = [one for one in consents if one.document == doc and one.stands]
    if any(one.extent is Extent.WHOLE for one in standing):
        return {act for use in handling.uses().values() for act in use.permits}
    return {act for one in standing for act in handling.uses()[one.use].permits}


def _about(rfa: RequestForAssistance, consent: Consent) -> tuple[str, str, int, str, str]:
    return rfa.requesting, rfa.requested, consent.n, str(consent.document), consent.use
