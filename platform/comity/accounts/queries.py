"""Questions about accounts and sessions that `tx.find` does not answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update

from comity.accounts.model import Account, DeviceSignIn, LoginSession
from comity.core import clock
from comity.core.database import Session
from comity.core.settings import settings
from comity.core.transaction import Transaction
from comity.directory.model import Authority

SEEN_EVERY = timedelta(seconds=30)
"""How often the time of the last act is written: often enough for the idle limit, seldom enough to cost nothing."""


def by_email(tx: Transaction, email: str) -> Account | None:
    """The account of an address, for signing in."""
    return tx.session.scalar(select(Account).where(Account.email == email))


def by_id(tx: Transaction, account_id: UUID | None) -> Account | None:
    """The account of an identifier, for signing in."""
    return tx.session.get(Account, account_id) if account_id else None


def still_has_password(tx: Transaction, account: Account) -> bool:
    """Whether the account is open and has the password that it had when it was read; it stays so until the commit."""
    same = (Account.id == account.id, Account.active, Account.password_hash == account.password_hash)
    return tx.session.scalar(select(Account.id).where(*same).with_for_update()) is not None


def still_open(tx: Transaction, account_id: UUID) -> Account | None:
    """The account if it is open; it stays so until the commit."""
    query = select(Account).where(Account.id == account_id, Account.active)
    return tx.session.scalar(query.with_for_update().execution_options(populate_existing=True))


SERVICE_OF = {"translator": "language"}
"""Whom a role of the Court's services belongs to, by the directory's word for the service."""


def authority_fits(tx: Transaction, code: str, role: str) -> bool:
    """Whether people of this role can belong to this authority."""
    found = tx.session.scalar(select(Authority).where(Authority.code == code))
    if found is None:
        return False
    if role == "focal point":
        return found.of in ("state", "organisation")
    organ, service = ("otp", None) if role == "cooperation officer" else ("registry", SERVICE_OF.get(role))
    return (found.of, found.organ, found.service) == ("court", organ, service)


def time_zone_of(tx: Transaction, code: str | None) -> str:
    """The time zone of an authority; the Court's for whoever belongs to none."""
    found = tx.session.scalar(select(Authority.time_zone).where(Authority.code == code))
    return found or "Europe/Amsterdam"


def _alive(session: LoginSession, moment: datetime) -> bool:
    if session.ended_at is not None or session.expires_at <= moment:
        return False
    idle = timedelta(minutes=settings().sessions.idle_minutes)
    return session.kind == "client" or session.seen_at + idle > moment


def session_of(token_sha256: str) -> tuple[LoginSession, Account] | None:
    """The live session of a token and its account; notes that it was used."""
    moment = clock.now()
    with Session(writes=False) as db:
        query = select(LoginSession, Account).join(Account, Account.id == LoginSession.account_id)
        found = db.execute(query.where(LoginSession.token_sha256 == token_sha256)).one_or_none()
    if found is None:
        return None
    session, account = found
    if not account.active or not _alive(session, moment):
        return None
    if moment - session.seen_at > SEEN_EVERY:
        with Session() as db, db.begin():
            db.execute(update(LoginSession).where(LoginSession.id == session.id).values(seen_at=moment))
    return session, account


def own_session(tx: Transaction, session_id: UUID) -> LoginSession | None:
    """One of the actor's own sessions."""
    query = select(LoginSession).where(LoginSession.id == session_id, LoginSession.account_id == UUID(tx.actor.id))
    return tx.session.scalar(query)


def open_sessions(tx: Transaction, account_id: UUID) -> list[LoginSession]:
    """The sessions of an account that are alive, newest first."""
    query = select(LoginSession).where(LoginSession.account_id == account_id).order_by(LoginSession.created_at.desc())
    return [session for session in tx.session.scalars(query) if _alive(session, tx.now)]


def names(tx: Transaction, ids: set[UUID]) -> dict[UUID, str]:
    """How people are called, by identifier; names of people in office are known to both parties of a request."""
    if not ids:
        return {}
    found = tx.session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {row.id: row.name for row in found}


def members(tx: Transaction, authority: str) -> list[Account]:
    """The active people of an authority, by name."""
    query = select(Account).where(Account.authority == authority, Account.active).order_by(Account.name)
    return list(tx.session.scalars(query))


def device(tx: Transaction, *where: ColumnElement[bool], lock: bool = True) -> DeviceSignIn | None:
    """The program that asks to be signed in; with `lock` as it is now, and nobody else's until the end."""
    query = select(DeviceSignIn).where(*where)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return tx.session.scalar(query)


def waiting_devices(tx: Transaction, *where: ColumnElement[bool]) -> int:
    """How many programs wait for a decision."""
    waiting = (DeviceSignIn.expires_at > tx.now, DeviceSignIn.state.in_(("asked", "shown")))
    return tx.session.scalar(select(func.count()).select_from(DeviceSignIn).where(*waiting, *where)) or 0


def authorities(tx: Transaction, ids: set[UUID]) -> dict[UUID, str | None]:
    """The authority to which each of these people belongs."""
    if not ids:
        return {}
    found = tx.session.execute(select(Account.id, Account.authority).where(Account.id.in_(ids)))
    return {row.id: row.authority for row in found}
