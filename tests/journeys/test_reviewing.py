"""Bruno reviews Amina's draft in his browser, in French; she reads it, mends the draft, he approves: no note goes."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect
from tests import people
from tests.browsing import unlock
from tests.journeys.instance import Instance
from tests.journeys.seats import seats
from tests.pages import town
from tests.people import AMINA, BRUNO

from comity.core.actors import Actor

WORDS = "Name the branch of the bank."
REQUESTS: dict[str, UUID] = {}


def world() -> None:
    people.populate(keys=True)
    REQUESTS["draft"] = town.write(date.today() + timedelta(days=40)).id


@pytest.fixture
def seat(browser: Browser, running: Instance):
    """A browser of somebody's own on the draft."""
    with seats(browser, running.url) as seated:

        def take(actor: Actor) -> Page:
            page = seated(actor)
            page.goto(f"/requests/{REQUESTS['draft']}")
            return page

        yield take


def test_a_draft_is_reviewed_mended_and_approved(seat):
    home = f"**/requests/{REQUESTS['draft']}"
    amina = seat(AMINA)
    amina.locator("[data-step=submit]").click()
    amina.locator("#reviewer").select_option(label="Bruno Keller")
    amina.locator("form[method=post] .govuk-button").last.click()
    amina.wait_for_url(home)
    expect(amina.locator("#review-1")).to_contain_text("not given yet")

    bruno = seat(BRUNO)
    bruno.locator("[data-step=review]").click()
    unlock(bruno)
    expect(bruno.locator("#content")).to_contain_text(town.TEXT.split("\n")[0])
    send = bruno.locator("[data-review-form] button[type=submit]")
    expect(send).to_be_enabled()
    send.click()
    expect(bruno.locator("[data-errors]")).to_contain_text("Choisissez ce que vous constatez")
    bruno.locator("#finding-changes").check()
    send.click()
    expect(bruno.locator("#text-fault")).to_be_visible()
    bruno.locator("#text").fill(WORDS)
    send.click()
    bruno.wait_for_url(home)
    expect(bruno.locator("#review-1")).to_contain_text("à modifier")

    amina.locator("[data-step=edit]").click()
    unlock(amina)
    expect(amina.locator("[data-review]")).to_contain_text(WORDS)
    amina.locator("#text").fill("Please send the statements of the branch in the port.")
    expect(amina.locator("[data-saved]")).to_contain_text("Saved, sealed")
    amina.goto(f"/requests/{REQUESTS['draft']}")
    expect(amina.locator(".comity-sealed .govuk-inset-text")).to_contain_text("of an earlier form")

    bruno.goto(f"/requests/{REQUESTS['draft']}/approve")
    expect(bruno.locator("[data-review]")).to_contain_text(WORDS)
    bruno.locator("#read").check()
    bruno.locator("[data-approve] button[type=submit]").click()
    bruno.wait_for_url(home)
    amina.goto(f"/requests/{REQUESTS['draft']}/transmit")
    amina.locator("[data-transmit] button[type=submit]").click()
    amina.wait_for_url(home)
    expect(amina.locator(".comity-identity__tags")).to_contain_text("Transmitted")


def test_a_finding_that_was_not_signed_is_not_shown(seat):
    amina = seat(AMINA)
    amina.route(
        f"**/requests/{REQUESTS['draft']}",
        lambda route: route.fulfill(
            response=(kept := route.fetch()),
            body=kept.text().replace('data-finding="changes"', 'data-finding="ready"')
            .replace(">needs changes<", ">ready to be approved<"),
        ),
    )  # fmt: skip
    amina.reload()
    unlock(amina)
    expect(amina.locator("[data-review]")).to_contain_text("Not authentic")
    expect(amina.locator("[data-review]")).not_to_contain_text(WORDS)
    expect(amina.locator("#review-1")).not_to_contain_text("ready to be approved")
