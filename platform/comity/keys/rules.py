"""What `policies/access.cedar` may ask about key sets and statements."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from comity.core.access import attribute
from comity.keys.model import KeySet, Statement


@attribute(KeySet, "owner")
def _owner(keyset: type[KeySet]) -> ColumnElement[str]:
    return keyset.account_id  # type: ignore[return-value]


@attribute(Statement, "authority")
def _authority(statement: type[Statement]) -> ColumnElement[str]:
    return statement.authority  # type: ignore[return-value]
