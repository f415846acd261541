"""Requests that are linked, urgent ones with their confirmation, and those that travelled by something else."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "urgent_by": sa.String(),
    "travelled_by": sa.String(),
    "received_on": sa.Date(),
    "confirmed_on": sa.Date(),
    "confirmed_through": sa.String(),
}


def upgrade() -> None:
    op.create_table(
        "rfa_link",
        sa.Column("rfa_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("linked_by", sa.String(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rfa_id"], ["rfa.id"], name=op.f("fk_rfa_link_rfa_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["to_id"], ["rfa.id"], name=op.f("fk_rfa_link_to_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("rfa_id", "to_id", name=op.f("pk_rfa_link")),
    )
    op.create_index("ix_rfa_link_to_id", "rfa_link", ["to_id"])
    for name, kind in COLUMNS.items():
        op.add_column("rfa", sa.Column(name, kind, nullable=True))
    op.create_index("ix_rfa_urgent_by", "rfa", ["urgent_by"])


def downgrade() -> None:
    op.drop_index("ix_rfa_urgent_by", table_name="rfa")
    for name in reversed(COLUMNS):
        op.drop_column("rfa", name)  # not in a batch: SQLite would make the table anew, and lose its parts with it
    op.drop_index("ix_rfa_link_to_id", table_name="rfa_link")
    op.drop_table("rfa_link")
