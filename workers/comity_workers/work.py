"""Runs a recurring job: one worker at a time, a page per transaction, and a row that says how it went."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy.exc import IntegrityError

from comity.core.actors import SYSTEM
from comity.core.database import Session
from comity.core.relaying import JobRun
from comity.core.transaction import transaction
from comity_workers import process
from comity_workers.timetable import all_jobs

log = logging.getLogger("comity.job")

LEASE = timedelta(seconds=60)


def run(name: str) -> bool:
    """Run the job until it says that there is no more; False if another worker is at it.  Raises KeyError."""
    job, holder = all_jobs()[name], str(uuid4())
    if not _take(name, holder):
        return False
    error = None
    try:
        more = True
        while more and not process.stopping.is_set() and _keep(name, holder):
            with transaction(SYSTEM) as tx:
                more = job.run(tx)
    except Exception as failure:
        log.exception("Job %s failed", name)
        error = type(failure).__name__
    _finish(name, holder, error)
    return True


def _take(name: str, holder: str) -> bool:
    now = datetime.now(UTC)
    try:
        with Session() as session, session.begin():
            row = session.get(JobRun, name, with_for_update=True)
            if row is None:
                row = JobRun(name=name)
                session.add(row)
            elif row.holder is not None and row.lease_until is not None and now < row.lease_until < now + 2 * LEASE:
                return False
            row.holder, row.lease_until, row.started_at = holder, now + LEASE, now
    except IntegrityError:  # two workers made the row at once, and the other one won
        return False
    return True


def _keep(name: str, holder: str) -> bool:
    with Session() as session, session.begin():
        row = session.get_one(JobRun, name, with_for_update=True)
        row.lease_until = datetime.now(UTC) + LEASE if row.holder == holder else row.lease_until
        return row.holder == holder


def _finish(name: str, holder: str, error: str | None) -> None:
    with Session() as session, session.begin():
        row = session.get_one(JobRun, name, with_for_update=True)
        if row.holder == holder:
            row.holder = row.lease_until = None
            row.finished_at, row.error = datetime.now(UTC), error
