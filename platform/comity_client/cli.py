"""The `comity` command: sign in, work on requests, verify, keep keys.  It seals and opens on this machine.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 cancelled, 4 sign-in needed, 5 conflict, 6 verification failed,
7 partly done, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from comity_client import config, logkeys, receipts
from comity_client.cli_bundle import bundle
from comity_client.cli_consents import consent
from comity_client.cli_keys import key
from comity_client.cli_log import witness, witness_key
from comity_client.cli_messages import message
from comity_client.cli_profile import profile
from comity_client.cli_recovery import authority
from comity_client.cli_root import root_
from comity_client.cli_session import login, logout, root_id, status
from comity_client.cli_translating import translation
from comity_client.cli_withdrawing import request
from comity_client.completing import completion
from comity_client.errors import Cancelled, ClientError, NotVerified
from comity_client.proof import verify as verify_file
from comity_client.terminal import json_option, out, say, table
from comity_seal.errors import NotAuthentic, SealError

INTERRUPTED = 130


@click.group(epilog="Every command explains itself with --help.")
@click.version_option(package_name="comity", message="comity %(version)s")
@click.pass_context
def comity(context: click.Context) -> None:
    """Work with the cooperation platform from the command line."""
    if "NO_COLOR" in os.environ:
        context.color = False


for command in (
    login,
    logout,
    status,
    request,
    message,
    consent,
    translation,
    bundle,
    key,
    authority,
    profile,
    root_,
    witness,
    completion,
):
    comity.add_command(command)
key.add_command(witness_key)


@comity.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--root", callback=root_id, help="The root's identifier; otherwise the one pinned at sign-in.")
@click.option("--log-key", help="For receipts: the log's verifier key or a file; otherwise the one pinned at sign-in.")
@click.option(
    "--witness", "witnesses", multiple=True, help="For receipts: a witness's verifier key or a file; again for each."
)
@click.option("--witnesses", "least", type=click.IntRange(0), help="How many of them are required; otherwise all.")
@json_option
def verify(
    files: tuple[Path, ...],
    root: str | None,
    log_key: str | None,
    witnesses: tuple[str, ...],
    least: int | None,
    as_json_: bool,
) -> None:
    """Check downloaded documents and receipts offline: who signed what and when, and that nothing was changed."""
    remembered = config.recall()
    pinned = root or (remembered.root if remembered else None)
    proofs = [file for file in files if receipts.is_receipt(file)]
    if pinned is None and len(proofs) < len(files):
        raise click.UsageError("No root is pinned here: give --root.")
    trust = logkeys.trust(log_key, witnesses, least) if proofs else None
    found: list[dict[str, Any]] = []
    told: list[str] = []
    failed = []
    logged: dict[str, str] = {}
    for file in [*proofs, *(one for one in files if one not in proofs)]:
        try:
            if trust is not None and file in proofs:
                one = receipts.verify(file, trust, pinned)
                logged = receipts.times_of(one.proven.line) | logged
                told.append(f"{file}: proven\n{one.words()}")
                found.append({"file": str(file), "authentic": True, "kind": "receipt", **one.to_json()})
            else:
                found.append({"file": str(file), "authentic": True, **verify_file(file, str(pinned), logged).to_json()})
        except NotVerified as error:
            failed.append(str(error))
            found.append({"file": str(file), "authentic": False, "reason": str(error)})
    found.sort(key=lambda one: [str(file) for file in files].index(one["file"]))
    rest = [one for one in found if one.get("kind") != "receipt"]
    if rest:
        told.append(table(["file", "verdict", "signed by", "reference", "on"], map(_verdict, rest)))
    out({"items": found}, as_json_, "\n\n".join(told))
    if failed:
        raise NotVerified(" ".join(failed))


def _verdict(one: dict[str, Any]) -> list[str]:
    if not one["authentic"]:
        return [one["file"], "NOT AUTHENTIC", "", "", ""]
    return [one["file"], "authentic", f"{one['signed_by']}, {one['authority']}", one["reference"], one["created"]]


def run(arguments: list[str] | None = None) -> int:
    """Run the command; gives its exit code.  An error is one sentence, and never holds what was sealed."""
    try:
        comity.main(arguments, standalone_mode=False, prog_name="comity")
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123  (nobody reads any more)
    except (Exception, KeyboardInterrupt) as error:
        if "COMITY_DEBUG" in os.environ:
            raise
        sentence, code = _told(error)
        say(sentence)
        return code
    return 0


def _told(error: BaseException) -> tuple[str, int]:
    """The sentence and the exit code for what went wrong."""
    match error:
        case ClientError():
            return str(error), error.exit_code
        case NotAuthentic():
            return f"This is not authentic: {error}.", NotVerified.exit_code
        case SealError():
            return f"This cannot be read: {error}.", ClientError.exit_code
        case click.Abort() | KeyboardInterrupt():
            cause = error.__cause__ or error.__context__ or error
            if isinstance(cause, KeyboardInterrupt):
                return "Interrupted.", INTERRUPTED
            return "Cancelled: nothing more was done.", Cancelled.exit_code
        case OSError():
            return f"{error.filename or 'A file'}: {error.strerror or type(error).__name__}.", ClientError.exit_code
    name = type(error).__name__  # no more than that: its words may hold plaintext
    return f"The command failed ({name}): set COMITY_DEBUG=1 to see where, and report it.", ClientError.exit_code


def main() -> None:
    """The entry point."""
    sys.exit(run())


if __name__ == "__main__":
    main()
