"""Polite reminders that an officer sends by hand, for one request or for many: a fact with a notice, and no word.

Whoever is not to be reminded now is left out, with the reason: nobody is nagged about what stands still by law or
agreement, what is not due yet, or what she was reminded of a few days ago.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from comity.assistance import events, portfolio_policy
from comity.assistance.model import RequestForAssistance
from comity.assistance.tracking import REQUESTED, turn_of
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.deadlines import queries as deadlines
from comity.deadlines.model import Deadline
from comity.exchange.checks import wrong


@dataclass(frozen=True)
class Chosen:
    """A request that somebody chose, and why no reminder goes out for it now; None where one does."""

    rfa: RequestForAssistance
    reason: str | None


def preview(tx: Transaction, ids: Sequence[UUID]) -> list[Chosen]:
    """What a reminder of these would do now, by reference; what the actor may not remind of is left out.

    Raises Invalid.
    """
    most = portfolio_policy.chosen().reminder.most
    if not ids:
        raise wrong("/requests", _("Choose at least one request."))
    if len(set(ids)) > most:
        raise wrong("/requests", _("Choose at most %(count)s requests.", count=most))
    rfa = RequestForAssistance
    found = tx.find(rfa, rfa.id.in_(set(ids)), order_by=rfa.reference, action="rfa.remind")
    dates = deadlines.deadlines_of_many(tx, found)
    return [Chosen(one, _reason(tx, one, dates[one.subject])) for one in found]


def remind(tx: Transaction, ids: Sequence[UUID]) -> list[Chosen]:
    """Remind the States of those that can be reminded of now; gives all, with the reason where nothing was sent.

    Raises Invalid.
    """
    done = []
    for each in sorted(preview(tx, ids), key=lambda one: one.rfa.id):  # rows are locked in one order everywhere
        rfa = tx.load(RequestForAssistance, each.rfa.id, to="rfa.remind")
        reason = _reason(tx, rfa, deadlines.deadlines_of(tx, rfa))
        if reason is None:
            rfa.reminded_at = tx.now
            tx.record(rfa, events.RequestReminded(rfa.requesting, rfa.requested))
        done.append(Chosen(rfa, reason))
    return sorted(done, key=lambda one: one.rfa.reference)


def _reason(tx: Transaction, rfa: RequestForAssistance, dates: Sequence[Deadline]) -> str | None:
    """One word for why not: paused, not_with_state, no_date, not_due, reminded."""
    still = [one for one in dates if one.met_at is None and one.ended_at is None and one.falls_on == rfa.requested]
    if rfa.paused or any(one.paused_since is not None for one in still):
        return "paused"
    if turn_of(rfa) != REQUESTED:
        return "not_with_state"
    if not still:
        return "no_date"
    if all(one.due_at > tx.now for one in still):
        return "not_due"
    every = timedelta(days=portfolio_policy.chosen().reminder.every)
    return "reminded" if rfa.reminded_at is not None and rfa.reminded_at + every > tx.now else None
