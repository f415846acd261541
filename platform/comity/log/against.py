"""The journal as it is, against a state of the log that somebody kept elsewhere."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from comity.core import journal
from comity.core.errors import JournalBroken, PolicyError
from comity.core.journal import Entry
from comity_seal.errors import SealError
from comity_seal.log import merkle
from comity_seal.log.checkpoint import open_checkpoint
from comity_seal.log.notes import VerifierKey


def check(session: Session, checkpoint: bytes, key: str) -> int:
    """How many lines the checkpoint holds, which are exactly the first lines of the journal.

    The tree is made anew from the texts of the lines; nothing that is stored beside them is believed.
    Raises JournalBroken, or PolicyError for a checkpoint that its key did not sign.
    """
    try:
        kept = open_checkpoint(checkpoint, VerifierKey.parse(_content(key)))
    except SealError as error:
        raise PolicyError(f"The checkpoint cannot be used: {error}.") from error
    leaves, previous = [], journal.GENESIS
    lines = select(Entry.line).where(Entry.seq <= kept.size).order_by(Entry.seq).execution_options(yield_per=5000)
    for line in session.scalars(lines):
        previous = journal.chained(previous, line)
        leaves.append(merkle.leaf(bytes.fromhex(previous)))
    if len(leaves) < kept.size:
        raise JournalBroken(len(leaves) + 1, "the log has signed this line, and it is missing")
    if merkle.head(kept.size, merkle.from_leaves(leaves)) != kept.root:
        raise JournalBroken(kept.size, "up to there it is not what the log has signed")
    return kept.size


def _content(key: str) -> str:
    """A verifier key, or what a file of that name holds."""
    if "+" in key:
        return key
    try:
        return Path(key).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise PolicyError(f"{key} is neither a verifier key nor a file with one.") from None
