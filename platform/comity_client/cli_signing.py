"""What the commands about an authority share: who signs, what is compared first, and what became of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from comity_client import office, ways
from comity_client.cli_root import existing, holders
from comity_client.errors import NotVerified
from comity_client.office import Signing
from comity_client.terminal import agree, authorities_of, connect, say, words_of
from comity_seal.authority import Member
from comity_seal.standing import ROOT

reason_option = click.option("--reason", required=True, help="Why; the authority's statements keep it for ever.")
fingerprint_option = click.option("--fingerprint", help="The 60 digits that she read to you; otherwise you are asked.")
root_key_option = click.option(
    "--root-key",
    "root_keys",
    multiple=True,
    type=existing,
    help="A key set of the root, for the root's own signature; again for each holder who is here.",
)


def signing(passphrase_file: Path | None, code: str | None = None, root_keys: tuple[Path, ...] = ()) -> Signing:
    """Who signs: oneself, also where one has no key of the authority yet, or the root.  Raises ClientError."""
    http, remembered = connect()
    authorities = authorities_of(http, remembered)
    me = http.get("/session")
    code = (code or me["authority"] or "").upper()
    if not code:
        raise click.UsageError("Name the authority: your account belongs to none.")
    if not root_keys:
        keyset, _ = ways.unlock_keys(authorities, lambda: words_of(passphrase_file))
        return Signing(authorities, keyset, str(me["id"]), code)
    verified = authorities.of(code)
    group = authorities.root.group(verified.kind, verified.organ)
    first, *others = holders(root_keys, group, code, passphrase_file)
    return Signing(authorities, first, ROOT, code, tuple(others))


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
