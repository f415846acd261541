"""Sealed objects by key: a folder on this machine, or an object store.  What is put is durable before `put` returns.

A key is written once: the same bytes again are fine, other bytes are a Conflict.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from comity.core.errors import Conflict, NotFound, SettingsError
from comity.core.settings import settings

KEY = re.compile(r"[a-z0-9-]+(?:/[a-z0-9-]+)*")
"""What a key may look like: nothing that could leave the folder."""


ATTEMPTS = 100
"""How often a file is given its name while others keep removing the folder it goes to."""


class Store(Protocol):
    """What the platform asks of a store."""

    def put(self, key: str, content: bytes) -> None: ...
    def get(self, key: str) -> bytes: ...
    def exists(self, key: str) -> bool: ...
    def delete(self, key: str) -> None: ...
    def keys(self, prefix: str) -> Iterator[str]: ...


def _checked(key: str) -> str:
    if not KEY.fullmatch(key):
        raise ValueError(f"{key!r} is not a key")
    return key


class Directory:
    """A folder.  Temporary file, fsync, link to the final name (which fails if it exists), fsync of the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._durable: set[Path] = set()
        try:
            (folder / "incoming").mkdir(parents=True, exist_ok=True)
            self._sync(folder.parent)
        except OSError as error:
            raise SettingsError(f"The store {folder} cannot be used: {error.strerror}.") from error

    def _path(self, key: str) -> Path:
        return self.folder / "objects" / _checked(key)

    def put(self, key: str, content: bytes) -> None:
        """Durable when it returns.  Raises Conflict when the key holds other bytes."""
        path = self._path(key)
        handle, name = tempfile.mkstemp(dir=self.folder / "incoming")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            self._link(name, path, content)
        finally:
            Path(name).unlink(missing_ok=True)

    def _link(self, name: str, path: Path, content: bytes) -> None:
        """Give the file its name.  At any moment another process may remove the folder, being empty, or what had this
        name before: then all of it once more."""
        for _ in range(ATTEMPTS):
            with suppress(FileNotFoundError):
                self._make(path.parent)
                try:
                    os.link(name, path)
                except FileExistsError:
                    if path.read_bytes() != content:
                        raise Conflict("This place in the store already holds something else.") from None
                return self._sync(path.parent)
            self._durable.clear()
        raise NotFound(f"The store {self.folder} is being removed.")

    def _make(self, folder: Path) -> None:
        """The folder is there, and will be after a power cut; also if another process has only just made it."""
        if folder in self._durable:
            return
        if folder != self.folder:
            self._make(folder.parent)
            with suppress(FileExistsError):
                folder.mkdir()
            self._sync(folder.parent)
        if len(self._durable) >= 10_000:
            self._durable.clear()
        self._durable.add(folder)

    @staticmethod
    def _sync(folder: Path) -> None:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def get(self, key: str) -> bytes:
        """The bytes.  Raises NotFound."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            raise NotFound("The store does not hold this object.") from None

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        """Gone when it returns; nothing happens if it was not there."""
        path = self._path(key)
        path.unlink(missing_ok=True)
        with suppress(OSError):
            path.parent.rmdir()

    def keys(self, prefix: str) -> Iterator[str]:
        """Every key under a prefix, which is a folder."""
        folder = self._path(prefix)
        for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
            if path.is_file():
                yield str(path.relative_to(self.folder / "objects"))


class ObjectStore:
    """An object store through `obstore`; it must refuse to create an object twice, which is tried at start-up."""

    def __init__(self, store: Any) -> None:
        import obstore

        self._store = store
        self._library = obstore
        self._check()

    @classmethod
    def at(cls, url: str, endpoint: str, region: str, key: str) -> ObjectStore:
        """Connect to `s3://bucket`; `key` is `access-key-id:secret`."""
        try:
            from obstore.store import S3Store
        except ImportError:
            raise SettingsError("store.url names an object store: install the extra `objectstore`.") from None
        name, _, secret = key.partition(":")
        bucket = url.removeprefix("s3://").strip("/")
        options: dict[str, Any] = {"region": region, "access_key_id": name, "secret_access_key": secret}
        if endpoint:
            options |= {"endpoint": endpoint, "client_options": {"allow_http": endpoint.startswith("http://")}}
        return cls(S3Store(bucket, **options))

    def _check(self) -> None:
        from uuid import uuid4

        key = f"check/{uuid4()}"
        self.put(key, b"1")
        try:
            self.put(key, b"2")
        except Conflict:
            return
        finally:
            self.delete(key)
        raise SettingsError("The object store let an object be created twice: it cannot be used.")

    def put(self, key: str, content: bytes) -> None:
        """Confirmed by the store when it returns.  Raises Conflict when the key holds other bytes."""
        from obstore.exceptions import AlreadyExistsError

        try:
            self._library.put(self._store, _checked(key), content, mode="create")
        except AlreadyExistsError:
            if self.get(key) != content:
                raise Conflict("This place in the store already holds something else.") from None

    def get(self, key: str) -> bytes:
        """The bytes.  Raises NotFound."""
        try:
            return bytes(self._library.get(self._store, _checked(key)).bytes())
        except FileNotFoundError:
            raise NotFound("The store does not hold this object.") from None

    def exists(self, key: str) -> bool:
        try:
            self._library.head(self._store, _checked(key))
        except FileNotFoundError:
            return False
        return True

    def delete(self, key: str) -> None:
        """Gone when it returns; nothing happens if it was not there."""
        with suppress(FileNotFoundError):
            self._library.delete(self._store, _checked(key))

    def keys(self, prefix: str) -> Iterator[str]:
        """Every key under a prefix."""
        for page in self._library.list(self._store, prefix=_checked(prefix)):
            for item in page:
                yield item["path"]


@lru_cache(maxsize=1)
def store() -> Store:
    """The store that the settings name: a folder, or `s3://bucket`."""
    chosen = settings().store
    if chosen.url.startswith("s3://"):
        return ObjectStore.at(chosen.url, chosen.endpoint, chosen.region, chosen.key)
    return Directory(Path(chosen.url).resolve())
