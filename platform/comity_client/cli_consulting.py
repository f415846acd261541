"""`comity request consult|meet|settle|deliver`: what stands in the way, how it ends, and parts before the answer."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from comity_client import consulting, requests
from comity_client.answering import consent_options, put_consents
from comity_client.cli_grants import request as request
from comity_client.cli_requests import find
from comity_client.completing import reference_argument
from comity_client.errors import ClientError
from comity_client.http import Http
from comity_client.sending import Sending
from comity_client.terminal import (
    DAY,
    agree,
    json_option,
    out,
    passphrase_option,
    progress,
    text_of,
    unlock,
    with_limits,
    with_text,
    yes_option,
)
from comity_client.wording import Catalogue

REPORTS = ("in_progress", "partly_executed", "executed", "nothing_found")


def catalogued(http: Http, what: str, key: str, word: str) -> dict[str, Any]:
    every = http.get("/measures")[what]
    for one in every:
        if one[key] == word:
            found: dict[str, Any] = one
            return found
    raise click.UsageError(f"The catalogue has no {word}: choose one of {', '.join(one[key] for one in every)}.")


@request.command()
@reference_argument
@click.option("--ground", required=True, help="What stands in the way, by its word in the catalogue.")
@click.option(
    "--measure", "measures", type=int, multiple=True, required=True, help="Of which measure; may be repeated."
)
@click.option(
    "--say", "said", multiple=True, metavar="FIELD=TEXT", help="What the ground asks for; once for each field."
)
@yes_option
@passphrase_option
@json_option
def consult(
    name: str,
    ground: str,
    measures: tuple[int, ...],
    said: tuple[str, ...],
    yes: bool,
    passphrase_file: Path | None,
    as_json_: bool,
) -> None:
    """Something stands in the way: open a consultation on it.  Without --say it asks for what the ground needs."""
    me = unlock(passphrase_file)
    found = find(me.http, name)
    known = catalogued(me.http, "grounds", "ground", ground)
    lines = _lines(known, said)
    readers = requests.parties(me, found)
    agree(f"Seal this and open a consultation with {' and '.join(readers)} on {found['reference']}?", yes)
    done = consulting.consult(me, found, ground, measures, lines)
    n = done["consultations"][-1]["n"]
    out(done, as_json_, f"Consultation {n} on {done['reference']} is open.")


def _lines(ground: dict[str, Any], said: tuple[str, ...]) -> dict[str, str]:
    """One text for each field that the ground asks for.  Raises UsageError."""
    given = dict(one.partition("=")[::2] for one in said)
    asks = {one["ask"]: one["names"]["en"] for one in ground["asks"]}
    strange = [field for field in given if field not in asks]
    if strange:
        raise click.UsageError(f"--say {strange[0]}: this ground asks for {', '.join(asks)}.")
    lines = {field: given.get(field) or click.prompt(words, err=True) for field, words in asks.items()}
    return {field: text.strip() for field, text in lines.items()}


@request.command()
@reference_argument
@click.argument("number", type=int)
@click.option("--on", "held_on", type=DAY, required=True, help="The day of the meeting, as 2026-12-22.")
@with_text
@yes_option
@passphrase_option
@json_option
def meet(
    name: str,
    number: int,
    held_on: datetime,
    text: str | None,
    text_file: Path | None,
    yes: bool,
    passphrase_file: Path | None,
    as_json_: bool,
) -> None:
    """Record a meeting in consultation NUMBER, with a sealed note."""
    words = text_of(text, text_file, "What was said")
    me = unlock(passphrase_file)
    found = find(me.http, name)
    consulting.find(found, number)
    readers = requests.parties(me, found)
    day = held_on.date().isoformat()
    agree(f"Seal this note for {' and '.join(readers)} and record the meeting of {day}?", yes)
    done = consulting.meet(me, found, number, day, words)
    out(done, as_json_, f"The meeting of {day} is recorded in consultation {number} on {done['reference']}.")


@request.command()
@reference_argument
@click.argument("number", type=int)
@click.option("--outcome", help="How it ends, by its word in the catalogue; `denied` carries your reasons.")
@click.option("--until", type=DAY, help="The agreed date, where something is postponed.")
@click.option("--agree", "agreeing", is_flag=True, help="Open what the other party proposes, and agree to it.")
@with_text
@yes_option
@passphrase_option
@json_option
def settle(
    name: str,
    number: int,
    outcome: str | None,
    until: datetime | None,
    agreeing: bool,
    text: str | None,
    text_file: Path | None,
    yes: bool,
    passphrase_file: Path | None,
    as_json_: bool,
) -> None:
    """Say how consultation NUMBER ends (--outcome), or agree to what the other party says (--agree)."""
    if agreeing == (outcome is not None) or (agreeing and until):
        raise click.UsageError("Give either --outcome, with --until where something is postponed, or --agree.")
    me = unlock(passphrase_file)
    found = find(me.http, name)
    readers = " and ".join(requests.parties(me, found))
    if agreeing:
        proposal = consulting.read_proposal(me, found, number)
        said = proposal[1]
        day = f" until {said['until']}" if said["until"] else ""
        click.echo(f"{said['outcome']}{day}\n{said['text']}", err=True)
        agree(f"Sign that {me.code} agrees to this, for {readers}?", yes)
        done = consulting.agree(me, found, number, proposal, text_of(text, text_file, "Your words") if text else "")
    else:
        ending = catalogued(me.http, "outcomes", "outcome", str(outcome))
        words = text_of(text, text_file, "Your reasons" if ending["denial"] else "What exactly, and why")
        agree(f"Seal this for {readers} and say that consultation {number} ends: {outcome}?", yes)
        done = consulting.propose(me, found, number, ending, until.date().isoformat() if until else None, words)
    out(done, as_json_, _how(done, number))


def _how(done: dict[str, Any], number: int) -> str:
    one = consulting.find(done, number)
    if one["settled_at"] is None:
        return f"Proposed: {one['outcome']}. It counts once the other party agrees."
    return f"Consultation {number} on {done['reference']} has ended: {one['outcome']}."


@request.command()
@reference_argument
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--measure", "reports", multiple=True, required=True, metavar="N=HOW", help="For example 1=partly_executed."
)
@consent_options
@with_limits
@with_text
@yes_option
@passphrase_option
@json_option
def deliver(
    name: str,
    files: tuple[Path, ...],
    reports: tuple[str, ...],
    consents: tuple[str, ...],
    notes: tuple[str, ...],
    limits: tuple[str, ...],
    limit_text: bool,
    text: str | None,
    text_file: Path | None,
    yes: bool,
    passphrase_file: Path | None,
    as_json_: bool,
) -> None:
    """Deliver a numbered part before the answer: how far its measures are, a text, and FILES, all sealed here."""
    words = text_of(text, text_file, "What you deliver, or how far it is")
    given = [_report(one) for one in reports]
    me = unlock(passphrase_file)
    found = find(me.http, name)
    strange = [one["n"] for one in given if one["n"] not in [measure["n"] for measure in found["measures"]]]
    if strange:
        raise ClientError(f"{found['reference']} has no measure {strange[0]}: `comity request view` shows them.")
    put_consents(found, Catalogue(me.http), {one["n"]: one for one in given}, consents, notes)
    readers = requests.parties(me, found)
    agree(f"Seal {len(files)} files and deliver them to {' and '.join(readers)} for {found['reference']}?", yes)
    with Sending(me, requests.matter(found, "part"), readers) as sending:
        sealed = [sending.file(file, limits, progress=progress(file.name)) for file in files]
        done = requests.deliver(me, found, words, given, sealed, handling=limits if limit_text else ())
        sending.done()
    out(done, as_json_, f"Part {done['parts'][-1]['n']} of {done['reference']} is delivered.")


def _report(said: str) -> dict[str, Any]:
    n, _, outcome = said.partition("=")
    if not n.isdigit() or outcome not in REPORTS:
        raise click.UsageError(f"--measure {said}: write N=HOW, with one of {', '.join(REPORTS)}.")
    return {"n": int(n), "outcome": outcome, "ground": None, "text": ""}
