"""A focal point who has no mouse, from signing in to a question that was sent; words sent before a page is ready."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests import people
from tests.browsing import authenticator, context, sign_in, speak, unlock
from tests.enrolment import Enrolling, change, lose_keys
from tests.journeys.instance import Instance
from tests.people import CHIDI, ZOLA

SEEN = """() => {
  const now = document.activeElement, style = getComputedStyle(now);
  const box = now.getBoundingClientRect();
  return {
    at: now.outerHTML.slice(0, 120), body: now === document.body, width: box.width, height: box.height,
    marked: style.outlineStyle !== 'none' || style.boxShadow !== 'none',
  };
}"""

AT_ONCE = """addEventListener('DOMContentLoaded', () => {
  const form = document.querySelector('[data-unlock-form], form#unlock');
  if (!form || sessionStorage.getItem('sent')) return;
  sessionStorage.setItem('sent', 'once');
  form.querySelector('input').value = 'WORDS';
  form.requestSubmit();
})"""
"""Sends the words at the earliest moment that there is a form for them."""


class Hands:
    """What a keyboard can do on a page; every place that the focus comes to must be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.unmarked: list[str] = []

    def tab(self) -> None:
        self.page.keyboard.press("Tab")
        seen = self.page.evaluate(SEEN)
        if not seen["body"] and not (seen["marked"] and seen["width"] and seen["height"]):
            self.unmarked.append(seen["at"])

    def to(self, selector: str) -> None:
        """Tab on until there; a page on which it takes more than sixty keys is no page for a keyboard."""
        for _ in range(60):
            self.tab()
            if self.page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
                return
        pytest.fail(f"the focus never comes to {selector} on {self.page.url}")

    def write(self, text: str) -> None:
        self.page.keyboard.insert_text(text)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)


@pytest.fixture
def page(browser, running: Instance):
    """Of somebody whose account was last used in English, and who has not signed in yet."""
    own = context(browser, running.url)
    page = own.new_page()
    sign_in(page, CHIDI)
    speak(page, "en")
    own.clear_cookies()
    yield page
    own.close()


def test_signs_in_unlocks_acknowledges_and_asks_without_a_mouse(page: Page, requests):
    hands, address = Hands(page), f"/requests/{requests['by keyboard']}"
    page.goto("/sign-in")
    hands.to("input[name=email]")
    hands.write(people.email(CHIDI))
    hands.to("input[name=password]")
    hands.write(people.PASSWORD)
    hands.press("Enter")
    page.wait_for_url("**/")

    hands.tab()
    expect(page.locator(":focus")).to_have_class(re.compile("govuk-skip-link"))
    hands.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content"
    hands.to(f'main a[href="{address}"]')
    hands.press("Enter")
    page.wait_for_url(f"**{address}")

    hands.to("#unlock-passphrase")
    hands.write("these are not the words of my key")
    hands.press("Enter")
    expect(page.locator("#unlock-error")).to_be_visible()
    expect(page.locator("#unlock-passphrase")).to_be_focused()
    hands.write(people.PASSPHRASE)
    hands.press("Enter")
    expect(page.locator("[data-lock]")).to_be_visible()
    expect(page.locator("[data-text]").first).to_contain_text("Please send the statements")

    hands.to("main [data-acknowledge] button")
    hands.press("Space")
    expect(page.locator(f'main a[href="{address}/ask"]')).to_be_visible()
    hands.to(f'main a[href="{address}/ask"]')
    hands.press("Enter")
    page.wait_for_url("**/ask")

    hands.to("[data-message-form] button[type=submit]")
    hands.press("Enter")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    hands.to(".govuk-error-summary a")
    hands.press("Enter")
    expect(page.locator("#text")).to_be_focused()
    hands.write("Of which of the two companies, please?")
    hands.to("[data-message-form] button[type=submit]")
    hands.press("Enter")
    page.wait_for_url(f"**{address}")
    expect(page.locator("main")).to_contain_text("Paused while a question is open")
    assert hands.unmarked == []


def test_makes_her_key_and_unlocks_it_without_a_mouse(browser, running: Instance):
    lose_keys(running.folder, ZOLA)
    own = context(browser, running.url)
    page = own.new_page()
    sign_in(page, ZOLA)
    speak(page, "en")
    hands, enrolling = Hands(page), Enrolling(page)
    authenticator(page)
    hands.to("main a[href='/enrol']")
    hands.press("Enter")
    page.wait_for_url("**/enrol")
    hands.to("form[data-begin] button")
    hands.press("Enter")
    for kind in ("passphrase", "recovery"):
        enrolling.copy(kind)
        expect(page.locator(f"#{kind}-title")).to_be_focused()
        hands.to("[data-written]")
        hands.press("Enter")
        inputs = enrolling.section(kind).locator("form input")
        expect(inputs.first).to_be_focused()
        for number in range(inputs.count()):
            hands.write(word_for(enrolling, kind, inputs.nth(number).get_attribute("id") or ""))
            hands.press("Enter" if number + 1 == inputs.count() else "Tab")
    expect(page.locator("#passkey-title")).to_be_focused()
    hands.to("#passkey-name")
    hands.write("Laptop")
    hands.press("Enter")
    expect(page.locator("#fingerprint-title")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.goto("/keys")
    hands.to("[data-lock]")
    hands.press("Enter")
    expect(page.locator("[data-lock]")).to_be_hidden()
    hands.to("main a[href^='/unlock']")
    hands.press("Enter")
    page.wait_for_url("**/unlock?**")
    expect(page.locator("[data-passkey-way]")).to_be_visible()
    hands.to("[data-passkey-way] button")
    hands.press("Enter")
    page.wait_for_url("**/keys")
    expect(page.locator("[data-qr] svg")).to_be_visible()
    assert hands.unmarked == []
    own.close()
    lose_keys(running.folder, ZOLA)


def test_a_passkey_unlocks_inside_a_page_and_says_there_when_it_does_not(page: Page, running: Instance, requests):
    sign_in(page, CHIDI)
    verify = authenticator(page)
    page.goto("/unlock")
    unlock(page)
    page.goto("/keys/new/passkey")
    Enrolling(page).passkey()
    expect(page.locator("[data-done]")).to_be_visible()
    page.goto(f"/requests/{requests['by keyboard']}")
    page.locator("[data-lock]").click()
    page.reload()
    button = page.locator("[data-passkey-way] button")
    button.click()
    expect(page.locator("[data-text]").first).to_contain_text("Please send the statements")
    page.locator("[data-lock]").click()
    verify(False)
    button.click()
    expect(page.locator("#unlock-error")).to_contain_text("The passkey was not used")
    expect(button).to_be_focused()
    expect(page.locator("[data-lock]")).to_be_hidden()
    change(running.folder, "DELETE FROM keyset_way WHERE kind = 'passkey'")


def word_for(enrolling: Enrolling, kind: str, field: str) -> str:
    """What belongs into that field, from the paper."""
    number = field.removeprefix("word-")
    return enrolling.paper[kind][int(number) - 1] if number.isdigit() else " ".join(enrolling.paper[kind])


def test_the_menu_and_the_language_on_a_narrow_screen(page: Page):
    page.set_viewport_size({"width": 320, "height": 640})
    sign_in(page, CHIDI)
    hands = Hands(page)
    hands.to(".govuk-service-navigation__toggle")
    hands.press("Enter")
    hands.to(".govuk-service-navigation__link[href='/requests/']")
    hands.press("Enter")
    page.wait_for_url("**/requests/")
    hands.to("button[name=locale][value=fr]")
    hands.press("Space")
    page.wait_for_selector("html[lang=fr]")
    assert page.url.endswith("/requests/")
    assert hands.unmarked == []


def test_a_key_is_begun_by_a_click_before_the_page_is_ready(browser, running: Instance):
    own = context(browser, running.url)
    page = own.new_page()
    sign_in(page, ZOLA)
    page.add_init_script("""addEventListener('DOMContentLoaded', () => {
      document.querySelector('form[data-begin] button')?.click(); })""")
    page.goto("/enrol")
    expect(page.locator('[data-words="passphrase"] [data-secret] li')).to_have_count(8)
    own.close()


@pytest.mark.parametrize("address", ["/unlock", "/requests/{by keyboard}"], ids=["page", "form in a page"])
def test_words_sent_before_the_page_is_ready_still_unlock(page: Page, requests, address):
    """As a passphrase pasted at once on a slow machine."""
    sign_in(page, CHIDI)
    page.add_init_script(AT_ONCE.replace("WORDS", people.PASSPHRASE))
    page.goto(address.format_map(requests))
    expect(page.locator("[data-lock]")).to_be_visible()
