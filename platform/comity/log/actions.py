"""What a witness does to the log: it puts its signature under a state that it found consistent."""

from __future__ import annotations

from comity.core.errors import Fault, Invalid, NotFound
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.log import bookkeeping, trust
from comity_seal.errors import SealError
from comity_seal.log.checkpoint import Checkpoint, verify_cosignature
from comity_seal.log.notes import Signature


def cosign(tx: Transaction, size: int, line: str) -> None:
    """Keep a witness's own cosignature of the checkpoint of that size.  Raises NotFound or Invalid."""
    tx.require("log.cosign")
    kept = bookkeeping.checkpoint(tx, size)
    if kept is None:
        raise NotFound(_("The log has no checkpoint of this size: take the newest."))
    try:
        signature = Signature.parse(line)
        key = next((key for key in trust.witnesses() if f"witness:{key.name}" == tx.actor.id), None)
        if key is None or (signature.name, signature.key_id) != (key.name, key.id):
            raise _wrong(_("The signature is not of the witness that sends it."))
        verify_cosignature(Checkpoint.parse(kept.note.encode()).text, key, signature.signature)
    except SealError as error:
        raise _wrong(_("The cosignature does not verify: %(why)s.", why=error)) from error
    bookkeeping.keep(tx, size, signature)


def _wrong(message: str) -> Invalid:
    return Invalid(message, [Fault("/cosignature", message)])
