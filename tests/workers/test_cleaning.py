"""What crashes and changed minds leave in the store goes, and what is needed stays."""

import os
import time
from datetime import timedelta
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from comity.core import clock
from comity.core.database import Session
from comity.core.storage import store
from comity.exchange.model import Upload, UploadPart
from comity_workers import work
from comity_workers.jobs import clean_uploads

pytestmark = pytest.mark.usefixtures("database")


def upload(*, days_old: int = 0, completed: bool = False, parts: int = 2) -> UUID:
    """An upload with its parts, in rows and store, as putting them leaves them."""
    began = clock.now() - timedelta(days=days_old)
    with Session() as session, session.begin():
        row = Upload(
            owner=str(uuid4()),
            authority="OTP",
            request=uuid4(),
            purpose="request",
            payload_bytes=10,
            created_at=began,
            completed_at=began if completed else None,
        )
        session.add(row)
        session.flush()
        for n in range(parts):
            part = UploadPart(upload_id=row.id, n=n, leaf=sha256(f"{row.id}{n}".encode()).hexdigest(), bytes=5)
            session.add(part)
            store().put(part.key, b"bytes")
    return row.id


def kept(upload_id: UUID) -> int:
    return len(list(store().keys(f"payload/{upload_id}")))


def test_an_upload_that_was_abandoned_goes_with_its_bytes_and_a_recent_one_stays():
    old, recent = upload(days_old=clean_uploads.PATIENCE.days + 1), upload(days_old=1)
    assert work.run("clean_uploads")
    assert (kept(old), kept(recent)) == (0, 2)
    with Session(writes=False) as session:
        assert set(session.scalars(select(Upload.id))) == {recent}


def test_a_completed_upload_that_no_document_needs_loses_its_bytes():
    unneeded = upload(completed=True)
    assert work.run("clean_uploads")
    assert kept(unneeded) == 0


def test_bytes_are_removed_only_after_the_rows_are(monkeypatch):
    """A crash in between leaves bytes without rows, never rows without bytes."""
    old = upload(days_old=30)

    def crash(key):
        with Session(writes=False) as session:
            assert session.get(Upload, old) is None
        raise RuntimeError("crash")

    with monkeypatch.context() as patch:
        patch.setattr(type(store()), "delete", lambda self, key: crash(key))
        work.run("clean_uploads")
    assert kept(old) == 2
    work.run("clean_store")
    assert kept(old) == 0


def test_what_no_row_names_goes_but_not_while_its_upload_is_open():
    done, still_open, never_was = upload(completed=True), upload(), uuid4()
    for one in (done, still_open, never_was):
        store().put(f"payload/{one}/1-{'0' * 64}", b"stray")
    work.run("clean_store")
    assert (kept(done), kept(still_open), kept(never_was)) == (2, 3, 0)


def test_a_file_on_its_way_in_goes_after_an_hour(settings):
    incoming = store().folder / "incoming"
    fresh, stale = incoming / "fresh", incoming / "stale"
    for file in (fresh, stale):
        file.write_bytes(b"half")
    os.utime(stale, (time.time() - 7200,) * 2)
    work.run("clean_store")
    assert [file.name for file in incoming.iterdir()] == ["fresh"]
