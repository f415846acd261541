"""Key sets, statements and wraps as they were received."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from comity.core.model import Base, Part, Row, Sha256


class KeySet(Row):
    """A person's key set: its public half.  All of it is kept in its ways alone."""

    __tablename__ = "keyset"
    kind = "keyset"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), unique=True)
    keyset: Mapped[str] = mapped_column(Sha256, unique=True)
    public: Mapped[bytes] = mapped_column(LargeBinary)


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
    """One signed statement of an authority's chain; `sha256` is that of the signed payload."""

    __tablename__ = "statement"
    kind = "statement"

    authority: Mapped[str] = mapped_column(String(8))
    seq: Mapped[int]
    sha256: Mapped[str] = mapped_column(Sha256)
    dsse: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (UniqueConstraint("authority", "seq"),)


class Wrap(Base):
    """An authority's key of one epoch, sealed to one member."""

    __tablename__ = "wrap"

    authority: Mapped[str] = mapped_column(String(8), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    keyset: Mapped[str] = mapped_column(Sha256, primary_key=True)
    wrap: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(Sha256)
