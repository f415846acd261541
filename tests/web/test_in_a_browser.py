"""In a real browser without script: everything but sealing works."""

import pytest
from tests import people
from tests.people import CHIDI
from tests.web.browser import serving, sign_in


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_everything_but_sealing_works_without_script(app, browser):
    people.populate(keys=True)
    with serving(app) as address:
        window = browser.new_context(java_script_enabled=False)
        page = window.new_page()
        sign_in(page, address, CHIDI)
        page.click("button[name=locale][value=fr]")
        page.wait_for_url(f"{address}/")
        page.click("form[data-sign-out] button")
        page.wait_for_url(f"{address}/sign-in")
        window.close()
