"""What rules can say: bounds of extensions, periods that recur, dates that were agreed, sources nobody has read."""

from dataclasses import dataclass
from datetime import date

import pytest
from pydantic import ValidationError
from sqlalchemy import select
from tests.deadlines.happening import AMINA, CHIDI, Matter, lines, moment, register_authorities

from comity.core import journal
from comity.core.database import Session
from comity.core.errors import PolicyError, Refused
from comity.core.transaction import transaction
from comity.deadlines import policy, queries
from comity.deadlines.model import Deadline, DeadlineFact
from comity.deadlines.policy import Rule

RULE = {
    "name": "review",
    "nature": "policy",
    "runs_from": "rfa.transmitted",
    "within": "30 calendar days",
    "met_by": ("rfa.acknowledged",),
    "falls_on": "requested State",
    "basis": "test",
}


@dataclass(frozen=True)
class Extended(journal.Event):
    """A test's own event, so that the periods of a test can be extended by days or to a date; known to it alone."""

    requesting: str
    requested: str
    days: int | None = None
    until: str | None = None


Extended.name = "test.extended"


@pytest.fixture
def only(monkeypatch, database):
    """Lets one rule be the whole policy."""
    register_authorities()
    monkeypatch.setitem(journal._events, Extended.name, Extended)

    def is_the_policy(**terms) -> Rule:
        rule = Rule(**(RULE | terms))
        policy._check(rule)
        monkeypatch.setattr(policy, "rules", lambda: (rule,))
        return rule

    return is_the_policy


def begun(**fields) -> Matter:
    matter = Matter()
    matter.happens("rfa.transmitted", "2026-11-02T10:00", **fields)
    return matter


def periods(matter: Matter) -> list[Deadline]:
    with Session(writes=False) as session:
        of_matter = select(Deadline).where(Deadline.matter == matter.row.subject)
        return list(session.scalars(of_matter.order_by(Deadline.triggered_at)))


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ({"again": "agreed date", "ended_by": ("rfa.withdrawn",)}, "`again` is a length"),
        ({"again": "60 calendar days"}, "`again` needs `met_by`, after which the next period begins, and `ended_by`"),
        ({"again": "60 days", "ended_by": ("rfa.closed",), "reopened_by": ("rfa.returned",)}, "exclude each other"),
        ({"again": "soon", "ended_by": ("rfa.closed",)}, "'soon' is no length"),
        ({"extends_at_most": "30 calendar days"}, "`extends_at_most` needs `extended_by`"),
        ({"extends_at_most": "agreed date", "extended_by": ("test.extended",)}, "`extends_at_most` is a length"),
        ({"extends_at_most": "5 days before", "extended_by": ("test.extended",)}, "`extends_at_most` is a length"),
        ({"extends_at_most": "48 hours", "extended_by": ("test.extended",)}, "counts hours only where every length"),
        (
            {"within": "2 hours", "extends_at_most": "2 hours", "extended_by": ("x",), "unless_agreed": "on"},
            "every length",
        ),
        ({"within": "agreed date", "counted_from": "a", "unless_agreed": "b"}, "needs a length in `within`"),
        ({"within": "1 hour", "again": "2 hours", "ended_by": ("x",), "rolls_to_working_day": True}, "does not roll"),
        ({"unverified": "perhaps"}, "valid boolean"),
    ],
)
def test_a_rule_that_says_something_impossible_is_refused_with_the_reason(terms, reason):
    with pytest.raises(ValidationError, match=reason):
        Rule(**(RULE | terms))


def test_a_mistake_in_the_file_is_told_with_file_line_and_reason(tmp_path, monkeypatch):
    file = tmp_path / "deadlines.toml"
    text = """[[deadline]]
name = "notice"
nature = "law"
runs_from = "rfa.transmitted"
unless_agreed = "agreed_on"
within = "45 calendar days"
met_by = ["rfa.acknowledged"]
falls_on = "requested State"
basis = "rule 180"
"""
    file.write_text(text)
    monkeypatch.setattr(policy, "policies_dir", lambda: tmp_path)
    monkeypatch.setattr("comity.core.policy.policies_dir", lambda: tmp_path)
    policy.forget()
    try:
        with pytest.raises(PolicyError) as told:
            policy.rules()
    finally:
        monkeypatch.undo()
        policy.forget()
    assert str(told.value) == f"{file}:5: 'notice': rfa.transmitted carries no field 'agreed_on'"


def test_when_a_review_is_met_the_next_begins_in_a_row_of_its_own(only):
    only(again="60 calendar days", ended_by=("rfa.withdrawn",))
    matter = begun()
    matter.happens("rfa.acknowledged", "2026-11-20T10:00", by=CHIDI)
    first, second = periods(matter)
    assert (first.met_at, first.due_on) == (moment("2026-11-20T10:00"), date(2026, 12, 2))
    assert (second.met_at, second.due_on, second.falls_on) == (None, date(2027, 1, 19), "XA")
    matter.happens("rfa.acknowledged", "2027-02-01T10:00", by=CHIDI)
    assert [one.due_on for one in periods(matter)][2:] == [date(2027, 4, 2)]
    assert lines("deadline") == ["deadline.started", *["deadline.met", "deadline.started"] * 2]


def test_recurring_reviews_end_with_their_event_and_none_begins_after_it(only):
    only(again="60 calendar days", ended_by=("rfa.withdrawn",))
    matter = begun()
    matter.happens("rfa.acknowledged", "2026-11-20T10:00", by=CHIDI)
    matter.happens("rfa.withdrawn", "2026-11-25T10:00", by=AMINA)
    matter.happens("rfa.acknowledged", "2026-11-26T10:00", by=CHIDI)
    late = moment("2027-06-01T00:00")
    assert [one.state(late) for one in periods(matter)] == ["met", "ended"]


def test_an_agreed_date_goes_before_the_length_of_the_rule(only):
    only(unless_agreed="requested_on", within="45 calendar days")
    assert [one.due_on for one in periods(begun(requested_on="2026-11-20"))] == [date(2026, 11, 20)]
    assert [one.due_on for one in periods(begun(requested_on=None))] == [date(2026, 12, 17)]


def test_what_would_run_is_foreseen_with_and_without_an_agreed_date(only):
    only(unless_agreed="requested_on", within="45 calendar days", unverified=True)
    sides = {"requesting": "OTP", "requested": "XA"}
    with transaction(AMINA, writes=False) as tx:
        (agreed,) = queries.foresee(tx, "rfa.transmitted", sides, {"requested_on": date(2027, 3, 1)})
        (left_open,) = queries.foresee(tx, "rfa.transmitted", sides, {"requested_on": None})
    assert agreed.due_on == date(2027, 3, 1)
    assert [step.what for step in agreed.trace][1] == "agreed between them"
    assert [step.what for step in left_open.trace][1] == "counted calendar days"
    assert agreed.unverified


def test_an_extension_is_taken_up_to_the_bound_and_refused_beyond_it_with_the_latest_day(only):
    only(extended_by=("test.extended",), extends_at_most="30 calendar days")
    matter = begun()
    matter.happens("test.extended", "2026-11-10T10:00", until="2026-12-20")
    with pytest.raises(Refused, match="can be extended to 2027-01-01 at the latest"):
        matter.happens("test.extended", "2026-11-11T10:00", until="2027-01-02")
    with pytest.raises(Refused, match="can be extended to 2027-01-01 at the latest"):
        matter.happens("test.extended", "2026-11-12T10:00", days=13)
    (deadline,) = periods(matter)
    assert deadline.due_on == date(2026, 12, 20)
    assert lines("test", "deadline") == ["deadline.started", "test.extended", "deadline.extended"]
    with Session(writes=False) as session:
        kinds = session.scalars(select(DeadlineFact.kind).where(DeadlineFact.deadline_id == deadline.id)).all()
    assert kinds == ["started", "extended"]
    matter.happens("test.extended", "2026-11-13T10:00", days=12)
    assert periods(matter)[0].due_on == date(2027, 1, 1)


def test_an_explanation_says_how_far_a_date_can_be_extended_and_since_when_it_stands_still(only):
    pauses = {"paused_by": ("clarification.asked",), "resumed_by": ("clarification.answered",)}
    only(extended_by=("test.extended",), extends_at_most="30 calendar days", **pauses)
    matter = begun()
    matter.happens("clarification.asked", "2026-11-10T10:00", by=CHIDI, n=1)
    with transaction(CHIDI, writes=False) as tx:
        (told,) = [queries.explain(tx, one) for one in queries.deadlines_of(tx, matter.row.subject)]
    assert (told.extends_until, told.paused_since) == (date(2027, 1, 1), moment("2026-11-10T10:00"))
