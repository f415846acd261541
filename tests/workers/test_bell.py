"""The bell wakes the relay through any broker, and a broker that is away or silent never delays anyone."""

import os
import time

import pytest
from tests.workers.brokers import absent_broker, embedded_broker, redis_at, silent_broker, tcp_broker

from comity.core import transaction as door
from comity.core.actors import SYSTEM
from comity.core.relaying import ReactionFailed
from comity.core.transaction import transaction
from comity.web import bell as bells
from comity.web.bell import Bell


def wait_until(condition, within: float = 5.0) -> bool:
    until = time.monotonic() + within
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture(autouse=True)
def _quiet_afterwards():
    before = door.bell
    yield
    door.set_bell(before)


def test_a_ring_is_one_message_without_content_in_the_queue_of_the_relay(tmp_path):
    with embedded_broker(tmp_path) as url:
        Bell(url).ring()
        client = redis_at(url)
        assert wait_until(lambda: client.llen("relay") == 1)
        message = client.lindex("relay", 0)
        assert b"comity.relay" in message
        client.close()


def test_the_bell_rings_over_tcp_as_well_and_several_rings_at_once_are_few(tmp_path):
    with tcp_broker() as url:
        bell, client = Bell(url), redis_at(url)
        for _ in range(500):
            bell.ring()
        assert wait_until(lambda: client.llen("relay") >= 1)
        time.sleep(0.2)
        assert client.llen("relay") < 50
        client.close()


@pytest.mark.parametrize("broker", [silent_broker, absent_broker])
def test_a_broker_that_is_away_or_silent_delays_nobody(broker):
    with broker() as url:
        bell = Bell(url)
        began = time.perf_counter()
        for _ in range(100):
            bell.ring()
        assert time.perf_counter() - began < 0.1
        assert wait_until(lambda: bell.failures == 1)
        for _ in range(100):
            bell.ring()
        time.sleep(0.5)
        assert bell.failures == 1  # quiet for two seconds after a failure


def test_it_rings_again_when_the_broker_is_back(tmp_path, monkeypatch):
    monkeypatch.setattr(bells, "QUIET", 0.1)
    bell = Bell(f"redis+socket://{tmp_path / 'broker' / 'socket'}")
    bell.ring()
    assert wait_until(lambda: bell.failures == 1)
    with embedded_broker(tmp_path) as url:
        time.sleep(0.2)
        bell.ring()
        client = redis_at(url)
        assert wait_until(lambda: client.llen("relay") >= 1)
        client.close()


def test_only_a_commit_that_left_a_line_rings(database, settings, monkeypatch):
    rung = []
    bells.install(settings)
    monkeypatch.setattr(door, "bell", lambda: rung.append(True))
    with transaction(SYSTEM):
        pass
    assert rung == []
    with transaction(SYSTEM) as tx:
        tx.record(None, ReactionFailed(seq=1, reaction="x", attempts=8))
        assert rung == []
    assert rung == [True]
    with pytest.raises(RuntimeError, match="meanwhile"):
        fail_after_recording()
    assert rung == [True]


def fail_after_recording() -> None:
    with transaction(SYSTEM) as tx:
        tx.record(None, ReactionFailed(seq=1, reaction="x", attempts=8))
        raise RuntimeError("something else went wrong meanwhile")


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_process_has_a_bell_of_its_own(tmp_path):
    with embedded_broker(tmp_path) as url:
        bell, client = Bell(url), redis_at(url)
        bell.ring()
        assert wait_until(lambda: client.llen("relay") == 1)
        child = os.fork()
        if child == 0:
            bell.ring()
            time.sleep(1)
            os._exit(0)
        os.waitpid(child, 0)
        assert client.llen("relay") == 2
        client.close()


def test_every_task_goes_to_its_own_queue_and_to_no_other(tmp_path, monkeypatch):
    """In the scaled form only the mailer has a way out, so nothing else may reach it."""
    from comity_workers.queue import app

    with embedded_broker(tmp_path) as url:
        client = redis_at(url)
        with app.connection_for_write(url) as connection:
            for task, args in (("comity.relay", []), ("comity.deliver", []), ("comity.job", ["sweep_deadlines"])):
                app.send_task(task, args=args, connection=connection, ignore_result=True)
        assert [client.llen(queue) for queue in ("relay", "deliver", "jobs")] == [1, 1, 1]
        assert b"sweep_deadlines" in client.lindex("jobs", 0)
        client.close()
