"""A platform that shows sender and recipient two logs is found out by the first document between them."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from bench._proxy import proxy_to
from playwright.sync_api import Browser, Page, expect
from tests import people
from tests.browsing import context, leave, sign_in, unlock
from tests.forking import another, forked, tile
from tests.journeys.instance import Instance
from tests.pages import town
from tests.people import AMINA, CHIDI

from comity_client import transmitting
from comity_client.http import Http
from comity_client.seen import Seen
from comity_client.unlocked import Unlocked
from comity_seal.envelope import parse_envelope
from comity_seal.log.checkpoint import Checkpoint
from comity_seal.log.state import State

REQUESTS: dict[str, UUID] = {}
NOT_WHAT_WAS_SEEN = "log is not what this device has seen before"


def world() -> None:
    people.populate(keys=True)
    for name in ("honest", "forked", "longer", "elsewhere", "page"):
        REQUESTS[name] = town.brought_to("approved", annexes=0)


@pytest.fixture
def window(browser: Browser, running: Instance, tmp_path, monkeypatch) -> Iterator[Page]:
    """Chidi's, signed in on a platform whose log has begun."""
    monkeypatch.setenv("COMITY_CONFIG_HOME", str(tmp_path / "amina"))
    own = context(browser, running.url)
    page = own.new_page()
    sign_in(page, CHIDI)
    for _ in range(200):
        if page.request.get("/api/v1/log/checkpoint").ok:
            break
        page.wait_for_timeout(100)
    yield page
    leave(own)


class Elsewhere(Seen):
    """What somebody saw who calls the log by another name."""

    @property
    def state(self) -> State | None:
        found = super().state
        return found and replace(found, origin="elsewhere.example")


def transmit(url: str, name: str, log: type[Seen] = Seen) -> State | None:
    """Amina transmits with the command's code; gives the state of the log that she names."""
    http = Http(url)
    http.token = http.post("/session", {"email": people.email(AMINA), "password": people.PASSWORD})["token"]
    amina = Unlocked.with_keys(http, people.root().public, people.keyset(AMINA))
    amina.log = log(http, str(http.get("/log/key")["key"]))
    amina.log.look()
    transmitting.transmit(amina, http.get(f"/requests/{REQUESTS[name]}"))
    http.close()
    return amina.log.state


def read(page: Page, name: str) -> None:
    page.goto(f"/requests/{REQUESTS[name]}")


def enter(page: Page) -> None:
    page.goto("/unlock")
    unlock(page)
    page.wait_for_url("**/")


def named(page: Page, name: str) -> State | None:
    """The state that the text of a request names."""
    shown = page.request.get(f"/api/v1/requests/{REQUESTS[name]}").json()
    (doc,) = [one["doc"] for one in shown["documents"] if one["purpose"] == "request"]
    handed = page.request.get(f"/api/v1/documents/{doc}").json()
    return parse_envelope(base64.b64decode(handed["envelope"])).seen


def expect_read(page: Page) -> None:
    expect(page.locator("main")).to_contain_text(town.TEXT[:20])
    expect(page.locator(".comity-not-authentic:visible")).to_have_count(0)


def expect_refused(page: Page) -> None:
    expect(page.locator(".comity-not-authentic:visible").first).to_contain_text(NOT_WHAT_WAS_SEEN)
    expect(page.locator("main")).not_to_contain_text(town.TEXT[:20])
    expect(page.locator("main")).not_to_contain_text(town.SUBJECT)


def test_where_both_see_one_log_it_opens(window, running):
    assert transmit(running.url, "honest") == named(window, "honest")
    enter(window)
    read(window, "honest")
    expect_read(window)


@pytest.mark.parametrize(("name", "more"), [("forked", 0), ("longer", 300)])
def test_a_sender_who_was_shown_another_log_is_noticed(window, running, key, name, more):
    with proxy_to(running.url) as line:
        line.begin(another(key, more))
        seen = transmit(line.url, name)
        assert line.changed
    assert seen is not None
    assert seen == named(window, name)
    enter(window)
    read(window, name)
    expect_refused(window)


def test_a_log_of_another_name_is_none_of_this_one(window, running):
    transmit(running.url, "elsewhere", Elsewhere)
    enter(window)
    read(window, "elsewhere")
    expect_refused(window)


def test_a_page_names_the_newest_state_that_it_has_seen_and_a_reader_who_is_shown_another_notices(
    browser, window, running, key
):
    own = context(browser, running.url)
    page = own.new_page()
    sign_in(page, AMINA)
    page.goto(f"/requests/{REQUESTS['page']}/transmit")
    unlock(page)
    shown = page.request.get("/api/v1/log/checkpoint").body()
    page.locator("[data-transmit] button").click()
    page.wait_for_url(f"**/requests/{REQUESTS['page']}")
    leave(own)
    seen = named(window, "page")
    assert seen is not None
    assert (seen.origin, seen.size <= Checkpoint.parse(shown).size) == (key.public.name, True)

    window.context.route(
        "**/api/v1/log/checkpoint", lambda route: route.fulfill(body=forked(key, route.fetch().body(), 300))
    )
    window.context.route("**/api/v1/log/tile/**", lambda route: route.fulfill(body=tile(route.request.url)))
    enter(window)
    read(window, "page")
    expect_refused(window)
