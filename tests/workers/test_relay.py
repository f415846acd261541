"""The relay: every line, in order, once; what fails is tried again and does not stop the lines behind it."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from sqlalchemy import func, select

from comity.core import clock, journal, reactions
from comity.core.actors import SYSTEM
from comity.core.database import Session
from comity.core.journal import Entry, Event
from comity.core.reactions import afterwards
from comity.core.relaying import Handled, Relay, relay_health
from comity.core.transaction import transaction
from comity_workers import process
from comity_workers.relay import BATCH, LEASE, PAUSES, TRIES, Lease, relay, retry

pytestmark = pytest.mark.usefixtures("database")


class Stage:
    """What the reaction of these tests saw, and what it is told to do."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.fails_on: set[int] = set()
        self.meanwhile = lambda number: None


@pytest.fixture
def stage():
    """An event and a reaction of this test alone, gone when it ends."""
    told = Stage()

    @dataclass(frozen=True)
    class StageEntered(Event):
        name: ClassVar[str] = "test.entered"
        number: int

    @dataclass(frozen=True)
    class StageLeft(Event):
        name: ClassVar[str] = "test.left"
        number: int

    @afterwards(StageEntered)
    def look(tx, entry, event):
        told.meanwhile(event.number)
        tx.record(None, StageLeft(event.number))
        if event.number in told.fails_on:
            raise RuntimeError("the stage is closed")
        told.seen.append(event.number)

    told.entered = StageEntered
    yield told
    for name in ("test.entered", "test.left"):
        journal._events.pop(name)
    reactions._afterwards.pop(next(name for name in reactions._afterwards if name.endswith(".look")))
    process.stopping.clear()


def enter(stage: Stage, *numbers: int) -> None:
    for number in numbers:
        with transaction(SYSTEM) as tx:
            tx.record(None, stage.entered(number))


def left() -> list[tuple[int, int]]:
    """What the reaction recorded: number, and the line that caused it."""
    with Session(writes=False) as session:
        lines = session.scalars(select(Entry).where(Entry.name == "test.left").order_by(Entry.seq))
        return [(line.data["number"], line.cause) for line in lines]


def test_every_line_is_handled_once_in_order_and_named_as_the_cause(stage):
    enter(stage, 1, 2, 3)
    relay()
    relay()
    assert stage.seen == [1, 2, 3]
    assert left() == [(1, 1), (2, 2), (3, 3)]
    with Session(writes=False) as session:
        assert relay_health(session).lag == 0


def test_more_than_a_batch_is_handled_in_one_run(stage):
    enter(stage, *range(BATCH + 7))
    relay()
    assert stage.seen == list(range(BATCH + 7))


def test_a_reaction_that_fails_leaves_nothing_behind_and_does_not_stop_the_next_lines(stage):
    stage.fails_on = {2}
    enter(stage, 1, 2, 3)
    relay()
    assert stage.seen == [1, 3]
    assert left() == [(1, 1), (3, 3)]
    with Session(writes=False) as session:
        mark = session.scalars(select(Handled).where(Handled.state == "waiting")).one()
        assert (mark.seq, mark.attempts, mark.error) == (2, 1, "RuntimeError")


def test_it_is_tried_again_only_when_its_time_has_come(stage):
    stage.fails_on = {1}
    enter(stage, 1)
    relay()
    stage.fails_on = set()
    assert retry() == 0
    with clock.at(datetime.now(UTC) + PAUSES[0] + timedelta(seconds=1)):
        assert retry() == 1
    assert left() == [(1, 1)]
    with clock.at(datetime.now(UTC) + timedelta(days=1)):
        assert retry() == 0


def test_after_eight_tries_a_line_says_that_it_failed_and_nobody_tries_again(stage):
    stage.fails_on = {1}
    enter(stage, 1)
    relay()
    for day in range(TRIES + 3):
        with clock.at(datetime.now(UTC) + timedelta(days=day + 1)):
            retry()
    assert TRIES == 8
    with Session(writes=False) as session:
        failed = session.scalars(select(Entry).where(Entry.name == "reaction.failed")).one()
        assert (failed.data["seq"], failed.data["attempts"], failed.cause) == (1, 8, 1)
        assert session.get_one(Handled, (1, f"{__name__}.look")).state == "failed"
        assert relay_health(session).failed == 1
    assert left() == []


def test_a_relay_that_died_before_saving_its_cursor_reacts_again_to_no_effect(stage):
    enter(stage, 1, 2)
    relay()
    with Session() as session, session.begin():
        session.get_one(Relay, "journal").cursor = 0
    relay()
    assert left() == [(1, 1), (2, 2)]


def test_a_second_relay_returns_while_the_first_has_the_lease(stage):
    enter(stage, 1)
    first = Lease()
    assert first.take()
    assert relay() == 0
    assert left() == []
    assert first.renew(release=True)
    assert relay() >= 1
    assert left() == [(1, 1)]


def test_a_lease_that_ran_out_or_that_a_clock_set_back_left_in_the_future_is_void(stage):
    for until in (-LEASE, 100 * LEASE):
        Lease().take()
        with Session() as session, session.begin():
            session.get_one(Relay, "journal").lease_until = datetime.now(UTC) + until
        assert Lease().take()


def test_a_relay_that_lost_its_lease_on_the_way_stops_and_does_not_move_the_cursor(stage):
    def lose(number: int) -> None:
        if number == 1:
            with Session() as session, session.begin():
                session.get_one(Relay, "journal").holder = "another"

    enter(stage, 1, 2)
    thief = threading.Thread(target=lose, args=[1])
    stage.meanwhile = lambda number: None
    lease = Lease()
    assert lease.take()
    thief.start()
    thief.join()
    lease.cursor = 2
    assert not lease.renew()
    with Session(writes=False) as session:
        row = session.get_one(Relay, "journal")
        assert (row.cursor, row.holder) == (0, "another")


def test_two_workers_on_the_same_line_have_one_effect(stage, monkeypatch):
    """The lease is taken away, so that only the handled mark stands between them."""
    enter(stage, *range(20))
    monkeypatch.setattr(Lease, "take", lambda self: setattr(self, "cursor", 0) or True)
    monkeypatch.setattr(Lease, "renew", lambda self, release=False: True)
    threads = [threading.Thread(target=relay) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with clock.at(datetime.now(UTC) + timedelta(days=1)):
        retry()
    assert sorted(left()) == [(number, number + 1) for number in range(20)]
    with Session(writes=False) as session:
        states = select(Handled.state, func.count()).where(Handled.reaction.contains("look")).group_by(Handled.state)
        assert session.execute(states).all() == [("done", 20)]


def test_a_worker_that_is_asked_to_stop_ends_between_two_lines_and_loses_none(stage):
    stage.meanwhile = lambda number: process.stopping.set() if number == 2 else None
    enter(stage, 1, 2, 3)
    relay()
    assert stage.seen == [1, 2]
    process.stopping.clear()
    relay()
    assert stage.seen == [1, 2, 3]


def test_a_line_whose_event_this_version_does_not_know_is_passed(stage):
    enter(stage, 1)
    with Session() as session, session.begin():
        session.execute(Entry.__table__.update().values(name="test.forgotten"))
    relay()
    assert stage.seen == []
    with Session(writes=False) as session:
        assert relay_health(session).lag == 0
