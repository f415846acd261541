"""`comity authority proposals`, `confirm` and `withdraw`: statements that need a second person."""

from __future__ import annotations

from pathlib import Path

import click

from comity_client import office
from comity_client.cli_authority import names_of
from comity_client.cli_office import authority
from comity_client.cli_signing import needed, root_key_option, signing, told
from comity_client.errors import ClientError
from comity_client.terminal import agree, authorities_of, connect, json_option, out, passphrase_option, say, yes_option

__all__ = ["authority"]


@authority.command()
@click.argument("code", required=False)
@json_option
def proposals(code: str | None, as_json_: bool) -> None:
    """The statements that wait for a confirmation, each verified but for that; otherwise of your own authority."""
    http, remembered = connect()
    code = (code or str(http.get("/session")["authority"])).upper()
    found = office.proposals(authorities_of(http, remembered), code)
    text = [
        f"{one.id}\n{office.describe(one, names_of(one.verified))}\n  It needs {needed(one.needs)}." for one in found
    ]
    out({"items": [one.to_json() for one in found]}, as_json_, "\n\n".join(text) or "Nothing waits.")


@authority.command()
@click.argument("code")
@click.argument("proposal", required=False)
@root_key_option
@yes_option
@passphrase_option
@json_option
def confirm(
    code: str,
    proposal: str | None,
    root_keys: tuple[Path, ...],
    yes: bool,
    passphrase_file: Path | None,
    as_json_: bool,
) -> None:
    """Confirm a proposal of an authority with your signature, or with the root's; it is shown first.

    Whom an administrator admits confirms it herself: the 60 digits must be those of her own key set.
    """
    who = signing(passphrase_file, code, root_keys)
    waiting = office.proposals(who.authorities, who.code)
    meant = [one for one in waiting if proposal is None or one.id.startswith(proposal.lower())]
    if len(meant) != 1:
        held = ", ".join(one.id for one in waiting) or "none"
        raise ClientError(f"Name one proposal that waits in {who.code}; there is {held}.")
    say(office.describe(meant[0], names_of(meant[0].verified)))
    agree("Sign that you agree to this?", yes)
    done = office.agree_to(who, meant[0])
    out(done, as_json_, told(done, who.code))


@authority.command()
@click.argument("code")
@click.argument("proposal", type=click.UUID)
@yes_option
@json_option
def withdraw(code: str, proposal: object, yes: bool, as_json_: bool) -> None:
    """Take a proposal of yours back."""
    http, _ = connect()
    agree(f"Take proposal {proposal} back?", yes)
    http.post(f"/authorities/{code.upper()}/proposals/{proposal}/withdraw")
    out({"withdrawn": str(proposal)}, as_json_, "It is taken back.")
