"""Where each request stands in lists, made here for the requests of before; views that are kept; who works on what."""

import json
from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NEVER = date(9999, 12, 31)
INDEXES = {
    "ix_rfa_tracking_requesting_due_at": ["requesting", "due_at", "rfa_id"],
    "ix_rfa_tracking_requested_due_at": ["requested", "due_at", "rfa_id"],
    "ix_rfa_tracking_requesting_paused": ["requesting", "paused", "rfa_id"],
    "ix_rfa_tracking_requested_paused": ["requested", "paused", "rfa_id"],
    "ix_rfa_tracking_requesting_due_on": ["requesting", "due_on", "rfa_id"],
    "ix_rfa_tracking_requested_due_on": ["requested", "due_on", "rfa_id"],
    "ix_rfa_tracking_requesting_turn_next_on": ["requesting", "turn", "next_on", "rfa_id"],
    "ix_rfa_tracking_requested_turn_next_on": ["requested", "turn", "next_on", "rfa_id"],
}


def upgrade() -> None:
    tracking = op.create_table(
        "rfa_tracking",
        sa.Column("rfa_id", sa.Uuid(), nullable=False),
        sa.Column("requesting", sa.String(), nullable=False),
        sa.Column("requested", sa.String(), nullable=False),
        sa.Column("turn", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["rfa_id"], ["rfa.id"], name=op.f("fk_rfa_tracking_rfa_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("rfa_id", name=op.f("pk_rfa_tracking")),
    )
    for row in _rows(op.get_bind()):
        op.get_bind().execute(tracking.insert().values(**row))
    for name, columns in INDEXES.items():
        op.create_index(name, "rfa_tracking", columns)
    op.add_column("rfa", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("account", "query", name=op.f("uq_saved_view_account_query")),
    )
    op.create_table(
        "assignment",
        sa.Column("rfa_id", sa.Uuid(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rfa_id"], ["rfa.id"], name=op.f("fk_assignment_rfa_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("rfa_id", "authority", name=op.f("pk_assignment")),
    )
    op.create_table(
        "calendar_address",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_calendar_address_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_calendar_address")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_calendar_address_token_sha256")),
    )
    op.create_index("ix_assignment_account_rfa_id", "assignment", ["account", "rfa_id"])
    op.create_index("ix_rfa_requesting_reference", "rfa", ["requesting", "reference", "id"])
    op.create_index("ix_rfa_requested_reference", "rfa", ["requested", "reference", "id"])
    op.create_index("ix_rfa_request_kind", "rfa", ["request_kind"])
    op.create_index("ix_measure_letter", "measure", ["letter"])


def _rows(bind: sa.Connection) -> list[dict[str, object]]:
    """What `assistance/tracking.py` says of each request today."""
    moment = sa.DateTime(timezone=True)
    rfa = sa.table(
        "rfa", sa.column("id", sa.Uuid()), sa.column("requesting"), sa.column("requested"), sa.column("stage"),
        sa.column("requested_on", sa.Date()), sa.column("transmitted_at", moment),
    )  # fmt: skip
    question = sa.table("clarification", sa.column("rfa_id", sa.Uuid()), sa.column("answered_at"))
    period = sa.table(
        "deadline", sa.column("matter"), sa.column("due_on", sa.Date()), sa.column("due_at", moment),
        sa.column("paused_since"), sa.column("met_at"), sa.column("ended_at"), sa.column("policy"),
    )  # fmt: skip
    asked = set(bind.scalars(sa.select(question.c.rfa_id).where(question.c.answered_at.is_(None))))
    periods: dict[str, list[sa.Row[tuple[object, ...]]]] = {}
    for one in bind.execute(sa.select(period).where(period.c.met_at.is_(None), period.c.ended_at.is_(None))):
        periods.setdefault(one.matter, []).append(one)
    found = []
    for one in bind.execute(sa.select(rfa)).all():
        still = periods.get(f"rfa:{one.id}", [])
        wanted = next((each for each in still if json.loads(each.policy).get("counted_from") == "requested_on"), None)
        planned = one.requested_on if one.transmitted_at is None else None
        due_on = planned or (wanted.due_on if wanted else None) or NEVER
        with_the_state = one.stage in ("transmitted", "acknowledged") and one.id not in asked
        turn = "requested" if with_the_state else "requesting"
        found.append(
            {
                "rfa_id": one.id, "requesting": one.requesting, "requested": one.requested, "due_on": due_on,
                "turn": "nobody" if one.stage in ("closed", "withdrawn") else turn, "paused": one.id in asked,
                "next_on": min([due_on, *(each.due_on for each in still)]),
                "due_at": wanted.due_at if wanted and wanted.paused_since is None else None,
            }
        )  # fmt: skip
    return found


def downgrade() -> None:
    op.drop_index("ix_measure_letter", table_name="measure")
    op.drop_index("ix_rfa_request_kind", table_name="rfa")
    op.drop_index("ix_rfa_requested_reference", table_name="rfa")
    op.drop_index("ix_rfa_requesting_reference", table_name="rfa")
    op.drop_table("calendar_address")
    op.drop_index("ix_assignment_account_rfa_id", table_name="assignment")
    op.drop_table("assignment")
    op.drop_table("saved_view")
    op.drop_column("rfa", "reminded_at")  # not in a batch: SQLite would make the table anew, and lose its parts with it
    op.drop_table("rfa_tracking")
