"""The handling limits of documents, what they block, the consents of their senders; and supplements of requests."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("document") as table:
        table.add_column(sa.Column("handling", sa.Text(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("export_blocked", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("share_blocked", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("document") as table:
        for name in ("handling", "export_blocked", "share_blocked"):
            table.alter_column(name, server_default=None)
    op.create_index("ix_document_version_payload_tree", "document_version", ["payload_tree"])
    op.create_table(
        "consent",
        sa.Column("rfa_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("document", sa.Uuid(), nullable=False),
        sa.Column("use", sa.String(), nullable=False),
        sa.Column("originator", sa.String(), nullable=False),
        sa.Column("asked_for", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Uuid(), nullable=False),
        sa.Column("extent", sa.String(length=20), nullable=True),
        sa.Column("decision", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawal", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["rfa_id"], ["rfa.id"], name=op.f("fk_consent_rfa_id_rfa"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("rfa_id", "n", name=op.f("pk_consent")),
    )
    op.create_index("ix_consent_document", "consent", ["document"])
    op.create_index("ix_consent_originator", "consent", ["originator"])

    op.create_table(
        "supplement",
        sa.Column("rfa_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rfa_id"], ["rfa.id"], name=op.f("fk_supplement_rfa_id_rfa"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("rfa_id", "n", name=op.f("pk_supplement")),
    )


def downgrade() -> None:
    op.drop_table("supplement")
    op.drop_table("consent")
    op.drop_index("ix_document_version_payload_tree", "document_version")
    with op.batch_alter_table("document") as table:
        for name in ("share_blocked", "export_blocked", "handling"):
            table.drop_column(name)
