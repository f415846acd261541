"""A changed, removed, inserted or reordered line, a cut tail and a moved head are found, and the line is named."""

import tracemalloc
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.orm import Session
from tests.conftest import KIND
from tests.core.world import AMINA, BRUNO, Sheet, SheetSent, SheetWritten

from comity.core import database, journal
from comity.core.errors import JournalBroken
from comity.core.journal import Entry, Head
from comity.core.transaction import transaction

LINES = 6
ENTRY, HEAD = Entry.__table__, Head.__table__


@pytest.fixture
def session(world: Engine) -> Iterator[Session]:
    """A journal of six lines by two people, and a session whose tampering is rolled back."""
    for number in range(LINES // 2):
        with transaction(AMINA) as tx:
            sheet = tx.add(Sheet(sender="OTP", receiver="XA", author="amina"), to="sheet.write")
            tx.record(sheet, SheetWritten("OTP"))
        with transaction(BRUNO, cause=number + 1) as tx:
            sheet = tx.load(Sheet, sheet.id, to="sheet.send")
            sheet.sent = True
            tx.record(sheet, SheetSent("état «XA»"))
    with database.Session() as session:
        yield session


def broken_at(session: Session, since: tuple[int, str] | None = None) -> int:
    with pytest.raises(JournalBroken) as broken:
        journal.verify(session, since=since)
    assert f"line {broken.value.seq}" in broken.value.message
    return broken.value.seq


def lines(session: Session) -> list[Entry]:
    return list(session.scalars(select(Entry).order_by(Entry.seq)))


def checkpoint(session: Session) -> tuple[int, str]:
    seq, _, digest = journal.checkpoint(session).partition(":")
    return int(seq), digest


def test_an_honest_journal_is_verified(session: Session) -> None:
    verified = journal.verify(session, since=checkpoint(session))
    assert (verified.lines, verified.checkpoint) == (LINES, journal.checkpoint(session))


def test_an_empty_journal_is_verified(world: Engine) -> None:
    with database.Session() as session:
        assert journal.verify(session).checkpoint == f"0:{journal.GENESIS}" == journal.checkpoint(session)


def test_any_byte_of_any_line_changed_is_found(session: Session) -> None:
    tried = 0
    for entry in lines(session):
        for place, character in enumerate(entry.line):
            other = "~" if character != "~" else "!"
            changed = entry.line[:place] + other + entry.line[place + 1 :]
            session.execute(update(ENTRY).where(ENTRY.c.seq == entry.seq).values(line=changed))
            assert broken_at(session) == entry.seq
            session.execute(update(ENTRY).where(ENTRY.c.seq == entry.seq).values(line=entry.line))
            tried += 1
    assert tried > LINES * 100
    assert journal.verify(session).lines == LINES


def test_any_digit_of_any_hash_changed_is_found(session: Session) -> None:
    for entry in lines(session):
        for place, digit in enumerate(entry.hash):
            changed = entry.hash[:place] + ("0" if digit != "0" else "1") + entry.hash[place + 1 :]
            session.execute(update(ENTRY).where(ENTRY.c.seq == entry.seq).values(hash=changed))
            assert broken_at(session) == entry.seq
        session.execute(update(ENTRY).where(ENTRY.c.seq == entry.seq).values(hash=entry.hash))


@pytest.mark.skipif(KIND != "sqlite", reason="PostgreSQL keeps no text that is not UTF-8")
@pytest.mark.parametrize("column", ["line", "actor", "at", "name", "subject", "hash"])
def test_a_byte_that_is_no_text_at_all_is_found(session: Session, column: str) -> None:
    for entry in lines(session):
        text = str(getattr(entry, column)).encode()
        for place in {0, len(text) // 2, len(text) - 1}:
            put = f"UPDATE journal SET {column} = CAST(? AS TEXT) WHERE seq = ?"
            changed = text[:place] + b"\xff" + text[place + 1 :]
            session.connection().exec_driver_sql(put, (changed, entry.seq))
            assert broken_at(session) == entry.seq
            session.connection().exec_driver_sql(put, (text, entry.seq))
    assert journal.verify(session).lines == LINES


@pytest.mark.skipif(KIND != "sqlite", reason="PostgreSQL keeps no text that is not UTF-8")
def test_a_head_that_is_no_text_at_all_is_found(session: Session) -> None:
    session.connection().exec_driver_sql("UPDATE journal_head SET hash = CAST(? AS TEXT)", (b"\xff",))
    assert broken_at(session) == LINES


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "dora"),
        ("name", "sheet.shredded"),
        ("at", "2001-01-01T00:00:00.000000Z"),
        ("cause", 5),
        ("cause", None),
        ("subject", "sheet:00000000-0000-4000-8000-000000000000"),
        ("subject", None),
    ],
)
def test_a_column_that_does_not_say_what_the_line_says_is_found(
    session: Session, column: str, value: str | int | None
) -> None:
    for entry in lines(session):
        if getattr(entry, column) == value:
            continue
        session.execute(update(ENTRY).where(ENTRY.c.seq == entry.seq).values({column: value}))
        assert broken_at(session) == entry.seq
        session.execute(update(ENTRY).where(ENTRY.c.seq == entry.seq).values({column: getattr(entry, column)}))
    assert journal.verify(session).lines == LINES


def test_a_line_whose_text_columns_and_hash_agree_still_breaks_the_next(session: Session) -> None:
    """Whoever rewrites a line honestly, hash and all, is found at the line after it."""
    entry, before = lines(session)[2], lines(session)[1]
    forged = entry.line.replace('"actor":"amina"', '"actor":"dora"')
    assert forged != entry.line
    values = {"line": forged, "actor": "dora", "hash": journal.chained(before.hash, forged)}
    session.execute(update(ENTRY).where(ENTRY.c.seq == 3).values(values))
    assert broken_at(session) == 4


def test_a_line_removed_is_found(session: Session) -> None:
    for entry in lines(session)[:-1]:
        session.execute(delete(ENTRY).where(ENTRY.c.seq == entry.seq))
        assert broken_at(session) == entry.seq
        session.execute(insert(ENTRY).values(row(entry)))


def row(entry: Entry) -> dict[str, object]:
    return {column.name: getattr(entry, column.name) for column in ENTRY.c}


def test_a_line_removed_and_the_rest_renumbered_is_found(session: Session) -> None:
    session.execute(delete(ENTRY).where(ENTRY.c.seq == 2))
    for seq in range(3, LINES + 1):
        session.execute(update(ENTRY).where(ENTRY.c.seq == seq).values(seq=seq - 1))
    assert broken_at(session) == 2


def test_a_line_inserted_is_found(session: Session) -> None:
    for seq in range(LINES, 2, -1):
        session.execute(update(ENTRY).where(ENTRY.c.seq == seq).values(seq=seq + 1))
    second = lines(session)[1]
    forged = second.line.replace('"seq":2', '"seq":3')
    values = row(second) | {"seq": 3, "line": forged, "hash": journal.chained(second.hash, forged)}
    session.execute(insert(ENTRY).values(values))
    assert broken_at(session) == 4


def test_a_line_added_before_the_first_is_found(session: Session) -> None:
    session.execute(insert(ENTRY).values(row(lines(session)[0]) | {"seq": 0}))
    assert broken_at(session) == 1


def test_two_lines_exchanged_are_found(session: Session) -> None:
    for old, new in ((2, 99), (4, 2), (99, 4)):
        session.execute(update(ENTRY).where(ENTRY.c.seq == old).values(seq=new))
    assert broken_at(session) == 2


def test_a_line_added_past_the_head_is_found(session: Session) -> None:
    last = lines(session)[-1]
    forged = last.line.replace(f'"seq":{LINES}', f'"seq":{LINES + 1}')
    values = row(last) | {"seq": LINES + 1, "line": forged, "hash": journal.chained(last.hash, forged)}
    session.execute(insert(ENTRY).values(values))
    assert broken_at(session) == LINES + 1


def test_a_tail_cut_is_found_against_the_head(session: Session) -> None:
    session.execute(delete(ENTRY).where(ENTRY.c.seq > 4))
    assert broken_at(session) == 5


def test_a_tail_cut_with_the_head_moved_back_is_found_against_a_checkpoint_only(session: Session) -> None:
    kept = checkpoint(session)
    fourth = lines(session)[3]
    session.execute(delete(ENTRY).where(ENTRY.c.seq > 4))
    session.execute(update(HEAD).values(seq=4, hash=fourth.hash))
    assert journal.verify(session).lines == 4
    assert broken_at(session, since=kept) == 5


def test_a_journal_written_anew_is_found_against_a_checkpoint(session: Session) -> None:
    kept = checkpoint(session)
    previous = journal.GENESIS
    for entry in lines(session):
        forged = entry.line.replace("amina", "dora")
        values = {"line": forged, "actor": entry.actor.replace("amina", "dora")}
        previous = journal.chained(previous, forged)
        session.execute(update(ENTRY).where(ENTRY.c.seq == entry.seq).values(**values, hash=previous))
    session.execute(update(HEAD).values(hash=previous))
    assert journal.verify(session).lines == LINES
    assert broken_at(session, since=kept) == LINES


def test_a_whole_journal_removed_is_found(session: Session) -> None:
    session.execute(delete(ENTRY))
    assert broken_at(session) == 1


def test_a_head_changed_is_found(session: Session) -> None:
    session.execute(update(HEAD).values(hash="0" * 64))
    assert broken_at(session) == LINES


def test_a_head_removed_is_found(session: Session) -> None:
    session.execute(delete(HEAD))
    assert broken_at(session) == 1


def test_verification_reads_as_a_stream(session: Session) -> None:
    """It holds a few thousand lines at a time, however long the journal is."""
    previous, rows = lines(session)[-1].hash, []
    for seq in range(LINES + 1, 20_001):
        line = lines_text(seq)
        previous = journal.chained(previous, line)
        rows.append({"seq": seq, "at": "t", "actor": "a", "cause": None, "name": "n", "subject": None} | {"line": line})
        rows[-1]["hash"] = previous
    session.execute(insert(ENTRY), rows)
    session.execute(update(HEAD).values(seq=20_000, hash=previous))
    tracemalloc.start()
    assert journal.verify(session).lines == 20_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12_000_000


def lines_text(seq: int) -> str:
    return f'{{"actor":"a","at":"t","cause":null,"data":{{}},"name":"n","seq":{seq},"subject":null}}'
