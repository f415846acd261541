"""What follows for the dates of a request when its measures are postponed or go on: facts that clocks can follow."""

from __future__ import annotations

from collections.abc import Sequence

from comity.assistance import events
from comity.assistance.consultation_model import Consultation, Outcome
from comity.assistance.model import Measure, RequestForAssistance
from comity.assistance.tracking import is_requested_date
from comity.core.transaction import Transaction
from comity.deadlines import queries as deadlines

TO_DO = (Outcome.PENDING, Outcome.IN_PROGRESS, Outcome.PARTLY_EXECUTED)
"""What a measure is while something of it is still wanted now."""


def about(tx: Transaction, rfa: RequestForAssistance, one: Consultation) -> tuple[str, str, int, str, list[int], str]:
    """What every line about a consultation says: the parties, which one, on what, and who is to be told."""
    other = rfa.requested if tx.actor.authority == rfa.requesting else rfa.requesting
    return rfa.requesting, rfa.requested, one.n, one.ground, one.measures, other


def note_postponed(tx: Transaction, rfa: RequestForAssistance) -> None:
    """Record it when everything that is still to be done was postponed to later than the requested date.

    One measure that is postponed moves no date while others are wanted by it [Statute art. 94(1): no longer than
    necessary].
    """
    if any(measure.status in TO_DO for measure in rfa.measures):
        return
    waiting = [one for measure in rfa.measures if (one := postponed_by(rfa, measure)) is not None]
    until = max((one.until for one in waiting if one.until), default=None)
    asked = [one for one in deadlines.deadlines_of(tx, rfa) if is_requested_date(one)]
    if until is not None and any(one.due_on < until for one in asked):
        tx.record(rfa, events.RequestPostponed(rfa.requesting, rfa.requested, until.isoformat()))


def note_resumed(
    tx: Transaction, rfa: RequestForAssistance, resumed: Sequence[Measure], *, but: Consultation | None = None
) -> None:
    """Record for each consultation that had postponed measures that they go on, or that another has taken its place."""
    numbers = {measure.n for measure in resumed}
    for one in rfa.consultations:
        if one is but or not _postpones(one):
            continue
        if numbers & set(one.measures) and not any(_still(rfa, one, n) for n in one.measures if n not in numbers):
            tx.record(rfa, events.MeasureResumed(*about(tx, rfa, one)))


def postponed_by(rfa: RequestForAssistance, measure: Measure) -> Consultation | None:
    """The last consultation that postponed a measure, if it is postponed now."""
    if measure.status is not Outcome.POSTPONED:
        return None
    return next((one for one in reversed(rfa.consultations) if _postpones(one) and measure.n in one.measures), None)


def _postpones(one: Consultation) -> bool:
    return not one.open and one.until is not None


def _still(rfa: RequestForAssistance, consultation: Consultation, n: int) -> bool:
    measure = next(one for one in rfa.measures if one.n == n)
    return postponed_by(rfa, measure) is consultation
