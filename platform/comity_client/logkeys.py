"""Verifier keys of the log and of witnesses as people give them: the key itself, or a file that holds it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from comity_client import config
from comity_client.errors import Conflicted, NotVerified
from comity_client.http import Http
from comity_client.terminal import say
from comity_seal.errors import SealError
from comity_seal.log.notes import LOG, WITNESS, VerifierKey
from comity_seal.log.proof import Trust


def read(given: str, kind: int) -> VerifierKey:
    """Raises UsageError for what is not the key of a log, or of a witness."""
    wanted = "a log" if kind == LOG else "a witness"
    text = given
    if "+" not in given:
        try:
            text = Path(given).read_text(encoding="utf-8")
        except (OSError, ValueError):
            raise click.UsageError(f"{given} is neither the verifier key of {wanted} nor a file with one.") from None
    try:
        key = VerifierKey.parse(text)
    except SealError as error:
        raise click.UsageError(f"{given}: {error}.") from error
    if key.kind != kind:
        raise click.UsageError(f"{given} is not the key of {wanted}.")
    return key


def trust(log_key: str | None, witnesses: Sequence[str], least: int | None) -> Trust:
    """Whom to trust: the key given or pinned at sign-in; of the witnesses given at least `least`, or all of them."""
    remembered = config.recall()
    given = log_key or (remembered.log_key if remembered else "")
    if not given:
        raise click.UsageError("No key of a log is pinned here: give --log-key.")
    keys = tuple(read(one, WITNESS) for one in witnesses)
    count = len({key.public for key in keys})
    least = count if least is None else least
    if least > count:
        raise click.UsageError(f"{least} witnesses are required, and {count} are named with --witness.")
    return Trust(read(given, LOG), keys, least)


def pin(http: Http, given: str | None, before: str) -> str:
    """The log's key to keep: the one given or pinned, which the platform must name too; else the one that it names.

    Nothing, if the log has not begun.  Raises NotVerified.
    """
    wanted = str(read(given, LOG)) if given else before
    if before and wanted != before:
        raise NotVerified(
            f"You pinned another key of the log before. If that is right, delete {config.folder()} first."
        )
    try:
        named = str(http.get("/log/key")["key"])
    except Conflicted:
        return wanted
    if wanted and named != wanted:
        raise NotVerified(
            "The platform names another key of its log than the one you pinned: tell your security officer."
        )
    if not wanted:
        say(f"The log is signed with {named}\nEvery receipt is verified under this key from now on.")
    return named


def pin_anew(http: Http) -> str:
    """The pinned key of the log, pinned now where the log has begun since; nothing, if it has not.

    Raises NotVerified.
    """
    remembered = config.recall()
    before = remembered.log_key if remembered else ""
    key = pin(http, None, before)
    if remembered is not None and key != before:
        config.remember_log_key(remembered, key)
    return key
