"""What the command remembers between two calls: platform, pinned root and address.

Its files are readable by their owner alone.  The folder is COMITY_CONFIG_HOME, else the system's one for settings.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click

from comity_client import files
from comity_client.errors import ClientError


def folder() -> Path:
    """Where the command keeps its files."""
    named = os.environ.get("COMITY_CONFIG_HOME")
    return Path(named) if named else Path(click.get_app_dir("comity"))


@dataclass(frozen=True)
class Remembered:
    """`root` is the identifier of the pinned root; `log_key` the log's verifier key, empty until known."""

    server: str
    root: str
    email: str
    log_key: str = ""


def recall() -> Remembered | None:
    """What was remembered; None before the first sign-in.  Raises ClientError for a damaged file."""
    path = folder() / "settings.json"
    try:
        return Remembered(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise ClientError(f"{path} cannot be read: mend or delete it, then run `comity login`.") from error


def remember(what: Remembered) -> None:
    """Keep it for later calls."""
    write("settings.json", json.dumps(asdict(what), indent=2))


def remember_log_key(what: Remembered, log_key: str) -> None:
    """Pin the key of the log beside the rest."""
    remember(replace(what, log_key=log_key))


def write(name: str, text: str) -> None:
    """Keep a text in a file of this name."""
    files.write(folder() / name, text.encode())
