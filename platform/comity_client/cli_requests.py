"""`comity request`: list and read requests, download and verify documents, acknowledge, ask, answer."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from comity_client import answering, bringing, completing, consulting, handling, requests, transmitting
from comity_client.completing import reference_argument
from comity_client.errors import ClientError
from comity_client.http import Http
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
from comity_client.wording import Catalogue, describe, line
from comity_seal.canonical import UUID

STEPS = (
    "answer", "part", "question", "reply", "return", "extension", "decision",
    "consultation", "meeting", "proposal", "agreement", "denial", "use", "consent",
    "supplement", "amendment", "withdrawal", "disposal",
)  # fmt: skip
"""Purposes of what follows a request."""


@click.group()
def request() -> None:
    """Requests for assistance.  Name one by its reference, such as OTP/XA/2026/007."""


def find(http: Http, name: str) -> dict[str, Any]:
    """The request of that reference or identifier.  Raises ClientError."""
    if UUID.fullmatch(name.lower()):
        found: dict[str, Any] = http.get(f"/requests/{name.lower()}")
        return found
    for one in requests.every(http):
        if one["reference"].lower() == name.lower():
            full: dict[str, Any] = http.get(f"/requests/{one['id']}")
            return full
    raise ClientError(f"You see no request {name}: `comity request list` shows those that you do.")


@request.command("list")
@click.option("--stage", default="", help="Only these stages, divided by commas: transmitted,acknowledged.")
@click.option("--paused", is_flag=True, help="Only those with an open question.")
@click.option("--urgent", is_flag=True, help="Only those that are marked as urgent.")
@json_option
def list_(stage: str, paused: bool, urgent: bool, as_json_: bool) -> None:
    """The requests that you may see, the latest change first."""
    http, _ = connect()
    every = list(requests.every(http, stage))
    if not stage:
        completing.remember(one["reference"] for one in every)
    found = [one for one in every if (one["paused"] or not paused) and (one["urgent_by"] or not urgent)]
    words = Catalogue(http) if found and not as_json_ else None
    rows = [line(one, words) for one in found] if words else []
    text = (
        table(["reference", "stage", "next date", "messages", "measures"], rows)
        if rows
        else "There is no such request."
    )
    out({"items": found}, as_json_, text)


@request.command()
@reference_argument
@json_option
def view(name: str, as_json_: bool) -> None:
    """The cover of a request, its dates and its sealed documents; nothing is opened."""
    http, _ = connect()
    found = find(http, name)
    out(found, as_json_, "" if as_json_ else describe(found, Catalogue(http)))


@request.command("open")
@reference_argument
@passphrase_option
@json_option
def open_(name: str, passphrase_file: Path | None, as_json_: bool) -> None:
    """Read a request: its text and every message, opened and verified here."""
    me = unlock(passphrase_file)
    whole = find(me.http, name)
    found = requests.still_held(me, whole)
    read = requests.read_request(me, found)
    papers = requests.read_annexes(me, found, read) if read else []
    papers += [requests.received(me, found, one) for one in requests.documents(found, *STEPS) if one["released_at"]]
    messages = [(one, requests.message_of(me, found, one)) for one in papers if requests.is_message(one)]
    requests.check_answers(messages, papers)
    requests.check_later(messages, papers)
    if found == whole:  # what is not here any more cannot say what was signed of a measure
        consulting.check_outcomes(found, messages)
    value = {
        "reference": found["reference"],
        "by": bringing.by_whom(read.received) if read else None,
        "subject": read.subject if read else None,
        "text": read.text if read else None,
        "checklist": [one.to_json() for one in read.checklist] if read else [],
        "requirements": read.requirements.to_json() if read else None,
        "messages": [{**bringing.said(one), "text": consulting.words_of(content)} for one, content in messages],
        "files": [{**bringing.said(one), "size": one.manifest.size} for one in papers if not requests.is_message(one)],
    }
    out(value, as_json_, "" if as_json_ else _letter(value, Catalogue(me.http).lines(found["kind"])))


def _letter(value: dict[str, Any], lines: dict[str, str]) -> str:
    signed = f"\n{value['by']}" if value["by"] else ""
    parts = [f"{value['reference']}{signed}\n{value['subject'] or '(no text yet)'}", value["text"] or ""]
    for one in value["checklist"]:
        said = one["text"] if one["applies"] else f"Does not apply: {one['text']}"
        parts.append(f"({one['line']}) {lines.get(one['line'], '')}\n{said if one['text'] else '(not filled in)'}")
    wanted = (value["requirements"] or {}).get("lines", [])
    parts += [f"{one['words']}\n{one['met'].replace('_', ' ')} {one['text']}".rstrip() for one in wanted]
    parts += [f"-- {one['purpose']}, {one['by']}, {one['on']}\n{one['text']}" for one in value["messages"]]
    files = [[one["name"], one["purpose"], f"{one['size']:,}", one["by"]] for one in value["files"]]
    if files:
        parts.append(table(["file", "", "bytes", "by"], files))
    return "\n\n".join(part for part in parts if part)


@request.command()
@reference_argument
@click.option(
    "--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="A folder; else one named after it."
)
@click.option("--force", is_flag=True, help="Write over files that are there.")
@click.option("--sealed", is_flag=True, help="Also as they came, for `age` and `openssl`, with how to check by hand.")
@passphrase_option
@json_option
def download(
    name: str, folder: Path | None, force: bool, sealed: bool, passphrase_file: Path | None, as_json_: bool
) -> None:
    """Bring every document of a request here, verified, each with a proof that `comity verify` checks offline."""
    me = unlock(passphrase_file)
    whole = find(me.http, name)
    found = requests.still_held(me, whole)
    folder = folder or bringing.folder_of(found)
    written, kept, held = bringing.documents(me, found, folder, force=force, sealed=sealed, progress=progress)
    value = {"items": written, "held_back": [one.manifest.doc for one, _limits in held]}
    out(value, as_json_, "\n".join(one["file"] for one in written))
    handling.refuse_held(found, held)
    bringing.refuse_kept(kept)
    bringing.refuse_gone(whole, found)


@request.command()
@reference_argument
@yes_option
@passphrase_option
@json_option
def ack(name: str, yes: bool, passphrase_file: Path | None, as_json_: bool) -> None:
    """Verify a request and acknowledge its receipt with your signature."""
    me = unlock(passphrase_file)
    found = find(me.http, name)
    agree(f"Sign that you have received {found['reference']}?", yes)
    done = transmitting.acknowledge(me, found)
    out(done, as_json_, f"{found['reference']} is acknowledged.")


def tell(
    name: str, purpose: str, verb: str, text: str, yes: bool, passphrase_file: Path | None, **more: Any
) -> dict[str, Any]:
    me = unlock(passphrase_file)
    found = find(me.http, name)
    readers = requests.parties(me, found)
    agree(f"Seal this and send it to {' and '.join(readers)} for {found['reference']}?", yes)
    if verb == "reply":
        open_questions = [one["n"] for one in found["clarifications"] if one["answered_at"] is None]
        if not open_questions:
            raise ClientError(f"{found['reference']} has no open question.")
        more = {"clarification": open_questions[0]}
    return requests.tell(me, found, purpose, verb, text, **more)


@request.command()
@reference_argument
@with_text
@yes_option
@passphrase_option
@json_option
def ask(
    name: str, text: str | None, text_file: Path | None, yes: bool, passphrase_file: Path | None, as_json_: bool
) -> None:
    """Ask for clarification; the requested date stands still until the answer."""
    done = tell(name, "question", "ask", text_of(text, text_file, "Your question"), yes, passphrase_file)
    out(done, as_json_, f"Asked. The requested date of {done['reference']} stands still until the answer.")


@request.command()
@reference_argument
@click.option("--until", type=DAY, required=True, help="The date that you propose.")
@with_text
@yes_option
@passphrase_option
@json_option
def extend(
    name: str,
    until: datetime,
    text: str | None,
    text_file: Path | None,
    yes: bool,
    passphrase_file: Path | None,
    as_json_: bool,
) -> None:
    """Ask for another date than the requested one; it stays until the requesting party has decided."""
    day = until.date().isoformat()
    words = text_of(text, text_file, "Why you need it")
    done = tell(name, "extension", "extend", words, yes, passphrase_file, proposed_on=day)
    out(done, as_json_, f"Asked for {day}. The requested date of {done['reference']} stays until it is decided.")


@request.command()
@reference_argument
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@answering.outcome_options
@with_limits
@with_text
@yes_option
@passphrase_option
@json_option
def answer(
    name: str,
    files: tuple[Path, ...],
    outcomes: tuple[str, ...],
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
    """Answer a request: an outcome for every measure, a text, and FILES, all sealed here.

    Outcomes are executed, partly_executed and nothing_found; what a consultation has settled is said as it is.
    If something stands in the way, `comity request consult` comes first.  What a State asks of the Court may be
    declined here (not_possible, denied) with a --note that says why, and material that somebody gave to the Court needs
    a --consent.
    """
    words = text_of(text, text_file, "Your answer")
    me = unlock(passphrase_file)
    found = find(me.http, name)
    given = answering.outcomes_of(found, Catalogue(me.http), outcomes, consents, notes)
    readers = requests.parties(me, found)
    agree(
        f"Seal {len(files)} files and send them to {' and '.join(readers)} as the answer to {found['reference']}?", yes
    )
    with Sending(me, requests.matter(found, "answer"), readers) as sending:
        sealed = [sending.file(file, limits, progress=progress(file.name)) for file in files]
        done = requests.answer(me, found, words, given, sealed, handling=limits if limit_text else ())
        sending.done()
    out(done, as_json_, f"{found['reference']} is answered.")
