"""`comity request withdraw|confirm-destruction`: a request taken back, and what became of what was sent for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from comity_client import requests, withdrawing
from comity_client.cli_amending import request as request
from comity_client.cli_requests import find
from comity_client.completing import reference_argument
from comity_client.errors import ClientError
from comity_client.terminal import (
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


@request.command()
@reference_argument
@click.option("--ask/--no-ask", default=True, help="Ask what became of the documents (the default), or do not.")
@with_text
@yes_option
@passphrase_option
@json_option
def withdraw(
    name: str,
    ask: bool,
    text: str | None,
    text_file: Path | None,
    yes: bool,
    passphrase_file: Path | None,
    as_json_: bool,
) -> None:
    """Take a transmitted request back, with sealed reasons if you give some (requesting side)."""
    more = " and ask what became of its documents" if ask else ""
    if text is None and text_file is None:
        http, _ = connect()
        found = find(http, name)
        agree(f"Withdraw {found['reference']}{more}?", yes)
        done: dict[str, Any] = http.post(f"/requests/{found['id']}/withdraw", {"ask": ask, "reasons": None})
    else:
        words = text_of(text, text_file, "Your reasons")
        me = unlock(passphrase_file)
        found = find(me.http, name)
        readers = requests.parties(me, found)
        agree(f"Seal your reasons for {' and '.join(readers)}, withdraw {found['reference']}{more}?", yes)
        done = withdrawing.withdraw(me, found, words, ask=ask)
    out(done, as_json_, f"{done['reference']} is withdrawn.")


@request.command("confirm-destruction")
@reference_argument
@click.option("--destroyed", "fate", flag_value="destroyed", help="All of it, and every copy, was destroyed.")
@click.option("--returned", "fate", flag_value="returned", help="All of it was returned to the sender.")
@click.option("--kept", "kept_for", metavar="REASON", help="It is kept, for a reason of the catalogue: domestic_law, …")
@with_text
@yes_option
@passphrase_option
@json_option
def confirm_destruction(
    name: str,
    fate: str | None,
    kept_for: str | None,
    text: str | None,
    text_file: Path | None,
    yes: bool,
    passphrase_file: Path | None,
    as_json_: bool,
) -> None:
    """Sign what became of the documents of a withdrawn request, with a sealed note if you give one (requested side).

    What you say to be destroyed or returned is not handed out to your office any more.
    """
    if (fate is None) == (kept_for is None):
        raise click.UsageError("Give one of --destroyed, --returned or --kept REASON.")
    me = unlock(passphrase_file)
    known = [one["reason"] for one in me.http.get("/disposal")["reasons"]]
    if kept_for is not None and kept_for not in known:
        raise click.UsageError(f"There is no reason {kept_for}: {', '.join(known)}.")
    found = find(me.http, name)
    if not (found["withdrawal"] and found["withdrawal"]["asked"]):
        raise ClientError(f"Nobody asks what became of the documents of {found['reference']}.")
    words = text_of(text, text_file, "Your note") if text is not None or text_file is not None else None
    said = f"were {fate}" if fate else f"are kept ({kept_for})"
    count = len(withdrawing.of_others(found))
    agree(f"Sign that the {count} documents of {found['reference']} that you received {said}?", yes)
    done = withdrawing.confirm(me, found, fate or "kept", kept_for=kept_for, text=words)
    out(done, as_json_, f"Signed: the documents of {done['reference']} {said}.")
