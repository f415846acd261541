"""States' requirement profiles, and the days off that they publish themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("authority") as batch:
        batch.add_column(sa.Column("days", sa.Text(), nullable=False, server_default="[]"))
    with op.batch_alter_table("authority") as batch:
        batch.alter_column("days", existing_type=sa.Text(), server_default=None)
    op.create_table(
        "profile",
        sa.Column("authority", sa.String(length=8), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("agreed_by", sa.String(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile")),
        sa.UniqueConstraint("authority", "n", name=op.f("uq_profile_authority_n")),
    )


def downgrade() -> None:
    op.drop_table("profile")
    with op.batch_alter_table("authority") as batch:
        batch.drop_column("days")
