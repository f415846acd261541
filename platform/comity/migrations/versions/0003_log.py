"""The log over the journal: its tree, its signed states and who witnessed them; acknowledgements that people signed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "log_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_head")),
    )
    op.create_table(
        "log_tile",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "n", name=op.f("pk_log_tile")),
    )
    op.create_table(
        "log_checkpoint",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_checkpoint")),
    )
    op.create_table(
        "log_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["size"], ["log_checkpoint.size"], name=op.f("fk_log_day_size")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_log_day")),
    )
    op.create_table(
        "log_cosignature",
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("witness", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["size"],
            ["log_checkpoint.size"],
            name=op.f("fk_log_cosignature_size"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("size", "witness", name=op.f("pk_log_cosignature")),
    )
    op.add_column("rfa", sa.Column("acknowledgement", sa.LargeBinary(), nullable=True))
    op.create_index("ix_notification_event_seq", "notification", ["event_seq"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_notification_event_seq", table_name="notification")
    op.drop_column("rfa", "acknowledgement")
    for table in ("log_cosignature", "log_day", "log_checkpoint", "log_tile", "log_head"):
        op.drop_table(table)
