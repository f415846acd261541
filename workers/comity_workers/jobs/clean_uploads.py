"""Removes payloads that nobody needs: uploads never completed, drafts that were replaced, documents discarded."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import event

from comity.core.storage import store
from comity.core.transaction import Transaction
from comity.exchange import actions, queries

EVERY = "10 minutes"

PATIENCE = timedelta(days=7)
"""How long an unfinished upload can be resumed."""

PAGE = 50


def run(tx: Transaction) -> bool:
    """The rows go in the transaction, the bytes once it is committed: a row never names bytes that are gone."""
    unneeded = [*queries.abandoned(tx, tx.now - PATIENCE, PAGE), *queries.superseded(tx, PAGE)]
    keys = [key for upload in unneeded for key in actions.forget(tx, upload)]

    def remove(_session: object) -> None:
        for key in keys:
            store().delete(key)

    event.listen(tx.session, "after_commit", remove, once=True)
    return len(unneeded) >= PAGE
