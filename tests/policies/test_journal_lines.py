"""Journals in the world hold lines of every event ever recorded: each must still be read, and hash to what it did."""

import dataclasses
import json

import pytest
from tests.vectors.journal_lines import kept, shapes, wanted

from comity.core import journal
from comity.core.journal import Entry

LINES = kept()


def named(each: dict[str, str]) -> str:
    """Which line a test is about: its event and its number, for an event may have had several shapes."""
    said = json.loads(each["line"])
    return f"{said['name']}-{said['seq']}"


@pytest.mark.parametrize("kept", LINES, ids=named)
def test_a_line_of_every_shape_is_read_as_the_event_it_was(kept: dict[str, str]) -> None:
    said = json.loads(kept["line"])
    event = Entry(name=said["name"], line=kept["line"]).event()
    assert event is not None, f"{said['name']} is no longer known: an event is never renamed or removed"
    data = {field.name: getattr(event, field.name) for field in dataclasses.fields(event)}
    assert said["data"].items() <= data.items(), "a field that lines carry is gone"
    assert event.data() == data


@pytest.mark.parametrize("kept", LINES, ids=named)
def test_the_canonical_text_and_its_hash_are_what_they_were(kept: dict[str, str]) -> None:
    said = json.loads(kept["line"])
    before, after = journal.around_seq(said, said["data"])
    assert f"{before}{said['seq']}{after}" == kept["line"]
    assert journal.chained(kept["previous"], kept["line"]) == kept["hash"]


def test_every_shape_that_is_written_has_its_line() -> None:
    missing = set(wanted()) - shapes()
    assert missing == set(), "run: PYTHONPATH=platform:. .venv/bin/python -m tests.vectors.journal_lines"
