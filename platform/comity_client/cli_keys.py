"""`comity key` and `comity authority`: keys made on this machine, an authority's first statement under the root."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from comity_client import ways
from comity_client.authorities import listed
from comity_client.config import Remembered
from comity_client.errors import Cancelled, ClientConflict, ClientError
from comity_client.http import Http
from comity_client.terminal import (
    authorities_of,
    connect,
    json_option,
    out,
    passphrase_option,
    say,
    secret,
    table,
    words_of,
)
from comity_seal import canonical
from comity_seal.authority import Member, verify_chain
from comity_seal.canonical import CODE
from comity_seal.errors import SealError, WrongPassphrase
from comity_seal.opening.keyset import (
    ASKED_BACK,
    LOGN,
    RECOVERY_WORDS,
    KeySet,
    new_passphrase,
    new_recovery,
    normal_passphrase,
    protect,
    unprotect,
)
from comity_seal.opening.statements import genesis, wraps_for
from comity_seal.opening.wraps import Epoch
from comity_seal.publickeys import PublicKeySet
from comity_seal.ways import LEAST_LOGN, PASSKEY, PASSPHRASE, RECOVERY

TRIES = 3
NAMES = {PASSPHRASE: "passphrase", RECOVERY: "recovery code", PASSKEY: "passkey (in a browser)"}


@click.group()
def key() -> None:
    """Your key set: made here, kept on the platform only behind your passphrase, recovery code or passkeys."""


demonstration_option = click.option("--demonstration", is_flag=True, hidden=True, help="Less work behind the words.")


@key.command("init")
@click.option(
    "--to", type=click.Path(dir_okay=False, path_type=Path), help="Keep it in this file, not on the platform."
)
@demonstration_option
def init(to: Path | None, demonstration: bool) -> None:
    """Make a key set behind a passphrase and a recovery code.  Both are shown once, and you type them back."""
    http = None
    if to:
        _refuse_existing(to, to.with_name(f"{to.name}.recovery"))
    else:
        http, remembered = connect()
        ways.refuse_second(authorities_of(http, remembered), http.get("/session"))
    words = {PASSPHRASE: _passphrase(), RECOVERY: _recovery()}
    keyset = KeySet.generate()
    files = {kind: protect(keyset, said, _logn(demonstration)) for kind, said in words.items()}
    if http:
        ways.deposit(http, keyset, files)
    elif to:
        _write(to, files[PASSPHRASE])
        _write(to.with_name(f"{to.name}.recovery"), files[RECOVERY])
        to.with_name(to.name + ".public.json").write_bytes(keyset.public.canonical + b"\n")
    say("The key set is made. Read its fingerprint to whoever confirms it:")
    click.echo(keyset.public.fingerprint)


def _refuse_existing(*files: Path) -> None:
    for file in files:
        if file.exists():
            raise ClientConflict(f"{file} exists already: name another file.")


def _write(file: Path, data: bytes) -> None:
    file.touch(mode=0o600)
    file.write_bytes(data)


def _logn(demonstration: bool) -> int:
    return LEAST_LOGN if demonstration else LOGN


def _passphrase() -> str:
    """Eight words, shown once and typed back."""
    passphrase = new_passphrase()
    say("This is the passphrase of your keys. Write it down on paper; nobody can give it to you again:")
    click.echo(f"\n    {passphrase}\n", err=True)
    for _try in range(TRIES):
        if normal_passphrase(click.prompt("Type it back", err=True)) == passphrase:
            return passphrase
        say("That is not the same.")
    raise Cancelled("Nothing was made: begin again, and write the words down first.")


def _recovery() -> str:
    """Ten words, shown once; three of them typed back."""
    code = new_recovery()
    say("This is the recovery code, for the day when the passphrase is lost. Keep it on paper, somewhere else:")
    click.echo(f"\n    {code}\n", err=True)
    places = sorted(random.SystemRandom().sample(range(RECOVERY_WORDS), ASKED_BACK))
    wanted = [code.split("-")[place] for place in places]
    for _try in range(TRIES):
        typed = [click.prompt(f"Type back word {place + 1}", err=True) for place in places]
        if [normal_passphrase(word) for word in typed] == wanted:
            return code
        say("These are not the words in those places.")
    raise Cancelled("Nothing was made: begin again, and write the words down first.")


@key.command()
@passphrase_option
@demonstration_option
def passphrase(passphrase_file: Path | None, demonstration: bool) -> None:
    """Make a new passphrase in the place of the one you have, or of one that you lost (--recovery)."""
    _renew(PASSPHRASE, _passphrase, passphrase_file, demonstration)
    say("From now on the new passphrase opens your keys, and the old one does not.")


@key.command()
@passphrase_option
@demonstration_option
def recovery(passphrase_file: Path | None, demonstration: bool) -> None:
    """Make a new recovery code in the place of the one you have."""
    _renew(RECOVERY, _recovery, passphrase_file, demonstration)
    say("From now on the new recovery code opens your keys, and the old one does not.")


def _renew(kind: str, make: Callable[[], str], passphrase_file: Path | None, demonstration: bool) -> None:
    http, remembered = connect()
    keyset, _kept = ways.unlock_keys(authorities_of(http, remembered), lambda: words_of(passphrase_file))
    ways.replace_words(http, keyset, kind, protect(keyset, make(), _logn(demonstration)))


def _mine(http: Http, remembered: Remembered) -> tuple[dict[str, Any], PublicKeySet | None]:
    """Who is signed in, and her key set as her authority's verified statements list it."""
    me = http.get("/session")
    keys = listed(authorities_of(http, remembered), me)
    return me, keys if keys and keys.id == me["keyset"] else None


@key.command()
@json_option
def show(as_json_: bool) -> None:
    """Your key set, whether your authority's statements list it, and the ways to unlock it."""
    http, remembered = connect()
    me, keys = _mine(http, remembered)
    kept = http.get("/keys/mine")["ways"] if me["keyset"] else []
    found = [{name: way[name] for name in ("kind", "label", "made_at")} for way in kept]
    value = {
        "keyset": me["keyset"],
        "listed": keys is not None,
        "fingerprint": keys.fingerprint if keys else None,
        "recipient": keys.age if keys else None,
        "ways": found,
    }
    if not me["keyset"]:
        text = "You have no key set yet: run `comity key init`."
    elif keys is None:
        text = f"key set      {me['keyset']}\nlisted       not yet: your authority's statements do not name it"
    else:
        text = f"key set      {keys.id}\nfingerprint  {keys.fingerprint}\nlisted       by {me['authority']}"
    rows = [[NAMES[way["kind"]], way["label"], way["made_at"]] for way in found]
    out(value, as_json_, f"{text}\n\n{table(['way to unlock', 'name', 'made'], rows)}" if rows else text)


@key.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def fingerprint(file: Path | None) -> None:
    """The 60 digits to compare: of your key set, or of a public key set in FILE."""
    if file is not None:
        click.echo(_public(file).fingerprint)
        return
    http, remembered = connect()
    keys = _mine(http, remembered)[1]
    if keys is None:
        raise ClientError("Your authority's statements list no key set of yours yet.")
    click.echo(keys.fingerprint)


def _public(file: Path) -> PublicKeySet:
    try:
        return PublicKeySet.from_bytes(file.read_bytes().strip())
    except SealError as error:
        raise ClientError(f"{file} is not a public key set: {error}.") from error


@click.group()
def authority() -> None:
    """Ceremonies of an authority, done offline."""


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


__all__ = ["authority", "key"]
