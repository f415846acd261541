"""`comity bundle`: requests carried to an office without a connection, and its answer carried back."""

from __future__ import annotations

from pathlib import Path

import click

from comity_client import bringing, config, logkeys, offline, packing, ways
from comity_client.answering import outcomes_of
from comity_client.bundle import Bundle, ForeignBundle, Index, Writer
from comity_client.cli_requests import find
from comity_client.cli_session import root_id
from comity_client.completing import reference_argument, references_argument
from comity_client.submitting import Submission
from comity_client.terminal import (
    agree,
    json_option,
    out,
    passphrase_option,
    progress,
    say,
    size,
    text_of,
    unlock,
    with_text,
    words_of,
    yes_option,
)
from comity_seal.log.proof import Trust
from comity_seal.opening.keyset import KeySet

file_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
to_option = click.option(
    "-o", "--to", "target", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The new bundle."
)
keys_option = click.option(
    "--keys",
    "keys_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The file of your protected key set; otherwise the one in the bundle.",
)
root_option = click.option("--root", callback=root_id, help="The root's identifier; otherwise the one pinned here.")


@click.group()
def bundle() -> None:
    """Work without a connection: one file there, one file back.  Nobody but you can read what they carry."""


@bundle.command()
@references_argument
@to_option
@click.option("--without-keys", is_flag=True, help="Leave your protected key set out; --keys names it when opening.")
@passphrase_option
@json_option
def pack(
    names: tuple[str, ...], target: Path, without_keys: bool, passphrase_file: Path | None, as_json_: bool
) -> None:
    """Put requests into one file, with everything that is needed to open, verify and answer them offline.

    You alone can open it, with your key set: with it goes your key set, protected by its passphrase and recovery code.
    """
    me = unlock(passphrase_file)
    log_key = logkeys.pin_anew(me.http)
    found = list({one["id"]: one for one in (find(me.http, name) for name in names)}.values())
    carried = {} if without_keys else ways.files_of(me.http.get("/keys/mine"))
    with Writer(target, me.keyset, carried) as writer:
        packed = packing.pack(me, found, writer, log_key, progress(target.name))
    references = [one["reference"] for one in found]
    value = {
        "file": str(target),
        "requests": references,
        "documents": packed.documents,
        "receipts": packed.receipts,
        "not_yet_sealed": packed.not_yet_sealed,
        "bytes": packed.bytes,
    }
    if packed.not_yet_sealed:
        say(f"{packed.not_yet_sealed} receipts are not sealed yet and were left out.")
    what = f"{packed.documents} documents and {packed.receipts} receipts"
    out(value, as_json_, f"{target}: {', '.join(references)}, {what}, {size(packed.bytes)}")


def _opened(file: Path, keys_file: Path | None, root: str | None, passphrase_file: Path | None) -> offline.Opened:
    remembered = config.recall()
    pinned = root or (remembered.root if remembered else None)
    if pinned is None:
        raise click.UsageError("No root is pinned here: give --root.")
    held = Bundle(file)
    opened = offline.Opened(held, _keys(held, keys_file, passphrase_file), pinned, say)
    if remembered and remembered.log_key and remembered.log_key == opened.index.log_key:
        opened.me.trust = _trust(opened.index, None)
    return opened


def _keys(held: Bundle, file: Path | None, passphrase_file: Path | None) -> KeySet:
    carried = held.ways
    if file is None and not carried:
        raise click.UsageError("This bundle carries no key set: give --keys FILE.")
    words = words_of(passphrase_file)
    return ways.unprotected(dict.fromkeys(ways.WRONG, file.read_bytes()) if file else carried, words)


def _trust(index: Index, given: str | None) -> Trust | None:
    """The log's key, given or pinned here, which must be the bundle's too; None where the log had not begun."""
    if index.log_key is None:
        return None
    trust = logkeys.trust(given, (), None)
    if str(trust.log) != index.log_key:
        raise ForeignBundle("This bundle names another key of the log than the one you pinned: nothing was opened.")
    return trust


@bundle.command("open")
@file_argument
@click.option("-o", "--to", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="A folder.")
@root_option
@click.option("--log-key", help="The log's verifier key or a file with it; otherwise the one pinned here.")
@keys_option
@click.option("--force", is_flag=True, help="Write over files that are there.")
@click.option("--sealed", is_flag=True, help="Also as they came, for `age` and `openssl`, with how to check by hand.")
@passphrase_option
@json_option
def open_(
    file: Path,
    folder: Path,
    root: str | None,
    log_key: str | None,
    keys_file: Path | None,
    force: bool,
    sealed: bool,
    passphrase_file: Path | None,
    as_json_: bool,
) -> None:
    """Open a bundle of requests without any connection, all of it verified first.

    Each request gets a folder with its documents, a proof beside each, and its receipts; `comity verify` checks them.
    """
    opened = _opened(file, keys_file, root, passphrase_file)
    trust = opened.me.trust = _trust(opened.index, log_key)
    written, kept, missing = offline.open_(opened, folder, trust, force=force, sealed=sealed, progress=progress)
    value = {"packed": opened.index.created, "items": written, "not_yet_sealed": missing}
    out(value, as_json_, "\n".join(one["file"] for one in written))
    bringing.refuse_kept(kept)


@bundle.command()
@reference_argument
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--from",
    "source",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The bundle that holds the request.",
)
@to_option
@click.option(
    "--outcome",
    "outcomes",
    multiple=True,
    metavar="N=OUTCOME[:GROUND]",
    help="For each measure, for example 1=executed.",
)
@with_text
@root_option
@keys_option
@yes_option
@passphrase_option
@json_option
def answer(
    name: str,
    files: tuple[Path, ...],
    source: Path,
    target: Path,
    outcomes: tuple[str, ...],
    text: str | None,
    text_file: Path | None,
    root: str | None,
    keys_file: Path | None,
    yes: bool,
    passphrase_file: Path | None,
    as_json_: bool,
) -> None:
    """Seal and sign the answer to a request of a bundle, without any connection: FILES, a text, and outcomes.

    A request that nobody has acknowledged is acknowledged with it.  `comity bundle submit` brings the answer in.
    """
    words = text_of(text, text_file, "Your answer")
    opened = _opened(source, keys_file, root, passphrase_file)
    found = opened.find(name)
    given = outcomes_of(found, None, outcomes)
    agree(f"Seal {len(files)} files as the answer to {found['reference']}?", yes)
    with Writer(target, opened.me.keyset) as writer:
        done = offline.answer(opened, found, words, given, files, writer, progress)
    out({"file": str(target), **done}, as_json_, f"{target}: the answer to {found['reference']}, {size(done['bytes'])}")


@bundle.command()
@file_argument
@yes_option
@passphrase_option
@json_option
def submit(file: Path, yes: bool, passphrase_file: Path | None, as_json_: bool) -> None:
    """Bring in an answer that was sealed offline.

    Interrupted, it goes on when it is run again; once the answer is in, doing it again does nothing.
    """
    me = unlock(passphrase_file)
    submission = Submission(me, file)
    agree(f"Send this answer to {submission.reference}?", yes)
    given, fresh = submission.send(progress(file.name))
    said = "is answered" if fresh else "was answered with this very bundle before; nothing was done again"
    out({**given, "submitted_before": not fresh}, as_json_, f"{given['reference']} {said}.")
