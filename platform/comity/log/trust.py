"""What the settings say of the log: its origin, and who may witness it."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from sqlalchemy import select

from comity.core.actors import Actor
from comity.core.database import Session
from comity.core.errors import SettingsError
from comity.core.settings import settings
from comity.log.model import LogCheckpoint
from comity_seal.errors import FormatError, SealError
from comity_seal.log import asking
from comity_seal.log.notes import WITNESS, VerifierKey

PREFIX = "/api/v1/log"
"""Where the log is served, below the platform's address."""


def origin_to_be() -> str:
    """The name of a log that has no key yet; afterwards its key says how it is called, wherever it is served."""
    chosen = settings()
    return chosen.log.origin or chosen.server.public_url.partition("://")[2] + PREFIX


def origin() -> str:
    """The log's name, in every checkpoint."""
    with Session(writes=False) as session:
        newest = session.scalar(select(LogCheckpoint.key).order_by(LogCheckpoint.size.desc()).limit(1))
    return VerifierKey.parse(newest).name if newest is not None else origin_to_be()


def witnesses() -> tuple[VerifierKey, ...]:
    """The keys whose cosignatures are taken.  Raises SettingsError."""
    return _keys(settings().log.witnesses)


@lru_cache(maxsize=8)
def _keys(text: str) -> tuple[VerifierKey, ...]:
    try:
        found = tuple(VerifierKey.parse(one) for one in text.split())
    except FormatError as error:
        raise SettingsError(f"log.witnesses: {error}.") from error
    if any(key.kind != WITNESS for key in found):
        raise SettingsError("log.witnesses names the key of a log: give the verifier keys of witnesses.")
    if len({key.name for key in found}) < len(found) or len({key.public for key in found}) < len(found):
        raise SettingsError("log.witnesses names a witness twice: each has one name and one key of its own.")
    return found


def asking_witness(token: str, now: datetime) -> Actor | None:
    """The witness whose signed request this is; None if it is none of those that the settings name."""
    try:
        key = asking.verify(token, origin(), witnesses(), now)
    except SealError:
        return None
    return Actor(id=f"witness:{key.name}", role="witness")
