"""Where each request stands in lists: whose step is next, and the date that counts, in columns that an index can hold.

Derived from the request, its questions and its periods, in the transaction that changes one of them; it could be made
again from them at any time.  It is a table of its own, and no column of the request, because a calendar that changes
moves dates while nobody touches the request: neither its version nor its lock may depend on that.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from comity.assistance.model import FINAL, WITH_THE_STATE, RequestForAssistance
from comity.assistance.portfolio_model import Tracking
from comity.core.transaction import Transaction
from comity.deadlines import queries as deadlines
from comity.deadlines.model import Deadline

NEVER = date(9999, 12, 31)
"""Stands where no date is open: after every date, on every database."""

REQUESTING, REQUESTED, NOBODY = "requesting", "requested", "nobody"


def turn_of(rfa: RequestForAssistance) -> str:
    """Whose step is next: what the State has asked or proposed passes it to those who asked for assistance.

    Of a withdrawn request it is for the requested party to say what became of the documents, where it is asked.
    """
    if rfa.stage in FINAL:
        return REQUESTED if rfa.disposing else NOBODY
    said = any(
        one.waits_for_agreement_of(rfa.requesting) or one.waits_for_meeting_with(rfa.requesting)
        for one in rfa.consulting
    )
    waits = rfa.paused or rfa.undecided is not None or said
    return REQUESTED if rfa.stage in WITH_THE_STATE and not waits else REQUESTING


def is_requested_date(deadline: Deadline) -> bool:
    """Whether it is the date that the request itself asked for."""
    return bool(deadline.policy.get("counted_from") == "requested_on")


def standing(tx: Transaction, rfa: RequestForAssistance) -> tuple[date, date | None]:
    """The requested date as it stands now, and the last day to which it can be extended, if its rule has a bound."""
    for deadline in deadlines.deadlines_of(tx, rfa):
        if is_requested_date(deadline) and deadline.ended_at is None:
            told = deadlines.explain(tx, deadline)
            return told.due_on, told.extends_until
    return rfa.requested_on or date.min, None


def keep(tx: Transaction, rfa: RequestForAssistance) -> None:
    """Bring the row of a request to what is true now."""
    row = tx.session.get(Tracking, rfa.id) or Tracking(rfa_id=rfa.id)
    row.requesting, row.requested, row.turn, row.paused = rfa.requesting, rfa.requested, turn_of(rfa), rfa.paused
    still = select(Deadline).where(
        Deadline.matter == rfa.subject, Deadline.met_at.is_(None), Deadline.ended_at.is_(None)
    )
    dates = tx.session.scalars(still).all()
    asked = next((one for one in dates if is_requested_date(one)), None)
    row.due_on = (rfa.requested_on if rfa.transmitted_at is None else asked and asked.due_on) or NEVER
    row.due_at = asked.due_at if asked is not None and asked.paused_since is None else None
    row.next_on = min([row.due_on, *(one.due_on for one in dates)])
    tx.session.add(row)
    tx.session.flush()
