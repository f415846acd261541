"""`comity consent`: ask for a use of what carries handling limits, decide, withdraw; and `request read|supplement`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from comity_client import handling, requests, supplementing
from comity_client.cli_reporting import request as request
from comity_client.cli_requests import find
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
    table,
    text_of,
    unlock,
    with_limits,
    with_text,
    yes_option,
)
from comity_client.transfer import read as content_of

LONGEST = 1_000_000
"""Bytes of a file that is shown in a terminal."""


@click.group()
def consent() -> None:
    """Uses of documents that carry handling limits: asked for by the receiver, decided by the sender."""


@consent.command("list")
@reference_argument
@json_option
def list_(name: str, as_json_: bool) -> None:
    """The documents of a request that carry limits, and the consents that were asked for."""
    http, _ = connect()
    found = find(http, name)
    limited = [one for one in found["documents"] if one["handling"]]
    rows = [[one["doc"][:8], one["purpose"], ", ".join(one["handling"]), ", ".join(one["blocked"])] for one in limited]
    asked = [
        [str(one["n"]), one["document"][:8], one["use"], one["asked_for"], _said(one)] for one in found["consents"]
    ]
    parts = [table(["document", "for", "limits", "blocked"], rows)] if rows else ["No document here carries limits."]
    parts += [table(["consent", "document", "use", "asked by", "decided"], asked)] if asked else []
    value = {"documents": limited, "consents": found["consents"]}
    out(value, as_json_, "\n\n".join(parts))


def _said(one: dict[str, Any]) -> str:
    if one["withdrawn_at"]:
        return "withdrawn"
    return str(one["extent"] or "not yet")


@consent.command()
@reference_argument
@click.argument("document")
@click.option("--use", required=True, help="disclosure, evidence, sharing: a use of the catalogue.")
@with_text
@yes_option
@passphrase_option
@json_option
def ask(
    name: str,
    document: str,
    use: str,
    text: str | None,
    text_file: Path | None,
    yes: bool,
    passphrase_file: Path | None,
    as_json_: bool,
) -> None:
    """Ask the sender of DOCUMENT (its identifier, or the beginning) for consent to one use of it."""
    words = text_of(text, text_file, "Why you need it, and to whom it goes")
    me = unlock(passphrase_file)
    found = find(me.http, name)
    known = handling.Catalogue(me).uses
    if use not in known:
        raise click.UsageError(f"There is no use {use}: {', '.join(known)}.")
    shown = handling.document(found, found["documents"], document)
    readers = requests.parties(me, found)
    agree(f"Seal this for {' and '.join(readers)} and ask {shown['sender']['authority']} for consent ({use})?", yes)
    done = handling.ask(me, found, shown["doc"], use, words)
    n = done["consents"][-1]["n"]
    out(done, as_json_, f"Consent {n} is asked for. Until it is given, the limits of the document hold.")


@consent.command()
@reference_argument
@click.argument("number", type=int)
@click.option("--give", type=click.Choice(["use", "whole"]), help="For the use that was asked for, or for every use.")
@click.option("--refuse", is_flag=True, help="The limits stay.")
@with_text
@yes_option
@passphrase_option
@json_option
def decide(
    name: str,
    number: int,
    give: str | None,
    refuse: bool,
    text: str | None,
    text_file: Path | None,
    yes: bool,
    passphrase_file: Path | None,
    as_json_: bool,
) -> None:
    """Give or refuse consent NUMBER, in sealed words; why it was asked for is opened first."""
    if (give is not None) == refuse:
        raise click.UsageError("Give either --give use, --give whole or --refuse.")
    words = text_of(text, text_file, "Your words")
    me = unlock(passphrase_file)
    found = find(me.http, name)
    shown = handling.find(found, number)
    _reason, why = handling.read_reason(me, found, shown)
    click.echo(f"{shown['asked_for']}, {shown['use']}:\n{why}", err=True)
    readers = requests.parties(me, found)
    what = f"give consent {number} ({give})" if give else f"refuse consent {number}"
    agree(f"Seal this for {' and '.join(readers)} and {what}?", yes)
    done = handling.decide(me, found, number, give or "none", words)
    out(done, as_json_, f"Consent {number} is {'given' if give else 'refused'}.")


@consent.command()
@reference_argument
@click.argument("number", type=int)
@with_text
@yes_option
@passphrase_option
@json_option
def withdraw(
    name: str,
    number: int,
    text: str | None,
    text_file: Path | None,
    yes: bool,
    passphrase_file: Path | None,
    as_json_: bool,
) -> None:
    """Withdraw consent NUMBER for the future: what was done with the document meanwhile stays done."""
    words = text_of(text, text_file, "Why")
    me = unlock(passphrase_file)
    found = find(me.http, name)
    handling.find(found, number)
    readers = requests.parties(me, found)
    agree(f"Seal this for {' and '.join(readers)} and withdraw consent {number} for the future?", yes)
    done = handling.decide(me, found, number, "withdrawn", words)
    out(done, as_json_, f"Consent {number} is withdrawn: the limits hold again from now on.")


@request.command()
@reference_argument
@click.argument("document")
@passphrase_option
def read(name: str, document: str, passphrase_file: Path | None) -> None:
    """Show a text file of a request here (DOCUMENT: its identifier, or the beginning); nothing is saved."""
    me = unlock(passphrase_file)
    found = find(me.http, name)
    shown = handling.document(found, found["documents"], document)
    paper = requests.received(me, found, shown)
    manifest = paper.manifest
    if manifest.size > LONGEST:
        raise ClientError(f"{manifest.name} is too long to be shown in a terminal.")
    try:
        text = content_of(me, paper).decode("utf-8")
    except UnicodeDecodeError:
        raise ClientError(
            f"{manifest.name} is no text and cannot be shown in a terminal: open the request in a browser."
        ) from None
    click.echo("".join(one if one.isprintable() or one in "\n\t" else "\N{REPLACEMENT CHARACTER}" for one in text))


@request.command()
@reference_argument
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--until", type=DAY, help="A later requested date that goes with it.")
@with_limits
@with_text
@yes_option
@passphrase_option
@json_option
def supplement(
    name: str,
    files: tuple[Path, ...],
    until: datetime | None,
    limits: tuple[str, ...],
    limit_text: bool,
    text: str | None,
    text_file: Path | None,
    yes: bool,
    passphrase_file: Path | None,
    as_json_: bool,
) -> None:
    """Add a text and FILES to a transmitted request, all sealed here (requesting side)."""
    words = text_of(text, text_file, "What you add")
    me = unlock(passphrase_file)
    found = find(me.http, name)
    readers = requests.parties(me, found)
    day = until.date().isoformat() if until else None
    agree(f"Seal {len(files)} files and send them to {' and '.join(readers)} to supplement {found['reference']}?", yes)
    with Sending(me, requests.matter(found, "supplement"), readers) as sending:
        sealed = [sending.file(file, limits, progress=progress(file.name)) for file in files]
        done = supplementing.supplement(me, found, words, sealed, until=day, handling=limits if limit_text else ())
        sending.done()
    out(done, as_json_, f"Supplement {done['supplements'][-1]['n']} of {done['reference']} is sent.")
