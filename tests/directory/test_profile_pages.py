"""The pages of profiles: what everybody reads, what a State prepares part by part, what a form says is wrong."""

from datetime import UTC, date, datetime

import pytest
from tests import people
from tests.people import AMINA, CHIDI, GRACE
from tests.visits import visitor

from comity.core import clock
from comity.core.transaction import transaction
from comity.directory import profiles, publishing
from comity.directory.profile import Content

pytestmark = pytest.mark.usefixtures("policies")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def chidi(app, database):
    people.populate()
    with clock.at(NOON):
        yield visitor(app, CHIDI)


def prepared():
    with transaction(CHIDI, writes=False) as tx:
        return profiles.prepared(tx, "XA")


def begun(chidi):
    assert chidi.post("/states/own/change").status_code == 303
    return prepared()


def save(chidi, part, rows=(), **single):
    fields = {f"row-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}
    return chidi.post(f"/states/own/change/{part}", version=prepared().version, rows=len(rows), **fields, **single)


def test_a_state_prepares_and_publishes_and_the_court_reads_it(app, chidi):
    begun(chidi)
    assert save(chidi, "channels", [{"way": "diplomatic", "details": ""}]).status_code == 303
    save(chidi, "languages", [{"language": "fr"}, {"language": ""}], manner="translation_attached")
    save(chidi, "contact", contact="direct", contact_details="By telephone first")
    save(chidi, "formalities", [{"formality": "", "applies_to": "i", "text": "Two certified copies", "basis": "s. 3"}])
    save(chidi, "laws", [{"applies_to": "all", "title": "Act 7", "scheme": "akn", "identifier": "/akn/xa/act/2012/7"}])
    save(chidi, "days", [{"on": "2026-12-10", "name": "Feast of Light", "off": "yes", "source": "Decree 4"}])
    seen = chidi.get("/states/own/change").get_data(as_text=True)
    assert "Two certified copies" in seen
    assert "Feast of Light" in seen
    court = visitor(app, AMINA)
    assert "Two certified copies" not in court.get("/states/XA").get_data(as_text=True)
    assert chidi.post("/states/own/change/publish", version=prepared().version).status_code == 303
    seen = court.get("/states/XA").get_data(as_text=True)
    for words in ("Diplomatic channel", "French", "Direct contact", "Two certified copies", "/akn/xa/act/2012/7",
                  "10 December 2026", "Version 1"):  # fmt: skip
        assert words in seen
    assert "Diplomatic channel" in court.get("/states/").get_data(as_text=True)
    assert "Version 1" in court.get("/states/XA/history").get_data(as_text=True)


def test_what_cannot_be_kept_is_said_at_its_field_and_what_was_typed_stays(chidi):
    begun(chidi)
    rows = [{"applies_to": "i", "title": "The judgment", "scheme": "ecli", "identifier": "ECLI:XA"}]
    answer = save(chidi, "laws", rows)
    seen = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'href="#row-0-identifier"' in seen
    assert 'value="The judgment"' in seen
    assert prepared().said == Content()


WRONG = {
    "day": ("days", {"on": "2026-02-30", "name": "Nothing", "off": "yes", "source": ""}, "row-0-on"),
    "way": ("channels", {"way": "pigeon", "details": ""}, "row-0-way"),
    "language": ("languages", {"language": "xx"}, "row-0-language"),
    "letter": ("formalities", {"applies_to": "z", "text": "Copies", "basis": "", "formality": ""}, "row-0-applies_to"),
}


@pytest.mark.parametrize("what", sorted(WRONG))
def test_a_form_that_was_tampered_with_is_refused_at_its_field(chidi, what):
    begun(chidi)
    part, row, field = WRONG[what]
    answer = save(chidi, part, [row], manner="in_language")
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.get_data(as_text=True)
    assert prepared().said == Content()


def test_too_many_rows_are_said_and_none_is_kept(chidi):
    begun(chidi)
    answer = save(chidi, "channels", [{"way": "other", "details": str(n)} for n in range(7)])
    assert (answer.status_code, prepared().said) == (422, Content())
    assert "at most 6" in answer.get_data(as_text=True)


def test_a_colleagues_change_is_not_overwritten(chidi):
    row = begun(chidi)
    save(chidi, "contact", contact="direct", contact_details="")
    answer = chidi.post("/states/own/change/contact", version=row.version, rows=0, contact="one_channel",
                        contact_details="mine")  # fmt: skip
    assert answer.status_code == 412
    assert prepared().said.contact == "direct"


def test_the_registry_keeps_an_agreed_day_and_the_prosecutor_is_offered_none(app, chidi):
    for content in (Content(languages=("en",)), Content(languages=("fr",))):
        with transaction(CHIDI) as tx:
            row = publishing.begin(tx)
            row = publishing.change(tx, row.id, content, version=row.version)
            publishing.publish(tx, row.id, version=row.version)
    registry, prosecutor = visitor(app, GRACE), visitor(app, AMINA)
    assert "Day agreed with the State" in registry.get("/states/XA").get_data(as_text=True)
    assert "Day agreed with the State" not in prosecutor.get("/states/XA").get_data(as_text=True)
    assert prosecutor.post("/states/XA/agree", on="2026-12-01").status_code == 403
    assert registry.post("/states/XA/agree", on="tomorrow").status_code == 422
    with transaction(AMINA, writes=False) as tx:
        assert profiles.latest(tx, "XA").effective_on == date(2027, 1, 7)
    assert registry.post("/states/XA/agree", on="2026-12-01").status_code == 303
    assert "have agreed on this day" in prosecutor.get("/states/XA").get_data(as_text=True)


def test_officers_of_the_court_prepare_no_profile_and_there_is_none_of_a_team(app, chidi):
    court = visitor(app, AMINA)
    assert court.post("/states/own/change").status_code == 403
    assert court.get("/states/own/change").status_code == 403
    assert court.get("/states/OTP").status_code == 404
    assert court.get("/states/QQ").status_code == 404
    assert prepared() is None


def test_a_prepared_change_can_be_thrown_away(chidi):
    begun(chidi)
    assert chidi.get("/states/own/change/nothing").status_code == 404
    assert chidi.post("/states/own/change/discard").status_code == 303
    assert chidi.get("/states/own/change").status_code == 404
    assert prepared() is None
