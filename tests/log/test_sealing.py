"""The job that makes the journal a log: every line a leaf, each state signed once, and nothing else signed."""

import stat
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import delete, func, select, update
from tests.log.lines import seal, write

from comity.core import database as core
from comity.core import journal
from comity.core.errors import SettingsError
from comity.core.journal import Entry, Head
from comity.core.settings import settings as current
from comity.log import queries, sealing, trust
from comity.log.model import LogCheckpoint, LogCosignature, LogDay, LogHead, LogTile
from comity_seal.log import merkle, receipt
from comity_seal.log.checkpoint import Checkpoint, open_checkpoint
from comity_seal.log.notes import LOG, WITNESS, VerifierKey
from comity_seal.log.proof import Trust
from comity_seal.log.signer import NoteKey


def database_rows():
    return core.Session(writes=False)


@contextmanager
def database_session():
    with core.Session() as session, session.begin():
        yield session


def leaves() -> list[bytes]:
    with core.Session(writes=False) as session:
        hashes = session.scalars(select(Entry.hash).order_by(Entry.seq))
        return [merkle.leaf(bytes.fromhex(digest)) for digest in hashes]


def newest() -> LogCheckpoint:
    with core.Session(writes=False) as session:
        found = queries.latest(session)
    assert found is not None
    return found


def opened() -> Checkpoint:
    kept = newest()
    return open_checkpoint(kept.note.encode(), VerifierKey.parse(kept.key))


def count(model) -> int:
    with core.Session(writes=False) as session:
        return session.scalar(select(func.count()).select_from(model))


@pytest.mark.parametrize("steps", [(1,), (255, 1, 1), (256,), (300, 300), (700,)])
def test_each_state_that_is_signed_is_the_tree_over_all_lines(database, policies, steps):
    for step in steps:
        last = write(step)
        assert seal() is None
        checkpoint = opened()
        assert checkpoint.size == last
        assert checkpoint.root == merkle.head(last, merkle.from_leaves(leaves()))
    assert count(LogCheckpoint) == len(steps)


def test_many_lines_are_sealed_in_pages_and_signed_once(database, policies, monkeypatch):
    monkeypatch.setattr(sealing, "PAGE", 50)
    write(430)
    assert seal() is None
    assert (opened().size, count(LogCheckpoint)) == (430, 1)
    assert opened().root == merkle.head(430, merkle.from_leaves(leaves()))


def test_without_a_new_line_nothing_is_signed_and_no_line_is_left(database, policies):
    write(3)
    assert seal() is None
    before = newest().note
    assert seal() is None
    assert (newest().note, count(LogCheckpoint), count(Entry)) == (before, 1, 3)


def test_every_day_has_its_checkpoint_also_when_nothing_happened(database, policies):
    with time_machine.travel(datetime(2026, 11, 23, 20, 0, tzinfo=UTC)) as clock:
        write(2)
        assert seal() is None
        for _ in range(3):
            clock.shift(timedelta(days=1))
            assert seal() is None
    with database_rows() as session:
        assert [str(one.day) for one in session.scalars(select(LogDay).order_by(LogDay.day))] == [
            "2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26",
        ]  # fmt: skip
    assert count(LogCheckpoint) == 1


def test_old_states_are_forgotten_but_those_of_days_and_the_best_witnessed(database, policies):
    from comity_workers import work

    with time_machine.travel(datetime(2026, 11, 1, 12, 0, tzinfo=UTC)) as clock:
        for _ in range(3):
            write(1)
            seal()
        with database_session() as session:
            witness = LogCosignature(size=2, witness="w", line="-", made_at=datetime.now(UTC))
            session.add(witness)
        clock.shift(timedelta(days=5))
        write(1)
        seal()
        assert work.run("thin_checkpoints")
        assert sizes() == [1, 2, 4]
        with database_session() as session:
            session.add(LogCosignature(size=4, witness="w", line="-", made_at=datetime.now(UTC)))
        assert work.run("thin_checkpoints")
        assert sizes() == [1, 4]


def sizes() -> list[int]:
    with core.Session(writes=False) as session:
        return list(session.scalars(select(LogCheckpoint.size).order_by(LogCheckpoint.size)))


@pytest.mark.parametrize(
    ("harm", "then"),
    [
        (update(Entry).where(Entry.seq == 5).values(line=Entry.line + " "), "new"),
        (delete(Entry).where(Entry.seq == 5), "new"),
        (update(Head).values(seq=2), "old"),
        (update(LogTile).where(LogTile.level == 0).values(hashes=b"\0" * 3 * 32), "old"),
        (delete(LogTile), "old"),
        (update(LogCheckpoint).values(root="0" * 64), "old"),
    ],
)
def test_what_is_not_as_it_was_written_is_not_signed(database, policies, harm, then):
    write(3)
    assert seal() is None
    write(4)
    with database_session() as session:
        session.execute(harm.execution_options(synchronize_session=False))
    assert seal() == "JournalBroken"
    assert sizes() == [3]
    with database_rows() as session:
        assert session.scalar(select(LogHead.size)) == 3 or then == "old"


def test_the_key_is_made_once_for_its_owner_alone_and_stands_in_no_table(database, policies):
    write(1)
    assert seal() is None
    file = current().folder / "log-key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    key = NoteKey.from_text(file.read_text())
    assert newest().key == str(key.public) == str(sealing.signing_key().public)
    assert key.public.name == trust.origin() == "localhost:8000/api/v1/log"
    secret = file.read_text().rpartition("+")[2].strip()
    with database_rows() as session:
        for table in (LogCheckpoint.__table__, Entry.__table__):
            assert secret not in str(session.execute(select(table)).all())


def _settings(monkeypatch, **values):
    for name, value in values.items():
        monkeypatch.setenv(f"COMITY_LOG__{name.upper()}", str(value))
    current.cache_clear()


def test_a_key_that_the_settings_name_is_not_made_unasked(database, policies, monkeypatch, tmp_path):
    _settings(monkeypatch, key_file=tmp_path / "keys" / "log")
    with pytest.raises(SettingsError, match="log-key --make"):
        sealing.signing_key()
    made = sealing.signing_key(make=True)
    assert str(made.public) == str(sealing.signing_key().public)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "nonsense",
        "é",
        NoteKey("other.example/log", LOG, b"\1" * 32).to_text(),
        NoteKey("court.example/log", WITNESS, b"\1" * 32).to_text(),
    ],
)
def test_a_file_with_another_key_stops_the_sealing(database, policies, monkeypatch, tmp_path, content):
    file = tmp_path / "key"
    file.write_text(content)
    _settings(monkeypatch, key_file=file, origin="court.example/log")
    write(1)
    assert seal() == "SettingsError"
    assert sizes() == []


def test_nothing_is_signed_with_another_key_than_the_settings_name(database, policies, monkeypatch):
    _settings(monkeypatch, key=NoteKey("localhost:8000/api/v1/log", LOG, b"\1" * 32).public)
    write(1)
    assert seal() == "SettingsError"
    assert sizes() == []


def test_the_log_keeps_its_name_when_the_platform_moves_and_is_not_signed_with_another_key(
    database, policies, monkeypatch, tmp_path
):
    write(1)
    assert seal() is None
    monkeypatch.setenv("COMITY_SERVER__PUBLIC_URL", "https://elsewhere.example")
    current.cache_clear()
    write(1)
    assert seal() is None
    assert opened().origin == trust.origin() == "localhost:8000/api/v1/log"
    (current().folder / "log-key").rename(tmp_path / "lost")
    write(1)
    assert seal() == "SettingsError"
    assert sizes() == [1, 2]


def test_a_line_has_a_receipt_once_it_is_sealed_and_not_before(database, policies):
    write(300)
    assert seal() is None
    last = write(1)
    with database_rows() as session:
        with pytest.raises(queries.NotYetSealed):
            queries.receipt_of(session, session.get_one(Entry, last))
        key = Trust(VerifierKey.parse(newest().key))
        for seq in (1, 2, 256, 257, 300):
            entry = session.get_one(Entry, seq)
            proven = receipt.verify(queries.receipt_of(session, entry), key)
            assert (proven.line.seq, proven.line.data) == (seq, entry.data)
    assert journal.GENESIS == "0" * 64
