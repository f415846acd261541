"""A default for carrying out that runs already ends when an amendment asks for a date."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

DEADLINE = sa.table("deadline", sa.column("id", sa.Uuid()), sa.column("policy", sa.String()))
EVENT = "rfa.dated"


def rules(change: Callable[[list[str]], list[str]]) -> None:
    """Change what ends the default, in the rules as the periods that there are keep them."""
    connection = op.get_bind()
    for found in connection.execute(sa.select(DEADLINE.c.id, DEADLINE.c.policy)).all():
        policy: dict[str, Any] = json.loads(found.policy)
        if policy.get("unless") != "requested_on":
            continue
        policy["ended_by"] = change(policy["ended_by"])
        written = json.dumps(policy, sort_keys=True, separators=(",", ":"))
        connection.execute(sa.update(DEADLINE).where(DEADLINE.c.id == found.id).values(policy=written))


def upgrade() -> None:
    rules(lambda ended_by: [*ended_by, EVENT])


def downgrade() -> None:
    rules(lambda ended_by: [name for name in ended_by if name != EVENT])
