"""Another date can be asked for and granted; what happened in the world can be reported, and starts periods."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "extension",
        sa.Column("rfa_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=True),
        sa.Column("decision", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["rfa_id"], ["rfa.id"], name=op.f("fk_extension_rfa_id_rfa"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("rfa_id", "n", name=op.f("pk_extension")),
    )
    op.create_table(
        "occurrence",
        sa.Column("rfa_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("corrects", sa.Integer(), nullable=True),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("reported_by", sa.String(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rfa_id"], ["rfa.id"], name=op.f("fk_occurrence_rfa_id_rfa"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("rfa_id", "n", name=op.f("pk_occurrence")),
    )
    with op.batch_alter_table("deadline_fact") as batch:
        batch.add_column(sa.Column("since", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("deadline_fact") as batch:
        batch.drop_column("since")
    op.drop_table("occurrence")
    op.drop_table("extension")
