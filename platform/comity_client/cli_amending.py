"""`comity request amend|amendment|approve-amendment|transmit-amendment|discard-amendment|receive`: amended requests."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from comity_client import amending, requests
from comity_client.cli_requests import find
from comity_client.cli_reviewing import request as request
from comity_client.completing import reference_argument
from comity_client.errors import ClientError
from comity_client.sending import Sending
from comity_client.terminal import (
    DAY,
    agree,
    connect,
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


def _measure(word: str) -> dict[str, Any]:
    """A measure as an option names it: k:freeze, d, or :evidence for an act of a kind that has its own."""
    letter, _, act = word.partition(":")
    return {"letter": letter or None, "act": act or None}


@request.command()
@reference_argument
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--add", multiple=True, metavar="MEASURE", help="A measure that comes in, as k:freeze or d; again for each."
)
@click.option("--take-back", multiple=True, type=int, metavar="N", help="A measure that is taken back; again for each.")
@click.option("--until", type=DAY, help="Another requested date, later or earlier.")
@with_limits
@with_text
@yes_option
@passphrase_option
@json_option
def amend(
    name: str,
    files: tuple[Path, ...],
    add: tuple[str, ...],
    take_back: tuple[int, ...],
    until: datetime | None,
    limits: tuple[str, ...],
    limit_text: bool,
    text: str | None,
    text_file: Path | None,
    yes: bool,
    passphrase_file: Path | None,
    as_json_: bool,
) -> None:
    """Prepare an amendment of a transmitted request, with a text and FILES sealed to your own side (requesting side).

    A colleague approves it, then it is transmitted: the other party sees nothing before.
    """
    if not add and not take_back and until is None:
        raise click.UsageError("Say what changes: --add, --take-back or --until.")
    words = text_of(text, text_file, "What changes, and why")
    me = unlock(passphrase_file)
    found = find(me.http, name)
    requests.parties(me, found)
    agree(f"Prepare an amendment of {found['reference']}, sealed to {me.code} alone until it is transmitted?", yes)
    day = until.date().isoformat() if until else None
    begun = amending.prepare(me, found, [_measure(one) for one in add], take_back, day)
    with Sending(me, requests.matter(begun, "amendment"), [me.code]) as sending:
        sealed = [sending.file(file, limits, progress=progress(file.name)) for file in files]
        amending.write(me, begun, words, sealed, handling=limits if limit_text else ())
        sending.done()
    done = find(me.http, begun["id"])
    out(
        done, as_json_, f"Form {done['amendment']['form']} of {done['reference']} is prepared: a colleague approves it."
    )


@request.command()
@reference_argument
@passphrase_option
@json_option
def amendment(name: str, passphrase_file: Path | None, as_json_: bool) -> None:
    """Read the amendment that is prepared, opened and verified here (requesting side)."""
    me = unlock(passphrase_file)
    found = find(me.http, name)
    shown = amending.prepared(found)
    papers = amending.read(me, found, shown["documents"]) if shown["documents"] else []
    text = requests.message_of(me, found, papers[0])["text"] if papers else None
    value = {**shown, "text": text, "files": [one.manifest.name for one in papers[1:]]}
    out(value, as_json_, "" if as_json_ else _told(value, found, Catalogue(me.http)))


def _told(value: dict[str, Any], found: dict[str, Any], words: Catalogue) -> str:
    measures = {one["n"]: one for one in found["measures"]}
    lines = [f"+ {one['n']}. {words.measure(one, found['kind'])}" for one in value["add"]]
    lines += [f"- {n}. {words.measure(measures[n], found['kind'])}" for n in value["take_back"]]
    lines += [f"requested date: {value['requested_on']}"] if value["requested_on"] else []
    by = f"prepared by {value['prepared_by']['name']}"
    by += f", approved by {value['approved_by']['name']}" if value["approved_by"] else ", not approved yet"
    text = value["text"] or "(no text yet)"
    return "\n".join([f"{found['reference']}, form {value['form']}, {by}", *lines, "", text, *value["files"]])


@request.command("approve-amendment")
@reference_argument
@yes_option
@passphrase_option
@json_option
def approve_amendment(name: str, yes: bool, passphrase_file: Path | None, as_json_: bool) -> None:
    """Verify a colleague's amendment and approve it with your signature (requesting side)."""
    me = unlock(passphrase_file)
    found = find(me.http, name)
    form = amending.prepared(found)["form"]
    agree(f"Sign your approval of form {form} of {found['reference']}?", yes)
    done = amending.sign_approval(me, found)
    out(done, as_json_, f"Form {form} of {found['reference']} is approved.")


@request.command("transmit-amendment")
@reference_argument
@yes_option
@passphrase_option
@json_option
def transmit_amendment(name: str, yes: bool, passphrase_file: Path | None, as_json_: bool) -> None:
    """Seal an approved amendment for both parties and transmit it: its form is in force (requesting side)."""
    me = unlock(passphrase_file)
    found = find(me.http, name)
    form = amending.prepared(found)["form"]
    readers = requests.parties(me, found)
    agree(f"Seal form {form} of {found['reference']} for {' and '.join(readers)} and transmit it?", yes)
    done = amending.transmit(me, found)
    out(done, as_json_, f"Form {done['form']} of {done['reference']} is in force.")


@request.command("discard-amendment")
@reference_argument
@yes_option
@json_option
def discard_amendment(name: str, yes: bool, as_json_: bool) -> None:
    """Throw away the amendment that is prepared, with its documents (requesting side)."""
    http, _ = connect()
    found = find(http, name)
    form = amending.prepared(found)["form"]
    agree(f"Discard what is prepared as form {form} of {found['reference']}?", yes)
    http.delete(f"/requests/{found['id']}/amendment")
    done = find(http, found["id"])
    out(done, as_json_, f"The amendment of {found['reference']} is discarded.")


@request.command()
@reference_argument
@yes_option
@passphrase_option
@json_option
def receive(name: str, yes: bool, passphrase_file: Path | None, as_json_: bool) -> None:
    """Verify the amendments and supplements that came later, and acknowledge each with your signature."""
    me = unlock(passphrase_file)
    found = find(me.http, name)
    came = amending.outstanding(found)
    if not came:
        raise ClientError(f"{found['reference']}: nothing waits for your acknowledgement.")
    told = ", ".join(f"{'form' if purpose == 'amendment' else purpose} {one['n']}" for purpose, one in came)
    agree(f"Sign that you have received {told} of {found['reference']}?", yes)
    for purpose, one in came:
        found = amending.receive(me, found, purpose, one)
    out(found, as_json_, f"Acknowledged for {found['reference']}: {told}.")
