"""The line: what happened, in order, chained by hash, written in the transaction of the change.

Each line keeps its canonical text; its hash covers the previous hash and these bytes.  The head row is locked last and
until commit, so the order of numbers is the order of commits, and a reader that remembers one number misses nothing.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import chain
from typing import Any, ClassVar

from sqlalchemy import Index, Text, func, insert, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, Session, mapped_column

from comity.core.errors import JournalBroken
from comity.core.model import Base, Sha256

GENESIS = "0" * 64
"""What the first line is chained to."""

_events: dict[str, type[Event]] = {}


@dataclass(frozen=True)
class Event:
    """A fact, in the past tense, carrying identifiers and never content.  Subclasses set `name`."""

    name: ClassVar[str] = ""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if cls.__dict__.get("name"):
            known = _events.setdefault(cls.name, cls)
            if known.__qualname__ != cls.__qualname__ or known.__module__ != cls.__module__:
                raise TypeError(f"two events are named {cls.name}")
            _events[cls.name] = cls

    def data(self) -> dict[str, Any]:
        """The fields, as a line keeps them.  Raises TypeError for anything but plain values."""
        return {field.name: _plain(getattr(self, field.name)) for field in dataclasses.fields(self)}


def _plain(value: Any) -> Any:
    """Text, whole numbers, truth, nothing, and lists and tables of these: what every reader understands alike."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {str(key): _plain(item) for key, item in value.items()}
    raise TypeError(f"{value!r} cannot be part of a line: use text, whole numbers, lists and tables of these")


def event_names() -> list[str]:
    """Every event that a loaded domain can record."""
    return sorted(_events)


def event_class(name: str) -> type[Event] | None:
    """The class of an event, or None for a line that an older version wrote."""
    return _events.get(name)


class Entry(Base):
    """One line.  The columns beside `line` mirror it for queries; verification compares them."""

    __tablename__ = "journal"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str]
    actor: Mapped[str]
    cause: Mapped[int | None]
    name: Mapped[str]
    subject: Mapped[str | None]
    line: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(Sha256)

    __table_args__ = (
        Index("ix_journal_subject_seq", "subject", "seq"),
        Index("ix_journal_actor_name_at", "actor", "name", "at"),
    )

    @property
    def data(self) -> dict[str, Any]:
        """What the event carried."""
        data: dict[str, Any] = json.loads(self.line)["data"]
        return data

    @property
    def happened_at(self) -> datetime:
        """When, aware, in UTC."""
        return datetime.fromisoformat(self.at)

    def event(self) -> Event | None:
        """The event again, or None if this version does not know its class."""
        known = event_class(self.name)
        if known is None:
            return None
        fields = {field.name for field in dataclasses.fields(known)}
        return known(**{key: value for key, value in self.data.items() if key in fields})


class Head(Base):
    """The last line's number and hash; one row, locked by whoever appends."""

    __tablename__ = "journal_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(Sha256)


def stamp(moment: datetime) -> str:
    """An instant as a line writes it: UTC, microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _dumps(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def around_seq(entry: dict[str, Any], data: dict[str, Any]) -> tuple[str, str]:
    """The canonical text before and after the number, which is known only once the head is locked."""
    before = {"actor": entry["actor"], "at": entry["at"], "cause": entry["cause"], "data": data, "name": entry["name"]}
    return _dumps(before)[:-1] + ',"seq":', ',"subject":' + _dumps(entry["subject"]) + "}"


def chained(previous: str, line: str) -> str:
    """The hash of a line after the line whose hash is `previous`."""
    return sha256(f"{previous}\n{line}".encode(errors="surrogateescape")).hexdigest()


_APPEND = text(
    """
    WITH head AS (
        UPDATE journal_head
           SET seq = seq + 1,
               hash = encode(sha256(convert_to(hash || chr(10)
                   || CAST(:before AS text) || CAST(seq + 1 AS text) || CAST(:after AS text), 'UTF8')), 'hex')
         WHERE id = 1
        RETURNING seq, hash)
    INSERT INTO journal (seq, at, actor, cause, name, subject, line, hash)
    SELECT head.seq, :at, :actor, CAST(:cause AS integer), :name, CAST(:subject AS text),
           CAST(:before AS text) || CAST(head.seq AS text) || CAST(:after AS text), head.hash
      FROM head
    RETURNING seq
    """
)
"""On PostgreSQL one statement locks the head, chains and inserts; the lock is held until the commit has ended."""


_FIRST_HEAD = text(f"INSERT INTO journal_head (id, seq, hash) VALUES (1, 0, '{GENESIS}') ON CONFLICT DO NOTHING")  # noqa: S608


def append(session: Session, *, at: datetime, actor: str, cause: int | None, subject: str | None, event: Event) -> int:
    """Write the next line; returns its number.  Call last before commit."""
    entry = {"at": stamp(at), "actor": actor, "cause": cause, "name": event.name, "subject": subject}
    before, after = around_seq(entry, event.data())
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        values = {**entry, "before": before, "after": after}
        number = connection.execute(_APPEND, values).scalar()
        if number is None:  # the very first line; another may be writing it too
            connection.execute(_FIRST_HEAD)
            number = connection.execute(_APPEND, values).scalar_one()
        return int(number)
    head = connection.execute(select(Head.seq, Head.hash).where(Head.id == 1)).one_or_none()
    if head is None:
        connection.execute(insert(Head).values(id=1, seq=0, hash=GENESIS))
    last, previous = head or (0, GENESIS)
    line = f"{before}{last + 1}{after}"
    digest = chained(previous, line)
    connection.execute(update(Head).where(Head.id == 1).values(seq=last + 1, hash=digest))
    connection.execute(insert(Entry).values(seq=last + 1, line=line, hash=digest, **entry))
    return int(last) + 1


def read_after(session: Session, seq: int, limit: int) -> list[Entry]:
    """The next lines in order."""
    return list(session.scalars(select(Entry).where(Entry.seq > seq).order_by(Entry.seq).limit(limit)))


def last_seq(session: Session) -> int:
    """The number of the last line; 0 for an empty journal."""
    return session.scalar(select(Head.seq).where(Head.id == 1)) or 0


def checkpoint(session: Session) -> str:
    """`seq:hash` of the last line; kept elsewhere, it shows later that no line before it was cut off or replaced."""
    seq, digest = _head(session)
    return f"{seq}:{digest}"


@dataclass(frozen=True)
class Verified:
    """What verification saw: how many lines, and the checkpoint `seq:hash` of the last."""

    lines: int
    seq: int
    hash: str

    @property
    def checkpoint(self) -> str:
        return f"{self.seq}:{self.hash}"


_MIRRORED = ("seq", "at", "actor", "cause", "name", "subject")

_EVERY_LINE = (
    select(*(getattr(Entry, name) for name in _MIRRORED), Entry.line, Entry.hash)
    .order_by(Entry.seq)
    .execution_options(yield_per=5000)
)
"""Read as a stream: verification holds a few thousand lines, however long the journal is."""


def verify(session: Session, *, since: tuple[int, str] | None = None) -> Verified:
    """Check every line, the chain, the mirrored columns, the head, and a checkpoint kept elsewhere.

    Lines may be written meanwhile.  Raises JournalBroken at the first line that is not what was written.
    """
    try:
        return _verify(session, since)
    except OperationalError:
        if session.connection().dialect.name != "sqlite":
            raise
        with _whatever_the_bytes(session):
            return _verify(session, since)


@contextmanager
def _whatever_the_bytes(session: Session) -> Iterator[None]:
    """SQLite keeps a text that is not UTF-8, and its driver fails at it without a word of the line."""
    driver: Any = session.connection().connection.driver_connection
    usual, driver.text_factory = driver.text_factory, lambda text: text.decode(errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = usual


def _verify(session: Session, since: tuple[int, str] | None) -> Verified:
    kept = [(*since, "the checkpoint kept elsewhere")] if since is not None else []
    kept.append((*_head(session), "the head row"))
    known: dict[int, str | None] = {seq: GENESIS if seq == 0 else None for seq, _, _ in kept}
    expected, previous = 1, GENESIS
    with session.connection().execute(_EVERY_LINE) as stream:
        for row in chain.from_iterable(stream.partitions()):
            _check(row, expected, previous)
            previous = row[-1]
            if expected in known:
                known[expected] = previous
            expected += 1
    last = expected - 1
    for seq, digest, whose in kept:
        if known[seq] is None:
            raise JournalBroken(last + 1, "the tail has been cut: this line was written and is missing")
        if known[seq] != digest:
            raise JournalBroken(seq, f"{whose} has another hash for it")
    if last > (now := _head(session))[0]:
        raise JournalBroken(now[0] + 1, "it was added past the head row")
    return Verified(last, last, previous)


def _head(session: Session) -> tuple[int, str]:
    head = session.execute(select(Head.seq, Head.hash).where(Head.id == 1)).one_or_none()
    return (head.seq, head.hash) if head is not None else (0, GENESIS)


def _check(row: Any, expected: int, previous: str) -> None:
    seq, at, actor, cause, name, subject, line, digest = row
    if seq != expected:
        missing = seq > expected
        raise JournalBroken(expected, "it is missing" if missing else f"line {seq} stands in its place")
    if chained(previous, line) != digest:
        raise JournalBroken(seq, "its hash does not cover its text and the line before")
    before = f'{{"actor":{_quoted(actor)},"at":{_quoted(at)},"cause":{"null" if cause is None else cause},"data":{{'
    after = f'}},"name":{_quoted(name)},"seq":{seq},"subject":{_quoted(subject)}}}'
    if not (line.startswith(before) and line.endswith(after) and len(line) >= len(before) + len(after)):
        raise JournalBroken(seq, "its columns do not say what its text says")


def _quoted(value: Any) -> str:
    if type(value) is str:
        return json.encoder.encode_basestring(value)
    return "null" if value is None else repr(value)  # after tampering a column may hold anything


def written_since(session: Session, name: str, actor: str, moment: datetime) -> int:
    """How many lines of this name the actor has left since `moment`."""
    query = select(func.count()).where(Entry.actor == actor, Entry.name == name, Entry.at >= stamp(moment))
    return session.scalar(query) or 0


def has_left(session: Session, name: str, actor: str, subject: str) -> bool:
    """Whether the actor has ever left a line of this name about this subject."""
    query = select(Entry.seq).where(Entry.subject == subject, Entry.name == name, Entry.actor == actor).limit(1)
    return session.scalar(query) is not None


def lock(session: Session) -> None:
    """Hold the head from now on, so that what is counted before the next line stays true until it is written."""
    session.execute(select(Head.seq).where(Head.id == 1).with_for_update())
