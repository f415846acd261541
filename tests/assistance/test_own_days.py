"""A day off that a State publishes moves the dates that run, and the record says from which day to which."""

from datetime import date, timedelta

from sqlalchemy import select
from tests.exchange import sealed
from tests.people import CHIDI

from comity.core.actors import SYSTEM
from comity.core.database import Session
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.deadlines import sweeping
from comity.deadlines.model import Deadline
from comity.deadlines.queries import calendar_of
from comity.directory import publishing
from comity.directory.profile import Content, Day


def working_day(after: date) -> date:
    with Session(writes=False) as session:
        return calendar_of(session, "XA").next_working(after)


def requested_date(rfa) -> date:
    with Session(writes=False) as session:
        of_rule = select(Deadline).where(Deadline.matter == rfa.subject, Deadline.rule == "requested date")
        return session.scalars(of_rule).one().due_on


def recount() -> None:
    with transaction(SYSTEM) as tx:
        while sweeping.recount(tx):
            pass


def test_a_date_that_falls_on_the_new_day_off_moves_to_the_next_working_day_and_says_so():
    on = working_day(date.today() + timedelta(days=60))
    rfa = sealed.transmitted(on=on)
    recount()
    assert requested_date(rfa) == on
    with transaction(CHIDI) as tx:
        row = publishing.begin(tx)
        row = publishing.change(tx, row.id, Content(days=(Day(on=on, name="Day of Mourning"),)), version=row.version)
        publishing.publish(tx, row.id, version=row.version)
    recount()
    later = working_day(on)
    assert later > on
    assert requested_date(rfa) == later
    with Session(writes=False) as session:
        moved = session.scalars(select(Entry).where(Entry.name == "deadline.moved")).all()
    assert [(one.data["was"], one.data["due_on"]) for one in moved if one.data["rule"] == "requested date"] == [
        (on.isoformat(), later.isoformat())
    ]
