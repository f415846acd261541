"""What stands first on the first page of somebody who could not open what is sent to her."""

from __future__ import annotations

from uuid import UUID

from flask import render_template

from comity.core.transaction import Transaction
from comity.keys import queries
from comity.web.home import panel


@panel(order=1)
def key_health(tx: Transaction) -> str | None:
    """No key yet, one that counts no more, or too few ways to it; nothing for whoever needs none."""
    if tx.actor.authority is None:
        return None
    kept = queries.keyset_of(tx, UUID(tx.actor.id))
    trouble = queries.trouble(tx, kept) if kept is not None else None
    if kept is not None and trouble is None and queries.addressable(tx, kept.keyset):
        return None
    return render_template("keys/home.html", kept=kept, trouble=trouble)
