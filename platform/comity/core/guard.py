"""The commit guard: a row that changed without a recorded event is not committed.

It sees what the ORM flushes, and refuses statements that would change rows behind its back.  Tables that inherit from
`Base` alone are bookkeeping, and are not asked about.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import TextClause, UpdateBase, event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from comity.core.errors import Unrecorded
from comity.core.model import Part, Row


class Changes:
    """The rows that a session has added, changed or deleted, and those of them that an event covers."""

    def __init__(self) -> None:
        self._touched: dict[int, Row | Part] = {}
        self._covered: dict[int, Row] = {}

    def noticed(self, row: object) -> None:
        if isinstance(row, Row | Part):
            self._touched[id(row)] = row

    def recorded(self, covered: Iterable[Row]) -> None:
        """An event has been recorded for these rows, and so for their parts."""
        self._covered.update({id(row): row for row in covered})

    def check(self) -> None:
        """Raises Unrecorded unless every touched row is covered."""
        names = sorted({type(row).__name__ for row in self._touched.values() if not self._is_covered(row)})
        if names:
            raise Unrecorded(f"{', '.join(names)} changed and nobody recorded it: nothing is committed.")

    def _is_covered(self, row: Row | Part) -> bool:
        if isinstance(row, Part):
            whole = getattr(row, row.part_of)
            return any(covered.id == whole for covered in self._covered.values())
        return id(row) in self._covered


def watch(session: Session) -> Changes:
    """Watch one session from now on."""
    changes = Changes()

    def before_flush(session: Session, _context: UOWTransaction, _instances: object) -> None:
        for row in (*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row))):
            changes.noticed(row)

    event.listen(session, "before_flush", before_flush)
    event.listen(session, "do_orm_execute", _refuse_bulk)
    return changes


def _refuse_bulk(state: ORMExecuteState) -> None:
    """Only single rows can be recorded; and no text, for nobody can tell which rows it changes."""
    if state.is_select:
        return
    if isinstance(state.statement, TextClause):
        raise Unrecorded("SQL as text is not executed in a transaction: nobody could tell what it changed.")
    if isinstance(state.statement, UpdateBase) and state.statement.table in _tables_of_rows():
        raise Unrecorded(f"Rows of {state.statement.table} may be changed only one by one, and recorded.")


def _tables_of_rows() -> set[object]:
    found: set[object] = set()
    waiting: list[type[Row | Part]] = [Row, Part]
    while waiting:
        for model in waiting.pop().__subclasses__():
            waiting.append(model)
            found.add(getattr(model, "__table__", None))
    return found
