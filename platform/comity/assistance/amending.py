"""Amending a transmitted request: prepared by one officer, approved by a second, transmitted and in force at once.

What changes is measures and the requested date; a sealed text says what changes and why, and carries the amended cover.
Until it is transmitted it is the requesting side's own.  It begins no clock anew: a changed requested date moves that
date alone, and where none was asked for, one begins in place of the default [Statute art. 93(3), 96, 97].
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from comity.assistance import amendment_events as events
from comity.assistance import amendments, approvals, tracking
from comity.assistance.amendment_model import Amendment
from comity.assistance.amendments import Changes
from comity.assistance.approvals import ToApprove
from comity.assistance.model import RequestForAssistance
from comity.assistance.resealing import Resealed, reseal
from comity.assistance.standing import note_postponed
from comity.core.errors import NotFound, Refused
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange import actions as exchange
from comity.exchange import queries as documents
from comity.exchange.model import Document, DocumentVersion
from comity_seal.approval import cover_sha256


def prepare(tx: Transaction, rfa_id: UUID, changes: Changes) -> Amendment:
    """Begin an amendment: what changes.  Its text and files follow, sealed.  Raises Refused, Invalid or Conflict."""
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.amend")
    rfa.move("amend")
    if amendments.prepared(tx, rfa) is not None:
        raise Refused(_("An amendment of this request is prepared already: change that one, or discard it first."))
    amendments.check(tx, rfa, changes)
    amendment = Amendment(
        request=rfa.id,
        form=rfa.form + 1,
        requesting=rfa.requesting,
        added=amendments.numbered(rfa, changes.add),
        taken_back=sorted(changes.take_back),
        requested_on=changes.requested_on,
        prepared_by=tx.actor.id,
        prepared_at=tx.now,
        changed_by=tx.actor.id,
        changed_at=tx.now,
    )
    late = _("An amendment of this request is prepared already: change that one, or discard it first.")
    tx.add_first(amendment, "amendment.prepare", late)
    tx.record(amendment, events.AmendmentPrepared(*amendments.about(amendment)))
    return amendment


def change(tx: Transaction, rfa_id: UUID, changes: Changes) -> Amendment:
    """Change what is prepared; an approval is dropped, and the text has to carry the other cover.

    Raises Refused or Invalid.
    """
    rfa, amendment = _prepared(tx, rfa_id, "amendment.change")
    rfa.move("amend")
    amendments.check(tx, rfa, changes)
    amendment.added = amendments.numbered(rfa, changes.add)
    amendment.taken_back = sorted(changes.take_back)
    amendment.requested_on = changes.requested_on
    amendment.approval = amendment.approved_by = None
    amendment.changed_by, amendment.changed_at = tx.actor.id, tx.now
    tx.record(amendment, events.AmendmentChanged(*amendments.about(amendment)))
    return amendment


def discard(tx: Transaction, rfa_id: UUID) -> RequestForAssistance:
    """Throw away what is prepared, with its documents, whatever stage the request has reached."""
    rfa, amendment = _prepared(tx, rfa_id, "amendment.discard")
    for document, _version in going(tx, rfa):
        exchange.discard(tx, document)
    tx.remove(amendment)
    tx.record(amendment, events.AmendmentDiscarded(*amendments.about(amendment)))
    return rfa


def approve(tx: Transaction, rfa_id: UUID, approval: bytes) -> Amendment:
    """Approve what is prepared by a signature over the amended cover and the documents, as a second officer.

    Raises Refused or Invalid.
    """
    rfa, amendment = _prepared(tx, rfa_id, "amendment.approve")
    rfa.move("amend")
    if amendment.approved_by is not None:
        raise Refused(_("This amendment was approved already: it can be transmitted."))
    amendments.check(tx, rfa, amendments.of(amendment))
    what = to_approve(tx, rfa, amendment)
    if not what.documents:
        raise Refused(_("The amendment has no text yet: write what changes and why, then ask for approval."))
    approvals.check_signed(tx, what, approval)
    amendment.approval, amendment.approved_by, amendment.changed_at = approval, tx.actor.id, tx.now
    hashed = cover_sha256(what.cover)
    tx.record(amendment, events.AmendmentApproved(*amendments.about(amendment), hashed, amendment.prepared_by))
    return amendment


def transmit(tx: Transaction, rfa_id: UUID, resealed: Sequence[Resealed]) -> RequestForAssistance:
    """Transmit an approved amendment: from the commit on the request has its next form, whole.

    `resealed` are exactly the approved documents, the text first, each sealed again for both parties.  Raises Refused
    or Invalid.
    """
    rfa, amendment = _prepared(tx, rfa_id, "amendment.transmit")
    rfa.move("amend")
    what = to_approve(tx, rfa, amendment)
    approvals.check_again(tx, what)
    amendments.check(tx, rfa, amendments.of(amendment))
    reseal(tx, rfa, what.documents, resealed)
    before, _furthest = tracking.standing(tx, rfa)
    form = amendments.put(tx, rfa, amendment, [str(one.doc) for one in resealed], before)
    tx.remove(amendment)
    until = amendment.requested_on.isoformat() if amendment.requested_on else None
    said = (rfa.requesting, rfa.requested, form.n, form.added, form.taken_back, until, cover_sha256(rfa.cover))
    tx.record(rfa, events.RequestAmended(*said), covers=[amendment])
    if until is not None and form.earlier_on is None:
        tx.record(rfa, events.RequestDated(rfa.requesting, rfa.requested, until))
    if until is None and not form.added:
        note_postponed(tx, rfa)
    return rfa


def to_approve(tx: Transaction, rfa: RequestForAssistance, amendment: Amendment) -> ToApprove:
    """What the second officer signs of an amendment: the cover that the request will have, and the documents."""
    cover = amendments.cover_of(rfa, amendment)
    return ToApprove(
        rfa.id, rfa.requesting, cover, going(tx, rfa), amendment.approved_by, amendment.approval
    )  # fmt: skip


def going(tx: Transaction, rfa: RequestForAssistance) -> list[tuple[Document, DocumentVersion]]:
    """The documents of what is prepared, oldest first, each with its newest version."""
    return [
        pair
        for pair in documents.documents_of(tx, rfa.id)
        if pair[0].purpose == "amendment" and pair[0].released_at is None
    ]


def _prepared(tx: Transaction, rfa_id: UUID, to: str) -> tuple[RequestForAssistance, Amendment]:
    """The request and its amendment, locked in that order.  Raises NotFound, Denied or Refused."""
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.amend")
    found = amendments.prepared(tx, rfa)
    if found is None:
        raise NotFound(_("No amendment of this request is prepared."))
    return rfa, tx.load(Amendment, found.id, to=to)
