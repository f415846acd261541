"""Recovery: the sealed files of it, and what one officer passes on to another.  Nothing here can open any of them."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from comity.core.errors import Fault, Invalid, NotFound, TooMany
from comity.core.settings import settings
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.keys import events, queries, serving
from comity.keys import wraps as kept
from comity.keys.model import Membership, RecoveryFile, RecoveryWrap

LARGEST = 16384
"""Bytes of a file of recovery; a real one has about 4,000."""


@dataclass(frozen=True)
class Files:
    """What is kept for recovery, and what was passed on to the reader."""

    files: list[RecoveryFile]
    wrap: RecoveryWrap
    handed_over: list[RecoveryFile]


def hand_out(tx: Transaction, code: str) -> Files:
    """The sealed files of recovery, for its officers and the administrators; this leaves a line.

    Raises Denied, TooMany, or NotFound where no recovery is set.
    """
    mine = _mine(tx, code)
    if queries.recovery_handed_out_lately(tx) >= settings().limits.hand_outs_per_minute:
        raise TooMany(_("You have asked for the files of recovery very often: wait a minute, then go on."))
    files, wrap = kept.recovery_files(tx, code), kept.recovery_wrap(tx, code)
    if wrap is None:
        raise NotFound(_("No recovery is set for your authority."))
    tx.record(mine, events.RecoveryHandedOut(code, tx.actor.id))
    own = mine.keyset if mine.officer else ""
    return Files(files, wrap, [one for one in files if one.inner == own and one.handed_over is not None])


def _mine(tx: Transaction, code: str) -> Membership:
    if tx.actor.authority != code:
        raise NotFound(_("There is nothing here that you can see."))
    return serving.permitted(tx, "membership.recover")


def hand_over(tx: Transaction, code: str, to: str, file: bytes) -> None:
    """Keep for the officer with the key set `to` what the actor, an officer too, opened of their common file.

    Raises Denied, NotFound where they have no such file, or Invalid.
    """
    mine = _mine(tx, code)
    queries.lock_chain(tx, code)
    common = [one for one in kept.recovery_files(tx, code) if (one.outer, one.inner) == (mine.keyset, to)]
    if not mine.officer or not common:
        raise NotFound(_("You and this officer have no file of recovery that you open first."))
    if not file.startswith(b"age-encryption.org/v1\n") or len(file) > LARGEST:
        problem = _("This is not a sealed file of recovery.")
        raise Invalid(problem, [Fault("/file", problem)])
    kept.hand_over(tx, common[0], file)
    tx.record(mine, events.RecoveryHandedOver(code, mine.keyset, to, sha256(file).hexdigest()))
