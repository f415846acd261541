"""Attempts that were refused are lines too, up to a limit for each actor, kind of attempt and minute.

The limit keeps anyone from holding the journal's head by asking for random identifiers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy.orm import Session as OrmSession

from comity.core import clock, journal
from comity.core.actors import Actor
from comity.core.database import Session
from comity.core.settings import settings


@dataclass(frozen=True)
class AccessRefused(journal.Event):
    """Somebody tried what policy does not allow, or asked for what is not there."""

    name: ClassVar[str] = "access.refused"
    action: str
    kind: str
    row: str | None = None


def journal_refusal(actor: Actor, event: journal.Event, subject: str | None = None) -> None:
    """Write the line in a transaction of its own; the attempt's transaction has been rolled back.

    Past the limit only a read is made, which holds nobody up.
    """
    moment = clock.now()
    with Session(writes=False) as session:
        if _at_the_limit(session, actor, event, moment):
            return
    with Session() as session, session.begin():
        journal.lock(session)
        if not _at_the_limit(session, actor, event, moment):
            journal.append(session, at=moment, actor=actor.id, cause=None, subject=subject, event=event)


def _at_the_limit(session: OrmSession, actor: Actor, event: journal.Event, moment: datetime) -> bool:
    a_minute_ago = moment - timedelta(minutes=1)
    written = journal.written_since(session, event.name, actor.id, a_minute_ago)
    return written >= settings().limits.refusals_per_minute
