"""Amina drafts beside what Xandria asks for: she says of each line how it stands, and whoever reads it sees that."""

from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect
from tests import people
from tests.browsing import unlock
from tests.journeys.instance import Instance
from tests.journeys.seats import seats
from tests.pages import town
from tests.people import AMINA, BRUNO, CHIDI

from comity.core.actors import Actor
from comity.core.transaction import transaction
from comity.directory import publishing
from comity.directory.profile import Channel, Content, Formality
from comity.library import actions as templates
from comity.library.wording import Said, Wording

COPIES, BANK, SEARCH = "Two certified copies", "The name of the bank", "The address to be searched"
CONTENT = Content(
    channels=(Channel(way="diplomatic"),),
    languages=("fr",),
    formalities=(
        Formality(text=COPIES, basis="s. 7"),
        Formality(text=BANK, applies_to="i"),
        Formality(text=SEARCH, applies_to="h"),
    ),
)
REQUESTS: dict[str, UUID] = {}


def publish(content: Content) -> None:
    with transaction(CHIDI) as tx:
        row = publishing.begin(tx)
        row = publishing.change(tx, row.id, content, version=row.version)
        publishing.publish(tx, row.id, version=row.version)


def world() -> None:
    people.populate(keys=True)
    publish(CONTENT)
    REQUESTS["draft"] = town.write(None).id
    publish(CONTENT.model_copy(update={"contact": "direct"}))
    _keep_a_template()


def _keep_a_template() -> None:
    lines = dict.fromkeys("abcdef", "Under [the article of your law].")
    said = Said(subject="Records", text="Please send the records.", lines=lines)
    with transaction(AMINA) as tx:
        row = templates.begin(tx, "assistance", "i")
        row = templates.change(tx, row.id, Wording(en=said, fr=said), version=row.version)
        templates.publish(tx, row.id, version=row.version)


@pytest.fixture
def seat(browser: Browser, running: Instance):
    """A browser of somebody's own at an address."""
    with seats(browser, running.url) as seated:

        def take(actor: Actor, address: str) -> Page:
            page = seated(actor)
            page.goto(address)
            if address.startswith("/requests"):
                unlock(page)
            return page

        yield take


def choose(page: Page, words: str, how: str, why: str = "") -> None:
    row = page.locator("[data-requirement]", has_text=words)
    row.get_by_label(how, exact=True).check()
    row.locator("textarea").fill(why)


def test_a_template_fills_what_is_empty_and_brackets_have_to_be_replaced(seat):
    page = seat(AMINA, f"/requests/{REQUESTS['draft']}/draft")
    page.get_by_role("button", name="Fill in").click()
    expect(page.locator("#line-e")).to_have_value("Under [the article of your law].")
    expect(page.locator("#line-a")).to_have_value("As the text says.")  # what was written stays
    page.get_by_role("button", name="Save and finish").click()
    expect(page.locator("[data-errors]")).to_contain_text("Replace what stands in brackets: [the article of your law]")
    assert page.url.endswith("/draft")


def test_each_line_is_met_not_met_or_waived_with_a_reason_and_readers_see_it(seat):
    rfa = REQUESTS["draft"]
    page = seat(AMINA, f"/requests/{rfa}/draft")
    expect(page.locator("[data-requirement]")).to_have_count(3)  # language, copies, bank; no search is asked for
    for line in "abcdef":
        page.locator(f"#line-{line}").fill("As the text says.")
    page.get_by_role("button", name="Save and finish").click()
    expect(page.locator("[data-errors]")).to_contain_text(f"Say whether this is met: {COPIES}")
    choose(page, "written in: French", "Met")
    choose(page, COPIES, "Waived, because:")
    choose(page, BANK, "Not met", "It is what we ask for.")
    page.get_by_role("button", name="Save and finish").click()
    expect(page.locator("[data-errors]")).to_contain_text(f"Say why this is waived: {COPIES}")
    assert page.url.endswith("/draft")
    choose(page, COPIES, "Waived, because:", "Xandria has agreed to one copy.")
    page.get_by_role("button", name="Save and finish").click()
    page.wait_for_url(f"**/requests/{rfa}")

    other = seat(BRUNO, f"/requests/{rfa}/approve")
    shown = other.locator("#content")
    expect(shown).to_contain_text("version 2 de son profil")
    expect(shown).to_contain_text("Xandria has agreed to one copy.")
    expect(shown).to_contain_text("Non respecté")


def test_a_line_that_the_state_words_otherwise_is_asked_about_anew_and_the_rest_stays(seat, running):
    rfa = REQUESTS["draft"]
    page = seat(AMINA, f"/requests/{rfa}/draft")
    expect(page.locator("[data-requirement]", has_text=COPIES).locator("textarea")).to_have_value(
        "Xandria has agreed to one copy."
    )
    expect(page.locator("[data-profile-changed]")).to_be_hidden()
    state = seat(CHIDI, "/states/XA")
    state.get_by_role("button", name="Prepare a change").click()
    state.get_by_role("link", name="What a request must hold").click()
    state.locator("#row-0-text").fill("Three certified copies")
    state.get_by_role("button", name="Save", exact=True).click()
    expect(state.locator("ins")).to_contain_text("Three certified copies")
    state.get_by_role("button", name="Publish").click()
    expect(state.locator("main")).to_contain_text("Version 3")
    page.reload()
    expect(page.locator("[data-profile-changed]")).to_be_visible()
    changed = page.locator("[data-requirement]", has_text="Three certified copies")
    expect(changed.locator("input:checked")).to_have_count(0)
    expect(page.locator("[data-requirement]", has_text=BANK).locator("input:checked")).to_have_value("not_met")


def test_the_task_list_says_what_is_written_and_what_is_left(seat):
    page = seat(AMINA, f"/requests/{REQUESTS['draft']}/draft")
    state = {name: page.locator(f"#task-{name}") for name in ("text", "checklist", "requirements", "annexes")}
    for name, said in {"text": "Completed", "checklist": "Completed", "requirements": "2 of 3"}.items():
        expect(state[name]).to_have_text(said)  # what the State words otherwise is open again
    expect(state["annexes"]).to_have_text("Files: 2")
    page.locator("#subject").fill("")
    expect(state["text"]).to_have_text("1 of 2")
    page.locator("#line-f").fill("")
    expect(state["checklist"]).to_have_text("5 of 6")
    choose(page, "Three certified copies", "Waived, because:")
    expect(state["requirements"]).to_have_text("2 of 3")  # a waiver needs its reason
    choose(page, "Three certified copies", "Waived, because:", "One is enough.")
    expect(state["requirements"]).to_have_text("Completed")
    page.locator("[data-task=annexes] a").click()
    expect(page.locator("#files")).to_be_in_viewport()
