"""Links between requests of one team: a follow-up, the same matter, a replacement, a pair, a redirected request.

A link is known to whoever may read both requests, and to nobody else: the requested State sees one only where both
requests were transmitted to it.  It changes neither request.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, or_, select

from comity.assistance import pairing
from comity.assistance.link_model import Link
from comity.assistance.linking_events import RequestLinked, RequestUnlinked
from comity.assistance.model import RequestForAssistance
from comity.core.errors import Conflict, Refused
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange.checks import wrong

SEEN_FROM_THE_OTHER = {
    "follows": "followed_by",
    "same_matter": "same_matter",
    "replaces": "replaced_by",
    "full_request_of": "has_full_request",
    "redirected_from": "redirected_to",
}
"""Every relation, and what it is called by the request at its other end."""

BY_HAND = ("follows", "same_matter", "replaces", pairing.PAIR)
"""What a team says itself; that a request was redirected follows from redirecting it."""


@dataclass(frozen=True)
class Linked:
    """The request at the other end, and what the one that is looked at is to it."""

    rfa: RequestForAssistance
    relation: str
    fixed: bool


def link(tx: Transaction, rfa_id: UUID, other_id: UUID, relation: str) -> RequestForAssistance:
    """Say that a request is something of another of one's own team.  Raises Invalid, Conflict or Refused."""
    rfa, other = _both(tx, rfa_id, other_id, "rfa.link")
    if relation not in BY_HAND:
        raise wrong("/relation", _("Choose how the two requests belong together."))
    if relation == pairing.PAIR:
        pairing.check(tx, rfa, other)
    put(tx, rfa, other, relation)
    return rfa


def put(tx: Transaction, rfa: RequestForAssistance, other: RequestForAssistance, relation: str) -> None:
    """Keep the link; both requests have come through the door for it.  Raises Conflict."""
    if _between(tx, rfa.id, other.id) is not None:
        raise Conflict(_("These two requests are linked already: unlink them first, then link them anew."))
    tx.session.add(Link(rfa_id=rfa.id, to_id=other.id, relation=relation, linked_by=tx.actor.id, linked_at=tx.now))
    tx.record(rfa, RequestLinked(rfa.requesting, rfa.requested, relation, other.subject))


def unlink(tx: Transaction, rfa_id: UUID, other_id: UUID) -> RequestForAssistance:
    """Take a link back, from either end.  Raises Invalid or Refused."""
    rfa, other = _both(tx, rfa_id, other_id, "rfa.unlink")
    found = _between(tx, rfa.id, other.id)
    if found is None:
        raise wrong("/other", _("These two requests are not linked."))
    begins, ends = (rfa, other) if found.rfa_id == rfa.id else (other, rfa)
    if _fixed(found, begins):
        raise Refused(_("This link stays: it says how %(reference)s came about.", reference=begins.reference))
    tx.session.delete(found)
    tx.record(begins, RequestUnlinked(begins.requesting, begins.requested, found.relation, ends.subject))
    return rfa


def of(tx: Transaction, rfa: RequestForAssistance) -> list[Linked]:
    """The requests that one is linked to, as far as the reader may read them, by reference."""
    query = select(Link).where(or_(Link.rfa_id == rfa.id, Link.to_id == rfa.id))
    by_other = {one.to_id if one.rfa_id == rfa.id else one.rfa_id: one for one in tx.session.scalars(query)}
    model = RequestForAssistance
    others = tx.find(model, model.id.in_(list(by_other)), order_by=model.reference) if by_other else []
    return [_as_seen(rfa, other, by_other[other.id]) for other in others]


def _as_seen(rfa: RequestForAssistance, other: RequestForAssistance, one: Link) -> Linked:
    begins = rfa if one.rfa_id == rfa.id else other
    relation = one.relation if begins is rfa else SEEN_FROM_THE_OTHER[one.relation]
    return Linked(other, relation, _fixed(one, begins))


def _fixed(one: Link, begins: RequestForAssistance) -> bool:
    """What a State has been given as a pair, and what was redirected, is not taken apart again."""
    return one.relation == "redirected_from" or (one.relation == pairing.PAIR and begins.transmitted_at is not None)


def _both(tx: Transaction, rfa_id: UUID, other_id: UUID, to: str) -> tuple[RequestForAssistance, RequestForAssistance]:
    """Both requests, locked in one order everywhere.  Raises Invalid, NotFound or Denied."""
    if rfa_id == other_id:
        raise wrong("/other", _("A request is not linked to itself: name another one."))
    found = {one: tx.load(RequestForAssistance, one, to=to) for one in sorted((rfa_id, other_id))}
    for rfa in found.values():
        rfa.move(to.removeprefix("rfa."))
    return found[rfa_id], found[other_id]


def _between(tx: Transaction, one: UUID, other: UUID) -> Link | None:
    either = or_(and_(Link.rfa_id == one, Link.to_id == other), and_(Link.rfa_id == other, Link.to_id == one))
    return tx.session.scalar(select(Link).where(either))
