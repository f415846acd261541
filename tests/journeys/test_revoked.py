"""What Amina's key signed, which was revoked later, opens in Chidi's browser with a receipt of before, no other."""

import base64
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests import people
from tests.browsing import context, leave, sign_in, unlock
from tests.journeys.instance import Instance
from tests.pages import town
from tests.people import CHIDI
from tests.revoking import LONG_AGO, NOT_YET, backdated, resigned, revoked

from comity_seal.log.notes import LOG
from comity_seal.log.signer import NoteKey

REQUESTS: list[UUID] = []
NOTHING_PROVES = "nothing proves that it was signed before"


def world() -> None:
    people.populate(keys=True)
    REQUESTS.extend(town.brought_to("approved", "transmitted", annexes=0) for _ in range(2))


@pytest.fixture
def page(browser: Browser, running: Instance) -> Iterator[Page]:
    own = context(browser, running.url)
    opened = own.new_page()
    sign_in(opened, CHIDI)
    for rfa in REQUESTS:
        sealed(opened, rfa)
    opened.goto("/unlock")
    unlock(opened)
    opened.wait_for_url("**/")
    yield opened
    leave(own)


def receipts(page: Page, rfa: UUID) -> list[dict]:
    return page.request.get(f"/api/v1/requests/{rfa}/receipts").json()["items"]


def sealed(page: Page, rfa: UUID) -> None:
    """Once the log has signed that far."""
    for _ in range(200):
        if all(one["sealed"] for one in receipts(page, rfa)):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the log has not signed that far")


def show(page: Page, since: str, receipt: Callable[[bytes], bytes] = bytes) -> list[str]:
    """Let the platform show Amina's key set as revoked, and such receipts; gives which are asked for."""
    asked: list[str] = []
    links = [base64.b64encode(link).decode() for link in revoked(since)]

    def give(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=200, body=receipt(route.fetch().body()))

    page.context.route(
        "**/api/v1/authorities/OTP/chain", lambda route: route.fulfill(json={"authority": "OTP", "chain": links})
    )
    page.context.route("**/api/v1/requests/*/receipts/*", give)
    page.goto(f"/requests/{REQUESTS[0]}")
    return asked


def expect_refused(page: Page, sentence: str) -> None:
    expect(page.locator(".comity-not-authentic:visible").first).to_contain_text(sentence)
    expect(page.locator("main")).not_to_contain_text(town.TEXT[:20])
    expect(page.locator("main")).not_to_contain_text(town.SUBJECT)


def test_it_opens_with_a_receipt_of_before(page):
    asked = show(page, NOT_YET)
    expect(page.locator("main")).to_contain_text(town.TEXT[:20])
    expect(page.locator(".comity-not-authentic:visible")).to_have_count(0)
    assert asked


def test_it_does_not_where_the_log_held_it_only_afterwards(page):
    asked = show(page, LONG_AGO)
    expect_refused(page, NOTHING_PROVES)
    assert asked


def test_it_does_not_without_any_receipt(page):
    page.context.route("**/api/v1/requests/*/receipts?*", lambda route: route.fulfill(json={"items": []}))
    asked = show(page, NOT_YET)
    expect_refused(page, NOTHING_PROVES)
    assert asked == []


def test_a_receipt_of_another_document_proves_nothing_of_this_one(page):
    other = next(one for one in receipts(page, REQUESTS[1]) if one["event"] == "document.released")
    data = page.request.get(f"/api/v1/requests/{REQUESTS[1]}/receipts/{other['seq']}").body()
    asked = show(page, NOT_YET, lambda _data: data)
    expect_refused(page, NOTHING_PROVES)
    assert asked


def test_a_receipt_of_another_log_or_of_a_fork_of_it_proves_nothing(page, running):
    key = NoteKey.from_text((running.folder / "data" / "log-key").read_text())
    other = NoteKey(key.public.name, LOG, b"\5" * 32)
    show(page, LONG_AGO, lambda data: resigned(data, other))
    expect_refused(page, "log is signed with another key than the one this device knows")
    page.context.unroute("**/api/v1/requests/*/receipts/*")
    show(page, LONG_AGO, lambda data: backdated(data, key))
    expect_refused(page, "log is not what this device has seen before")
