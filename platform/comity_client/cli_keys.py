"""`comity key`: a person's key set, made on this machine, and the ways that open it."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from comity_client import ways
from comity_client.authorities import listed
from comity_client.cli_root import public_keys
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
    table,
    words_of,
)
from comity_seal.opening.keyset import (
    ASKED_BACK,
    LOGN,
    RECOVERY_WORDS,
    KeySet,
    new_passphrase,
    new_recovery,
    normal_passphrase,
    protect,
)
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
    keyset, files = _made(demonstration)
    if http:
        ways.deposit(http, keyset, files)
    elif to:
        _write(to, files[PASSPHRASE])
        _write(to.with_name(f"{to.name}.recovery"), files[RECOVERY])
        to.with_name(to.name + ".public.json").write_bytes(keyset.public.canonical + b"\n")
    _show(keyset)


@key.command("new")
@click.option("--lost", is_flag=True, help="Nothing opens the key set that your authority lists: this one waits.")
@demonstration_option
def new(lost: bool, demonstration: bool) -> None:
    """Make another key set, after yours was removed or revoked, or was lost (--lost).

    It counts once a statement of your authority lists it: an administrator admits you anew, or recovery does.
    """
    http, remembered = connect()
    ways.refuse_while_listed(authorities_of(http, remembered), http.get("/session"), lost=lost)
    keyset, files = _made(demonstration)
    ways.deposit(http, keyset, files, lost=lost)
    _show(keyset)


def _made(demonstration: bool) -> tuple[KeySet, dict[str, bytes]]:
    """A new key set, and its files, once their words were typed back."""
    words = {PASSPHRASE: _passphrase(), RECOVERY: _recovery()}
    keyset = KeySet.generate()
    return keyset, {kind: protect(keyset, said, _logn(demonstration)) for kind, said in words.items()}


def _show(keyset: KeySet) -> None:
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
    kept = http.get("/keys/mine") if me["keyset"] else {"ways": [], "waiting": None}
    found = [{name: way[name] for name in ("kind", "label", "made_at")} for way in kept["ways"]]
    value = {
        "keyset": me["keyset"],
        "listed": keys is not None,
        "fingerprint": keys.fingerprint if keys else None,
        "recipient": keys.age if keys else None,
        "waiting": kept["waiting"],
        "ways": found,
    }
    if not me["keyset"]:
        text = "You have no key set yet: run `comity key init`."
    elif keys is None:
        text = f"key set      {me['keyset']}\nlisted       not yet: your authority's statements do not name it"
    else:
        text = f"key set      {keys.id}\nfingerprint  {keys.fingerprint}\nlisted       by {me['authority']}"
    if kept["waiting"]:
        text += f"\nwaiting      {kept['waiting']}, until a statement lists it"
    rows = [[NAMES[way["kind"]], way["label"], way["made_at"]] for way in found]
    out(value, as_json_, f"{text}\n\n{table(['way to unlock', 'name', 'made'], rows)}" if rows else text)


@key.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def fingerprint(file: Path | None) -> None:
    """The 60 digits to compare: of your key set, or of a public key set in FILE."""
    if file is not None:
        click.echo(public_keys(file).fingerprint)
        return
    http, remembered = connect()
    keys = _mine(http, remembered)[1]
    if keys is None:
        raise ClientError("Your authority's statements list no key set of yours yet.")
    click.echo(keys.fingerprint)
