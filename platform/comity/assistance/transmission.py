"""How a request travels: urgently by any medium that leaves a written record, or before it is registered here.

In urgent cases a request may be made by any medium capable of delivering a written record, and is then confirmed
through the channel of article 87(1)(a) [Statute art. 91(1), 96(1)].  A request that has gone by the diplomatic channel,
INTERPOL or a regional organisation is registered afterwards: what is transmitted here is the same request, and its
clocks run from the day on which the State received it.  Neither is part of the cover, which says what is asked for and
is approved before anybody knows how it will travel.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from comity.assistance import channels
from comity.assistance import cover as covers
from comity.assistance.events import RequestTransmitted
from comity.assistance.linking_events import RequestConfirmed, RequestExpedited
from comity.assistance.model import RequestForAssistance
from comity.core.errors import Conflict, Fault, Invalid, Refused
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange.checks import wrong

HERE = "platform"
"""The medium that is this platform itself."""


@dataclass(frozen=True)
class Travelled:
    """By what a request has gone before it was registered here, and the day on which the State received it."""

    channel: str
    received_on: date


def expedite(tx: Transaction, rfa_id: UUID, medium: str | None) -> RequestForAssistance:
    """Mark a draft as urgent, with the medium by which it goes, or as urgent no longer.

    An approval stands: the cover does not say it.  Raises Invalid or Refused.
    """
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.expedite")
    rfa.move("expedite")
    if medium is not None and medium not in [one.channel for one in channels.carrying("urgent")]:
        raise wrong("/medium", _("Choose a medium that leaves a written record."))
    if medium != rfa.urgent_by:
        rfa.urgent_by, rfa.changed_at = medium, tx.now
        tx.record(rfa, RequestExpedited(rfa.requesting, rfa.requested, medium))
    return rfa


def confirm(tx: Transaction, rfa_id: UUID, on: date, channel: str) -> RequestForAssistance:
    """Record that an urgent request was confirmed, on which day and through which channel.

    Raises Invalid, Refused or Conflict.
    """
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.confirm")
    rfa.move("confirm")
    if rfa.urgent_by is None:
        raise Refused(_("%(reference)s was not urgent: nothing is to be confirmed.", reference=rfa.reference))
    if rfa.confirmed_on is not None:
        raise Conflict(_("It was confirmed on %(date)s already.", date=rfa.confirmed_on))
    faults = []
    if channel not in [one.channel for one in channels.carrying("confirmation")]:
        sentence = _("Choose the channel that the State has designated, or the diplomatic channel.")
        faults.append(Fault("/channel", sentence))
    begun = rfa.received_on or covers.day_of(tx, rfa.requesting, rfa.transmitted_at or tx.now)
    if on > covers.today(tx, rfa.requesting):
        faults.append(Fault("/on", _("This day is still to come: record the confirmation once it was made.")))
    elif on < begun:
        sentence = _("The request reached the State on %(date)s: choose that day or a later one.", date=begun)
        faults.append(Fault("/on", sentence))
    if faults:
        raise Invalid(_("This is no confirmation yet: mend what is marked."), faults)
    rfa.confirmed_on, rfa.confirmed_through, rfa.changed_at = on, channel, tx.now
    tx.record(rfa, RequestConfirmed(rfa.requesting, rfa.requested, on.isoformat(), channel))
    return rfa


def check(tx: Transaction, rfa: RequestForAssistance, travelled: Travelled) -> None:
    """Raises Invalid, with every fault, where a request cannot have travelled so."""
    faults = []
    if travelled.channel not in [one.channel for one in could_have_travelled(rfa)]:
        faults.append(Fault("/travelled/channel", _("Choose by what the request has travelled.")))
    if travelled.received_on > covers.today(tx, rfa.requested):
        sentence = _("This day is still to come where the State is: choose the day of receipt.")
        faults.append(Fault("/travelled/received_on", sentence))
    elif travelled.received_on.year < rfa.drafted_at.year - covers.FURTHEST:
        faults.append(Fault("/travelled/received_on", _("This day is too long ago: choose the day of receipt.")))
    if faults:
        raise Invalid(_("It cannot be registered like this: mend what is marked."), faults)


def could_have_travelled(rfa: RequestForAssistance) -> list[channels.Channel]:
    """By what a request can have gone before it is registered: the channels, and the medium of an urgent one."""
    known = channels.carrying("request")
    return known + [
        one for one in channels.carrying("urgent") if one.channel == rfa.urgent_by != HERE and one not in known
    ]


def transmitted(tx: Transaction, rfa: RequestForAssistance, travelled: Travelled | None) -> RequestTransmitted:
    """What is recorded of a transmission: the day from which the State's clocks run, and the one of urgency.

    A request that is transmitted here reaches the State at once.
    """
    if travelled is not None:
        check(tx, rfa, travelled)
        rfa.travelled_by, rfa.received_on = travelled.channel, travelled.received_on
    urgent_on = (rfa.received_on or covers.today(tx, rfa.requesting)) if rfa.urgent_by else None
    return RequestTransmitted(
        rfa.requesting,
        rfa.requested,
        rfa.requested_on.isoformat() if rfa.requested_on else None,
        (rfa.received_on or covers.today(tx, rfa.requested)).isoformat(),
        rfa.travelled_by,
        urgent_on.isoformat() if urgent_on else None,
    )


def begun_on(tx: Transaction, rfa: RequestForAssistance) -> date:
    """The day on which a request reached the State; today, before it has."""
    return rfa.received_on or covers.day_of(tx, rfa.requested, rfa.transmitted_at or tx.now)


def foreseen(tx: Transaction, rfa: RequestForAssistance) -> dict[str, date | None]:
    """The dates that a transmission today would carry, for its clocks to be foreseen."""
    return {
        "requested_on": rfa.requested_on,
        "received_on": covers.today(tx, rfa.requested),
        "urgent_on": covers.today(tx, rfa.requesting) if rfa.urgent_by else None,
    }
