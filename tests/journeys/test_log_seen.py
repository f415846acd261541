"""Chidi's browser remembers the newest state of the log; a platform whose log does not continue it is refused.

The platform here lies, and has the key that signs the log.
"""

import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from tests import people
from tests.browsing import context, sign_in, unlock
from tests.journeys.instance import Instance, instance
from tests.pages import town
from tests.people import CHIDI

from comity_seal.log import merkle
from comity_seal.log.checkpoint import Checkpoint, open_checkpoint
from comity_seal.log.notes import LOG
from comity_seal.log.signer import NoteKey

REQUEST: list[UUID] = []
ADDRESS = "**/api/v1/log/checkpoint"
NOT_WHAT_WAS_SEEN = "log is not what this device has seen before"
ANOTHER_KEY = "log is signed with another key than the one this device knows"


def world() -> None:
    people.populate(keys=True)
    REQUEST.append(town.brought_to("approved", "transmitted"))


@pytest.fixture
def page(browser: Browser, running: Instance) -> Iterator[Page]:
    """Chidi's, who has unlocked, and whose browser has seen the log."""
    own = context(browser, running.url)
    opened = own.new_page()
    sign_in(opened, CHIDI)
    begun(opened)
    enter(opened)
    assert kept(opened)
    yield opened
    own.close()


def enter(page: Page) -> None:
    page.goto("/unlock")
    unlock(page)
    page.wait_for_url("**/")


def newest(page: Page) -> bytes:
    """The state that the platform shows to whom nobody lies."""
    answer = page.request.get("/api/v1/log/checkpoint")
    return answer.body() if answer.ok else b""


def begun(page: Page) -> None:
    for _ in range(200):
        if newest(page):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the log has not begun")


def grown(page: Page, size: int) -> Checkpoint:
    """The newest state, once there are more lines than that."""
    for _ in range(200):
        found = Checkpoint.parse(newest(page))
        if found.size > size:
            return found
        page.wait_for_timeout(100)
    raise AssertionError("the log has not grown")


STORE = """(act) => new Promise((resolve, reject) => {
  const opening = indexedDB.open('comity-pins', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('pins');
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const transaction = opening.result.transaction('pins', 'readwrite');
    const store = transaction.objectStore('pins');
    const asked = store.get(act.name);
    asked.onsuccess = () => act.put && asked.result && store.put({ ...asked.result, ...act.put }, act.name);
    transaction.oncomplete = () => { opening.result.close(); resolve(asked.result ?? null); };
  };
})"""


def kept(page: Page, **put: object) -> dict | None:
    """What this browser keeps of the log; changed by `put`."""
    return page.evaluate(STORE, {"name": f"{people.root().public.id} log", "put": put or None})


def size_kept(page: Page) -> int:
    found = kept(page)
    return Checkpoint.parse(found["note"].encode()).size if found else 0


def later(page: Page) -> None:
    """A minute passes."""
    kept(page, at=0)


def answer(own: BrowserContext, give: bytes | Callable[[Route], None]) -> None:
    """Let the platform answer this when it is asked for the newest state."""
    own.unroute(ADDRESS)
    own.route(ADDRESS, give if callable(give) else lambda route: route.fulfill(status=200, body=give))


def read(page: Page) -> None:
    page.goto(f"/requests/{REQUEST[0]}")


def expect_read(page: Page) -> None:
    expect(page.locator("main")).to_contain_text(town.TEXT[:20])
    expect(page.locator(".comity-not-authentic:visible")).to_have_count(0)


def expect_refused(page: Page, sentence: str) -> None:
    expect(page.locator(".comity-not-authentic:visible").first).to_contain_text(sentence)
    expect(page.locator("main")).not_to_contain_text(town.TEXT[:20])
    expect(page.locator("main")).not_to_contain_text(town.SUBJECT)
    expect(page.locator("[data-open]:visible")).to_have_count(0)


def test_at_first_contact_it_keeps_the_newest_state_and_the_key_that_signed_it(page, key):
    found = kept(page)
    assert found["key"] == str(key.public)
    assert open_checkpoint(found["note"].encode(), key.public).size > 0
    read(page)
    expect_read(page)


def test_within_a_minute_it_is_not_asked_for_again_and_hashes_only_where_it_has_grown(page):
    asked: list[str] = []
    page.context.on("request", lambda one: "/log/" in one.url and asked.append(one.url.partition("/log/")[2]))
    for _ in range(2):
        read(page)
        expect_read(page)
    assert asked == []
    seen = size_kept(page)
    grown(page, seen)
    later(page)
    read(page)
    expect_read(page)
    assert asked.count("checkpoint") == 1
    assert any(one.startswith("tile/0/") for one in asked)
    assert "key" not in asked
    assert size_kept(page) > seen
    asked.clear()
    later(page)
    answer(page.context, kept(page)["note"].encode())
    read(page)
    expect_read(page)
    assert asked == ["checkpoint"]


def test_a_log_that_has_become_shorter_is_refused_in_plain_words(page):
    first = newest(page)
    read(page)
    expect_read(page)
    longer = grown(page, Checkpoint.parse(first).size)
    later(page)
    read(page)
    expect_read(page)
    assert size_kept(page) >= longer.size
    seen = kept(page)
    later(page)
    answer(page.context, first)
    read(page)
    expect_refused(page, NOT_WHAT_WAS_SEEN)
    assert kept(page)["note"] == seen["note"]


def test_another_log_of_as_many_lines_is_refused(page, key):
    found = Checkpoint.parse(kept(page)["note"].encode())
    later(page)
    answer(page.context, key.sign_checkpoint(found.size, merkle.leaf(found.root)))
    read(page)
    expect_refused(page, NOT_WHAT_WAS_SEEN)


@pytest.mark.parametrize("status", [200, 404])
def test_a_longer_log_that_does_not_continue_what_was_seen_is_refused(page, key, status):
    def tile(route: Route) -> None:
        width = re.search(r"\.p/(\d+)$", route.request.url)
        route.fulfill(status=status, body=bytes(32 * int(width[1] if width else 256)))

    found = Checkpoint.parse(kept(page)["note"].encode())
    later(page)
    page.context.route("**/api/v1/log/tile/**", tile)
    answer(page.context, key.sign_checkpoint(found.size + 300, merkle.leaf(found.root)))
    read(page)
    expect_refused(page, NOT_WHAT_WAS_SEEN)
    assert size_kept(page) == found.size


def test_a_log_that_says_it_has_not_begun_is_refused(page):
    later(page)
    answer(page.context, lambda route: route.fulfill(status=409, json={"type": "/problems/not-yet-sealed"}))
    read(page)
    expect_refused(page, NOT_WHAT_WAS_SEEN)


def test_another_key_under_the_log_s_name_is_refused(page, key):
    found = Checkpoint.parse(kept(page)["note"].encode())
    other = NoteKey(key.public.name, LOG, b"\5" * 32)
    later(page)
    answer(page.context, other.sign_checkpoint(found.size, found.root))
    read(page)
    expect_refused(page, ANOTHER_KEY)


def test_the_key_is_not_unlocked_on_a_platform_whose_log_is_another(page, key):
    found = Checkpoint.parse(kept(page)["note"].encode())
    page.locator("[data-lock]").click()
    later(page)
    answer(page.context, key.sign_checkpoint(found.size, merkle.leaf(found.root)))
    page.goto("/unlock")
    form = page.locator("[data-unlock-form], form#unlock")
    form.locator("input[type=password]").fill(people.PASSPHRASE)
    form.locator("button").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text(NOT_WHAT_WAS_SEEN)
    expect(page.locator("[data-lock]:visible")).to_have_count(0)
    assert page.evaluate("sessionStorage.length") == 0


def test_what_was_seen_outlasts_signing_out(page, key):
    found = Checkpoint.parse(kept(page)["note"].encode())
    page.locator("[data-sign-out] button").click()
    page.wait_for_url("**/sign-in*")
    sign_in(page, CHIDI)
    later(page)
    answer(page.context, key.sign_checkpoint(found.size, merkle.leaf(found.root)))
    page.goto(f"/requests/{REQUEST[0]}")
    page.locator("[data-unlock-form] input[type=password]").fill(people.PASSPHRASE)
    page.locator("[data-unlock-form] button").click()
    expect(page.locator(".govuk-error-summary, .govuk-error-message").first).to_contain_text(NOT_WHAT_WAS_SEEN)
    expect(page.locator("main")).not_to_contain_text(town.TEXT[:20])


def test_another_tab_that_has_seen_more_meanwhile_is_no_lie_and_one_that_was_shown_another_log_is(page, key):
    seen = kept(page)
    read(page)
    expect_read(page)
    longer = grown(page, Checkpoint.parse(seen["note"].encode()).size)
    other = page.context.new_page()
    other.goto("/account")

    def meanwhile(note: bytes) -> Callable[[Route], None]:
        def give(route: Route) -> None:
            kept(other, note=note.decode())
            route.fulfill(status=200, body=seen["note"])

        return give

    later(page)
    answer(page.context, meanwhile(newest(page)))
    read(page)
    expect_read(page)
    assert size_kept(page) >= longer.size
    kept(page, note=seen["note"], at=0)
    answer(page.context, meanwhile(key.sign_checkpoint(longer.size, merkle.leaf(longer.root))))
    read(page)
    expect_refused(page, NOT_WHAT_WAS_SEEN)


def test_where_the_operator_names_the_key_no_other_is_taken_at_first_contact(browser, tmp_path, monkeypatch):
    right, wrong = (NoteKey("localhost/log", LOG, seed * 32) for seed in (b"\1", b"\2"))
    (tmp_path / "key").write_text(right.to_text())
    monkeypatch.setenv("COMITY_LOG__KEY", str(right.public))
    monkeypatch.setenv("COMITY_LOG__KEY_FILE", str(tmp_path / "key"))
    with instance(tmp_path, world) as found:
        own = context(browser, found.url)
        opened = own.new_page()
        sign_in(opened, CHIDI)
        begun(opened)
        shown = Checkpoint.parse(newest(opened))
        own.route("**/api/v1/log/key", lambda route: route.fulfill(status=200, json={"key": str(wrong.public)}))
        answer(own, wrong.sign_checkpoint(shown.size, shown.root))
        opened.goto("/unlock")
        opened.locator("#unlock-words").fill(people.PASSPHRASE)
        opened.locator("main form button.govuk-button").first.click()
        expect(opened.locator(".govuk-error-summary")).to_contain_text(ANOTHER_KEY)
        own.unroute(ADDRESS)
        enter(opened)
        own.close()
