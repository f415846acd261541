"""`comity request receipts` and `comity witness`: proofs brought here, and the log watched from outside."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import click

from comity_client import logkeys, receipts
from comity_client.bringing import folder_of
from comity_client.cli_requests import find, request
from comity_client.errors import ClientError, PartlyDone
from comity_client.seen import Seen
from comity_client.terminal import connect, dial, json_option, out, say
from comity_client.witness import State, Witness, alone, make_key, read_key
from comity_seal.log.notes import LOG

PREFIX = "/api/v1/log"


@request.command("receipts")
@click.argument("name")
@click.option(
    "--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="A folder; else one named after it."
)
@json_option
def receipts_(name: str, folder: Path | None, as_json_: bool) -> None:
    """Bring every receipt of a request here; `comity verify` checks them offline, now and in twenty years."""
    http, remembered = connect()
    key = logkeys.pin_anew(http)
    if not key:
        raise ClientError("The log has not begun: ask again in a few seconds.")
    found = find(http, name)
    folder = folder or folder_of(found)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    trust = logkeys.trust(key, (), None)
    written, missing = receipts.bring(http, found, folder, trust, remembered.root, log=Seen(http, key))
    text = "\n".join(str(path) for path in written) or "There is nothing to prove yet."
    out({"items": [str(path) for path in written], "not_yet_sealed": missing}, as_json_, text)
    if missing:
        raise PartlyDone(f"{len(missing)} receipts are not sealed yet: ask again in a few seconds.")


def _address(_context: click.Context, _option: click.Parameter, value: str) -> str:
    parts = urlsplit(value)
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise click.BadParameter("Give an address that begins with https://; http:// is for this machine only.")
    return value.rstrip("/").removesuffix(PREFIX)


@click.command()
@click.option("--log", "address", required=True, callback=_address, help="The platform's address.")
@click.option(
    "--key",
    "key_file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The witness's signing key, made with `comity key witness`.",
)
@click.option(
    "--state",
    "state_file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file in which the last state seen is kept; never delete it.",
)
@click.option("--log-key", help="The log's verifier key or a file with it; needed the first time.")
@click.option("--once", is_flag=True, help="Look once, and end.")
@click.option("--every", default=60.0, type=click.FloatRange(1, 86400), help="Seconds between two looks.")
def witness(address: str, key_file: Path, state_file: Path, log_key: str | None, once: bool, every: float) -> None:
    """Watch the log from outside, and sign each state that continues the one before.

    Ends with exit code 6 and a sentence when the log was shortened, rewritten or shown in two forms.
    """
    key = read_key(key_file)
    with alone(state_file):
        state = State.read(state_file, logkeys.read(log_key, LOG) if log_key else None)
        watching = Witness(dial(address), key, state)
        if not once:
            watching.watch(every)
        checkpoint = watching.look()
    say(f"{checkpoint.size} lines: consistent, and signed.")


@click.command("witness")
@click.argument("name")
@click.option("--to", "file", required=True, type=click.Path(dir_okay=False, path_type=Path), help="A new file.")
@json_option
def witness_key(name: str, file: Path, as_json_: bool) -> None:
    """Make the signing key of a witness of this name (witness.example/xa); its verifier key is printed."""
    public = make_key(name, file)
    out({"key": str(public)}, as_json_, str(public))
