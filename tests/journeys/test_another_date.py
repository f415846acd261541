"""Chidi asks for another date in her browser, Amina reads why in hers and grants it: the date is the other one."""

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

from comity.core.actors import Actor

WHY = "The bank keeps these years in another town."
REQUESTS: dict[str, UUID] = {}
LATER = date.today() + timedelta(days=75)


def world() -> None:
    people.populate(keys=True)
    rfa = town.write(date.today() + timedelta(days=40))
    for step in town.AT_WORK:
        town.take(step, rfa)
    REQUESTS["acknowledged"] = rfa.id


@pytest.fixture
def seat(browser: Browser, running: Instance):
    """A browser of somebody's own on the request."""
    with seats(browser, running.url) as seated:

        def take(actor: Actor, step: str) -> Page:
            page = seated(actor)
            page.goto(f"/requests/{REQUESTS['acknowledged']}")
            page.locator(f"[data-step={step}]").click()
            page.wait_for_url(f"**/{step}")
            unlock(page)
            return page

        yield take


def fill_day(page: Page, day: date) -> None:
    for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
        page.locator(f"#day-{part}").fill(str(value))


def send(page: Page) -> None:
    page.locator("[data-extending-form] button[type=submit]").click()


def test_the_state_asks_with_its_reason_and_the_court_grants_what_it_has_read(seat):
    home = f"**/requests/{REQUESTS['acknowledged']}"
    state = seat(CHIDI, "extend")
    send(state)
    expect(state.locator("[data-errors]")).to_contain_text("Give a day that exists")
    fill_day(state, LATER)
    send(state)
    expect(state.locator("[data-errors]")).to_contain_text("Write a text")
    state.locator("#text").fill(WHY)
    send(state)
    state.wait_for_url(home)
    expect(state.locator(".comity-next")).to_contain_text("stays until the other party has decided")

    court = seat(AMINA, "decide")
    expect(court.locator('[data-purpose="extension"]')).to_contain_text(WHY)
    send(court)
    expect(court.locator("[data-errors]")).to_contain_text("Choose your decision")
    court.locator("#choice-proposed").check()
    send(court)
    court.wait_for_url(home)
    expect(court.locator(".comity-dates")).to_contain_text(f"{LATER.day} {LATER:%B %Y}")
    expect(court.locator("[data-step=decide]")).to_have_count(0)
