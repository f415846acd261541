"""Requests of the Registry for tests: a provisional arrest, and the full request that follows, really sealed."""

from datetime import date
from uuid import UUID

from tests.exchange import sealed
from tests.people import BRUNO, CHIDI, GRACE

from comity.assistance import actions, occurrences, redirecting
from comity.assistance.addressees import Standing
from comity.assistance.model import RequestForAssistance
from comity.assistance.transmission import Travelled
from comity.core import database
from comity.core.transaction import transaction

PAPERS = "documents after provisional arrest"


def drafted(kind: str = "provisional_arrest", requested: str = "XA") -> RequestForAssistance:
    return sealed.drafted(GRACE, requested=requested, measures=[], kind=kind)


def sent(rfa: RequestForAssistance, travelled: Travelled | None = None) -> RequestForAssistance:
    """Written, approved and transmitted by the Registry.

    It has one officer in the cast: that somebody else has drafted it is put into the row, so that she may approve.
    """
    sealed.deposit(GRACE, rfa, "request", b"arrest")
    with database.Session() as session, session.begin():
        row = session.get_one(RequestForAssistance, rfa.id)
        row.drafted_by = row.changed_by = BRUNO.id
    signed = sealed.approval(GRACE, rfa)
    with transaction(GRACE) as tx:
        actions.approve(tx, rfa.id, signed)
    again = sealed.resealed(GRACE, rfa)
    with transaction(GRACE) as tx:
        return actions.transmit(tx, rfa.id, again, travelled)


def provisional(requested: str = "XA") -> RequestForAssistance:
    return sent(drafted(requested=requested))


def follow(
    first: RequestForAssistance, kind: str = "arrest_surrender", requested: str | None = None, actor=GRACE
) -> RequestForAssistance:
    """The draft of the full request."""
    with transaction(actor) as tx:
        return redirecting.draft_full(tx, first.id, requested or first.requested, None, kind, Standing())


def acknowledge(rfa: RequestForAssistance, actor=CHIDI) -> None:
    signed = sealed.acknowledgement(actor, rfa)
    with transaction(actor) as tx:
        actions.acknowledge(tx, rfa.id, signed)


def arrested(first: RequestForAssistance, on: date, actor=CHIDI) -> None:
    with transaction(actor) as tx:
        occurrences.report(tx, first.id, "arrest.made", on)


def row(rfa_id: UUID) -> RequestForAssistance:
    with database.Session(writes=False) as session:
        return session.get_one(RequestForAssistance, rfa_id)
