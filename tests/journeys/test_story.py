"""Amina asks Xandria for bank records, Bruno approves, Chidi asks back and answers, Amina returns it once and accepts.

Everything goes through real browsers, web processes, broker, worker, mail server, database and store.
"""

import hashlib
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests import people
from tests.browsing import context, sign_in, unlock, violations
from tests.journeys.instance import ROOT, Instance
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, EMRE, GRACE

from comity.core.actors import Actor

SUBJECT = "Account statements of the Blue Heron company"
TEXT = "Please send the statements of 2019 to 2023."
QUESTION = "Which branch of the bank is meant?"
REPLY = "The branch in the old port."
ANSWER = "The statements are attached."
SLOW = 240_000
"""Milliseconds that sealing or opening a large file may take on a busy machine."""


class Desk:
    """Who sits before which browser."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url

    @contextmanager
    def of(self, actor: Actor, address: str = "/") -> Iterator[Page]:
        """A browser of its own in which `actor` has signed in; it breaks no content policy while it is open."""
        own = context(self.browser, self.url)
        page = own.new_page()
        breaches: list[str] = []
        page.on("pageerror", lambda error: breaches.append(str(error)))
        sign_in(page, actor)
        page.goto(address)
        try:
            yield page
            assert breaches + violations(page) == []
        finally:
            own.close()


@pytest.fixture(scope="module")
def desk(browser: Browser, running: Instance) -> Desk:
    return Desk(browser, running.url)


def made(folder: Path, name: str, size: int) -> Path:
    file = folder / name
    file.write_bytes(os.urandom(size))
    return file


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def row(page: Page, name: str):
    return page.locator(".comity-attachment", has_text=name)


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_contain_text(re.compile(r"\d\d:\d\d"), timeout=SLOW)


def number(address: str) -> str:
    found = re.search(r"/requests/([0-9a-f-]{36})", address)
    assert found is not None
    return found[1]


def fill_the_cover(page: Page, on: date) -> None:
    page.goto("/requests/new")
    page.get_by_role("link", name="Assistance", exact=True).click()
    page.locator("#requested").select_option("XA")
    page.locator("#measure-i-bank").check()
    page.locator("#measure-k-freeze").check()
    for part, value in (("day", on.day), ("month", on.month), ("year", on.year)):
        page.locator(f"#requested_on-{part}").fill(str(value))
    page.locator("main form button").click()
    page.wait_for_url("**/draft")


def write_the_text(page: Page) -> None:
    unlock(page)
    page.locator("#subject").fill(SUBJECT)
    page.locator("#text").fill(TEXT)
    saved(page)
    page.get_by_role("button", name="Save and finish").click()
    expect(page.locator("[data-errors]")).to_contain_text("Fill in line (a)")
    for line in "abcdef":
        page.locator(f"#line-{line}").fill(f"{TEXT} ({line})")
    page.locator("#line-d-not").check()
    saved(page)


def attach(page: Page, big: Path, others: list[Path], unwanted: Path) -> None:
    """Several files at once; the big one rests in between, and one is taken back."""
    page.locator("#files").set_input_files([big, unwanted, *others])
    row(page, big.name).locator("[data-act=pause]").click()
    expect(row(page, big.name)).to_have_attribute("data-state", "paused")
    row(page, unwanted.name).locator("[data-act=cancel]").click()
    expect(row(page, unwanted.name)).to_have_count(0)
    for file in others:
        expect(row(page, file.name)).to_have_attribute("data-state", "done", timeout=SLOW)
    expect(row(page, big.name)).to_have_attribute("data-state", "paused")
    row(page, big.name).locator("[data-act=resume]").click()
    expect(row(page, big.name)).to_have_attribute("data-state", "done", timeout=SLOW)
    saved(page)


def drafted(desk: Desk, big: Path, small: Path, unwanted: Path, on: date) -> str:
    """The address of a draft whose browser was closed without a word."""
    with desk.of(AMINA) as page:
        fill_the_cover(page, on)
        write_the_text(page)
        attach(page, big, [small], unwanted)
        return number(page.url)


def test_a_request_goes_from_a_draft_to_an_accepted_answer(desk, running, tmp_path):
    big, small = made(tmp_path, "archive.bin", 100_000_000), made(tmp_path, "letter.pdf", 50_000)
    unwanted = made(tmp_path, "mistake.doc", 90_000_000)
    on = date.today() + timedelta(days=40)
    rfa = drafted(desk, big, small, unwanted, on)

    with desk.of(AMINA, f"/requests/{rfa}/draft") as page:  # another browser: the draft has outlived the first
        unlock(page)
        expect(page.locator("#subject")).to_have_value(SUBJECT)
        expect(page.locator("#text")).to_have_value(TEXT)
        expect(page.locator("#line-c")).to_have_value(f"{TEXT} (c)")
        expect(page.locator("#line-d-not")).to_be_checked()
        expect(page.locator(".comity-attachment")).to_have_count(2)
        page.goto(f"/requests/{rfa}")
        expect(page.locator("[data-step=approve]")).to_have_count(0)
        assert page.goto(f"/requests/{rfa}/approve").status == 403  # whoever drafted it does not approve it

    with desk.of(BRUNO, f"/requests/{rfa}/approve") as page:
        unlock(page)
        expect(page.locator("#content")).to_contain_text(TEXT)
        expect(page.locator(".comity-checklist dt")).to_have_count(6)
        expect(page.locator(".comity-checklist .comity-quiet")).to_have_count(1)  # line (d) does not apply
        expect(page.locator("#content")).to_contain_text(big.name)
        page.locator("#read").check()
        page.locator("[data-approve] button").click()
        page.wait_for_url(f"**/requests/{rfa}")

    with desk.of(CHIDI) as page:
        assert page.goto(f"/requests/{rfa}").status == 404  # not yet transmitted

    with desk.of(AMINA, f"/requests/{rfa}/transmit") as page:
        for name in (people.NAMES[one] for one in people.MEMBERS if one.authority in ("OTP", "XA")):
            expect(page.locator(".comity-reader-list", has_text=name)).to_have_count(1)
        unlock(page)
        page.locator("[data-transmit] button").click()
        page.wait_for_url(f"**/requests/{rfa}")
        expect(page.locator(".comity-identity")).to_contain_text("Transmitted")

    read_and_acknowledge(desk, running, rfa, big, tmp_path)
    ask_and_reply(desk, rfa)
    answer(
        desk,
        rfa,
        made(tmp_path, "statements.csv", 300_000),
        ["executed", "partly_executed"],
    )
    return_and_accept(desk, rfa, tmp_path)
    nobody_else_sees_anything(desk, rfa)
    everybody_was_told_once(running)
    the_auditor_reads_it_as_a_story(desk, rfa)
    the_journal_is_whole(running)


def read_and_acknowledge(desk: Desk, running: Instance, rfa: str, big: Path, tmp_path: Path) -> None:
    with desk.of(CHIDI) as page:
        waiting_for(lambda: running.mailbox.to(people.email(CHIDI)))
        letter = running.mailbox.to(people.email(CHIDI))[0]
        assert not any(word in letter.as_string() for word in (SUBJECT, TEXT, big.name, "OTP/XA"))
        page.goto("/inbox")
        expect(page.locator("main")).to_contain_text("OTP/XA/")
        page.goto("/")
        page.locator(".comity-waiting__verb").first.click()
        page.wait_for_url(f"**/requests/{rfa}")
        expect(page.locator("#content")).not_to_contain_text(TEXT)
        unlock(page)
        expect(page.locator("#content")).to_contain_text(TEXT)
        expect(page.locator("[data-subject]")).to_have_text(SUBJECT)
        with page.expect_download(timeout=SLOW) as download:
            page.locator(".comity-file", has_text=big.name).locator("[data-open]").click()
        download.value.save_as(tmp_path / "received.bin")
        assert digest(tmp_path / "received.bin") == digest(big)
        page.locator("[data-step=acknowledge]").click()
        expect(page.locator(".comity-identity")).to_contain_text("Acknowledged")
        expect(page.locator(".comity-timeline")).to_contain_text("Opened for the first time")
        page.locator("[data-lock]").click()
        expect(page.locator("main")).not_to_contain_text(TEXT)


def ask_and_reply(desk: Desk, rfa: str) -> None:
    """Both at once, each in their own browser; the date stands still in between."""
    with desk.of(CHIDI, f"/requests/{rfa}/ask") as state, desk.of(AMINA) as court:
        unlock(state)
        state.locator("#text").fill(QUESTION)
        state.locator("[data-message-form] button").click()
        state.wait_for_url(f"**/requests/{rfa}")
        expect(state.locator(".comity-identity")).to_contain_text("Paused")
        court.goto(f"/requests/{rfa}/clock")
        expect(court.locator("main")).to_contain_text("the clock stands still")
        court.goto(f"/requests/{rfa}")
        court.locator("[data-step=reply]").click()
        unlock(court)
        expect(court.locator("[data-purpose=question]")).to_contain_text(QUESTION)
        court.locator("#text").fill(REPLY)
        court.locator("[data-message-form] button").click()
        court.wait_for_url(f"**/requests/{rfa}")
        state.reload()
        expect(state.locator(".comity-exchange").nth(1)).to_contain_text(REPLY)
        state.goto(f"/requests/{rfa}/clock")
        expect(state.locator("main")).to_contain_text("the clock runs again")


def answer(desk: Desk, rfa: str, file: Path, outcomes: list[str]) -> None:
    with desk.of(CHIDI, f"/requests/{rfa}/answer") as page:
        unlock(page)
        page.locator("[data-answer] form button[type=submit]").click()
        expect(page.locator(".govuk-error-summary")).to_be_focused()
        for n, outcome in enumerate(outcomes, 1):
            page.locator(f"#outcome-{n}-{outcome}").check()
        page.locator("#text").fill(ANSWER)
        page.locator("#files").set_input_files(file)
        expect(row(page, file.name)).to_have_attribute("data-state", "done", timeout=SLOW)
        page.locator("[data-answer] form button[type=submit]").click()
        page.wait_for_url(f"**/requests/{rfa}", timeout=SLOW)
        expect(page.locator(".comity-identity")).to_contain_text("Answered")


def return_and_accept(desk: Desk, rfa: str, tmp_path: Path) -> None:
    with desk.of(AMINA, f"/requests/{rfa}") as page:
        unlock(page)
        expect(page.locator(".comity-exchange").last).to_contain_text(ANSWER)
        with page.expect_download(timeout=SLOW) as download:
            page.locator(".comity-file", has_text="statements.csv").locator("[data-open]").click()
        download.value.save_as(tmp_path / "received.csv")
        assert digest(tmp_path / "received.csv") == digest(tmp_path / "statements.csv")
        page.locator("[data-step=return]").click()
        page.locator("#text").fill("The year 2021 is missing.")
        page.locator("[data-message-form] button").click()
        page.wait_for_url(f"**/requests/{rfa}")
        expect(page.locator(".comity-identity")).to_contain_text("Acknowledged")
    answer(desk, rfa, made(tmp_path, "year-2021.csv", 3000), ["executed", "nothing_found"])
    with desk.of(AMINA, f"/requests/{rfa}") as page:
        expect(page.locator(".comity-outcomes")).to_contain_text("Nothing found")
        page.locator("[data-step=close]").click()
        page.locator("main form button").click()
        expect(page.locator(".comity-identity")).to_contain_text("Closed")


def nobody_else_sees_anything(desk: Desk, rfa: str) -> None:
    for actor in (DORA, GRACE):
        with desk.of(actor, "/requests/") as page:
            expect(page.locator("main")).not_to_contain_text("OTP/XA")
            assert page.goto(f"/requests/{rfa}").status == 404
            assert page.request.get(f"/api/v1/requests/{rfa}").status == 404
            page.goto("/inbox")
            expect(page.locator("main")).not_to_contain_text("OTP/XA")


def everybody_was_told_once(running: Instance) -> None:
    """Both focal points of Xandria got letters that tell nothing; nobody got one twice, and others none."""
    for actor, most in ((CHIDI, 4), (CHINUA, 4), (DORA, 0), (GRACE, 0)):
        letters = running.mailbox.to(people.email(actor))
        assert bool(most) == bool(letters)
        assert len(letters) <= most
        assert len({letter["Message-ID"] for letter in letters}) == len(letters)
    telling = (SUBJECT, TEXT, QUESTION, REPLY, ANSWER, "OTP/", "Xandria", "statements")
    for letter in running.mailbox.letters:
        said = letter.as_string() + str(letter.get_payload(decode=True))
        assert not any(word in said for word in telling)
    with sqlite3.connect(running.folder / "comity.sqlite3") as db:
        query = "SELECT account_id, event_seq, count(*) FROM notification GROUP BY 1, 2 HAVING count(*) > 1"
        assert db.execute(query).fetchall() == []


def the_auditor_reads_it_as_a_story(desk: Desk, rfa: str) -> None:
    acts = [
        "Amina Diallo began to draft request",
        "Bruno Keller approved request",
        "Amina Diallo transmitted request",
        "Xandria opened request",
        "Chidi Okafor acknowledged receipt of request",
        "Chidi Okafor asked the requesting party something",
        "Amina Diallo answered question 1",
        "Chidi Okafor answered request",
        "Amina Diallo came back on the answer",
        "Chidi Okafor answered request",
        "Amina Diallo accepted the answer and closed request",
    ]
    with desk.of(EMRE, f"/journal?about=rfa:{rfa}&of=rfa") as page:
        told = page.locator(".comity-timeline__what").all_inner_texts()[::-1]
        remaining = iter(told)
        assert all(any(line.startswith(act) for line in remaining) for act in acts), told
        assert not any(word in "".join(told) for word in (SUBJECT, TEXT, QUESTION, REPLY, ANSWER))
        page.goto(f"/journal?about=rfa:{rfa}&of=deadline")
        page.locator(".comity-timeline__item", has_text="began for Xandria").first.get_by_text("line").last.click()
        expect(page.locator("main")).to_contain_text("Amina Diallo transmitted request")
        assert page.goto(f"/requests/{rfa}").status in (403, 404)


def the_journal_is_whole(running: Instance) -> None:
    command = [sys.executable, "-m", "comity.cli", "verify-journal"]
    subprocess.run(command, cwd=ROOT, env=running.environment, check=True, capture_output=True)


def waiting_for(something, seconds: float = 30) -> None:
    import time

    until = time.monotonic() + seconds
    while not something():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.2)
