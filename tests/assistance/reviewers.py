"""A third officer of the Prosecutor, so that a review has a deputy; she has no keys, and seals nothing."""

from uuid import UUID

from sqlalchemy import update
from tests import people
from tests.exchange import sealed
from tests.people import AMINA, BRUNO

from comity.accounts import events as account_events
from comity.accounts.model import Account
from comity.assistance import actions, reviewing
from comity.assistance.review_model import Finding, Review
from comity.core import database
from comity.core.actors import SYSTEM, Actor
from comity.core.transaction import transaction

HANA = Actor("0000000a-0000-4000-8000-00000000000a", "cooperation officer", "OTP", "otp")


def open_hana() -> None:
    account = Account(
        id=UUID(HANA.id), email="hana@otp.example", name="Hana Novak", role=HANA.role, authority="OTP", organ="otp",
        locale="en", time_zone="Europe/Amsterdam", password_hash=people.PASSWORD_HASH,
    )  # fmt: skip
    with transaction(SYSTEM) as tx:
        tx.add(account, to="account.create")
        tx.record(account, account_events.AccountCreated(account.role, account.authority))


def read_english() -> None:
    """Bruno, who reads French elsewhere, reads English here."""
    with database.Session() as session, session.begin():
        session.execute(update(Account).values(locale="en"))


def ask(rfa, reviewer=BRUNO, deputy=None, wanted_on=None, by=AMINA) -> Review:
    with transaction(by) as tx:
        other = UUID(deputy.id) if deputy else None
        return reviewing.ask(tx, rfa.id, UUID(reviewer.id), other, wanted_on)


def hash_of(rfa, by=AMINA) -> str:
    with transaction(by, writes=False) as tx:
        return reviewing.hash_of(tx, sealed.read(by, rfa.id))


def give(rfa, review, finding=Finding.READY, by=BRUNO, text=b"good", read=None, note=None) -> Review:
    """Give it of the draft as it stands, or as it was `read`, with that note or one of this text."""
    if note is None:
        note = sealed.deposit(by, rfa, "review", text)[0].id
    read = read or hash_of(rfa)
    with transaction(by) as tx:
        return reviewing.give(tx, review.id, finding, read, note)


def take_over(review, by) -> Review:
    with transaction(by) as tx:
        return reviewing.take_over(tx, review.id)


def withdraw(review, by=AMINA) -> Review:
    with transaction(by) as tx:
        return reviewing.withdraw(tx, review.id)


def seen(rfa, by) -> list[Review]:
    with transaction(by, writes=False) as tx:
        return reviewing.reviews_of(tx, rfa)


def approve(rfa, by=BRUNO):
    signed = sealed.approval(by, rfa)
    with transaction(by) as tx:
        return actions.approve(tx, rfa.id, signed)


def transmit(rfa, by=AMINA):
    again = sealed.resealed(by, sealed.read(by, rfa.id))
    with transaction(by) as tx:
        return actions.transmit(tx, rfa.id, again)
