"""`comity request ask-review|review|reviews|take-review|withdraw-review`: what a team thinks of its own drafts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from comity_client import reviewing
from comity_client.cli_consents import request as request
from comity_client.cli_requests import find
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

FINDINGS = {"ready": "ready to be approved", "changes": "needs changes"}


@request.command("ask-review")
@reference_argument
@click.option("--of", "reviewer", required=True, help="The colleague who reviews it, by name.")
@click.option("--deputy", help="Who can take it over, by name.")
@click.option("--by", "wanted_on", type=DAY, help="By which day; else within three working days.")
@yes_option
@passphrase_option
@json_option
def ask_review(
    name: str,
    reviewer: str,
    deputy: str | None,
    wanted_on: datetime | None,
    yes: bool,
    passphrase_file: Path | None,
    as_json_: bool,
) -> None:
    """Ask a colleague to review a draft; the State never learns of it (requesting side)."""
    me = unlock(passphrase_file)
    found = find(me.http, name)
    people = [reviewing.colleague(me, one) if one else None for one in (reviewer, deputy)]
    agree(f"Ask {reviewer} to review {found['reference']}?", yes)
    day = wanted_on.date().isoformat() if wanted_on else None
    done = reviewing.ask(me, found, people[0] or "", people[1], day)
    out(done, as_json_, f"Asked: the review of {done['reference']} is due on {done['reviews'][-1]['due_on']}.")


@request.command("review")
@reference_argument
@click.option("--finding", type=click.Choice(list(FINDINGS)), required=True, help="What you find.")
@with_text
@yes_option
@passphrase_option
@json_option
def review(
    name: str,
    finding: str,
    text: str | None,
    text_file: Path | None,
    yes: bool,
    passphrase_file: Path | None,
    as_json_: bool,
) -> None:
    """Give the review that is asked of you, with a note sealed to your own team; a ready draft needs no words."""
    silent = finding == "ready" and text is None and text_file is None
    words = "" if silent else text_of(text, text_file, "Your note")
    me = unlock(passphrase_file)
    found = find(me.http, name)
    agree(f"Say to your team that {found['reference']} is: {FINDINGS[finding]}?", yes)
    done = reviewing.give(me, found, finding, words)
    out(done, as_json_, f"The review of {done['reference']} is given: {FINDINGS[finding]}.")


@request.command("reviews")
@reference_argument
@passphrase_option
@json_option
def reviews(name: str, passphrase_file: Path | None, as_json_: bool) -> None:
    """The reviews of a draft, with their notes, opened and verified here (requesting side)."""
    me = unlock(passphrase_file)
    found = find(me.http, name)
    texts = {one["n"]: text for one, text in reviewing.notes(me, found)}
    value = [{**one, "text": texts.get(one["n"])} for one in found["reviews"]]
    out({"items": value}, as_json_, "\n\n".join(map(_told, value)) or "No review was asked for.")


def _told(one: dict[str, Any]) -> str:
    if one["given_at"]:
        earlier = " (of an earlier form)" if one["earlier"] else ""
        head = f"{one['n']}. {one['reviewer']['name']}: {FINDINGS[one['finding']]}{earlier}"
        return f"{head}\n{one['text']}".rstrip()
    state = "no longer asked for" if one["withdrawn_at"] else f"not given yet, due on {one['due_on']}"
    deputy = f"; deputy: {one['deputy']['name']}" if one["deputy"] else ""
    return f"{one['n']}. {one['reviewer']['name']}: {state}{deputy}"


def _changed(name: str, verb: str, question: str, yes: bool) -> dict[str, Any]:
    http, _ = connect()
    found = find(http, name)
    asked = reviewing.offered(found, f"review.{verb.replace('-', '_')}")
    agree(question % found["reference"], yes)
    return reviewing.act(http, asked, verb)


@request.command("take-review")
@reference_argument
@yes_option
@json_option
def take_review(name: str, yes: bool, as_json_: bool) -> None:
    """Take a review over as its deputy; you need not wait for its day."""
    done = _changed(name, "take-over", "Take the review of %s over?", yes)
    out(done, as_json_, f"The review of {done['reference']} is yours.")


@request.command("withdraw-review")
@reference_argument
@yes_option
@json_option
def withdraw_review(name: str, yes: bool, as_json_: bool) -> None:
    """Ask no longer for a review (requesting side)."""
    done = _changed(name, "withdraw", "Ask no longer for the review of %s?", yes)
    out(done, as_json_, f"The review of {done['reference']} is no longer asked for.")
