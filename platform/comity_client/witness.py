"""A witness of the log: it remembers the last state that it saw, and puts its name only under one that continues it.

It stands outside of the platform and has no account.  What it remembers is on disk, durably, before its signature
leaves; a log that was shortened, rewritten or shown in two forms is refused, and what it showed is kept as evidence.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from comity_client.errors import ClientError, Conflicted, NotReached, NotVerified
from comity_client.http import Http
from comity_client.terminal import say
from comity_seal import canonical
from comity_seal.errors import NotAuthentic, SealError
from comity_seal.log import merkle
from comity_seal.log.checkpoint import Checkpoint, open_checkpoint
from comity_seal.log.notes import WITNESS, VerifierKey
from comity_seal.log.signer import NoteKey
from comity_seal.log.tiles import Tile, Tiles

REFUSED = ".refused"


def make_key(name: str, file: Path) -> VerifierKey:
    """A new witness key in `file`, for its owner alone.  Raises ClientError where there is a file."""
    try:
        key = NoteKey.generate(name, WITNESS)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ClientError(f"{file} is there already: a witness keeps its key.") from None
    except SealError as error:
        raise ClientError(f"A witness cannot be called so: {error}.") from error
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(key.to_text())
        out.flush()
        os.fsync(out.fileno())
    return key.public


def read_key(file: Path) -> NoteKey:
    """The witness's key.  Raises ClientError."""
    try:
        key = NoteKey.from_text(file.read_text(encoding="ascii"))
    except (SealError, ValueError) as error:
        raise ClientError(f"{file} does not hold the key of a witness: make one with `comity key witness`.") from error
    if key.public.kind != WITNESS:
        raise ClientError(f"{file} holds the key of a log: make a witness's with `comity key witness`.")
    return key


@dataclass
class State:
    """The log's key, and the last checkpoint that was found consistent, in a file."""

    file: Path
    log: VerifierKey
    seen: Checkpoint | None

    @classmethod
    def read(cls, file: Path, named: VerifierKey | None) -> State:
        """What was kept; at first, `named` is the key to trust from then on.  Raises ClientError or NotVerified."""
        if not file.exists():
            if named is None:
                raise ClientError("This witness has seen no log yet: give --log-key, as the operator handed it over.")
            return cls(file, named, None)
        try:
            read = canonical.Reader(canonical.loads_strict(file.read_bytes()), "the state", {"v", "log", "checkpoint"})
            read.version()
            log = VerifierKey.parse(read.text("log"))
            seen = open_checkpoint(read.text("checkpoint", 65536).encode(), log)
        except SealError as error:
            raise ClientError(
                f"{file} is damaged ({error}): restore it; without it this witness can refuse nothing."
            ) from error
        if named is not None and named != log:
            raise NotVerified(f"{file} was kept for another key of the log: nothing is signed.")
        return cls(file, log, seen)

    def keep(self, checkpoint: Checkpoint, note: bytes) -> None:
        """On disk when it returns."""
        value = {"v": 1, "log": str(self.log), "checkpoint": note.decode()}
        fresh = self.file.with_name(f".{self.file.name}.{os.getpid()}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(value, out)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(self.file)
        folder = os.open(self.file.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self.seen = checkpoint


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Nobody else uses this state meanwhile.  Raises ClientError."""
    with file.with_name(f".{file.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ClientError(f"Another witness uses {file}: each has a state of its own.") from None
        yield


class Witness:
    """One witness of one log.  `http` signs its requests with the witness's key."""

    def __init__(self, http: Http, key: NoteKey, state: State) -> None:
        self.http, self.key, self.state = http, key, state
        http.signs = lambda: f"Witness {key.ask(state.log.name, datetime.now(UTC))}"

    def look(self) -> Checkpoint:
        """Look at the log once, and sign what continues the state last seen.

        Raises NotVerified for a log that does not, and keeps what it showed, or WrongClock; nothing is signed then.
        """
        note = self.http.get_bytes("/log/checkpoint")
        try:
            checkpoint = open_checkpoint(note, self.state.log)
            self._compare(checkpoint)
        except SealError as error:
            kept = self.state.file.with_name(self.state.file.name + REFUSED)
            kept.write_bytes(note)
            raise NotVerified(
                f"The log is not what it was: {error}. Nothing is signed; what it showed is in {kept}."
            ) from error
        if self.state.seen is None or self.state.seen.size < checkpoint.size:
            self.state.keep(checkpoint, note)
        if not checkpoint.note.by(self.key.public):
            self.http.clock.check()
            line = self.key.cosign(checkpoint, datetime.now(UTC))
            self.http.post("/log/cosignatures", {"size": checkpoint.size, "cosignature": line}, again=True)
        return checkpoint

    def _compare(self, new: Checkpoint) -> None:
        """Raises NotAuthentic unless `new` continues what was seen."""
        old = self.state.seen
        subtree = Tiles(new.size, self._tile)
        if old is None:
            if merkle.head(new.size, subtree) != new.root:
                raise NotAuthentic("its hashes do not give the root that it signed")
        elif old.size < new.size:
            proof = merkle.consistency_proof(old.size, new.size, subtree)
            merkle.verify_consistency(old.size, old.root, new.size, new.root, proof)
        else:
            merkle.verify_consistency(old.size, old.root, new.size, new.root, [])

    def _tile(self, tile: Tile) -> bytes:
        return self.http.get_bytes(f"/log/{tile.path}")

    def watch(self, every: float) -> None:
        """Look again and again.  What cannot be reached now is looked at later; a log that lies ends it."""
        while True:
            try:
                checkpoint = self.look()
                say(f"{checkpoint.size} lines: consistent, and signed.")
            except (NotReached, Conflicted) as error:
                say(str(error))
            time.sleep(every)
