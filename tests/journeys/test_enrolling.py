"""Making a key in the browser, and the three ways to unlock it.  Dora and Zola are new; Chidi has a key."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from tests import people
from tests.browsing import authenticator, context, sign_in, speak, unlock, violations
from tests.enrolment import Enrolling, change, look, lose_keys, ways
from tests.journeys.instance import Instance, instance
from tests.keys.passkeys import passkey_file
from tests.people import CHIDI, CHINUA, DORA, EMRE, GRACE, ZOLA

from comity.core.actors import Actor
from comity_seal.errors import WrongPassphrase
from comity_seal.opening.keyset import unprotect
from comity_seal.publickeys import PublicKeySet
from comity_seal.ways import LEAST_LOGN, check_file

KEY_SETS = "SELECT count(*) FROM keyset WHERE account_id = ?"
PUBLIC = "SELECT public FROM keyset WHERE account_id = ?"
LINES = "SELECT count(*) FROM journal WHERE name = ?"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Yvoria and Zephyria have neither keys nor statements yet."""
    folder = tmp_path_factory.mktemp("instance")
    with instance(folder, lambda: people.populate(keys=True, without={"YB", "ZC"})) as found:
        yield found


class Desk:
    """Somebody at her own browser."""

    def __init__(self, page: Page, actor: Actor) -> None:
        self.page, self.actor = page, actor
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def sit_down(self, language: str = "en") -> "Desk":
        sign_in(self.page, self.actor)
        speak(self.page, language)
        return self

    def lock(self) -> None:
        self.page.locator("[data-lock]").click()
        expect(self.page.locator("[data-lock]")).to_be_hidden()

    def unlock_with(self, words: str, form: str = "unlock") -> None:
        self.page.goto("/unlock")
        if form == "unlock-recovery":
            self.page.locator("summary", has_text="I do not have my eight words").click()
        self.page.locator(f"#{form}-words").fill(words)
        self.page.locator(f"#{form} button").click()

    def told(self) -> str:
        summary = self.page.locator(".govuk-error-summary")
        expect(summary).to_be_visible()
        expect(summary).to_be_focused()
        return summary.inner_text()


@pytest.fixture
def desk(browser, running: Instance) -> Iterator:
    """A browser for whoever sits down at it."""
    opened = []

    def sit(actor: Actor, language: str = "en") -> Desk:
        own = context(browser, running.url)
        opened.append(Desk(own.new_page(), actor))
        return opened[-1].sit_down(language)

    yield sit
    for one in opened:
        assert one.errors == []
        assert violations(one.page) == []
        one.page.context.close()


@pytest.fixture
def dora(desk, running: Instance) -> Desk:
    """Who has no key."""
    lose_keys(running.folder, DORA)
    return desk(DORA)


def enrolled(found: Desk) -> Enrolling:
    """Through the page as somebody without a passkey."""
    found.page.goto("/enrol")
    enrolling = Enrolling(found.page)
    enrolling.begin()
    enrolling.words("passphrase")
    enrolling.words("recovery")
    found.page.locator("[data-skip]").click()
    found.page.locator("[data-qr] svg").wait_for()
    return enrolling


@pytest.fixture
def chidi(desk, running: Instance) -> Desk:
    """Whose authority lists his key; his ways are afterwards what they were."""
    yield desk(CHIDI)
    for kind, file in (("passphrase", people.protected(CHIDI)), ("recovery", people.recovery(CHIDI))):
        change(
            running.folder, "UPDATE keyset_way SET file = ? WHERE kind = ? AND keyset_id = " + MINE, file, kind, *me()
        )
    change(running.folder, "DELETE FROM keyset_way WHERE kind = 'passkey'")


MINE = "(SELECT id FROM keyset WHERE account_id = ?)"


def me(actor: Actor = CHIDI) -> list[str]:
    return [UUID(actor.id).hex]


def with_passkey(found: Desk, name: str = "Laptop") -> None:
    """One more way, added on the page for it by somebody whose key is unlocked."""
    found.page.goto("/keys/new/passkey")
    Enrolling(found.page).passkey(name)
    expect(found.page.locator("[data-done]")).to_be_visible()


# Making a key


def test_a_newcomer_makes_her_key_and_nothing_is_kept_before_her_words_came_back(dora: Desk, running: Instance):
    page, mine = dora.page, me(DORA)
    authenticator(page)
    page.goto("/")
    page.locator("main a", has_text="Make your key").click()
    page.wait_for_url("**/enrol")
    enrolling = Enrolling(page)
    enrolling.begin()
    enrolling.copy("passphrase")
    enrolling.turn("passphrase")
    assert " ".join(enrolling.paper["passphrase"]) not in page.locator("main").inner_text()
    enrolling.type_back("passphrase", wrong=True)
    assert "not the words that were shown" in dora.told()
    enrolling.section("passphrase").locator("[data-again]").click()
    assert (
        enrolling.section("passphrase").locator("[data-secret] li").all_inner_texts() == enrolling.paper["passphrase"]
    )
    enrolling.turn("passphrase")
    enrolling.type_back("passphrase")
    enrolling.copy("recovery")
    enrolling.turn("recovery")
    enrolling.type_back("recovery", wrong=True)
    assert "in those places" in dora.told()
    assert look(running.folder, KEY_SETS, *mine) == 0
    enrolling.type_back("recovery")
    page.locator("#passkey-name").wait_for()
    assert look(running.folder, KEY_SETS, *mine) == 1
    enrolling.passkey()
    page.locator("[data-qr] svg").wait_for()

    public = PublicKeySet.from_bytes(look(running.folder, PUBLIC, *mine))
    assert page.locator("[data-fingerprint]").inner_text() == public.fingerprint
    kept = ways(running.folder, DORA)
    assert set(kept) == {"passphrase", "recovery", "passkey"}
    for kind in ("passphrase", "recovery"):
        assert unprotect(kept[kind], "-".join(enrolling.paper[kind])).public == public
        assert f" {LEAST_LOGN}\n".encode() in kept[kind]
    check_file("passkey", kept["passkey"])
    page.goto("/")
    assert "Make your key" not in page.locator("main").inner_text()

    for unlocked in (
        lambda: page.locator("[data-passkey-way] button").click(),
        lambda: dora.unlock_with(" ".join(enrolling.paper["passphrase"]).upper()),
        lambda: dora.unlock_with("-".join(enrolling.paper["recovery"]), "unlock-recovery"),
        lambda: dora.unlock_with("-".join(enrolling.paper["recovery"]), "unlock-recovery"),
    ):
        dora.lock()
        page.goto("/unlock?next=/keys")
        unlocked()
        expect(page.locator("[data-lock]")).to_be_visible()
        page.goto("/keys")
        expect(page.locator("[data-fingerprint]")).to_have_text(public.fingerprint)
        expect(page.locator("[data-not-listed]")).to_be_visible()


def test_a_page_that_is_left_keeps_nothing(dora: Desk, running: Instance):
    dora.page.goto("/enrol")
    enrolling = Enrolling(dora.page)
    enrolling.begin()
    enrolling.words("passphrase")
    enrolling.copy("recovery")
    dora.page.on("dialog", lambda dialog: dialog.accept())
    dora.page.goto("/enrol")
    expect(dora.page.locator("form[data-begin]")).to_be_visible()
    assert look(running.folder, KEY_SETS, *me(DORA)) == 0
    stored = dora.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert stored == "[{},{}]"


def test_a_first_key_is_refused_to_whom_the_statements_list(desk, running: Instance):
    """A platform that lost a key set, or says so, asks for another: the browser makes none."""
    lose_keys(running.folder, GRACE)
    grace = desk(GRACE)
    grace.page.goto("/enrol")
    Enrolling(grace.page).begin()
    assert "list a key of yours" in grace.told()
    expect(grace.page.locator("[data-start]")).to_be_visible()
    assert look(running.folder, KEY_SETS, *me(GRACE)) == 0


def test_whoever_has_a_key_or_needs_none_is_not_asked_to_make_one(desk):
    for actor, said in ((CHINUA, "You have a key already"), (EMRE, "Your work needs no key")):
        found = desk(actor)
        found.page.goto("/")
        assert "Make your key" not in found.page.locator("main").inner_text()
        found.page.goto("/enrol")
        assert said in found.page.locator("main").inner_text()
        expect(found.page.locator("form[data-begin]")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_sheet_for_the_letter_is_one_page_of_a4(desk, language: str, tmp_path: Path):
    zola = desk(CHINUA, language)
    zola.page.goto("/unlock")
    unlock(zola.page)
    zola.page.goto("/keys/sheet")
    zola.page.locator("[data-qr] svg").wait_for()
    assert zola.page.locator("[data-fingerprint]").inner_text() == people.keyset(CHINUA).public.fingerprint
    sheet = zola.page.locator(".comity-sheet").inner_text()
    for said in (
        "Chinua Eze",
        {"en": "Xandria", "fr": "Xandrie"}[language],
        {"en": "focal point", "fr": "point focal"}[language],
    ):
        assert said in sheet
    printed = zola.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    assert re.findall(rb"/MediaBox \[0 0 (\d+)[\d.]* (\d+)", printed)[0] in ((b"594", b"841"), (b"595", b"842"))


# Unlocking


def test_words_that_are_wrong_are_told_by_their_kind_and_unlock_nothing(chidi: Desk):
    for form, words, said in (
        ("unlock", people.PASSPHRASE.replace("abandon", "zoo"), "This passphrase does not open your key"),
        ("unlock", "abandon ability able", "This passphrase does not open your key"),
        ("unlock-recovery", people.RECOVERY.replace("wrong", "zoo"), "This recovery code does not open your key"),
        ("unlock-recovery", people.PASSPHRASE, "This recovery code does not open your key"),
    ):
        chidi.unlock_with(words, form)
        assert said in chidi.told()
        expect(chidi.page.locator("[data-lock]")).to_be_hidden()


def test_the_field_for_the_passphrase_takes_the_recovery_code_too(chidi: Desk):
    """The number of words tells; nobody is sent away with the right paper in hand."""
    chidi.unlock_with(people.RECOVERY.upper().replace("-", " "))
    expect(chidi.page.locator("[data-lock]")).to_be_visible()


def test_the_button_for_passkeys_is_there_where_one_can_be_used(chidi: Desk, browser, running: Instance):
    page = chidi.page
    page.goto("/unlock")
    expect(page.locator("[data-passkey-way]")).to_have_count(0)
    authenticator(page)
    unlock(page)
    with_passkey(chidi)
    chidi.lock()
    page.goto("/unlock")
    expect(page.locator("[data-passkey-way] button")).to_be_visible()
    for broken in (
        "delete window.PublicKeyCredential",
        "PublicKeyCredential.getClientCapabilities = async () => ({'extension:prf': false})",
    ):
        own = context(browser, running.url)
        own.add_init_script(broken)
        other = Desk(own.new_page(), CHIDI).sit_down()
        other.page.goto("/unlock", wait_until="networkidle")
        expect(other.page.locator("#unlock-words")).to_be_visible()
        expect(other.page.locator("[data-passkey-way]")).to_be_hidden()
        unlock(other.page)
        other.page.goto("/keys/new/passkey")
        expect(other.page.locator("[data-cannot]")).to_be_visible()
        expect(other.page.locator("#passkey-name")).to_be_hidden()
        own.close()


def test_a_passkey_that_is_cancelled_says_so_and_the_words_still_unlock(chidi: Desk):
    page = chidi.page
    verify = authenticator(page)
    page.goto("/unlock")
    unlock(page)
    with_passkey(chidi)
    chidi.lock()
    page.goto("/unlock")
    verify(False)
    page.locator("[data-passkey-way] button").click()
    assert "The passkey was not used" in chidi.told()
    expect(page.locator("[data-lock]")).to_be_hidden()
    unlock(page)


def test_adding_a_passkey_that_is_refused_adds_nothing(chidi: Desk, running: Instance):
    authenticator(chidi.page, verified=False)
    chidi.page.goto("/unlock")
    unlock(chidi.page)
    chidi.page.goto("/keys/new/passkey")
    Enrolling(chidi.page).passkey()
    assert "The passkey was not used" in chidi.told()
    assert set(ways(running.folder, CHIDI)) == {"passphrase", "recovery"}


def test_a_device_without_prf_is_told_apart_and_adds_nothing(chidi: Desk, running: Instance):
    authenticator(chidi.page, prf=False)
    chidi.page.goto("/unlock")
    unlock(chidi.page)
    chidi.page.goto("/keys/new/passkey")
    Enrolling(chidi.page).passkey()
    assert "cannot unlock keys" in chidi.told()
    assert set(ways(running.folder, CHIDI)) == {"passphrase", "recovery"}


def test_a_passkey_needs_a_name(chidi: Desk, running: Instance):
    authenticator(chidi.page)
    chidi.page.goto("/unlock")
    unlock(chidi.page)
    chidi.page.goto("/keys/new/passkey")
    Enrolling(chidi.page).passkey("   ")
    assert "Give the passkey a name" in chidi.told()
    assert set(ways(running.folder, CHIDI)) == {"passphrase", "recovery"}


def test_one_device_gives_one_passkey_only(chidi: Desk, running: Instance):
    authenticator(chidi.page)
    chidi.page.goto("/unlock")
    unlock(chidi.page)
    with_passkey(chidi)
    before = look(running.folder, "SELECT count(*) FROM keyset_way")
    chidi.page.goto("/keys/new/passkey")
    Enrolling(chidi.page).passkey("Again")
    assert "opens your key already" in chidi.told()
    assert look(running.folder, "SELECT count(*) FROM keyset_way") == before


def test_a_passkey_that_is_not_the_file_s_opens_nothing(chidi: Desk, running: Instance):
    """As when a platform mixes up the files; the passkey of somebody else gives other bytes too."""
    authenticator(chidi.page)
    chidi.page.goto("/unlock")
    unlock(chidi.page)
    with_passkey(chidi)
    chidi.lock()
    other = "UPDATE keyset_way SET file = ? WHERE kind = 'passkey'"
    assert change(running.folder, other, passkey_file()) == 1
    chidi.page.goto("/unlock")
    chidi.page.locator("[data-passkey-way] button").click()
    assert "This passkey does not open your key" in chidi.told()
    expect(chidi.page.locator("[data-lock]")).to_be_hidden()


def test_another_key_set_behind_one_s_own_words_is_not_used(chidi: Desk, running: Instance):
    """A platform that hands out a key set which it made, under the name of it, and knows the words."""
    theirs = people.protected(CHINUA)
    assert (
        change(
            running.folder,
            f"UPDATE keyset_way SET file = ? WHERE kind = 'passphrase' AND keyset_id = {MINE}",
            theirs,
            *me(),
        )
        == 1
    )
    chidi.unlock_with(people.PASSPHRASE)
    assert "not yours" in chidi.told()
    expect(chidi.page.locator("[data-lock]")).to_be_hidden()
    named = people.keyset(DORA).public.id
    own = people.keyset(CHIDI).public.id
    assert change(running.folder, "UPDATE keyset SET keyset = ? WHERE keyset = ?", named, own) == 1
    try:
        chidi.unlock_with(people.RECOVERY, "unlock-recovery")
        assert "not yours" in chidi.told()
    finally:
        change(running.folder, "UPDATE keyset SET keyset = ? WHERE keyset = ?", own, named)
    expect(chidi.page.locator("[data-lock]")).to_be_hidden()


# The page about one's own key


@pytest.mark.parametrize("kind", ["passphrase", "recovery"])
def test_new_words_take_the_place_of_the_old_ones(chidi: Desk, running: Instance, kind: str):
    page = chidi.page
    page.goto("/unlock")
    unlock(page)
    page.goto("/keys")
    page.locator(f'a[href="/keys/new/{kind}"]').click()
    enrolling = Enrolling(page)
    enrolling.words(kind)
    expect(page.locator("[data-done]")).to_be_visible()
    file, old = ways(running.folder, CHIDI)[kind], {"passphrase": people.PASSPHRASE, "recovery": people.RECOVERY}[kind]
    assert unprotect(file, "-".join(enrolling.paper[kind])).public == people.keyset(CHIDI).public
    with pytest.raises(WrongPassphrase):
        unprotect(file, old)


def test_words_that_do_not_come_back_replace_nothing(chidi: Desk, running: Instance):
    page, before = chidi.page, ways(running.folder, CHIDI)
    page.goto("/keys/new/recovery")
    expect(page.locator("[data-words] [data-secret] li")).to_have_count(0)
    page.goto("/unlock")
    unlock(page)
    page.goto("/keys/new/recovery")
    enrolling = Enrolling(page)
    enrolling.copy("recovery")
    enrolling.turn("recovery")
    enrolling.type_back("recovery", wrong=True)
    assert "in those places" in chidi.told()
    assert ways(running.folder, CHIDI) == before


def test_a_way_is_removed_while_two_remain_and_no_further(chidi: Desk, running: Instance):
    page = chidi.page
    authenticator(page)
    page.goto("/keys")
    expect(page.locator('a[href$="/remove"]')).to_have_count(0)
    page.goto("/unlock")
    unlock(page)
    with_passkey(chidi, "Security key")
    before = look(running.folder, LINES, "keyset.way_removed")
    page.goto("/keys")
    expect(page.locator(".comity-list")).to_contain_text("Passkey: Security key")
    page.locator(".comity-list__item", has_text="Security key").locator('a[href$="/remove"]').click()
    page.locator("[data-remove]").click()
    page.wait_for_url("**/keys")
    expect(page.locator(".comity-list__item")).to_have_count(2)
    assert look(running.folder, LINES, "keyset.way_removed") == before + 1
    way = look(running.folder, f"SELECT id FROM keyset_way WHERE keyset_id = {MINE} LIMIT 1", *me())
    page.goto(f"/keys/ways/{UUID(way)}/remove")
    expect(page.locator("main")).to_contain_text("It cannot be removed")
    expect(page.locator("[data-remove]")).to_have_count(0)


def test_locking_takes_the_fingerprint_away_in_every_tab(chidi: Desk):
    page = chidi.page
    page.goto("/unlock")
    unlock(page)
    page.goto("/keys")
    other = page.context.new_page()
    other.goto("/keys")
    expect(other.locator("[data-qr] svg")).to_be_visible()
    chidi.lock()
    for one in (page, other):
        expect(one.locator("[data-qr] svg")).to_have_count(0)
        expect(one.locator("main a", has_text="Unlock your key")).to_be_visible()


def test_an_answer_that_comes_after_locking_does_not_undo_it(chidi: Desk):
    """A tab may have answered another one just before it heard that all lock."""
    page = chidi.page
    page.goto("/unlock")
    unlock(page)
    page.goto("/keys")
    other = page.context.new_page()
    other.goto("/keys")
    expect(other.locator("[data-qr] svg")).to_be_visible()
    kept = page.evaluate("sessionStorage.getItem('comity-unlocked')")
    account = page.evaluate("document.body.dataset.accountId")
    assert kept
    assert account
    chidi.lock()
    expect(other.locator("[data-qr] svg")).to_have_count(0)
    page.evaluate(
        "([account, kept]) => new BroadcastChannel('comity-keys').postMessage({ news: 'kept', account, kept })",
        [account, kept],
    )
    page.wait_for_timeout(1500)
    for one in (page, other):
        expect(one.locator("main a", has_text="Unlock your key")).to_be_visible()
        assert one.evaluate("sessionStorage.getItem('comity-unlocked')") is None


def test_zola_is_new_in_french_and_has_two_ways(desk, running: Instance):
    lose_keys(running.folder, ZOLA)
    enrolled(desk(ZOLA, "fr"))
    assert set(ways(running.folder, ZOLA)) == {"passphrase", "recovery"}
