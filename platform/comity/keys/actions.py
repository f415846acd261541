"""What can be done to keys: keep a person's key set and its ways; statements, proposals, leaving and recovery.

The longer ones are in modules of their own; they are all called from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from comity.core.errors import Conflict, Fault, Invalid, NotFound
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.keys import events, queries, standing, ways
from comity.keys.leaving import leave
from comity.keys.model import PRESENT, WAITING, KeySet, Way
from comity.keys.proposals import confirm, propose, withdraw
from comity.keys.recovery import hand_out, hand_over
from comity.keys.statements import register_statement
from comity.keys.ways import NewWay
from comity_seal.errors import SealError
from comity_seal.publickeys import PublicKeySet
from comity_seal.ways import PASSKEY, suffice

__all__ = [
    "add_way",
    "confirm",
    "deposit_key_set",
    "hand_out",
    "hand_over",
    "leave",
    "propose",
    "register_statement",
    "remove_way",
    "withdraw",
]


def deposit_key_set(
    tx: Transaction, account_id: UUID, public: bytes, made: Sequence[NewWay], *, lost: bool = False
) -> KeySet:
    """Keep a person's key set, behind ways that are enough: her first, or one after hers was removed or revoked.

    Where she has `lost` the present one it waits: a statement of her authority has to list it first.  Raises Invalid,
    or Conflict when there is one: nothing replaces a key set silently.
    """
    keys = _public(public)
    ways.check_first(made)
    if queries.keyset_by_id(tx, keys.id) is not None:
        raise Conflict(_("This key set has been deposited already: make a new one."))
    kept = KeySet(account_id=account_id, keyset=keys.id, public=keys.canonical, state=_make_room(tx, account_id, lost))
    tx.add(kept, to="keyset.deposit")
    tx.record(kept, events.KeySetDeposited(keys.id, kept.state))
    for one in made:
        _keep(tx, kept, one)
    return kept


def _make_room(tx: Transaction, account_id: UUID, lost: bool) -> str:
    """What the next key set of an account will be; those in its way become former ones."""
    present = queries.keyset_of(tx, account_id)
    if present is None:
        return PRESENT
    if queries.is_spent(tx, present):
        standing.retire(tx, present)
        return PRESENT
    if not lost:
        raise Conflict(_("There is a key set for this account already; it cannot be replaced."))
    waiting = queries.keyset_of(tx, account_id, WAITING)
    if waiting is not None:
        standing.retire(tx, waiting)
    return WAITING


def add_way(tx: Transaction, keyset_id: UUID, signed: bytes, file: bytes) -> Way:
    """Keep one more way to a key set, as its owner signed; a passphrase or recovery code takes the place of the last.

    Raises Invalid, or Conflict where there are passkeys enough.
    """
    kept = tx.load(KeySet, keyset_id, to="keyset.change")
    new = ways.signed_addition(kept, signed, file)
    present = queries.ways_of(tx, kept)
    if new.kind == PASSKEY:
        ways.check_room(present, new)
    for old in present:
        if old.kind == new.kind != PASSKEY:
            _drop(tx, kept, old)
    return _keep(tx, kept, new)


def remove_way(tx: Transaction, keyset_id: UUID, way_id: UUID, signed: bytes) -> None:
    """Take a way away, as the owner of the key set signed.  Raises NotFound, Invalid, or Conflict if too few stay."""
    kept = tx.load(KeySet, keyset_id, to="keyset.change")
    present = queries.ways_of(tx, kept)
    gone = next((way for way in present if way.id == way_id), None)
    if gone is None:
        raise NotFound(_("There is no such way to your key."))
    ways.check_removal(kept, way_id, signed)
    if not suffice(way.kind for way in present if way is not gone):
        raise Conflict(_("At least two ways to your key must remain, one of them not a passkey: add another first."))
    _drop(tx, kept, gone)


def _keep(tx: Transaction, kept: KeySet, new: NewWay) -> Way:
    way = ways.keep(tx, kept, new)
    tx.record(kept, events.KeySetWayAdded(kept.keyset, way.kind, str(way.id)))
    return way


def _drop(tx: Transaction, kept: KeySet, way: Way) -> None:
    ways.drop(tx, way)
    tx.record(kept, events.KeySetWayRemoved(kept.keyset, way.kind, str(way.id)))


def _public(data: bytes) -> PublicKeySet:
    try:
        return PublicKeySet.from_bytes(data)
    except SealError as error:
        problem = _("This is not a public key set: %(reason)s.", reason=error)
        raise Invalid(problem, [Fault("/public", problem)]) from error
