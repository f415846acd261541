"""The door: Amina and Bruno work on sheets, Chidi is sent one, Dora must see nothing."""

from contextlib import suppress
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from tests.core.world import AMINA, BRUNO, CHIDI, DORA, EMRE, Corner, Scrap, Sheet, SheetSent, SheetWritten

from comity.core import database, reactions
from comity.core.actors import SYSTEM
from comity.core.errors import Denied, NotFound, Stale, Unrecorded
from comity.core.journal import Entry, Event
from comity.core.transaction import transaction

pytestmark = pytest.mark.usefixtures("world")


def written(sent: bool = False):
    with transaction(AMINA) as tx:
        sheet = tx.add(Sheet(sender="OTP", receiver="XA", author="amina", sent=sent), to="sheet.write")
        tx.record(sheet, SheetWritten("OTP"))
    return sheet.id


def names() -> list[str]:
    with database.Session() as session:
        return list(session.scalars(select(Entry.name).order_by(Entry.seq)))


def words(sheet_id) -> str | None:
    with database.Session() as session:
        return session.scalar(select(Sheet.words).where(Sheet.id == sheet_id))


def test_a_change_and_its_line_are_committed_together():
    sheet_id = written()
    with database.Session() as session:
        entry = session.scalars(select(Entry)).one()
    assert (entry.name, entry.actor, entry.subject, entry.data) == (
        "sheet.written",
        "amina",
        f"sheet:{sheet_id}",
        {"sender": "OTP"},
    )


def test_an_unrecorded_change_is_not_committed():
    sheet_id = written()
    with pytest.raises(Unrecorded, match="Sheet changed and nobody recorded it"), transaction(AMINA) as tx:
        tx.load(Sheet, sheet_id, to="sheet.send").words = "two"
    assert words(sheet_id) == "one"
    assert names() == ["sheet.written"]


def test_an_unrecorded_new_row_is_not_committed():
    with pytest.raises(Unrecorded), transaction(AMINA) as tx:
        tx.add(Sheet(sender="OTP", author="amina"), to="sheet.write")
    with database.Session() as session:
        assert session.scalars(select(Sheet)).all() == []


def test_changing_many_rows_at_once_is_refused():
    sheet_id = written()
    with pytest.raises(Unrecorded, match="one by one"), transaction(SYSTEM) as tx:
        tx.session.execute(update(Sheet).values(words="all"))
    assert words(sheet_id) == "one"


def test_a_covered_row_counts_as_recorded():
    first, second = written(), written()
    with transaction(AMINA) as tx:
        one, two = (tx.load(Sheet, sheet_id, to="sheet.send") for sheet_id in (first, second))
        one.words, two.words = "1", "2"
        tx.record(one, SheetSent("XA"), covers=[two])
    assert (words(first), words(second)) == ("1", "2")


def test_what_may_not_be_seen_looks_like_what_is_not_there_and_both_attempts_are_lines():
    sheet_id = written()
    answers = []
    for wanted in (sheet_id, uuid4()):
        with pytest.raises(NotFound) as refusal, transaction(DORA) as tx:
            tx.read(Sheet, wanted)
        answers.append((str(refusal.value), refusal.value.status))
    assert answers[0] == answers[1]
    assert names() == ["sheet.written", "access.refused", "access.refused"]


def test_a_reader_who_may_not_act_is_denied_and_nothing_changes():
    sheet_id = written(sent=True)
    with pytest.raises(Denied), transaction(CHIDI) as tx:
        tx.load(Sheet, sheet_id, to="sheet.send").words = "mine"
    assert words(sheet_id) == "one"
    with database.Session() as session:
        last = session.scalars(select(Entry).order_by(Entry.seq.desc())).first()
    assert (last.name, last.actor, last.data) == (
        "access.refused",
        "chidi",
        {"action": "sheet.send", "kind": "sheet", "row": str(sheet_id)},
    )


def test_refused_attempts_are_journalled_up_to_the_limit(settings):
    for _ in range(settings.limits.refusals_per_minute + 5):
        with pytest.raises(NotFound), transaction(DORA) as tx:
            tx.read(Sheet, uuid4())
    assert names().count("access.refused") == settings.limits.refusals_per_minute


def test_a_forbid_wins_over_a_permit():
    sheet_id = written()
    with pytest.raises(Denied), transaction(AMINA) as tx:
        tx.load(Sheet, sheet_id, to="sheet.check")
    with transaction(BRUNO) as tx:
        tx.load(Sheet, sheet_id, to="sheet.check")


def test_lists_hold_only_what_may_be_read():
    sent, _kept = written(sent=True), written()
    with transaction(CHIDI, writes=False) as tx:
        assert [sheet.id for sheet in tx.find(Sheet)] == [sent]
        assert tx.count(Sheet) == 1
    with transaction(DORA, writes=False) as tx:
        assert tx.find(Sheet) == []
    with transaction(AMINA, writes=False) as tx:
        assert tx.count(Sheet) == 2


def test_options_are_what_the_policy_permits_on_this_row():
    sheet_id = written(sent=True)
    with transaction(AMINA, writes=False) as tx:
        assert tx.options(tx.read(Sheet, sheet_id)) == {"sheet.read", "sheet.write", "sheet.send"}
    with transaction(CHIDI, writes=False) as tx:
        assert tx.options(tx.read(Sheet, sheet_id)) == {"sheet.read"}


def test_nobody_adds_a_row_the_policy_does_not_permit():
    with pytest.raises(Denied), transaction(AMINA) as tx:
        tx.add(Sheet(sender="XA", author="amina"), to="sheet.write")
    with database.Session() as session:
        assert session.scalars(select(Sheet)).all() == []


def test_a_stale_version_is_refused():
    sheet_id = written()
    with transaction(AMINA) as tx:
        sheet = tx.load(Sheet, sheet_id, to="sheet.send", version=1)
        sheet.words = "two"
        tx.record(sheet, SheetSent("XA"))
    with pytest.raises(Stale), transaction(BRUNO) as tx:
        tx.load(Sheet, sheet_id, to="sheet.send", version=1)
    assert words(sheet_id) == "two"


def slyly_change(sheet_id, flush: bool) -> None:
    with transaction(AMINA, writes=False) as tx:
        sheet = tx.read(Sheet, sheet_id)
        sheet.words = "sly"
        if flush:
            tx.session.flush()
        tx.record(sheet, SheetSent("XA"))


def test_a_reading_transaction_cannot_record():
    sheet_id = written()
    with pytest.raises(Unrecorded, match="only reads"):
        slyly_change(sheet_id, flush=False)
    assert words(sheet_id) == "one"


def test_the_database_itself_refuses_a_change_in_a_reading_transaction():
    sheet_id = written()
    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        slyly_change(sheet_id, flush=True)
    assert words(sheet_id) == "one"
    with transaction(AMINA) as tx:
        sheet = tx.load(Sheet, sheet_id, to="sheet.send")
        sheet.words = "two"
        tx.record(sheet, SheetSent("XA"))
    assert words(sheet_id) == "two"


def test_a_reading_transaction_loads_nothing_for_an_act_and_adds_nothing():
    sheet_id = written()
    with pytest.raises(Unrecorded, match="only reads"), transaction(AMINA, writes=False) as tx:
        tx.load(Sheet, sheet_id, to="sheet.send")
    with pytest.raises(Unrecorded, match="only reads"), transaction(AMINA, writes=False) as tx:
        tx.add(Sheet(sender="OTP", author="amina"), to="sheet.write")


def test_a_refused_attempt_ends_the_transaction_also_when_its_error_is_caught():
    sheet_id = written(sent=True)
    with pytest.raises(Denied), transaction(CHIDI) as tx:  # noqa: PT012
        with suppress(Denied):
            tx.load(Sheet, sheet_id, to="sheet.send")
        tx.session.add(Scrap(id=1, words="after"))
    with database.Session() as session:
        assert session.scalars(select(Scrap)).all() == []
    assert names() == ["sheet.written", "access.refused"]


def test_a_refused_new_row_is_not_committed_also_when_it_is_recorded_afterwards():
    with pytest.raises(Denied), transaction(AMINA) as tx:  # noqa: PT012
        sheet = Sheet(sender="XA", author="amina")
        with suppress(Denied):
            tx.add(sheet, to="sheet.write")
        tx.record(sheet, SheetWritten("XA"))
    with database.Session() as session:
        assert session.scalars(select(Sheet)).all() == []
    assert names() == ["access.refused"]


def test_bookkeeping_needs_no_line_and_leaves_none():
    with transaction(AMINA) as tx:
        tx.session.add(Scrap(id=1, words="counted"))
    with database.Session() as session:
        assert session.scalars(select(Scrap.words)).all() == ["counted"]
    assert names() == []


def corners() -> list[str]:
    with database.Session() as session:
        return list(session.scalars(select(Corner.words).order_by(Corner.n)))


def test_a_part_is_recorded_with_its_whole():
    sheet_id = written()
    with transaction(AMINA) as tx:
        sheet = tx.load(Sheet, sheet_id, to="sheet.send")
        tx.session.add(Corner(sheet_id=sheet.id, n=1))
        tx.record(sheet, SheetSent("XA"))
    assert corners() == ["blank"]


def test_a_part_is_not_committed_when_nothing_or_another_row_is_recorded():
    mine, other = written(), written()
    with pytest.raises(Unrecorded, match="Corner"), transaction(AMINA) as tx:
        tx.session.add(Corner(sheet_id=mine, n=1))
    with pytest.raises(Unrecorded, match="Corner"), transaction(AMINA) as tx:  # noqa: PT012
        tx.session.add(Corner(sheet_id=mine, n=1))
        tx.record(tx.load(Sheet, other, to="sheet.send"), SheetSent("XA"))
    assert corners() == []


def test_an_unrecorded_deletion_is_not_committed():
    sheet_id = written()
    with pytest.raises(Unrecorded), transaction(AMINA) as tx:
        tx.session.delete(tx.load(Sheet, sheet_id, to="sheet.send"))
    assert words(sheet_id) == "one"


@pytest.mark.parametrize(
    "statement",
    [
        insert(Sheet.__table__).values(sender="OTP", author="amina"),
        update(Sheet.__table__).values(words="all"),
        delete(Sheet.__table__),
        delete(Sheet),
        update(Corner).values(words="all"),
        text("UPDATE sheet SET words = 'all'"),
    ],
    ids=["insert", "update", "delete", "delete by class", "part", "text"],
)
def test_no_statement_changes_rows_behind_the_guard(statement):
    sheet_id = written()
    with pytest.raises(Unrecorded), transaction(SYSTEM) as tx:
        tx.session.execute(statement)
    assert words(sheet_id) == "one"


def test_an_event_that_no_domain_declares_is_refused():
    with pytest.raises(Unrecorded, match="not an event"), transaction(AMINA) as tx:
        tx.record(None, Event())
    assert names() == []


@pytest.mark.parametrize(
    "value", [1.5, b"bytes", UUID(int=7), {1: "x"}, [object()]], ids=lambda one: type(one).__name__
)
def test_a_line_holds_plain_values_only(value):
    with pytest.raises(TypeError, match="cannot be part of a line"), transaction(AMINA) as tx:
        tx.record(None, SheetSent(value))
    assert names() == []


def test_what_is_at_once_stands_and_falls_with_the_change():
    @reactions.at_once(SheetSent)
    def count(tx, subject, event):
        tx.session.add(Scrap(id=1, words=event.to))
        if event.to == "nowhere":
            raise RuntimeError("cannot")

    sheet_id = written()
    with pytest.raises(RuntimeError), transaction(AMINA) as tx:
        tx.record(tx.load(Sheet, sheet_id, to="sheet.send"), SheetSent("nowhere"))
    assert names() == ["sheet.written"]
    with transaction(AMINA) as tx:
        tx.record(tx.load(Sheet, sheet_id, to="sheet.send"), SheetSent("XA"))
    with database.Session() as session:
        assert session.scalars(select(Scrap.words)).all() == ["XA"]
    assert names() == ["sheet.written", "sheet.sent"]


def test_what_follows_at_once_has_its_line_as_cause():
    @reactions.at_once(SheetSent)
    def write_another(tx, subject, event):
        if event.to != "the archive":
            tx.record(subject, SheetWritten("follows"))
            tx.record(subject, SheetSent("the archive"))

    @reactions.at_once(SheetWritten)
    def file_it(tx, subject, event):
        if event.sender == "follows":
            tx.record(subject, SheetSent("the archive"))

    sheet_id = written()
    with transaction(AMINA, cause=1) as tx:
        sheet = tx.load(Sheet, sheet_id, to="sheet.send")
        tx.record(sheet, SheetSent("XA"))
        tx.record(sheet, SheetWritten("by itself"))
    with database.Session() as session:
        lines = session.scalars(select(Entry).order_by(Entry.seq)).all()
    assert [(line.seq, line.cause, *line.data.values()) for line in lines[1:]] == [
        (2, 1, "XA"),
        (3, 2, "follows"),
        (4, 3, "the archive"),
        (5, 2, "the archive"),
        (6, 1, "by itself"),
    ]


def test_a_bell_that_fails_changes_nothing(monkeypatch):
    def broken():
        raise ConnectionError("no broker")

    monkeypatch.setattr("comity.core.transaction.bell", broken)
    assert words(written()) == "one"


def test_the_platform_as_such_is_asked_about_without_a_row():
    with transaction(EMRE, writes=False) as tx:
        assert tx.permits("journal.read")
        tx.require("journal.read")
    with transaction(AMINA, writes=False) as tx:
        assert not tx.permits("journal.read")
    with pytest.raises(Denied), transaction(AMINA, writes=False) as tx:
        tx.require("journal.read")
    assert names() == ["access.refused"]


def test_an_action_about_rows_is_not_asked_without_one():
    with pytest.raises(ValueError, match="concerns a row"), transaction(AMINA, writes=False) as tx:
        tx.permits("sheet.read")


def test_two_transactions_with_one_version_leave_one_change():
    """On SQLite the second waits for the first; on PostgreSQL neither holds the row, and the slower one is stale."""
    sheet_id = written()
    with database.Session(writes=False) as session:
        seen = session.get(Sheet, sheet_id)
    with transaction(AMINA) as tx:
        sheet = tx.load(Sheet, sheet_id, to="sheet.send")
        sheet.words = "first"
        tx.record(sheet, SheetSent("XA"))
    with pytest.raises(Stale), transaction(BRUNO) as tx:  # noqa: PT012
        tx.session.add(seen)
        seen.words = "second"
        tx.record(seen, SheetSent("XA"))
    assert words(sheet_id) == "first"
    assert names() == ["sheet.written", "sheet.sent"]


def test_the_bell_rings_after_a_commit_that_left_a_line_and_not_after_another(monkeypatch):
    rung = []
    monkeypatch.setattr("comity.core.transaction.bell", lambda: rung.append(names()))
    sheet_id = written()
    assert rung == [["sheet.written"]]
    with transaction(AMINA, writes=False) as tx:
        tx.read(Sheet, sheet_id)
    with pytest.raises(NotFound), transaction(DORA) as tx:
        tx.read(Sheet, sheet_id)
    assert len(rung) == 1


def test_the_system_may_do_everything_and_leaves_its_line():
    sheet_id = written()
    with transaction(SYSTEM, cause=1) as tx:
        sheet = tx.load(Sheet, sheet_id, to="sheet.send")
        sheet.words = "by itself"
        tx.record(sheet, SheetSent("XA"))
    with database.Session() as session:
        last = session.scalars(select(Entry).order_by(Entry.seq.desc())).first()
    assert (last.actor, last.cause) == ("system", 1)


def test_what_the_system_does_not_find_is_not_a_refusal():
    with pytest.raises(NotFound), transaction(SYSTEM) as tx:
        tx.read(Sheet, uuid4())
    assert names() == []
