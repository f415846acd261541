"""Somebody at a browser of her own: several at once in one test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page
from tests.browsing import context, sign_in, violations

from comity.core.actors import Actor


@contextmanager
def seats(browser: Browser, url: str) -> Iterator[Callable[[Actor], Page]]:
    """A page of somebody who has signed in, for each call; none breaks the content policy or throws an error."""
    pages: list[Page] = []
    errors: list[str] = []

    def take(actor: Actor) -> Page:
        page = context(browser, url).new_page()
        pages.append(page)
        page.on("pageerror", lambda error: errors.append(str(error)))
        sign_in(page, actor)
        return page

    yield take
    assert errors + [breach for page in pages for breach in violations(page)] == []
    for page in pages:
        page.context.close()
