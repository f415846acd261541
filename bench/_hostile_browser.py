"""Playing kinds against pages in Chromium: what they say, what they show, and what they send."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence

from _hostile_command import Verdict
from _hostile_kinds import ACTS, Act, Kind
from _hostile_world import SECRETS, STATEMENTS, World
from _proxy import Proxy
from playwright.sync_api import Browser, BrowserContext, Page, StorageState
from tests import people
from tests.browsing import PATIENCE, sign_in

from comity.core.actors import Actor

REFUSED = re.compile(
    "Not authentic|not authentic|is not what it should be|does not open|not of the form|hands? you no key"
)
SEEN = """() => {
  const visible = (one) => one.checkVisibility();
  const places = '.comity-not-authentic, .govuk-error-summary, .govuk-error-message';
  const found = [...document.querySelectorAll(places)].filter(visible);
  const said = found.map((one) => one.innerText.trim()).join(' ').trim();
  return { said, main: document.querySelector('main').innerText };
}"""
LATER = """() => new Promise((resolve, reject) => {
  const opening = indexedDB.open('comity-pins');
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const transaction = opening.result.transaction('pins', 'readwrite');
    const store = transaction.objectStore('pins');
    const asked = store.getAllKeys();
    asked.onsuccess = () => {
      for (const name of asked.result.filter((one) => one.endsWith(' log'))) {
        const kept = store.get(name);
        kept.onsuccess = () => store.put({ ...kept.result, at: 0 }, name);
      }
    };
    transaction.oncomplete = () => { opening.result.close(); resolve(); };
  };
})"""
"""Let the minute pass within which a page does not ask for the log again."""

SECONDS = 60


class Windows:
    """A browser for each kind, in which somebody has signed in."""

    def __init__(self, browser: Browser, proxy: Proxy, world: World) -> None:
        self.browser, self.proxy, self.world = browser, proxy, world
        self._states: dict[Actor, StorageState] = {}

    def _opened(self, actor: Actor) -> BrowserContext:
        context = self.browser.new_context(
            base_url=self.proxy.url, locale="en-GB", storage_state=self._states.get(actor), accept_downloads=True
        )
        context.set_default_timeout(2 * PATIENCE)
        return context

    def _state(self, actor: Actor) -> None:
        if actor not in self._states:
            context = self._opened(actor)
            sign_in(context.new_page(), actor)
            self._states[actor] = context.storage_state()
            context.close()

    def play(self, kind: Kind) -> Verdict:
        """One kind, and what the page made of it."""
        act, proxy = ACTS[kind.browser], self.proxy
        proxy.begin(None)
        self._state(act.actor)
        context = self._opened(act.actor)
        try:
            if not kind.fresh:
                honest = context.new_page()
                self._take(honest, act, SECRETS, go_on=False)
                honest.evaluate(LATER)
            proxy.begin(lambda exchange: kind.meddle(self.world, exchange))
            page = context.new_page()
            downloads: list[object] = []
            page.on("download", lambda one: downloads.append(one))
            secrets = () if kind.page_shows else SECRETS
            said, main = self._take(page, act, secrets)
            offered = page.locator(".comity-file", has_text=STATEMENTS).locator("[data-open]:visible").count()
        finally:
            context.close()
        faults = [
            ("nothing was changed on the way", not proxy.changed),
            ("it did not say what is wrong", not REFUSED.search(said)),
            ("something was shown", any(secret in main for secret in secrets)),
            ("something can be saved", kind.page_shows and offered > 0),
            ("something was saved", bool(downloads)),
            (f"it was left with the platform: {proxy.left_behind}", bool(proxy.left_behind)),
        ]
        return Verdict(kind.name, "browser", " ".join(said.split()), "; ".join(what for what, holds in faults if holds))

    def _take(self, page: Page, act: Act, secrets: Sequence[str], *, go_on: bool = True) -> tuple[str, str]:
        """Go to the page of an act, unlock, and do it; what is said in the end, and all that is shown.

        It is over, too, once one of the secrets is shown.
        """
        page.goto(act.page.format(id=self.world.requests[act.request]["id"]))
        form = page.locator("[data-unlock-form]")
        self._settled(page)
        if form.is_visible():
            form.locator("input[type=password]").fill(people.PASSPHRASE)
            form.locator("button[type=submit], button:not([type])").first.click()
        said, main = self._wait(page, secrets, unlocked=True)
        opening = act.name in ("open", "open the answer")
        if said or not go_on or opening:
            return self._wait(page, secrets) if opening and not said else (said, main)
        if act.name == "ask":
            page.locator("#text").fill("Which?")
        page.locator("main form:not([data-unlock-form]) button[type=submit]:visible").first.click()
        return self._wait(page, secrets, left=page.url)

    def _settled(self, page: Page) -> None:
        """Until the page has found out whether the key is locked, or says what is wrong."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and not page.evaluate(SEEN)["said"]:
            if page.locator("[data-unlock-form]:visible, [data-lock]:visible").count():
                return
            time.sleep(0.05)

    def _wait(self, page: Page, secrets: Sequence[str], *, unlocked: bool = False, left: str = "") -> tuple[str, str]:
        """Until something is said, or shown, or it is unlocked, or the page was left."""
        until = time.monotonic() + SECONDS
        while True:
            found = page.evaluate(SEEN)
            done = found["said"] or any(secret in found["main"] for secret in secrets)
            done = done or (unlocked and page.locator("[data-lock]:visible").count()) or (left and page.url != left)
            if done or time.monotonic() > until:
                return found["said"], found["main"]
            time.sleep(0.1)

    def honest(self) -> list[str]:
        """The same pages when nobody misbehaves."""
        self.proxy.begin(None)
        act = ACTS["open"]
        self._state(act.actor)
        context = self._opened(act.actor)
        said, main = self._take(context.new_page(), act, SECRETS)
        context.close()
        sound = not said and SECRETS[1] in main
        return [] if sound else [f"the page does not open when nobody misbehaves: {said or main[:300]}"]


def chosen(kinds: Sequence[Kind], *, small: bool) -> Iterator[Kind]:
    """Those that a page can meet; with `small` one of each sort."""
    for kind in kinds:
        if kind.browser and (not small or kind.name in SMALL):
            yield kind


SMALL = {
    "another root", "forged wrap", "payload changed", "chain rolled back", "recovery inserted",
    "swapped recipient at transmission", "log forked", "sender and reader shown two logs",
}  # fmt: skip
