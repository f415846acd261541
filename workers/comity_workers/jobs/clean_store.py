"""Removes bytes that no row names: what a crash left between storing, committing and removing."""

from __future__ import annotations

import time
from contextlib import suppress
from uuid import UUID

from sqlalchemy import select

from comity.core.storage import Directory, store
from comity.core.transaction import Transaction
from comity.exchange.model import Upload, UploadPart

EVERY = "1 day"

HOUR = 3600.0
"""Seconds after which a file still on its way in belongs to nobody."""


def run(tx: Transaction) -> bool:
    """A part of an upload that is still open is left alone: its row may be about to be committed."""
    held = store()
    open_uploads = set(tx.session.scalars(select(Upload.id).where(Upload.completed_at.is_(None))))
    for upload, keys in _by_upload(list(held.keys("payload"))).items():
        if upload not in open_uploads:
            named = {part.key for part in tx.session.scalars(select(UploadPart).where(UploadPart.upload_id == upload))}
            for key in keys - named:
                held.delete(key)
    if isinstance(held, Directory):
        for file in (held.folder / "incoming").iterdir():
            with suppress(FileNotFoundError):
                if time.time() - file.stat().st_mtime > HOUR:
                    file.unlink()
    return False


def _by_upload(keys: list[str]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = {}
    for key in keys:
        found.setdefault(UUID(key.split("/")[1]), set()).add(key)
    return found
