"""Dates for a calendar program: at a secret address, with days and nothing else, until it is replaced or revoked."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import icalendar
import pytest
from sqlalchemy import select
from tests.exchange import sealed
from tests.people import AMINA, BRUNO, CHIDI, DORA, EMRE, FAYE, NAMES, account_id
from tests.visits import Visitor, visitor

from comity.accounts import actions as accounts
from comity.assistance import actions, calendar_feed, portfolio_policy, withdrawing
from comity.assistance.portfolio_model import CalendarAddress
from comity.core import clock, database
from comity.core.errors import Refused
from comity.core.journal import Entry
from comity.core.transaction import transaction

BEGIN = datetime(2031, 3, 3, 9, tzinfo=UTC)


@pytest.fixture
def rfa():
    with clock.at(BEGIN):
        yield sealed.acknowledged(on=date(2031, 4, 2))


def address(actor) -> str:
    with transaction(actor) as tx:
        return f"/requests/calendar/{calendar_feed.make(tx)}.ics"


def fetched(app, where) -> dict[str, icalendar.Event]:
    answer = Visitor(app).client.get(where)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert answer.headers["Cache-Control"] == "no-store"
    found = icalendar.Calendar.from_ical(answer.data)
    return {str(event["UID"]): event for event in found.walk("VEVENT")}


def of_day(events, day) -> tuple[str, icalendar.Event]:
    return next((uid, event) for uid, event in events.items() if event["DTSTART"].dt == day)


def test_a_calendar_holds_days_and_not_a_word_of_the_matter(app, rfa):
    where = address(CHIDI)
    content = Visitor(app).client.get(where).get_data(as_text=True)
    for secret in (
        rfa.reference,
        str(rfa.id),
        "OTP",
        "Prosecutor",
        NAMES[CHIDI],
        NAMES[AMINA],
        "requested",
        "acknowledg",
    ):
        assert secret not in content
    events = fetched(app, where)
    assert {str(event["SUMMARY"]) for event in events.values()} == {"Cooperation date"}
    assert set().union(*(event.keys() for event in events.values())) == {
        "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS", "TRANSP", "STATUS",
    }  # fmt: skip
    _uid, event = of_day(events, date(2031, 4, 2))
    assert (event["STATUS"], event["DTEND"].dt) == ("CONFIRMED", date(2031, 4, 3))


def test_a_date_that_moves_or_ends_keeps_its_uid_with_a_higher_sequence(app, rfa):
    where = address(CHIDI)
    uid, before = of_day(fetched(app, where), date(2031, 4, 2))
    with clock.at(BEGIN + timedelta(days=2)):
        question, _made = sealed.deposit(CHIDI, rfa, "question", b"which?")
        with transaction(CHIDI) as tx:
            actions.ask(tx, rfa.id, question.id)
        paused = fetched(app, where)[uid]
    with clock.at(BEGIN + timedelta(days=9)):
        reply, _made = sealed.deposit(BRUNO, rfa, "reply", b"that one")
        with transaction(BRUNO) as tx:
            actions.reply(tx, rfa.id, 1, reply.id)
        moved = fetched(app, where)[uid]
    with clock.at(BEGIN + timedelta(days=10)), transaction(AMINA) as tx:
        withdrawing.withdraw(tx, rfa.id)
    with clock.at(BEGIN + timedelta(days=11)):
        ended = fetched(app, where)[uid]
    with clock.at(BEGIN + timedelta(days=11) + calendar_feed.KEPT):
        assert uid not in fetched(app, where)
    assert [one["STATUS"] for one in (before, paused, moved, ended)] == [
        "CONFIRMED", "TENTATIVE", "CONFIRMED", "CANCELLED",
    ]  # fmt: skip
    assert moved["DTSTART"].dt > before["DTSTART"].dt
    numbers = [int(one["SEQUENCE"]) for one in (before, paused, moved, ended)]
    assert numbers == sorted(set(numbers))


def test_each_person_has_the_dates_of_her_own_office_and_other_identifiers(app, rfa):
    with clock.at(BEGIN):
        sealed.transmitted(on=date(2031, 5, 6), requested="YB")
    court, state, other = (fetched(app, address(actor)) for actor in (AMINA, CHIDI, DORA))
    assert len(court) == len(state) + len(other)
    assert {event["DTSTART"].dt for event in other.values()}.isdisjoint({date(2031, 4, 2)})
    assert not court.keys() & (state.keys() | other.keys())


def test_a_reader_of_french_gets_french(app, rfa):
    assert {str(event["SUMMARY"]) for event in fetched(app, address(BRUNO)).values()} == {"Date de coopération"}


def test_only_a_hash_is_kept_and_a_new_address_ends_the_former_one(app, rfa):
    first = address(CHIDI)
    second = address(CHIDI)
    assert Visitor(app).client.get(first).status_code == 404
    assert fetched(app, second)
    with database.Session(writes=False) as session:
        (row,) = session.scalars(select(CalendarAddress))
        lines = session.scalars(select(Entry).where(Entry.name == "calendar.opened")).all()
    token = second.rpartition("/")[2].removesuffix(".ics")
    assert (row.account_id, row.token_sha256) == (UUID(CHIDI.id), calendar_feed.hashed(token))
    assert [(line.actor, line.data) for line in lines] == [(CHIDI.id, {}), (CHIDI.id, {})]
    assert token not in "".join(line.line for line in lines)


def test_a_revoked_address_and_one_of_a_closed_account_open_nothing(app, rfa):
    mine, theirs = address(CHIDI), address(BRUNO)
    with transaction(CHIDI) as tx:
        calendar_feed.revoke(tx)
    with transaction(CHIDI) as tx:
        calendar_feed.revoke(tx)
    with transaction(FAYE) as tx:
        accounts.disable_account(tx, account_id(BRUNO))
    for where in (mine, theirs, "/requests/calendar/x.ics"):
        assert Visitor(app).client.get(where).status_code == 404
    with database.Session(writes=False) as session:
        assert len(session.scalars(select(Entry).where(Entry.name == "calendar.closed")).all()) == 1


def test_where_a_state_does_not_wish_it_no_address_is_made_and_none_opens(app, rfa, monkeypatch):
    where = address(CHIDI)
    chosen = portfolio_policy.chosen()
    closed = chosen.model_copy(update={"calendar": chosen.calendar.model_copy(update={"closed_to": ["XA"]})})
    monkeypatch.setattr(portfolio_policy, "chosen", lambda: closed)
    assert Visitor(app).client.get(where).status_code == 404
    with pytest.raises(Refused), transaction(CHIDI) as tx:
        calendar_feed.make(tx)
    page = visitor(app, CHIDI).get("/requests/calendar/").get_data(as_text=True)
    assert "Make an address" not in page
    assert fetched(app, address(AMINA))


def test_whoever_belongs_to_no_authority_has_no_calendar(app):
    with pytest.raises(Refused), transaction(EMRE) as tx:
        calendar_feed.make(tx)
    with database.Session(writes=False) as session:
        assert session.scalars(select(CalendarAddress)).all() == []


def test_one_address_is_not_answered_without_end(app, rfa, monkeypatch):
    monkeypatch.setattr("comity.assistance.calendar_pages.PER_HOUR", 3)
    where, other = address(CHIDI), address(AMINA)
    assert [Visitor(app).client.get(where).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    assert Visitor(app).client.get(other).status_code == 200


def test_a_browser_makes_sees_once_and_revokes(app, rfa):
    chidi = visitor(app, CHIDI)
    assert "/requests/calendar/" in chidi.get("/account").get_data(as_text=True)
    assert "You have no address." in chidi.get("/requests/calendar/").get_data(as_text=True)
    made = chidi.post("/requests/calendar/new").get_data(as_text=True)
    shown = made.partition('id="address"')[2].partition("</p>")[0]
    path = "/requests/calendar/" + shown.partition("/requests/calendar/")[2].partition("<")[0]
    assert fetched(app, path)
    later = chidi.get("/requests/calendar/").get_data(as_text=True)
    assert path not in later
    assert "It cannot be shown again" in later
    assert chidi.post("/requests/calendar/revoke").status_code == 303
    assert Visitor(app).client.get(path).status_code == 404
