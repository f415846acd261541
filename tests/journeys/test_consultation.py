"""Something stands in the way: Chidi consults on one of two measures, both end it, a part comes, then the answer.

What the platform changes of it is noticed: nobody is shown another outcome than the one that was signed.
"""

import re
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect
from tests import people
from tests.browsing import unlock
from tests.journeys.instance import Instance
from tests.journeys.seats import seats
from tests.pages import town
from tests.people import AMINA, CHIDI

from comity.core import clock
from comity.core.actors import Actor

TRIED = "The account was asked for at the bank; it is held in a trial here."
OFFERED = "Copies can be given under seal."
NOTE = "The trial here ends in spring."
WHY = "Until then the account is needed here."
REASONS = "Our service's sources stand in these records."
REQUESTS: dict[str, UUID] = {}


def world() -> None:
    people.populate(keys=True)
    now = clock.now()
    for name, at in (
        ("story", "acknowledged"), ("denied", "acknowledged"), ("status", "consulted"), ("outcome", "consulted"),
        ("until", "consulting"), ("measures", "consulting"), ("sides", "consulted"), ("fresh", "acknowledged"),
    ):  # fmt: skip
        REQUESTS[name] = town.request(at, now)


@pytest.fixture
def seat(browser: Browser, running: Instance) -> Iterator:
    """A browser of somebody's own, at an address of a request."""
    with seats(browser, running.url) as seated:

        def take(actor: Actor, name: str, more: str = "") -> Page:
            page = seated(actor)
            page.goto(f"/requests/{REQUESTS[name]}{more}")
            unlock(page)
            return page

        yield take


def change(running: Instance, statement: str, *values: str) -> None:
    """What somebody with the database in hand can do."""
    with sqlite3.connect(running.folder / "comity.sqlite3", timeout=10) as db:
        assert db.execute(statement, values).rowcount == 1


def fill_day(page: Page, name: str, day: date) -> None:
    for part in ("day", "month", "year"):
        page.locator(f"#{name}-{part}").fill(str(getattr(day, part)))


def send(page: Page, form: str) -> None:
    page.locator(f"{form} button[type=submit]").click()


def ended(page: Page) -> None:
    """The step was taken: the page has been loaded anew, and what it shows was opened."""
    page.wait_for_load_state()
    expect(page.locator("[data-paper] [data-progress]:visible")).to_have_count(0)
    expect(page.locator(".comity-not-authentic")).to_have_count(0)


def test_an_obstacle_to_one_of_the_measures_is_settled_by_both_and_the_rest_is_answered(seat, running):
    home = f"**/requests/{REQUESTS['story']}"
    state = seat(CHIDI, "story")
    state.locator("[data-step=consult]").click()
    state.wait_for_url("**/consult")
    state.locator("[data-consult-form] button[type=submit]").click()
    expect(state.locator(".govuk-error-summary")).to_contain_text("Choose the measures")
    state.locator("#measure-2").check()
    expect(state.locator("#ground-national_security")).to_be_hidden()  # freezing produces no document
    expect(state.locator("#ground-acceptance_needed")).to_have_count(0)
    state.locator("#ground-ongoing_case").check()
    expect(state.locator("[data-leads=ongoing_case]")).to_contain_text("postponed until an agreed date")
    expect(state.locator("[data-ask]:visible")).to_have_count(3)
    state.locator("#ask-other_case").fill(TRIED)
    state.locator("#ask-offered").fill(OFFERED)
    send(state, "[data-consult-form]")
    expect(state.locator(".govuk-error-summary")).to_contain_text("Until when, and why")
    state.locator("#ask-period").fill("Until spring.")
    send(state, "[data-consult-form]")
    state.wait_for_url(home)

    court = seat(AMINA, "story")
    expect(court.locator(".comity-exchange").last).to_contain_text(OFFERED)
    court.get_by_role("link", name="Consultation 1").first.click()
    expect(court.locator("[data-paper]").first).to_contain_text(TRIED)
    court.locator("#step-meet summary").click()
    fill_day(court, "held-on", date.today())
    court.locator("#text-meet").fill(NOTE)
    send(court, "[data-settle=meet]")
    expect(court.locator("main")).to_contain_text(NOTE)
    ended(court)

    state.goto(f"/requests/{REQUESTS['story']}/consultations/1")
    expect(state.locator("[data-paper]").nth(1)).to_contain_text(NOTE)
    expect(state.locator("#step-deny")).to_have_count(0)  # nobody denies on this ground
    state.locator("#step-propose summary").click()
    expect(state.locator("#outcome-stopped")).to_have_count(0)  # that is the Court's to say
    expect(state.locator("[data-until]")).to_be_hidden()
    state.locator("#outcome-postponed").check()
    state.locator("#text-propose").fill(WHY)
    send(state, "[data-settle=propose]")
    expect(state.locator(".govuk-error-summary")).to_contain_text("Give a day that exists")
    later = date.today() + timedelta(days=200)
    fill_day(state, "until", later)
    send(state, "[data-settle=propose]")
    expect(state.locator("main")).to_contain_text("It counts once the other party agrees.")
    ended(state)

    court.goto("/")
    court.locator(".comity-waiting", has_text="Look at a proposed outcome").first.locator("a").click()
    court.goto(f"/requests/{REQUESTS['story']}/consultations/1")
    expect(court.locator("[data-purpose=proposal]")).to_contain_text(WHY)
    send(court, "[data-settle=agree]")
    expect(court.locator("[data-purpose=agreement]")).to_contain_text("Verified")
    ended(court)
    expect(court.locator("form[data-settle]")).to_have_count(0)

    state.goto(f"/requests/{REQUESTS['story']}/deliver")
    state.locator("[data-answer] button[type=submit]").click()
    expect(state.locator(".govuk-error-summary")).to_contain_text("Say which measures this part belongs to")
    state.locator("#outcome-1-partly_executed").check()
    state.locator("#text").fill("The statements of 2019.")
    state.locator("#files").set_input_files({"name": "2019.csv", "mimeType": "text/csv", "buffer": b"1;2\n" * 9000})
    expect(state.locator(".comity-attachment")).to_have_attribute("data-state", "done")
    state.locator("[data-answer] button[type=submit]").click()
    state.wait_for_url(home)
    expect(state.locator(".comity-outcomes").first).to_contain_text("Partly executed")

    state.goto(f"/requests/{REQUESTS['story']}/answer")
    state.locator("#outcome-1-executed").check()
    state.locator("#outcome-2-postponed").check()
    state.locator("#outcome-3-nothing_found").check()
    state.locator("#text").fill("The rest is attached; the account follows in spring.")
    state.locator("[data-answer] button[type=submit]").click()
    state.wait_for_url(home)

    court.goto(f"/requests/{REQUESTS['story']}")
    expect(court.locator(".comity-exchange").last).to_contain_text("follows in spring")
    shown = court.locator(".comity-outcomes").first
    expect(shown).to_contain_text("Nothing found")
    expect(shown).to_contain_text(re.compile(f"Postponed.*{later.year}"))
    expect(court.locator("[data-outcome-alarm]")).to_be_empty()
    expect(court.locator(".comity-timeline")).to_contain_text("Consultation ended")


def test_a_denial_comes_with_its_reasons_and_stands_in_the_answer(seat):
    state = seat(CHIDI, "denied", "/consult?measure=1")
    expect(state.locator("#measure-1")).to_be_checked()
    state.locator("#ground-national_security").check()
    for ask in ("obstacle", "tried", "offered"):
        state.locator(f"#ask-{ask}").fill("A summary was offered.")
    send(state, "[data-consult-form]")
    state.wait_for_url(f"**/requests/{REQUESTS['denied']}")
    state.goto(f"/requests/{REQUESTS['denied']}/consultations/1")
    expect(state.locator("[data-paper]").first).to_contain_text("A summary was offered.")
    state.locator("#step-deny summary").click()
    send(state, "[data-settle=deny]")
    expect(state.locator(".govuk-error-summary")).to_contain_text("Write your reasons.")
    state.locator("#text-deny").fill(REASONS)
    send(state, "[data-settle=deny]")
    expect(state.locator("[data-purpose=denial]")).to_contain_text(REASONS)
    state.goto(f"/requests/{REQUESTS['denied']}/answer")
    expect(state.locator("[data-measure='1'] [data-outcome]")).to_have_count(0)
    for n in (2, 3):
        state.locator(f"#outcome-{n}-executed").check()
    state.locator("#text").fill("What could be given.")
    state.locator("[data-answer] button[type=submit]").click()
    state.wait_for_url(f"**/requests/{REQUESTS['denied']}")
    court = seat(AMINA, "denied")
    expect(court.locator(".comity-exchange", has_text="Denial")).to_contain_text(REASONS)
    expect(court.locator(".comity-exchange").last).to_contain_text("What could be given.")
    expect(court.locator(".comity-outcomes").first).to_contain_text("Denied: Documents or evidence")
    expect(court.locator("[data-outcome-alarm]")).to_be_empty()


@pytest.mark.parametrize("status", ["denied", "executed", "pending", "withdrawn"])
def test_a_status_that_nobody_signed_is_not_shown(seat, running, status):
    rfa = REQUESTS["status"]
    change(running, "UPDATE measure SET status = ? WHERE rfa_id = ? AND n = 2", status, rfa.hex)
    page = seat(AMINA, "status")
    expect(page.locator("[data-outcome-alarm]")).to_contain_text("Not authentic")
    expect(page.locator("[data-outcome-shown]").nth(1)).to_be_empty()


def papers(page: Page) -> None:
    expect(page.locator("[data-paper] [data-progress]:visible")).to_have_count(0)


def test_another_outcome_than_both_signed_is_not_authentic(seat, running):
    rfa = REQUESTS["outcome"]
    change(running, "UPDATE consultation SET outcome = 'conditions', until = NULL WHERE rfa_id = ? AND n = 1", rfa.hex)
    page = seat(AMINA, "outcome", "/consultations/1")
    papers(page)
    for purpose in ("proposal", "agreement"):
        expect(page.locator(f"[data-purpose={purpose}]")).to_contain_text("Not authentic")
    expect(page.locator("[data-purpose=consultation]")).to_contain_text("the account is part of a trial")


def test_nobody_agrees_to_another_date_than_the_one_that_was_proposed(seat, running):
    rfa = REQUESTS["until"]
    change(running, "UPDATE consultation SET until = '2035-01-01' WHERE rfa_id = ?", rfa.hex)
    page = seat(AMINA, "until", "/consultations/1")
    papers(page)
    expect(page.locator("[data-purpose=proposal]")).to_contain_text("Not authentic")
    send(page, "[data-settle=agree]")
    expect(page.locator(".govuk-error-summary")).to_contain_text("nothing can be agreed to")
    with sqlite3.connect(running.folder / "comity.sqlite3", timeout=10) as db:
        query = "SELECT settled_at FROM consultation WHERE rfa_id = ?"
        assert db.execute(query, (rfa.hex,)).fetchall() == [(None,)]


def test_a_consultation_on_other_measures_than_were_signed_is_not_authentic(seat, running):
    change(running, "UPDATE consultation SET measures = '[1,2]' WHERE rfa_id = ?", REQUESTS["measures"].hex)
    page = seat(CHIDI, "measures", "/consultations/1")
    papers(page)
    expect(page.locator("[data-purpose=consultation]")).to_contain_text("Not authentic")


def test_an_agreement_by_the_side_that_proposed_is_none(seat, running):
    """The database names the proposal itself as the agreement."""
    rfa = REQUESTS["sides"]
    change(running, "UPDATE consultation SET proposal = settlement WHERE rfa_id = ? AND n = 1", rfa.hex)
    page = seat(CHIDI, "sides", "/consultations/1")
    papers(page)
    expect(page.locator("[data-paper][data-purpose=proposal]")).to_contain_text("Not authentic")
