"""Amina amends what is with Xandria, Bruno approves it, Chidi sees nothing before; then he answers the new form."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from bench._proxy import Exchange, Proxy, proxy_to
from playwright.sync_api import Browser, Page, expect
from tests import people
from tests.assistance import reviewers
from tests.browsing import unlock
from tests.journeys.instance import Instance
from tests.journeys.seats import seats
from tests.pages import town
from tests.people import AMINA, BRUNO, CHIDI

from comity.core.actors import Actor

WORDS = "The witness is named in a second file."
REQUESTS: dict[str, UUID] = {}


def world() -> None:
    people.populate(keys=True)
    reviewers.read_english()
    for name in ("story", "lies"):
        REQUESTS[name] = town.brought_to("approved", "transmitted", "acknowledged")
    REQUESTS["forms"] = town.brought_to("approved", "transmitted", "acknowledged", "amended")


@pytest.fixture
def line(running: Instance) -> Iterator[Proxy]:
    with proxy_to(running.url) as proxy:
        yield proxy


@pytest.fixture
def seat(browser: Browser, line: Proxy) -> Iterator[Callable[[Actor, str], Page]]:
    """A browser of somebody's own, behind that line."""
    line.begin(None)
    with seats(browser, line.url) as seated:

        def take(actor: Actor, address: str) -> Page:
            page = seated(actor)
            page.goto(address)
            unlock(page)
            return page

        yield take


def prepare(court: Page, home: str) -> None:
    """Say what changes, and write why."""
    court.locator("[data-step=amend]").click()
    court.wait_for_url(f"**{home}/amend")
    court.get_by_role("button", name="Continue to the text").click()
    expect(court.locator(".govuk-error-summary")).to_contain_text("Nothing is changed yet")
    court.locator("#take_back-2").check()
    court.locator("#add-b").check()
    court.get_by_role("button", name="Continue to the text").click()
    court.wait_for_url(f"**{home}/amendment/text")
    court.locator("#text").fill(WORDS)
    court.locator("#files").set_input_files({"name": "Names.txt", "mimeType": "text/plain", "buffer": b"one name"})
    expect(court.locator(".comity-attachment")).to_have_attribute("data-state", "done")
    court.get_by_role("button", name="Seal and save").click()
    court.wait_for_url(f"**{home}/amendment")
    expect(court.locator("[data-prepared]")).to_contain_text(WORDS)


def test_from_the_first_word_to_the_answer_of_the_form_in_force(seat, line):
    home = f"/requests/{REQUESTS['story']}"
    court, state = seat(AMINA, home), seat(CHIDI, home)
    prepare(court, home)
    expect(court.locator("[data-approve]")).to_have_count(0)  # she prepared it
    state.goto(home)
    expect(state.locator("main")).not_to_contain_text("mendment")
    assert "mendment" not in state.content()

    second = seat(BRUNO, home)
    second.goto("/")
    second.locator(f'a[href="{home}"]', has_text="Read and approve an amendment").click()
    second.locator("[data-step=approve_amendment]").click()
    second.wait_for_url(f"**{home}/amendment")
    expect(second.locator("[data-prepared]")).to_contain_text(WORDS)
    expect(second.locator("[data-prepared]")).to_contain_text("Names.txt")
    approve = second.locator("[data-approve] button[type=submit]")
    approve.click()
    expect(second.locator("[data-errors]")).to_contain_text("Confirm that you have read")
    second.locator("#read").check()
    approve.click()
    second.wait_for_url(f"**{home}")

    court.goto(f"{home}/amendment")
    court.locator("[data-transmit] button[type=submit]").click()
    court.wait_for_url(f"**{home}")
    expect(court.locator(".comity-next")).to_contain_text("to acknowledge the receipt of: the amendment (form 2)")
    expect(court.locator(".comity-timeline")).to_contain_text("Its receipt is not acknowledged yet.")

    state.goto("/")
    state.locator(f'a[href="{home}"]', has_text="Acknowledge what came later").click()
    came = state.locator('[data-exchange][data-purpose="amendment"]')
    expect(came).to_contain_text(WORDS)
    expect(came.locator("[data-changes]")).to_contain_text("Take evidence")
    expect(state.locator("[data-outcome-alarm]")).to_be_empty()
    with state.expect_download() as download:
        came.locator("[data-open]:visible").click()
    assert download.value.path().read_bytes() == b"one name"
    state.get_by_role("button", name="Acknowledge the amendment (form 2)").click()
    expect(came).to_contain_text("Receipt acknowledged by Chidi Okafor")
    expect(state.locator("[data-step=receive]")).to_have_count(0)

    state.goto(f"{home}/answer")
    expect(state.locator("[data-measure]")).to_have_count(3)
    for n in (1, 3, 4):
        state.locator(f'[data-measure="{n}"] [data-outcome][value="executed"]').check()
    state.locator("#text").fill("Here is everything.")
    state.locator("[data-answer] [data-write] button[type=submit]").click()
    state.wait_for_url(f"**{home}")
    court.goto(home)
    expect(court.locator("[data-outcome-alarm]")).to_be_empty()
    expect(court.locator("[data-exchange]").last).to_contain_text("Here is everything.")


def test_another_form_than_was_signed_is_never_shown_as_authentic(seat, line):
    home = f"/requests/{REQUESTS['forms']}"
    state = seat(CHIDI, home)
    expect(state.locator('[data-exchange][data-purpose="amendment"]')).to_contain_text("We need it sooner.")
    expect(state.locator(".comity-not-authentic")).to_have_count(0)

    def lied(exchange: Exchange) -> bool:
        """Another measure comes in than the one that was signed."""
        if exchange.path != home or b"data-forms" not in exchange.content:
            return False
        signed = b'"letter": "b"'
        assert signed in exchange.content
        exchange.content = exchange.content.replace(signed, b'"letter": "f"')
        return True

    line.begin(lied)
    state.goto(home)
    expect(state.locator(".comity-not-authentic").first).to_be_visible()
    assert line.changed
    state.get_by_role("button", name="Acknowledge the amendment (form 2)").click()
    expect(state.locator("[data-receive] [data-busy]").first).to_contain_text("Nothing was signed")
