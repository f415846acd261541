"""Every job keeps the same contract, and one worker at a time runs it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from comity.accounts.model import Account, Guess, LoginSession
from comity.core.actors import SYSTEM
from comity.core.database import Session
from comity.core.relaying import Handled, JobRun, Relay, last_runs
from comity.core.transaction import transaction
from comity_workers import timetable, work
from comity_workers.jobs import clean_handled
from comity_workers.timetable import all_jobs, every, schedule

JOBS = sorted(all_jobs())


@pytest.mark.parametrize("name", JOBS)
def test_a_job_is_an_order_says_how_often_and_says_what_it_does(name):
    job = all_jobs()[name]
    assert re.fullmatch(r"[a-z]+_[a-z_]+", name)
    assert every(job.EVERY) >= timedelta(seconds=2)
    assert job.__doc__


@pytest.mark.parametrize("name", JOBS)
def test_a_job_on_an_empty_platform_does_nothing_and_has_no_more(name, database):
    with transaction(SYSTEM) as tx:
        assert all_jobs()[name].run(tx) is False
        assert tx.lines == []


@pytest.mark.parametrize("name", JOBS)
def test_a_job_notes_when_it_ran(name, database):
    assert work.run(name)
    with Session(writes=False) as session:
        [run] = last_runs(session)
    assert (run.name, run.error, run.holder) == (name, None, None)
    assert run.finished_at >= run.started_at


def test_a_job_that_another_worker_is_at_is_left_to_it(database):
    with Session() as session, session.begin():
        soon = datetime.now(UTC) + timedelta(seconds=30)
        session.add(JobRun(name=JOBS[0], holder="another", lease_until=soon))
    assert not work.run(JOBS[0])
    with Session() as session, session.begin():
        session.get_one(JobRun, JOBS[0]).lease_until = datetime.now(UTC) - timedelta(seconds=1)
    assert work.run(JOBS[0])


def test_a_job_that_fails_says_so_and_is_run_again_next_time(database, monkeypatch):
    def fail(tx):
        raise RuntimeError("no")

    with monkeypatch.context() as patch:
        patch.setattr(all_jobs()[JOBS[0]], "run", fail)
        assert work.run(JOBS[0])
    with Session(writes=False) as session:
        assert session.get_one(JobRun, JOBS[0]).error == "RuntimeError"
    assert work.run(JOBS[0])
    with Session(writes=False) as session:
        assert session.get_one(JobRun, JOBS[0]).error is None


def test_a_job_runs_page_after_page_until_there_is_no_more(database, monkeypatch):
    pages = iter([True, True, False])
    monkeypatch.setattr(all_jobs()[JOBS[0]], "run", lambda tx: next(pages))
    assert work.run(JOBS[0])
    assert list(pages) == []


@pytest.mark.parametrize("text", ["", "soon", "0 minutes", "1.5 hours", "2 fortnights", "-1 day"])
def test_what_does_not_say_how_often_is_refused(text):
    with pytest.raises(ValueError, match="how often"):
        every(text)


def test_the_schedule_rings_relay_and_deliveries_every_two_seconds_and_each_job_as_it_says():
    table = schedule()
    assert set(table) == {"relay", "deliver", *JOBS}
    assert table["relay"]["schedule"] == table["deliver"]["schedule"] == timetable.TICK == 2.0
    assert table["sweep_deadlines"]["schedule"] == 30
    assert all(entry["options"]["expires"] >= entry["schedule"] for entry in table.values())


def test_old_marks_are_forgotten_and_those_near_the_cursor_kept(database):
    near, far = 50_000 - clean_handled.KEPT, 50_000 - clean_handled.KEPT - 1
    with Session() as session, session.begin():
        session.add(Relay(name="journal", cursor=50_000))
        for seq, state in ((near, "done"), (far, "done"), (far - 1, "waiting"), (far - 2, "failed")):
            session.add(Handled(seq=seq, reaction="x", state=state))
    assert work.run("clean_handled")
    with Session(writes=False) as session:
        assert set(session.scalars(select(Handled.seq))) == {near, far - 1, far - 2}


def test_old_guesses_and_sessions_are_forgotten_and_live_ones_kept(database):
    now = datetime.now(UTC)
    with Session() as session, session.begin():
        account = Account(email="a@b.example", name="A", role="auditor", password_hash="-")
        session.add(account)
        session.flush()
        for days in (0, 2):
            session.add(Guess(email_sha256="0" * 64, at=now - timedelta(days=days)))
        for name, ended, expires in (("live", None, 1), ("ended", 1, 1), ("old", 40, -40), ("forgotten", None, -40)):
            session.add(
                LoginSession(
                    token_sha256=name,
                    account_id=account.id,
                    kind="client",
                    created_at=now,
                    seen_at=now,
                    expires_at=now + timedelta(days=expires),
                    ended_at=now - timedelta(days=ended) if ended else None,
                )
            )
    assert work.run("clean_sign_ins")
    with Session(writes=False) as session:
        assert set(session.scalars(select(LoginSession.token_sha256))) == {"live", "ended"}
        assert len(session.scalars(select(Guess)).all()) == 1
