"""A withdrawn request asks what became of its documents, and what was destroyed is not handed out again."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("document") as table:
        table.add_column(sa.Column("disposed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "withdrawal",
        sa.Column("rfa_id", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_by", sa.String(), nullable=False),
        sa.Column("reasons", sa.Uuid(), nullable=True),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("fate", sa.String(length=20), nullable=True),
        sa.Column("kept_for", sa.String(), nullable=True),
        sa.Column("note", sa.Uuid(), nullable=True),
        sa.Column("statement", sa.LargeBinary(), nullable=True),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["rfa_id"], ["rfa.id"], name=op.f("fk_withdrawal_rfa_id_rfa"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("rfa_id", name=op.f("pk_withdrawal")),
    )


def downgrade() -> None:
    op.drop_table("withdrawal")
    with op.batch_alter_table("document") as table:
        table.drop_column("disposed_at")
