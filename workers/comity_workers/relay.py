"""The relay: journal lines to their reactions, in order, under a lease.

Messages wake; the journal decides.  Each reaction of each line runs in a transaction that also writes its handled mark,
so that repeating a line is harmless.  A reaction that fails does not stop the lines behind it: its mark says when it is
tried again.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from comity.core import clock, journal
from comity.core.actors import SYSTEM
from comity.core.database import Session
from comity.core.journal import Entry, Event
from comity.core.reactions import Reaction, afterwards_for
from comity.core.relaying import Handled, ReactionFailed, Relay
from comity.core.transaction import Transaction, transaction
from comity_workers import process

log = logging.getLogger("comity.relay")

NAME = "journal"
BATCH = 100
LEASE = timedelta(seconds=10)
"""How long the lines belong to one relay; renewed as it goes."""

LONGEST_RUN = 20.0
"""Seconds after which a run ends although there is more: the next ring goes on."""

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 30, 120, 600, 1800, 7200))
"""How long a failed reaction waits before each new try; one try more than there are pauses, then it has failed."""

TRIES = len(PAUSES) + 1


@dataclass
class Lease:
    """The right to read on; `renew` says whether it is still ours."""

    holder: str = field(default_factory=lambda: str(uuid4()))
    cursor: int = 0
    until: datetime = field(default_factory=lambda: datetime.now(UTC))

    def take(self) -> bool:
        """Whether the lines are ours now.  A lease far in the future is of a clock that was set back: void."""
        now = datetime.now(UTC)
        with Session() as session, session.begin():
            row = session.get(Relay, NAME, with_for_update=True)
            if row is None:
                row = Relay(name=NAME, cursor=0)
                session.add(row)
            elif row.holder is not None and row.lease_until is not None and now < row.lease_until < now + 2 * LEASE:
                return False
            row.holder, row.lease_until = self.holder, now + LEASE
            self.cursor, self.until = row.cursor, now + LEASE
        return True

    def renew(self, *, release: bool = False) -> bool:
        """Keep the lease and save the cursor; False if another has taken it meanwhile."""
        now = datetime.now(UTC)
        values = {"holder": None, "lease_until": None} if release else {"lease_until": now + LEASE}
        mine = update(Relay).where(Relay.name == NAME, Relay.holder == self.holder)
        with Session() as session, session.begin():
            answer = session.execute(mine.values(cursor=self.cursor, **values))
            kept: bool = answer.rowcount == 1  # type: ignore[attr-defined]  # an UPDATE has one
        self.until = now + LEASE
        return kept

    def half_gone(self) -> bool:
        return datetime.now(UTC) > self.until - LEASE / 2


def relay() -> int:
    """Handle what waits, as far as a run may last; returns how many lines were passed (0 if another relay is at it)."""
    lease = Lease()
    try:
        if not lease.take():
            return 0
    except IntegrityError:  # two relays made the first row at once, and the other one won
        return 0
    passed, ends = 0, time.monotonic() + LONGEST_RUN
    retry()
    while not process.stopping.is_set() and time.monotonic() < ends:
        with Session(writes=False) as session:
            entries = journal.read_after(session, lease.cursor, BATCH)
        if not entries:
            break
        if not _pass(entries, lease):
            return passed
        passed += len(entries)
    lease.renew(release=True)
    return passed


def _pass(entries: list[Entry], lease: Lease) -> bool:
    """Run the reactions of a batch and move the cursor behind it; False if the lease was lost on the way."""
    for entry in entries:
        if lease.half_gone() and not lease.renew():
            return False
        event = entry.event()
        if event is not None:  # else an older version wrote it, and nothing follows from it any more
            for reaction in afterwards_for(event):
                react(entry, event, reaction)
        lease.cursor = entry.seq
        if process.stopping.is_set():
            break
    return lease.renew()


def retry(limit: int = BATCH) -> int:
    """Try again the reactions whose time has come; returns how many were tried."""
    with Session(writes=False) as session:
        due = select(Handled.seq, Handled.reaction).where(
            Handled.state == "waiting", Handled.next_try_at <= clock.now()
        )
        waiting = session.execute(due.order_by(Handled.next_try_at).limit(limit)).all()
        entries = {seq: session.get(Entry, seq) for seq, _ in waiting}
    for seq, name in waiting:
        entry = entries[seq]
        event = entry.event() if entry is not None else None
        if entry is None or event is None:
            continue
        known = {reaction.name: reaction for reaction in afterwards_for(event)}
        react(entry, event, known.get(name, Reaction(name, (), _gone)))
    return len(waiting)


def _gone(_tx: Transaction, _entry: Entry, _event: Event) -> None:
    raise LookupError("this version has no such reaction")


def react(entry: Entry, event: Event, reaction: Reaction) -> None:
    """Run one reaction to one line, once: the mark is written with what the reaction does, or neither is."""
    try:
        with transaction(SYSTEM, cause=entry.seq) as tx:
            mark = tx.session.get(Handled, (entry.seq, reaction.name), with_for_update=True)
            if mark is None:
                mark = Handled(seq=entry.seq, reaction=reaction.name, state="done", attempts=0)
                tx.session.add(mark)
                tx.session.flush()  # a second worker on the same line stops here
            elif mark.state != "waiting":
                return
            reaction.function(tx, entry, event)
            mark.state, mark.attempts, mark.next_try_at = "done", mark.attempts + 1, None
    except Exception as error:
        _note_failure(entry, reaction, error)


def _note_failure(entry: Entry, reaction: Reaction, error: Exception) -> None:
    """Count the try; the cursor goes on, and the retry comes later.  After the last try a line says so."""
    with transaction(SYSTEM, cause=entry.seq) as tx:
        mark = tx.session.get(Handled, (entry.seq, reaction.name), with_for_update=True)
        if mark is None:
            mark = Handled(seq=entry.seq, reaction=reaction.name, state="waiting", attempts=0)
            tx.session.add(mark)
        elif mark.state != "waiting":
            return  # another worker has done it meanwhile
        log.warning("Reaction %s to line %s failed: %s", reaction.name, entry.seq, type(error).__name__, exc_info=error)
        mark.attempts += 1
        mark.error = type(error).__name__
        if mark.attempts < TRIES:
            mark.next_try_at = tx.now + PAUSES[mark.attempts - 1]
        else:
            mark.state, mark.next_try_at = "failed", None
            tx.record(None, ReactionFailed(seq=entry.seq, reaction=reaction.name, attempts=mark.attempts))
