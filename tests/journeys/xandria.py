"""Xandria's office in a running instance: who signs in, what its registered statements say, and one request to read."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from uuid import UUID

from playwright.sync_api import Browser, Page, expect
from tests import people
from tests.browsing import context, sign_in, unlock
from tests.journeys.instance import Instance
from tests.keys import offices
from tests.pages import town
from tests.people import CHIDI, CHINUA

from comity.core.actors import Actor
from comity.core.transaction import transaction
from comity.keys import actions, queries
from comity_seal.authority import VerifiedAuthority, verify_chain
from comity_seal.opening import statements

REQUEST: list[UUID] = []


def world() -> None:
    """The cast; Cyrus and Cleo, whom no statement lists; and a request that Xandria was sent."""
    offices.settle()
    REQUEST[:] = [town.brought_to("approved", "transmitted")]


def admitted(actor: Actor) -> None:
    """Make somebody a member, as Chidi and she would."""
    with transaction(CHIDI) as tx:
        said = queries.verified(tx, "XA")
        assert said is not None
        new = {"member": offices.member(actor), "epoch": people.epoch("XA"), "created": offices.now()}
        link, wraps = statements.add_member(people.keyset(CHIDI), CHIDI.id, said, **new)
        own = statements.confirm(people.keyset(actor), actor.id, link, created=offices.now())
        actions.register_statement(tx, statements.confirmed(link, own), wraps.members, code="XA")


def recovered_by(*officers: Actor) -> None:
    """Name who recovers the office, as Chidi and Chinua would."""
    with transaction(CHIDI) as tx:
        said = queries.verified(tx, "XA")
        assert said is not None
        new = {"officers": [offices.officer(one) for one in officers], "epoch": people.epoch("XA")}
        link, wraps = statements.set_recovery(people.keyset(CHIDI), CHIDI.id, said, created=offices.now(), **new)
        second = statements.confirm(people.keyset(CHINUA), CHINUA.id, link, created=offices.now())
        link = statements.confirmed(link, second)
        files = {"recovery_wrap": wraps.recovery, "recovery_files": wraps.files}
        actions.register_statement(tx, link, wraps.members, code="XA", **files)


@contextmanager
def somebody(browser: Browser, running: Instance, actor: Actor, *, locked: bool = False) -> Iterator[Page]:
    """Signed in, with the key unlocked."""
    own = context(browser, running.url)
    page = own.new_page()
    sign_in(page, actor)
    if not locked:
        page.goto("/unlock")
        unlock(page)
    yield page
    own.close()


def office(running: Instance) -> VerifiedAuthority:
    """What the registered statements say, verified as anybody would."""
    with closing(sqlite3.connect(running.folder / "comity.sqlite3", timeout=10)) as db:
        rows = db.execute("SELECT link FROM statement WHERE authority = 'XA' ORDER BY seq").fetchall()
    return verify_chain([row[0] for row in rows], people.root().public, "XA")


def reads(page: Page) -> None:
    page.goto(f"/requests/{REQUEST[0]}")
    expect(page.locator("main")).to_contain_text(town.TEXT[:20])


def reads_nothing(page: Page) -> None:
    page.goto(f"/requests/{REQUEST[0]}", wait_until="networkidle")
    expect(page.locator("main")).not_to_contain_text(town.TEXT[:20])


def choose(page: Page, label: str) -> None:
    page.get_by_label(label).check()


def send(page: Page) -> None:
    """Press the button of the form that signs."""
    page.locator("form[data-act] button:not([type=button])").click()


def told(page: Page, text: str) -> None:
    expect(page.locator(".govuk-error-summary")).to_contain_text(text)


def confirm_the_proposal(browser: Browser, running: Instance, actor: Actor) -> None:
    """Somebody looks at what waits, and confirms it."""
    with somebody(browser, running, actor) as page:
        page.goto("/office")
        page.locator("[data-proposals] a").click()
        page.locator("[data-confirm]").click()
        expect(page.locator("[data-done]")).to_be_visible()
