"""After a new key of Xandria's office, what was sealed before is sealed to it too: counted, stopped, taken up again."""

from uuid import uuid4

from playwright.sync_api import Browser, Page, Route, expect
from tests.enrolment import change, look
from tests.journeys import xandria
from tests.journeys.instance import Instance
from tests.journeys.xandria import REQUEST, choose, reads, send, somebody
from tests.people import AMINA, CHIDI, CHINUA

BEHIND = "SELECT count(*) FROM document_sealed_to WHERE authority = 'XA' AND epoch < ?"
GRANTS = "SELECT count(*) FROM document_grant"


def hold(held: list[Route], route: Route) -> None:
    held.append(route)


def wait_for(page: Page, held: list[Route]) -> None:
    """Until the first grant is on its way."""
    for _ in range(200):
        if held:
            return
        page.wait_for_timeout(100)


def begin_a_new_key(page: Page) -> None:
    page.goto("/office/key")
    choose(page, "As a precaution")
    send(page)
    expect(page.locator("[data-done]")).to_be_visible()


def world() -> None:
    xandria.world()


def test_nothing_is_to_be_done_while_there_is_one_key(browser: Browser, running: Instance):
    with somebody(browser, running, CHIDI) as page:
        page.goto("/office")
        page.get_by_role("link", name="Seal earlier documents to the newest key").click()
        expect(page.locator("[data-count]")).to_have_text("Everything is sealed to the newest key.")
        expect(page.locator("[data-start]")).to_be_hidden()
    assert look(running.folder, GRANTS) == 0


def test_sealing_anew_is_stopped_and_taken_up_again_with_nothing_half_done(browser: Browser, running: Instance):
    with somebody(browser, running, CHIDI) as page:
        begin_a_new_key(page)
        page.goto(f"/office/documents?request={uuid4()}")
        expect(page.locator("[data-count]")).to_have_text("Everything is sealed to the newest key.")
        held: list[Route] = []
        page.context.route("**/api/v1/documents/*/grants", lambda route: hold(held, route))
        page.goto(f"/requests/{REQUEST[0]}")
        page.get_by_role("link", name="Seal its documents to the newest key").click()
        expect(page.locator("[data-count]")).to_have_text("Documents sealed to an older key: 3.")
        send(page)
        expect(page.locator("[data-far]")).to_have_text("0 of 3 sealed anew.")
        expect(page.locator("[data-stop]")).to_be_focused()
        wait_for(page, held)
        page.locator("[data-stop]").click()
        assert len(held) == 1
        assert look(running.folder, GRANTS) == 0
        held.pop().continue_()
        expect(page.locator("[data-result]")).to_contain_text("Stopped. Documents sealed anew: 1.")
        expect(page.locator("[data-count]")).to_have_text("Documents sealed to an older key: 2.")
        assert held == []
        assert look(running.folder, GRANTS) == 1
        page.context.unroute("**/api/v1/documents/*/grants")
        send(page)
        expect(page.locator("[data-result]")).to_have_text("Done. Documents sealed anew: 2.")
        expect(page.locator("[data-count]")).to_have_text("Everything is sealed to the newest key.")
        expect(page.locator("[data-status]")).to_have_text("Done. Documents sealed anew: 2.")
        reads(page)
    assert look(running.folder, BEHIND, 2) == 0
    assert look(running.folder, GRANTS) == 3
    for actor in (CHINUA, AMINA):
        with somebody(browser, running, actor) as page:
            reads(page)


def test_what_is_not_authentic_is_left_and_named_and_the_rest_goes_on(browser: Browser, running: Instance):
    with somebody(browser, running, CHIDI) as page:
        begin_a_new_key(page)
        spoilt = "doc = (SELECT min(doc) FROM document_grant)"
        kept = look(running.folder, f"SELECT header FROM document_grant WHERE {spoilt}")
        change(running.folder, f"UPDATE document_grant SET header = ? WHERE {spoilt}", kept[:-50] + kept[-49:])
        page.goto("/office/documents")
        expect(page.locator("[data-count]")).to_have_text("Documents sealed to an older key: 3.")
        send(page)
        expect(page.locator("[data-result]")).to_have_text("Done. Documents sealed anew: 2.")
        expect(page.locator("[data-failed] a")).to_have_count(1)
        expect(page.locator("[data-failed] a")).to_have_attribute("href", f"/requests/{REQUEST[0]}")
        expect(page.locator("[data-count]")).to_have_text("Documents sealed to an older key: 1.")
    assert look(running.folder, BEHIND, 3) == 1
    assert look(running.folder, GRANTS) == 5
    change(running.folder, f"UPDATE document_grant SET header = ? WHERE {spoilt}", kept)
