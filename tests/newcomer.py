"""Nadia, a new focal point of Xandria: she has an account and a key, and no statement lists her yet."""

from uuid import UUID

from tests import people

from comity.core.actors import SYSTEM, Actor
from comity.core.transaction import transaction
from comity.keys import actions as keys

NADIA = Actor(str(UUID("0000000a-0000-4000-8000-00000000000a")), "focal point", "XA", None)
people.NAMES[NADIA] = "Nadia Haddad"


def arrive() -> None:
    """Open her account, with her key behind the words that everybody in the tests has."""
    with transaction(SYSTEM) as tx:
        people.open_account(tx, NADIA)
        keys.deposit_key_set(tx, people.account_id(NADIA), people.keyset(NADIA).public.canonical, people.ways(NADIA))
