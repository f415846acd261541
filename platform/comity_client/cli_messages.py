"""`comity message`: list, read and send messages about a request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from comity_client import messages, requests
from comity_client.cli_requests import find
from comity_client.errors import NotVerified
from comity_client.sending import Sending
from comity_client.terminal import (
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


@click.group()
def message() -> None:
    """Messages about a request: a text and files to the other party.  A message has no effect on any date."""


@message.command("list")
@click.argument("name")
@json_option
def list_(name: str, as_json_: bool) -> None:
    """The messages about a request and who has read them; nothing is opened.

    That somebody has read a message is what the platform says on the word of her client: nobody has signed it.
    """
    http, _ = connect()
    found = list(messages.every(http, find(http, name)))
    rows = [_row(one) for one in found]
    text = table(["", "from", "sent", "files", "read by"], rows) if rows else "There is no message."
    out({"items": found, "unread": sum(one["unread"] for one in found)}, as_json_, text)


def _row(one: dict[str, Any]) -> list[str]:
    readers = ", ".join(f"{each['name']} {each['at']}" for each in one["readings"])
    by = f"{one['sender']['name']}, {one['sender']['authority']}"
    files = str(len(one["attachments"]) or "")
    return [f"{one['n']}{' new' if one['unread'] else ''}", by, one["sent_at"], files, readers or "nobody yet"]


@message.command()
@click.argument("name")
@click.option("--all", "every", is_flag=True, help="Also those that you have read or written.")
@passphrase_option
@json_option
def read(name: str, every: bool, passphrase_file: Path | None, as_json_: bool) -> None:
    """Open and verify the messages that you have not read yet; the other side is shown that you have.

    `comity request download` brings their attachments.
    """
    me = unlock(passphrase_file)
    found = find(me.http, name)
    opened, failed = [], []
    for one in messages.every(me.http, found):
        if not (every or one["unread"]):
            continue
        try:
            opened.append(messages.open_(me, found, one))
        except NotVerified as error:
            failed.append(f"Message {one['n']}: {error}")
    value = {"reference": found["reference"], "items": [one.to_json() for one in opened]}
    nothing = "" if failed else "No message waits for you: --all shows those that you have read or written."
    out(value, as_json_, "\n\n".join(_letter(one) for one in value["items"]) or nothing)
    for shown in [one.shown for one in opened if one.shown["unread"]]:
        messages.mark(me.http, shown)
    if failed:
        raise NotVerified(" ".join(failed))


def _letter(one: dict[str, Any]) -> str:
    files = [[file["name"], f"{file['size']:,}"] for file in one["files"]]
    parts = [f"-- {one['n']}, {one['by']}, {one['on']}\n{one['text']}"]
    return "\n\n".join([*parts, table(["file", "bytes"], files)] if files else parts)


@message.command()
@click.argument("name")
@click.option(
    "--file",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file to attach; may be given several times.",
)
@with_limits
@with_text
@yes_option
@passphrase_option
@json_option
def send(
    name: str,
    files: tuple[Path, ...],
    limits: tuple[str, ...],
    limit_text: bool,
    text: str | None,
    text_file: Path | None,
    yes: bool,
    passphrase_file: Path | None,
    as_json_: bool,
) -> None:
    """Seal a text and files for both parties, and send them.  No date moves: `comity request ask` stops the clock."""
    words = text_of(text, text_file, "Your message")
    me = unlock(passphrase_file)
    found = find(me.http, name)
    readers = requests.parties(me, found)
    what = f"this and {len(files)} files" if files else "this"
    agree(f"Seal {what} and send it to {' and '.join(readers)} for {found['reference']}?", yes)
    with Sending(me, requests.matter(found, "attachment"), readers) as sending:
        sealed = [sending.file(file, limits, progress=progress(file.name)) for file in files]
        sent = messages.send(me, found, words, sealed, handling=limits if limit_text else ())
        sending.done()
    out(sent, as_json_, f"Message {sent['n']} about {found['reference']} is sent.")
