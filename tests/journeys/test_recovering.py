"""Xandria names who recovers it; a focal point loses every way to his key, and two officers bring him back."""

from uuid import UUID

from playwright.sync_api import Browser, expect
from tests import people
from tests.enrolment import Enrolling, change, look
from tests.journeys import xandria
from tests.journeys.instance import Instance
from tests.journeys.xandria import (
    choose,
    confirm_the_proposal,
    office,
    reads,
    reads_nothing,
    send,
    somebody,
    told,
)
from tests.keys.offices import CLEO, CYRUS
from tests.people import CHIDI, CHINUA

from comity_seal.publickeys import PublicKeySet

WAITING = "SELECT count(*) FROM keyset WHERE account_id = ? AND state = 'waiting'"
PUBLIC = "SELECT public FROM keyset WHERE account_id = ? AND state = ?"
PASSED_ON = "SELECT count(*) FROM recovery_file WHERE handed_over IS NOT NULL"
FILE = "SELECT file FROM recovery_file"
PAPER: dict[str, list[str]] = {}


def world() -> None:
    xandria.world()


def test_a_choice_that_is_too_small_or_not_compared_proposes_nothing(browser: Browser, running: Instance):
    with somebody(browser, running, CHIDI) as page:
        page.goto("/office")
        expect(page.locator("[data-recovery]")).to_contain_text("Nobody.")
        page.get_by_role("link", name="Choose who can recover it").click()
        expect(page.locator(f"#officer-{CYRUS.id}-digits")).to_have_text(people.keyset(CYRUS).public.fingerprint)
        choose(page, "Cyrus Bello")
        send(page)
        told(page, "Choose two, three or four people")
        choose(page, "Cleo Abara")
        send(page)
        told(page, "Compare the digits with each of them first")
        page.goto("/office")
        expect(page.locator("[data-proposals] li")).to_have_count(0)
    assert office(running).recovery is None


def test_two_administrators_name_who_recovers_the_office(browser: Browser, running: Instance):
    with somebody(browser, running, CHIDI) as page:
        page.goto("/office/recovery")
        for name in ("Cyrus Bello", "Cleo Abara"):
            choose(page, name)
        choose(page, "I have compared the 60 digits")
        send(page)
        expect(page.locator("[data-proposed]")).to_be_visible()
    assert office(running).recovery is None
    with somebody(browser, running, CHINUA) as page:
        page.goto("/office")
        page.locator("[data-proposals] a").click()
        for actor in (CYRUS, CLEO):
            expect(page.locator("[data-people]")).to_contain_text(people.keyset(actor).public.fingerprint)
        page.locator("[data-confirm]").click()
        expect(page.locator("[data-done]")).to_be_visible()
        page.goto("/office")
        expect(page.locator("[data-recovery]")).to_contain_text("Any two of them together: Cyrus Bello, Cleo Abara.")
        expect(page.locator("[data-for-officers]")).to_be_hidden()
        page.goto("/office/recovery/open")
        expect(page.locator("[data-cannot]")).to_contain_text("Only officers of recovery")
    recovery = office(running).recovery
    assert recovery is not None
    assert set(recovery.officers) == {CYRUS.id, CLEO.id}


def test_whoever_lost_every_way_makes_a_key_that_waits(browser: Browser, running: Instance):
    mine = UUID(CHIDI.id).hex
    with somebody(browser, running, CHIDI, locked=True) as page:
        page.goto("/unlock")
        page.locator("summary", has_text="I do not have my eight words").click()
        page.get_by_role("link", name="I have lost every way to my key").click()
        expect(page.locator("main")).to_contain_text("Try them first")
        enrolling = Enrolling(page, PAPER)
        enrolling.begin()
        enrolling.words("passphrase")
        assert look(running.folder, WAITING, mine) == 0
        enrolling.words("recovery")
        page.locator("[data-qr] svg").wait_for()
        made = PublicKeySet.from_bytes(look(running.folder, PUBLIC, mine, "waiting"))
        expect(page.locator("[data-fingerprint]")).to_have_text(made.fingerprint)
        expect(page.locator("[data-admit-by]")).to_contain_text("removes you first")
        expect(page.locator("[data-admit-by]")).to_contain_text("Chinua Eze")
        expect(page.locator("[data-admit-by]")).to_contain_text("Cyrus Bello, Cleo Abara")
        page.goto("/")
        expect(page.locator("main")).to_contain_text("Your new key waits to be admitted")
        page.goto("/keys")
        expect(page.locator('[data-admit-by="now"]')).to_contain_text("Cyrus Bello, Cleo Abara")
        page.goto("/unlock")
        page.locator("#unlock-words").fill(" ".join(PAPER["passphrase"]))
        page.locator("#unlock button").click()
        told(page, "This passphrase does not open your key")
    assert office(running).members[CHIDI.id].keys == people.keyset(CHIDI).public


def test_one_officer_alone_admits_nobody(browser: Browser, running: Instance):
    with somebody(browser, running, CLEO) as page:
        page.goto("/office")
        page.get_by_role("link", name="Recover our office").click()
        expect(page.locator("[data-first]")).to_be_hidden()
        page.get_by_role("link", name="Compare and admit Chidi Okafor").click()
        send(page)
        told(page, "Say whether both of you read the same number")
        choose(page, "Both of us read the same number")
        choose(page, "As somebody who belongs to the office")
        choose(page, "Every way to a key was lost")
        send(page)
        told(page, "No officer has passed a half on to you yet")
        page.goto("/office")
        expect(page.locator("[data-proposals] li")).to_have_count(0)


def test_a_file_that_the_statements_do_not_name_is_not_passed_on(browser: Browser, running: Instance):
    kept = look(running.folder, FILE)
    change(running.folder, "UPDATE recovery_file SET file = ?", people.protected(CYRUS))
    try:
        with somebody(browser, running, CYRUS) as page:
            page.goto("/office/recovery/open")
            send(page)
            told(page, "Not authentic: the key handed to you is not the one of your authority")
        assert look(running.folder, PASSED_ON) == 0
    finally:
        change(running.folder, "UPDATE recovery_file SET file = ?", kept)


def test_two_officers_bring_back_whoever_lost_every_way(browser: Browser, running: Instance):
    before = office(running)
    with somebody(browser, running, CYRUS) as page:
        page.goto("/office/recovery/open")
        expect(page.locator("[data-first-names]")).to_contain_text("Cleo Abara")
        send(page)
        expect(page.locator("[data-passed]")).to_contain_text("Cleo Abara")
    assert look(running.folder, PASSED_ON) == 1
    made = PublicKeySet.from_bytes(look(running.folder, PUBLIC, UUID(CHIDI.id).hex, "waiting"))
    with somebody(browser, running, CLEO) as page:
        page.goto(f"/office/recovery/admit/{CHIDI.id}")
        expect(page.locator("[data-fingerprint]")).to_have_text(made.fingerprint)
        choose(page, "Both of us read the same number")
        choose(page, "As somebody who belongs to the office")
        choose(page, "Every way to a key was lost")
        send(page)
        expect(page.locator("[data-proposed]")).to_be_visible()
        page.goto("/office")
        page.locator("[data-proposals] a").click()
        expect(page.locator("[data-mine]")).to_be_visible()
        expect(page.locator("[data-confirm]")).to_be_hidden()
    assert office(running).sha256 == before.sha256
    confirm_the_proposal(browser, running, CYRUS)
    after = office(running)
    assert after.members[CHIDI.id].keys == made
    assert after.admins == {CHINUA.id}
    assert after.epoch.n == before.epoch.n + 1
    with somebody(browser, running, CHIDI, locked=True) as page:
        page.goto("/unlock")
        page.locator("#unlock-words").fill(" ".join(PAPER["passphrase"]))
        page.locator("#unlock button").click()
        expect(page.locator("[data-lock]")).to_be_visible()
        reads(page)
    with somebody(browser, running, CHINUA) as page:
        reads(page)
    with somebody(browser, running, CLEO) as page:
        reads_nothing(page)
