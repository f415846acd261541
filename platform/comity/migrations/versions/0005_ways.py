"""A key set has several ways, each a file of its own.  No release carried the one file, so its column goes at once."""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEYSET = sa.table("keyset", sa.column("id", sa.Uuid()), sa.column("protected", sa.LargeBinary()))
WAY = sa.table(
    "keyset_way",
    sa.column("id", sa.Uuid()),
    sa.column("keyset_id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("label", sa.String()),
    sa.column("file", sa.LargeBinary()),
    sa.column("made_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    op.create_table(
        "keyset_way",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("keyset_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=True),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["keyset_id"], ["keyset.id"], name=op.f("fk_keyset_way_keyset_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keyset_way")),
    )
    op.create_index(op.f("ix_keyset_way_keyset_id"), "keyset_way", ["keyset_id"], unique=False)
    connection, now = op.get_bind(), datetime.now(UTC)
    for keyset_id, protected in connection.execute(sa.select(KEYSET.c.id, KEYSET.c.protected)).all():
        way = {"id": uuid4(), "keyset_id": keyset_id, "kind": "passphrase", "label": "", "file": protected}
        connection.execute(WAY.insert().values(**way, made_at=now))
    op.drop_column("keyset", "protected")


def downgrade() -> None:
    """The passphrase's file is kept, or the recovery code's; a key set always has one of them."""
    op.add_column("keyset", sa.Column("protected", sa.LargeBinary(), nullable=True))
    connection = op.get_bind()
    by_words = sa.select(WAY.c.keyset_id, WAY.c.file).where(WAY.c.kind != "passkey").order_by(WAY.c.kind.desc())
    for keyset_id, file in connection.execute(by_words).all():
        connection.execute(KEYSET.update().where(KEYSET.c.id == keyset_id).values(protected=file))
    with op.batch_alter_table("keyset") as batch:
        batch.alter_column("protected", existing_type=sa.LargeBinary(), nullable=False)
    op.drop_index(op.f("ix_keyset_way_keyset_id"), table_name="keyset_way")
    op.drop_table("keyset_way")
