"""`comity request report`: what happened in the world and starts, meets or ends a legal period; nothing is sealed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from comity_client.cli_consulting import catalogued
from comity_client.cli_linking import request as request
from comity_client.cli_requests import find
from comity_client.completing import reference_argument
from comity_client.terminal import DAY, agree, connect, json_option, out, yes_option

INSTANT = click.DateTime(["%Y-%m-%dT%H:%M%z", "%Y-%m-%dT%H:%M:%S%z"])
"""A moment with its distance from UTC, as 2026-12-22T14:30+01:00."""


@request.command()
@reference_argument
@click.argument("what")
@click.option("--on", type=DAY, help="The day, where the requested State is, as 2026-12-22.")
@click.option("--at", type=INSTANT, help="The moment, where a limit counts hours, as 2026-12-22T14:30+01:00.")
@click.option("--corrects", type=int, help="The number of the report that was wrong.")
@yes_option
@json_option
def report(
    name: str, what: str, on: datetime | None, at: datetime | None, corrects: int | None, yes: bool, as_json_: bool
) -> None:
    """Report WHAT happened, by its word in the catalogue.  The platform reads the date: legal periods run from it."""
    if (on is None) == (at is None):
        raise click.UsageError("Give --on and a day or, where a limit counts hours, --at and a moment.")
    http, _ = connect()
    found = find(http, name)
    known = catalogued(http, "reports", "what", what)
    if known["hour"] != (at is not None):
        raise click.UsageError(f"{what} is reported with {'--at and a moment' if known['hour'] else '--on and a day'}.")
    when = at.isoformat() if at is not None else on.date().isoformat() if on is not None else ""
    agree(f"Report on {found['reference']}: {known['names']['en']}, {when}?", yes)
    body: dict[str, Any] = {"what": what, "at" if at is not None else "on": when, "corrects": corrects}
    done = http.post(f"/requests/{found['id']}/report", body)
    out(
        done, as_json_, f"Report {done['occurrences'][-1]['n']} on {done['reference']}: {known['names']['en']}, {when}."
    )
