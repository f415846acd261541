"""How the chain of an authority grows: a link is checked, kept with the sealed keys it names, and recorded by its type.

Only whoever signed a statement brings it in; what the root signed, a member of the authority or an administrator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from comity.core.actors import SYSTEM
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.keys import events, standing
from comity.keys.checks import Checked, examine, refused
from comity.keys.model import Statement
from comity.keys.wraps import Sealed, keep
from comity_seal.standing import ROOT


def register_statement(
    tx: Transaction,
    link: bytes,
    wraps: Mapping[str, bytes],
    *,
    chain_wrap: bytes | None = None,
    recovery_wrap: bytes | None = None,
    recovery_files: Sequence[bytes] = (),
    code: str | None = None,
) -> Statement:
    """Take the next link of an authority's chain, with the sealed keys that it names; `code` is where it was sent.

    Every person whom it names must be an active account of that authority with exactly that key set.  Raises Invalid,
    Denied, Conflict, or ChainMoved where another statement was faster.
    """
    sealed = Sealed(wraps, chain_wrap, recovery_wrap, recovery_files)
    found = examine(tx, code, link, sealed)
    check_signer(tx, found.said.by)
    return accept(tx, found, sealed)


def check_signer(tx: Transaction, by: str) -> None:
    """Raises Invalid unless the actor signed this herself, or the root did."""
    if by not in (tx.actor.id, ROOT) and tx.actor != SYSTEM:
        raise refused(_("somebody else than you signed it"))


def accept(tx: Transaction, found: Checked, sealed: Sealed) -> Statement:
    """Keep a checked and confirmed link.  Raises Denied unless the actor may."""
    said, code = found.said, found.after.code
    kept = Statement(
        authority=code,
        seq=said.seq,
        type=said.type,
        sha256=said.sha256,
        link=found.link,
        by=said.by,
        rooted=found.rooted,
        epoch=found.after.epoch.n if found.begins_epoch else None,
    )
    tx.add(kept, to="statement.register")
    keep(tx, found.after, sealed)
    changed = standing.renew(tx, found.after)
    if said.seq == 0:
        tx.record(kept, events.StatementRegistered(code, said.seq, said.sha256), covers=changed)
    else:
        tx.record(kept, events.GREW[said.type](code, said.seq, said.sha256, said.about or ""), covers=changed)
    return kept
