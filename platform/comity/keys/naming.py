"""Names about one's own key that templates of every domain may use."""

from __future__ import annotations

from flask import g

from comity.keys import queries
from comity.web.layout import template_name
from comity.web.page import current_transaction


@template_name("ways_to_unlock")
def ways_to_unlock() -> list[str]:
    """The kinds of ways to the reader's own key, each once; none where there is no key."""
    if "ways_to_unlock" not in g:
        tx = current_transaction()
        g.ways_to_unlock = queries.own_kinds(tx) if tx is not None else []
    found: list[str] = g.ways_to_unlock
    return found
