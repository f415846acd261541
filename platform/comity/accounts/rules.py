"""What `policies/access.cedar` may ask about an account."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func

from comity.accounts.model import Account
from comity.core.access import attribute


@attribute(Account, "self")
def _self(account: type[Account]) -> ColumnElement[str]:
    return account.id  # type: ignore[return-value]


@attribute(Account, "authority")
def _authority(account: type[Account]) -> ColumnElement[str]:
    return func.coalesce(account.authority, "")
