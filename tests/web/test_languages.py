"""English and French: by account, else by the browser; names, dates and sizes in the reader's words."""

import re
from datetime import UTC, date, datetime

import pytest
from babel.messages.pofile import read_po
from flask_babel import force_locale
from tests import people
from tests.people import AMINA, BRUNO, CHIDI
from tests.visits import Visitor, visitor

from comity.assistance.naming import in_the_statute
from comity.web import formatting, translate


@pytest.fixture
def cast(app):
    people.populate()
    return app


def lang(answer) -> str:
    page = answer.get_data(as_text=True)
    return page[page.index('lang="') + 6 :][:2]


@pytest.mark.parametrize(
    ("preferred", "expected"), [("fr", "fr"), ("fr-CH, en;q=0.5", "fr"), ("en-GB", "en"), ("de, es", "en"), ("", "en")]
)
def test_a_stranger_reads_what_her_browser_prefers(cast, preferred, expected):
    assert lang(cast.test_client().get("/sign-in", headers={"Accept-Language": preferred})) == expected


def test_a_stranger_chooses_with_a_link_and_it_is_remembered(cast):
    stranger = Visitor(cast)
    assert lang(stranger.get("/sign-in?lang=fr")) == "fr"
    assert lang(stranger.get("/sign-in")) == "fr"
    assert lang(stranger.get("/sign-in?lang=en")) == "en"
    assert lang(stranger.get("/sign-in?lang=xx")) == "en"


@pytest.mark.parametrize("name", ["endpoint", "_method", "_scheme", "_external", "_anchor", "values", "filename"])
def test_what_an_address_asks_for_stays_text_in_the_link_to_the_other_language(cast, name):
    for address in ("/sign-in", "/nothing/here"):
        answer = cast.test_client().get(address, query_string=[(name, "javascript"), (name, "GET")])
        assert answer.status_code == (200 if address == "/sign-in" else 404)
        links = re.findall(r'href="([^"]*lang=fr)"', answer.get_data(as_text=True))
        wanted = f"/sign-in?{name}=javascript&amp;{name}=GET&amp;lang=fr" if answer.status_code == 200 else "/?lang=fr"
        assert links == [wanted]


def test_the_account_decides_for_whoever_is_signed_in(cast):
    assert lang(visitor(cast, BRUNO).get("/", headers={"Accept-Language": "en"})) == "fr"
    assert lang(visitor(cast, AMINA).get("/", headers={"Accept-Language": "fr"})) == "en"


def test_a_choice_is_kept_with_the_account_and_leads_back(cast):
    amina = visitor(cast, AMINA)
    answer = amina.post("/account/language", locale="fr", next="/account?x=1")
    assert answer.headers["Location"] == "/account?x=1"
    assert lang(amina.get("/account")) == "fr"
    assert lang(visitor(cast, AMINA).get("/")) == "fr"
    assert amina.post("/account/language", locale="xx").status_code == 422
    assert lang(amina.get("/account")) == "fr"


def test_an_error_page_speaks_the_reader_s_language(cast):
    page = visitor(cast, BRUNO).get("/nowhere").get_data(as_text=True)
    assert "Il n" in page
    assert "There is nothing" not in page


def test_french_is_complete_and_fills_in_the_same_places():
    """What is new has no French yet: `python -m comity.web.translate extract`, then translate."""
    with translate.CATALOGUE.open("rb") as stream:
        kept = {message.id: message.string for message in read_po(stream, locale="fr") if message.id}
    missing = [message.id for message in translate.collect() if message.id and not kept.get(message.id)]
    assert missing == []
    assert translate.check() == 0


def test_sentences_of_programs_templates_and_policies_are_collected():
    found = {message.id for message in translate.collect()}
    assert {"Sign in", "There is nothing here that you can see.", "focal point", "requested date"} <= found


def inside(app, code):
    return app.test_request_context(query_string={"lang": code})


def test_dates_are_in_words_and_never_torn_apart(app):
    with inside(app, "en"):
        assert str(formatting.day(date(2026, 11, 24))) == (
            '<time datetime="2026-11-24"><bdi dir="ltr">24 November 2026</bdi></time>'
        )
        assert formatting.date_text("2026-11-24") == "24 November 2026"
        assert formatting.day(None) == ""
    with inside(app, "fr"):
        assert formatting.date_text(date(2026, 11, 24)) == "24 novembre 2026"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Amsterdam", "24 November 2026, 18:30 (Amsterdam)"),
        ("Africa/Dakar", "24 November 2026, 17:30 (Dakar)"),
        ("America/Santiago", "24 November 2026, 14:30 (Santiago)"),
    ],
)
def test_an_instant_is_told_in_the_reader_s_zone_which_is_named(app, zone, said):
    with inside(app, "en"):
        assert formatting.moment_text(datetime(2026, 11, 24, 17, 30, tzinfo=UTC), zone) == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-27", "in 3 days"),
        ("2026-11-25", "in 1 day"),
        ("2026-11-24", "today"),
        ("2026-11-23", "1 day past the requested date"),
        ("2026-11-04", "20 days past the requested date"),
    ],
)
def test_nobody_is_ever_late(app, day, said):
    with inside(app, "en"):
        assert formatting.days_text(day, date(2026, 11, 24)) == said


@pytest.mark.parametrize(
    ("count", "english", "french"),
    [
        (0, "0 B", "0 o"),
        (999, "999 B", "999 o"),
        (1400, "1.4 kB", "1,4 ko"),
        (8388608, "8.4 MB", "8,4 Mo"),
        (16 * 10**9, "16.0 GB", "16,0 Go"),
    ],
)
def test_sizes_are_for_people(app, count, english, french):
    for code, said in (("en", english), ("fr", french)):
        with inside(app, code):
            assert formatting.size(count) == f'<bdi dir="ltr">{said.replace(" ", chr(160))}</bdi>'


def test_what_stands_in_bdi_is_text(app):
    assert formatting.ltr("<b>") == '<bdi dir="ltr">&lt;b&gt;</bdi>'


def test_a_focal_point_sees_her_authority_by_its_official_name(cast):
    chidi = visitor(cast, CHIDI)
    assert "Xandria" in chidi.get("/").get_data(as_text=True)
    chidi.post("/account/language", locale="fr")
    assert "Xandrie" in chidi.get("/").get_data(as_text=True)


def test_a_constant_of_a_template_is_in_the_language_of_each_reader(cast):
    template = cast.jinja_env.from_string('{{ "focal point"|translated }}')
    for locale, wanted in (("en", "focal point"), ("fr", "point focal"), ("en", "focal point")):
        with cast.test_request_context(), force_locale(locale):
            assert template.render() == wanted


def test_statute_and_rules_are_called_as_the_reader_calls_them(cast):
    basis = "Statute art. 77(2)(b), 109; Rules 217 and 218; Rule 194; Regulation 46"
    with cast.test_request_context(), force_locale("en"):
        assert in_the_statute(basis) == basis
    with cast.test_request_context(), force_locale("fr"):
        wanted = "Statut, art. 77(2)(b), 109; règles 217 et 218; règle 194; Regulation 46"
        assert in_the_statute(basis) == wanted
