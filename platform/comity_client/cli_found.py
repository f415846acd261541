"""`comity authority found` and `confirm-genesis`: an authority's first statement, made away from any platform."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from comity_client.cli_root import existing, holders, read_root, root_file_option
from comity_client.errors import ClientConflict, ClientError, NotVerified
from comity_client.files import write
from comity_client.terminal import agree, passphrase_option, say, yes_option
from comity_client.transfer import stamp
from comity_seal import canonical
from comity_seal.authority import Member, VerifiedAuthority, verify_chain
from comity_seal.canonical import CODE
from comity_seal.confirmation import Link
from comity_seal.errors import SealError
from comity_seal.opening.keyset import KeySet
from comity_seal.opening.statements import ROOT, confirm, confirmed, genesis, wraps_for
from comity_seal.opening.wraps import Epoch
from comity_seal.publickeys import PublicKeySet
from comity_seal.root import Root
from comity_seal.statements import read_statement

GENESIS = "genesis.json"

holders_option = click.option(
    "--root-key",
    "files",
    required=True,
    multiple=True,
    type=existing,
    help="A key set of the root; again for each holder who is here.",
)


@click.group()
def authority() -> None:
    """Your authority: who belongs to it, its key, and what two of you sign together."""


@authority.command()
@click.argument("description", type=existing)
@root_file_option
@holders_option
@click.option(
    "--out", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="A folder for the result."
)
@click.option("--admin", "admins", multiple=True, metavar="USER", help="A member who administers it; else all do.")
@passphrase_option
def found(
    description: Path,
    root_file: Path,
    files: tuple[Path, ...],
    folder: Path,
    admins: tuple[str, ...],
    passphrase_file: Path | None,
) -> None:
    """Make the first statement of an authority and its first key, wrapped for each member.

    DESCRIPTION is JSON: {"code","kind","organ","names":{"en","fr"},"members":[{"user","name","role","keys"}]}, where
    `keys` is a member's public key set.  Compare every fingerprint before you sign.  The other holders whom the root
    needs confirm it with `comity authority confirm-genesis`.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ClientConflict(f"{folder} is not empty: name another folder.")
    what, members = _described(description)
    strangers = set(admins) - {member.user for member in members}
    if strangers:
        raise ClientError(f"{', '.join(sorted(strangers))}: no member of the authority that {description} describes.")
    root = read_root(root_file)
    first, *others = holders(files, root.group(what["kind"], what["organ"]), what["code"], passphrase_file)
    epoch = Epoch.generate(what["code"])
    wraps = wraps_for(epoch, members)
    statement = genesis(
        first,
        code=what["code"],
        kind=what["kind"],
        organ=what["organ"],
        names=what["names"],
        members=members,
        epoch=epoch,
        wraps=wraps,
        admins=sorted(set(admins)) or None,
        created=stamp(),
    )
    link = _confirmed_by(others, statement)
    verified = verify_chain([link], root, what["code"], unconfirmed=True)
    (folder / "wraps").mkdir(parents=True, exist_ok=True)
    (folder / GENESIS).write_bytes(link)
    for keyset, data in wraps.items():
        (folder / "wraps" / f"{keyset}.age").write_bytes(data)
    click.echo(_said(verified))
    say(_done(folder, link, root, verified))


@authority.command("confirm-genesis")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@root_file_option
@holders_option
@yes_option
@passphrase_option
def confirm_genesis(
    folder: Path, root_file: Path, files: tuple[Path, ...], yes: bool, passphrase_file: Path | None
) -> None:
    """Confirm an authority's first statement, which another holder of the root made in FOLDER; it is shown first.

    Compare every fingerprint before you agree, as the one who made it has.
    """
    root, file = read_root(root_file), folder / GENESIS
    link = file.read_bytes()
    code = read_statement(Link.parse(link).statement.payload).authority
    verified = verify_chain([link], root, code, unconfirmed=True)
    if not verified.missing:
        raise ClientConflict(f"{file} lacks nothing: hand {folder} to the platform's administrator.")
    _check_wraps(folder, verified)
    here = holders(files, root.group(verified.kind, verified.organ), code, passphrase_file)
    signed = _signers(link)
    if any(keyset.public.id in signed for keyset in here):
        raise ClientConflict(f"This key set has signed {file} already: another holder of the root has to.")
    click.echo(_said(verified))
    agree(f"Confirm, as the root, that {code} begins with these?", yes)
    link = _confirmed_by(here, link)
    verified = verify_chain([link], root, code, unconfirmed=True)
    write(file, link)
    say(_done(folder, link, root, verified))


def _confirmed_by(others: tuple[KeySet, ...] | list[KeySet], link: bytes) -> bytes:
    for one in others:
        link = confirmed(link, confirm(one, ROOT, link, created=stamp()))
    return link


def _signers(link: bytes) -> list[str]:
    parsed = Link.parse(link)
    return [one.keyset for one in (parsed.statement, *parsed.confirmations)]


def _check_wraps(folder: Path, verified: VerifiedAuthority) -> None:
    """Raises NotVerified unless the wrapped keys beside it are those that the statement names."""
    for keyset, digest in verified.epoch.wraps.items():
        file = folder / "wraps" / f"{keyset}.age"
        if not file.is_file() or sha256(file.read_bytes()).hexdigest() != digest:
            raise NotVerified(f"{file} is not the wrapped key that the statement names: ask for the folder again.")


def _said(verified: VerifiedAuthority) -> str:
    """What the statement says, with every fingerprint to compare."""
    of = "the Court" if verified.kind == "court" else "a State"
    organ = {"otp": ", Office of the Prosecutor", "registry": ", Registry"}.get(verified.organ or "", "")
    lines = [f"{verified.code}, {verified.names['en']} ({verified.names['fr']}), of {of}{organ}, {verified.created}"]
    for member in verified.members.values():
        role = "  administrator" if member.user in verified.admins else ""
        lines.append(f"{member.name}, {member.role}  {member.keys.fingerprint}{role}")
    return "\n".join(lines)


def _done(folder: Path, link: bytes, root: Root, verified: VerifiedAuthority) -> str:
    lacking = root.need - len(_signers(link)) if verified.missing else 0
    under = f"Signed under the root {root.id}."
    if lacking:
        return f"{under} It needs {lacking} more of its holders: hand {folder} to the next one."
    return f"{under} Hand {folder} to the platform's administrator."


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
