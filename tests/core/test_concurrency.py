"""Many at once: lines in order and none missed, one row and two writers, readers that hold nobody up."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from tests.core.world import AMINA, BRUNO, CHIDI, DORA, Sheet, SheetSent, SheetWritten

from comity.core import database, journal
from comity.core.errors import Denied, NotFound, Stale
from comity.core.journal import Entry
from comity.core.transaction import transaction

WRITERS = 16
EACH = 12


@pytest.fixture(autouse=True)
def crowd(world: Engine, settings: object) -> None:
    """As many connections as there are threads."""
    database.configure(str(world.url.render_as_string(hide_password=False)), pool_size=WRITERS + 4)


def written(words: str = "one") -> UUID:
    with transaction(AMINA) as tx:
        sheet = tx.add(Sheet(sender="OTP", receiver="XA", author="amina", words=words), to="sheet.write")
        tx.record(sheet, SheetWritten("OTP"))
    return sheet.id


def at_once(*jobs: Callable[[], object]) -> list[object]:
    """Run them in threads that start together; gives each answer, or the error it raised."""
    start = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        start.wait()
        try:
            return job()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_a_reader_sees_every_line_in_order_and_misses_none_while_sixteen_write() -> None:
    done = threading.Event()
    seen: list[int] = []

    def read() -> None:
        last = False
        while True:
            last = done.is_set()
            with database.Session(writes=False) as session:
                entries = journal.read_after(session, seen[-1] if seen else 0, 50)
            seen.extend(entry.seq for entry in entries)
            if last and not entries:
                return
            time.sleep(0.002)

    def write() -> None:
        for number in range(EACH):
            written(str(number))

    reader = threading.Thread(target=read)
    reader.start()
    answers = at_once(*[write] * WRITERS)
    done.set()
    reader.join(60)
    assert answers == [None] * WRITERS
    assert seen == list(range(1, WRITERS * EACH + 1))
    with database.Session(writes=False) as session:
        assert journal.verify(session).lines == WRITERS * EACH


def test_the_journal_is_verified_while_others_write() -> None:
    def write() -> None:
        for number in range(EACH):
            written(str(number))

    def verify() -> None:
        for _ in range(EACH):
            with database.Session(writes=False) as session:
                journal.verify(session)

    assert at_once(*[write] * 4, verify, verify) == [None] * 6


def test_sixteen_first_lines_at_once_make_one_head() -> None:
    """An empty journal has no head row yet: whoever comes second must find the first one's."""
    answers = at_once(*[written] * WRITERS)
    assert all(isinstance(answer, UUID) for answer in answers), answers
    with database.Session(writes=False) as session:
        assert journal.verify(session).lines == WRITERS


def test_two_acts_on_one_row_happen_one_after_the_other() -> None:
    sheet_id = written("0")

    def count() -> None:
        with transaction(AMINA) as tx:
            sheet = tx.load(Sheet, sheet_id, to="sheet.send")
            sheet.words = str(int(sheet.words) + 1)
            tx.record(sheet, SheetSent("XA"))

    assert at_once(*[count] * 8) == [None] * 8
    with database.Session() as session:
        sheet = session.get_one(Sheet, sheet_id)
        assert (sheet.words, sheet.version) == ("8", 9)


def test_of_two_acts_on_one_version_one_is_stale() -> None:
    sheet_id = written()

    def change() -> str:
        with transaction(AMINA) as tx:
            sheet = tx.load(Sheet, sheet_id, to="sheet.send", version=1)
            sheet.words = threading.current_thread().name
            tx.record(sheet, SheetSent("XA"))
        return sheet.words

    answers = at_once(change, change)
    assert sum(isinstance(answer, Stale) for answer in answers) == 1
    (kept,) = [answer for answer in answers if isinstance(answer, str)]
    with database.Session() as session:
        assert session.get_one(Sheet, sheet_id).words == kept
        assert session.scalars(select(Entry.name).order_by(Entry.seq)).all() == ["sheet.written", "sheet.sent"]


def test_whoever_waited_for_a_row_is_judged_by_what_it_has_become() -> None:
    """Bruno waits while Amina gives the sheet to another authority: then it is no longer his to act on."""
    sheet_id = written()
    holds, waits = threading.Event(), threading.Event()

    def give_away() -> None:
        with transaction(AMINA) as tx:
            sheet = tx.load(Sheet, sheet_id, to="sheet.send")
            holds.set()
            waits.wait(5)
            time.sleep(0.2)
            sheet.sender = "REG"
            tx.record(sheet, SheetSent("REG"))

    def act() -> None:
        holds.wait(5)
        waits.set()
        with transaction(BRUNO) as tx:
            sheet = tx.load(Sheet, sheet_id, to="sheet.send")
            sheet.words = "bruno's"
            tx.record(sheet, SheetSent("XA"))

    first, second = at_once(give_away, act)
    assert first is None
    assert isinstance(second, NotFound)
    with database.Session() as session:
        sheet = session.get_one(Sheet, sheet_id)
    assert (sheet.sender, sheet.words) == ("REG", "one")


def test_a_reader_is_not_held_up_by_a_writer_nor_a_writer_by_a_reader() -> None:
    sheet_id = written()
    with transaction(AMINA) as writer:
        sheet = writer.load(Sheet, sheet_id, to="sheet.send")
        sheet.words = "two"
        writer.record(sheet, SheetSent("XA"))
        started = time.monotonic()
        with transaction(BRUNO, writes=False) as reader:
            assert reader.read(Sheet, sheet_id).words == "one"
        assert time.monotonic() - started < 2
    with transaction(BRUNO, writes=False) as reader:
        assert reader.read(Sheet, sheet_id).words == "two"
        started = time.monotonic()
        written()
        assert time.monotonic() - started < 2


def test_refusals_past_the_limit_take_no_lock_and_the_limit_holds_among_many(settings: object) -> None:
    sheet_id = written()
    limit = settings.limits.refusals_per_minute  # type: ignore[attr-defined]

    def ask() -> None:
        for _ in range(6):
            with pytest.raises(NotFound), transaction(DORA, writes=False) as tx:
                tx.read(Sheet, sheet_id)

    at_once(*[ask] * 8)
    with database.Session(writes=False) as session:
        names = list(session.scalars(select(Entry.name)))
        assert names.count("access.refused") == limit
    with transaction(AMINA) as tx:
        tx.record(tx.load(Sheet, sheet_id, to="sheet.send"), SheetSent("XA"))
        with pytest.raises(NotFound), transaction(DORA, writes=False) as other:
            other.read(Sheet, sheet_id)


def test_a_refused_act_leaves_the_row_free_for_others() -> None:
    sheet_id = written()
    with pytest.raises((Denied, NotFound)), transaction(CHIDI) as tx:
        tx.load(Sheet, sheet_id, to="sheet.send")
    with transaction(AMINA) as tx:
        tx.record(tx.load(Sheet, sheet_id, to="sheet.send"), SheetSent("XA"))
