"""Somebody revokes a key that was stolen and comes back with another; somebody leaves Xandria's office."""

from datetime import datetime, timedelta

from playwright.sync_api import Browser, expect
from tests import people
from tests.enrolment import Enrolling, look
from tests.journeys import xandria
from tests.journeys.instance import Instance
from tests.journeys.xandria import choose, office, reads, reads_nothing, send, somebody, told
from tests.keys.offices import CYRUS
from tests.people import CHIDI, CHINUA

from comity_seal.publickeys import PublicKeySet

LEAVING = "SELECT count(*) FROM membership WHERE leaving_at IS NOT NULL"
PUBLIC = "SELECT public FROM keyset WHERE state = 'present' AND account_id = ?"
PAPER: dict[str, list[str]] = {}


def world() -> None:
    xandria.world()
    xandria.admitted(CYRUS)


def unlock_with_paper(page) -> None:
    page.goto("/unlock")
    page.locator("#unlock-words").fill(" ".join(PAPER["passphrase"]))
    page.locator("#unlock button").click()
    expect(page.locator("[data-lock]")).to_be_visible()


def test_a_key_is_revoked_by_its_owner_or_an_administrator_and_with_every_answer(browser: Browser, running: Instance):
    before = office(running)
    with somebody(browser, running, CYRUS) as page:
        page.goto(f"/office/revoke/{CHINUA.id}")
        expect(page.locator("[data-cannot]")).to_contain_text("Only those who administer the office")
        expect(page.locator("form[data-act]")).to_be_hidden()
        page.goto(f"/office/revoke/{CYRUS.id}")
        expect(page.locator("main")).to_contain_text("Whatever is signed with this key counts no more")
        expect(page.locator("[data-fingerprint]")).to_have_text(people.keyset(CYRUS).public.fingerprint)
        send(page)
        told(page, "Say since when")
        choose(page, "Since an earlier moment")
        send(page)
        told(page, "Write day and time")
        page.fill("#since-time", f"{datetime.now() + timedelta(days=2):%Y-%m-%dT%H:%M}")
        send(page)
        told(page, "has not come yet")
        choose(page, "From now on")
        send(page)
        told(page, "Choose why")
    assert office(running).sha256 == before.sha256


def test_a_stolen_key_is_revoked_by_its_owner_and_opens_nothing_more(browser: Browser, running: Instance):
    with somebody(browser, running, CYRUS) as page:
        reads(page)
        page.goto("/keys")
        page.get_by_role("link", name="Somebody else may have it: revoke it").click()
        choose(page, "Since an earlier moment")
        page.fill("#since-time", "2026-02-01T10:30")
        choose(page, "A device was stolen")
        send(page)
        expect(page.locator("[data-done-own]")).to_be_visible()
        expect(page.locator("[data-lock]")).to_be_hidden()
        page.goto("/unlock")
        page.locator("#unlock-words").fill(people.PASSPHRASE)
        page.locator("#unlock button").click()
        told(page, "your key was revoked")
        reads_nothing(page)
    said = office(running)
    revoked = said.revoked[people.keyset(CYRUS).public.id]
    offset = datetime(2026, 2, 1, 10, 30).astimezone()
    assert datetime.fromisoformat(revoked.since) == offset
    assert revoked.reason == "device stolen"
    assert said.history[-1].by == CYRUS.id
    assert CYRUS.id in said.members


def test_whoever_is_revoked_makes_a_new_key_and_is_told_who_admits_it(browser: Browser, running: Instance):
    with somebody(browser, running, CYRUS, locked=True) as page:
        page.goto("/")
        expect(page.locator("main")).to_contain_text("Your key is revoked: make a new one")
        page.get_by_role("link", name="Make a new key").click()
        expect(page.locator("main")).to_contain_text("Your key was revoked")
        enrolling = Enrolling(page, PAPER)
        enrolling.begin()
        enrolling.words("passphrase")
        enrolling.words("recovery")
        page.locator("[data-skip]").click()
        page.locator("[data-qr] svg").wait_for()
        made = PublicKeySet.from_bytes(look(running.folder, PUBLIC, people.account_id(CYRUS).hex))
        expect(page.locator("[data-fingerprint]")).to_have_text(made.fingerprint)
        expect(page.locator("[data-admit-by]")).to_contain_text("removes you first")
        expect(page.locator("[data-admit-by]")).to_contain_text("Chidi Okafor, Chinua Eze")
        page.locator("[data-lock]").click()
        unlock_with_paper(page)
        page.goto("/keys")
        expect(page.locator("[data-fingerprint]")).to_have_text(made.fingerprint)
        expect(page.locator("[data-not-listed]")).to_be_visible()
        reads_nothing(page)
    with somebody(browser, running, CHIDI) as page:
        page.goto("/office")
        expect(page.locator('[data-due="revoked"]')).to_be_visible()
        page.goto(f"/office/remove/{CYRUS.id}")
        choose(page, "A key or a device was lost")
        send(page)
        expect(page.locator("[data-done]")).to_be_visible()
        page.goto(f"/office/admit/{CYRUS.id}")
        expect(page.locator("[data-fingerprint]")).to_have_text(made.fingerprint)
        choose(page, "Both of us read the same number")
        send(page)
        expect(page.locator("[data-proposed]")).to_be_visible()
    with somebody(browser, running, CYRUS, locked=True) as page:
        unlock_with_paper(page)
        page.goto("/keys")
        page.locator("[data-accept]").click()
        expect(page.locator("[data-admitted]")).to_be_visible()
        reads(page)
    assert office(running).members[CYRUS.id].keys == made


def test_whoever_was_removed_is_told_so_and_keeps_nothing_but_the_way_back(browser: Browser, running: Instance):
    with somebody(browser, running, CHIDI) as page:
        page.goto(f"/office/remove/{CYRUS.id}")
        choose(page, "Has other work now")
        send(page)
        expect(page.locator("[data-done]")).to_be_visible()
    with somebody(browser, running, CYRUS, locked=True) as page:
        page.goto("/")
        expect(page.locator("main")).to_contain_text("You do not belong to the office any more")
        page.goto("/keys")
        expect(page.locator('[data-admit-by="now"]')).to_contain_text(
            "Who can admit you, once you have compared the digits: Chidi Okafor, Chinua Eze."
        )
        page.goto("/enrol")
        expect(page.locator("main")).to_contain_text("you were removed from the office")
        expect(page.locator("form[data-begin]")).to_be_visible()


def test_somebody_leaves_and_is_handed_nothing_from_that_moment(browser: Browser, running: Instance):
    with somebody(browser, running, CHINUA) as page:
        reads(page)
        page.goto("/office")
        page.get_by_role("link", name="I am leaving").click()
        expect(page.locator("main")).to_contain_text(
            "Until now you could read everything that was sealed to the office"
        )
        expect(page.locator("[data-all-read]")).to_be_visible()
        send(page)
        told(page, "Say that you leave, or go back")
        assert look(running.folder, LEAVING) == 0
        choose(page, "I leave the office")
        send(page)
        expect(page.locator("[data-done]")).to_be_visible()
        expect(page.locator("[data-lock]")).to_be_hidden()
        reads_nothing(page)
        page.goto("/unlock")
        page.locator("#unlock-words").fill(people.PASSPHRASE)
        page.locator("#unlock button").click()
        told(page, "you have said that you leave")
    assert look(running.folder, LEAVING) == 1
    with somebody(browser, running, CHIDI) as page:
        page.goto("/office")
        expect(page.locator("[data-members]")).to_contain_text("Is leaving")
        expect(page.locator('[data-due="leaving"]')).to_be_visible()


def test_the_last_administrator_and_reader_is_told_what_would_be_left(browser: Browser, running: Instance):
    with somebody(browser, running, CHIDI, locked=True) as page:
        page.goto("/office/leave")
        expect(page.locator("[data-cannot]")).to_contain_text("Chidi Okafor is the only one who administers the office")
        expect(page.locator("[data-unread]")).to_contain_text("Nobody could read these requests any more")
        expect(page.locator("[data-requests] a")).to_have_count(1)
        expect(page.locator("form[data-act]")).to_be_hidden()
    assert look(running.folder, LEAVING) == 1
