"""Amendments of transmitted requests and the forms that they make; acknowledgement of what came later.

A requested date that runs already follows amendments from now on, as one that begins later does.
"""

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

RECEIPT = ("acknowledgement", "acknowledged_by", "acknowledged_at")


def receipt() -> list[sa.Column[Any]]:
    return [
        sa.Column("acknowledgement", sa.LargeBinary(), nullable=True),
        sa.Column("acknowledged_by", sa.String(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
    ]


def upgrade() -> None:
    with op.batch_alter_table("rfa") as table:
        table.add_column(sa.Column("form", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("rfa") as table:
        table.alter_column("form", server_default=None)
    with op.batch_alter_table("supplement") as table:
        for column in receipt():
            table.add_column(column)
    op.create_table(
        "amendment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("request", sa.Uuid(), nullable=False),
        sa.Column("form", sa.Integer(), nullable=False),
        sa.Column("requesting", sa.String(), nullable=False),
        sa.Column("added", sa.Text(), nullable=False),
        sa.Column("taken_back", sa.Text(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=True),
        sa.Column("prepared_by", sa.String(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approval", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
        sa.UniqueConstraint("request", name=op.f("uq_amendment_request")),
    )
    op.create_table(
        "rfa_form",
        sa.Column("rfa_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("amendment", sa.Uuid(), nullable=False),
        sa.Column("added", sa.Text(), nullable=False),
        sa.Column("taken_back", sa.Text(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=True),
        sa.Column("earlier_on", sa.Date(), nullable=True),
        sa.Column("date_before", sa.Date(), nullable=True),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("prepared_by", sa.String(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("approval", sa.LargeBinary(), nullable=False),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        *receipt(),
        sa.ForeignKeyConstraint(["rfa_id"], ["rfa.id"], name=op.f("fk_rfa_form_rfa_id_rfa"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("rfa_id", "n", name=op.f("pk_rfa_form")),
    )
    rules(following)


DEADLINE = sa.table("deadline", sa.column("id", sa.Uuid()), sa.column("policy", sa.Text()))
FACT = sa.table("deadline_fact", sa.column("kind", sa.String()))


def rules(change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Change the rules as the periods that there are keep them."""
    connection = op.get_bind()
    for found in connection.execute(sa.select(DEADLINE.c.id, DEADLINE.c.policy)).all():
        policy = json.loads(found.policy)
        changed = change(policy)
        if changed != policy:
            written = json.dumps(changed, sort_keys=True, separators=(",", ":"))
            connection.execute(sa.update(DEADLINE).where(DEADLINE.c.id == found.id).values(policy=written))


def following(policy: dict[str, Any]) -> dict[str, Any]:
    """A requested date that follows amendments."""
    return {**policy, "amended_by": ["rfa.amended"]} if policy.get("counted_from") == "requested_on" else policy


def not_following(policy: dict[str, Any]) -> dict[str, Any]:
    """A rule as it is read where there are no amendments."""
    return {name: value for name, value in policy.items() if name != "amended_by"}


def downgrade() -> None:
    rules(not_following)
    op.get_bind().execute(sa.update(FACT).where(FACT.c.kind == "amended").values(kind="extended"))
    op.drop_table("rfa_form")
    op.drop_table("amendment")
    with op.batch_alter_table("supplement") as table:
        for name in RECEIPT:
            table.drop_column(name)
    with op.batch_alter_table("rfa") as table:
        table.drop_column("form")
