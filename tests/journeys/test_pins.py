"""Chidi's browser remembers how far it has seen the statements of an authority; a platform that goes back is refused.

The platform here lies: what it answers about the Prosecutor's statements is not what it has, or no longer what it had.
"""

import base64
import json
import sqlite3
from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from tests import people
from tests.browsing import context, sign_in, unlock
from tests.journeys.instance import Instance
from tests.pages import town
from tests.people import AMINA, CHIDI

from comity_seal.authority import verify_chain
from comity_seal.opening import statements
from comity_seal.opening.wraps import Epoch

REQUEST: list[UUID] = []


def world() -> None:
    people.populate(keys=True)
    REQUEST.append(town.brought_to("approved", "transmitted"))


@pytest.fixture
def page(browser: Browser, running: Instance) -> Iterator[Page]:
    own = context(browser, running.url)
    opened = own.new_page()
    enter(opened)
    yield opened
    own.close()


def rotated(reason: str) -> list[bytes]:
    """The Prosecutor's chain with one statement more, which the platform has never registered."""
    chain = [people.genesis("OTP")]
    link, _ = statements.rotate(
        people.keyset(AMINA),
        AMINA.id,
        verify_chain(chain, people.root().public, "OTP"),
        old=people.epoch("OTP"),
        new=Epoch.generate("OTP", 2),
        reason=reason,
        created="2026-02-01T09:00:00Z",
    )
    return [*chain, link]


def answer(own: BrowserContext, chain: list[bytes]) -> None:
    """Let the platform answer this when it is asked for the Prosecutor's statements."""
    said = {"authority": "OTP", "chain": [base64.b64encode(link).decode() for link in chain]}

    def give(route: Route) -> None:
        route.fulfill(status=200, content_type="application/json", body=json.dumps(said))

    own.route("**/api/v1/authorities/OTP/chain", give)


def tell_the_truth(own: BrowserContext) -> None:
    own.unroute("**/api/v1/authorities/OTP/chain")


def enter(page: Page) -> None:
    sign_in(page, CHIDI)
    page.goto("/unlock")
    unlock(page)
    page.wait_for_url("**/")


def read(page: Page) -> None:
    page.goto(f"/requests/{REQUEST[0]}")


def pins(page: Page) -> dict[str, dict]:
    """What this browser has seen, by authority; what it has seen of the log aside."""
    kept = page.evaluate(
        """() => new Promise((resolve, reject) => {
          const opening = indexedDB.open('comity-pins', 1);
          opening.onupgradeneeded = () => opening.result.createObjectStore('pins');
          opening.onerror = () => reject(opening.error);
          opening.onsuccess = () => {
            const store = opening.result.transaction('pins').objectStore('pins');
            const keys = store.getAllKeys(), values = store.getAll();
            values.onsuccess = () => {
              opening.result.close();
              resolve(keys.result.map((key, place) => [key, values.result[place]]));
            };
          };
        })"""
    )
    return {key.split(" ")[1]: pin for key, pin in kept if not key.endswith(" log")}


def expect_read(page: Page) -> None:
    expect(page.locator("main")).to_contain_text(town.TEXT[:20])
    expect(page.locator(".comity-not-authentic:visible")).to_have_count(0)


def expect_refused(page: Page, sentence: str) -> None:
    expect(page.locator(".comity-not-authentic:visible").first).to_contain_text(sentence)
    expect(page.locator("main")).not_to_contain_text(town.TEXT[:20])
    expect(page.locator("main")).not_to_contain_text(town.SUBJECT)
    expect(page.locator("[data-open]:visible")).to_have_count(0)


def test_at_first_contact_it_remembers_what_it_has_verified(page):
    read(page)
    expect_read(page)
    assert pins(page) == {code: {"seq": 0, "sha256": people.verified(code).sha256} for code in ("OTP", "XA")}


def test_a_chain_that_has_become_shorter_is_refused_in_plain_words(page):
    longer = rotated("a new one")
    answer(page.context, longer)
    read(page)
    expect_read(page)
    assert pins(page)["OTP"]["seq"] == 1
    tell_the_truth(page.context)
    read(page)
    expect_refused(page, "fewer statements about an authority than this device has seen before")
    assert pins(page)["OTP"] == {"seq": 1, "sha256": verify_chain(longer, people.root().public, "OTP").sha256}


def test_no_statements_at_all_are_fewer_too(page):
    read(page)
    expect_read(page)
    answer(page.context, [])
    read(page)
    expect_refused(page, "fewer statements")


def test_another_statement_in_the_place_of_one_that_was_seen_is_refused(page):
    answer(page.context, rotated("one"))
    read(page)
    expect_read(page)
    seen = pins(page)["OTP"]
    tell_the_truth(page.context)
    answer(page.context, rotated("another"))
    read(page)
    expect_refused(page, "other statements about an authority than this device has seen before")
    assert pins(page)["OTP"] == seen


def test_what_was_seen_outlasts_locking_and_signing_out(page):
    answer(page.context, rotated("a new one"))
    read(page)
    expect_read(page)
    page.locator("[data-lock]").click()
    page.locator("[data-sign-out] button").click()
    page.wait_for_url("**/sign-in*")
    tell_the_truth(page.context)
    enter(page)
    read(page)
    expect_refused(page, "fewer statements")


def test_where_the_storage_was_cleared_it_is_first_contact_again(page):
    answer(page.context, rotated("a new one"))
    read(page)
    expect_read(page)
    tell_the_truth(page.context)
    page.goto("/account")
    page.evaluate(
        """() => new Promise((resolve, reject) => {
          const gone = indexedDB.deleteDatabase('comity-pins');
          gone.onsuccess = resolve;
          gone.onerror = gone.onblocked = () => reject(new Error('not deleted'));
        })"""
    )
    read(page)
    expect_read(page)
    assert pins(page)["OTP"]["seq"] == 0


def test_a_database_that_was_put_back_is_noticed(page, running):
    """The platform really has the statement; then its operator puts back the database of the day before."""
    longer = rotated("kept, and then lost")
    sha256 = verify_chain(longer, people.root().public, "OTP").sha256
    with sqlite3.connect(running.folder / "comity.sqlite3", timeout=10) as db:
        columns = [row[1] for row in db.execute("PRAGMA table_info(statement)")]
        row = dict(zip(columns, db.execute("SELECT * FROM statement WHERE authority = 'OTP'").fetchone(), strict=True))
        row |= {
            "id": UUID(int=7).hex,
            "seq": 1,
            "type": "epoch.rotate",
            "sha256": sha256,
            "link": longer[1],
            "epoch": 2,
        }
        names, places = ", ".join(row), ", ".join(f":{name}" for name in row)
        db.execute(f"INSERT INTO statement ({names}) VALUES ({places})", row)
    try:
        read(page)
        expect_read(page)
        assert pins(page)["OTP"] == {"seq": 1, "sha256": sha256}
    finally:
        with sqlite3.connect(running.folder / "comity.sqlite3", timeout=10) as db:
            db.execute("DELETE FROM statement WHERE seq = 1")
    read(page)
    expect_refused(page, "fewer statements")
