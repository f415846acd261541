"""A real browser for tests: Chromium without a window, one context for each person."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from tests import people

from comity.core.actors import Actor

OFF = [
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
    "PreconnectToSearch",
    "SpareRendererForSitePerProcess", "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup",
]  # fmt: skip
"""What Playwright turns off itself, whose list this takes the place of; a renderer in reserve, and those that a window
starts for its address bar, seen or not: they take twice as long as a page."""

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", f"--disable-features={','.join(OFF)}",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 20_000
"""Milliseconds that a page may take, on a machine that others use too."""

expect.set_options(timeout=PATIENCE)

WATCH = """addEventListener('securitypolicyviolation', (event) => {
  (window.violations ??= []).push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}`);
})"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The one that COMITY_CHROMIUM names, the system's, or Playwright's own."""
    path = next(filter(None, map(shutil.which, (os.environ.get("COMITY_CHROMIUM", ""), *NAMES))), None)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def context(browser: Browser, url: str, locale: str = "en-GB") -> BrowserContext:
    """A browser of its own, which notes every breach of the content policy."""
    made = browser.new_context(base_url=url, locale=locale)
    made.set_default_timeout(PATIENCE)
    made.add_init_script(WATCH)
    return made


def leave(own: BrowserContext) -> None:
    """Close somebody's browser, once every answer that a test gives in the platform's place has been given."""
    own.unroute_all(behavior="wait")
    own.close()


def sign_in(page: Page, actor: Actor) -> None:
    page.goto("/sign-in")
    page.locator("input[name=email]").fill(people.email(actor))
    page.locator("input[name=password]").fill(people.PASSWORD)
    page.locator("main button").click()
    page.wait_for_url("**/")


def speak(page: Page, language: str) -> None:
    """Change to this language, as somebody who has signed in; the account keeps it."""
    button = page.locator(f"button[name=locale][value={language}]")
    if button.count():
        button.click()
        page.wait_for_selector(f"html[lang={language}]")


def unlock(page: Page) -> None:
    """Unlock on the page one is on, be it the page for that or another."""
    form = page.locator("[data-unlock-form], form#unlock")
    form.locator("input[type=password]").fill(people.PASSPHRASE)
    form.locator("button").click()
    page.locator("[data-lock]").wait_for(state="visible")


def authenticator(page: Page, *, prf: bool = True, verified: bool = True) -> Callable[[bool], None]:
    """A device with passkeys, of this page alone; what is given back says whether its owner lets herself be known."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "hasPrf": prf, "isUserVerified": verified, "automaticPresenceSimulation": True,
    }  # fmt: skip
    device = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def verify(verified: bool) -> None:
        session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": verified})

    return verify


def violations(page: Page) -> list[str]:
    return page.evaluate("window.violations ?? []")
