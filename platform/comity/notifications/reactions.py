"""Those concerned are told: one notice in the inbox, and one message by each transport that is on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from comity.accounts.model import Account
from comity.assistance.model import BEFORE, RequestForAssistance
from comity.core.journal import Entry, Event
from comity.core.reactions import afterwards
from comity.core.transaction import Transaction
from comity.deadlines.queries import calendar_of
from comity.keys.queries import listed

from . import policy
from .events import NotificationQueued
from .model import Delivery, Notification
from .policy import NotifyRule
from .wording import message_id, transports_on

BEGINNING = "rfa.drafted"
"""The line whose actor is the drafter of its subject: the journal knows, so no table of a lower domain is asked."""


@afterwards(Event)
def tell_those_concerned(tx: Transaction, entry: Entry, event: Event) -> None:
    """Tell each person once of one line, however many rules name her, and nobody of what she did herself."""
    told: set[str] = {entry.actor}
    for rule in policy.rules().get(entry.name, ()):
        for account in _people(tx, rule, entry, event):
            if str(account.id) not in told:
                told.add(str(account.id))
                _tell(tx, account, rule, entry, event)


def _people(tx: Transaction, rule: NotifyRule, entry: Entry, event: Event) -> Iterable[Account]:
    """The active accounts of a group, in a fixed order."""
    named = getattr(event, policy.FIELD_OF[rule.who])
    if rule.who in policy.OF_PERIODS and _is_personal(event):
        return []  # events of their own tell the persons whom it concerns
    query = select(Account).where(Account.active).order_by(Account.id)
    if rule.who in policy.OF_PERSONS:
        return tx.session.scalars(query.where(Account.id == UUID(named))).all() if named else []
    if rule.who == "people with a draft to it":
        open_drafts = select(RequestForAssistance.drafted_by).where(
            RequestForAssistance.requested == named, RequestForAssistance.stage.in_(BEFORE)
        )
        drafters = tx.session.scalars(open_drafts.distinct()).all()
        return tx.session.scalars(query.where(Account.id.in_([UUID(one) for one in drafters]))).all()
    query = query.where(Account.authority == named)
    if rule.who in ("members of the authority", "administrators of the authority"):
        query = query.where(Account.id.in_(listed(named, admins=rule.who.startswith("administrators"))))
    if rule.who == "drafter":
        began = select(Entry.actor).where(Entry.subject == entry.subject, Entry.name == BEGINNING)
        drafters = tx.session.scalars(began.where(Entry.seq < entry.seq)).all()
        query = query.where(Account.id.in_([UUID(actor) for actor in drafters]))
    return tx.session.scalars(query).all()


def _is_personal(event: Event) -> bool:
    """Whether a period is one office's own business, or its matter is one of persons."""
    matter = str(getattr(event, "matter", ""))
    return not getattr(event, "other", "") or matter.partition(":")[0] in policy.PERSONAL


def _tell(tx: Transaction, account: Account, rule: NotifyRule, entry: Entry, event: Event) -> None:
    notice = Notification(
        account_id=str(account.id),
        event_seq=entry.seq,
        of=entry.name,
        matter=getattr(event, "matter", None) or entry.subject,
        about=entry.subject,
        created_at=tx.now,
    )
    tx.session.add(notice)
    tx.session.flush()
    when = _first_try(tx, account, rule)
    for transport in transports_on():
        tx.session.add(
            Delivery(
                notification_id=notice.id,
                transport=transport,
                next_try_at=when,
                message_id=message_id(notice.id, transport),
            )
        )
    tx.record(notice, NotificationQueued(account=notice.account_id, of=entry.name))


def _first_try(tx: Transaction, account: Account, rule: NotifyRule) -> datetime:
    """New things go at once; a reminder waits until the recipient's office is open, on her working days."""
    if rule.when == "at once" or account.authority is None:
        return tx.now
    return calendar_of(tx.session, account.authority).next_open(tx.now)
