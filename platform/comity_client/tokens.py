"""Where the session's token is kept: in the operating system's keyring where there is one, else in a file of one's own.

COMITY_TOKEN, for machines, goes before both.  The keyring is reached through the `keyring` library, an extra of this
package; PYTHON_KEYRING_BACKEND chooses another of its back ends, or none (`keyring.backends.null.Keyring`).
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from comity_client import config
from comity_client.config import Remembered
from comity_client.errors import SignInNeeded

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "Comity"
VARIABLE = "COMITY_TOKEN"
FILE = "token"

RECOMMENDED = 1
"""Back ends of a lower priority keep secrets in the clear, or nothing at all."""

SIGN_IN = "You are not signed in: run `comity login`."


def keyring() -> KeyringBackend | None:
    """The keyring of this machine, if the library is installed and finds one that it recommends."""
    try:
        from keyring import get_keyring
    except ImportError:
        return None
    with suppress(Exception):  # a back end may fail in any way that its system does
        found = get_keyring()
        if found.priority >= RECOMMENDED:
            return found
    return None


def _name(whose: Remembered) -> str:
    return f"{whose.email} at {whose.server}"


def keep(whose: Remembered, token: str) -> None:
    """Keep it for later calls, in one place only."""
    ring = keyring()
    if ring is not None:
        with suppress(Exception):  # a keyring that fails is as none
            ring.set_password(SERVICE, _name(whose), token)
            if ring.get_password(SERVICE, _name(whose)) == token:
                (config.folder() / FILE).unlink(missing_ok=True)
                return
    config.write(FILE, token)


def find(whose: Remembered) -> tuple[str, str]:
    """The token, and where it was: environment, file or keyring.  Raises SignInNeeded."""
    if given := os.environ.get(VARIABLE, "").strip():
        return given, "environment"
    try:
        if kept := (config.folder() / FILE).read_text(encoding="ascii").strip():
            return kept, "file"
    except FileNotFoundError:
        pass
    except (OSError, ValueError):
        raise SignInNeeded(SIGN_IN) from None
    ring = keyring()
    if ring is None:
        raise SignInNeeded(SIGN_IN)
    try:
        found = ring.get_password(SERVICE, _name(whose))
    except Exception as error:
        raise SignInNeeded(
            f"{ring.name} does not give the token ({type(error).__name__}): unlock it, or run `comity login`."
        ) from error
    if not found:
        raise SignInNeeded(SIGN_IN)
    return found, "keyring"


def forget(whose: Remembered) -> None:
    """Forget it everywhere."""
    (config.folder() / FILE).unlink(missing_ok=True)
    ring = keyring()
    if ring is not None:
        with suppress(Exception):  # also where it holds nothing of ours
            ring.delete_password(SERVICE, _name(whose))


def place(where: str) -> str:
    """Where the token is, in words."""
    ring = keyring()
    if where == "keyring" and ring is not None:
        return f"in the keyring of this machine ({ring.name})"
    if where == "environment":
        return f"in the environment ({VARIABLE})"
    return f"in a file that you alone can read ({config.folder() / FILE}); no keyring was usable"
