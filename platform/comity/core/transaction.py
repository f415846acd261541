"""The one door.  It knows who is acting, hands out only rows that person may touch, and commits no unrecorded change.

    with transaction(amina) as tx:
        rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.transmit")
        rfa.move("transmit")
        tx.record(rfa, RequestTransmitted(...))

A missing row and a row one may not read are the same NotFound; a row one may read but not act on gives Denied.  Both
attempts are journalled.  An attempt to act that was refused ends the transaction, also if the caller catches the error.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as OrmSession
from sqlalchemy.orm import raiseload, selectinload
from sqlalchemy.orm.exc import StaleDataError

from comity.core import access, clock, guard, journal, reactions
from comity.core.actors import SYSTEM, Actor
from comity.core.cedar import PLATFORM
from comity.core.database import Session
from comity.core.errors import ComityError, Conflict, Denied, NotFound, Stale, Unrecorded
from comity.core.journal import Event
from comity.core.model import Row
from comity.core.refusals import AccessRefused, journal_refusal
from comity.core.text import _

R = TypeVar("R", bound=Row)
K = TypeVar("K")

log = logging.getLogger(__name__)


def _silence() -> None:
    """Nobody waits for a bell yet."""


bell: Callable[[], None] = _silence
"""Rung after every commit that left a line; set by the web application.  Must neither raise nor block."""


def set_bell(function: Callable[[], None]) -> None:
    """Ring `function` after every commit that left a line."""
    global bell
    bell = function


class Fact(NamedTuple):
    """What was recorded, about what, and the place in this transaction of what it follows from at once."""

    subject: str | None
    event: Event
    follows: int | None


class Transaction:
    """One unit of work by one actor.  `now` is the same instant throughout."""

    def __init__(self, session: OrmSession, actor: Actor, cause: int | None, writes: bool) -> None:
        self.session = session
        self.actor = actor
        self.cause = cause
        self.now = clock.now()
        self.lines: list[Fact] = []
        self._follows: int | None = None
        self.refused: list[tuple[Event, str | None]] = []
        self._writes = writes
        self._doomed: ComityError | None = None
        self._changes = guard.watch(session)

    # Reading

    def read(self, model: type[R], row_id: UUID, *, action: str | None = None) -> R:
        """The row, if this actor may read it.  Raises NotFound."""
        action = action or f"{model.kind}.read"
        row = self._one(model, row_id, access.clause(action, self.actor))
        if row is None:
            self._note(action, model, row_id)
            raise NotFound(_("There is nothing here that you can see."))
        return row

    def find(
        self,
        model: type[R],
        *where: ColumnElement[bool],
        order_by: Any = None,
        limit: int | None = None,
        offset: int | None = None,
        action: str | None = None,
        parts: Sequence[Any] | None = None,
    ) -> list[R]:
        """The rows that this actor may read (or, with `action`, do that to) among those that `where` names.

        They come with all their parts or, for a list that shows little of each, with these `parts` alone: to ask such a
        row for another one is an error, and not a query more.
        """
        query = select(model).where(access.clause(action or f"{model.kind}.read", self.actor), *where)
        if parts is not None:
            query = query.options(raiseload("*"), *(selectinload(part) for part in parts))
        if order_by is not None:
            query = query.order_by(*(order_by if isinstance(order_by, Sequence) else (order_by,)))
        return list(self.session.scalars(query.limit(limit).offset(offset)))

    def count(self, model: type[R], *where: ColumnElement[bool], action: str | None = None) -> int:
        """How many rows `find` would give."""
        clause = access.clause(action or f"{model.kind}.read", self.actor)
        return self.session.scalar(select(func.count()).select_from(model).where(clause, *where)) or 0

    def count_by(
        self, model: type[R], column: SQLColumnExpression[K], *where: ColumnElement[bool], action: str | None = None
    ) -> dict[K, int]:
        """How many rows `find` would give, by what stands in `column`; one query."""
        clause = access.clause(action or f"{model.kind}.read", self.actor)
        query = select(column, func.count()).select_from(model).where(clause, *where).group_by(column)
        return dict(self.session.execute(query).all())

    def options(self, row: Row) -> set[str]:
        """Every action of this kind that the policy permits this actor on this row now; one query."""
        return self.options_of([row])[row.id]

    def options_of(self, found: Sequence[Row]) -> dict[UUID, set[str]]:
        """`options` of several rows of one kind, by identifier; one query."""
        if not found:
            return {}
        model = type(found[0])
        actions = access.actions_of(model)
        columns = [access.clause(action, self.actor).label(f"a{n}") for n, action in enumerate(actions)]
        query = select(model.id, *columns).where(model.id.in_([row.id for row in found]))
        permitted: dict[UUID, set[str]] = {row.id: set() for row in found}
        for row_id, *answers in self.session.execute(query):
            permitted[row_id] = {action for action, yes in zip(actions, answers, strict=True) if yes}
        return permitted

    def permits(self, action: str) -> bool:
        """Whether an action that concerns no row (`journal.read`) is permitted."""
        if access.kind_of(action) != PLATFORM:
            raise ValueError(f"{action} concerns a row: use load, add or options")
        return bool(self.session.scalar(select(access.clause(action, self.actor))))

    def require(self, action: str) -> None:
        """Raises Denied unless `permits(action)`."""
        if not self.permits(action):
            self._note(action, None, None)
            raise self._doom(Denied(_("You may not do this.")))

    # Changing

    def load(self, model: type[R], row_id: UUID, to: str, *, version: int | None = None) -> R:
        """The row, locked, for an act.  Raises NotFound, Denied, or Stale when `version` is no longer its version."""
        self._may_write()
        row = self._one(model, row_id, access.clause(to, self.actor), lock=True)
        if row is None:
            self._note(to, model, row_id)
            if self._one(model, row_id, access.clause(f"{model.kind}.read", self.actor)) is None:
                raise self._doom(NotFound(_("There is nothing here that you can see.")))
            raise self._doom(Denied(_("You can read this, but you may not do this to it.")))
        if version is not None and version != row.version:
            raise self._doom(Stale(_(STALE)))
        return row

    def add(self, row: R, to: str) -> R:
        """A new row, if the policy permits this actor to make such a one.  Raises Denied."""
        self._may_write()
        self.session.add(row)
        self.session.flush()
        if self._one(type(row), row.id, access.clause(to, self.actor)) is None:
            self._note(to, type(row), None)
            raise self._doom(Denied(_("You may not do this.")))
        return row

    def add_first(self, row: R, to: str, late: str) -> R:
        """A new row of which there can be one: `add`, or Conflict with the sentence `late` if somebody was faster."""
        try:
            with self.session.begin_nested():
                return self.add(row, to)
        except IntegrityError as error:
            raise Conflict(late) from error

    def remove(self, row: Row) -> None:
        """Take a row away that was loaded for an act; like every change, it must be recorded."""
        self._may_write()
        self.session.delete(row)

    def record(self, subject: Row | None, fact: Event, *, covers: Iterable[Row] = ()) -> None:
        """Note that it happened, for `subject` and the rows that the fact `covers`; run what follows at once.

        What a reaction records has this line as its cause.
        """
        self._may_write()
        if journal.event_class(fact.name) is not type(fact):
            raise Unrecorded(f"{type(fact).__name__} is not an event that a loaded domain declares.")
        fact.data()
        self.session.flush()
        self._changes.recorded(row for row in (subject, *covers) if row is not None)
        outer, place = self._follows, len(self.lines)
        self.lines.append(Fact(subject.subject if subject is not None else None, fact, outer))
        self._follows = place
        try:
            for reaction in reactions.at_once_for(fact):
                reaction(self, subject, fact)
        finally:
            self._follows = outer

    def refuse(self, subject: Row | None, fact: Event) -> None:
        """Note that something was refused, in a line that is written although this transaction is rolled back.

        Such lines are limited for each actor and minute.
        """
        self.refused.append((fact, subject.subject if subject is not None else None))

    # Inside

    def _one(self, model: type[R], row_id: UUID, clause: ColumnElement[bool], *, lock: bool = False) -> R | None:
        query = select(model).where(model.id == row_id, clause).execution_options(populate_existing=lock)
        return self.session.scalars(query.with_for_update(of=model) if lock else query).one_or_none()

    def _may_write(self) -> None:
        if not self._writes:
            raise Unrecorded("This transaction only reads: open it with writes=True to change something.")

    def _note(self, action: str, model: type[Row] | None, row_id: UUID | None) -> None:
        if self.actor == SYSTEM:
            return  # nobody refused it anything: the row is not there
        kind = model.kind if model is not None else action.partition(".")[0]
        self.refused.append((AccessRefused(action, kind, str(row_id) if row_id else None), None))

    def _doom(self, error: ComityError) -> ComityError:
        self._doomed = error
        return error

    def close(self) -> None:
        """Check the guard, write the lines, commit.  Called by `transaction` alone."""
        if self._doomed is not None:
            raise self._doomed
        self.session.flush()
        self._changes.check()
        numbers: list[int] = []
        for fact in self.lines:
            cause = self.cause if fact.follows is None else numbers[fact.follows]
            number = journal.append(
                self.session, at=self.now, actor=self.actor.id, cause=cause, subject=fact.subject, event=fact.event
            )
            numbers.append(number)
        self.session.commit()


STALE = "Somebody changed this meanwhile: look at it again, then repeat your change."


@contextmanager
def transaction(actor: Actor, *, cause: int | None = None, writes: bool = True) -> Iterator[Transaction]:
    """Open the door for `actor`.  Commits at the end; anything raised inside rolls everything back.

    `cause` is the number of the line that this follows from.  With `writes=False` the database itself refuses every
    change, and on SQLite no writer is held up.
    """
    session = Session(writes=writes)
    tx = Transaction(session, actor, cause, writes)
    try:
        yield tx
        tx.close()
    except StaleDataError as error:
        raise Stale(_(STALE)) from error
    finally:
        session.close()  # rolls back what was not committed
        for attempt, subject in tx.refused:
            journal_refusal(actor, attempt, subject)
    if tx.lines:
        _ring()


def _ring() -> None:
    try:
        bell()
    except Exception:
        log.exception("The bell failed; the relay finds the line without it")
