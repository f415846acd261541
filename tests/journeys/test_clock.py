"""A device whose clock is far off: everything can be read, nothing is signed, and nothing is left half done."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Route, expect
from tests import people
from tests.browsing import context, leave, sign_in, unlock
from tests.enrolment import look
from tests.journeys.instance import Instance
from tests.pages import town
from tests.people import CHIDI

REQUEST: list[UUID] = []
SIGNED = "SELECT count(*) FROM rfa WHERE acknowledgement IS NOT NULL"
UPLOADS = "SELECT count(*) FROM upload"


def world() -> None:
    people.populate(keys=True)
    REQUEST.append(town.brought_to("approved", "transmitted"))


class Apart:
    """The platform's clock, so far from this device's."""

    def __init__(self, by: timedelta) -> None:
        self.by = by

    def __call__(self, route: Route) -> None:
        answer = route.fetch()
        there = format_datetime(datetime.now(UTC) + self.by, usegmt=True)
        route.fulfill(response=answer, headers={**answer.headers, "date": there})


@pytest.mark.parametrize("hours", [26, -26])
def test_with_a_clock_far_off_everything_is_read_and_nothing_signed(browser: Browser, running: Instance, hours: int):
    own = context(browser, running.url)
    page = own.new_page()
    sign_in(page, CHIDI)
    page.goto("/unlock")
    unlock(page)
    uploads = look(running.folder, UPLOADS)
    own.route("**/api/v1/**", Apart(timedelta(hours=hours)))
    page.goto(f"/requests/{REQUEST[0]}")
    expect(page.locator("#content")).to_contain_text(town.TEXT[:20])
    page.locator("[data-acknowledge] button").click()
    expect(page.locator("[data-acknowledge]")).to_contain_text("more than twelve hours apart")
    page.goto(f"/requests/{REQUEST[0]}/messages")
    page.locator("[data-write-message] textarea").fill("Which company is meant?")
    page.locator("[data-write-message] button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("more than twelve hours apart")
    assert look(running.folder, SIGNED) == 0
    assert look(running.folder, UPLOADS) == uploads
    leave(own)


def test_with_a_clock_that_is_nearly_right_it_is_signed(browser: Browser, running: Instance):
    own = context(browser, running.url)
    page = own.new_page()
    sign_in(page, CHIDI)
    page.goto("/unlock")
    unlock(page)
    own.route("**/api/v1/**", Apart(timedelta(minutes=-20)))
    page.goto(f"/requests/{REQUEST[0]}")
    expect(page.locator("#content")).to_contain_text(town.TEXT[:20])
    page.locator("[data-acknowledge] button").click()
    expect(page.locator("[data-acknowledge]")).to_have_count(0)
    assert look(running.folder, SIGNED) == 1
    leave(own)
