"""Names of authorities, for templates."""

from __future__ import annotations

from flask import g

from comity.core.actors import SYSTEM
from comity.core.transaction import transaction
from comity.directory import queries
from comity.web.languages import current
from comity.web.layout import template_name
from comity.web.page import current_transaction


@template_name("authority_name")
def authority_name(code: str | None) -> str:
    """The official name of an authority in the reader's language; its code where there is none of that code."""
    names: dict[str, dict[str, str]] = g.setdefault("authority_names", {})
    if not names:
        names.update(_names())
    return names.get(code or "", {}).get(current(), code or "")


def _names() -> dict[str, dict[str, str]]:
    tx = current_transaction()
    if tx is None:  # an error page, whose own transaction is over; the directory is open to everyone
        with transaction(SYSTEM, writes=False) as own:
            return queries.names(own)
    return queries.names(tx)
