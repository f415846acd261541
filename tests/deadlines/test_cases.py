"""Every case of the clock, and that a case which is wrong would be noticed."""

from dataclasses import replace
from datetime import date

import pytest
from tests.deadlines import cases


@pytest.mark.parametrize("case", cases.every(), ids=lambda case: f"{case.file} {case.name}")
def test_counting_gives_what_the_case_says(case):
    assert case.faults() == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("due", "2026-12-24"),
        ("until", "2026-12-24T00:00"),
        ("due_before", "2026-12-24"),
        ("says", ["due", "started"]),
        ("state", "met"),
    ],
)
def test_another_answer_than_that_of_the_file_is_a_fault(name, value):
    case = cases.every()[0]
    (fault,) = replace(case, wanted={name: value}).faults()
    assert fault.startswith(name)


def test_a_day_off_that_is_added_is_one_for_the_case_alone():
    plain = cases.calendars()["ZC"]
    day = date(2026, 11, 25)
    assert plain.works(day)
    assert not cases.with_days_off(plain, frozenset({day})).works(day)
    assert plain.works(day)


@pytest.mark.parametrize(
    "table",
    [
        {"name": "x"},
        {"name": "x", "source": "s", "within": "1 day", "calendar": "ZC", "facts": [], "due": "d", "Due": "d"},
    ],
)
def test_a_case_that_says_too_little_or_something_unknown_is_refused(table):
    with pytest.raises(ValueError, match=r"README\.md"):
        cases._case("f.toml", table, cases.calendars())
