"""The pinned root: the key sets under which statements about authorities count."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from comity.core.errors import SettingsError
from comity.core.settings import settings
from comity_seal.errors import SealError
from comity_seal.root import Root


def root() -> Root:
    """The root that the settings pin.  Raises SettingsError if they pin none, or another than its file holds."""
    trust = settings().trust
    if not trust.root or not trust.root_keys:
        raise SettingsError("No root is pinned: set trust.root and trust.root_keys.")
    return _read(trust.root, trust.root_keys)


@lru_cache(maxsize=8)
def _read(identifier: str, file: str) -> Root:
    try:
        found = Root.from_bytes(Path(file).read_bytes().strip())
    except OSError as error:
        raise SettingsError(f"trust.root_keys: {file} cannot be read: {error.strerror}.") from error
    except SealError as error:
        raise SettingsError(f"trust.root_keys: {file} does not hold a public root: {error}.") from error
    if found.id != identifier:
        raise SettingsError(f"trust.root_keys: {file} holds the root {found.id}, but trust.root pins {identifier}.")
    return found
