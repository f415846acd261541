"""What is asked of the log: states, tiles, and the receipt of a line."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from comity.core import journal
from comity.core.errors import NotFound, Refused
from comity.core.journal import Entry
from comity.core.text import _
from comity.log.model import LogCheckpoint, LogCosignature, LogHead, LogTile
from comity_seal.log import merkle, receipt
from comity_seal.log.tiles import HASH, Tile, Tiles


class NotYetSealed(Refused):
    """The log has not signed a state that holds this; it will within seconds."""

    code = "not-yet-sealed"


def not_yet_sealed() -> NotYetSealed:
    return NotYetSealed(_("The log has not been signed that far yet: ask again in a few seconds."))


def latest(session: Session) -> LogCheckpoint | None:
    """The newest checkpoint."""
    return session.scalars(select(LogCheckpoint).order_by(LogCheckpoint.size.desc()).limit(1)).one_or_none()


def sealed(session: Session) -> int:
    """How many lines the newest checkpoint holds."""
    return session.scalar(select(func.max(LogCheckpoint.size))) or 0


def of_size(session: Session, size: int) -> LogCheckpoint | None:
    """The checkpoint of exactly so many lines, if it is kept."""
    return session.get(LogCheckpoint, size)


def best_for(session: Session, seq: int) -> LogCheckpoint:
    """The checkpoint that shows line `seq` with the most witnesses; of several the newest.  Raises NotYetSealed."""
    seen = func.count(LogCosignature.witness)
    query = (
        select(LogCheckpoint.size)
        .outerjoin(LogCosignature, LogCosignature.size == LogCheckpoint.size)
        .where(LogCheckpoint.size >= seq)
        .group_by(LogCheckpoint.size)
        .order_by(seen.desc(), LogCheckpoint.size.desc())
        .limit(1)
    )
    size = session.scalar(query)
    found = session.get(LogCheckpoint, size) if size is not None else None
    if found is None:
        raise not_yet_sealed()
    return found


def note(session: Session, checkpoint: LogCheckpoint) -> bytes:
    """The checkpoint with the signatures of log and witnesses."""
    query = select(LogCosignature.line).where(LogCosignature.size == checkpoint.size)
    lines = session.scalars(query.order_by(LogCosignature.witness))
    return "".join([checkpoint.note, *(f"{line}\n" for line in lines)]).encode()


def tile(session: Session, wanted: Tile) -> bytes:
    """The hashes of a tile that the tree has.  Raises NotFound."""
    size = session.scalar(select(LogHead.size)) or 0
    there = wanted.fits(size)  # no column holds every number that an address may
    found = session.get(LogTile, (wanted.level, wanted.n)) if there else None
    if found is None:
        raise NotFound(_("The log has no such tile."))
    return found.hashes[: wanted.width * HASH]


def _subtrees(session: Session, size: int) -> Tiles:
    return Tiles(size, lambda wanted: tile(session, wanted))


def root(session: Session, size: int) -> bytes:
    """The root over the first `size` lines, from the tiles."""
    return merkle.head(size, _subtrees(session, size))


def receipt_of(session: Session, entry: Entry) -> bytes:
    """The receipt of a line, under the checkpoint with the most witnesses.  Raises NotYetSealed."""
    checkpoint = best_for(session, entry.seq)
    before = session.scalar(select(Entry.hash).where(Entry.seq == entry.seq - 1))
    previous = journal.GENESIS if entry.seq == 1 else before or journal.GENESIS
    proof = merkle.inclusion_proof(entry.seq - 1, checkpoint.size, _subtrees(session, checkpoint.size))
    return receipt.make(entry.line, previous, entry.seq - 1, proof, note(session, checkpoint))
