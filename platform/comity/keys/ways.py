"""Ways to a key set: what is checked before one is kept.  The server sees only the outside of a file and its signer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from uuid import UUID

from comity.core.errors import Conflict, Fault, Invalid
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.keys.model import KeySet, Way
from comity_seal.errors import SealError
from comity_seal.publickeys import PublicKeySet
from comity_seal.ways import (
    MOST_PASSKEYS,
    PASSKEY,
    check_file,
    check_names,
    suffice,
    verify_adding,
    verify_removing,
)


@dataclass(frozen=True)
class NewWay:
    """A way that is brought in: its kind, an age file, and for a passkey its name and credential."""

    kind: str
    file: bytes
    label: str = ""
    credential: bytes | None = None


def check_first(made: Sequence[NewWay]) -> None:
    """Raises Invalid unless a key set can begin with these."""
    for place, one in enumerate(made):
        _check(one, f"/ways/{place}")
    kinds = [one.kind for one in made]
    twice = any(kinds.count(kind) > 1 for kind in kinds if kind != PASSKEY) or kinds.count(PASSKEY) > MOST_PASSKEYS
    if twice or not suffice(kinds):
        problem = _(
            "A key set begins with at least two ways to unlock it, one of them not a passkey: "
            "at most one passphrase, one recovery code and five passkeys."
        )
        raise Invalid(problem, [Fault("/ways", problem)])


def _check(new: NewWay, pointer: str) -> None:
    try:
        check_names(new.kind, new.label, new.credential)
        check_file(new.kind, new.file)
    except SealError as error:
        problem = _("This way to unlock a key is not accepted: %(reason)s.", reason=error)
        raise Invalid(problem, [Fault(pointer, problem)]) from error


def signed_addition(kept: KeySet, signed: bytes, file: bytes) -> NewWay:
    """The way that the key set's owner signed for.  Raises Invalid."""
    try:
        adding = verify_adding(signed, PublicKeySet.from_bytes(kept.public))
    except SealError as error:
        raise _not_signed(error) from error
    if adding.file_sha256 != sha256(file).hexdigest():
        raise _not_signed(_("it names another file"))
    new = NewWay(adding.kind, file, adding.label, adding.credential)
    _check(new, "/file")
    return new


def check_removal(kept: KeySet, way_id: UUID, signed: bytes) -> None:
    """Raises Invalid unless the key set's owner signed that this way goes."""
    try:
        removing = verify_removing(signed, PublicKeySet.from_bytes(kept.public))
    except SealError as error:
        raise _not_signed(error) from error
    if removing.way != str(way_id):
        raise _not_signed(_("it names another way"))


def _not_signed(reason: object) -> Invalid:
    problem = _("A change of the ways to a key must be signed with that key: %(reason)s.", reason=reason)
    return Invalid(problem, [Fault("/signed", problem)])


def check_room(present: Sequence[Way], new: NewWay) -> None:
    """Raises Conflict where there is no room for one more passkey, or this one is there already."""
    passkeys = [way for way in present if way.kind == PASSKEY]
    if len(passkeys) >= MOST_PASSKEYS:
        raise Conflict(_("Your key has %(most)s passkeys already: remove one first.", most=MOST_PASSKEYS))
    if any(way.credential == new.credential for way in passkeys):
        raise Conflict(_("This passkey opens your key already."))


def keep(tx: Transaction, kept: KeySet, new: NewWay) -> Way:
    """Keep a way; the caller records it for its key set."""
    way = Way(keyset_id=kept.id, made_at=tx.now, **asdict(new))
    tx.session.add(way)
    tx.session.flush()
    return way


def drop(tx: Transaction, way: Way) -> None:
    """Throw a way away; the caller records it for its key set."""
    tx.session.delete(way)
