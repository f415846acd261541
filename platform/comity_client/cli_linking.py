"""`comity request link|unlink|redirect|urgent|confirm|follow`: how requests belong together, and how one travels."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from comity_client.cli_consulting import request as request
from comity_client.cli_requests import find
from comity_client.completing import reference_argument
from comity_client.http import Http
from comity_client.terminal import DAY, agree, connect, json_option, out, yes_option

RELATIONS = {
    "follow-up": "follows",
    "same-matter": "same_matter",
    "replaces": "replaces",
    "full-request": "full_request_of",
}
"""What a request is to another: as one types it, and its word on the wire."""


def _carrying(http: Http, what: str, channel: str) -> str:
    """The channel, if the catalogue has it for that.  Raises UsageError."""
    known = [one["channel"] for one in http.get("/measures")["channels"] if what in one["carries"]]
    if channel not in known:
        raise click.UsageError(f"{channel} is none for this: {', '.join(known)}.")
    return channel


@request.command()
@reference_argument
@click.argument("other")
@click.option(
    "--as", "relation", type=click.Choice(list(RELATIONS)), required=True, help="What it is to the other request."
)
@yes_option
@json_option
def link(name: str, other: str, relation: str, yes: bool, as_json_: bool) -> None:
    """Say that a request belongs to the request OTHER of your team (requesting side)."""
    http, _ = connect()
    found, there = find(http, name), find(http, other)
    agree(f"Link {found['reference']} to {there['reference']} ({relation})?", yes)
    body = {"other": there["id"], "relation": RELATIONS[relation]}
    done: dict[str, Any] = http.post(f"/requests/{found['id']}/links", body)
    out(done, as_json_, f"{found['reference']} is linked to {there['reference']}.")


@request.command()
@reference_argument
@click.argument("other")
@yes_option
@json_option
def unlink(name: str, other: str, yes: bool, as_json_: bool) -> None:
    """Take the link to the request OTHER back (requesting side)."""
    http, _ = connect()
    found, there = find(http, name), find(http, other)
    agree(f"Take back the link of {found['reference']} to {there['reference']}?", yes)
    http.delete(f"/requests/{found['id']}/links/{there['id']}")
    done: dict[str, Any] = http.get(f"/requests/{found['id']}")
    out(done, as_json_, f"{found['reference']} is no longer linked to {there['reference']}.")


@request.command()
@reference_argument
@click.argument("number", type=int)
@click.option("--to", "requested", required=True, help="The code of the State or organisation that has control of it.")
@click.option("--basis", help="On what it is asked, if it is not bound by Part 9; a word of the catalogue.")
@click.option("--situation", is_flag=True, help="It is the State of the situation.")
@yes_option
@json_option
def redirect(
    name: str, number: int, requested: str, basis: str | None, situation: bool, yes: bool, as_json_: bool
) -> None:
    """Ask whoever has control of what consultation NUMBER was about: a new draft (requesting side)."""
    http, _ = connect()
    found = find(http, name)
    agree(f"Begin a request to {requested} with the measures of consultation {number} on {found['reference']}?", yes)
    body = {"consultation": number, "requested": requested, "basis": basis, "situation": situation}
    done: dict[str, Any] = http.post(f"/requests/{found['id']}/redirect", body)
    out(done, as_json_, f"{done['reference']} is begun: write its text in the browser.")


@request.command()
@reference_argument
@click.option(
    "--kind",
    type=click.Choice(["arrest_surrender", "surrender_convicted"]),
    default="arrest_surrender",
    show_default=True,
    help="Of a person who is sought, or who has been convicted.",
)
@click.option("--by", "requested_on", type=DAY, help="The requested date, as 2026-12-22.")
@yes_option
@json_option
def follow(name: str, kind: str, requested_on: datetime | None, yes: bool, as_json_: bool) -> None:
    """Begin the full request that follows a provisional arrest, to the same State (requesting side)."""
    http, _ = connect()
    first = find(http, name)
    agree(f"Begin the full request that follows {first['reference']}?", yes)
    body = {
        "kind": kind,
        "requested": first["requested"],
        "requested_on": requested_on.date().isoformat() if requested_on else None,
        "measures": [],
        "situation": first["situation"],
        "basis": first["basis"],
        "full_request_of": first["id"],
    }
    done: dict[str, Any] = http.post("/requests", body)
    out(done, as_json_, f"{done['reference']} is begun: write its text in the browser.")


@request.command()
@reference_argument
@click.option("--by", "medium", help="The medium that leaves a written record, by its word in the catalogue.")
@click.option("--no-longer", "calm", is_flag=True, help="It is urgent no longer.")
@yes_option
@json_option
def urgent(name: str, medium: str | None, calm: bool, yes: bool, as_json_: bool) -> None:
    """Mark a draft as urgent, with its medium (requesting side)."""
    if calm == (medium is not None):
        raise click.UsageError("Give either --by or --no-longer.")
    http, _ = connect()
    found = find(http, name)
    by = _carrying(http, "urgent", medium) if medium else None
    agree(f"Mark {found['reference']} as {f'urgent, by {by}' if by else 'urgent no longer'}?", yes)
    done: dict[str, Any] = http.post(f"/requests/{found['id']}/expedite", {"medium": by})
    out(done, as_json_, f"{done['reference']} is {f'urgent, by {by}' if by else 'urgent no longer'}.")


@request.command()
@reference_argument
@click.option("--on", "on", type=DAY, required=True, help="The day of the confirmation, as 2026-12-22.")
@click.option("--through", "channel", required=True, help="The channel of article 87(1)(a), by its word.")
@yes_option
@json_option
def confirm(name: str, on: datetime, channel: str, yes: bool, as_json_: bool) -> None:
    """Record that an urgent request was formally confirmed (requesting side)."""
    http, _ = connect()
    found = find(http, name)
    _carrying(http, "confirmation", channel)
    day = on.date().isoformat()
    agree(f"Record that {found['reference']} was confirmed on {day} ({channel})?", yes)
    done: dict[str, Any] = http.post(f"/requests/{found['id']}/confirm", {"on": day, "channel": channel})
    out(done, as_json_, f"{done['reference']} was confirmed on {day}.")
