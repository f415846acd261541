"""A State's requirement profile: prepared, published, agreed, in force on a day; what each refusal leaves as it was."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from tests import people
from tests.people import AMINA, CHIDI, CHINUA, DORA, EMRE, FAYE, GRACE

from comity.core import clock
from comity.core.database import Session
from comity.core.errors import Denied, Invalid, NotFound, Refused, Stale
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.deadlines.queries import calendar_of
from comity.directory import profiles, publishing
from comity.directory.model import Profile
from comity.directory.profile import Channel, Content, Day, Formality, Law

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FIRST = Content(
    channels=(Channel(way="ministry_of_justice", details="Legal assistance office"),),
    languages=("en",),
    formalities=(Formality(text="Two certified copies", basis="Act 7, s. 3"),),
)


@pytest.fixture(autouse=True)
def cast(database, policies):
    people.populate()
    with clock.at(NOON):
        yield


def publish(content, who=CHIDI, when=NOON):
    with clock.at(when), transaction(who) as tx:
        row = publishing.begin(tx)
        row = publishing.change(tx, row.id, content, version=row.version)
        return publishing.publish(tx, row.id, version=row.version).id


def lines():
    with Session(writes=False) as session:
        names = session.scalars(select(Entry.name).where(Entry.name.like("profile.%")).order_by(Entry.seq))
        return list(names)


def in_force(day, code="XA"):
    with transaction(AMINA, writes=False) as tx:
        return profiles.in_force(tx, code, day)


def test_before_a_state_has_said_anything_its_profile_is_empty_and_well_formed():
    found = in_force(date(2026, 11, 23))
    assert (found.n, found.content, found.later) == (0, Content(), None)


def test_the_first_version_counts_at_once_and_names_its_formalities():
    publish(FIRST)
    found = in_force(date(2026, 11, 23))
    assert (found.n, found.content.languages) == (1, ("en",))
    assert [one.formality for one in found.content.formalities] == ["f1"]
    assert lines() == ["profile.begun", "profile.changed", "profile.published"]


def test_another_language_counts_from_the_forty_fifth_day_after_its_receipt_and_the_rest_at_once():
    publish(FIRST)
    later = FIRST.model_copy(update={"languages": ("fr",), "contact": "direct"})
    publish(later)
    received = date(2026, 11, 23)
    before, after = in_force(received + timedelta(44)), in_force(received + timedelta(45))
    assert (before.n, before.channels_n, before.content.languages, before.content.contact) == (2, 1, ("en",), "direct")
    assert before.later.effective_on == date(2027, 1, 7)
    assert (after.channels_n, after.content.languages, after.later) == (2, ("fr",), None)


def test_a_change_of_something_else_does_not_begin_the_forty_five_days_anew():
    publish(FIRST)
    changed = FIRST.model_copy(update={"languages": ("fr",)})
    publish(changed)
    publish(changed.model_copy(update={"contact_details": "By telephone first"}), when=NOON + timedelta(10))
    assert in_force(date(2027, 1, 6)).content.languages == ("en",)
    found = in_force(date(2027, 1, 7))
    assert (found.n, found.content.languages, found.content.contact_details) == (3, ("fr",), "By telephone first")


def test_the_registry_agrees_on_an_earlier_day():
    publish(FIRST)
    second = publish(FIRST.model_copy(update={"languages": ("fr",)}))
    with transaction(GRACE) as tx:
        publishing.agree(tx, second, date(2026, 12, 1))
    assert in_force(date(2026, 11, 30)).content.languages == ("en",)
    assert in_force(date(2026, 12, 1)).content.languages == ("fr",)
    assert lines()[-1] == "profile.agreed"


def test_a_day_that_has_passed_is_not_agreed_and_nothing_changes():
    publish(FIRST)
    second = publish(FIRST.model_copy(update={"languages": ("fr",)}))
    with pytest.raises(Invalid, match="choose today or a later one"), transaction(GRACE) as tx:
        publishing.agree(tx, second, date(2026, 11, 22))
    assert in_force(date(2026, 12, 1)).content.languages == ("en",)
    assert "profile.agreed" not in lines()


def test_there_is_nothing_to_agree_on_where_neither_channel_nor_language_changes():
    publish(FIRST)
    publish(FIRST.model_copy(update={"languages": ("fr",)}))
    third = publish(FIRST.model_copy(update={"languages": ("fr",), "contact": "direct"}))
    with pytest.raises(Refused, match="changed neither"), transaction(GRACE) as tx:
        publishing.agree(tx, third, date(2026, 12, 1))
    first = publish(FIRST, who=DORA)
    with pytest.raises(Refused, match="counts already"), transaction(GRACE) as tx:
        publishing.agree(tx, first, date(2026, 12, 1))


@pytest.mark.parametrize("who", [AMINA, CHIDI, EMRE, FAYE], ids=["prosecutor", "state", "auditor", "administrator"])
def test_only_the_registry_agrees(who):
    publish(FIRST)
    second = publish(FIRST.model_copy(update={"languages": ("fr",)}))
    with pytest.raises(Denied), transaction(who) as tx:
        publishing.agree(tx, second, date(2026, 12, 1))
    assert in_force(date(2026, 12, 1)).content.languages == ("en",)


def test_a_prepared_change_is_the_states_own_until_it_is_published():
    with transaction(CHIDI) as tx:
        row = publishing.begin(tx)
    with transaction(CHINUA) as tx:
        assert publishing.begin(tx).id == row.id  # her colleague's
    for stranger in (AMINA, DORA, GRACE, FAYE):
        with pytest.raises(NotFound), transaction(stranger) as tx:
            publishing.change(tx, row.id, FIRST, version=row.version)
    with transaction(AMINA, writes=False) as tx:
        assert tx.find(Profile) == []


@pytest.mark.parametrize("who", [AMINA, GRACE, FAYE, EMRE], ids=["prosecutor", "registry", "administrator", "auditor"])
def test_nobody_but_a_state_has_a_profile(who):
    with pytest.raises(Denied), transaction(who) as tx:
        publishing.begin(tx)
    assert lines() == []


def test_two_who_change_it_at_once_do_not_overwrite_each_other():
    with transaction(CHIDI) as tx:
        row = publishing.begin(tx)
    with transaction(CHIDI) as tx:
        publishing.change(tx, row.id, FIRST, version=row.version)
    with pytest.raises(Stale), transaction(CHINUA) as tx:
        publishing.change(tx, row.id, Content(), version=row.version)
    with transaction(CHIDI, writes=False) as tx:
        assert profiles.prepared(tx, "XA").said.languages == ("en",)


def test_what_is_published_is_not_changed_any_more_nor_published_twice():
    done = publish(FIRST)
    for act in (
        lambda tx: publishing.change(tx, done, Content(), version=3),
        lambda tx: publishing.publish(tx, done, version=3),
        lambda tx: publishing.discard(tx, done),
    ):
        with pytest.raises(Denied), transaction(CHIDI) as tx:
            act(tx)
    assert in_force(date(2026, 11, 23)).content.languages == ("en",)


def test_a_version_that_says_the_same_is_refused():
    publish(FIRST)
    with transaction(CHIDI) as tx:
        row = publishing.begin(tx)
    with pytest.raises(Refused, match="Nothing differs"), transaction(CHIDI) as tx:
        publishing.publish(tx, row.id, version=row.version)
    with transaction(CHIDI) as tx:
        publishing.discard(tx, row.id)
    assert lines()[-1] == "profile.discarded"


WRONG = {
    "language": (Content(languages=("zz",)), "/languages/0"),
    "twice": (Content(languages=("en", "en")), "/languages"),
    "formality": (Content(formalities=(Formality(text=" "),)), "/formalities/0/text"),
    "letter": (Content(formalities=(Formality(text="A copy", applies_to="m"),)), "/formalities/0/applies_to"),
    "ecli": (Content(laws=(Law(title="Act", scheme="ecli", identifier="ECLI:XA"),)), "/laws/0/identifier"),
    "eli": (Content(laws=(Law(title="Act", scheme="eli", identifier="the act"),)), "/laws/0/identifier"),
    "akn": (Content(laws=(Law(title="Act", scheme="akn", identifier="/akn"),)), "/laws/0/identifier"),
    "contradiction": (
        Content(days=(Day(on=date(2027, 3, 1), name="Feast"), Day(on=date(2027, 3, 1), name="Feast", off=False))),
        "/days/1/on",
    ),
    "length": (Content(contact_details="x" * 501), "/contact_details"),
    "number": (Content(channels=tuple(Channel(way="other", details=str(n)) for n in range(7))), "/channels"),
}


@pytest.mark.parametrize("what", sorted(WRONG))
def test_what_cannot_be_kept_is_said_at_its_place_and_nothing_is_kept(what):
    content, place = WRONG[what]
    with transaction(CHIDI) as tx:
        row = publishing.begin(tx)
    with pytest.raises(Invalid) as refused, transaction(CHIDI) as tx:
        publishing.change(tx, row.id, content, version=row.version)
    assert place in [fault.pointer for fault in refused.value.faults]
    with transaction(CHIDI, writes=False) as tx:
        assert profiles.prepared(tx, "XA").said == Content()


def test_identifiers_of_law_as_their_standards_write_them_are_taken():
    laws = (
        Law(title="Act 7", scheme="eli", identifier="https://laws.example/eli/act/2012/7/oj"),
        Law(title="Judgment", scheme="ecli", identifier="ECLI:XA:SC:2019:114"),
        Law(title="Act 7", applies_to="i", scheme="akn", identifier="/akn/xa/act/2012/7"),
        Law(title="Circular 3, unpublished"),
    )
    publish(Content(laws=laws))
    assert in_force(date(2026, 11, 23)).content.laws == laws


def test_a_formality_keeps_its_name_and_a_name_is_never_used_again():
    publish(FIRST)
    publish(FIRST.model_copy(update={"formalities": (Formality(text="Sealed envelope"),)}))
    publish(FIRST.model_copy(update={"formalities": (Formality(text="Sealed envelope", basis="Act 8"),)}))
    publish(Content(formalities=()))
    publish(Content(formalities=(Formality(text="A stamp"),)))
    with transaction(AMINA, writes=False) as tx:
        said = [[one.formality for one in each.said.formalities] for each in profiles.published(tx, "XA")]
    assert said == [["f1"], ["f2"], ["f2"], [], ["f3"]]


def test_the_states_own_days_are_days_off_and_a_day_may_be_worked_in_spite_of_the_calendar():
    feast, rivers = date(2026, 12, 10), date(2026, 12, 7)
    with Session(writes=False) as session:
        assert calendar_of(session, "XA").works(feast)
        assert not calendar_of(session, "XA").works(rivers)
        old = calendar_of(session, "XA").digest
    publish(Content(days=(Day(on=feast, name="Feast of Light"), Day(on=rivers, name="Day of the Rivers", off=False))))
    with Session(writes=False) as session:
        now = calendar_of(session, "XA")
    assert (now.works(feast), now.works(rivers), now.digest != old) == (False, True, True)
    assert now.holiday(feast).names.en == "Feast of Light"


def test_the_difference_says_what_was_and_what_is():
    old = FIRST.model_copy(update={"formalities": (Formality(formality="f1", text="Two copies"),)})
    new = old.model_copy(
        update={
            "contact": "direct",
            "formalities": (Formality(formality="f1", text="One copy"), Formality(formality="f2", text="A stamp")),
        }
    )
    found = [(one.part, getattr(one.was, "text", one.was), getattr(one.now, "text", one.now)) for one in
             profiles.difference(old, new)]  # fmt: skip
    assert found == [
        ("contact", "one_channel", "direct"),
        ("formalities", "Two copies", "One copy"),
        ("formalities", None, "A stamp"),
    ]
    assert profiles.difference(new, new) == []


def test_channels_in_another_order_are_a_difference():
    two = Content(channels=(Channel(way="diplomatic"), Channel(way="embassy")))
    other = Content(channels=(Channel(way="embassy"), Channel(way="diplomatic")))
    assert [one.part for one in profiles.difference(two, other)] == ["channels"]
