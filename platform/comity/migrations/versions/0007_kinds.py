"""Requests are of a kind; those of before ask for assistance.  No release carried covers without a kind."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("rfa") as batch:
        batch.add_column(sa.Column("request_kind", sa.String(), nullable=False, server_default="assistance"))
    with op.batch_alter_table("rfa") as batch:
        batch.alter_column("request_kind", existing_type=sa.String(), server_default=None)
    with op.batch_alter_table("measure") as batch:
        batch.alter_column("letter", existing_type=sa.String(), nullable=True)


def downgrade() -> None:
    """What asks for something else than measures had no place before, and goes under the letter l."""
    measure = sa.table("measure", sa.column("letter", sa.String()))
    op.execute(measure.update().where(measure.c.letter.is_(None)).values(letter="l"))
    with op.batch_alter_table("measure") as batch:
        batch.alter_column("letter", existing_type=sa.String(), nullable=False)
    with op.batch_alter_table("rfa") as batch:
        batch.drop_column("request_kind")
