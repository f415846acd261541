"""Amina asks whoever controls what Xandria does not, with the text she has; and registers what has travelled."""

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

REQUESTS: dict[str, UUID] = {}
YESTERDAY = date.today() - timedelta(days=1)


def world() -> None:
    people.populate(keys=True)
    now = clock.now()
    for name in ("controlled", "approved"):
        REQUESTS[name] = town.request(name, now)


@pytest.fixture
def seat(browser: Browser, running: Instance) -> Iterator:
    """A browser of somebody's own on a page of a request."""
    with seats(browser, running.url) as seated:

        def take(actor: Actor, name: str, more: str = "") -> Page:
            page = seated(actor)
            page.goto(f"/requests/{REQUESTS[name]}{more}")
            unlock(page)
            return page

        yield take


def test_the_text_of_the_first_request_begins_the_redirected_one_and_the_first_state_is_not_told(seat):
    court = seat(AMINA, "controlled", "/consultations/1")
    court.locator("[data-redirect]").click()
    court.locator("#requested").select_option("YB")
    court.locator("main form button").click()
    court.wait_for_url("**/draft")
    court.locator("#text").fill("Yvoria is asked for this.")
    court.locator("[data-take-over]").click()
    expect(court.locator("[data-earlier] [data-busy]")).to_contain_text("have been filled")
    expect(court.locator("#subject")).to_have_value(town.SUBJECT)
    expect(court.locator("#text")).to_have_value("Yvoria is asked for this.")
    expect(court.locator("#line-a")).to_have_value("As the text says.")
    expect(court.locator("#line-d-not")).to_be_checked()
    court.locator("#line-e").fill("Nothing more.")
    court.locator("[data-write] button[type=submit]").click()
    court.wait_for_url(lambda address: not address.endswith("/draft"))
    expect(court.locator("[data-linked=redirected_from]")).to_have_count(1)
    court.locator("[data-linked=redirected_from] a").click()
    expect(court.locator("[data-linked=redirected_to]")).to_have_count(1)

    state = seat(CHIDI, "controlled")
    expect(state.locator("h1")).to_be_visible()
    expect(state.locator("[data-linked]")).to_have_count(0)
    assert "YB" not in state.content()


def test_what_has_travelled_is_registered_with_the_day_of_its_receipt_and_then_acknowledged(seat):
    court = seat(AMINA, "approved", "/transmit")
    send = court.locator("[data-transmit] button[type=submit]")
    court.locator("[data-travelled] summary").click()
    court.locator("#travelled-by").select_option("diplomatic")
    send.click()
    expect(court.locator("[data-errors]")).to_contain_text("Give a day that exists")
    for part, value in (("day", YESTERDAY.day), ("month", YESTERDAY.month), ("year", YESTERDAY.year)):
        court.locator(f"#day-{part}").fill(str(value))
    court.locator("#travelled-by").select_option("")
    send.click()
    expect(court.locator("[data-errors]")).to_contain_text("Choose by what it has travelled")
    court.locator("#travelled-by").select_option("diplomatic")
    send.click()
    court.wait_for_url(f"**/requests/{REQUESTS['approved']}")
    expect(court.locator("[data-travelled]")).to_have_text("Diplomatic channel")

    state = seat(CHIDI, "approved")
    expect(state.locator("[data-travelled]")).to_have_text("Diplomatic channel")
    state.locator("[data-step=acknowledge]").click()
    expect(state.locator(".comity-identity__tags")).to_contain_text("Acknowledged")
