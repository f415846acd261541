"""What comes from asking one party and leads to asking another: the full request, and the redirected one.

Under article 93(9)(b) a State tells the Court that what is asked for is controlled by a third State or an organisation,
and the Court asks there.  The consultation about it is settled first, which gives the measures their outcome; what
follows is a request of its own, with a reference and clocks of its own.  The first State is told of the settlement, and
not of whom the Court asks next.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from comity.assistance import actions, links, pairing
from comity.assistance import cover as covers
from comity.assistance.addressees import Standing, addressee
from comity.assistance.cover import Asked
from comity.assistance.linking_events import RequestRedirected
from comity.assistance.model import RequestForAssistance, Stage
from comity.core.errors import Conflict, Refused
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.directory import queries as directory
from comity.exchange.checks import wrong

OF_ORGANISATIONS = "organisation_assistance"
"""The kind of what an organisation is asked for, whatever a State was asked for [Statute art. 87(6)]."""


def draft_full(
    tx: Transaction, first_id: UUID, requested: str, requested_on: date | None, kind: str, standing: Standing
) -> RequestForAssistance:
    """Begin the full request that follows a provisional arrest, for the same State.

    Raises NotFound, Invalid, Refused or Conflict.
    """
    first = tx.load(RequestForAssistance, first_id, to="rfa.link")
    pairing.check_first(tx, first)
    pairing.check_kind(kind)
    if requested != first.requested:
        raise pairing.wrong_state(first)
    full = actions.draft(tx, requested, requested_on, [], kind, standing)
    links.put(tx, full, first, pairing.PAIR)
    return full


def redirect(
    tx: Transaction, rfa_id: UUID, n: int, requested: str, standing: Standing = covers.BOUND
) -> RequestForAssistance:
    """Begin the request to whoever controls what a consultation was about, with the same measures.

    Its requested date is that of the first request if it is still to come.  Raises Invalid, Refused or Conflict.
    """
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.redirect")
    rfa.move("redirect")
    measures = _asked_of_another(rfa, n)
    if requested == rfa.requested:
        raise wrong("/requested", _("This is who was asked first: choose whoever controls it."))
    for one in links.of(tx, rfa):
        if one.relation == "redirected_to" and one.rfa.requested == requested and one.rfa.stage is not Stage.WITHDRAWN:
            raise Conflict(_("It was redirected there already: %(reference)s.", reference=one.rfa.reference))
    ahead = rfa.requested_on is not None and rfa.requested_on >= covers.today(tx, requested)
    kind = kind_for(tx, rfa, requested)
    other = actions.draft(tx, requested, rfa.requested_on if ahead else None, measures, kind, standing)
    links.put(tx, other, rfa, "redirected_from")
    tx.record(rfa, RequestRedirected(rfa.requesting, rfa.requested, n))
    return other


def kind_for(tx: Transaction, rfa: RequestForAssistance, requested: str) -> str:
    """The same kind; or, of an organisation, the kind that organisations are asked for."""
    authority = directory.authority(tx, requested)
    if authority is not None and addressee(authority) == "organisation":
        return OF_ORGANISATIONS
    return rfa.request_kind


def _asked_of_another(rfa: RequestForAssistance, n: int) -> list[Asked]:
    consultation = next((one for one in rfa.consultations if one.n == n), None)
    if consultation is None:
        raise wrong("/consultation", _("There is no consultation of that number."))
    if consultation not in rfa.left_to_another:
        raise Refused(
            _("Both parties first agree in consultation %(n)s that the Court asks whoever has control of it.", n=n)
        )
    return [Asked(one.letter, one.act) for one in rfa.measures if one.n in consultation.measures]
