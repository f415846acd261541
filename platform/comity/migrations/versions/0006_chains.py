"""Chains that grow: memberships, proposals, chain wraps, recovery, grants, former key sets.

No release carried an authority with more than its genesis.  What that one says of people is copied here; the chain
itself is verified wherever it counts.
"""

import json
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from uuid import UUID, uuid4

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WAY = sa.table(
    "keyset_way",
    sa.column("id", sa.Uuid()),
    sa.column("keyset_id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("label", sa.String()),
    sa.column("credential", sa.LargeBinary()),
    sa.column("file", sa.LargeBinary()),
    sa.column("made_at", sa.DateTime(timezone=True)),
)
STATEMENT = sa.table("statement", sa.column("authority", sa.String()), sa.column("link", sa.LargeBinary()))
MEMBERSHIP = sa.table(
    "membership",
    sa.column("id", sa.Uuid()),
    sa.column("version", sa.Integer()),
    sa.column("authority", sa.String()),
    sa.column("account_id", sa.Uuid()),
    sa.column("keyset", sa.String()),
    *(sa.column(name, sa.Boolean()) for name in ("member", "admin", "officer", "revoked")),
)
VERSION = sa.table(
    "document_version",
    sa.column("doc", sa.Uuid()),
    sa.column("ver", sa.Integer()),
    sa.column("readers", sa.Text()),
)
SEALED_TO = sa.table(
    "document_sealed_to",
    sa.column("doc", sa.Uuid()),
    sa.column("authority", sa.String()),
    sa.column("epoch", sa.Integer()),
)
ONE_OF_A_KIND = sa.text("state IN ('present', 'waiting')")


@contextmanager
def _ways_kept() -> Iterator[None]:
    """SQLite changes a table by making it anew; dropping the old one takes what refers to its rows with it."""
    connection = op.get_bind()
    before = connection.execute(sa.select(WAY)).mappings().all()
    yield
    there = set(connection.scalars(sa.select(WAY.c.id)))
    for row in before:
        if row["id"] not in there:
            connection.execute(WAY.insert().values(**row))


def upgrade() -> None:
    _keysets()
    _statements()
    _memberships()
    _proposals()
    _sealed_keys()
    _grants()


def _keysets() -> None:
    with _ways_kept(), op.batch_alter_table("keyset") as batch:
        batch.add_column(sa.Column("state", sa.String(length=8), nullable=False, server_default="present"))
        batch.drop_constraint(op.f("uq_keyset_account_id"), type_="unique")
    op.create_index("ix_keyset_account_id", "keyset", ["account_id"], unique=False)
    op.create_index(
        "uq_keyset_account_id_state",
        "keyset",
        ["account_id", "state"],
        unique=True,
        sqlite_where=ONE_OF_A_KIND,
        postgresql_where=ONE_OF_A_KIND,
    )


def _statements() -> None:
    """Every statement of before is a genesis, signed by the root."""
    with op.batch_alter_table("statement") as batch:
        batch.alter_column("dsse", new_column_name="link", existing_type=sa.LargeBinary())
        batch.add_column(sa.Column("type", sa.String(length=20), nullable=False, server_default="genesis"))
        batch.add_column(sa.Column("by", sa.String(length=36), nullable=False, server_default="root"))
        batch.add_column(sa.Column("rooted", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch.add_column(sa.Column("epoch", sa.Integer(), nullable=True, server_default="1"))
    with op.batch_alter_table("statement") as batch:
        for name, kind in (("type", sa.String(length=20)), ("by", sa.String(length=36)), ("rooted", sa.Boolean())):
            batch.alter_column(name, existing_type=kind, server_default=None)
        batch.alter_column("epoch", existing_type=sa.Integer(), server_default=None)


def _memberships() -> None:
    op.create_table(
        "membership",
        sa.Column("authority", sa.String(length=8), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("keyset", sa.String(length=64), nullable=False),
        sa.Column("member", sa.Boolean(), nullable=False),
        sa.Column("admin", sa.Boolean(), nullable=False),
        sa.Column("officer", sa.Boolean(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.Column("leaving_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_membership_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("authority", "account_id", name=op.f("uq_membership_authority_account_id")),
    )
    op.create_index(op.f("ix_membership_account_id"), "membership", ["account_id"], unique=False)
    connection = op.get_bind()
    for authority, link in connection.execute(sa.select(STATEMENT.c.authority, STATEMENT.c.link)).all():
        first, _, _ = link.partition(b"\n")  # the statement; confirmations follow
        said = json.loads(b64decode(json.loads(first)["payload"]))
        for member in said["members"]:
            keys = json.dumps(member["keys"], sort_keys=True, separators=(",", ":")).encode()  # ASCII: as RFC 8785
            row = {"authority": authority, "account_id": UUID(member["user"]), "keyset": sha256(keys).hexdigest()}
            is_admin = member["user"] in said.get("admins", [])
            facts = {"member": True, "admin": is_admin, "officer": False, "revoked": False}
            connection.execute(MEMBERSHIP.insert().values(id=uuid4(), version=1, **row, **facts))


def _proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("authority", sa.String(length=8), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("link", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("about", sa.String(length=36), nullable=False),
        sa.Column("needs", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index("ix_proposal_authority_seq", "proposal", ["authority", "seq"], unique=False)


def _sealed_keys() -> None:
    for table in ("chain_wrap", "recovery_wrap"):
        op.create_table(
            table,
            sa.Column("authority", sa.String(length=8), nullable=False),
            sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
            sa.Column("wrap", sa.LargeBinary(), nullable=False),
            sa.PrimaryKeyConstraint("authority", "epoch", name=op.f(f"pk_{table}")),
        )
    op.create_table(
        "recovery_file",
        sa.Column("authority", sa.String(length=8), nullable=False),
        sa.Column("outer", sa.String(length=64), nullable=False),
        sa.Column("inner", sa.String(length=64), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        sa.Column("handed_over", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("authority", "outer", "inner", name=op.f("pk_recovery_file")),
    )


def _grants() -> None:
    op.create_table(
        "document_grant",
        sa.Column("doc", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("readers", sa.Text(), nullable=False),
        sa.Column("grant", sa.LargeBinary(), nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("manifest_age", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["doc"], ["document.id"], name=op.f("fk_document_grant_doc"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("doc", "ver", "n", name=op.f("pk_document_grant")),
    )
    op.create_table(
        "document_sealed_to",
        sa.Column("doc", sa.Uuid(), nullable=False),
        sa.Column("authority", sa.String(length=8), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["doc"], ["document.id"], name=op.f("fk_document_sealed_to_doc"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("doc", "authority", name=op.f("pk_document_sealed_to")),
    )
    op.create_index("ix_document_sealed_to_authority_epoch", "document_sealed_to", ["authority", "epoch"], unique=False)
    connection = op.get_bind()
    newest = sa.select(VERSION.c.doc, sa.func.max(VERSION.c.ver).label("ver")).group_by(VERSION.c.doc).subquery()
    same = sa.and_(VERSION.c.doc == newest.c.doc, VERSION.c.ver == newest.c.ver)
    query = sa.select(VERSION.c.doc, VERSION.c.readers).select_from(VERSION.join(newest, same))
    for doc, readers in connection.execute(query).all():
        for to in json.loads(readers):
            values = {"doc": doc, "authority": to["authority"], "epoch": to["epoch"]}
            connection.execute(SEALED_TO.insert().values(**values))


def downgrade() -> None:
    """Of each chain its genesis stays, and of each person the key set that is present."""
    for table in ("document_sealed_to", "document_grant", "recovery_file", "recovery_wrap", "chain_wrap"):
        op.drop_table(table)
    for table in ("proposal", "membership"):
        op.drop_table(table)
    op.execute("DELETE FROM statement WHERE seq > 0")
    with op.batch_alter_table("statement") as batch:
        batch.alter_column("link", new_column_name="dsse", existing_type=sa.LargeBinary())
        for name in ("type", "by", "rooted", "epoch"):
            batch.drop_column(name)
    old = "SELECT id FROM keyset WHERE state <> 'present'"
    op.execute(f"DELETE FROM keyset_way WHERE keyset_id IN ({old})")  # noqa: S608
    op.execute("DELETE FROM keyset WHERE state <> 'present'")
    op.drop_index("uq_keyset_account_id_state", table_name="keyset")
    op.drop_index("ix_keyset_account_id", table_name="keyset")
    with _ways_kept(), op.batch_alter_table("keyset") as batch:
        batch.drop_column("state")
        batch.create_unique_constraint(op.f("uq_keyset_account_id"), ["account_id"])
