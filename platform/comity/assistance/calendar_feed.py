"""A person's dates for a calendar program: at a secret address, without reference, party or reason [RFC 5545].

Of the address only a hash is kept.  Whoever learns it sees days on which something is due, and nothing else; it is
replaced or revoked by its owner, ends with her account, and is not served where the policy closes it to her authority.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from icalendar import Calendar, Event
from sqlalchemy import or_, select

from comity.accounts.model import Account
from comity.assistance import events, portfolio_policy
from comity.assistance.portfolio_model import CalendarAddress
from comity.core.database import Session
from comity.core.errors import Refused
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.deadlines.model import Deadline

MOST = 500
"""Dates in one calendar: the earliest ones."""

KEPT = timedelta(days=60)
"""How long a date that no longer counts is still given, as cancelled, so that calendars take it away."""


def offered(authority: str | None) -> bool:
    """Whether people of this authority may have such an address."""
    policy = portfolio_policy.chosen().calendar
    return policy.offered and authority is not None and authority not in policy.closed_to


def own(tx: Transaction) -> CalendarAddress | None:
    """The actor's own, if she has one."""
    return tx.session.get(CalendarAddress, UUID(tx.actor.id))


def make(tx: Transaction) -> str:
    """A new address, and the end of a former one; gives the secret, which is kept nowhere.  Raises Refused."""
    if not offered(tx.actor.authority):
        raise Refused(_("Calendar addresses are not offered to your authority."))
    account = tx.load(Account, UUID(tx.actor.id), to="account.change")
    token = secrets.token_urlsafe(32)
    row = own(tx) or CalendarAddress(account_id=account.id)
    row.token_sha256, row.made_at = hashed(token), tx.now
    tx.session.add(row)
    tx.record(account, events.CalendarOpened())
    return token


def revoke(tx: Transaction) -> None:
    """Make the address open nothing; again changes nothing."""
    account = tx.load(Account, UUID(tx.actor.id), to="account.change")
    row = own(tx)
    if row is not None:
        tx.session.delete(row)
        tx.record(account, events.CalendarClosed())


def owner(token: str) -> Account | None:
    """Whose calendar stands at an address: somebody with an open account, whose authority has not closed it."""
    query = select(Account).join(CalendarAddress, CalendarAddress.account_id == Account.id)
    with Session(writes=False) as session:
        found = session.scalar(query.where(CalendarAddress.token_sha256 == hashed(token), Account.active))
    return found if found is not None and offered(found.authority) else None


def written(tx: Transaction, token: str, summary: str) -> bytes:
    """The calendar of the actor: her dates, each an all-day event that says `summary` and no more."""
    calendar = Calendar()
    calendar.add("prodid", "-//Comity//Dates//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", summary)
    for deadline in dates(tx):
        calendar.add_component(_event(deadline, token, summary, tx.now))
    return bytes(calendar.to_ical())


def dates(tx: Transaction) -> Sequence[Deadline]:
    """The open dates of the actor's office, the earliest first, and those that ceased to count not long ago."""
    ceased = or_(Deadline.met_at > tx.now - KEPT, Deadline.ended_at > tx.now - KEPT)
    still = Deadline.met_at.is_(None) & Deadline.ended_at.is_(None)
    return tx.find(Deadline, or_(still, ceased), order_by=(Deadline.due_on, Deadline.id), limit=MOST)


def _event(deadline: Deadline, token: str, summary: str, now: datetime) -> Event:
    """The same date has the same UID for ever, which tells nothing, and a higher SEQUENCE after each change."""
    event = Event()
    event.add("uid", hmac.new(token.encode(), deadline.id.bytes, "sha256").hexdigest()[:40])
    event.add("sequence", deadline.version - 1)
    event.add("dtstamp", now)
    event.add("dtstart", deadline.due_on)
    event.add("dtend", deadline.due_on + timedelta(days=1))
    event.add("summary", summary)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    ceased = deadline.met_at is not None or deadline.ended_at is not None
    event.add("status", "CANCELLED" if ceased else "TENTATIVE" if deadline.paused_since else "CONFIRMED")
    return event


def hashed(token: str) -> str:
    """What is kept of an address."""
    return sha256(token.encode()).hexdigest()
