"""Another date: the requested State asks for it, the requesting party grants it, or another, or declines.

Until the decision the requested date stays: asking moves nothing.  Why somebody asks or decides is sealed; the platform
knows the dates.  How far a date can be moved at all is the bound of its rule: `extends_at_most` in
policies/deadlines.toml.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from comity.assistance import cover as covers
from comity.assistance import events
from comity.assistance.actions import matter_of
from comity.assistance.model import Extension, RequestForAssistance
from comity.assistance.tracking import standing as standing
from comity.core.errors import Refused
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange import actions as exchange
from comity.exchange.checks import wrong


def ask(tx: Transaction, rfa_id: UUID, proposed_on: date, doc: UUID) -> RequestForAssistance:
    """Ask for another date than the requested one, with a sealed reason.  Raises Refused or Invalid."""
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.extend")
    rfa.move("extend")
    if rfa.requested_on is None:
        raise Refused(_("No date was asked for: there is nothing to extend."))
    if rfa.undecided is not None:
        raise Refused(_("You have asked for another date already: wait for the decision."))
    check_day(tx, rfa, proposed_on, "/proposed_on")
    (reason,) = exchange.staged(tx, matter_of(rfa), "extension", [doc])
    rfa.extensions.append(
        Extension(
            n=len(rfa.extensions) + 1,
            proposed_on=proposed_on,
            reason=reason.id,
            asked_by=tx.actor.id,
            asked_at=tx.now,
        )
    )
    rfa.changed_at = tx.now
    exchange.release(tx, reason)
    tx.record(rfa, events.ExtensionAsked(rfa.requesting, rfa.requested, proposed_on.isoformat()))
    return rfa


def decide(tx: Transaction, rfa_id: UUID, until: date | None, doc: UUID | None) -> RequestForAssistance:
    """Grant another date, the proposed one or a different one, or decline it with a sealed note.

    Raises Refused or Invalid.
    """
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.decide")
    rfa.move("decide")
    asked = rfa.undecided
    if asked is None:
        raise Refused(_("No other date is asked for."))
    if until is not None:
        check_day(tx, rfa, until, "/until")
    elif doc is None:
        raise wrong("/document", _("Say in a sealed note why the date stays."))
    for note in exchange.staged(tx, matter_of(rfa), "decision", [doc]) if doc else []:
        asked.decision = note.id
        exchange.release(tx, note)
    asked.granted_on, asked.decided_by, asked.decided_at = until, tx.actor.id, tx.now
    rfa.changed_at = tx.now
    if until is None:
        tx.record(rfa, events.ExtensionDeclined(rfa.requesting, rfa.requested))
    else:
        tx.record(rfa, events.RequestExtended(rfa.requesting, rfa.requested, until.isoformat()))
    return rfa


def check_day(tx: Transaction, rfa: RequestForAssistance, day: date, field: str) -> None:
    """Raises Invalid unless the day is later than the date as it stands, to come, and within the rule's bound."""
    here = covers.today(tx, rfa.requested)
    now, furthest = standing(tx, rfa)
    message = None
    if day < here:
        message = _("This day has passed where the State is: choose a later one.")
    elif day <= now:
        message = _("The date is %(date)s already: choose a later day.", date=now)
    elif furthest is not None and day > furthest:
        message = _("This date can be extended to %(date)s at the latest: choose a day up to then.", date=furthest)
    elif day.year > here.year + covers.FURTHEST:
        message = _("This day is too far away: choose an earlier one.")
    if message is not None:
        raise wrong(field, message)
