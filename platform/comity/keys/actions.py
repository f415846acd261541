"""What can be done to keys: keep a person's key set and its ways, and take a statement about an authority."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from uuid import UUID

from comity.accounts.model import Account
from comity.core.errors import Conflict, Fault, Invalid, NotFound
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.directory.model import Authority
from comity.keys import events, queries, trust, ways
from comity.keys.model import KeySet, Statement, Way
from comity.keys.ways import NewWay
from comity.keys.wraps import keep_wraps
from comity_seal import canonical, dsse
from comity_seal.authority import Member, VerifiedAuthority, verify_chain
from comity_seal.errors import SealError
from comity_seal.publickeys import PublicKeySet
from comity_seal.ways import PASSKEY, suffice


def deposit_key_set(tx: Transaction, account_id: UUID, public: bytes, made: Sequence[NewWay]) -> KeySet:
    """Keep a person's first key set, behind ways that are enough.

    Raises Invalid, or Conflict when there is one: nothing replaces a key set silently.
    """
    keys = _public(public)
    ways.check_first(made)
    if queries.keyset_of(tx, account_id) is not None:
        raise Conflict(_("There is a key set for this account already; it cannot be replaced."))
    kept = KeySet(account_id=account_id, keyset=keys.id, public=keys.canonical)
    tx.add(kept, to="keyset.deposit")
    tx.record(kept, events.KeySetDeposited(keys.id))
    for one in made:
        _keep(tx, kept, one)
    return kept


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


def register_statement(tx: Transaction, statement: bytes, wraps: Mapping[str, bytes]) -> Statement:
    """Take the genesis of an authority, signed by the pinned root, with the wrapped keys it names (by key set).

    Every member must be an active account of that authority with exactly that key set.  Raises Invalid or Conflict.
    """
    payload, said = _verify(statement)
    if queries.chain(tx, said.code):
        raise Conflict(_("%(authority)s has its first statement already.", authority=said.code))
    _check_authority(tx, said)
    for member in said.members.values():
        _check_member(tx, said.code, member)
    _check_wraps(said, wraps)
    kept = Statement(authority=said.code, seq=0, sha256=sha256(payload).hexdigest(), dsse=statement)
    tx.add(kept, to="statement.register")
    keep_wraps(tx, said.code, said.epoch.n, wraps)
    tx.record(kept, events.StatementRegistered(said.code, kept.seq, kept.sha256))
    return kept


def _refuse(reason: object) -> Invalid:
    return Invalid(_("The statement is not accepted: %(reason)s.", reason=reason))


def _verify(statement: bytes) -> tuple[bytes, VerifiedAuthority]:
    try:
        payload = dsse.Dsse.parse(statement).payload
        code = str(canonical.loads_strict(payload).get("authority"))
        return payload, verify_chain([statement], trust.root(), code)
    except SealError as error:
        raise _refuse(error) from error


def _check_authority(tx: Transaction, said: VerifiedAuthority) -> None:
    found = tx.find(Authority, Authority.code == said.code)
    if not found:
        raise _refuse(_("the directory has no authority %(code)s", code=said.code))
    known = found[0]
    if (known.of, known.organ, known.name_en, known.name_fr) != (
        said.kind,
        said.organ,
        said.names["en"],
        said.names["fr"],
    ):
        raise _refuse(_("the directory says something else about %(code)s", code=said.code))


def _check_member(tx: Transaction, code: str, member: Member) -> None:
    found = tx.find(Account, Account.id == UUID(member.user), Account.active.is_(True))
    if not found or (found[0].authority, found[0].role) != (code, member.role):
        raise _refuse(_("%(name)s is not an active member of %(code)s in that role", name=member.name, code=code))
    kept = queries.keyset_of(tx, found[0].id)
    if kept is None or kept.keyset != member.keys.id:
        raise _refuse(_("the key set of %(name)s is not the one deposited", name=member.name))
    if not queries.addressable(tx, kept.keyset):
        raise _refuse(_("%(name)s has fewer than two ways to unlock the key, or only passkeys", name=member.name))


def _check_wraps(said: VerifiedAuthority, wraps: Mapping[str, bytes]) -> None:
    if {keyset: sha256(data).hexdigest() for keyset, data in wraps.items()} != said.epoch.wraps:
        raise _refuse(_("the wrapped keys are not those that it names"))
