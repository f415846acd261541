"""`comity request` for the requesting side: approve, transmit, reply, return, close."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from comity_client import requests, transmitting
from comity_client.cli_requests import find, request, tell
from comity_client.completing import reference_argument
from comity_client.terminal import (
    DAY,
    agree,
    connect,
    json_option,
    out,
    passphrase_option,
    text_of,
    unlock,
    with_text,
    yes_option,
)

__all__ = ["request"]


@request.command()
@reference_argument
@with_text
@yes_option
@passphrase_option
@json_option
def reply(
    name: str, text: str | None, text_file: Path | None, yes: bool, passphrase_file: Path | None, as_json_: bool
) -> None:
    """Answer the open question (requesting side)."""
    done = tell(name, "reply", "reply", text_of(text, text_file, "Your reply"), yes, passphrase_file)
    out(done, as_json_, f"Replied. The requested date of {done['reference']} runs again.")


@request.command("return")
@reference_argument
@with_text
@yes_option
@passphrase_option
@json_option
def return_(
    name: str, text: str | None, text_file: Path | None, yes: bool, passphrase_file: Path | None, as_json_: bool
) -> None:
    """Return an answer, saying what is missing (requesting side)."""
    done = tell(name, "return", "return", text_of(text, text_file, "Why"), yes, passphrase_file)
    out(done, as_json_, f"{done['reference']} is returned.")


@request.command("grant-extension")
@reference_argument
@click.option("--until", type=DAY, help="The date to grant; else the one that was proposed.")
@yes_option
@json_option
def grant_extension(name: str, until: datetime | None, yes: bool, as_json_: bool) -> None:
    """Grant the other date that the State asks for, or one of your own (requesting side)."""
    http, _ = connect()
    found = find(http, name)
    day = until.date().isoformat() if until else requests.undecided(found)["proposed_on"]
    agree(f"Grant {day} as the date of {found['reference']}?", yes)
    done: dict[str, Any] = http.post(f"/requests/{found['id']}/decide", {"until": day, "document": None})
    out(done, as_json_, f"The date of {done['reference']} is {day}, or the next working day.")


@request.command("decline-extension")
@reference_argument
@with_text
@yes_option
@passphrase_option
@json_option
def decline_extension(
    name: str, text: str | None, text_file: Path | None, yes: bool, passphrase_file: Path | None, as_json_: bool
) -> None:
    """Leave the requested date as it is, saying why in a sealed note (requesting side)."""
    words = text_of(text, text_file, "Why the date stays")
    done = tell(name, "decision", "decide", words, yes, passphrase_file, until=None)
    out(done, as_json_, f"The date of {done['reference']} stays.")


def _step(name: str, verb: str, question: str, yes: bool) -> dict[str, Any]:
    http, _ = connect()
    found = find(http, name)
    agree(question % found["reference"], yes)
    done: dict[str, Any] = http.post(f"/requests/{found['id']}/{verb}")
    return done


@request.command()
@reference_argument
@yes_option
@json_option
def close(name: str, yes: bool, as_json_: bool) -> None:
    """Accept an answer (requesting side)."""
    done = _step(name, "close", "Accept the answer to %s and close it?", yes)
    out(done, as_json_, f"{done['reference']} is closed.")


@request.command()
@reference_argument
@yes_option
@passphrase_option
@json_option
def approve(name: str, yes: bool, passphrase_file: Path | None, as_json_: bool) -> None:
    """Verify a colleague's draft and approve it with your signature (requesting side)."""
    me = unlock(passphrase_file)
    found = find(me.http, name)
    agree(f"Sign your approval of {found['reference']}?", yes)
    done = transmitting.sign_approval(me, found)
    out(done, as_json_, f"{found['reference']} is approved.")


@request.command()
@reference_argument
@click.option("--travelled-by", help="Register it: by what it has reached the State already (diplomatic, interpol, …).")
@click.option("--received-on", type=DAY, help="The day on which the State received it then.")
@yes_option
@passphrase_option
@json_option
def transmit(
    name: str,
    travelled_by: str | None,
    received_on: datetime | None,
    yes: bool,
    passphrase_file: Path | None,
    as_json_: bool,
) -> None:
    """Seal an approved request for the requested party and transmit it, or register it (requesting side)."""
    if (travelled_by is None) != (received_on is None):
        raise click.UsageError("--travelled-by and --received-on go together.")
    me = unlock(passphrase_file)
    found = find(me.http, name)
    travelled = None
    if travelled_by and received_on:
        travelled = {"channel": travelled_by, "received_on": received_on.date().isoformat()}
    how = f", received on {travelled['received_on']} by {travelled_by}" if travelled else ""
    agree(f"Transmit {found['reference']} to {found['requested']}{how}?", yes)
    done = transmitting.transmit(me, found, travelled=travelled)
    out(done, as_json_, f"{found['reference']} is {'registered' if travelled else 'transmitted'}.")
