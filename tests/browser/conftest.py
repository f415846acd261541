"""A page in which the browser's sealing code is laid open."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.serving import serving


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("harness")) as address:
        yield address


@pytest.fixture(scope="session")
def page(served: str, browser: Browser) -> Iterator[Page]:
    own = browser.new_context()
    opened = own.new_page()
    opened.set_default_timeout(120_000)
    opened.goto(served)
    opened.wait_for_function("typeof harness === 'object'")
    yield opened
    own.close()
