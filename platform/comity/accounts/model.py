"""Accounts, their sessions, programs that ask for one, and guesses at passwords and codes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from comity.core.actors import Actor
from comity.core.model import Base, Row, Sha256


class Account(Row):
    """A person's way in."""

    __tablename__ = "account"
    kind = "account"

    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    authority: Mapped[str | None] = mapped_column(index=True)
    organ: Mapped[str | None]
    locale: Mapped[str] = mapped_column(default="en")
    time_zone: Mapped[str] = mapped_column(default="Europe/Amsterdam")
    password_hash: Mapped[str]
    temporary_password: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)

    @property
    def actor(self) -> Actor:
        """Who the core sees."""
        return Actor(str(self.id), self.role, self.authority, self.organ)


class LoginSession(Base):
    """One signed-in browser or client.  Only the hash of its token is kept; ending it takes effect at once."""

    __tablename__ = "login_session"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    token_sha256: Mapped[str] = mapped_column(Sha256, unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[str]  # browser | client
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    unlock_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    device: Mapped[str] = mapped_column(default="")


class DeviceSignIn(Base):
    """A program that asks to be signed in, until its code expires.  Of its codes only hashes are kept.

    `account_id` is the account in which the short code was typed; nobody else can decide about it from then on.
    """

    __tablename__ = "device_sign_in"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    device_sha256: Mapped[str] = mapped_column(Sha256, unique=True)
    user_code_hash: Mapped[str] = mapped_column(Sha256, unique=True)
    origin_hash: Mapped[str] = mapped_column(Sha256)
    name: Mapped[str]
    state: Mapped[str]  # asked | shown | allowed | refused | done
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    interval: Mapped[int]
    created_at: Mapped[datetime]
    polled_at: Mapped[datetime | None]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Guess(Base):
    """One wrong password or code; whose it was is kept as a hash, so that a missing account counts alike."""

    __tablename__ = "guess"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    email_sha256: Mapped[str] = mapped_column(Sha256)
    at: Mapped[datetime]

    __table_args__ = (Index("ix_guess_email_sha256_at", "email_sha256", "at"),)
