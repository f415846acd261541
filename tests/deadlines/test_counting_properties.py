"""Counting, for any facts: order does not matter, a pause moves by its days, recomputing changes nothing."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.deadlines.test_counting import DECREED, RIVERS, calendar, rule

from comity.deadlines.counting import Fact, FactKind, State, compute, latest, state
from comity.deadlines.sentences import sentence

DAY0 = datetime(2026, 11, 2, 12, tzinfo=UTC)
CALENDARS = [
    calendar(RIVERS, DECREED),
    calendar(zone="Asia/Amman", weekend=("friday", "saturday")),
    calendar(zone="America/Santiago"),
]
WITHIN = [
    "agreed date",
    "7 calendar days",
    "60 calendar days",
    "5 working days",
    "30 working days",
    "2 months",
    "96 hours",
]
hours = st.integers(0, 24 * 60)


@st.composite
def worlds(draw):
    """A rule, a calendar and facts in the order in which they could really happen."""
    within = draw(st.sampled_from(WITHIN))
    facts = [
        Fact(FactKind.STARTED, DAY0, on=date(2026, 12, draw(st.integers(1, 28))) if within == "agreed date" else None)
    ]
    for n in range(draw(st.integers(0, 4))):
        begin = draw(hours)
        facts.append(Fact(FactKind.PAUSED, DAY0 + timedelta(hours=begin), key=str(n)))
        if draw(st.booleans()):
            facts.append(Fact(FactKind.RESUMED, DAY0 + timedelta(hours=begin + draw(hours)), key=str(n)))
    for when, number in draw(st.lists(st.tuples(hours, st.integers(1, 30)), max_size=2)):
        facts.append(Fact(FactKind.EXTENDED, DAY0 + timedelta(hours=when), days=number))
    if draw(st.booleans()):
        facts.append(
            Fact(FactKind.EXTENDED, DAY0 + timedelta(hours=draw(hours)), on=date(2027, 2, draw(st.integers(1, 28))))
        )
    if draw(st.booleans()):
        amended = date(2026, 11, 20) + timedelta(days=draw(st.integers(0, 60)))
        facts.append(Fact(FactKind.AMENDED, DAY0 + timedelta(hours=draw(hours)), on=amended))
    if draw(st.booleans()):
        met = draw(hours)
        facts.append(Fact(FactKind.MET, DAY0 + timedelta(hours=met)))
        if draw(st.booleans()):
            facts.append(Fact(FactKind.REOPENED, DAY0 + timedelta(hours=met + draw(hours))))
    if draw(st.booleans()):
        instant, later = DAY0 - timedelta(hours=draw(hours)), DAY0 + timedelta(hours=draw(hours))
        by_hour = "hours" in within
        told = None if by_hour else date(2026, 12, 3) if within == "agreed date" else instant.date()
        facts.append(Fact(FactKind.CORRECTED, later, on=told, since=instant if by_hour else None))
    bound = draw(st.sampled_from([None, 1, 10, 40]))
    unit = "hours" if "hours" in within else "working days" if "working" in within else "calendar days"
    more = {"extended_by": ("a.extended",), "extends_at_most": f"{bound} {unit}"} if bound else {}
    return rule(within, rolls_to_working_day=within != "96 hours", **more), facts, draw(st.sampled_from(CALENDARS))


@given(worlds(), st.randoms())
def test_the_order_in_which_facts_are_read_does_not_matter(world, random):
    terms, facts, days = world
    shuffled = random.sample(facts, len(facts))
    assert compute(terms, shuffled, days) == compute(terms, facts, days)
    assert state(shuffled) == state(facts)


@given(worlds())
def test_computing_again_changes_nothing_and_every_step_can_be_said(world):
    terms, facts, days = world
    first, again = compute(terms, facts, days), compute(terms, list(facts), days)
    assert first == again
    assert "started" in {step.what for step in first.trace[:2]}
    assert any(step.due == first.due.on for step in first.trace)
    assert all("%(" not in sentence(step) for step in first.trace)


@given(worlds(), st.integers(1, 60))
def test_a_pause_of_k_days_moves_the_date_by_k_before_rolling(world, k):
    terms, _, days = world
    terms = terms.model_copy(update={"rolls_to_working_day": False})
    if terms.limit.unit == "working days":
        return
    start = Fact(FactKind.STARTED, DAY0, on=date(2026, 12, 1) if terms.within == "agreed date" else None)
    asked = DAY0 + timedelta(days=1)
    pause = [Fact(FactKind.PAUSED, asked, key="1"), Fact(FactKind.RESUMED, asked + timedelta(days=k), key="1")]
    moved = compute(terms, [start, *pause], days).due.on - compute(terms, [start], days).due.on
    assert moved == timedelta(days=k)


@given(worlds())
def test_rolling_only_ever_moves_to_the_next_working_day(world):
    terms, facts, days = world
    unrolled = compute(terms.model_copy(update={"rolls_to_working_day": False}), facts, days).due.on
    rolled = compute(terms, facts, days).due.on
    if terms.limit.unit == "hours":
        assert rolled == unrolled
    else:
        assert rolled == days.next_working(unrolled)


@given(worlds())
def test_the_due_instant_is_the_end_of_the_due_day_there(world):
    terms, facts, days = world
    due = compute(terms, facts, days).due
    if terms.limit.unit != "hours":
        assert days.local(due.at) > due.on
        assert days.local(due.at - timedelta(seconds=1)) == due.on


@given(worlds())
def test_an_open_question_is_a_pause_and_its_answer_ends_it(world):
    terms, facts, days = world
    running = [fact for fact in facts if fact.kind in (FactKind.STARTED, FactKind.EXTENDED)]
    asked = Fact(FactKind.PAUSED, DAY0 + timedelta(days=70), key="last")
    answered = Fact(FactKind.RESUMED, DAY0 + timedelta(days=75), key="last")
    assert state([*running, asked]) is State.PAUSED
    assert compute(terms, [*running, asked], days).due == compute(terms, running, days).due
    assert state([*running, asked, answered]) is State.RUNNING


@given(worlds())
def test_no_extension_leads_beyond_the_bound_and_one_within_it_is_left_alone(world):
    terms, facts, days = world
    furthest, due = latest(terms, facts, days), compute(terms, facts, days).due
    unbound = compute(terms.changed(extends_at_most=None), facts, days).due
    if furthest is None:
        assert terms.cap is None
        assert due == unbound
    elif any(fact.kind in (FactKind.EXTENDED, FactKind.AMENDED) for fact in facts):
        assert due == min(furthest, unbound, key=lambda one: one.at)
    else:
        assert due == unbound


@given(worlds())
def test_the_bound_does_not_depend_on_what_was_granted(world):
    terms, facts, days = world
    granted = [fact for fact in facts if fact.kind is not FactKind.EXTENDED]
    assert latest(terms, granted, days) == latest(terms, facts, days)


@given(worlds(), st.integers(0, 400))
def test_an_agreed_date_is_the_date_whatever_the_length_is(world, after):
    terms, _, days = world
    if terms.within == "agreed date":
        return
    on = date(2026, 11, 2) + timedelta(days=after)
    plain = {"extends_at_most": None, "rolls_to_working_day": False}
    agreed = terms.changed(unless_agreed="agreed_on", **plain).as_agreed()
    assert compute(agreed, [Fact(FactKind.STARTED, DAY0, on=on)], days).due.on == on


@given(worlds(), hours)
def test_the_next_of_recurring_periods_is_as_long_from_the_day_on_which_the_one_before_was_met(world, later):
    terms, _, days = world
    plain = {"extends_at_most": None, "rolls_to_working_day": False}
    recurring = terms.changed(again="60 calendar days", ended_by=("a.ended",), **plain)
    met = Fact(FactKind.STARTED, DAY0 + timedelta(hours=later))
    assert compute(recurring.next(), [met], days).due.on == days.local(met.at) + timedelta(days=60)


@given(worlds(), st.integers(0, 40))
def test_a_correction_gives_what_the_right_report_would_have_given(world, earlier):
    terms, facts, days = world
    if terms.limit.unit == "hours":
        return
    rest = [fact for fact in facts if fact.kind not in (FactKind.STARTED, FactKind.CORRECTED)]
    right, wrong = date(2026, 11, 2) - timedelta(days=earlier), date(2026, 11, 2)
    corrected = Fact(FactKind.CORRECTED, DAY0 + timedelta(days=1), on=right)
    reported = compute(terms, [Fact(FactKind.STARTED, DAY0, on=right), *rest], days)
    mended = compute(terms, [Fact(FactKind.STARTED, DAY0, on=wrong), corrected, *rest], days)
    assert mended.due == reported.due
