"""Amina withdraws in her browser and asks what became of it; Chidi signs in his, and cannot open it any more."""

from collections.abc import Callable, Iterator
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

REQUESTS: dict[str, UUID] = {}


def world() -> None:
    people.populate(keys=True)
    for name in ("destroyed", "kept"):
        REQUESTS[name] = town.brought_to("approved", "transmitted", "acknowledged", "asked", "replied")


@pytest.fixture
def seat(browser: Browser, running: Instance) -> Iterator[Callable[[Actor, str], Page]]:
    with seats(browser, running.url) as seated:

        def take(actor: Actor, address: str) -> Page:
            page = seated(actor)
            page.goto(address)
            unlock(page)
            return page

        yield take


def withdraw(court: Page, rfa: UUID) -> None:
    court.locator("#text").fill("The statements were found elsewhere.")
    court.locator("[data-withdrawing-form] button[type=submit]").click()
    court.wait_for_url(f"**/requests/{rfa}")
    expect(court.locator("main")).to_contain_text("to say what became of the documents")


def test_destroyed_is_signed_and_what_was_received_is_not_opened_again(seat):
    rfa = REQUESTS["destroyed"]
    court = seat(AMINA, f"/requests/{rfa}/withdraw")
    withdraw(court, rfa)

    state = seat(CHIDI, f"/requests/{rfa}")
    expect(state.locator('[data-purpose="withdrawal"] [data-text]')).to_contain_text("found elsewhere")
    state.locator('[data-step="dispose"]').click()
    sign = state.locator("[data-disposing-form] button[type=submit]")
    sign.click()
    expect(state.locator("[data-errors]")).to_contain_text("Say what became of the documents")
    state.locator("#fate-kept").check()
    sign.click()
    expect(state.locator("[data-errors]")).to_contain_text("Say why they are kept")
    state.locator("#fate-destroyed").check()
    expect(state.locator("[data-kept-for]")).to_be_hidden()
    state.locator("#text").fill("Shredded.")
    sign.click()
    state.wait_for_url(f"**/requests/{rfa}")
    expect(state.locator("[data-disposal=destroyed]")).to_contain_text("Destroyed")
    expect(state.locator("#content")).to_contain_text("cannot be opened here any more")
    expect(state.locator('[data-purpose="disposal"] [data-text]')).to_contain_text("Shredded.")
    expect(state.locator(".comity-not-authentic")).to_have_count(0)

    court.goto(f"/requests/{rfa}")
    expect(court.locator("[data-disposal=destroyed]")).to_be_visible()
    expect(court.locator("#content [data-text]").first).to_contain_text("statements of the years")
    expect(court.locator('[data-purpose="disposal"] [data-text]')).to_contain_text("Shredded.")
    expect(court.locator(".comity-not-authentic")).to_have_count(0)


def test_kept_for_a_reason_it_is_still_opened_here(seat):
    rfa = REQUESTS["kept"]
    court = seat(AMINA, f"/requests/{rfa}/withdraw")
    withdraw(court, rfa)
    state = seat(CHIDI, f"/requests/{rfa}/dispose")
    state.locator("#fate-kept").check()
    state.locator("#kept-for-national_proceedings").check()
    state.locator("[data-disposing-form] button[type=submit]").click()
    state.wait_for_url(f"**/requests/{rfa}")
    expect(state.locator("[data-disposal=kept]")).to_contain_text("national proceedings")
    expect(state.locator("#content [data-text]").first).to_contain_text("statements of the years")
