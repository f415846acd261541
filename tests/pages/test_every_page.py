"""Every page, as those see it who work with it: in both languages, wide and narrow, locked and unlocked.

axe finds nothing, nothing is wider than the window, no page breaks the content policy or fails in its script, and no
sentence has stayed English on a French page.  axe looks at English pages alone, wide and narrow, since what it looks at
is the same in either language; at those that are locked it looks narrow.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from babel.messages.pofile import read_po
from flask import Flask
from playwright.sync_api import Browser, Page
from tests.browsing import authenticator, context, sign_in, speak, unlock, violations
from tests.enrolment import Enrolling, look, lose_keys
from tests.journeys.instance import ROOT, Instance
from tests.keys.offices import CYRUS
from tests.pages.town import LIMITED
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, EMRE, FAYE, GRACE, LENA, LOUIS, ZOLA
from werkzeug.routing import RequestRedirect

from comity.core.actors import Actor

AXE = (ROOT / "platform" / "browser" / "node_modules" / "axe-core" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

RUN = "(rules) => axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: false})"
"""No page has sound, and no rule of these looks into style sheets: axe fetches neither."""

PLAIN: dict[Actor | None, list[str]] = {
    None: ["/sign-in", "/nowhere"],
    AMINA: [
        "/",
        "/requests/",
        "/requests/?stage=closed",
        "/requests/?turn=other&sort=date",
        "/requests/new",
        "/requests/new?kind=assistance",
        "/nowhere",
        "/templates/",
        "/templates/assistance/i",
        "/templates/assistance/d/change",
        "/requests/new?kind=organisation_assistance",
        "/states/",
        "/states/XA",
        "/states/XA/history",
        "/states/ZC",
    ],
    BRUNO: ["/"],
    CHIDI: [
        "/enrol",
        "/enrol?lost=1",
        "/",
        "/requests/",
        "/inbox",
        "/account",
        "/requests/calendar/",
        "/requests/hand-over",
        "/account/password",
        "/device",
        "/unlock",
        "/accounts",
    ],
    CHINUA: [
        "/states/XA",
        "/states/own/change",
        *[f"/states/own/change/{part}" for part in ("channels", "languages", "contact", "formalities", "laws", "days")],
    ],
    DORA: ["/", "/requests/", "/inbox", "/states/YB"],
    EMRE: [
        "/",
        "/office",
        "/enrol",
        "/keys",
        "/keys/sheet",
        "/unlock",
        "/journal",
        "/journal/3",
        "/journal/verify",
        "/journal?day=x&of=account",
        "/journal/99999",
    ],
    FAYE: ["/", "/accounts", "/accounts/new", f"/accounts/{CHIDI.id}", f"/accounts/{CHIDI.id}/disable", "/health"],
    GRACE: ["/", "/requests/", "/enrol", "/states/XA"],
    LENA: ["/", "/translations/", "/inbox", "/account", "/keys", "/office"],
    LOUIS: ["/", "/translations/"],
    ZOLA: ["/", "/account", "/keys", "/keys/sheet", "/unlock", "/office"],
}
"""Pages on which nothing is sealed.  Zola has no key."""

OWN_KEY = [
    "/keys", "/keys/sheet", "/keys/new/passphrase", "/keys/new/recovery", "/keys/new/passkey",
    "/keys/ways/{way}/remove", "/unlock",
]  # fmt: skip
"""Pages about one's own key, which are looked at locked and unlocked, and with a passkey."""

OFFICE = [
    "/office", "/office/admit/{candidate}", "/office/remove/{other}", "/office/remove/{self}",
    "/office/administrators/{other}", "/office/key", "/office/proposals/{nothing}", "/office/leave",
    "/office/revoke/{other}", "/office/revoke/{self}", "/office/documents", "/office/recovery",
    "/office/recovery/open", "/office/recovery/admit/{candidate}",
]  # fmt: skip
"""Pages about one's own office, which are looked at locked and unlocked."""

SEALED: dict[Actor, list[tuple[str, str]]] = {
    AMINA: [
        ("draft", ""), ("draft", "/clock"), ("draft", "/draft"), ("draft", "/cover"), ("draft", "/discard"),
        ("approved", "/transmit"),
        ("approved", ""), ("transmitted", ""), ("transmitted", "/withdraw"), ("asked", "/reply"), ("asked", "/clock"),
        ("acknowledged", "/messages"), ("transmitted", "/messages"), ("draft", "/messages"), ("closed", "/messages"),
        ("answered", ""), ("answered", "/return"), ("answered", "/close"), ("closed", ""), ("withdrawn", ""),
        ("acknowledged", "/receipts"), ("closed", "/receipts"), ("draft", "/bundle"), ("closed", "/bundle"),
        ("closed", "/bundle/check"), ("closed", "/bundle/check?code=7-AAAA-AAAA-AAAA-AAAA"),
        ("consulting", ""), ("consulting", "/consultations/1"), ("consulted", "/consultations/1"),
        ("consulted", "/consult"), ("extending", ""), ("extending", "/decide"), ("acknowledged", "/report"),
        ("acknowledged", "/links"), ("draft", "/links"), ("draft", "/expedite"), ("urgent", ""), ("urgent", "/confirm"),
        ("urgent", "/clock"), ("controlled", "/consultations/1"), ("controlled", "/consultations/1/redirect"),
        ("acknowledged", "/supplement"),
        ("limited", ""), ("limited", "/messages"), ("limited", "/consents/1"), ("limited", "/consents/2"),
        ("limited", f"/documents/{LIMITED}/consent"),
        ("acknowledged", "/amend"), ("amending", ""), ("amending", "/amend"), ("amending", "/amendment"),
        ("amending", "/amendment/text"), ("amending", "/amendment/discard"), ("agreeing", ""),
        ("agreeing", "/amendment"), ("amended", ""), ("amended", "/clock"), ("amended", "/bundle"),
        ("disposed", ""), ("disposed", "/bundle"), ("disposed", "/receipts"),
        ("draft", "/submit"), ("reviewed", ""), ("reviewed", "/draft"), ("reviewed", "/clock"),
        ("translated", ""), ("translated", "/draft"), ("translated", "/translate"), ("transmitted", "/translate"),
    ],
    BRUNO: [
        ("amending", ""), ("amending", "/amendment"), ("draft", "/approve"), ("reviewing", "/review"),
        ("reviewed", "/approve"),
    ],
    CHIDI: [
        ("transmitted", ""), ("acknowledged", ""), ("acknowledged", "/ask"), ("acknowledged", "/answer"),
        ("acknowledged", "/clock"), ("asked", ""), ("asked", "/clock"), ("replied", ""), ("replied", "/clock"),
        ("acknowledged", "/messages"), ("transmitted", "/messages"), ("closed", "/messages"),
        ("answered", ""), ("returned", ""), ("closed", ""), ("withdrawn", ""),
        ("withdrawn", "/dispose"), ("disposed", ""), ("acknowledged", "/receipts"), ("closed", "/receipts"),
        ("consulting", "/consultations/1"), ("consulted", ""), ("consulted", "/consultations/2"),
        ("consulted", "/answer"), ("consulted", "/deliver"), ("acknowledged", "/consult"), ("acknowledged", "/deliver"),
        ("acknowledged", "/extend"), ("extending", ""), ("acknowledged", "/report"),
        ("acknowledged", "/report?what=consultations.exhausted"), ("urgent", ""), ("urgent", "/clock"),
        ("acknowledged", "/report?what=consultations.exhausted"), ("limited", "/consents/1"),
        ("limited", "/consents/2"), ("amended", ""), ("amended", "/answer"), ("amended", "/clock"),
    ],
}  # fmt: skip
"""Pages of a request, at a stage of the town, whose sealed part is looked at locked and unlocked."""


TRANSLATIONS = ["waiting", "with a file", "begun"]
"""Texts in the hands of the language service, which are looked at locked and unlocked."""


WIDTHS = (1280, 320)


def faults(page: Page, status: int | None, examined: Collection[int] = WIDTHS) -> list[str]:
    """What is wrong with the page as it stands, wide and narrow; axe looks at the widths `examined`."""
    found = [] if status in (200, 403, 404) else [f"answered {status}"]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        over = page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth")
        found += [f"at {width} px it is {over} px too wide"] if over > 0 else []
        if width not in examined:
            continue
        said = page.evaluate(RUN, RULES)
        found += [f"at {width} px {one['id']}: {one['nodes'][0]['html'][:160]}" for one in said["violations"]]
    page.set_viewport_size({"width": 1280, "height": 900})
    heads = page.locator("h1").count()
    return [*found, *([f"{heads} headings of the first level"] if heads != 1 else []), *violations(page)]


def english(page: Page, sentences: dict[str, str]) -> list[str]:
    """Sentences of the catalogue that stand in the page untranslated."""
    texts = page.evaluate(
        """() => { const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walk.nextNode()) {
          const own = walk.currentNode.parentElement.closest('[translate=no]');  // words of a passphrase, say
          if (!own) found.push(walk.currentNode.textContent.trim().replace(/\\s+/g, ' '));
        }
        return found; }"""
    )
    return [f"English: {text}" for text in texts if sentences.get(text)]


@pytest.fixture(scope="module")
def sentences() -> dict[str, str]:
    """English sentences whose French differs."""
    path = ROOT / "platform" / "comity" / "translations" / "fr" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalogue = read_po(file)
    pairs = [(one.id, one.string) for one in catalogue if isinstance(one.id, str) and one.id]
    return {msgid: msgstr for msgid, msgstr in pairs if msgstr and msgid != msgstr and len(msgid) > 3}


class Looker:
    """One person's browser, in one language; notes what is wrong with each page."""

    def __init__(self, page: Page, language: str, sentences: dict[str, str]) -> None:
        self.page, self.language, self.sentences = page, language, sentences
        self.errors: list[str] = []
        self.found: dict[str, list[str]] = {}
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)

    def look(self, address: str, state: str = "") -> None:
        self.errors.clear()
        answer = self.page.goto(address, wait_until="networkidle" if state else "load")
        status = answer.status if answer else None
        self.note(f"{address} {state}".strip(), status, WIDTHS[1:] if state == "locked" else WIDTHS)

    def note(self, name: str, status: int | None = 200, examined: Collection[int] = WIDTHS) -> None:
        if self.language != "en":
            examined = ()
        if examined:
            self.page.evaluate(AXE)
        wrong = faults(self.page, status, examined)
        if self.page.get_attribute("html", "lang") != self.language:
            wrong.append("the language is another")
        if not self.page.title().endswith("Comity"):
            wrong.append(f"the title is {self.page.title()!r}")
        if self.language == "fr":
            wrong += english(self.page, self.sentences)
        wrong += [error for error in self.errors if f"status of {status}" not in error]
        if wrong:
            self.found[name] = wrong


@contextmanager
def looking(
    browser: Browser, url: str, actor: Actor | None, language: str, sentences: dict[str, str]
) -> Iterator[Looker]:
    own = context(browser, url, {"en": "en-GB", "fr": "fr-FR"}[language])
    try:
        page = own.new_page()
        if actor is not None:
            sign_in(page, actor)
            speak(page, language)
        yield Looker(page, language, sentences)
    finally:
        own.close()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("actor", PLAIN, ids=lambda actor: "nobody" if actor is None else actor.role + actor.id[:8])
def test_pages_without_anything_sealed(browser, running: Instance, sentences, actor, language):
    with looking(browser, running.url, actor, language, sentences) as looker:
        for address in PLAIN[actor]:
            looker.look(address)
        assert looker.found == {}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("actor", SEALED, ids=lambda actor: actor.role + actor.id[:8])
def test_pages_of_a_request_locked_and_unlocked(browser, running: Instance, requests, sentences, actor, language):
    addresses = [f"/requests/{requests[stage]}{more}" for stage, more in SEALED[actor]]
    with looking(browser, running.url, actor, language, sentences) as looker:
        for address in addresses:
            looker.look(address, "locked")
        looker.page.goto("/unlock")
        unlock(looker.page)
        for address in addresses:
            looker.look(address, "unlocked")
            looker.page.locator("[data-lock]").wait_for(state="visible")
        assert looker.found == {}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("actor", [LENA, LOUIS], ids=["translator", "colleague"])
def test_texts_in_the_hands_of_the_language_service(browser, running: Instance, requests, sentences, actor, language):
    addresses = [f"/translations/{requests[f'translation {name}']}" for name in TRANSLATIONS]
    with looking(browser, running.url, actor, language, sentences) as looker:
        for address in addresses:
            looker.look(address, "locked")
        looker.page.goto("/unlock")
        unlock(looker.page)
        for address in addresses:
            looker.look(address, "unlocked")
        for summary in looker.page.locator("main summary").all():
            summary.click()
        looker.note("returning it")
        assert looker.found == {}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_stands_in_the_way_and_the_steps_of_a_consultation(
    browser, running: Instance, requests, sentences, language
):
    with looking(browser, running.url, CHIDI, language, sentences) as looker:
        page = looker.page
        page.goto("/unlock")
        unlock(page)
        page.goto(f"/requests/{requests['acknowledged']}/consult?measure=1")
        page.locator("[data-consult-form] button[type=submit]").click()
        page.locator(".govuk-error-summary").wait_for()
        looker.note("nothing chosen")
        page.locator("#ground-national_security").check()
        page.locator("#ask-tried").wait_for(state="visible")
        looker.note("a ground with its fields")
        page.goto(f"/requests/{requests['consulted']}/consultations/2")
        for summary in page.locator("main details[id] summary").all():
            summary.click()
        looker.note("every step of a consultation")
        assert looker.found == {}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_about_one_s_own_key_locked_and_unlocked(browser, running: Instance, sentences, language):
    way = UUID(look(running.folder, WAY, UUID(DORA.id).hex))
    addresses = [address.format(way=way) for address in OWN_KEY]
    with looking(browser, running.url, DORA, language, sentences) as looker:
        page = looker.page
        for address in addresses:
            looker.look(address, "locked")
        authenticator(page)
        page.goto("/unlock")
        unlock(page)
        for address in addresses:
            looker.look(address, "unlocked")
        page.goto("/keys/new/passkey")
        Enrolling(page).passkey(f"Laptop {language}")
        page.locator("[data-done]").wait_for()
        looker.note("a passkey was added")
        looker.look("/keys", "with a passkey")
        page.locator("[data-lock]").click()
        looker.look("/unlock", "with a passkey")
        for summary in page.locator("main summary").all():
            summary.click()
        looker.note("every way to unlock")
        page.fill("#unlock-words", "zoo zoo")
        page.click("#unlock button")
        page.locator(".govuk-error-summary").wait_for()
        looker.note("wrong words")
        assert looker.found == {}


def office_addresses() -> list[str]:
    filled = {"candidate": CYRUS.id, "other": CHINUA.id, "self": CHIDI.id, "nothing": UUID(int=1)}
    return [address.format(**filled) for address in OFFICE]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_about_one_s_own_office_locked_and_unlocked(browser, running: Instance, sentences, language):
    with looking(browser, running.url, CHIDI, language, sentences) as looker:
        page = looker.page
        for address in office_addresses():
            looker.look(address, "locked")
        page.goto("/unlock")
        unlock(page)
        for address in office_addresses():
            looker.look(address, "unlocked")
        page.goto(f"/office/admit/{CYRUS.id}")
        page.locator("form[data-act] button").click()
        page.locator(".govuk-error-summary").wait_for()
        looker.note("nothing said of the digits")
        page.locator("#same").check()
        page.locator("form[data-act] button").click()
        page.locator("[data-proposed]").wait_for()
        looker.note("somebody is proposed")
        page.goto(f"/office/revoke/{CHINUA.id}")
        page.locator("#since-earlier").check()
        page.locator("form[data-act] button").click()
        page.locator(".govuk-error-summary").wait_for()
        looker.note("no time of a revocation")
        page.goto("/office/recovery")
        page.locator("form[data-act] button").click()
        page.locator(".govuk-error-summary").wait_for()
        looker.note("officers whose digits were not compared")
        page.goto("/office")
        for summary in page.locator("main summary:visible").all():
            summary.click()
        looker.note("with a proposal")
        page.locator("[data-proposals] a").click()
        page.locator("[data-mine]").wait_for()
        looker.note("one's own proposal")
        assert looker.found == {}
    with looking(browser, running.url, CYRUS, language, sentences) as looker:
        looker.page.goto("/unlock")
        unlock(looker.page)
        looker.look("/keys", "invited")
        looker.page.locator("[data-invitation]").wait_for()
        looker.note("somebody wants to admit me")
        looker.look("/office", "by somebody who does not belong to it")
        looker.look("/office/recovery/open", "by the officer who goes on")
        looker.page.locator("[data-second]").wait_for()
        looker.note("the officer who goes on")
        assert looker.found == {}
    with looking(browser, running.url, CHIDI, language, sentences) as looker:
        looker.page.goto("/unlock")
        unlock(looker.page)
        looker.page.goto("/office")
        looker.page.locator("[data-proposals] a").click()
        looker.page.locator("[data-withdraw]").click()
        looker.page.locator("[data-withdrawn]").wait_for()
        looker.note("a proposal was withdrawn")
        assert looker.found == {}


WAY = "SELECT w.id FROM keyset_way w JOIN keyset k ON k.id = w.keyset_id WHERE k.account_id = ? LIMIT 1"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_step_of_making_a_key(browser, running: Instance, sentences, language):
    lose_keys(running.folder, ZOLA)
    with looking(browser, running.url, ZOLA, language, sentences) as looker:
        looker.page.goto("/enrol")
        for step in Enrolling(looker.page).steps():
            looker.note(step)
        assert looker.found == {}
    lose_keys(running.folder, ZOLA)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_program_that_asks_to_be_signed_in(browser, running: Instance, sentences, language):
    asked = httpx.post(f"{running.url}/api/v1/session/device", json={"name": "comity on a laptop"}).json()
    with looking(browser, running.url, CHIDI, language, sentences) as looker:
        looker.page.goto("/device")
        looker.page.fill("input[name=code]", asked["user_code"])
        looker.page.locator("main form button").click()
        looker.page.wait_for_url(re.compile("/device/[0-9a-f-]{36}$"))
        looker.note("deciding")
        assert looker.found == {}


def test_every_page_is_looked_at(app: Flask, requests):
    """Whoever adds a page adds it above."""
    adapter = app.url_map.bind("localhost")
    some = next(iter(requests.values()), "00000000-0000-4000-8000-000000000001")
    addresses = [address for pages in PLAIN.values() for address in pages if address != "/nowhere"]
    addresses += [address.format(way=some) for address in OWN_KEY]
    addresses += [f"/requests/{some}{more}" for pages in SEALED.values() for _, more in pages]
    addresses += [f"/device/{some}", *office_addresses(), f"/translations/{some}"]
    looked_at = {"receipts.save", "assistance.calendar.feed"}  # files, not pages
    for address in addresses:
        path = address.partition("?")[0]
        try:
            looked_at.add(adapter.match(path, method="GET")[0])
        except RequestRedirect:
            looked_at.add(adapter.match(f"{path}/", method="GET")[0])
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(("/api/", "/static/", "/bundles/", "/ready"))
    }
    assert pages - looked_at == set()


def test_what_is_wrong_is_found(browser, tmp_path: Path):
    """The looking itself: a picture without words, a box too wide, two headings, and an unlabelled field."""
    page = browser.new_page()
    page.set_content(
        "<html lang=en><title>x - Comity</title><body><h1>a</h1><h1>b</h1><div style='width:2000px'>wide</div>"
        "<img src='data:,'><input></body></html>"
    )
    page.evaluate(AXE)
    said = " ".join(faults(page, 200))
    page.close()
    assert all(word in said for word in ("too wide", "image-alt", "label", "2 headings"))
