"""Names of people, for templates."""

from __future__ import annotations

from uuid import UUID

from flask import g
from flask_babel import gettext as _

from comity.accounts import queries
from comity.web.layout import template_name
from comity.web.page import current_transaction


@template_name("person_name")
def person_name(identifier: str | UUID | None) -> str:
    """How a person is called; people in office are known by name to both parties of a request."""
    if identifier in (None, "", "system"):
        return str(_("the platform"))
    known: dict[str, str] = g.setdefault("people_names", {})
    key = str(identifier)
    if key not in known:
        known.update(_looked_up(key))
    return known.get(key, key)


def _looked_up(key: str) -> dict[str, str]:
    tx = current_transaction()
    try:
        wanted = {UUID(key)}
    except ValueError:
        return {}
    return {str(one): name for one, name in queries.names(tx, wanted).items()} if tx is not None else {}
