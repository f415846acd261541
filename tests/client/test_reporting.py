"""Chidi reports from the command line what happened in the world, and corrects it; nothing wrong is recorded."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests import people
from tests.client.conftest import Command, Server

TODAY = datetime.now(UTC).date().isoformat()
EXHAUSTED = "consultations.exhausted"


@pytest.fixture
def name(chidi: Command, sent: dict[str, Any]) -> str:
    assert chidi("request", "ack", sent["reference"], "--yes").code == 0
    return str(sent["reference"])


def reported(server: Server, sent: dict[str, Any]) -> list[tuple[str, int | None]]:
    shown = server.unlocked(people.AMINA).http.get(f"/requests/{sent['id']}")
    return [(one["what"], one["corrects"]) for one in shown["occurrences"]]


def test_a_report_is_made_and_corrected(chidi: Command, name: str, sent: dict[str, Any], server: Server) -> None:
    made = chidi("request", "report", name, EXHAUSTED, "--on", TODAY, "--yes")
    assert made.code == 0, made.err
    assert made.out.startswith(f"Report 1 on {name}: ")
    twice = chidi("request", "report", name, EXHAUSTED, "--on", TODAY, "--yes")
    assert twice.code != 0
    corrected = chidi("request", "report", name, EXHAUSTED, "--on", TODAY, "--corrects", "1", "--yes", "--json")
    assert corrected.code == 0, corrected.err
    assert [one["corrects"] for one in json.loads(corrected.out)["occurrences"]] == [None, 1]
    assert reported(server, sent) == [(EXHAUSTED, None), (EXHAUSTED, 1)]


@pytest.mark.parametrize(
    ("what", "when", "said"),
    [
        (EXHAUSTED, [], "Give --on and a day or"),
        (EXHAUSTED, ["--on", TODAY, "--at", f"{TODAY}T10:00+01:00"], "Give --on and a day or"),
        (EXHAUSTED, ["--at", f"{TODAY}T10:00+01:00"], "is reported with --on and a day"),
        ("landing.unscheduled", ["--on", TODAY], "is reported with --at and a moment"),
        ("landing.unscheduled", ["--at", f"{TODAY}T00:00+14:00"], "not reported on a request of this kind"),
        (EXHAUSTED, ["--on", "2999-01-01"], ""),
        ("weather.changed", ["--on", TODAY], "The catalogue has no weather.changed: choose one of arrest.made"),
    ],
    ids=["no time", "both", "a moment for a day", "a day for a moment", "another kind", "not yet", "unknown"],
)
def test_what_cannot_be_reported_leaves_no_report(
    chidi: Command, name: str, sent: dict[str, Any], server: Server, what: str, when: list[str], said: str
) -> None:
    refused = chidi("request", "report", name, what, *when, "--yes")
    assert refused.code != 0
    assert said in refused.err
    assert reported(server, sent) == []
