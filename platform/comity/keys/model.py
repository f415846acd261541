"""Key sets, statements, proposals and sealed keys as they were received; and what the statements say of each person."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from comity.core.model import Base, Json, Part, Row, Sha256

PRESENT, WAITING, FORMER = "present", "waiting", "former"
"""What a key set is to its owner: the one she has; one that takes its place once a statement lists it; an old one."""

ONE_OF_A_KIND = text(f"state IN ('{PRESENT}', '{WAITING}')")


class KeySet(Row):
    """A person's key set: its public half.  All of it is kept in its ways alone.

    Of each person at most one is present and at most one waits.  Former ones stay, for what was signed with them.
    """

    __tablename__ = "keyset"
    kind = "keyset"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    keyset: Mapped[str] = mapped_column(Sha256, unique=True)
    public: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(8), default=PRESENT)

    __table_args__ = (
        Index("ix_keyset_account_id", "account_id"),
        Index(
            "uq_keyset_account_id_state",
            "account_id",
            "state",
            unique=True,
            sqlite_where=ONE_OF_A_KIND,
            postgresql_where=ONE_OF_A_KIND,
        ),
    )


class Way(Part):
    """A key set behind a passphrase, a recovery code or a passkey: an age file whose secret never reaches the server.

    `label` is what the owner calls a passkey, and `credential` what the passkey is asked for by; others have neither.
    """

    __tablename__ = "keyset_way"
    part_of = "keyset_id"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    keyset_id: Mapped[UUID] = mapped_column(ForeignKey("keyset.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    label: Mapped[str] = mapped_column(String(60))
    credential: Mapped[bytes | None] = mapped_column(LargeBinary)
    file: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]


class Statement(Row):
    """One link of an authority's chain: a signed statement and the confirmations of it.

    `sha256` is that of the statement's signed payload, `by` an account or `root`; `rooted` says that the root has
    signed or confirmed it; `epoch` is the number of the epoch that it begins.
    """

    __tablename__ = "statement"
    kind = "statement"

    authority: Mapped[str] = mapped_column(String(8))
    seq: Mapped[int]
    type: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(Sha256)
    link: Mapped[bytes] = mapped_column(LargeBinary)
    by: Mapped[str] = mapped_column(String(36))
    rooted: Mapped[bool]
    epoch: Mapped[int | None]

    __table_args__ = (UniqueConstraint("authority", "seq"),)


class Membership(Row):
    """What the verified chain of an authority makes of one account: a copy for questions, renewed with every statement.

    `keyset` is the one that the chain lists, or listed last.  `leaving_at` is her own word and no statement.
    """

    __tablename__ = "membership"
    kind = "membership"

    authority: Mapped[str] = mapped_column(String(8))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    keyset: Mapped[str] = mapped_column(Sha256)
    member: Mapped[bool]
    admin: Mapped[bool]
    officer: Mapped[bool]
    revoked: Mapped[bool]
    leaving_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("authority", "account_id"),)


class Proposal(Row):
    """A link that lacks confirmations, with everything that is kept once it has them.

    `sealed` is that, as it was posted; `about` the account that the statement is about, or nobody; `needs` who is still
    asked: `member` (who is to become one), `administrator` (a second one, or the root), `officer` (another one of
    recovery), `root`.
    """

    __tablename__ = "proposal"
    kind = "proposal"

    authority: Mapped[str] = mapped_column(String(8))
    seq: Mapped[int]
    type: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(Sha256)
    link: Mapped[bytes] = mapped_column(LargeBinary)
    by: Mapped[str] = mapped_column(String(36))
    about: Mapped[str] = mapped_column(String(36))
    needs: Mapped[list[str]] = mapped_column(Json)
    sealed: Mapped[dict[str, Any]] = mapped_column(Json)
    made_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="open")  # open | registered | withdrawn

    __table_args__ = (Index("ix_proposal_authority_seq", "authority", "seq"),)


class Wrap(Base):
    """An authority's key of one epoch, sealed to one member."""

    __tablename__ = "wrap"

    authority: Mapped[str] = mapped_column(String(8), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    keyset: Mapped[str] = mapped_column(Sha256, primary_key=True)
    wrap: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(Sha256)


class ChainWrap(Base):
    """The key of the epoch before, sealed to the key of this one."""

    __tablename__ = "chain_wrap"

    authority: Mapped[str] = mapped_column(String(8), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    wrap: Mapped[bytes] = mapped_column(LargeBinary)


class RecoveryWrap(Base):
    """The key of an epoch, sealed to the authority's recovery."""

    __tablename__ = "recovery_wrap"

    authority: Mapped[str] = mapped_column(String(8), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    wrap: Mapped[bytes] = mapped_column(LargeBinary)


class RecoveryFile(Base):
    """The recovery's key for two officers: sealed to the key set `inner`, and that to `outer`.

    `handed_over` is what the outer one made of it, for the inner one.
    """

    __tablename__ = "recovery_file"

    authority: Mapped[str] = mapped_column(String(8), primary_key=True)
    outer: Mapped[str] = mapped_column(Sha256, primary_key=True)
    inner: Mapped[str] = mapped_column(Sha256, primary_key=True)
    file: Mapped[bytes] = mapped_column(LargeBinary)
    handed_over: Mapped[bytes | None] = mapped_column(LargeBinary)
