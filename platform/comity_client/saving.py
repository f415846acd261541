"""Documents onto the disk: interrupted anywhere they go on where they stopped, and nothing unverified gets a name.

Sealed parts are kept in a folder beside the document until it is whole; what is opened goes to a file in that folder.
The name of a kept part holds its hash, so that one that a crash has damaged is fetched again.
"""

from __future__ import annotations

import os
import shutil
from hashlib import sha256
from pathlib import Path

from comity_client import files
from comity_client.errors import ClientError, NotVerified
from comity_client.http import Http
from comity_client.transfer import Download, Progress, Received, open_into
from comity_client.unlocked import Unlocked
from comity_seal import tree
from comity_seal.opening.manifest import Manifest

BLOCK = 1 << 20


class _Kept(Download):
    """A download whose parts stay in a folder."""

    def __init__(self, http: Http, received: Received, folder: Path) -> None:
        super().__init__(http, received)
        self._folder = folder

    def fetch(self, n: int) -> bytes:
        for kept in self._folder.glob(f"{n}-*"):
            part = kept.read_bytes()
            if tree.leaf(part).hex() == kept.name.partition("-")[2]:
                return part
            kept.unlink()
        part = super().fetch(n)
        files.write(self._folder / f"{n}-{tree.leaf(part).hex()}", part)
        return part


def save(
    me: Unlocked, received: Received, path: Path, *, sealed: Path | None = None, progress: Progress | None = None
) -> None:
    """Write the verified content to `path`; to `sealed`, header and payload as they came, which make an age file.

    Raises NotVerified, and then nothing is left; ClientError for a full disk, and then what has come stays.
    """
    folder = path.parent / f".comity-{received.manifest.doc}-{received.manifest.payload_tree[:16]}"
    folder.mkdir(mode=0o700, exist_ok=True)
    with files.alone(folder / "lock", f"Another command is bringing {path.name} here: wait for it."):
        try:
            kept = Download(me.http, received) if me.http.at_hand else _Kept(me.http, received, folder)
            _save(received, kept, folder / "opened", path, progress)
            if sealed is not None:
                _join(received, kept, folder / "joined", sealed)
        except NotVerified:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        except OSError as error:
            if error.errno not in files.FULL:
                raise
            raise _full(received, path, folder) from error
    shutil.rmtree(folder, ignore_errors=True)


def _save(received: Received, source: Download, fresh: Path, path: Path, progress: Progress | None) -> None:
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            open_into(received, source, file, progress)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _join(received: Received, source: Download, fresh: Path, sealed: Path) -> None:
    """Header and parts, verified by now, in one file."""
    sealed.parent.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(received.piece("header"))
            for n in range(received.parts):
                file.write(source.fetch(n))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(sealed)
    finally:
        fresh.unlink(missing_ok=True)


def _full(received: Received, path: Path, folder: Path) -> ClientError:
    manifest = received.manifest
    here = sum(part.stat().st_size for part in folder.glob("*-*"))
    missing = manifest.payload_bytes - here + manifest.size
    return ClientError(
        f"There is no room for {path.name} in {path.parent.resolve()}: free {missing // 1_000_000 + 1} MB and run the "
        "same command again; it goes on with what has come."
    )


def is_there(path: Path, manifest: Manifest) -> bool:
    """Whether `path` holds the very content that was signed."""
    if not path.is_file() or path.stat().st_size != manifest.size:
        return False
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest() == manifest.plain_sha256
