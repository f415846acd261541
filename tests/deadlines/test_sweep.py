"""The sweep: reminders in working hours and once, the end of the due day noted once, calendars that change."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from tests.deadlines.happening import CHIDI, Matter, lines, moment, register_authorities

from comity.core import clock
from comity.core.actors import SYSTEM
from comity.core.database import Session
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.deadlines import policy, sweeping
from comity.deadlines.calendars import CalendarRule, HolidayRule, Names, calendar_from
from comity.deadlines.model import DeadlineWatch

pytestmark = pytest.mark.usefixtures("authorities")


@pytest.fixture
def authorities(database):
    register_authorities()


def transmitted(on: str, when: str = "2026-11-23T10:00", requested: str = "XA") -> Matter:
    matter = Matter(requested)
    matter.happens("rfa.transmitted", when, requested_on=on)
    matter.happens("rfa.acknowledged", when, by=CHIDI)
    return matter


def sweep_at(when: str) -> list[str]:
    """What a sweep at that time records."""
    before = len(lines())
    with clock.at(moment(when)), transaction(SYSTEM) as tx:
        while sweeping.sweep(tx):
            pass
    return lines()[before:]


def sweep_every(step: timedelta, begin: str, end: str) -> list[tuple[str, str, str]]:
    """Sweep through a stretch of time; what was recorded, when, and for which day."""
    now = moment(begin)
    while now <= moment(end):
        sweep_at(now.replace(tzinfo=None).isoformat())
        now += step
    with Session(writes=False) as session:
        found = session.scalars(
            select(Entry).where(Entry.name.in_(["deadline.reminded", "deadline.passed"])).order_by(Entry.seq)
        ).all()
    return [(entry.name, entry.at[:16], entry.data["due_on"]) for entry in found]


def test_reminders_come_seven_and_two_days_before_at_nine_there_and_the_end_is_noted_once():
    transmitted("2026-12-15")
    assert sweep_every(timedelta(hours=1), "2026-12-01T00:00", "2026-12-20T00:00") == [
        ("deadline.reminded", "2026-12-08T09:00", "2026-12-15"),
        ("deadline.reminded", "2026-12-14T09:00", "2026-12-15"),  # 13 December is a Sunday
        ("deadline.passed", "2026-12-16T00:00", "2026-12-15"),
    ]


def test_the_hours_are_those_of_the_state_on_its_own_working_days():
    transmitted("2026-12-07", requested="YB")  # Friday and Saturday are off, and 30 November is a holiday
    assert sweep_every(timedelta(hours=1), "2026-11-24T00:00", "2026-12-08T00:00") == [
        ("deadline.reminded", "2026-12-01T06:00", "2026-12-07"),
        ("deadline.reminded", "2026-12-06T06:00", "2026-12-07"),
        ("deadline.passed", "2026-12-07T21:00", "2026-12-07"),
    ]


def test_a_sweep_that_was_away_for_a_week_gives_one_reminder_and_only_when_the_office_is_open():
    transmitted("2026-12-15")
    assert sweep_at("2026-12-14T20:00") == []
    assert sweep_at("2026-12-15T08:59") == []
    assert sweep_at("2026-12-15T09:00") == ["deadline.reminded"]
    assert sweep_at("2026-12-15T09:01") == []


def test_nothing_is_reminded_of_after_the_date_is_over():
    transmitted("2026-12-15")
    assert sweep_at("2026-12-20T10:00") == ["deadline.passed"]
    assert sweep_at("2026-12-21T10:00") == []


def test_a_reminder_whose_day_was_before_transmission_is_none():
    transmitted("2026-12-08", when="2026-12-03T10:00")
    assert sweep_every(timedelta(hours=6), "2026-12-03T10:00", "2026-12-08T22:00") == [
        ("deadline.reminded", "2026-12-08T10:00", "2026-12-08"),  # 6 is a Sunday, 7 a holiday
    ]


def test_what_stands_still_was_met_or_has_ended_is_neither_reminded_of_nor_past():
    for n, event in enumerate(("clarification.asked", "rfa.answered", "rfa.withdrawn")):
        transmitted("2026-12-15").happens(event, f"2026-12-0{n + 1}T10:00", n=1)
    seen = sweep_every(timedelta(hours=12), "2026-12-01T09:00", "2026-12-20T09:00")
    assert [line for line in seen if line[2] == "2026-12-15"] == [
        ("deadline.reminded", "2026-12-11T09:00", "2026-12-15"),  # of the Court, which has the question
        ("deadline.passed", "2026-12-16T09:00", "2026-12-15"),
    ]


def test_after_a_pause_the_reminders_belong_to_the_new_date():
    matter = transmitted("2026-12-15")
    assert sweep_at("2026-12-08T09:00") == ["deadline.reminded"]
    matter.happens("clarification.asked", "2026-12-09T10:00", n=1)
    matter.happens("clarification.answered", "2026-12-19T10:00", n=1)
    assert matter.deadline("requested date").due_on == date(2026, 12, 28)  # 25 is a holiday, 26 and 27 a weekend
    assert sweep_every(timedelta(hours=1), "2026-12-19T11:00", "2026-12-30T00:00")[1:] == [
        ("deadline.reminded", "2026-12-21T09:00", "2026-12-28"),
        ("deadline.reminded", "2026-12-28T09:00", "2026-12-28"),
        ("deadline.passed", "2026-12-29T00:00", "2026-12-28"),
    ]


def test_a_date_that_passed_and_was_moved_can_pass_once_more_and_each_is_noted_once():
    matter = transmitted("2026-12-01")
    assert "deadline.passed" in sweep_at("2026-12-02T00:00")
    matter.happens("rfa.answered", "2026-12-02T10:00", by=CHIDI)
    matter.happens("rfa.returned", "2026-12-04T10:00")
    assert matter.deadline("requested date").due_on == date(2026, 12, 3)
    assert sweep_at("2026-12-05T00:00") == []  # the same lateness, noted already
    matter.happens("clarification.asked", "2026-12-05T10:00", n=1)
    matter.happens("clarification.answered", "2026-12-15T10:00", n=1)
    assert sweep_at("2026-12-16T00:00") == []  # due on 14 December at first: 13 is a Sunday
    assert lines("deadline.passed") == ["deadline.passed"]


def test_a_holiday_that_is_added_moves_the_dates_it_touches_and_leaves_a_line(monkeypatch):
    matter = transmitted("2026-12-15")
    other = transmitted("2026-12-16")
    with clock.at(moment("2026-12-01T10:00")), transaction(SYSTEM) as tx:
        assert sweeping.recount(tx) is False
    assert lines("deadline.moved") == []
    added = HolidayRule(name=Names(en="Mourning", fr="Deuil"), on=(date(2026, 12, 15),), source="Decree 40")
    xandria = CalendarRule(
        code="XA",
        names=Names(en="Xandria", fr="Xandrie"),
        time_zone="Africa/Dakar",
        weekend=("saturday", "sunday"),
        basis="test",
        holiday=(added,),
    )
    changed = policy.calendars() | {"XA": calendar_from(xandria)}
    monkeypatch.setattr(policy, "calendars", lambda: changed)
    for _ in range(2):
        with clock.at(moment("2026-12-01T10:00")), transaction(SYSTEM) as tx:
            sweeping.recount(tx)
    assert matter.deadline("requested date").due_on == date(2026, 12, 16)
    assert other.deadline("requested date").due_on == date(2026, 12, 16)
    with Session(writes=False) as session:
        [moved] = session.scalars(select(Entry).where(Entry.name == "deadline.moved")).all()
    assert (moved.data["was"], moved.data["due_on"]) == ("2026-12-15", "2026-12-16")


def test_the_sweep_looks_only_at_what_is_due():
    matter = transmitted("2026-12-15")
    with Session(writes=False) as session:
        watch = session.get_one(DeadlineWatch, matter.deadline("requested date").id)
        assert watch.next_at == moment("2026-12-08T09:00")
    matter.happens("rfa.answered", "2026-12-01T10:00", by=CHIDI)
    with Session(writes=False) as session:
        assert session.get_one(DeadlineWatch, watch.deadline_id).next_at is None


def test_a_page_at_a_time_until_nothing_is_left(monkeypatch):
    monkeypatch.setattr(sweeping, "PAGE", 2)
    for _ in range(5):
        transmitted("2026-12-01")
    assert sweep_at("2026-12-05T00:00").count("deadline.passed") == 5
