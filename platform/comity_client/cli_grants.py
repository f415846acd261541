"""`comity request grant` and `rewrap`: what is there already sealed anew, to newer keys or to the other party."""

from __future__ import annotations

from pathlib import Path

from comity_client import granting, requests
from comity_client.cli_court import request
from comity_client.cli_requests import find
from comity_client.completing import reference_argument
from comity_client.errors import NotVerified
from comity_client.terminal import agree, counting, json_option, out, passphrase_option, unlock, yes_option

__all__ = ["request"]


def _end(found: granting.Renewed, as_json_: bool) -> None:
    value = {"sealed_anew": found.done, "as_before": found.before, "not_authentic": found.failed}
    text = f"{len(found.done)} documents are sealed anew."
    if found.before:
        text += f" {len(found.before)} had the newest keys already."
    out(value, as_json_, text)
    if found.failed:
        raise NotVerified(" ".join(found.failed))


@request.command()
@reference_argument
@yes_option
@passphrase_option
@json_option
def grant(name: str, yes: bool, passphrase_file: Path | None, as_json_: bool) -> None:
    """Seal the released documents of a request to the newest keys of both its parties."""
    me = unlock(passphrase_file)
    found = find(me.http, name)
    documents = [one for one in found["documents"] if one["released_at"] is not None]
    both = requests.parties(me, found)
    agree(f"Seal {len(documents)} documents of {found['reference']} to {' and '.join(both)}?", yes)
    _end(
        granting.renew_all(
            me, iter(documents), len(documents), add=both, progress=counting(f"documents of {found['reference']}")
        ),
        as_json_,
    )


@request.command()
@yes_option
@passphrase_option
@json_option
def rewrap(yes: bool, passphrase_file: Path | None, as_json_: bool) -> None:
    """Seal every document that your authority reads with an older key to its newest.

    Interrupted, it goes on when it is run again.  It takes nothing from whoever had an older key.
    """
    me = unlock(passphrase_file)
    whole, documents = granting.behind(me)
    if whole:
        agree(f"Seal {whole} documents to the newest key of {me.code}?", yes)
    _end(granting.renew_all(me, documents, whole, progress=counting("documents")), as_json_)
