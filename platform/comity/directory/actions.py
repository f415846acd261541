"""What can be done to the directory."""

from __future__ import annotations

from comity.core.transaction import Transaction
from comity.directory import events
from comity.directory.model import Authority


def register(tx: Transaction, authority: Authority) -> Authority:
    """Enter an authority.  First form: at set-up, by the system."""
    tx.add(authority, to="authority.register")
    tx.record(authority, events.AuthorityRegistered(authority.code))
    return authority
