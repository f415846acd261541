"""Chidi asks the Registry for what the Court has gathered, Chinua approves, Grace hands over one thing and denies one.

The other way round than most requests, in the same browsers: what each may do follows from her side.
"""

import re
from datetime import date, timedelta

from playwright.sync_api import Browser, Page, expect
from tests.browsing import context, sign_in, unlock, violations
from tests.journeys.instance import Instance
from tests.people import AMINA, CHIDI, CHINUA, GRACE

from comity.core.actors import Actor

SUBJECT = "Statements about the harbour of Lume"
TEXT = "Please send the statements of the two harbour pilots."
WHY = "Her counsel has not been heard yet."
FROM = "Yvoria, on 3 November, for use in this trial alone"
ON = date.today() + timedelta(days=60)


class Seats:
    """A browser of her own for each person."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url, self.pages = browser, url, {}

    def of(self, actor: Actor, address: str) -> Page:
        if actor not in self.pages:
            self.pages[actor] = context(self.browser, self.url).new_page()
            sign_in(self.pages[actor], actor)
        page = self.pages[actor]
        page.goto(address)
        return page

    def leave(self) -> None:
        assert [breach for page in self.pages.values() for breach in violations(page)] == []
        for page in self.pages.values():
            page.context.close()


def draft(page: Page) -> str:
    """Chidi begins on the first page; gives the address of the request."""
    page.get_by_role("button", name="Ask the Court").click()
    expect(page.locator("main")).to_contain_text("addressed to the Registrar")
    expect(page.locator("#situation")).to_have_count(0)
    for part, value in (("day", ON.day), ("month", ON.month), ("year", ON.year)):
        page.locator(f"#requested_on-{part}").fill(str(value))
    page.locator("main form button").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("choose at least one")
    page.get_by_label("Evidence that the Court has obtained").check()
    page.get_by_label("Questioning of a person whom the Court detains").check()
    page.locator("main form button").click()
    page.wait_for_url("**/draft")
    unlock(page)
    page.locator("#subject").fill(SUBJECT)
    page.locator("#text").fill(TEXT)
    for line in "abcdefgh":
        page.locator(f"#line-{line}").fill(f"{TEXT} ({line})")
    page.locator("#requirement-1-met").check()
    expect(page.locator("[data-saved]")).to_contain_text(re.compile(r"\d\d:\d\d"), timeout=60_000)
    page.get_by_role("button", name="Save and finish").click()
    page.wait_for_url(re.compile(r"/requests/[0-9a-f-]{36}$"))
    return page.url


def step(page: Page, name: str) -> Page:
    page.locator(f"[data-step={name}]").click()
    page.wait_for_url(f"**/{name}")
    return page


def test_a_state_asks_the_registry_which_hands_over_and_denies(browser: Browser, running: Instance):
    seats = Seats(browser, running.url)
    request = draft(seats.of(CHIDI, "/"))

    page = step(seats.of(CHINUA, request), "approve")
    unlock(page)
    expect(page.locator("main")).to_contain_text(TEXT)
    page.locator("form[data-approve] input[type=checkbox]").check()
    page.locator("form[data-approve] button[type=submit]").click()
    page.wait_for_url(request)

    page = step(seats.of(CHIDI, request), "transmit")
    page.locator("form[data-transmit] button[type=submit]").click()
    page.wait_for_url(request)
    expect(page.locator(".comity-next")).to_contain_text("Waiting for Registry to acknowledge receipt")

    assert seats.of(AMINA, request).locator("h1").inner_text() != SUBJECT
    expect(seats.of(AMINA, "/requests/")).to_have_title(re.compile("Requests"))
    expect(seats.of(AMINA, "/requests/").locator("main")).not_to_contain_text("XA/REG")

    page = seats.of(GRACE, "/")
    page.get_by_role("link", name=re.compile("Acknowledge receipt")).click()
    unlock(page)
    expect(page.locator("main")).to_contain_text(TEXT)
    page.locator("[data-acknowledge] button").click()
    step(page, "answer")
    answer(page)
    page.wait_for_url(request)

    page = seats.of(CHIDI, request)
    exchange = page.locator('[data-exchange][data-purpose="answer"]')
    expect(exchange).to_contain_text(FROM)
    expect(exchange).to_contain_text("Consent recorded")
    expect(exchange).to_contain_text(WHY)
    expect(page.locator("[data-outcome-shown]").nth(0)).to_contain_text("Executed")
    expect(page.locator("[data-outcome-shown]").nth(1)).to_contain_text("Denied")
    said = "Consent of whoever gave it to the Court (1): consent recorded"
    expect(page.locator(".comity-timeline")).to_contain_text(said)
    step(page, "close")
    page.locator("main form button").click()
    expect(page.locator(".comity-next")).to_contain_text("Nothing more is to be done")
    seats.leave()


def answer(page: Page) -> None:
    """Grace is told of what is missing, each at its field, before she sends."""
    send = page.get_by_role("button", name="Seal and send the answer")
    page.locator("#text").fill("The statements are attached.")
    page.locator("#outcome-1-executed").check()
    page.locator("#outcome-2-denied").check()
    send.click()
    expect(page.locator("[data-errors]")).to_contain_text("Say how the consent stands of whoever gave measure 1")
    expect(page.locator("[data-errors]")).to_contain_text("Say why measure 2 is declined")
    page.locator("#consent-1-withheld").check()
    send.click()
    expect(page.locator("[data-errors]")).to_contain_text("nothing of it can be handed over")
    page.locator("#consent-1-recorded").check()
    page.locator("#text-2").fill(WHY)
    send.click()
    expect(page.locator("[data-errors]")).to_contain_text("Say who has consented to measure 1")
    page.locator("#consent-1-text").fill(FROM)
    page.locator("#files").set_input_files({"name": "Statements.txt", "mimeType": "text/plain", "buffer": b"as heard"})
    expect(page.locator(".comity-attachment")).to_have_attribute("data-state", "done", timeout=60_000)
    send.click()
