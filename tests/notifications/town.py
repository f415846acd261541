"""Accounts for tests of notices: two officers of the Prosecutor, focal points of two States, one of them gone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from tests.deadlines.happening import register_authorities

from comity.accounts.model import Account
from comity.core import clock
from comity.core.actors import SYSTEM, Actor
from comity.core.database import Session
from comity.core.transaction import transaction
from comity.deadlines import sweeping
from comity.notifications.model import Delivery, Notification
from comity_workers import delivery
from comity_workers.relay import relay

PEOPLE = {
    "amina": ("cooperation officer", "OTP", "en"),
    "bruno": ("cooperation officer", "OTP", "fr"),
    "chidi": ("focal point", "XA", "en"),
    "colette": ("focal point", "XA", "fr"),
    "cyril": ("focal point", "XA", "en"),
    "dora": ("focal point", "YB", "en"),
    "faye": ("administrator", None, "en"),
}


def populate() -> dict[str, Actor]:
    """The accounts and authorities; cyril is no longer active."""
    register_authorities()
    people = {}
    with Session() as session, session.begin():
        for number, (name, (role, authority, locale)) in enumerate(PEOPLE.items(), 1):
            account = Account(
                id=UUID(int=number),
                email=f"{name}@{(authority or 'court').lower()}.example",
                name=name.title(),
                role=role,
                authority=authority,
                organ="otp" if authority == "OTP" else None,
                locale=locale,
                password_hash="-",
                active=name != "cyril",
            )
            session.add(account)
            people[name] = account.actor
    return people


def told(of: str | None = None) -> list[str]:
    """Who has a notice, by name, once for each."""
    with Session(writes=False) as session:
        names = {str(account.id): account.name.lower() for account in session.scalars(select(Account))}
        notices = session.scalars(select(Notification)).all()
    return sorted(names[notice.account_id] for notice in notices if of in (None, notice.of))


def deliveries(of: str | None = None) -> list[Delivery]:
    """The messages there are, or those about one kind of event."""
    query = select(Delivery).join(Notification).order_by(Delivery.next_try_at, Delivery.id)
    with Session(writes=False) as session:
        return list(session.scalars(query if of is None else query.where(Notification.of == of)))


def react_at(when: datetime) -> None:
    with clock.at(when):
        relay()


def deliver_at(when: datetime) -> int:
    with clock.at(when):
        return delivery.deliver()


def sweep_at(when: datetime) -> None:
    with clock.at(when), transaction(SYSTEM) as tx:
        sweeping.sweep(tx)
