"""`comity login`, `logout` and `status`: who is signed in here, and under which root everything is verified."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from comity_client import completing, config, devices, logkeys, seen, tokens
from comity_client.errors import Cancelled, ClientError, NotReached, NotVerified, PartlyDone
from comity_client.http import Http
from comity_client.names import shown
from comity_client.terminal import connect, dial, json_option, out, say, secret
from comity_client.unlocked import named_root
from comity_seal.canonical import HEX

DEFAULT_SERVER = "http://localhost:8000"


def _address(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    parts = urlsplit(value)
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise click.BadParameter("Give an address that begins with https://; http:// is for this machine only.")
    return value.rstrip("/")


def root_id(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """A root's identifier, as an option gives it."""
    if value is not None and not HEX.fullmatch(value.strip().lower()):
        raise click.BadParameter("The root's identifier has 64 hexadecimal digits.")
    return value.strip().lower() if value else None


@click.command()
@click.option("--server", callback=_address, help=f"The platform's address; at first {DEFAULT_SERVER}.")
@click.option("--root", callback=root_id, help="The root's identifier, from the letter that designated you.")
@click.option("--log-key", help="The log's verifier key or a file with it; otherwise the one that the platform names.")
@click.option("--device", is_flag=True, help="Show a code to type in a browser: so it is on a terminal anyway.")
@click.option("--password", "typed", is_flag=True, help="Type address and password here instead.")
@click.option("--email", help="Your address, for --password and --password-file; otherwise it is asked for.")
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with your password, for machines.",
)
def login(
    server: str | None,
    root: str | None,
    log_key: str | None,
    device: bool,
    typed: bool,
    email: str | None,
    password_file: Path | None,
) -> None:
    """Sign in, and pin the root under which everything is verified, and the key of the log.

    On a terminal a code is shown, which you type in a browser where you are signed in; no password is typed here.
    """
    with_password = typed or password_file is not None
    if device and with_password:
        raise click.UsageError("--device needs no password: leave --password and --password-file out.")
    if not (device or with_password) and not sys.stderr.isatty():
        raise click.UsageError("There is no terminal: give --password-file FILE, or --device and read the code.")
    before = config.recall()
    server = server or (before.server if before else DEFAULT_SERVER)
    http = dial(server)
    if with_password:
        email = email or click.prompt("E-mail", default=before.email if before else None, err=True)
        sent = {"email": email, "password": secret(password_file, "Password")}
        http.token = http.post("/session", sent)["token"]
    else:
        http.token = devices.sign_in(http, _show_code)
    try:
        _remember(http, server, root, log_key, before)
    except BaseException:
        with suppress(ClientError):
            http.delete("/session")
        raise


def _remember(http: Http, server: str, root: str | None, log_key: str | None, before: config.Remembered | None) -> None:
    me = http.get("/session")
    known = before if before and before.server == server else None
    pinned = _pin(http, root, known.root if known else None)
    log = logkeys.pin(http, log_key, known.log_key if known else "")
    remembered = config.Remembered(server, pinned, me["email"], log)
    if before is not None and before != remembered:
        tokens.forget(before)
    config.remember(remembered)
    tokens.keep(remembered, str(http.token))
    say(f"Signed in to {server} as {me['name']}.")


def _show_code(asked: dict[str, Any]) -> None:
    code = click.style(shown(asked["user_code"]), bold=True)
    minutes = int(asked["expires_in"]) // 60
    say(f"Open {asked['verification_uri']} in a browser where you are signed in, and type this code:\n")
    click.echo(f"    {code}\n", err=True, color=click.get_current_context().color)
    say(f"It is good for {minutes} minutes. Never type there a code that somebody else gave you. Waiting …")


def _pin(http: Http, given: str | None, before: str | None) -> str:
    """The root to trust: the one given, the one pinned before, or, at first, the one that the person confirms."""
    named = named_root(http)
    if before and given and before != given:
        raise NotVerified(f"You pinned another root before. If that is right, delete {config.folder()} first.")
    wanted = given or before
    if wanted is None:
        say(f"The platform names this root:\n  {named.id}\n  {named.fingerprint}")
        say("Compare it with the letter that designated you; everything is verified under it from now on.")
        if not click.confirm("Is it the same?", err=True):
            raise Cancelled("You are not signed in: ask your security officer for the right root.")
    elif named.id != wanted:
        raise NotVerified(
            "The platform names another root than the one you pinned: do not go on, and tell your security officer."
        )
    return named.id


@click.command()
def logout() -> None:
    """End the session, here and on the platform."""
    http, remembered = connect()
    try:
        http.delete("/session")
    except NotReached as error:
        raise PartlyDone(f"The token is forgotten here, but the session could not be ended: {error}") from error
    finally:
        tokens.forget(remembered)
        completing.forget()
    say("Signed out.")
    if os.environ.get(tokens.VARIABLE):
        say(f"{tokens.VARIABLE} is still set; what it names is no session any more.")


@click.command()
@json_option
def status(as_json_: bool) -> None:
    """Who is signed in, where, and which requests and messages wait for you."""
    http, remembered = connect()
    seen.look(http, remembered)
    me = http.get("/session")
    _, kept = tokens.find(remembered)
    latest = http.get("/requests", limit=200)["items"]
    waiting = [one for one in latest if _waits(one, me["authority"])]
    written = [one for one in latest if one["unread"]]
    value = {
        "server": remembered.server,
        "root": remembered.root,
        **{name: me[name] for name in ("name", "email", "role", "authority", "keyset")},
        "token_kept": kept,
        "waiting": [one["reference"] for one in waiting],
        "messages": {one["reference"]: one["unread"] for one in written},
    }
    rows = [
        ("platform", remembered.server),
        ("root", remembered.root),
        ("signed in", f"{me['name']} <{me['email']}>"),
        ("token", tokens.place(kept)),
        ("role", f"{me['role']}{', ' + me['authority'] if me['authority'] else ''}"),
        ("key set", me["keyset"] or "none yet: run `comity key init`"),
        ("waiting", ", ".join(value["waiting"]) or "nothing"),
        ("messages", ", ".join(f"{one['reference']} ({one['unread']} new)" for one in written) or "none that are new"),
    ]
    out(value, as_json_, "\n".join(f"{name:<10}  {said}" for name, said in rows))


def _waits(request: dict[str, Any], mine: str | None) -> bool:
    """Whether the next step is that of one's own side."""
    if request["requested"] == mine:
        return request["stage"] == "transmitted" or (request["stage"] == "acknowledged" and not request["paused"])
    return request["stage"] in ("draft", "approved", "answered") or bool(request["paused"])
