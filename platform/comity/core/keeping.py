"""Files that an instance makes once and keeps for itself: secrets that no database holds."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def made_once(file: Path, make: Callable[[], str]) -> str:
    """What `file` holds, made if there is none; of several processes that start together one makes it.

    Only its owner reads it.  Raises OSError.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    own = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    if not file.exists():
        descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(make())
            stream.flush()
            os.fsync(stream.fileno())
        with suppress(FileExistsError):
            file.hardlink_to(own)
        own.unlink()
    return file.read_text(encoding="ascii")
