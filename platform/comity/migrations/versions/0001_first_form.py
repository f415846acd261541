"""The tables of the first form."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=True),
        sa.Column("organ", sa.String(), nullable=True),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("temporary_password", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_index(op.f("ix_account_authority"), "account", ["authority"], unique=False)
    op.create_table(
        "authority",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("of", sa.String(), nullable=False),
        sa.Column("organ", sa.String(), nullable=True),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("name_fr", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority")),
        sa.UniqueConstraint("code", name=op.f("uq_authority_code")),
    )
    op.create_table(
        "deadline",
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("nature", sa.String(), nullable=False),
        sa.Column("matter", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("falls_on", sa.String(), nullable=False),
        sa.Column("other", sa.String(), nullable=False),
        sa.Column("triggered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("past_noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline")),
    )
    op.create_index(op.f("ix_deadline_matter"), "deadline", ["matter"], unique=False)
    op.create_table(
        "document",
        sa.Column("request", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("requesting", sa.String(), nullable=False),
        sa.Column("requested", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index(op.f("ix_document_request"), "document", ["request"], unique=False)
    op.create_table(
        "guess",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email_sha256", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guess")),
    )
    op.create_index("ix_guess_email_sha256_at", "guess", ["email_sha256", "at"], unique=False)
    op.create_table(
        "handled",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reaction", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("seq", "reaction", name=op.f("pk_handled")),
    )
    op.create_index("ix_handled_state_next_try_at", "handled", ["state", "next_try_at"], unique=False)
    op.create_table(
        "job_run",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_run")),
    )
    op.create_table(
        "journal",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("cause", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal")),
    )
    op.create_index("ix_journal_actor_name_at", "journal", ["actor", "name", "at"], unique=False)
    op.create_index("ix_journal_subject_seq", "journal", ["subject", "seq"], unique=False)
    op.create_table(
        "journal_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_head")),
    )
    op.create_table(
        "notification",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("of", sa.String(), nullable=False),
        sa.Column("matter", sa.String(), nullable=True),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("account_id", "event_seq", name=op.f("uq_notification_account_id_event_seq")),
    )
    op.create_index("ix_notification_account_id_read_at", "notification", ["account_id", "read_at"], unique=False)
    op.create_table(
        "numbering",
        sa.Column("requesting", sa.String(), nullable=False),
        sa.Column("requested", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("requesting", "requested", "year", name=op.f("pk_numbering")),
    )
    op.create_table(
        "relay",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_relay")),
    )
    op.create_table(
        "rfa",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("requesting", sa.String(), nullable=False),
        sa.Column("requested", sa.String(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=True),
        sa.Column("drafted_by", sa.String(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approval", sa.LargeBinary(), nullable=True),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("transmitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rfa")),
        sa.UniqueConstraint("reference", name=op.f("uq_rfa_reference")),
    )
    op.create_index("ix_rfa_requested_changed_at_id", "rfa", ["requested", "changed_at", "id"], unique=False)
    op.create_index("ix_rfa_requesting_changed_at_id", "rfa", ["requesting", "changed_at", "id"], unique=False)
    op.create_table(
        "statement",
        sa.Column("authority", sa.String(length=8), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("dsse", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint("authority", "seq", name=op.f("uq_statement_authority_seq")),
    )
    op.create_table(
        "upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("request", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("payload_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("doc", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_doc"), "upload", ["doc"], unique=False)
    op.create_index(op.f("ix_upload_owner"), "upload", ["owner"], unique=False)
    op.create_index(op.f("ix_upload_request"), "upload", ["request"], unique=False)
    op.create_table(
        "wrap",
        sa.Column("authority", sa.String(length=8), nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("keyset", sa.String(length=64), nullable=False),
        sa.Column("wrap", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("authority", "epoch", "keyset", name=op.f("pk_wrap")),
    )
    op.create_table(
        "clarification",
        sa.Column("rfa_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("question", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["rfa_id"], ["rfa.id"], name=op.f("fk_clarification_rfa_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("rfa_id", "n", name=op.f("pk_clarification")),
    )
    op.create_table(
        "deadline_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deadline_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("by_actor", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadline.id"], name=op.f("fk_deadline_fact_deadline_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_fact")),
        sa.UniqueConstraint("deadline_id", "seq", name=op.f("uq_deadline_fact_deadline_id_seq")),
    )
    op.create_table(
        "deadline_reminder",
        sa.Column("deadline_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadline.id"], name=op.f("fk_deadline_reminder_deadline_id")),
        sa.PrimaryKeyConstraint("deadline_id", "before", "due_on", name=op.f("pk_deadline_reminder")),
    )
    op.create_table(
        "deadline_watch",
        sa.Column("deadline_id", sa.Uuid(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadline.id"], name=op.f("fk_deadline_watch_deadline_id")),
        sa.PrimaryKeyConstraint("deadline_id", name=op.f("pk_deadline_watch")),
    )
    op.create_index("ix_deadline_watch_calendar", "deadline_watch", ["calendar"], unique=False)
    op.create_index("ix_deadline_watch_next_at", "deadline_watch", ["next_at"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("transport", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["notification_id"], ["notification.id"], name=op.f("fk_delivery_notification_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("notification_id", "transport", name=op.f("uq_delivery_notification_id_transport")),
    )
    op.create_index("ix_delivery_state_next_try_at", "delivery", ["state", "next_try_at"], unique=False)
    op.create_table(
        "document_version",
        sa.Column("doc", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("keyset", sa.String(length=64), nullable=False),
        sa.Column("readers", sa.Text(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("envelope_sha256", sa.String(length=64), nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("manifest_age", sa.LargeBinary(), nullable=False),
        sa.Column("payload_bytes", sa.BigInteger(), nullable=False),
        sa.Column("payload_tree", sa.String(length=64), nullable=False),
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("journalled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["doc"], ["document.id"], name=op.f("fk_document_version_doc"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_document_version_upload_id")),
        sa.PrimaryKeyConstraint("doc", "ver", name=op.f("pk_document_version")),
    )
    op.create_index("ix_document_version_doc_journalled", "document_version", ["doc", "journalled"], unique=False)
    op.create_index(op.f("ix_document_version_upload_id"), "document_version", ["upload_id"], unique=False)
    op.create_table(
        "keyset",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("keyset", sa.String(length=64), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("protected", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_keyset_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keyset")),
        sa.UniqueConstraint("account_id", name=op.f("uq_keyset_account_id")),
        sa.UniqueConstraint("keyset", name=op.f("uq_keyset_keyset")),
    )
    op.create_table(
        "login_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unlock_secret", sa.LargeBinary(), nullable=True),
        sa.Column("device", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_login_session_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_login_session_token_sha256")),
    )
    op.create_index(op.f("ix_login_session_account_id"), "login_session", ["account_id"], unique=False)
    op.create_table(
        "measure",
        sa.Column("rfa_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("ground", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["rfa_id"], ["rfa.id"], name=op.f("fk_measure_rfa_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("rfa_id", "n", name=op.f("pk_measure")),
    )
    op.create_table(
        "upload_part",
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("leaf", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_upload_part_upload_id")),
        sa.PrimaryKeyConstraint("upload_id", "n", name=op.f("pk_upload_part")),
    )


def downgrade() -> None:
    op.drop_table("upload_part")
    op.drop_table("measure")
    op.drop_index(op.f("ix_login_session_account_id"), table_name="login_session")
    op.drop_table("login_session")
    op.drop_table("keyset")
    op.drop_index(op.f("ix_document_version_upload_id"), table_name="document_version")
    op.drop_index("ix_document_version_doc_journalled", table_name="document_version")
    op.drop_table("document_version")
    op.drop_index("ix_delivery_state_next_try_at", table_name="delivery")
    op.drop_table("delivery")
    op.drop_index("ix_deadline_watch_next_at", table_name="deadline_watch")
    op.drop_index("ix_deadline_watch_calendar", table_name="deadline_watch")
    op.drop_table("deadline_watch")
    op.drop_table("deadline_reminder")
    op.drop_table("deadline_fact")
    op.drop_table("clarification")
    op.drop_table("wrap")
    op.drop_index(op.f("ix_upload_request"), table_name="upload")
    op.drop_index(op.f("ix_upload_owner"), table_name="upload")
    op.drop_index(op.f("ix_upload_doc"), table_name="upload")
    op.drop_table("upload")
    op.drop_table("statement")
    op.drop_index("ix_rfa_requesting_changed_at_id", table_name="rfa")
    op.drop_index("ix_rfa_requested_changed_at_id", table_name="rfa")
    op.drop_table("rfa")
    op.drop_table("relay")
    op.drop_table("numbering")
    op.drop_index("ix_notification_account_id_read_at", table_name="notification")
    op.drop_table("notification")
    op.drop_table("journal_head")
    op.drop_index("ix_journal_subject_seq", table_name="journal")
    op.drop_index("ix_journal_actor_name_at", table_name="journal")
    op.drop_table("journal")
    op.drop_table("job_run")
    op.drop_index("ix_handled_state_next_try_at", table_name="handled")
    op.drop_table("handled")
    op.drop_index("ix_guess_email_sha256_at", table_name="guess")
    op.drop_table("guess")
    op.drop_index(op.f("ix_document_request"), table_name="document")
    op.drop_table("document")
    op.drop_index(op.f("ix_deadline_matter"), table_name="deadline")
    op.drop_table("deadline")
    op.drop_table("authority")
    op.drop_index(op.f("ix_account_authority"), table_name="account")
    op.drop_table("account")
