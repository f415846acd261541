"""What the commands about an authority share: who signs, what is compared first, and what became of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from comity_client import office, ways
from comity_client.cli_found import root_keys
from comity_client.errors import ClientError, NotVerified
from comity_client.office import Signing
from comity_client.terminal import agree, authorities_of, connect, say, words_of
from comity_seal.authority import Member
from comity_seal.standing import ROOT

reason_option = click.option("--reason", required=True, help="Why; the authority's statements keep it for ever.")
fingerprint_option = click.option("--fingerprint", help="The 60 digits that she read to you; otherwise you are asked.")
root_key_option = click.option(
    "--root-key",
    "root_key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The root's key set, for the root's own signature.",
)


def signing(passphrase_file: Path | None, code: str | None = None, root_key: Path | None = None) -> Signing:
    """Who signs: oneself, also where one has no key of the authority yet, or the root.  Raises ClientError."""
    http, remembered = connect()
    authorities = authorities_of(http, remembered)
    me = http.get("/session")
    code = (code or me["authority"] or "").upper()
    if not code:
        raise click.UsageError("Name the authority: your account belongs to none.")
    if root_key is None:
        keyset, _ = ways.unlock_keys(authorities, lambda: words_of(passphrase_file))
        return Signing(authorities, keyset, str(me["id"]), code)
    keyset = root_keys(root_key, passphrase_file)
    if keyset.public != authorities.root:
        raise ClientError(f"{root_key} is not the key set of the root that you pinned.")
    return Signing(authorities, keyset, ROOT, code)


def compare(member: Member, given: str | None, yes: bool) -> None:
    """That these are her keys, by the digits that she reads aloud.  Raises NotVerified or Cancelled."""
    if given is not None:
        if re.sub(r"\D", "", given) != re.sub(r"\D", "", member.keys.fingerprint):
            raise NotVerified(f"These are not the digits of the key set that the platform gives for {member.name}.")
        return
    if yes:
        raise click.UsageError("Give --fingerprint: --yes does not compare for you.")
    say(f"{member.name}, {member.role}:\n  {member.keys.fingerprint}")
    agree("Are these the digits that she read to you?", yes)


def told(done: dict[str, Any], code: str) -> str:
    """What became of a statement."""
    if done["registered"]:
        return f"Statement {done['seq']} of {code} stands."
    return f"Statement {done['seq']} of {code} waits, proposal {done['proposal']}: it needs {needed(done['needs'])}."


def needed(needs: list[str] | tuple[str, ...]) -> str:
    """Who still has to confirm."""
    return ", and ".join(office.NEEDS.get(one, one) for one in needs)
