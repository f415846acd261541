"""`comity root`: the public root, put together from the key sets of those who hold it; and how they sign."""

from __future__ import annotations

from pathlib import Path

import click

from comity_client.errors import ClientConflict, ClientError
from comity_client.terminal import say, secret
from comity_seal.errors import SealError, WrongPassphrase
from comity_seal.opening.keyset import KeySet, unprotect
from comity_seal.publickeys import PublicKeySet
from comity_seal.root import Group, Root

existing = click.Path(exists=True, dir_okay=False, path_type=Path)
root_file_option = click.option(
    "--root-file", required=True, type=existing, help="The public root, as `comity root make` wrote it."
)


@click.group("root")
def root_() -> None:
    """The root: key sets that several people keep offline, under which every authority is founded."""


@root_.command()
@click.option("--registry", multiple=True, required=True, type=existing, help="A public key set; again for each.")
@click.option("--prosecutor", multiple=True, required=True, type=existing, help="A public key set; again for each.")
@click.option("--need", type=click.IntRange(1, 3), default=2, show_default=True, help="How many of a group it takes.")
@click.option("-o", "--out", "file", required=True, type=click.Path(dir_okay=False, path_type=Path), help="A new file.")
def make(registry: tuple[Path, ...], prosecutor: tuple[Path, ...], need: int, file: Path) -> None:
    """Put the public key sets of the root's holders together.

    Each holder makes her own, away from any network: `comity key init --to FILE`.  Those of the Registry speak about
    States and its own teams, those of the Prosecutor about the Prosecutor's authority.
    """
    if file.exists():
        raise ClientConflict(f"{file} exists: name another file.")
    groups = ([public_keys(one) for one in given] for given in (registry, prosecutor))
    try:
        made = Root.of(need, *groups)
    except SealError as error:
        raise ClientError(f"These make no root: {error}.") from error
    file.write_bytes(made.canonical + b"\n")
    click.echo(told(made))
    say("Write the identifier into the settings and into the letters that designate people; each holder compares all.")


@root_.command()
@click.argument("file", type=existing)
def show(file: Path) -> None:
    """The identifier of a public root, and the digits of every key set in it, to compare."""
    click.echo(told(read_root(file)))


def told(root: Root) -> str:
    """A root in words."""
    lines = [f"identifier  {root.id}", f"digits      {root.fingerprint}", f"It takes {root.need} of a group."]
    for name, group in (("The Registry's:", root.registry), ("The Prosecutor's:", root.prosecutor)):
        lines += [name, *(f"  {keys.fingerprint}" for keys in group)]
    return "\n".join(lines)


def read_root(file: Path) -> Root:
    """Raises ClientError."""
    try:
        return Root.from_bytes(file.read_bytes().strip())
    except SealError as error:
        raise ClientError(f"{file} is not a public root: {error}.") from error


def public_keys(file: Path) -> PublicKeySet:
    """A public key set in a file.  Raises ClientError."""
    try:
        return PublicKeySet.from_bytes(file.read_bytes().strip())
    except SealError as error:
        raise ClientError(f"{file} is not a public key set: {error}.") from error


def holders(files: tuple[Path, ...], group: Group, code: str, passphrase_file: Path | None) -> tuple[KeySet, ...]:
    """The key sets of those who sign as the root about `code`.  Raises ClientError for one that may not, or twice."""
    found = tuple(_holder(file, passphrase_file) for file in files)
    for file, keyset in zip(files, found, strict=True):
        if keyset.public.id not in group.keysets:
            raise ClientError(f"{file} is none of the root's key sets that speak about {code}.")
    if len({keyset.public.id for keyset in found}) != len(found):
        raise ClientError("A key set of the root is named twice: another holder has to sign.")
    return found


def _holder(file: Path, passphrase_file: Path | None) -> KeySet:
    """A key set of the root, bare or protected."""
    data = file.read_bytes()
    try:
        if data.startswith(b"# comity key set"):
            return KeySet.from_text(data.decode())
        return unprotect(
            data, secret(passphrase_file, f"Passphrase of the root's key set {file}, or its recovery code")
        )
    except WrongPassphrase:
        raise ClientError(f"These words do not open the root's key set {file}: type them again.") from None
    except (SealError, ValueError) as error:
        raise ClientError(f"{file} is not a key set: {type(error).__name__}.") from error
