"""What happened in the world is reported by the party that knows, and the legal period runs from that day or hour."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from tests.exchange import sealed
from tests.people import AMINA, CHIDI, CHINUA, DORA, FAYE, GRACE

from comity.assistance import actions, occurrences, withdrawing
from comity.assistance.occurrence_events import EVENTS
from comity.core import clock, database
from comity.core.errors import Conflict, Denied, Invalid, NotFound, PolicyError, Refused
from comity.core.journal import Entry
from comity.core.policy import policies_dir
from comity.core.transaction import transaction
from comity.deadlines import queries as deadlines
from comity.deadlines.model import Deadline

BEGIN = datetime(2031, 3, 3, 9, tzinfo=UTC)


def transmitted(kind, by=GRACE):
    with clock.at(BEGIN):
        with transaction(by) as tx:
            rfa = actions.draft(tx, "XA", None, [sealed.BANK_AND_FREEZE[0]] if kind == "assistance" else [], kind)
        with database.Session() as session, session.begin():
            row = session.get_one(type(rfa), rfa.id)
            row.stage, row.transmitted_at = "transmitted", BEGIN
        return sealed.read(by, rfa.id)


def report(rfa, what, on=None, by=CHIDI, at=None, corrects=None, now=BEGIN + timedelta(days=10)):
    with clock.at(now), transaction(by) as tx:
        return occurrences.report(tx, rfa.id, what, date.fromisoformat(on) if on else None, at, corrects=corrects)


def deadline(rfa, rule):
    with database.Session() as session:
        return session.scalars(select(Deadline).where(Deadline.matter == rfa.subject, Deadline.rule == rule)).one()


def lines():
    with database.Session() as session:
        names = session.scalars(select(Entry.name).order_by(Entry.seq)).all()
    return [name for name in names if name.startswith("deadline.") or name in EVENTS]


PAPERS = "documents after provisional arrest"


def test_sixty_days_run_from_the_arrest_and_not_from_the_report_and_fall_on_the_requesting_organ():
    rfa = transmitted("provisional_arrest")
    report(rfa, "arrest.made", "2031-03-06")
    running = deadline(rfa, PAPERS)
    assert (running.falls_on, running.other, running.nature) == ("REG", "XA", "law")
    assert running.due_on == date(2031, 5, 5)
    with transaction(GRACE, writes=False) as tx:
        (told,) = [deadlines.explain(tx, one) for one in deadlines.deadlines_of(tx, rfa)]
    assert [(step.what, step.on) for step in told.trace][:2] == [
        ("started", date(2031, 3, 6)),
        ("counted calendar days", date(2031, 5, 5)),
    ]


def test_a_weekend_never_lengthens_them():
    rfa = transmitted("provisional_arrest")
    report(rfa, "arrest.made", "2031-03-05")
    assert deadline(rfa, PAPERS).due_on == date(2031, 5, 4)
    assert deadline(rfa, PAPERS).due_on.weekday() == 6


def test_a_wrong_report_is_corrected_the_first_stays_and_the_date_is_counted_anew():
    rfa = transmitted("provisional_arrest")
    report(rfa, "arrest.made", "2031-03-06")
    with pytest.raises(Conflict, match="correct it"):
        report(rfa, "arrest.made", "2031-03-04")
    with pytest.raises(Conflict, match="correct it"):
        report(rfa, "arrest.made", "2031-03-04", corrects=2)
    kept = report(rfa, "arrest.made", "2031-03-04", by=CHINUA, corrects=1, now=BEGIN + timedelta(days=12))
    assert [(one.n, one.happened_on, one.corrects) for one in kept.occurrences] == [
        (1, date(2031, 3, 6), None),
        (2, date(2031, 3, 4), 1),
    ]
    assert deadline(rfa, PAPERS).due_on == date(2031, 5, 3)
    assert lines() == ["arrest.made", "deadline.started", "arrest.made", "deadline.corrected"]
    with transaction(CHIDI, writes=False) as tx:
        (told,) = [deadlines.explain(tx, one) for one in deadlines.deadlines_of(tx, rfa)]
    assert [step.what for step in told.trace][:2] == ["corrected", "started"]
    report(rfa, "arrest.made", "2031-03-05", corrects=2, now=BEGIN + timedelta(days=13))  # a correction can be too
    assert deadline(rfa, PAPERS).due_on == date(2031, 5, 4)


def test_papers_that_arrive_meet_the_period_on_the_day_of_their_receipt_and_a_release_ends_it():
    rfa, other = transmitted("provisional_arrest"), transmitted("provisional_arrest")
    for one in (rfa, other):
        report(one, "arrest.made", "2031-03-06")
    report(rfa, "papers.received", "2031-03-11")
    assert deadline(rfa, PAPERS).met_at is not None
    with transaction(CHIDI, writes=False) as tx:
        told = deadlines.explain(tx, deadline(rfa, PAPERS))
    assert (told.trace[-1].what, told.trace[-1].on) == ("met", date(2031, 3, 11))
    report(other, "person.released", "2031-03-12")
    assert deadline(other, PAPERS).state(BEGIN + timedelta(days=400)) == "ended"


def test_ninety_six_hours_run_from_the_minute_of_the_landing_and_from_the_corrected_minute():
    rfa = transmitted("transit")
    with pytest.raises(Invalid, match="the limit counts hours"):
        report(rfa, "landing.unscheduled", "2031-03-12")
    landed = datetime(2031, 3, 12, 21, 15, tzinfo=UTC)
    report(rfa, "landing.unscheduled", at=landed)
    rule = "request for transit after an unscheduled landing"
    assert deadline(rfa, rule).due_at == landed + timedelta(hours=96)
    report(rfa, "landing.unscheduled", at=landed - timedelta(minutes=40), corrects=1)
    assert deadline(rfa, rule).due_at == landed + timedelta(hours=96) - timedelta(minutes=40)


def test_what_is_to_be_said_the_same_day_is_said_by_the_report():
    rfa = transmitted("arrest_surrender")
    report(rfa, "person.available", "2031-03-08")
    said = deadline(rfa, "notice that the person is available")
    assert (said.due_on, said.met_at, said.falls_on) == (date(2031, 3, 8), BEGIN + timedelta(days=10), "XA")


def test_a_change_of_conditions_is_known_ahead_and_its_notice_is_counted_back():
    rfa = transmitted("enforce_sentence")
    report(rfa, "conditions.change", "2031-06-30")
    said = deadline(rfa, "notice of a change of conditions")
    assert (said.due_on, said.met_at) == (date(2031, 5, 16), BEGIN + timedelta(days=10))


def test_the_month_of_article_18_and_the_six_months_after_a_deferral():
    rfa = transmitted("investigation_notice", by=AMINA)
    report(rfa, "investigation.notified", "2031-03-05")
    assert deadline(rfa, "information on national proceedings").due_on == date(2031, 4, 7)  # 5 April is a Saturday
    report(rfa, "proceedings.informed", "2031-03-10")
    assert deadline(rfa, "information on national proceedings").met_at is not None
    with pytest.raises(Denied, match="other party"):
        report(rfa, "investigation.deferred", "2031-03-11")
    report(rfa, "investigation.deferred", "2031-03-11", by=AMINA)
    review = deadline(rfa, "review of the deferral")
    assert (review.falls_on, review.due_on) == ("OTP", date(2031, 9, 11))


def test_fifteen_days_after_consultations_are_exhausted_from_a_source_that_nobody_has_verified():
    rfa = transmitted("assistance", by=AMINA)
    report(rfa, "consultations.exhausted", "2031-03-10", by=AMINA)
    ruling = deadline(rfa, "request for a ruling on legality")
    assert (ruling.due_on, ruling.falls_on) == (date(2031, 3, 25), "XA")
    with transaction(CHIDI, writes=False) as tx:
        assert deadlines.explain(tx, ruling).unverified
    with pytest.raises(Denied, match="Whoever reported"):
        report(rfa, "consultations.exhausted", "2031-03-11", corrects=1)
    report(rfa, "ruling.sought", "2031-03-12")
    assert deadline(rfa, "request for a ruling on legality").met_at is not None


@pytest.mark.parametrize(
    ("kind", "what", "on", "why"),
    [
        ("provisional_arrest", "arrest.made", "2031-03-14", "not happened yet"),
        (
            "provisional_arrest",
            "arrest.made",
            "2031-03-02",
            "transmitted on 2031-03-03: choose that day or a later one",
        ),
        ("provisional_arrest", "arrest.made", None, "Give the day"),
        ("provisional_arrest", "landing.unscheduled", "2031-03-04", "not reported on a request of this kind"),
        ("provisional_arrest", "moon.landing", "2031-03-04", "not reported on a request of this kind"),
        ("transit", "ruling.sought", "2031-03-04", "reported before this: Consultations declared exhausted"),
        ("enforce_sentence", "conditions.change", "2099-01-01", "too far away"),
    ],
)
def test_what_cannot_be_is_refused_with_the_mend_and_starts_nothing(kind, what, on, why):
    rfa = transmitted(kind)
    before = lines()
    with pytest.raises(Invalid, match=why):
        report(rfa, what, on)
    assert (sealed.read(CHIDI, rfa.id).occurrences, lines()) == ([], before)


def test_an_hour_that_has_not_come_is_not_reported():
    rfa = transmitted("transit")
    now = BEGIN + timedelta(days=1)
    with pytest.raises(Invalid, match="not happened yet"):
        report(rfa, "landing.unscheduled", at=now + timedelta(minutes=1), now=now)
    assert sealed.read(CHIDI, rfa.id).occurrences == []


def test_what_follows_from_something_does_not_come_before_it():
    rfa = transmitted("investigation_notice", by=AMINA)
    report(rfa, "investigation.notified", "2031-03-10")
    with pytest.raises(Invalid, match="happened on 2031-03-10: choose that day or a later one"):
        report(rfa, "proceedings.informed", "2031-03-09")


def test_who_reports():
    rfa = transmitted("provisional_arrest")
    for actor, error in ((GRACE, Denied), (AMINA, NotFound), (DORA, NotFound), (FAYE, NotFound)):
        with pytest.raises(error):
            report(rfa, "arrest.made", "2031-03-06", by=actor)
    with transaction(CHIDI, writes=False) as tx:
        names = [one.occurrence for one in occurrences.offered(tx, rfa)]
    assert names == ["arrest.made", "papers.received", "person.released", "consultations.exhausted"]
    with transaction(GRACE, writes=False) as tx:
        assert [one.occurrence for one in occurrences.offered(tx, rfa)] == ["consultations.exhausted"]
    with clock.at(BEGIN), transaction(GRACE) as tx:
        withdrawing.withdraw(tx, rfa.id)
    with pytest.raises(Refused):
        report(rfa, "arrest.made", "2031-03-06")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda text: text.replace('"arrest.made"', '"arrest.imagined"', 1), "no event that is reported"),
        (lambda text: text.replace('["transit"]', '["teleport"]', 1), "'teleport', which does not exist"),
        (lambda text: text.replace('after      = "investigation.notified"', 'after = "nothing"', 1), "'nothing'"),
        (lambda text: text.replace('"ruling.sought"', '"arrest.made"', 1), "stands twice"),
    ],
)
def test_a_mistake_in_the_catalogue_is_told_with_its_file(tmp_path, monkeypatch, spoil, said):
    text = (policies_dir() / "occurrences.toml").read_text()
    assert spoil(text) != text
    (tmp_path / "occurrences.toml").write_text(spoil(text))
    (tmp_path / "kinds.toml").write_text((policies_dir() / "kinds.toml").read_text())
    monkeypatch.setattr("comity.core.policy.policies_dir", lambda: tmp_path)
    occurrences.catalogue.cache_clear()
    with pytest.raises(PolicyError, match=said) as told:
        occurrences.check()
    assert "occurrences.toml" in str(told.value)
    monkeypatch.undo()
    occurrences.check()
