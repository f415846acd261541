"""`comity authority found`: an authority's first statement under the root, made away from any platform."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from comity_client.errors import ClientConflict, ClientError
from comity_client.terminal import passphrase_option, say, secret
from comity_seal import canonical
from comity_seal.authority import Member, verify_chain
from comity_seal.canonical import CODE
from comity_seal.errors import SealError, WrongPassphrase
from comity_seal.opening.keyset import KeySet, unprotect
from comity_seal.opening.statements import genesis, wraps_for
from comity_seal.opening.wraps import Epoch
from comity_seal.publickeys import PublicKeySet


@click.group()
def authority() -> None:
    """Your authority: who belongs to it, its key, and what two of you sign together."""


@authority.command()
@click.argument("description", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--root-key",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The root's key set.",
)
@click.option(
    "--out", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="A folder for the result."
)
@click.option("--admin", "admins", multiple=True, metavar="USER", help="A member who administers it; else all do.")
@passphrase_option
def found(
    description: Path, root_key: Path, folder: Path, admins: tuple[str, ...], passphrase_file: Path | None
) -> None:
    """Make the first statement of an authority and its first key, wrapped for each member.

    DESCRIPTION is JSON: {"code","kind","organ","names":{"en","fr"},"members":[{"user","name","role","keys"}]}, where
    `keys` is a member's public key set.  Compare every fingerprint before you sign.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ClientConflict(f"{folder} is not empty: name another folder.")
    what, members = _described(description)
    strangers = set(admins) - {member.user for member in members}
    if strangers:
        raise ClientError(f"{', '.join(sorted(strangers))}: no member of the authority that {description} describes.")
    root = root_keys(root_key, passphrase_file)
    epoch = Epoch.generate(what["code"])
    wraps = wraps_for(epoch, members)
    statement = genesis(
        root,
        code=what["code"],
        kind=what["kind"],
        organ=what["organ"],
        names=what["names"],
        members=members,
        epoch=epoch,
        wraps=wraps,
        admins=sorted(set(admins)) or None,
        created=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    verified = verify_chain([statement], root.public, what["code"])
    (folder / "wraps").mkdir(parents=True, exist_ok=True)
    (folder / "genesis.json").write_bytes(statement)
    for keyset, data in wraps.items():
        (folder / "wraps" / f"{keyset}.age").write_bytes(data)
    for member in members:
        role = "  administrator" if member.user in verified.admins else ""
        click.echo(f"{member.name}  {member.keys.fingerprint}{role}")
    say(f"Signed by the root {root.public.id}. Hand {folder} to the platform's administrator.")


def _described(file: Path) -> tuple[dict[str, Any], list[Member]]:
    try:
        read = canonical.Reader(
            canonical.loads_strict(file.read_bytes()), "the description", {"code", "kind", "organ", "names", "members"}
        )
        read.matching("code", CODE)
        members = []
        for one in read.items("members"):
            each = canonical.Reader(one, "a member", {"user", "name", "role", "keys"})
            keys = PublicKeySet.from_json(each.value["keys"])
            members.append(Member(each.matching("user", canonical.UUID), each.text("name"), each.text("role"), keys))
    except SealError as error:
        raise ClientError(f"{file} does not describe an authority: {error}.") from error
    return read.value, members


def root_keys(file: Path, passphrase_file: Path | None) -> KeySet:
    """The root's key set, bare or protected.  Raises ClientError."""
    data = file.read_bytes()
    try:
        if data.startswith(b"# comity key set"):
            return KeySet.from_text(data.decode())
        return unprotect(data, secret(passphrase_file, "Passphrase of the root, or its recovery code"))
    except WrongPassphrase:
        raise ClientError("These words do not open the root's key set: type them again.") from None
    except (SealError, ValueError) as error:
        raise ClientError(f"{file} is not a key set: {type(error).__name__}.") from error
