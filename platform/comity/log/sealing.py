"""How lines become leaves and states of the log are signed: what the job `seal_journal` does.

The tree is extended from committed lines alone, in their order, and no state is signed that does not continue the one
signed before.  What is not as it was written stops the sealing, and a page says so.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from pathlib import Path

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from comity.core import journal, keeping
from comity.core.errors import JournalBroken, SettingsError
from comity.core.journal import Entry
from comity.core.settings import settings
from comity.core.transaction import Transaction
from comity.log import queries, trust
from comity.log.model import LogCheckpoint, LogCosignature, LogDay, LogHead, LogTile
from comity_seal.errors import BadNote
from comity_seal.log import merkle
from comity_seal.log.notes import LOG
from comity_seal.log.signer import NoteKey
from comity_seal.log.tiles import HASH, WIDTH, subtree_hash

PAGE = 10 * WIDTH
"""Lines sealed in one transaction."""

KEPT = timedelta(days=2)
"""How long checkpoints are kept beside those of each day."""


def signing_key(*, make: bool = False) -> NoteKey:
    """The log's key, which is in no database; its name is the log's, whatever address the platform has.

    Raises SettingsError.
    Under the data folder it is made once; a file that the settings name is made only where `make` says so, because two
    machines that each made one would sign two logs of one name.
    """
    named, wanted = settings().log.key_file, settings().log.origin
    file = Path(named) if named else settings().folder / "log-key"
    if named and not make and not file.exists():
        raise SettingsError(f"log.key_file: {file} is not there: make it once with `comity-server log-key --make`.")
    try:
        key = NoteKey.from_text(keeping.made_once(file, lambda: NoteKey.generate(trust.origin_to_be(), LOG).to_text()))
    except OSError as error:
        raise SettingsError(f"The key of the log cannot be kept in {file}: {error.strerror}.") from error
    except (BadNote, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} does not hold the key of a log: {error}.") from error
    if key.public.kind != LOG or wanted not in ("", key.public.name):
        raise SettingsError(f"{file} holds the key of {key.public.name}, which is not the log that log.origin names.")
    if settings().log.key not in ("", str(key.public)):
        raise SettingsError(f"{file} does not hold the key that log.key names.")
    return key


def extend(tx: Transaction) -> bool:
    """Add one page of lines to the tree; True if there are more.  Raises JournalBroken."""
    head = _head(tx.session)
    last = journal.last_seq(tx.session)
    if last < head.size:
        raise JournalBroken(last + 1, "the log has sealed it, and it is missing")
    if last == head.size:
        return False
    leaves = [merkle.leaf(bytes.fromhex(digest)) for digest in _new_hashes(tx.session, head.size)]
    _append(tx.session, 0, head.size, leaves)
    head.size += len(leaves)
    return head.size < last


def _head(session: Session) -> LogHead:
    head = session.scalar(select(LogHead).with_for_update().execution_options(populate_existing=True))
    if head is None:
        head = LogHead(id=1, size=0)
        session.add(head)
        session.flush()  # a second worker that begins at the same moment stops here
    return head


def _new_hashes(session: Session, sealed: int) -> list[str]:
    """The hashes of the lines after those sealed, each checked against its text and the line before."""
    previous = session.scalar(select(Entry.hash).where(Entry.seq == sealed)) if sealed else journal.GENESIS
    query = select(Entry.seq, Entry.line, Entry.hash).where(Entry.seq > sealed).order_by(Entry.seq).limit(PAGE)
    found: list[str] = []
    for seq, line, digest in session.execute(query):
        if seq != sealed + len(found) + 1 or previous is None:
            raise JournalBroken(sealed + len(found) + 1, "it is missing")
        if journal.chained(previous, line) != digest:
            raise JournalBroken(seq, "its hash does not cover its text and the line before")
        found.append(digest)
        previous = digest
    return found


def _append(session: Session, level: int, size: int, hashes: list[bytes]) -> None:
    """Put hashes behind the `size` that a level holds; a tile that becomes full is one hash of the level above."""
    before, full = size, []
    while hashes:
        n, held = divmod(size, WIDTH)
        tile = session.get(LogTile, (level, n))
        if (len(tile.hashes) if tile else 0) != held * HASH:
            raise JournalBroken(size + 1, "the tiles of the log are damaged there")
        if tile is None:
            tile = LogTile(level=level, n=n, hashes=b"")
            session.add(tile)
        fitting, hashes = hashes[: WIDTH - held], hashes[WIDTH - held :]
        tile.hashes += b"".join(fitting)
        size += len(fitting)
        if size % WIDTH == 0:
            content = tile.hashes
            full.append(subtree_hash([content[at : at + HASH] for at in range(0, len(content), HASH)]))
    session.flush()
    if full:
        _append(session, level + 1, before // WIDTH, full)


def sign(tx: Transaction) -> None:
    """Sign the state that the tree has, if it is a new one, and note the checkpoint of the day."""
    size = tx.session.scalar(select(LogHead.size)) or 0
    if not size:
        return
    last = queries.latest(tx.session)
    if last is None or last.size < size:
        _sign(tx, size, last)
    today = tx.now.astimezone(UTC).date()
    if tx.session.get(LogDay, today) is None:
        tx.session.add(LogDay(day=today, size=size))
    tx.session.flush()


def _sign(tx: Transaction, size: int, last: LogCheckpoint | None) -> None:
    key = signing_key()
    if last is not None and last.key != str(key.public):
        raise SettingsError(
            f"The log was signed with {last.key}: give its key back, for another one makes another log."
        )
    if last is not None and queries.root(tx.session, last.size).hex() != last.root:
        raise JournalBroken(last.size, "the log no longer holds what it signed up to there")
    root = queries.root(tx.session, size)
    note = key.sign_checkpoint(size, root).decode()
    tx.session.add(LogCheckpoint(size=size, root=root.hex(), note=note, key=str(key.public), made_at=tx.now))
    tx.session.flush()


def thin(tx: Transaction) -> None:
    """Forget old checkpoints, but those of days, and none that more witnesses have seen than the younger ones."""
    ago = tx.now - KEPT
    counted = (
        select(LogCheckpoint.size, LogCheckpoint.made_at, func.count(LogCosignature.witness).label("seen"))
        .outerjoin(LogCosignature, LogCosignature.size == LogCheckpoint.size)
        .group_by(LogCheckpoint.size, LogCheckpoint.made_at)
        .subquery()
    )
    best = tx.session.scalar(select(func.max(counted.c.seen)).where(counted.c.made_at >= ago))
    if best is None:
        return
    old = select(counted.c.size).where(counted.c.made_at < ago, counted.c.seen <= best)
    unneeded = list(tx.session.scalars(old.where(counted.c.size.not_in(select(LogDay.size)))))
    for start in range(0, len(unneeded), 500):
        some = unneeded[start : start + 500]
        tx.session.execute(delete(LogCosignature).where(LogCosignature.size.in_(some)))
        tx.session.execute(delete(LogCheckpoint).where(LogCheckpoint.size.in_(some)))
