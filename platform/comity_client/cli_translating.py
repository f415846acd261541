"""`comity translation`: ask the language service for a translation, take one, give or return it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from comity_client import requests, translating
from comity_client.cli_requests import find as find_request
from comity_client.completing import reference_argument
from comity_client.errors import ClientError
from comity_client.names import file_name
from comity_client.saving import save
from comity_client.terminal import (
    DAY,
    agree,
    connect,
    json_option,
    out,
    passphrase_option,
    table,
    text_of,
    unlock,
    with_text,
    yes_option,
)
from comity_client.transfer import Received
from comity_client.unlocked import Unlocked

STAGES = {
    "prepared": "not asked for yet",
    "asked": "asked for",
    "taken": "taken",
    "given": "given",
    "returned": "returned with a question",
    "withdrawn": "no longer asked for",
}

translation_argument = click.argument("name", metavar="TRANSLATION")
"""A translation, named by its reference."""


@click.group()
def translation() -> None:
    """Translations by the language service of the Court.  Name one by its reference, such as OTP/LS/2026/003."""


@translation.command("list")
@click.option("--open", "only_open", is_flag=True, help="Only those that somebody waits for.")
@json_option
def list_(only_open: bool, as_json_: bool) -> None:
    """The translations that your team has asked for or, for a translator, that wait for her: the most urgent first."""
    http, _ = connect()
    found = translating.every(http, only_open=only_open)
    heads = ["", "from", "to", "by", "kind", "state"]
    out({"items": found}, as_json_, table(heads, map(_row, found)) if found else "There is no translation.")


def _row(one: dict[str, Any]) -> list[str]:
    who = f", {one['taken_by']['name']}" if one["taken_by"] else ""
    kind = "certified" if one["certified"] else "working"
    languages = [one["source_language"], one["target_language"]]
    return [one["reference"], *languages, one["due_on"], kind, f"{STAGES[one['stage']]}{who}"]


@translation.command("ask")
@reference_argument
@click.option("--from", "source", required=True, metavar="LANGUAGE", help="The language of the text: en, fr, es.")
@click.option("--to", "target", required=True, metavar="LANGUAGE", help="The language that it is translated into.")
@click.option("--by", "wanted_on", type=DAY, required=True, help="By which day.")
@click.option("--document", help="Which document of the request, by its identifier; else the text of the request.")
@click.option("--certified", is_flag=True, help="A certified translation; else a working one.")
@click.option("--note-file", type=click.Path(path_type=Path), help="A file with a note to the translator.")
@yes_option
@passphrase_option
@json_option
def ask(
    name: str,
    source: str,
    target: str,
    wanted_on: datetime,
    document: str | None,
    certified: bool,
    note_file: Path | None,
    yes: bool,
    passphrase_file: Path | None,
    as_json_: bool,
) -> None:
    """Ask for the translation of one text of a request; the service is given that text and nothing else."""
    note = text_of(None, note_file, "") if note_file else ""
    me = unlock(passphrase_file)
    found = find_request(me.http, name)
    shown = _document(found, document)
    agree(f"Seal this text of {found['reference']} to the language service: {shown['purpose']} {shown['doc']}?", yes)
    day = wanted_on.date().isoformat()
    done = translating.ask(me, found, shown, (source, target), day, certified=certified, note=note)
    out(done, as_json_, f"Asked: {done['reference']} is due on {done['due_on']}.")


def _document(request: dict[str, Any], doc: str | None) -> dict[str, Any]:
    papers = requests.documents(request, "request") if doc is None else request["documents"]
    for one in papers:
        if doc in (None, one["doc"]):
            found: dict[str, Any] = one
            return found
    raise ClientError(f"{request['reference']} has no such document: `comity request show --json` lists them.")


@translation.command("show")
@translation_argument
@click.option(
    "--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="Save the files into this folder."
)
@passphrase_option
@json_option
def show(name: str, folder: Path | None, passphrase_file: Path | None, as_json_: bool) -> None:
    """The text that waits for you or, for the team, its translation or the question, opened and verified here."""
    me = unlock(passphrase_file)
    one = translating.find(me.http, name)
    source = translating.source_of(me, one)
    value = {**one, "source_text": source.text, "note": source.note, "earlier": False, "text": None}
    files = source.files if one["request"] is None else []
    if one["stage"] == "returned":
        value["text"] = translating.question_of(me, one)
    elif one["stage"] == "given" and one["request"] is not None:
        given = translating.given(me, one, find_request(me.http, one["request"]))
        value |= {"text": given.text, "earlier": given.earlier}
        files = given.files
    value["files"] = [one.manifest.name for one in files]
    if folder is not None:
        _save(me, files, folder)
    out(value, as_json_, _told(value))


def _save(me: Unlocked, files: list[Received], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for n, paper in enumerate(files, 1):
        save(me, paper, folder / f"{n}-{file_name(paper.manifest.name)}")


def _told(one: dict[str, Any]) -> str:
    head = " ".join(_row(one))
    earlier = "The text has changed since: this is a translation of an earlier form." if one["earlier"] else ""
    note = f"Note: {one['note']}" if one["note"] else ""
    files = "\n".join(one["files"])
    parts = [head, earlier, one["text"] if one["text"] is not None else one["source_text"], note, files]
    return "\n\n".join(part for part in parts if part)


def _changed(name: str, step: str, question: str, yes: bool) -> dict[str, Any]:
    http, _ = connect()
    one = translating.find(http, name)
    agree(question % one["reference"], yes)
    return translating.act(http, one, step)


@translation.command("take")
@translation_argument
@yes_option
@json_option
def take(name: str, yes: bool, as_json_: bool) -> None:
    """Take a text that waits for a translator."""
    done = _changed(name, "take", "Take %s?", yes)
    out(done, as_json_, f"{done['reference']} is yours: due on {done['due_on']}.")


@translation.command("put-back")
@translation_argument
@yes_option
@json_option
def put_back(name: str, yes: bool, as_json_: bool) -> None:
    """Let a text that you or a colleague has taken wait for a translator again."""
    done = _changed(name, "put-back", "Let %s wait for a translator again?", yes)
    out(done, as_json_, f"{done['reference']} waits for a translator again.")


@translation.command("give")
@translation_argument
@with_text
@click.option(
    "--file", "paths", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file in place of the text or beside it; may be repeated.",
)  # fmt: skip
@yes_option
@passphrase_option
@json_option
def give(
    name: str,
    text: str | None,
    text_file: Path | None,
    paths: tuple[Path, ...],
    yes: bool,
    passphrase_file: Path | None,
    as_json_: bool,
) -> None:
    """Seal the translation of a text that you have taken to the team that asks, and give it."""
    silent = bool(paths) and text is None and text_file is None
    words = "" if silent else text_of(text, text_file, "The translation")
    me = unlock(passphrase_file)
    one = translating.find(me.http, name)
    agree(f"Give the translation {one['reference']} to {one['team']}?", yes)
    done = translating.give(me, one, words, paths)
    out(done, as_json_, f"{done['reference']} is given.")


@translation.command("return")
@translation_argument
@with_text
@yes_option
@passphrase_option
@json_option
def send_back(
    name: str, text: str | None, text_file: Path | None, yes: bool, passphrase_file: Path | None, as_json_: bool
) -> None:
    """Return a text that you have taken, with a sealed question or reason."""
    words = text_of(text, text_file, "Your question, or the reason")
    me = unlock(passphrase_file)
    one = translating.find(me.http, name)
    agree(f"Return {one['reference']} to {one['team']}?", yes)
    done = translating.send_back(me, one, words)
    out(done, as_json_, f"{done['reference']} is returned.")


@translation.command("withdraw")
@translation_argument
@yes_option
@json_option
def withdraw(name: str, yes: bool, as_json_: bool) -> None:
    """Ask for a translation no longer."""
    done = _changed(name, "withdraw", "Ask for %s no longer?", yes)
    out(done, as_json_, f"{done['reference']} is no longer asked for.")
