"""The newest state of the log that this command has seen: a log that no longer continues it is noticed at once.

A platform could otherwise show one person an older state than she saw before, and keep from her what happened since, or
show her a log of her own.  What was seen is kept in the folder of settings, for the log whose key is pinned.
"""

from __future__ import annotations

import json

from comity_client import config
from comity_client.errors import Conflicted, NotVerified
from comity_client.http import Http
from comity_seal import canonical
from comity_seal.errors import InconsistentLog, SealError
from comity_seal.log import merkle
from comity_seal.log.checkpoint import Checkpoint, open_checkpoint
from comity_seal.log.notes import VerifierKey
from comity_seal.log.state import State
from comity_seal.log.tiles import Tile, Tiles

FILE = "log-seen.json"
LONGEST = 65536


class Seen:
    """What was seen of one log, and what the platform shows of it now.  `key` is the pinned verifier key."""

    def __init__(self, http: Http, key: str) -> None:
        self._http = http
        self.key = VerifierKey.parse(key)
        self._newest: Checkpoint | None = None
        self._tiles: Tiles | None = None

    def look(self) -> Checkpoint | None:
        """The newest state, if it continues the one seen before, which it then replaces; None before there is one.

        Raises NotVerified.
        """
        before = self._recall()
        try:
            note = self._http.get_bytes("/log/checkpoint")
        except Conflicted:
            if before is None:
                return None
            raise NotVerified(_refused("it says that it has not begun")) from None
        try:
            new = open_checkpoint(note, self.key)
            self._newest, self._tiles = new, Tiles(new.size, self._tile)
            if before is not None:
                self._continues(before)
        except SealError as error:
            raise NotVerified(_refused(str(error))) from error
        if before is None or before.size < new.size:
            config.write(FILE, json.dumps({"v": 1, "log": str(self.key), "checkpoint": note.decode()}))
        return new

    @property
    def state(self) -> State | None:
        """The newest state, as documents name it; None before there is one."""
        return State(self._newest.origin, self._newest.size, self._newest.root) if self._newest else None

    def check(self, state: Checkpoint | State) -> None:
        """Whether a state that a receipt or a document shows belongs to the log that was seen.  Raises NotVerified."""
        if self._newest is None or self._newest.size < state.size:
            self.look()
        try:
            if state.origin != self.key.name:
                raise InconsistentLog(f"somebody was shown the log of {state.origin}")
            self._continues(state)
        except SealError as error:
            raise NotVerified(_refused(str(error))) from error

    def _continues(self, old: Checkpoint | State) -> None:
        """Raises NotAuthentic unless the newest state continues `old`."""
        new, subtree = self._newest, self._tiles
        if new is None or subtree is None:
            raise InconsistentLog("it shows no state at all")
        proof = merkle.consistency_proof(old.size, new.size, subtree) if old.size <= new.size else []
        merkle.verify_consistency(old.size, old.root, new.size, new.root, proof)

    def _tile(self, tile: Tile) -> bytes:
        return self._http.get_bytes(f"/log/{tile.path}")

    def _recall(self) -> Checkpoint | None:
        path = config.folder() / FILE
        try:
            read = canonical.Reader(
                canonical.loads_strict(path.read_bytes()), "what was seen", {"v", "log", "checkpoint"}
            )
            read.version()
            if read.text("log") != str(self.key):
                return None
            return open_checkpoint(read.text("checkpoint", LONGEST).encode(), self.key)
        except FileNotFoundError:
            return None
        except SealError as error:
            raise NotVerified(
                f"{path} is damaged ({error}): restore it; without it a log that was rolled back cannot be noticed."
            ) from error


def _refused(why: str) -> str:
    return f"The log of the platform is not what you saw before: {why}. Go no further, and tell your security officer."


def look(http: Http, remembered: config.Remembered) -> Seen | None:
    """Compare the log with what was seen of it, where its key is pinned.  Raises NotVerified."""
    if not remembered.log_key:
        return None
    log = Seen(http, remembered.log_key)
    log.look()
    return log
