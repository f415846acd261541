"""Who is told: those concerned, once, and nobody of what she did herself."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from tests.deadlines.happening import Matter, lines, moment
from tests.notifications.town import deliveries, populate, react_at, sweep_at, told

from comity.core import settings as core_settings
from comity.core.actors import Actor
from comity.core.database import Session
from comity.core.errors import NotFound
from comity.core.journal import Entry
from comity.core.relaying import Relay
from comity.core.transaction import transaction
from comity.notifications import actions, queries
from comity.notifications.model import Notification
from comity_workers.relay import relay


@pytest.fixture
def people(database) -> dict[str, Actor]:
    return populate()


def transmitted(people, when: str = "2026-11-23T10:00", on: str | None = None) -> Matter:
    matter = Matter("XA")
    matter.happens("rfa.drafted", when, by=people["amina"])
    matter.happens("rfa.transmitted", when, by=people["bruno"], requested_on=on)
    if on is not None:
        matter.happens("rfa.acknowledged", when, by=people["chidi"])
    return matter


def test_the_active_focal_points_of_the_requested_state_are_told_and_nobody_else(people):
    transmitted(people)
    relay()
    assert told() == ["chidi", "colette"]
    assert [delivery.transport for delivery in deliveries()] == ["mail", "mail"]
    assert lines("notification") == ["notification.queued", "notification.queued"]


def test_each_notice_names_the_line_that_caused_it(people):
    transmitted(people)
    relay()
    with Session(writes=False) as session:
        line = session.scalars(select(Entry).where(Entry.name == "rfa.transmitted")).one()
        assert set(session.scalars(select(Entry.cause).where(Entry.name == "notification.queued"))) == {line.seq}
        assert set(session.scalars(select(Notification.event_seq))) == {line.seq}


def test_nobody_is_told_of_what_she_did_herself(people):
    matter = transmitted(people)
    matter.happens("rfa.acknowledged", "2026-11-24T10:00", by=people["chidi"])
    matter.happens("clarification.answered", "2026-11-24T11:00", by=people["colette"], n=1)
    relay()
    assert told("rfa.acknowledged") == ["amina", "bruno"]
    assert told("clarification.answered") == ["chidi"]


def test_the_drafter_alone_is_told_of_the_approval(people):
    matter = Matter("XA")
    matter.happens("rfa.drafted", "2026-11-23T10:00", by=people["amina"])
    matter.happens("rfa.approved", "2026-11-23T11:00", by=people["bruno"])
    relay()
    assert told() == ["amina"]


def test_reacting_again_tells_nobody_twice(people):
    transmitted(people)
    relay()
    with Session() as session, session.begin():
        session.get_one(Relay, "journal").cursor = 0
    relay()
    assert told() == ["chidi", "colette"]
    assert len(deliveries()) == 2


def test_a_notice_and_its_line_carry_identifiers_only(people):
    transmitted(people)
    relay()
    with Session(writes=False) as session:
        queued = session.scalars(select(Entry).where(Entry.name == "notification.queued")).first()
    assert set(queued.data) == {"account", "of"}
    assert "Chidi" not in queued.line
    assert "@" not in queued.line


def test_new_things_go_at_once_and_reminders_wait_for_the_recipients_office_hours(people):
    transmitted(people, "2026-11-21T22:00", on="2026-12-15")  # a Saturday evening
    react_at(moment("2026-11-21T22:00"))
    assert {delivery.next_try_at for delivery in deliveries()} == {moment("2026-11-21T22:00")}
    sweep_at(moment("2026-12-08T16:59"))
    react_at(moment("2026-12-08T17:00"))
    assert {one.next_try_at for one in deliveries("deadline.reminded")} == {moment("2026-12-09T09:00")}
    assert told("deadline.reminded") == ["chidi", "colette"]


def test_both_sides_are_told_once_when_the_date_has_passed_each_in_her_own_hours(people):
    transmitted(people, on="2026-12-15")
    sweep_at(moment("2026-12-16T00:00"))
    sweep_at(moment("2026-12-17T00:00"))
    react_at(moment("2026-12-16T00:05"))
    assert told("deadline.passed") == ["amina", "bruno", "chidi", "colette"]
    hours = {one.next_try_at for one in deliveries("deadline.passed")}
    assert hours == {moment("2026-12-16T08:00"), moment("2026-12-16T09:00")}  # The Hague, Dakar


def test_with_no_transport_on_the_inbox_still_has_the_notice(people, monkeypatch, settings):
    monkeypatch.setenv("COMITY_MAIL__ON", "false")
    core_settings.settings.cache_clear()
    transmitted(people)
    relay()
    assert told() == ["chidi", "colette"]
    assert deliveries() == []


def test_an_inbox_is_read_and_marked_by_its_owner_alone(people):
    transmitted(people)
    relay()
    with transaction(people["chidi"], writes=False) as tx:
        [notice] = queries.inbox(tx)
        assert queries.unread(tx) == 1
    for other in ("colette", "dora", "amina", "faye"):
        with pytest.raises(NotFound), transaction(people[other]) as tx:
            actions.mark(tx, notice.id)
    with transaction(people["dora"], writes=False) as tx:
        assert queries.inbox(tx) == []
    assert lines("notification.read") == []
    assert lines("access.refused") == ["access.refused"] * 4
    for _ in range(2):
        with transaction(people["chidi"]) as tx:
            actions.mark(tx, notice.id)
    assert lines("notification.read") == ["notification.read"]
    with transaction(people["chidi"], writes=False) as tx:
        assert queries.unread(tx) == 0


def test_marking_all_marks_ones_own_and_no_others(people):
    transmitted(people)
    transmitted(people)
    relay()
    with transaction(people["colette"]) as tx:
        assert actions.mark_all(tx) == 2
    with transaction(people["chidi"], writes=False) as tx:
        assert queries.unread(tx) == 2


def test_a_notice_of_a_period_points_to_the_request_it_is_about(people):
    matter = transmitted(people, on="2026-12-15")
    sweep_at(moment("2026-12-08T09:00"))
    react_at(moment("2026-12-08T09:00") + timedelta(seconds=1))
    with transaction(people["chidi"], writes=False) as tx:
        newest = queries.inbox(tx)[0]
    assert (newest.of, newest.matter) == ("deadline.reminded", matter.row.subject)
    assert UUID(newest.about.removeprefix("deadline:"))
