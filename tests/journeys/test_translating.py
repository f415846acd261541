"""Amina has her draft translated: Lena sees that text alone, and the State reads the translation beside the text."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect
from tests import people
from tests.browsing import unlock
from tests.journeys.instance import Instance
from tests.journeys.seats import seats
from tests.pages import states, town
from tests.people import AMINA, BRUNO, CHIDI, LENA

from comity.directory.profile import Channel, Content

WORDS = "Veuillez envoyer les relevés des années 2019 à 2023."
REQUESTS: dict[str, UUID] = {}


def world() -> None:
    people.populate(keys=True)
    people.populate_service()
    states.publish(CHIDI, Content(channels=(Channel(way="diplomatic"),), languages=("fr",)))
    REQUESTS["draft"] = town.write(date.today() + timedelta(days=40), annexes=1).id


@pytest.fixture
def seat(browser: Browser, running: Instance):
    with seats(browser, running.url) as seated:
        yield seated


def day(page: Page, on: date) -> None:
    for part, value in (("day", on.day), ("month", on.month), ("year", on.year)):
        page.locator(f"#day-{part}").fill(str(value))


def ask(amina: Page, on: date) -> None:
    """From the composer's list of tasks to the sealed asking."""
    amina.locator("[data-translate-form]").wait_for(state="visible")
    expect(amina.locator("[data-preview]")).to_contain_text("Please send the statements")
    day(amina, on)
    amina.locator("[data-translate-form] button[type=submit]").click()


def test_a_draft_is_translated_and_goes_with_its_translation(seat):
    home = f"/requests/{REQUESTS['draft']}"
    amina = seat(AMINA)
    amina.goto(f"{home}/draft")
    unlock(amina)
    amina.locator("[data-tasks] a", has_text="Translation").click()
    preview = amina.locator("[data-preview]")
    expect(preview).to_contain_text("As the text says.")
    expect(preview).not_to_contain_text(town.SUBJECT)
    expect(amina.locator("#target-language")).to_have_value("fr")
    ask(amina, date.today() - timedelta(days=3))
    expect(amina.locator("[data-errors]")).to_contain_text("This day has passed")
    amina.locator("#note").fill("Bank terms, please.")
    ask(amina, date.today() + timedelta(days=9))
    amina.wait_for_url(f"**{home}")
    expect(amina.locator("[data-translation]")).to_contain_text("asked for")

    lena = seat(LENA)
    lena.goto("/")
    lena.locator(".comity-waiting a").click()
    lena.get_by_role("button", name="Take it").click()
    unlock(lena)
    expect(lena.locator("[data-source]")).to_contain_text("Please send the statements")
    expect(lena.locator("[data-source]")).to_contain_text("Bank terms, please.")
    whole = lena.content()
    assert [one for one in (town.SUBJECT, "Xandria", '"XA"', "OTP/XA", str(REQUESTS["draft"])) if one in whole] == []
    expect(lena.locator("#text")).to_be_enabled()
    lena.locator("[data-give] button[type=submit]").click()
    expect(lena.locator("[data-errors]")).to_contain_text("Write the translation")
    lena.locator("#text").fill(WORDS)
    expect(lena.locator("[data-saved]")).to_contain_text("Saved, sealed")
    lena.reload()
    expect(lena.locator("#text")).to_have_value(WORDS)
    lena.locator("[data-give] button[type=submit]").click()
    lena.wait_for_url("**/translations/")

    amina.goto(f"{home}/draft")
    given = amina.locator("[data-translation]")
    expect(given).to_contain_text(WORDS)
    expect(given.locator("[data-of-earlier-form]")).to_be_hidden()
    expect(amina.locator("#requirement-1-met")).to_be_checked()
    amina.locator("#text").fill("Please send them.")
    expect(given.locator("[data-of-earlier-form]")).to_contain_text("of an earlier form")
    amina.locator("#text").fill(town.TEXT)
    expect(given.locator("[data-of-earlier-form]")).to_be_hidden()
    given.locator("[data-put]").click()
    row = amina.locator("[data-rows] .comity-attachment", has_text="Translation (fr).txt")
    expect(row).to_contain_text("Sealed")
    expect(amina.locator("[data-saved]")).to_contain_text("Saved, sealed")
    amina.reload()
    expect(row).to_contain_text("Translation, English to French")
    expect(given.locator("[data-of-earlier-form]")).to_be_hidden()

    bruno = seat(BRUNO)
    bruno.goto(f"{home}/approve")
    unlock(bruno)
    bruno.locator("#read").check()
    bruno.locator("[data-approve] button[type=submit]").click()
    bruno.wait_for_url(f"**{home}")
    expect(bruno.locator("[data-translation]")).to_contain_text(WORDS)
    amina.goto(f"{home}/transmit")
    amina.locator("[data-transmit] button[type=submit]").click()
    amina.wait_for_url(f"**{home}")

    chidi = seat(CHIDI)
    chidi.goto(home)
    unlock(chidi)
    file = chidi.locator("#content .comity-file", has_text="Translation (fr).txt")
    expect(file).to_contain_text("Translation, English to French")
    with chidi.expect_download() as saved:
        file.locator("[data-open]").click()
    assert saved.value.path().read_text(encoding="utf-8") == WORDS
    expect(chidi.locator("[data-translation]")).to_have_count(0)
    assert "OTP/LS" not in chidi.content()


def test_a_translation_that_was_not_signed_is_not_shown(seat):
    home = f"/requests/{REQUESTS['draft']}"
    amina: Page = seat(AMINA)
    amina.route(
        f"**{home}",
        lambda route: route.fulfill(
            response=(kept := route.fetch()),
            body=kept.text().replace('data-certified="false"', 'data-certified="true"'),
        ),
    )
    amina.goto(home)
    unlock(amina)
    expect(amina.locator("[data-translation]")).to_contain_text("Not authentic")
    expect(amina.locator("[data-translation]")).not_to_contain_text(WORDS)


def test_the_browser_seals_a_text_to_no_state(seat):
    """A platform that names a State in place of the language service is given nothing that anybody could open."""
    home = f"/requests/{REQUESTS['draft']}"
    amina: Page = seat(AMINA)
    sent: list[str] = []
    amina.on("request", lambda one: sent.append(one.url) if one.method in ("POST", "PUT") else None)

    def lie(route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('"service":"LS"', '"service":"XA"'))

    amina.route("**/api/v1/requests/*/translations", lie)
    amina.goto(f"{home}/translate")
    unlock(amina)
    ask(amina, date.today() + timedelta(days=9))
    expect(amina.locator("[data-errors]")).to_contain_text("Something has to be mended")
    assert [url for url in sent if "/uploads" in url or url.endswith("/ask")] == []
