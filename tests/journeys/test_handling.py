"""Chidi sends a file under limits, Amina reads it on the page and asks, Chidi consents: only then is it saved."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from bench._proxy import Exchange, Proxy, proxy_to
from playwright.sync_api import Browser, Page, expect
from tests import people
from tests.browsing import unlock
from tests.journeys.instance import Instance
from tests.journeys.seats import seats
from tests.pages import town
from tests.people import AMINA, CHIDI

from comity.core.actors import Actor

DRAWN = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let paper = 0, words = 0;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i] === 204 && data[i + 1] === 204 && data[i + 2] === 221) paper += 1;
    if (data[i] < 60 && data[i + 1] < 60 && data[i + 2] < 60) words += 1;
  }
  return { paper: paper * 2 > data.length / 4, words: words > 100 };
}"""
"""Whether a page has been drawn: more than half in the colour of its paper, and some of it black."""

SECRET = "the name of the witness"
REQUESTS: dict[str, UUID] = {}


def world() -> None:
    people.populate(keys=True)
    for name in ("story", "pdf", "lies", "supplement"):
        REQUESTS[name] = town.brought_to("approved", "transmitted", "acknowledged")


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


def send_under_limits(state: Page) -> None:
    state.locator("[data-limits-form] summary").click()
    state.locator("#limit-lead_only").check()
    state.locator("#limit-text").check()
    state.locator("#files").set_input_files(
        {"name": "Witness.txt", "mimeType": "text/plain", "buffer": SECRET.encode()}
    )
    expect(state.locator(".comity-attachment")).to_have_attribute("data-state", "done")
    expect(state.locator(".comity-attachment")).to_contain_text("Lead only")
    state.locator("#text").fill("In confidence.")
    state.locator("[data-write-message] button[type=submit]").click()
    expect(state.locator("[data-status]")).to_have_text("Your message has been sent.")


def test_a_limit_holds_until_consent_is_recorded(seat):
    messages = f"/requests/{REQUESTS['story']}/messages"
    state = seat(CHIDI, messages)
    send_under_limits(state)
    expect(state.locator("[data-posted] [data-open]")).to_be_visible()  # the sender is not bound

    court = seat(AMINA, messages)
    file = court.locator("[data-posted] .comity-file")
    expect(file.locator("[data-held]")).to_contain_text("taken away only once its sender consents")
    expect(file.locator("[data-open]")).to_be_hidden()
    file.locator("[data-read-here]").click()
    expect(file.locator("[data-here]")).to_have_text(SECRET)
    text = court.locator("[data-posted] [data-text]")
    expect(text).to_contain_text("In confidence.")
    court.emulate_media(media="print")
    expect(file.locator("[data-here]")).to_be_hidden()
    expect(text.locator(".comity-screen-only").first).to_be_hidden()
    expect(text.locator(".comity-paper-only")).to_contain_text("Not printed")
    court.emulate_media(media="screen")

    file.locator("[data-held] a").click()
    expect(court.locator("[data-paper-name]")).to_have_text("Witness.txt")
    button = court.locator("[data-seeking-form] button[type=submit]")
    button.click()
    expect(court.locator("[data-errors]")).to_contain_text("Choose what you want to do with it")
    court.locator("#use-evidence").check()
    court.locator("#text").fill("For the hearing.")
    button.click()
    court.wait_for_url(f"**/requests/{REQUESTS['story']}")
    expect(court.locator("main")).to_contain_text("Not decided yet")

    state.goto("/")
    state.locator("a", has_text="Decide about a use of what you sent").click()
    expect(state.locator("[data-said]")).to_contain_text("For the hearing.")
    expect(state.locator("[data-paper-name]")).to_have_text("Witness.txt")
    decide = state.locator("[data-consenting-form] button[type=submit]")
    decide.click()
    expect(state.locator("[data-errors]")).to_contain_text("Choose your decision")
    state.locator("#extent-use").check()
    state.locator("#text").fill("For this case alone.")
    decide.click()
    state.wait_for_url(f"**/requests/{REQUESTS['story']}")

    court.goto(messages)
    with court.expect_download() as download:
        file.locator("[data-open]").click()
    assert download.value.path().read_text() == SECRET
    court.goto(f"/requests/{REQUESTS['story']}/consents/1")
    expect(court.locator("main")).to_contain_text("For this case alone.")

    state.goto(f"/requests/{REQUESTS['story']}/consents/1")
    state.locator("#text").fill("The witness asks for it.")
    decide.click()
    state.wait_for_url(f"**/requests/{REQUESTS['story']}")
    court.goto(messages)
    expect(file.locator("[data-held]")).to_be_visible()
    expect(file.locator("[data-open]")).to_be_hidden()


def test_a_pdf_under_limits_is_read_page_by_page_and_one_that_cannot_be_drawn_says_why(seat, browser):
    messages = f"/requests/{REQUESTS['pdf']}/messages"
    paper = browser.new_page()
    pages = "".join(f"<p style='break-after: page'>Statement {n} of {SECRET}</p>" for n in (1, 2, 3))
    paper.set_content(f"<body style='background: #ccd'>{pages}")
    whole = paper.pdf(format="A4", print_background=True)
    paper.close()
    state = seat(CHIDI, messages)
    state.locator("[data-limits-form] summary").click()
    state.locator("#limit-lead_only").check()
    state.locator("#files").set_input_files(
        [
            {"name": "Statements.pdf", "mimeType": "application/pdf", "buffer": whole},
            {"name": "Damaged.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 and then nothing"},
            {"name": "Damaged.png", "mimeType": "image/png", "buffer": b"no picture"},
        ]
    )
    expect(state.locator(".comity-attachment[data-state=done]")).to_have_count(3)
    state.locator("#text").fill("The statements.")
    state.locator("[data-write-message] button[type=submit]").click()
    expect(state.locator("[data-status]")).to_have_text("Your message has been sent.")

    court = seat(AMINA, messages)
    files = court.locator("[data-posted] .comity-file")
    expect(files.locator("[data-read-here]:visible")).to_have_count(3)
    statements = files.filter(has_text="Statements.pdf")
    statements.locator("[data-read-here]").click()
    here = statements.locator("[data-here]")
    expect(here.locator("[role=status]")).to_have_text("Page 1 of 3")
    assert here.locator("canvas").evaluate(DRAWN) == {"paper": True, "words": True}
    here.locator("summary").click()
    expect(here.locator("pre")).to_contain_text(f"Statement 1 of {SECRET}")
    before, after = here.get_by_role("button", name="Previous page"), here.get_by_role("button", name="Next page")
    before.click(force=True)
    for n in (2, 3):
        after.click()
        expect(here.locator("[role=status]")).to_have_text(f"Page {n} of 3")
        expect(here.locator("pre")).to_contain_text(f"Statement {n} of {SECRET}")
    after.click(force=True)
    expect(here.locator("[role=status]")).to_have_text("Page 3 of 3")
    for name in ("Damaged.pdf", "Damaged.png"):
        damaged = files.filter(has_text=name)
        damaged.locator("[data-read-here]").click()
        expect(damaged.locator("[data-here]")).to_contain_text("This file is damaged")
    court.emulate_media(media="print")
    expect(here).to_be_hidden()
    court.emulate_media(media="screen")
    court.locator("[data-lock]").click()
    expect(here).to_have_count(0)


def test_a_page_that_drops_a_limit_or_invents_a_consent_is_noticed_and_nothing_can_be_saved(seat, line):
    messages = f"/requests/{REQUESTS['lies']}/messages"
    send_under_limits(seat(CHIDI, messages))
    court = seat(AMINA, messages)
    file = court.locator("[data-posted] .comity-file")
    expect(file.locator("[data-read-here]")).to_be_visible()
    doc = file.get_attribute("data-doc")
    words = court.locator("[data-posted]").get_attribute("data-posted")

    def lying(old: str, new: str) -> Callable[[Exchange], bool]:
        def meddle(exchange: Exchange) -> bool:
            if exchange.path != messages or old.encode() not in exchange.content:
                return False
            exchange.content = exchange.content.replace(old.encode(), new.encode())
            return True

        return meddle

    invented = (
        f'<span data-consent="1" data-document="{doc}" data-use="evidence" data-originator="XA" data-extent="whole" '
        f'data-words="{words}"></span>'
    )
    for old, new in (('data-limits="lead_only"', 'data-limits=""'), ("</main>", f"{invented}</main>")):
        line.begin(lying(old, new))
        court.goto(messages)
        expect(court.locator(".comity-not-authentic").first).to_contain_text("Not authentic")
        assert line.changed
        expect(court.locator("[data-posted] [data-open]:visible")).to_have_count(0)
        expect(court.locator("[data-posted]")).not_to_contain_text(SECRET)
    line.begin(None)
    court.goto(messages)
    expect(file.locator("[data-read-here]")).to_be_visible()


def test_the_court_supplements_its_request_and_the_state_reads_what_was_added(seat, line):
    home = f"/requests/{REQUESTS['supplement']}"
    court = seat(AMINA, home)
    court.locator("[data-step=supplement]").click()
    court.wait_for_url(f"**{home}/supplement")
    button = court.locator("[data-supplement-form] button[type=submit]")
    button.click()
    expect(court.locator("[data-errors]")).to_contain_text("Write a text")
    court.locator("#text").fill("The account is at the branch in the port.")
    court.locator("#files").set_input_files({"name": "Order.txt", "mimeType": "text/plain", "buffer": b"second order"})
    expect(court.locator(".comity-attachment")).to_have_attribute("data-state", "done")
    button.click()
    court.wait_for_url(f"**{home}")
    expect(court.locator(".comity-timeline")).to_contain_text("Request supplemented")

    state = seat(CHIDI, home)
    added = state.locator('[data-exchange][data-purpose="supplement"]')
    expect(added).to_contain_text("The account is at the branch in the port.")
    with state.expect_download() as download:
        added.locator("[data-open]:visible").click()
    assert download.value.path().read_bytes() == b"second order"

    def dropped(exchange: Exchange) -> bool:
        if exchange.path != home or b"comity-exchange" not in exchange.content:
            return False
        rows = exchange.content.split(b'<li class="comity-file"')
        exchange.content = b'<li class="comity-file"'.join([*rows[:-2], rows[-1]])
        return True

    line.begin(dropped)
    state.goto(home)
    expect(state.locator(".comity-not-authentic").first).to_be_visible()
    assert line.changed
