"""Programs that ask to be signed in with a code.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "device_sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_sha256", sa.String(length=64), nullable=False),
        sa.Column("user_code_hash", sa.String(length=64), nullable=False),
        sa.Column("origin_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("interval", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("polled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_device_sign_in_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_sign_in")),
        sa.UniqueConstraint("device_sha256", name=op.f("uq_device_sign_in_device_sha256")),
        sa.UniqueConstraint("user_code_hash", name=op.f("uq_device_sign_in_user_code_hash")),
    )
    op.create_index(op.f("ix_device_sign_in_account_id"), "device_sign_in", ["account_id"], unique=False)
    op.create_index(op.f("ix_device_sign_in_expires_at"), "device_sign_in", ["expires_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_device_sign_in_expires_at"), table_name="device_sign_in")
    op.drop_index(op.f("ix_device_sign_in_account_id"), table_name="device_sign_in")
    op.drop_table("device_sign_in")
