"""Lines of the journal by what they are about, who acted and when; its verification; how the platform is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select

from comity.core import journal, relaying, storage
from comity.core.errors import ComityError
from comity.core.journal import Entry, Verified
from comity.core.transaction import Transaction
from comity.notifications.delivering import counts

PAGE = 50
"""Lines on a page."""

SUBJECTS = ("rfa", "document", "deadline", "notification", "session", "account", "keyset", "access", "reaction")
"""What lines can be narrowed to: the first part of an event's name."""


@dataclass(frozen=True)
class Filter:
    """Which lines are wanted: `of` is the first part of event names, `day` a day in `zone`."""

    about: str | None = None
    who: str | None = None
    of: str | None = None
    day: date | None = None
    zone: str = "UTC"

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.about:
            request = self.about.removeprefix("rfa:")
            inside = [Entry.line.contains(f'"{key}":"{value}"', autoescape=True) for key, value in (
                ("matter", self.about), ("request", request),
            )]  # fmt: skip
            found.append(or_(Entry.subject == self.about, *inside))
        if self.who:
            found.append(Entry.actor == self.who)
        if self.of:
            names = [f"{self.of}."] if self.of != "rfa" else ["rfa.", "clarification."]
            found.append(or_(*(Entry.name.startswith(name, autoescape=True) for name in names)))
        if self.day:
            start, end = (_midnight(day, self.zone) for day in (self.day, self.day + timedelta(days=1)))
            found += [Entry.at >= journal.stamp(start), Entry.at < journal.stamp(end)]
        return found


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


@dataclass(frozen=True)
class Lines:
    """A page of lines, the newest first; `older` and `newer` are numbers to go on from, None at an end."""

    entries: list[Entry]
    newer: int | None
    older: int | None


def lines(tx: Transaction, wanted: Filter, *, before: int | None = None, after: int | None = None) -> Lines:
    """The lines before a number, or after one, or the newest."""
    query = select(Entry).where(*wanted.conditions())
    if after is not None:
        found = list(tx.session.scalars(query.where(Entry.seq > after).order_by(Entry.seq).limit(PAGE + 1)))
        more, page = len(found) > PAGE, found[:PAGE][::-1]
        return Lines(page, page[0].seq if more and page else None, page[-1].seq if page else None)
    if before is not None:
        query = query.where(Entry.seq < before)
    found = list(tx.session.scalars(query.order_by(Entry.seq.desc()).limit(PAGE + 1)))
    more, page = len(found) > PAGE, found[:PAGE]
    newer = page[0].seq if page and before is not None else None
    return Lines(page, newer, page[-1].seq if more else None)


def line(tx: Transaction, seq: int) -> Entry | None:
    """One line by its number."""
    return tx.session.get(Entry, seq)


def caused_by(tx: Transaction, seq: int) -> list[Entry]:
    """What followed from a line."""
    query = select(Entry).where(Entry.cause == seq).order_by(Entry.seq).limit(PAGE)
    return list(tx.session.scalars(query))


def verify(tx: Transaction, *, since: tuple[int, str] | None = None) -> Verified:
    """Check every line.  Raises JournalBroken."""
    return journal.verify(tx.session, since=since)


@dataclass(frozen=True)
class Health:
    """How the platform is: the journal and its relay, the jobs, the messages, the store."""

    lines: int
    relay: relaying.RelayHealth
    jobs: list[relaying.JobRun]
    messages: dict[str, int]
    store: str | None

    @property
    def well(self) -> bool:
        failed = self.relay.failed or self.messages.get("failed") or any(job.error for job in self.jobs)
        return not failed and self.store is None


def health(tx: Transaction) -> Health:
    """Read it now."""
    return Health(
        lines=journal.last_seq(tx.session),
        relay=relaying.relay_health(tx.session),
        jobs=relaying.last_runs(tx.session),
        messages=counts(tx.session),
        store=_store_problem(),
    )


def _store_problem() -> str | None:
    try:
        storage.store().exists("health")
    except (ComityError, OSError) as error:
        return error.message if isinstance(error, ComityError) else f"{error.strerror}."
    return None
