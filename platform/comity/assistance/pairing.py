"""A request for provisional arrest and the full request that follows it [Statute art. 92(2)(d), 92(3); Rule 188].

The State may release the person unless the full request and its documents have been received in time.  They have been
received, at the latest, when the State signs that they have: its acknowledgement of the full request is also its report
on the provisional one, in the same transaction.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from comity.assistance import cover as covers
from comity.assistance.link_model import Link
from comity.assistance.model import FINAL, LIFECYCLE, Occurrence, RequestForAssistance, Stage
from comity.assistance.occurrence_events import PapersReceived
from comity.core.errors import Conflict, Refused
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.deadlines.model import Deadline
from comity.deadlines.queries import rule_of
from comity.exchange.checks import wrong

PAIR = "full_request_of"
"""The relation of the full request to that for provisional arrest."""

PROVISIONAL = "provisional_arrest"
FULL = ("arrest_surrender", "surrender_convicted")
"""The kinds of requests that are a pair."""

PAPERS = PapersReceived.name


def check_first(tx: Transaction, first: RequestForAssistance) -> None:
    """Whether a full request can follow this one now.  Raises Invalid, Refused or Conflict."""
    if first.request_kind != PROVISIONAL:
        raise wrong(
            "/full_request_of", _("%(reference)s is no request for provisional arrest.", reference=first.reference)
        )
    if first.transmitted_at is None:
        raise Refused(_("%(reference)s has not been transmitted yet: transmit it first.", reference=first.reference))
    if first.stage is Stage.WITHDRAWN:
        raise Refused(_("%(reference)s was withdrawn: nothing follows it.", reference=first.reference))
    follows = next((one for one in full_requests_of(tx, first) if one.stage is not Stage.WITHDRAWN), None)
    if follows is not None:
        raise Conflict(_("A full request follows it already: %(reference)s.", reference=follows.reference))


def check(tx: Transaction, full: RequestForAssistance, first: RequestForAssistance) -> None:
    """Whether these two can be made a pair.  Raises Invalid, Refused or Conflict."""
    check_first(tx, first)
    check_kind(full.request_kind)
    if full.requested != first.requested:
        raise wrong_state(first)
    if full.stage in FINAL or full.acknowledged_at is not None:
        raise Refused(
            _(
                "%(reference)s was acknowledged or has ended: let the State report the day on which it got the papers.",
                reference=full.reference,
            )
        )


def check_kind(kind: str) -> None:
    """Raises Invalid unless it is a kind of full request."""
    if kind not in FULL:
        raise wrong("/kind", _("The full request after a provisional arrest is one for arrest and surrender."))


def wrong_state(first: RequestForAssistance) -> Exception:
    """That the full request must go where the provisional one went."""
    return wrong(
        "/requested",
        _("The full request goes to the State that was asked for the provisional arrest: %(state)s.",
          state=first.requested),
    )  # fmt: skip


def full_requests_of(tx: Transaction, first: RequestForAssistance) -> list[RequestForAssistance]:
    """Every full request that was paired with it; the withdrawn ones too."""
    ids = select(Link.rfa_id).where(Link.to_id == first.id, Link.relation == PAIR)
    return list(tx.session.scalars(select(RequestForAssistance).where(RequestForAssistance.id.in_(ids))))


def first_of(tx: Transaction, full: RequestForAssistance) -> UUID | None:
    """The request for provisional arrest that it follows."""
    return tx.session.scalar(select(Link.to_id).where(Link.rfa_id == full.id, Link.relation == PAIR))


def note_acknowledged(tx: Transaction, full: RequestForAssistance) -> None:
    """The State has signed that it has received the full request: so it has the papers, if a period waits for them."""
    first_id = first_of(tx, full)
    if first_id is None:
        return
    model = RequestForAssistance
    query = select(model).where(model.id == first_id).with_for_update().execution_options(populate_existing=True)
    first = tx.session.scalars(query).one()
    if _waits(tx, first):
        _report(tx, first, received_on(tx, full))


def note_begun(tx: Transaction, first: RequestForAssistance, deadline: Deadline) -> None:
    """A period has begun that the papers meet: the full request may have been received before the arrest."""
    if PAPERS not in rule_of(deadline).met_by:
        return
    full = next((one for one in full_requests_of(tx, first) if one.acknowledged_at is not None), None)
    if full is not None and full.stage is not Stage.WITHDRAWN:
        _report(tx, first, received_on(tx, full))


def received_on(tx: Transaction, full: RequestForAssistance) -> date:
    """The day on which the State received a request that it has acknowledged: of the record, else of its signature."""
    if full.received_on is not None:
        return full.received_on
    return covers.day_of(tx, full.requested, full.acknowledged_at or tx.now)


def _waits(tx: Transaction, first: RequestForAssistance) -> bool:
    still = select(Deadline).where(
        Deadline.matter == first.subject, Deadline.met_at.is_(None), Deadline.ended_at.is_(None)
    )
    return any(PAPERS in rule_of(one).met_by for one in tx.session.scalars(still))


def _report(tx: Transaction, first: RequestForAssistance, on: date) -> None:
    """The State's report that the papers have been received, unless it has made it itself or the request has ended."""
    reported = any(one.what == PAPERS for one in first.occurrences)
    if reported or first.stage not in LIFECYCLE["report"][0]:
        return
    first.occurrences.append(
        Occurrence(
            n=len(first.occurrences) + 1,
            what=PAPERS,
            happened_on=on,
            happened_at=None,
            corrects=None,
            authority=first.requested,
            reported_by=tx.actor.id,
            reported_at=tx.now,
        )
    )
    first.changed_at = tx.now
    tx.record(first, PapersReceived(first.requesting, first.requested, on.isoformat(), None, False))
