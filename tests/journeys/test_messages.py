"""Chidi and Amina write to each other at the same time, each in a browser; what was tampered with is not shown."""

import re
import sqlite3
import time
from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests import people
from tests.browsing import unlock
from tests.journeys.instance import Instance
from tests.journeys.seats import seats
from tests.pages import town
from tests.pages.test_keyboard import Hands
from tests.people import AMINA, CHIDI, CHINUA

from comity.core import clock
from comity.core.actors import Actor

WORDS = "May the originals be sent by courier?"
REPLY = "Yes, to the registry."
NAMES = ("both", "draft", "locked", "keyboard", "cover", "author", "files")
REQUESTS: dict[str, UUID] = {}


def world() -> None:
    people.populate(keys=True)
    for name in NAMES:
        REQUESTS[name] = town.request("transmitted", clock.now())
    for name in ("locked", "cover", "author", "files"):
        rfa = town.sealed.read(AMINA, REQUESTS[name])
        file = town.put(AMINA, rfa, "attachment", b"Room 4", "Address.txt", "text/plain")
        town.write_message(AMINA, rfa, REPLY, file)


@pytest.fixture
def seat(browser: Browser, running: Instance) -> Iterator:
    """A browser of somebody's own, on the messages of a request."""
    with seats(browser, running.url) as seated:

        def take(actor: Actor, name: str, *, opened: bool = True) -> Page:
            page = seated(actor)
            page.goto(f"/requests/{REQUESTS[name]}/messages")
            if opened:
                unlock(page)
            return page

        yield take


def look(running: Instance, question: str, *values: str) -> list:
    with sqlite3.connect(running.folder / "comity.sqlite3", timeout=10) as db:
        return db.execute(question, values).fetchall()


def change(running: Instance, statement: str, *values: str) -> None:
    """What somebody with the database in hand can do."""
    with sqlite3.connect(running.folder / "comity.sqlite3", timeout=10) as db:
        assert db.execute(statement, values).rowcount == 1


def readings(running: Instance, name: str) -> list[str]:
    query = "SELECT account FROM reading JOIN message ON message.id = message_id WHERE request = ?"
    return [account for (account,) in look(running, query, REQUESTS[name].hex)]


def until(condition) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def send(page: Page, words: str) -> None:
    page.locator("#text").fill(words)
    page.locator("[data-write-message] button[type=submit]").click()
    page.wait_for_url(re.compile(r"\?sent=\d+#message-\d+$"))
    expect(page.locator("[data-status]")).to_have_text("Your message has been sent.")


def test_two_people_write_and_read_at_the_same_time(seat, running):
    state, court = seat(CHIDI, "both"), seat(AMINA, "both")
    expect(court.locator("main")).to_contain_text("Nobody has written about this request yet.")
    state.locator("#files").set_input_files({"name": "List.txt", "mimeType": "text/plain", "buffer": b"1 2 3"})
    expect(state.locator(".comity-attachment")).to_have_attribute("data-state", "done")
    send(state, WORDS)
    posted = state.locator("[data-posted]")
    expect(posted).to_contain_text(WORDS)
    expect(posted).to_contain_text("Nobody has read it yet.")
    assert WORDS not in court.content()

    until(lambda: running.mailbox.to(people.email(AMINA)))
    for address in ("/", "/requests/"):
        court.goto(address)
        expect(court.locator("main")).to_contain_text("1 new message")
    court.locator("a", has_text="1 new message").click()
    expect(court.locator("[data-posted]")).to_contain_text("New")
    expect(court.locator("[data-text]")).to_contain_text(WORDS)
    expect(court.locator("[data-text]")).to_contain_text("Verified: this is what Chidi Okafor signed")
    with court.expect_download() as download:
        court.locator("[data-posted] [data-open]").click()
    assert download.value.suggested_filename == "List.txt"
    assert download.value.path().read_bytes() == b"1 2 3"
    expect(court.locator("[data-still-new]")).to_be_hidden()

    second = court.context.new_page()  # another tab of hers
    second.goto(court.url)
    expect(second.locator("[data-text]")).to_contain_text(WORDS)
    expect(second.locator("[data-still-new]")).to_have_count(0)
    assert look(running, "SELECT count(*) FROM journal WHERE name = 'message.read'") == [(1,)]
    court.goto("/")
    expect(court.locator("main")).not_to_contain_text("new message")

    state.reload()
    expect(posted).to_contain_text(re.compile(r"Read by Amina Diallo, \d+ \w+ \d{4}, \d\d:\d\d \(Dakar\)"))
    expect(state.locator("main")).to_contain_text("Nobody signs it: it is weaker than an acknowledgement of receipt.")
    court.goto(f"/requests/{REQUESTS['both']}/messages")
    court.locator("#text").wait_for(state="visible")
    send(court, REPLY)
    state.reload()
    expect(state.locator("[data-posted]").nth(1)).to_contain_text(REPLY)

    colleague = seat(CHINUA, "both", opened=False)
    expect(colleague.locator("[data-still-new]")).to_have_text("2 new")
    told = "SELECT account_id FROM notification WHERE of = 'message.sent' AND matter = ? ORDER BY event_seq, account_id"
    until(lambda: len(look(running, told, f"rfa:{REQUESTS['both']}")) == 4)
    accounts = [account for (account,) in look(running, told, f"rfa:{REQUESTS['both']}")]
    assert accounts == [AMINA.id, people.BRUNO.id, CHIDI.id, CHINUA.id]
    for letter in running.mailbox.letters:
        text = letter.as_string()
        assert not any(word in text for word in (WORDS, REPLY, "List.txt", "OTP/XA", "Okafor"))


def test_what_was_written_stays_when_it_cannot_be_sent_and_is_sent_once(seat, running):
    page = seat(CHIDI, "draft")
    button = page.locator("[data-write-message] button[type=submit]")
    button.click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Write a message.")
    page.locator("#text").fill(WORDS)
    page.route("**/api/v1/requests/*/messages", lambda route: route.abort())
    button.click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("cannot be reached")
    expect(page.locator("#text")).to_have_value(WORDS)
    expect(button).to_be_enabled()
    page.unroute("**/api/v1/requests/*/messages")
    send(page, f"{WORDS} Please.")
    expect(page.locator("[data-text]")).to_contain_text(f"{WORDS} Please.")
    counted = "SELECT purpose, count(*) FROM document WHERE request = ? AND purpose = 'message' GROUP BY purpose"
    assert look(running, counted, REQUESTS["draft"].hex) == [("message", 1)]

    page.locator("#text").fill("word " * 220_000)
    button.click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("put the text into a file, and attach it")
    assert look(running, "SELECT count(*) FROM message WHERE request = ?", REQUESTS["draft"].hex) == [(1,)]
    page.locator("#text").fill("")


def test_locking_takes_everything_off_the_page_and_what_was_begun_is_still_there_afterwards(seat):
    page = seat(CHIDI, "locked")
    expect(page.locator("[data-text]")).to_contain_text(REPLY)
    page.locator("#text").fill("half a message")
    page.locator("[data-lock]").click()
    expect(page.locator("main")).not_to_contain_text(REPLY)
    expect(page.locator("main")).not_to_contain_text("Address.txt")
    expect(page.locator("#text")).to_be_hidden()
    unlock(page)
    expect(page.locator("[data-text]")).to_contain_text(REPLY)
    expect(page.locator("[data-posted]")).to_contain_text("Address.txt")
    expect(page.locator("#text")).to_have_value("half a message")
    page.locator("#text").fill("")


def test_locking_while_a_file_is_opened_takes_nothing_apart(seat):
    page = seat(CHIDI, "locked")
    doc = page.locator("[data-posted] [data-doc]").get_attribute("data-doc")
    held: list[Route] = []
    page.context.route(f"**/api/v1/documents/{doc}", lambda route: held.append(route))
    page.reload()
    while not held:
        page.wait_for_timeout(50)
    page.locator("[data-lock]").click()
    expect(page.locator("#text")).to_be_hidden()
    page.context.unroute(f"**/api/v1/documents/{doc}")
    unlock(page)
    expect(page.locator("[data-posted]")).to_contain_text("Address.txt")
    expect(page.locator("main")).not_to_contain_text("Not authentic")


def test_a_message_is_read_and_written_without_a_mouse(seat):
    page = seat(CHIDI, "keyboard", opened=False)
    hands = Hands(page)
    hands.to("#unlock-passphrase")
    hands.write(people.PASSPHRASE)
    hands.press("Enter")
    expect(page.locator("#text")).to_be_visible()
    hands.to("[data-write-message] button[type=submit]")
    hands.press("Enter")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    hands.to(".govuk-error-summary a")
    hands.press("Enter")
    expect(page.locator("#text")).to_be_focused()
    hands.write(WORDS)
    hands.to("[data-write-message] button[type=submit]")
    hands.press("Enter")
    page.wait_for_url(re.compile(r"\?sent=1#message-1$"))
    expect(page.locator("[data-text]")).to_contain_text(WORDS)
    assert hands.unmarked == []


@pytest.mark.parametrize(
    ("name", "statement", "why"),
    [
        ("cover", "UPDATE rfa SET requested_on = '2031-05-06' WHERE id = ?", "are not those that were signed"),
        ("author", f"UPDATE message SET author = '{people.BRUNO.id}' WHERE request = ?", "the signer"),
        ("files", "UPDATE message SET attachments = '[]' WHERE request = ?", "is not here"),
    ],
    ids=["cover", "author", "files"],
)
def test_a_message_that_does_not_fit_what_the_page_shows_is_not_authentic_and_not_read(
    seat, running, name, statement, why
):
    change(running, statement, REQUESTS[name].hex)
    page = seat(CHIDI, name)
    expect(page.locator("[data-posted] .comity-not-authentic")).to_contain_text(why)
    expect(page.locator("main")).not_to_contain_text(REPLY)
    expect(page.locator("[data-posted] [data-open]:visible")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    assert readings(running, name) == []
    page.reload()
    expect(page.locator("[data-still-new]")).to_have_text("1 new")
