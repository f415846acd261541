"""The pages and resources of reports and of other dates: what is offered, what is refused, what a date stands on."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.assistance.test_occurrences import transmitted
from tests.exchange import sealed
from tests.people import AMINA, CHIDI, GRACE
from tests.visits import Program, visitor

from comity.assistance import occurrences
from comity.core import clock
from comity.core.transaction import transaction

LATER = datetime(2031, 3, 13, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _later():
    with clock.at(LATER):
        yield


def words(answer) -> str:
    return " ".join(answer.get_data(as_text=True).split())


def test_only_what_fits_kind_and_side_is_offered(app):
    rfa = transmitted("provisional_arrest")
    there, here = (words(visitor(app, one).get(f"/requests/{rfa.id}/report")) for one in (CHIDI, GRACE))
    assert "Provisional arrest made" in there
    assert "Provisional arrest made" not in here
    assert "Unscheduled landing" not in there
    assert "Consultations declared exhausted" in here
    assert "Source not verified" in here


def test_a_report_is_made_on_the_page_and_corrected_there(app):
    rfa, chidi = transmitted("provisional_arrest"), visitor(app, CHIDI)
    address = f"/requests/{rfa.id}/report?what=arrest.made"
    for day, month, said in (("31", "2", "a day that exists"), ("20", "3", "not happened yet")):
        answer = chidi.post(address, **{"on-day": day, "on-month": month, "on-year": "2031"})
        assert (answer.status_code, said in words(answer)) == (422, True)
    assert sealed.read(CHIDI, rfa.id).occurrences == []
    for day in ("6", "4"):
        answer = chidi.post(address, **{"on-day": day, "on-month": "3", "on-year": "2031"})
        assert answer.status_code == 303
    assert [one.corrects for one in sealed.read(GRACE, rfa.id).occurrences] == [None, 1]
    shown = words(visitor(app, GRACE).get(f"/requests/{rfa.id}"))
    assert "Provisional arrest made" in shown
    assert "(corrected)" in shown
    clocks = words(visitor(app, GRACE).get(f"/requests/{rfa.id}/clock"))
    assert "Documents after provisional arrest" in clocks
    assert "3 May 2031" in clocks


def test_an_hour_is_that_of_the_state(app):
    rfa, chidi = transmitted("transit"), visitor(app, CHIDI)
    address = f"/requests/{rfa.id}/report?what=landing.unscheduled"
    day = {"on-day": "12", "on-month": "3", "on-year": "2031"}
    answer = chidi.post(address, **day, **{"on-hour": "25", "on-minute": "0"})
    assert (answer.status_code, "an hour and minutes that exist" in words(answer)) == (422, True)
    assert chidi.post(address, **day, **{"on-hour": "21", "on-minute": "15"}).status_code == 303
    (kept,) = sealed.read(GRACE, rfa.id).occurrences
    assert kept.happened_at == datetime(2031, 3, 12, 21, 15, tzinfo=UTC)


def test_programs_report_and_are_told_what_is_wrong(app):
    rfa, chidi = transmitted("transit"), Program(app, CHIDI)
    address = f"/requests/{rfa.id}/report"
    wrong = chidi.api("POST", address, {"what": "landing.unscheduled", "on": "2031-03-12"})
    assert (wrong.status_code, wrong.json["errors"][0]["pointer"]) == (422, "/at")
    assert chidi.api("POST", address, {"what": "landing.unscheduled", "at": "soon"}).status_code == 422
    assert chidi.api("POST", address, {"what": "landing.unscheduled", "at": "2031-03-12T21:15:00"}).status_code == 422
    done = chidi.api("POST", address, {"what": "landing.unscheduled", "at": "2031-03-12T21:15:00Z"})
    assert done.status_code == 200
    assert done.json["occurrences"][0]["happened_on"] == "2031-03-12"
    (running,) = chidi.api("GET", f"/requests/{rfa.id}/clock").json["deadlines"]
    assert (running["nature"], running["unverified"], running["falls_on"]) == ("law", False, "REG")


def test_a_source_that_nobody_has_verified_says_so_on_the_page_and_to_programs(app):
    rfa = transmitted("assistance", by=AMINA)
    with transaction(AMINA) as tx:
        occurrences.report(tx, rfa.id, "consultations.exhausted", LATER.date())
    assert "Source not verified" in words(visitor(app, CHIDI).get(f"/requests/{rfa.id}/clock"))
    told = Program(app, CHIDI).api("GET", f"/requests/{rfa.id}/clock").json["deadlines"]
    assert [one["unverified"] for one in told] == [True]


def test_another_date_is_asked_for_and_granted_by_programs_and_offered_on_pages(app):
    rfa = sealed.acknowledged(on=(LATER + timedelta(days=30)).date())
    chidi, amina = Program(app, CHIDI), Program(app, AMINA)
    reason, _made = sealed.deposit(CHIDI, rfa, "extension")
    day = (LATER + timedelta(days=41)).date().isoformat()
    asked = chidi.api("POST", f"/requests/{rfa.id}/extend", {"proposed_on": day, "document": str(reason.id)})
    assert (asked.status_code, asked.json["extensions"][0]["proposed_on"]) == (200, day)
    assert "rfa.extend" not in asked.json["options"]
    assert "Ask for another date" not in words(visitor(app, CHIDI).get(f"/requests/{rfa.id}"))
    assert "Decide about another date" in words(visitor(app, AMINA).get(f"/requests/{rfa.id}"))
    assert visitor(app, AMINA).get(f"/requests/{rfa.id}/decide").status_code == 200
    granted = amina.api("POST", f"/requests/{rfa.id}/decide", {"until": day, "document": None})
    assert (granted.status_code, granted.json["extensions"][0]["granted_on"]) == (200, day)
    assert visitor(app, CHIDI).get(f"/requests/{rfa.id}/extend").status_code == 200
    assert visitor(app, AMINA).get(f"/requests/{rfa.id}/decide").status_code == 409
