"""Messages about a request, and who has read them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("request", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("requesting", sa.String(), nullable=False),
        sa.Column("requested", sa.String(), nullable=False),
        sa.Column("attachments", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("request", "n", name=op.f("uq_message_request_n")),
    )
    op.create_index(op.f("ix_message_requested"), "message", ["requested"], unique=False)
    op.create_index(op.f("ix_message_requesting"), "message", ["requesting"], unique=False)
    op.create_table(
        "reading",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_reading_message_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message_id", "account", name=op.f("pk_reading")),
    )


def downgrade() -> None:
    op.drop_table("reading")
    op.drop_index(op.f("ix_message_requesting"), table_name="message")
    op.drop_index(op.f("ix_message_requested"), table_name="message")
    op.drop_table("message")
