"""Somebody who makes her key in a browser: what she does at each step, for tests of journeys and of pages."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from playwright.sync_api import Locator, Page

from comity.core.actors import Actor


def look(folder: Path, statement: str, *values: Any) -> Any:
    """The first value of what the database of an instance holds."""
    with closing(sqlite3.connect(folder / "comity.sqlite3", timeout=20)) as connection:
        return connection.execute(statement, values).fetchone()[0]


def change(folder: Path, statement: str, *values: Any) -> int:
    """What somebody with the database in hand can do; gives how many rows."""
    with closing(sqlite3.connect(folder / "comity.sqlite3", timeout=20)) as connection, connection:
        return connection.execute(statement, values).rowcount


def lose_keys(folder: Path, actor: Actor) -> None:
    """The platform has no key set of that person, whatever it had."""
    mine = "(SELECT id FROM keyset WHERE account_id = ?)"
    change(folder, f"DELETE FROM keyset_way WHERE keyset_id IN {mine}", UUID(actor.id).hex)
    change(folder, "DELETE FROM keyset WHERE account_id = ?", UUID(actor.id).hex)


def ways(folder: Path, actor: Actor) -> dict[str, bytes]:
    """The file of each kind of way that the platform keeps for that person."""
    query = """SELECT w.kind, w.file FROM keyset_way w JOIN keyset k ON k.id = w.keyset_id WHERE k.account_id = ?"""
    with closing(sqlite3.connect(folder / "comity.sqlite3", timeout=20)) as connection:
        return dict(connection.execute(query, [UUID(actor.id).hex]))


@dataclass
class Enrolling:
    """On the page, or on that for new words; remembers what was shown, as paper does."""

    page: Page
    paper: dict[str, list[str]] = field(default_factory=dict)

    def section(self, kind: str) -> Locator:
        return self.page.locator(f'[data-words="{kind}"]')

    def begin(self) -> None:
        self.page.locator("form[data-begin] button").click()

    def copy(self, kind: str) -> None:
        """Write the words down."""
        words = self.section(kind).locator("[data-secret] li")
        words.first.wait_for()
        self.paper[kind] = words.all_inner_texts()

    def turn(self, kind: str) -> None:
        """Say that they are on paper; they are shown no more."""
        self.section(kind).locator("[data-written]").click()

    def type_back(self, kind: str, *, wrong: bool = False) -> None:
        for field_ in self.section(kind).locator("form input").all():
            number = (field_.get_attribute("id") or "").removeprefix("word-")
            right = self.paper[kind][int(number) - 1] if number.isdigit() else " ".join(self.paper[kind])
            field_.fill("zoo zoo" if wrong else right)
        self.section(kind).locator("form button:not([type])").click()

    def words(self, kind: str) -> None:
        self.copy(kind)
        self.turn(kind)
        self.type_back(kind)

    def passkey(self, name: str = "Laptop") -> None:
        self.page.locator("#passkey-name").fill(name)
        self.page.locator('[data-step="passkey"] form button').click()

    def steps(self) -> Iterator[str]:
        """Every state of the page, one after the other; whoever is given one may look."""
        yield "before"
        self.begin()
        for kind in ("passphrase", "recovery"):
            self.copy(kind)
            yield f"{kind} shown"
            self.turn(kind)
            yield f"{kind} asked"
            self.type_back(kind, wrong=True)
            self.page.locator(".govuk-error-summary").wait_for()
            yield f"{kind} wrong"
            self.type_back(kind)
        self.page.locator('[data-step="passkey"] form').wait_for()
        yield "passkey"
        self.page.locator("[data-skip]").click()
        self.page.locator("[data-qr] svg").wait_for()
        yield "fingerprint"
