"""The secret that signs cookies: from the settings, else made once and kept under the data folder."""

from __future__ import annotations

import secrets

from comity.core import keeping
from comity.core.errors import SettingsError
from comity.core.settings import Settings

LEAST = 32
"""Characters of a secret that an operator sets."""


def signing_secret(settings: Settings) -> str:
    """Raises SettingsError if the secret is too short, or cannot be kept."""
    if settings.sessions.secret:
        if len(settings.sessions.secret) < LEAST:
            raise SettingsError(f"The setting sessions.secret is too short: use at least {LEAST} random characters.")
        return settings.sessions.secret
    file = settings.folder / "session-secret"
    try:
        return keeping.made_once(file, lambda: secrets.token_hex(32)).strip()
    except OSError as error:
        raise SettingsError(f"The secret of the sessions cannot be kept in {file}: {error.strerror}.") from error
