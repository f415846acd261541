"""The command's voice: results to standard output; messages, questions and progress to standard error."""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from comity_client import config, seen, tokens
from comity_client.authorities import Authorities
from comity_client.errors import Cancelled, ClientError, SignInNeeded
from comity_client.http import Http
from comity_client.names import shown
from comity_client.pins import Pins
from comity_client.requests import as_json
from comity_client.transfer import Progress
from comity_client.unlocked import Unlocked, trusted_root
from comity_seal.log.proof import Trust
from comity_seal.opening.keyset import kind_of
from comity_seal.ways import RECOVERY

EVERY = 0.1
"""Seconds between two states of a line that counts."""

F = TypeVar("F", bound=Callable[..., Any])

DAY = click.DateTime(["%Y-%m-%d"])
"""A date as 2026-12-22; click gives its midnight."""

json_option = click.option("--json", "as_json_", is_flag=True, help="Print JSON.")
yes_option = click.option("--yes", is_flag=True, help="Do not ask whether to go on.")
BY_RECOVERY = "comity.recovery"


def _remember(context: click.Context, _option: click.Parameter, chosen: bool) -> None:
    context.meta[BY_RECOVERY] = chosen


def passphrase_option(function: F) -> F:
    """How keys are unlocked: `passphrase_file` for the function; `--recovery` only changes what is asked for."""
    file = click.option(
        "--passphrase-file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        envvar="COMITY_PASSPHRASE_FILE",
        help="A file with the passphrase of your keys, or the recovery code; otherwise it is asked for.",
    )
    recovery = click.option(
        "--recovery",
        is_flag=True,
        expose_value=False,
        callback=_remember,
        help="Ask for the recovery code, ten words, in place of the passphrase.",
    )
    return file(recovery(function))


def say(text: str) -> None:
    """A message for the person at the terminal."""
    click.echo(shown(text), err=True)


def out(value: Any, as_json_: bool, text: str) -> None:
    """The result: as JSON, or in words."""
    click.echo(as_json(value) if as_json_ else shown(text))


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns under their heads."""
    lines = [list(heads), *[[shown(cell) for cell in row] for row in rows]]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def agree(question: str, yes: bool) -> None:
    """Go on, or raise Cancelled."""
    if yes:
        return
    if not click.confirm(shown(question), err=True):
        raise Cancelled("Nothing was done.")


def progress(what: str) -> Progress | None:
    """A line on standard error with bytes, share and rate, on a terminal only."""
    if not sys.stderr.isatty():
        return None
    began, last, width = time.monotonic(), 0.0, 0

    def tell(done: int, whole: int) -> None:
        nonlocal last, width
        now = time.monotonic()
        if done < whole and now - last < EVERY:
            return
        last = now
        rate = done / max(now - began, 0.001)
        share = 100 * done // whole if whole else 100
        line = f"{shown(what)}: {size(done)} of {size(whole)}, {share} %, {size(int(rate))}/s"
        click.echo(f"\r{line:<{width}}", err=True, nl=done >= whole)
        width = len(line)

    return tell


def counting(what: str) -> Progress | None:
    """A line on standard error with how many of how many, on a terminal only."""
    if not sys.stderr.isatty():
        return None

    def tell(done: int, whole: int) -> None:
        click.echo(f"\r{shown(what)}: {done} of {whole}", err=True, nl=done >= whole)

    return tell


def size(count: int) -> str:
    """Bytes in a unit that reads well."""
    for unit, bytes_of in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= bytes_of:
            amount = count / bytes_of
            return f"{amount:.0f} {unit}" if amount >= 10 else f"{amount:.1f} {unit}"
    return f"{count} bytes"


def dial(server: str, token: str | None = None) -> Http:
    """A connection that ends with the command.  It is said once if this machine's clock is wrong."""
    http = Http(server, token)
    http.clock.tell = say
    click.get_current_context().call_on_close(http.close)
    return http


def connect() -> tuple[Http, config.Remembered]:
    """The platform, signed in.  Raises SignInNeeded."""
    remembered = config.recall()
    if remembered is None:
        raise SignInNeeded("You have not signed in yet: run `comity login`.")
    return dial(remembered.server, tokens.find(remembered)[0]), remembered


def secret(file: Path | None, prompt: str) -> str:
    """From the file, else asked for without showing it."""
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            raise ClientError(f"{file} cannot be read as text: name another file.") from None
    return str(click.prompt(prompt, hide_input=True, err=True))


def words_of(passphrase_file: Path | None) -> str:
    """The passphrase or the recovery code, from the file or the person."""
    if not click.get_current_context().meta.get(BY_RECOVERY):
        return secret(passphrase_file, "Passphrase of your keys")
    words = secret(passphrase_file, "Recovery code of your keys")
    if kind_of(words) != RECOVERY:
        raise ClientError("A recovery code has ten words: type them again.")
    return words


def unlock(passphrase_file: Path | None) -> Unlocked:
    """Signed in and unlocked, on a platform whose log continues what was seen of it.  Raises NotVerified."""
    http, remembered = connect()
    log = seen.look(http, remembered)
    me = Unlocked.unlock(
        http, remembered.root, lambda: words_of(passphrase_file), pins=Pins(config.folder(), remembered.root)
    )
    if log:
        me.log, me.trust = log, Trust(log.key)
    return me


def authorities_of(http: Http, remembered: config.Remembered) -> Authorities:
    """Every authority under the pinned root, and never an older state than was seen here."""
    return Authorities(http, trusted_root(http, remembered.root), Pins(config.folder(), remembered.root))


def text_of(text: str | None, file: Path | None, prompt: str) -> str:
    """A text from an option, a file (or - for standard input), or the editor.  Raises Cancelled for none."""
    if text is None and file is not None:
        try:
            text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        except (OSError, ValueError):
            raise ClientError(f"{file} cannot be read as text: save it as UTF-8.") from None
    if text is None:
        if not sys.stdin.isatty():
            raise click.UsageError("Give the text with --text-file FILE, or - for standard input.")
        text = click.prompt(prompt, err=True)
    if not text.strip():
        raise Cancelled("The text is empty: nothing was done.")
    return text.strip()


def with_limits(function: F) -> F:
    """Options for the handling limits under which something is sent."""
    options = [
        click.option(
            "--limit", "limits", multiple=True, metavar="CODE",
            help="Send the files under this handling limit, for example lead_only; may be repeated.",
        ),
        click.option("--limit-text", is_flag=True, help="The limits hold for the text as well."),
    ]  # fmt: skip
    return functools.reduce(lambda wrapped, option: option(wrapped), options, function)


def with_text(function: F) -> F:
    """Options for a text that will be sealed."""
    options = [
        click.option("--text", help="The text.  Other users of this machine may see it; prefer --text-file."),
        click.option("--text-file", type=click.Path(path_type=Path), help="A file with the text; - is standard input."),
    ]
    return functools.reduce(lambda wrapped, option: option(wrapped), options, function)
