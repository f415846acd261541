"""Worker processes on real brokers: killed, doubled, cut off; every line is handled, and everyone is told once."""

import os
import random
import subprocess
import time
from collections import Counter
from datetime import UTC, datetime
from statistics import median

import psutil
import pytest
from celery import Celery
from sqlalchemy import func, select
from tests.deadlines.happening import Matter
from tests.notifications.town import deliveries, populate, told
from tests.workers.brokers import absent_broker, answers, embedded, embedded_broker, silent_broker, tcp_broker
from tests.workers.mail_server import mail_server
from tests.workers.processes import Worker, eventually, working

from comity.core import transaction as door
from comity.core.database import Session
from comity.core.relaying import JobRun, relay_health
from comity.notifications.model import Delivery, Notification
from comity.web.bell import Bell
from comity_workers import timetable


@pytest.fixture
def people(database):
    return populate()


@pytest.fixture
def post(monkeypatch):
    """A mail server that this process and the workers it starts know."""
    with mail_server() as (mailbox, port):
        monkeypatch.setenv("COMITY_MAIL__PORT", str(port))
        yield mailbox


@pytest.fixture
def ringing():
    """Rings a bell for every commit of this process, until the test ends."""
    before = door.bell
    yield lambda url: door.set_bell(Bell(url).ring)
    door.set_bell(before)


def transmit(people, count: int) -> None:
    for _ in range(count):
        now = datetime.now(UTC).replace(tzinfo=None).isoformat()
        Matter("XA").happens("rfa.transmitted", now, by=people["amina"])


def notices() -> int:
    with Session(writes=False) as session:
        return session.scalar(select(func.count()).select_from(Notification)) or 0


def everything_is_done(expected: int) -> bool:
    """Every line passed, nothing waiting, every message sent."""
    with Session(writes=False) as session:
        health = relay_health(session)
        sent = session.scalar(select(func.count()).select_from(Delivery).where(Delivery.state == "sent"))
    return (health.lag, health.waiting, health.failed, sent) == (0, 0, 0, expected)


def everyone_was_told_once(transmissions: int) -> None:
    assert Counter(told()) == {"chidi": transmissions, "colette": transmissions}
    with Session(writes=False) as session:
        per_line = select(func.count()).select_from(Notification).group_by(Notification.event_seq)
        assert set(session.scalars(per_line)) == {2}


def every_message_arrived(post, repeated: int = 0) -> None:
    arrived = Counter(message["Message-ID"] for message in post.messages)
    assert set(arrived) == {one.message_id for one in deliveries()}
    assert sum(arrived.values()) - len(arrived) <= repeated


@pytest.mark.parametrize("broker", ["embedded", "tcp"])
def test_a_commit_wakes_the_relay_through_the_broker(people, post, tmp_path, ringing, broker):
    chosen = embedded_broker(tmp_path / "b") if broker == "embedded" else tcp_broker()
    with chosen as url, working(url, tmp_path) as worker:
        ringing(url)
        transmit(people, 1)
        assert eventually(lambda: everything_is_done(2), worker=worker)
        began = time.monotonic()
        transmit(people, 1)
        assert eventually(lambda: notices() == 4)
        assert time.monotonic() - began < 5
        assert eventually(lambda: everything_is_done(4), worker=worker)
        everyone_was_told_once(2)
        every_message_arrived(post)
        assert worker.stop() < 10


def test_a_worker_killed_in_the_middle_loses_no_line_and_tells_nobody_twice(people, post, tmp_path):
    transmit(people, 60)
    chance = random.Random(7)
    with embedded_broker(tmp_path / "b") as url:
        for kill in range(3):
            with working(url, tmp_path) as worker:
                target = notices() + chance.randint(5, 30)
                assert eventually(lambda at_least=target: notices() >= at_least, worker=worker), kill
                worker.kill()
        assert notices() < 120
        with working(url, tmp_path) as worker:
            assert eventually(lambda: everything_is_done(120), 240, worker)
    everyone_was_told_once(60)
    every_message_arrived(post, repeated=3)


def test_two_workers_at_once_tell_everyone_once(people, post, tmp_path):
    transmit(people, 40)
    with embedded_broker(tmp_path / "b") as url, working(url, tmp_path, 1), working(url, tmp_path, 2) as second:
        assert eventually(lambda: everything_is_done(80), 240, second)
    everyone_was_told_once(40)
    every_message_arrived(post)


def test_without_a_broker_nothing_is_lost_and_nobody_waits_and_its_return_is_noticed(people, post, tmp_path, ringing):
    broker = embedded(tmp_path / "b")
    process = subprocess.Popen(broker.command(), stdout=subprocess.DEVNULL)
    answers(broker.url)
    try:
        with working(broker.url, tmp_path) as worker:
            ringing(broker.url)
            transmit(people, 1)
            assert eventually(lambda: everything_is_done(2), worker=worker)
            process.kill()
            process.wait()
            began = time.monotonic()
            transmit(people, 20)
            assert time.monotonic() - began < 5
            process = subprocess.Popen(broker.command(), stdout=subprocess.DEVNULL)
            assert eventually(lambda: everything_is_done(42), 240, worker)
    finally:
        process.kill()
        process.wait()
    everyone_was_told_once(21)
    every_message_arrived(post)


@pytest.mark.parametrize("broker", [silent_broker, absent_broker])
def test_a_broker_that_is_silent_or_away_delays_no_act_and_the_lines_wait_for_a_better_one(
    people, post, tmp_path, ringing, broker
):
    with broker() as url:
        ringing(url)
        taken = []
        for _ in range(10):
            began = time.monotonic()
            transmit(people, 1)
            taken.append(time.monotonic() - began)
        assert median(taken) < 0.5
        assert max(taken) < 5
        with Session(writes=False) as session:
            assert relay_health(session).lag >= 10
    with embedded_broker(tmp_path / "b") as url, working(url, tmp_path) as worker:
        assert eventually(lambda: everything_is_done(20), worker=worker)
    everyone_was_told_once(10)


def test_a_job_that_is_rung_runs_and_says_how_it_went(people, post, tmp_path):
    with embedded_broker(tmp_path / "b") as url, working(url, tmp_path) as worker:
        bell = Celery("test", broker=url, set_as_current=False)
        for name in timetable.all_jobs():
            bell.send_task("comity.job", args=[name], queue="jobs", ignore_result=True)
        bell.close()

        def all_ran() -> bool:
            with Session(writes=False) as session:
                rows = session.scalars(select(JobRun).where(JobRun.finished_at.is_not(None))).all()
                return {(row.name, row.error) for row in rows} == {(name, None) for name in timetable.all_jobs()}

        assert eventually(all_ran, 240, worker)


def test_a_worker_whose_database_is_away_goes_on_when_it_is_back(people, post, tmp_path):
    if not os.environ["COMITY_DATABASE__URL"].startswith("sqlite"):
        pytest.skip("the file can be taken away only where the database is one")
    transmit(people, 3)
    with embedded_broker(tmp_path / "b") as url:
        with working(url, tmp_path, COMITY_DATABASE__URL=f"sqlite:///{tmp_path / 'empty.sqlite3'}") as lost:
            time.sleep(6)
            assert lost.process.poll() is None
        with working(url, tmp_path) as worker:
            assert eventually(lambda: everything_is_done(6), worker=worker)
    everyone_was_told_once(3)


def test_a_worker_is_one_process_beside_its_beat(people, tmp_path):
    with embedded_broker(tmp_path / "b") as url, working(url, tmp_path) as worker:
        assert eventually(lambda: _family(worker) >= 2)
        time.sleep(3)
        assert _family(worker) == 2


def _family(worker: Worker) -> int:
    return 1 + len(psutil.Process(worker.process.pid).children(recursive=True))
