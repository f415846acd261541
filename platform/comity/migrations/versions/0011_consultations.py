"""Measures have more statuses, parts come before the answer, and an obstacle leads to a consultation.

No row is rewritten: what old answers call `not_possible` was signed so, and stays what it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("measure") as batch:
        batch.alter_column("status", existing_type=sa.String(length=20), type_=sa.String(length=30), nullable=False)
    op.create_table(
        "consultation",
        sa.Column("rfa_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("document", sa.Uuid(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_for", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("proposal", sa.Uuid(), nullable=True),
        sa.Column("proposed_by", sa.String(), nullable=True),
        sa.Column("proposed_for", sa.String(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settlement", sa.Uuid(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["rfa_id"], ["rfa.id"], name=op.f("fk_consultation_rfa_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("rfa_id", "n", name=op.f("pk_consultation")),
    )
    op.create_table(
        "meeting",
        sa.Column("rfa_id", sa.Uuid(), nullable=False),
        sa.Column("consultation", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Uuid(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_for", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["rfa_id", "consultation"],
            ["consultation.rfa_id", "consultation.n"],
            name=op.f("fk_meeting_rfa_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("rfa_id", "consultation", "n", name=op.f("pk_meeting")),
    )
    op.create_table(
        "instalment",
        sa.Column("rfa_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("delivered_by", sa.String(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rfa_id"], ["rfa.id"], name=op.f("fk_instalment_rfa_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("rfa_id", "n", name=op.f("pk_instalment")),
    )


BEFORE = {
    "in_progress": "pending",
    "postponed": "not_possible",
    "modification_required": "not_possible",
    "denied": "not_possible",
    "withdrawn": "not_possible",
}
"""What the older form has for the statuses that it does not know."""


def downgrade() -> None:
    measure = sa.table("measure", sa.column("status", sa.String()))
    for status, older in BEFORE.items():
        op.execute(measure.update().where(measure.c.status == status).values(status=older))
    op.drop_table("instalment")
    op.drop_table("meeting")
    op.drop_table("consultation")
    with op.batch_alter_table("measure") as batch:
        batch.alter_column("status", existing_type=sa.String(length=30), type_=sa.String(length=20), nullable=False)
