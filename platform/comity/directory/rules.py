"""What `policies/access.cedar` may ask about an authority."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from comity.core.access import attribute
from comity.directory.model import Authority


@attribute(Authority, "code")
def _code(authority: type[Authority]) -> ColumnElement[str]:
    return authority.code  # type: ignore[return-value]


@attribute(Authority, "kind")
def _kind(authority: type[Authority]) -> ColumnElement[str]:
    return authority.of  # type: ignore[return-value]
