"""States that are not party, organisations, and the basis on which they are asked; no release had covers without."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("authority") as batch:
        batch.add_column(sa.Column("standing", sa.String(), nullable=True))
    with op.batch_alter_table("rfa") as batch:
        batch.add_column(sa.Column("situation", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("basis", sa.String(), nullable=True))
    with op.batch_alter_table("rfa") as batch:
        batch.alter_column("situation", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("rfa") as batch:
        batch.drop_column("basis")
        batch.drop_column("situation")
    with op.batch_alter_table("authority") as batch:
        batch.drop_column("standing")
