"""Xandria's office changes: somebody is admitted, administers, is removed; each change is signed in a browser."""

from contextlib import closing

from playwright.sync_api import expect
from tests import people
from tests.journeys import xandria
from tests.journeys.xandria import REQUEST, choose, office, reads, somebody, told
from tests.keys.offices import CYRUS
from tests.pages import town
from tests.people import CHIDI, CHINUA

from comity_client.authorities import Authorities
from comity_client.http import Http
from comity_client.office import Signing, agree_to, bring, proposals
from comity_client.transfer import stamp
from comity_seal.opening import statements
from comity_seal.standing import ROOT


def world() -> None:
    xandria.world()


def test_the_office_shows_its_people_and_the_statement_that_made_them(browser, running):
    with somebody(browser, running, CHIDI) as page:
        page.goto("/office")
        members = page.locator("[data-members]")
        expect(members).to_contain_text("Chidi Okafor")
        expect(members).to_contain_text("Chinua Eze")
        members.locator("summary").first.click()
        expect(members).to_contain_text(people.keyset(CHIDI).public.fingerprint)
        expect(page.locator("[data-history]")).to_contain_text("The office was set up.")
        page.locator("[data-history] summary").first.click()
        expect(page.locator("[data-history]")).to_contain_text(people.verified("XA").sha256)


def test_numbers_that_differ_admit_nobody(browser, running):
    with somebody(browser, running, CHIDI) as page:
        page.goto(f"/office/admit/{CYRUS.id}")
        expect(page.locator("[data-fingerprint]")).to_have_text(people.keyset(CYRUS).public.fingerprint)
        page.get_by_role("button", name="Admit").click()
        expect(page.locator(".govuk-error-summary")).to_contain_text("Say whether both of you read the same number")
        choose(page, "The numbers differ")
        page.get_by_role("button", name="Admit").click()
        expect(page.locator(".govuk-error-summary")).to_contain_text("Then nobody is admitted")
        page.goto("/office")
        expect(page.locator("[data-candidates]")).to_contain_text("Cyrus Bello")
        expect(page.locator("[data-proposals] li")).to_have_count(0)
    assert CYRUS.id not in office(running).members


def test_somebody_is_admitted_once_both_have_compared_the_digits(browser, running):
    with somebody(browser, running, CHIDI) as page:
        page.goto(f"/office/admit/{CYRUS.id}")
        choose(page, "Both of us read the same number")
        page.get_by_role("button", name="Admit").click()
        expect(page.locator("[data-proposed]")).to_be_visible()
        assert CYRUS.id not in office(running).members
        page.goto("/office")
        expect(page.locator("[data-proposals]")).to_contain_text("Chidi Okafor proposes to admit Cyrus Bello.")
    with somebody(browser, running, CYRUS) as page:
        page.goto("/keys")
        expect(page.locator("[data-invitation]")).to_contain_text("Chidi Okafor wants to admit you to the office")
        expect(page.locator("[data-fingerprint]")).to_have_text(people.keyset(CYRUS).public.fingerprint)
        page.locator("[data-accept]").click()
        expect(page.locator("[data-admitted]")).to_be_visible()
        reads(page)
    assert office(running).members[CYRUS.id].keys == people.keyset(CYRUS).public


def test_two_decide_who_administers(browser, running):
    with somebody(browser, running, CHIDI) as page:
        page.goto(f"/office/administrators/{CYRUS.id}")
        page.locator("form[data-act] button").click()
        expect(page.locator("[data-proposed]")).to_be_visible()
        page.goto("/office")
        page.locator("[data-proposals] a").click()
        expect(page.locator("[data-what]")).to_have_text(
            "Chidi Okafor proposes that Cyrus Bello administers the office."
        )
        expect(page.locator("[data-mine]")).to_be_visible()
        expect(page.locator("[data-confirm]")).to_be_hidden()
    assert CYRUS.id not in office(running).admins
    with somebody(browser, running, CHINUA) as page:
        page.goto("/office")
        page.locator("[data-proposals] a").click()
        page.locator("[data-confirm]").click()
        expect(page.locator("[data-done]")).to_be_visible()
        page.goto("/office")
        expect(page.locator("[data-history] li").first).to_contain_text("Confirmed by Chinua Eze.")
    assert CYRUS.id in office(running).admins


def test_a_proposal_can_be_withdrawn_and_changes_nothing(browser, running):
    before = office(running)
    with somebody(browser, running, CHIDI) as page:
        page.goto(f"/office/administrators/{CHINUA.id}")
        choose(page, "Has other work now")
        page.locator("form[data-act] button").click()
        expect(page.locator("[data-proposed]")).to_be_visible()
        page.goto("/office")
        page.locator("[data-proposals] a").click()
        page.locator("[data-withdraw]").click()
        expect(page.locator("[data-withdrawn]")).to_be_visible()
        page.goto("/office")
        expect(page.locator("[data-members]")).to_contain_text("Chinua Eze")
        expect(page.locator("[data-proposals] li")).to_have_count(0)
    assert office(running).sha256 == before.sha256


def test_a_new_key_begins_and_what_was_sealed_before_still_opens(browser, running):
    with somebody(browser, running, CHIDI) as page:
        page.goto("/office/key")
        page.locator("form[data-act] button").click()
        expect(page.locator(".govuk-error-summary")).to_contain_text("Choose why")
        choose(page, "It is in use for a year")
        page.locator("form[data-act] button").click()
        expect(page.locator("[data-done]")).to_be_visible()
        page.goto("/office")
        expect(page.locator("[data-key]")).to_contain_text("Key 2")
        reads(page)
    assert office(running).epoch.n == 2
    with somebody(browser, running, CYRUS) as page:
        reads(page)


def test_an_administrator_is_removed_by_two_and_reads_nothing_more(browser, running):
    with somebody(browser, running, CHIDI) as page, somebody(browser, running, CYRUS) as gone:
        reads(gone)
        page.goto(f"/office/remove/{CYRUS.id}")
        expect(page.locator("main")).to_contain_text("may have kept copies, and the keys of before")
        expect(page.locator("[data-two]")).to_be_visible()
        choose(page, "Has left the office")
        page.locator("form[data-act] button").click()
        expect(page.locator("[data-proposed]")).to_be_visible()
        reads(gone)
        with somebody(browser, running, CHINUA) as second:
            second.goto("/office")
            second.locator("[data-proposals] a").click()
            expect(second.locator("[data-facts]")).to_contain_text("Reason: has left the office.")
            second.locator("[data-confirm]").click()
            expect(second.locator("[data-done]")).to_be_visible()
            reads(second)
        gone.goto(f"/requests/{REQUEST[0]}")
        expect(gone.locator("main")).not_to_contain_text(town.TEXT[:20])
        reads(page)
        page.goto("/office")
        expect(page.locator("[data-members]")).not_to_contain_text("Cyrus Bello")
        page.locator("[data-formers] > summary").click()
        expect(page.locator("[data-former]")).to_contain_text("Cyrus Bello")
    said = office(running)
    assert CYRUS.id not in said.members
    assert people.keyset(CYRUS).public.id not in said.epoch.wraps
    assert said.epoch.n == 3


def test_nobody_removes_herself(browser, running):
    with somebody(browser, running, CHIDI) as page:
        page.goto(f"/office/remove/{CHIDI.id}")
        expect(page.locator("[data-cannot]")).to_contain_text("Nobody removes herself")
        expect(page.locator("form[data-act]")).to_be_hidden()


def test_two_windows_in_which_somebody_begins_a_new_key_begin_one(browser, running):
    """The second one says what happened, and nothing is done twice."""
    before = office(running).epoch.n
    with somebody(browser, running, CHIDI) as page:
        other = page.context.new_page()
        for window in (page, other):
            window.goto("/office/key")
            choose(window, "As a precaution")
        for window in (page, other):
            window.locator("form[data-act] button").click(no_wait_after=True)
        done = page.locator("[data-done]:visible")
        expect(done.or_(page.locator(".govuk-error-summary"))).to_be_visible()
        late = other if done.count() else page
        told(late, "meanwhile")
        first = page if late is other else other
        expect(first.locator("[data-done]")).to_be_visible()
        expect(late.locator("[data-done]")).to_be_hidden()
        assert office(running).epoch.n == before + 1
        late.locator("form[data-act] button").click()
        told(late, "Nothing was done twice")
    assert office(running).epoch.n == before + 1


def test_what_one_holder_of_the_root_signed_is_shown_and_counts_once_a_second_has(browser, running):
    with closing(Http(running.url)) as http:
        http.token = http.post("/session", {"email": people.email(CHIDI), "password": people.PASSWORD})["token"]
        first, second, _ = (
            Signing(Authorities(http, people.root().public), holder, ROOT, "XA") for holder in people.root().registry
        )
        said, at = {"user": CHINUA.id, "revoked": people.keyset(CHINUA).public.id}, stamp()
        bring(first, statements.revoke(*first.first, **said, since=at, reason="Lost on a journey", created=at))
        with somebody(browser, running, CHIDI) as page:
            page.goto("/office")
            expect(page.locator("[data-proposals]")).to_contain_text("The root proposes to revoke a key of Chinua Eze.")
            expect(page.locator("[data-proposals]")).to_contain_text("holders of the root")
            page.locator("[data-proposals] a").click()
            expect(page.locator("[data-facts]")).to_contain_text("Reason: Lost on a journey.")
            expect(page.locator("[data-confirm]")).to_be_hidden()
            assert office(running).revoked == {}
            (waiting,) = proposals(second.authorities, "XA")
            assert agree_to(second, waiting)["registered"]
            page.goto("/office")
            expect(page.locator("[data-history] li").first).to_contain_text("Confirmed by the root.")
            expect(page.locator("[data-proposals] li")).to_have_count(0)
    assert set(office(running).revoked) == {people.keyset(CHINUA).public.id}
