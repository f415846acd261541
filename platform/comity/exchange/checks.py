"""What can be checked of a sealed document without opening it: signer, matter, readers, well-formed pieces.

The signer is whoever acts, with the key set that the verified chain of her authority lists for her: the same rule by
which readers decide, so that nothing is accepted here that a reader would call not authentic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from comity.core.errors import ComityError, Conflict, Fault, Invalid, TooLarge
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange.model import Document, DocumentVersion
from comity.keys import queries as keys
from comity.keys import serving
from comity_seal.envelope import LARGEST_MANIFEST, Envelope, check_sealed, verify_envelope
from comity_seal.errors import SealError, SignatureInvalid
from comity_seal.header import LARGEST as LARGEST_HEADER
from comity_seal.parties import To
from comity_seal.publickeys import PublicKeySet


class OldEpoch(ComityError):
    """Something was sealed to a key that an authority has replaced meanwhile."""

    status = 409
    code = "old-epoch"


@dataclass(frozen=True)
class Matter:
    """The request that a document belongs to."""

    request: UUID
    requesting: str
    requested: str


@dataclass(frozen=True)
class Signed:
    """What comes with a payload: the signed envelope, the sealed header and the sealed manifest."""

    envelope: bytes
    header: bytes
    manifest_age: bytes


def wrong(pointer: str, message: str) -> Invalid:
    """One thing wrong, and where."""
    return Invalid(message, [Fault(pointer, message)])


def signer(tx: Transaction, pointer: str) -> PublicKeySet:
    """The key set with which the actor signs.

    Raises Invalid where she has none, or it is not the listed one; Denied where she is no longer served.
    """
    own = keys.own_key_set(tx)
    listed = keys.verified(tx, tx.actor.authority or "")
    if own is None or listed is None:
        raise wrong(pointer, _("You have no key set yet: set up your keys, then sign."))
    member = listed.members.get(tx.actor.id)
    if member is None or member.keys.id != own.id:
        raise wrong(pointer, _("The statement of your authority does not list your key set: tell your administrator."))
    serving.require(tx)
    return own


def check_signed(tx: Transaction, signed: Signed, *, matter: Matter, purpose: str, readers: Sequence[str]) -> Envelope:
    """The envelope, if everything about it is as it must be.  Raises Invalid or TooLarge, naming what is wrong."""
    if len(signed.header) > LARGEST_HEADER or len(signed.manifest_age) > LARGEST_MANIFEST:
        raise TooLarge(_("The header or the manifest is too large."))
    own = signer(tx, "/envelope")
    try:
        envelope = verify_envelope(signed.envelope, own)
        check_sealed(envelope, signed.header, signed.manifest_age)
    except SignatureInvalid as error:
        raise wrong("/envelope", _("The envelope is not signed with your key set.")) from error
    except SealError as error:
        raise wrong("/envelope", _("This is not a well-formed sealed document: %(why)s.", why=error)) from error
    if (envelope.sender.user, envelope.sender.authority) != (tx.actor.id, tx.actor.authority):
        raise wrong("/envelope", _("The envelope names another sender than you."))
    if (envelope.thread, envelope.purpose) != (str(matter.request), purpose):
        raise wrong("/envelope", _("The envelope was made for another request or purpose."))
    _check_readers(tx, envelope, readers)
    return envelope


def _check_readers(tx: Transaction, envelope: Envelope, readers: Sequence[str]) -> None:
    if [to.authority for to in envelope.to] != sorted(readers):
        raise wrong("/envelope", _("The document must be sealed to exactly: %(who)s.", who=", ".join(sorted(readers))))
    check_epochs(tx, "/envelope", envelope.to)


def check_epochs(tx: Transaction, pointer: str, readers: Sequence[To]) -> None:
    """Raises OldEpoch where an authority has a newer key than the one named, Invalid for one that it never had."""
    for to in readers:
        listed = keys.verified(tx, to.authority)
        epoch = listed.epochs.get(to.epoch) if listed is not None else None
        if listed is None or epoch is None or epoch.recipient_sha256 != to.recipient_sha256:
            raise wrong(pointer, _("The document is not sealed to the present key of %(who)s.", who=to.authority))
        if to.epoch != listed.epoch.n:
            raise OldEpoch(
                _(
                    "%(who)s has a new key since: fetch the statements of %(who)s again, then seal and sign once more.",
                    who=to.authority,
                )
            )


def check_follows(envelope: Envelope, document: Document, current: DocumentVersion) -> None:
    """Raises Conflict unless the envelope is the next version after `current`."""
    named = (envelope.doc, envelope.ver, envelope.prev_envelope)
    if named != (str(document.id), current.ver + 1, current.envelope_sha256):
        raise Conflict(_("Somebody saved another version meanwhile: look at it, then save yours again."))
