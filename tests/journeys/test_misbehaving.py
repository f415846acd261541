"""A platform that shows other parties than the sealed text names, or another approval: nothing is sealed to them."""

import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from bench._proxy import Exchange, Proxy, proxy_to
from playwright.sync_api import Browser, Page, expect
from tests import people
from tests.browsing import context, sign_in, unlock
from tests.journeys.instance import Instance
from tests.pages import town
from tests.people import AMINA, CHIDI

from comity.core.actors import Actor

REQUESTS: dict[str, UUID] = {}
STEPS = {"approved": ["approved"], "other": ["approved"], "open": ["approved", "transmitted", "acknowledged"]}


def world() -> None:
    people.populate(keys=True)
    for name, steps in STEPS.items():
        REQUESTS[name] = town.brought_to(*steps)


@pytest.fixture
def line(running: Instance) -> Iterator[Proxy]:
    with proxy_to(running.url) as proxy:
        yield proxy


def shown(name: str, old: str, new: str, party: str) -> Callable[[Exchange], bool]:
    """Another party, on the page and in what programs are shown."""

    def meddle(exchange: Exchange) -> bool:
        if exchange.resource == f"/requests/{REQUESTS[name]}" and exchange.method == "GET":
            exchange.json = exchange.json | {party: new}
        elif exchange.path == f"/requests/{REQUESTS[name]}/{'transmit' if party == 'requested' else 'ask'}":
            was, becomes = (f'data-{party}="{code}"'.encode() for code in (old, new))
            exchange.content = exchange.content.replace(was, becomes)
        else:
            return False
        return True

    return meddle


def opened(browser: Browser, line: Proxy, actor: Actor) -> Page:
    found = context(browser, line.url).new_page()
    line.begin(None)
    sign_in(found, actor)
    return found


def refused(page: Page, line: Proxy, words: str) -> None:
    expect(page.locator(".govuk-error-summary")).to_contain_text(words)
    assert line.changed
    assert line.left_behind == []


def test_nothing_is_transmitted_to_another_state_than_the_sealed_cover_names(browser: Browser, line: Proxy):
    page = opened(browser, line, AMINA)
    line.begin(shown("approved", "XA", "YB", "requested"))
    page.goto(f"/requests/{REQUESTS['approved']}/transmit")
    unlock(page)
    page.locator("[data-transmit] button").click()
    refused(page, line, "are not those that were signed")

    def replayed(exchange: Exchange) -> bool:
        if exchange.resource != f"/requests/{REQUESTS['approved']}" or exchange.method != "GET":
            return False
        exchange.json = exchange.json | {"approval": approval}
        return True

    line.begin(None)
    other = page.request.get(f"/api/v1/requests/{REQUESTS['other']}")
    approval = other.json()["approval"]
    assert approval
    line.begin(replayed)
    page.goto(f"/requests/{REQUESTS['approved']}/transmit")
    page.locator("[data-transmit] button").click()
    refused(page, line, "the bytes are not those that were signed")

    line.begin(None)
    page.goto(f"/requests/{REQUESTS['approved']}/transmit")
    page.locator("[data-transmit] button").click()
    page.wait_for_url(re.compile(f"/requests/{REQUESTS['approved']}$"))
    page.context.close()


def test_no_question_is_sealed_to_another_party_than_the_sealed_cover_names(browser: Browser, line: Proxy):
    page = opened(browser, line, CHIDI)
    line.begin(shown("open", "OTP", "YB", "requesting"))
    page.goto(f"/requests/{REQUESTS['open']}/ask")
    unlock(page)
    page.locator("#text").fill("Which branch?")
    page.locator("[data-message-form] button[type=submit]").click()
    refused(page, line, "Not authentic")
    line.begin(None)
    page.goto(f"/requests/{REQUESTS['open']}/ask")
    page.locator("#text").fill("Which branch?")
    page.locator("[data-message-form] button[type=submit]").click()
    page.wait_for_url(re.compile(f"/requests/{REQUESTS['open']}$"))
    page.context.close()
