"""Counting: the due date of every kind of limit, and the acceptance cases of real calendars."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from comity.deadlines.calendars import Calendar, CalendarRule, HolidayRule, Names, calendar_from, wording
from comity.deadlines.counting import Fact, FactKind, State, compute, state
from comity.deadlines.policy import Rule
from comity.deadlines.sentences import SENTENCES, sentence

RIVERS = HolidayRule(
    name=Names(en="Day of the Rivers", fr="Journée des fleuves"), on=(date(2026, 12, 7),), source="s. 3"
)
WEEKEND = ("saturday", "sunday")
DECREED = HolidayRule(name=Names(en="National Day", fr="Fête nationale"), every="11-30", source="Decree 12")


def calendar(
    *holidays: HolidayRule, zone: str = "Africa/Dakar", weekend: tuple[str, ...] = ("saturday", "sunday")
) -> Calendar:
    names = Names(en="Xandria", fr="Xandrie")
    rule = {"code": "XA", "names": names, "time_zone": zone, "weekend": weekend, "basis": "test", "holiday": holidays}
    return calendar_from(CalendarRule(**rule))


def rule(within: str, **more) -> Rule:
    base = {
        "name": "test",
        "nature": "policy",
        "runs_from": "a.happened",
        "within": within,
        "met_by": ("a.done",),
        "falls_on": "requested State",
        "rolls_to_working_day": True,
        "basis": "test",
    }
    if within == "agreed date" or within.endswith("before"):
        base["counted_from"] = "on"
    return Rule(**(base | more))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def started(text: str, on: str | None = None) -> Fact:
    return Fact(FactKind.STARTED, at(text), on=date.fromisoformat(on) if on else None)


def pause(begin: str, end: str, key: str = "1") -> list[Fact]:
    return [Fact(FactKind.PAUSED, at(begin), key=key), Fact(FactKind.RESUMED, at(end), key=key)]


def due(within: str, *facts: Fact, days: Calendar | None = None, **more) -> str:
    return compute(rule(within, **more), facts, days or calendar()).due.on.isoformat()


def steps(within: str, *facts: Fact, days: Calendar | None = None, **more) -> list[str]:
    return [step.what for step in compute(rule(within, **more), facts, days or calendar()).trace]


@pytest.mark.parametrize(
    ("within", "expected"),
    [
        ("7 calendar days", "2026-11-30"),
        ("8 calendar days", "2026-12-01"),
        ("5 working days", "2026-11-30"),
        ("1 month", "2026-12-23"),
        ("3 months", "2027-02-23"),
    ],
)
def test_the_day_of_the_trigger_is_not_counted(within, expected):
    assert due(within, started("2026-11-23T10:00")) == expected


def test_a_month_ends_on_its_last_day_where_it_has_no_such_day():
    assert due("1 month", started("2027-01-29T10:00"), rolls_to_working_day=False) == "2027-02-28"
    assert due("1 month", started("2028-01-31T10:00"), rolls_to_working_day=False) == "2028-02-29"
    assert due("2 months", started("2027-12-31T10:00"), rolls_to_working_day=False) == "2028-02-29"


def test_a_last_day_on_a_holiday_moves_to_the_next_working_day_and_says_why():
    facts = started("2026-11-30T10:00")
    assert due("7 calendar days", facts, days=calendar(RIVERS)) == "2026-12-08"
    trace = compute(rule("7 calendar days"), [facts], calendar(RIVERS)).trace
    holiday = next(step for step in trace if step.what == "holiday")
    assert (holiday.on, holiday.values["source"]) == (date(2026, 12, 7), "s. 3")
    assert sentence(holiday) == "Day of the Rivers: not a working day (s. 3)."
    assert sentence(holiday, "fr").startswith("Journée des fleuves")


def test_source_and_basis_are_said_in_the_reader_s_language_where_both_are_given():
    both = Names(en="Public Holidays Act, s. 3", fr="loi sur les jours fériés, art. 3")
    days = calendar(RIVERS.model_copy(update={"source": both}))
    trace = compute(rule("7 calendar days"), [started("2026-11-30T10:00")], days).trace
    holiday = next(step for step in trace if step.what == "holiday")
    assert sentence(holiday) == "Day of the Rivers: not a working day (Public Holidays Act, s. 3)."
    assert "(loi sur les jours fériés, art. 3)" in sentence(holiday, "fr")
    assert (wording(both, "fr-CH"), wording(both, "en"), wording("art. 93", "fr")) == (both.fr, both.en, "art. 93")
    with pytest.raises(ValueError, match="fr"):
        rule("7 calendar days", basis={"en": "only English"})


def test_a_holiday_after_a_weekend_is_skipped_as_well():
    assert due("5 calendar days", started("2026-11-30T10:00"), days=calendar(RIVERS)) == "2026-12-08"
    assert steps("5 calendar days", started("2026-11-30T10:00"), days=calendar(RIVERS)) == [
        "started", "counted calendar days", "weekend", "weekend", "holiday", "rolled", "due",
    ]  # fmt: skip


def test_a_holiday_added_while_the_period_runs_moves_the_date():
    facts = started("2026-11-30T10:00")
    assert (due("7 calendar days", facts), due("7 calendar days", facts, days=calendar(RIVERS))) == (
        "2026-12-07",
        "2026-12-08",
    )
    assert calendar().digest != calendar(RIVERS).digest


def test_a_limit_that_protects_liberty_is_never_lengthened_by_a_weekend():
    facts = started("2026-11-23T10:00")
    assert due("5 calendar days", facts, rolls_to_working_day=False) == "2026-11-28"
    assert "weekend" not in steps("5 calendar days", facts, rolls_to_working_day=False)


def test_a_state_whose_weekend_is_friday_and_saturday():
    amman = calendar(DECREED, zone="Asia/Amman", weekend=("friday", "saturday"))
    assert due("4 calendar days", started("2026-11-23T10:00"), days=amman) == "2026-11-29"  # Friday to Sunday
    assert due("5 working days", started("2026-11-23T10:00"), days=amman) == "2026-12-01"  # 30 November is off


def test_a_message_that_arrives_on_a_day_off_counts_from_that_day():
    assert due("7 calendar days", started("2026-11-28T10:00")) == "2026-12-07"
    assert due("1 working day", started("2026-11-28T10:00")) == "2026-11-30"


def test_the_day_is_the_day_where_the_authority_is():
    evening = started("2026-11-23T22:30")
    assert due("7 calendar days", evening) == "2026-11-30"
    assert due("7 calendar days", evening, days=calendar(zone="Asia/Amman")) == "2026-12-01"


def over(days: Calendar, agreed: str) -> datetime:
    terms = rule("agreed date", rolls_to_working_day=False)
    return compute(terms, [started("2027-03-01T10:00", agreed)], days).due.at


def test_the_due_day_is_over_at_midnight_there_also_when_the_clock_changes():
    chile = calendar(zone="America/Santiago")
    assert compute(rule("agreed date"), [started("2027-03-01T10:00", "2027-04-02")], chile).due.at == at(
        "2027-04-03T03:00"
    )
    assert compute(rule("agreed date"), [started("2027-03-01T10:00", "2027-04-05")], chile).due.at == at(
        "2027-04-06T04:00"
    )
    gap = calendar(zone="Asia/Beirut")  # midnight of 28 March 2027 does not exist there
    assert over(gap, "2027-03-27") == at("2027-03-27T22:00")


def test_hours_are_counted_from_the_minute_and_do_not_roll():
    reckoning = compute(
        rule("96 hours", rolls_to_working_day=False), [started("2026-11-24T10:30")], calendar(zone="Asia/Amman")
    )
    assert reckoning.due == (date(2026, 11, 28), at("2026-11-28T10:30"))
    assert sentence(reckoning.trace[-1]) == "Due at 13:30 on this day (Asia/Amman)."


def test_a_pause_in_hours_adds_the_time_itself():
    facts = [started("2026-11-24T10:30"), *pause("2026-11-25T09:00", "2026-11-26T11:15")]
    assert compute(rule("48 hours", rolls_to_working_day=False), facts, calendar()).due.at == at("2026-11-27T12:45")


def test_days_counted_back_from_a_date_that_is_known():
    assert (
        due("45 calendar days before", started("2026-11-23T10:00", "2027-03-01"), rolls_to_working_day=False)
        == "2027-01-15"
    )
    assert (
        due("5 working days before", started("2026-11-23T10:00", "2026-12-10"), days=calendar(RIVERS)) == "2026-12-02"
    )


def test_an_agreed_date_on_a_day_off_moves_to_the_next_working_day():
    assert due("agreed date", started("2026-11-23T10:00", "2026-12-05")) == "2026-12-07"


def test_each_pause_adds_the_days_from_its_question_to_its_answer_before_rolling():
    facts = [started("2026-11-23T10:00", "2026-12-01"), *pause("2026-11-24T10:00", "2026-11-26T09:00")]
    assert due("agreed date", *facts) == "2026-12-03"
    facts += pause("2026-11-27T23:00", "2026-11-29T01:00", key="2")
    assert due("agreed date", *facts) == "2026-12-07"  # 1 + 2 + 2 December is a Saturday
    assert steps("agreed date", *facts)[:6] == [
        "started",
        "agreed",
        "stood still",
        "runs again",
        "stood still",
        "runs again",
    ]


def test_a_question_answered_on_the_same_day_adds_nothing():
    facts = [started("2026-11-23T10:00", "2026-12-01"), *pause("2026-11-24T00:10", "2026-11-24T23:50")]
    assert due("agreed date", *facts) == "2026-12-01"


def test_the_days_of_a_pause_are_days_in_the_zone_of_the_authority():
    facts = [started("2026-11-23T10:00", "2026-12-01"), *pause("2026-11-24T22:30", "2026-11-25T01:00")]
    assert due("agreed date", *facts) == "2026-12-02"
    assert due("agreed date", *facts, days=calendar(zone="Asia/Amman")) == "2026-12-01"


def test_two_open_questions_stop_the_clock_once():
    facts = [
        started("2026-11-23T10:00", "2026-12-01"),
        *pause("2026-11-24T10:00", "2026-11-27T10:00", key="1"),
        *pause("2026-11-25T10:00", "2026-11-28T10:00", key="2"),
    ]
    assert due("agreed date", *facts) == "2026-12-07"  # 4 days: Saturday 5 December rolls
    assert state(facts[:-1]) is State.PAUSED
    assert state(facts) is State.RUNNING


def test_pause_and_period_use_the_same_calendar():
    facts = [started("2026-11-23T10:00"), *pause("2026-11-27T10:00", "2026-11-30T10:00")]
    assert due("5 working days", *facts) == "2026-12-01"  # Friday to Monday is one working day


def test_an_open_question_leaves_the_date_and_says_that_it_stands_still():
    facts = [started("2026-11-23T10:00", "2026-12-01"), pause("2026-11-24T10:00", "2026-11-26T09:00")[0]]
    assert due("agreed date", *facts) == "2026-12-01"
    assert "stands still" in steps("agreed date", *facts)


def test_an_answer_that_comes_back_counts_like_a_pause():
    met, back = Fact(FactKind.MET, at("2026-11-25T10:00")), Fact(FactKind.REOPENED, at("2026-11-30T10:00"))
    facts = [started("2026-11-23T10:00", "2026-12-01"), met]
    assert (state(facts), due("agreed date", *facts)) == (State.MET, "2026-12-01")
    assert (state([*facts, back]), due("agreed date", *facts, back)) == (State.RUNNING, "2026-12-07")


def test_what_was_met_stays_met_when_the_matter_ends():
    facts = [started("2026-11-23T10:00"), Fact(FactKind.ENDED, at("2026-11-26T10:00"))]
    assert state(facts) is State.ENDED
    assert state([*facts, Fact(FactKind.MET, at("2026-11-25T10:00"))]) is State.MET


def test_an_extension_in_days_and_one_to_a_date():
    facts = [started("2026-11-23T10:00", "2026-12-01"), Fact(FactKind.EXTENDED, at("2026-11-24T10:00"), days=2)]
    assert due("agreed date", *facts) == "2026-12-03"
    later = Fact(FactKind.EXTENDED, at("2026-11-27T10:00"), on=date(2026, 12, 15))
    assert due("agreed date", *facts, later) == "2026-12-15"
    before, across = pause("2026-11-24T10:00", "2026-11-26T10:00"), pause("2026-11-26T12:00", "2026-11-30T10:00", "2")
    assert due("agreed date", *facts, later, *before) == "2026-12-15"  # agreed with that pause in sight
    assert due("agreed date", *facts, later, *across) == "2026-12-18"  # only the days after it was agreed are added


def test_an_amendment_sets_the_date_later_or_earlier_and_the_last_word_counts():
    facts = [started("2026-11-23T10:00", "2026-12-10")]
    earlier = Fact(FactKind.AMENDED, at("2026-11-24T10:00"), on=date(2026, 12, 1))
    assert due("agreed date", *facts, earlier) == "2026-12-01"
    granted = Fact(FactKind.EXTENDED, at("2026-11-26T10:00"), on=date(2026, 12, 15))
    assert due("agreed date", granted, earlier, *facts) == "2026-12-15"
    again = Fact(FactKind.AMENDED, at("2026-11-27T10:00"), on=date(2026, 12, 8))
    assert due("agreed date", *facts, granted, earlier, again) == "2026-12-08"
    across = pause("2026-11-26T12:00", "2026-11-30T10:00")
    assert due("agreed date", *facts, again, *across) == "2026-12-11"  # only the days after it was amended are added


def test_a_period_starts_exactly_once():
    with pytest.raises(ValueError, match="not 0"):
        due("7 calendar days", *pause("2026-11-24T10:00", "2026-11-26T09:00"))
    with pytest.raises(ValueError, match="not 2"):
        due("7 calendar days", started("2026-11-24T10:00"), started("2026-11-25T10:00"))


def test_every_step_has_a_sentence_and_the_values_it_needs():
    facts = [
        started("2026-11-23T10:00", "2026-12-04"),
        *pause("2026-11-24T10:00", "2026-11-26T10:00"),
        Fact(FactKind.EXTENDED, at("2026-11-27T10:00"), days=1),
        Fact(FactKind.MET, at("2026-11-27T11:00")),
        Fact(FactKind.REOPENED, at("2026-11-27T12:00")),
        Fact(FactKind.ENDED, at("2026-11-27T13:00")),
    ]
    seen = set()
    open_question = pause("2026-11-28T10:00", "2026-11-29T10:00", "9")[0]
    to_a_date = Fact(FactKind.EXTENDED, at("2026-11-27T10:30"), on=date(2026, 12, 5))
    amended = Fact(FactKind.AMENDED, at("2026-11-27T10:30"), on=date(2026, 12, 5))
    for within in ("agreed date", "2 calendar days", "7 working days", "3 hours", "1 month", "9 calendar days before"):
        for more in ([], [open_question], [to_a_date], [amended]):
            roll = "hours" not in within
            for step in compute(rule(within, rolls_to_working_day=roll), [*facts, *more], calendar(RIVERS)).trace:
                seen.add(step.what)
                assert "%" not in sentence(step)
                assert sentence(step)[-1] == "."
    much_longer = Fact(FactKind.EXTENDED, at("2026-11-27T10:30"), days=40)
    bound = {"extended_by": ("a.extended",), "extends_at_most": "1 calendar day"}
    for terms in (rule("7 calendar days", **bound), rule("2 days", unless_agreed="on").as_agreed(), rule("same day")):
        seen |= {step.what for step in compute(terms, [*facts, much_longer], calendar()).trace}
    anew = Fact(FactKind.CORRECTED, at("2026-11-24T09:00"), on=date(2026, 11, 22))
    seen |= {step.what for step in compute(rule("7 calendar days"), [*facts, anew], calendar()).trace}
    assert seen == set(SENTENCES)


def test_the_office_is_open_on_working_days_in_working_hours():
    office = calendar(RIVERS)
    assert not office.is_open(at("2026-12-04T08:59"))
    assert office.is_open(at("2026-12-04T09:00"))
    assert not office.is_open(at("2026-12-04T17:00"))
    assert office.next_open(at("2026-12-04T17:00")) == at("2026-12-08T09:00")
    assert office.next_open(at("2026-12-08T03:00")) == at("2026-12-08T09:00")
    assert (office.opens, office.closes) == (time(9), time(17))


def test_a_calendar_may_take_its_holidays_from_the_library_and_another_region_has_others():
    def of(**where: str) -> Calendar:
        names = Names(en="x", fr="x")
        return calendar_from(
            CalendarRule(
                code="X", names=names, time_zone="Europe/Berlin", weekend=("saturday", "sunday"), basis="x", **where
            )
        )

    epiphany = date(2027, 1, 6)
    assert of(country="DE").works(epiphany)
    assert not of(country="DE", subdivision="BY").works(epiphany)
    assert "holidays" in of(country="DE", subdivision="BY").holiday(epiphany).source
    with pytest.raises(ValueError, match="no subdivision"):
        of(country="DE", subdivision="XX")
    with pytest.raises(ValueError, match="knows no country"):
        of(country="XA")


def test_a_year_at_a_time_is_enough_for_a_period_over_new_year():
    names = Names(en="x", fr="x")
    days = calendar_from(
        CalendarRule(code="X", names=names, time_zone="UTC", weekend=("sunday",), basis="x", country="FR")
    )
    assert not days.works(date(2027, 1, 1))
    assert days.next_working(date(2027, 1, 1)) == date(2027, 1, 2)
    assert days.end_of(date(2026, 12, 31)) - at("2026-12-31T00:00") == timedelta(days=1)
