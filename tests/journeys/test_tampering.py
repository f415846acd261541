"""Chidi is served something that was changed after it was signed: he is told so, and is given nothing of it."""

import sqlite3
from datetime import date
from pathlib import Path
from uuid import UUID

from playwright.sync_api import Browser, expect
from tests import people
from tests.browsing import context, sign_in, unlock
from tests.journeys.instance import Instance
from tests.pages import town
from tests.people import CHIDI

TRANSMITTED: dict[str, UUID] = {}


def world() -> None:
    people.populate(keys=True)
    for name in ("text", "annex", "date", "signer"):
        rfa = town.write(date(2030, 5, 6) if name == "date" else None)
        for step in ("approved", "transmitted"):
            town.take(step, rfa)
        TRANSMITTED[name] = rfa.id


def database(running: Instance) -> sqlite3.Connection:
    return sqlite3.connect(running.folder / "comity.sqlite3", timeout=10)


def first_part(running: Instance, rfa: UUID, purpose: str) -> Path:
    """Where the bytes of a document of that purpose lie."""
    with database(running) as db:
        query = """SELECT v.upload_id FROM document_version v JOIN document d ON d.id = v.doc
                   WHERE d.request = ? AND d.purpose = ? ORDER BY d.id, v.ver DESC"""
        (upload,) = db.execute(query, (rfa.hex, purpose)).fetchone()
    (part,) = [path for path in running.parts() if str(UUID(upload)) in str(path)]
    return part


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)


def opened(browser: Browser, running: Instance, name: str):
    page = context(browser, running.url).new_page()
    sign_in(page, CHIDI)
    page.goto(f"/requests/{TRANSMITTED[name]}")
    unlock(page)
    return page


def test_a_text_whose_stored_bytes_were_changed_is_not_shown(browser, running):
    flip(first_part(running, TRANSMITTED["text"], "request"))
    page = opened(browser, running, "text")
    expect(page.locator(".comity-not-authentic")).to_contain_text("Not authentic")
    expect(page.locator("main")).not_to_contain_text(town.TEXT[:20])
    expect(page.locator("main")).not_to_contain_text(town.SUBJECT)
    expect(page.locator("[data-open]:visible")).to_have_count(0)
    page.context.close()


def test_an_annex_whose_stored_bytes_were_changed_is_not_saved(browser, running):
    flip(first_part(running, TRANSMITTED["annex"], "annex"))
    page = opened(browser, running, "annex")
    downloads = []
    page.on("download", lambda download: downloads.append(download))
    expect(page.locator("[data-open]:visible")).to_have_count(2)
    for button in page.locator("[data-open]:visible").element_handles():  # the first may go while the second stays
        button.click()
    expect(page.locator(".comity-not-authentic")).to_contain_text("the bytes are not those that were signed")
    expect(page.locator(".comity-file__progress", has_text="saved")).to_have_count(1)  # the other annex is whole
    assert len(downloads) == 1
    page.context.close()


def test_a_requested_date_that_was_moved_in_the_database_is_noticed(browser, running):
    with database(running) as db:
        db.execute("UPDATE rfa SET requested_on = '2031-05-06' WHERE id = ?", (TRANSMITTED["date"].hex,))
    page = opened(browser, running, "date")
    expect(page.locator(".comity-identity")).to_contain_text("OTP/XA/")
    expect(page.locator(".comity-not-authentic")).to_contain_text("are not those that were signed")
    expect(page.locator("main")).not_to_contain_text(town.TEXT[:20])
    page.context.close()


def test_an_annex_put_in_the_place_of_another_is_noticed(browser, running):
    """Both are signed, and each is what it says; but they do not stand where the sender put them."""
    with database(running) as db:
        query = "SELECT id FROM document WHERE request = ? AND purpose = 'annex' ORDER BY id"
        one, other = [row[0] for row in db.execute(query, (TRANSMITTED["signer"].hex,))]
        fields = "envelope, envelope_sha256, header, manifest_age, payload_bytes, payload_tree, upload_id"
        newest = f"SELECT {fields} FROM document_version WHERE doc = ? ORDER BY ver DESC LIMIT 1"
        values = db.execute(newest, (other,)).fetchone()
        changes = ", ".join(f"{name.strip()} = ?" for name in fields.split(","))
        db.execute(f"UPDATE document_version SET {changes} WHERE doc = ?", (*values, one))
    page = opened(browser, running, "signer")
    expect(page.locator(".comity-not-authentic")).to_contain_text("another document than the one asked for")
    expect(page.locator("[data-open]:visible")).to_have_count(1)
    page.context.close()
