"""Files on their way to the platform: a command that was interrupted goes on where it stopped when it is run again.

What it takes to go on is kept in a file in the folder of settings, sealed to one's own key set and authenticated with
a key derived from it.  A key and nonce never seal two different things for others to see: the hash of each part is put
down durably before the part is sent, and a part whose bytes have another hash is not sent under that key.  If the file
was changed, everything begins anew with a new key.  (docs/sealing.md, section 10)
"""

from __future__ import annotations

import hmac
import json
import mimetypes
import os
import time
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from comity_client import config, files
from comity_client.errors import ClientError, Refused
from comity_client.http import Http
from comity_client.names import file_name
from comity_client.transfer import Deposited, Parts, Progress, begin, complete, pieces, stamp
from comity_client.unlocked import Unlocked
from comity_seal import canonical
from comity_seal.errors import SealError
from comity_seal.opening import age
from comity_seal.opening.identities import HybridRecipient
from comity_seal.opening.keyset import KeySet
from comity_seal.opening.manifest import Manifest
from comity_seal.opening.sealing import Label, Matter, PayloadKey, Place, Sealed, seal_document

FOLDER = "uploads"
LONGEST = 7 * 24 * 3600
"""Seconds that the platform keeps an unfinished upload."""


class _Changed(Exception):
    """The file, or what the platform holds of it, is no longer what was sent before."""


@dataclass
class _State:
    """What is kept of one file: enough to make the same bytes again, and, once it is whole, what was signed."""

    upload: str
    doc: str
    file_key: str
    nonce: str
    size: int
    modified: int
    leaves: list[str] = field(default_factory=list)
    signed: dict[str, str] | None = None
    manifest: str = ""
    envelope_sha256: str = ""

    @property
    def key(self) -> PayloadKey:
        return PayloadKey(b64decode(self.file_key), b64decode(self.nonce))


class _Record:
    """The file that keeps a state."""

    def __init__(self, path: Path, keyset: KeySet) -> None:
        self.path = path
        self._keyset = keyset
        self._recipient = HybridRecipient(keyset.public.age)
        self._mac_key = HKDF(SHA256(), 32, None, b"comity upload state v1").derive(keyset.identity.seed)

    def load(self) -> _State | None:
        """None where there is none, or none that this key set has written."""
        try:
            text = age.unseal(self.path.read_bytes(), [self._keyset.identity])
            mac, _, content = text.partition(b"\n")
            if hmac.compare_digest(mac, self._mac(content)):
                return _State(**json.loads(content))
        except (FileNotFoundError, SealError, ValueError, TypeError):
            pass
        return None

    def save(self, state: _State) -> None:
        content = json.dumps(asdict(state)).encode()
        files.write(self.path, age.seal(self._mac(content) + b"\n" + content, [self._recipient]))

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)

    def _mac(self, content: bytes) -> bytes:
        return hmac.digest(self._mac_key, content, "sha256").hex().encode()


class _Known(Parts):
    """Puts the parts that are not held, each after its hash was put down."""

    def __init__(self, http: Http, state: _State, record: _Record, held: dict[int, str]) -> None:
        super().__init__(http, state.upload)
        self._state, self._record, self._held = state, record, held

    def put(self, n: int, part: bytes, leaf: str) -> None:
        if n == len(self._state.leaves):
            self._state.leaves.append(leaf)
            self._record.save(self._state)
        if self._state.leaves[n] != leaf:
            raise _Changed
        if n not in self._held:
            super().put(n, part, leaf)


class Sending:
    """The files of one command; what was sent is kept until `done`, for the command may be interrupted after it too."""

    def __init__(self, me: Unlocked, matter: Matter, readers: list[str]) -> None:
        self._me, self._matter, self._readers = me, matter, readers
        self._records: list[_Record] = []
        self._seen: Counter[Path] = Counter()
        self._locks = ExitStack()

    def __enter__(self) -> Sending:
        clean()
        return self

    def __exit__(self, *_error: object) -> None:
        self._locks.close()

    def done(self) -> None:
        """What was sent has been used."""
        for record in self._records:
            record.forget()

    def file(self, path: Path, handling: Sequence[str] = (), *, progress: Progress | None = None) -> Deposited:
        """Seal a file under these limits and bring it in, or go on with it.  Raises ClientError."""
        limits = tuple(sorted(set(handling)))
        record = self._record(path, limits)
        media = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        label = Label(file_name(path.name), media, handling=limits)
        with path.open("rb") as source:
            about = os.fstat(source.fileno())
            state = record.load()
            if state is not None:
                try:
                    if (state.size, state.modified) != (about.st_size, about.st_mtime_ns):
                        raise _Changed
                    return self._go_on(state, record, source, label, progress)
                except _Changed:
                    record.forget()
                    source.seek(0)
                    with suppress(Refused):
                        self._me.http.delete(f"/uploads/{state.upload}")
            key = PayloadKey.new()
            state = _State(
                upload=begin(self._me, self._matter, about.st_size),
                doc=str(uuid4()),
                file_key=b64encode(key.file_key).decode(),
                nonce=b64encode(key.nonce).decode(),
                size=about.st_size,
                modified=about.st_mtime_ns,
            )
            record.save(state)
            return self._seal(state, record, source, label, {}, progress)

    def _record(self, path: Path, limits: Sequence[str]) -> _Record:
        """Where the state of this file is kept: one place for each file of a command, locked from now on."""
        whole = path.resolve()
        self._seen[whole] += 1
        me, matter = self._me, self._matter
        named = [me.http.server, me.keyset.public.id, matter.thread, matter.purpose, str(whole), self._seen[whole]]
        named += [list(limits)] if limits else []
        place = config.folder() / FOLDER / f"{sha256(json.dumps(named).encode()).hexdigest()}.age"
        busy = f"Another command is sending {path.name}: wait for it."
        self._locks.enter_context(files.alone(place.with_suffix(".lock"), busy))
        record = _Record(place, me.keyset)
        self._records.append(record)
        return record

    def _go_on(
        self, state: _State, record: _Record, source: BinaryIO, label: Label, progress: Progress | None
    ) -> Deposited:
        """Raises _Changed."""
        if state.signed is not None:
            made = self._complete_again(state)
            if made is not None:
                return made
            state.signed = None
        there = self._there(state)
        held = {one["n"]: one["leaf"] for one in there["held"]}
        if there["state"] != "open" or any(state.leaves[n : n + 1] != [leaf] for n, leaf in held.items()):
            raise _Changed
        return self._seal(state, record, source, label, held, progress)

    def _there(self, state: _State) -> dict[str, Any]:
        try:
            there: dict[str, Any] = self._me.http.get(f"/uploads/{state.upload}")
        except Refused as refused:
            if refused.status == 404:
                raise _Changed from refused
            raise
        return there

    def _complete_again(self, state: _State) -> Deposited | None:
        """The document that was made already; None where it must be signed again.  Raises _Changed."""
        assert state.signed is not None
        try:
            made = complete(self._me, state.upload, state.signed)
        except Refused:
            if self._there(state)["state"] == "open":
                return None
            raise _Changed from None
        if made["released_at"] is not None:  # an earlier answer: this is another one
            raise _Changed
        signed = {name: b64decode(piece) for name, piece in state.signed.items()}
        manifest = Manifest.from_bytes(b64decode(state.manifest))
        return Deposited(state.doc, Sealed(manifest=manifest, envelope_sha256=state.envelope_sha256, **signed))

    def _seal(
        self,
        state: _State,
        record: _Record,
        source: BinaryIO,
        label: Label,
        held: dict[int, str],
        progress: Progress | None,
    ) -> Deposited:
        me = self._me
        parts = _Known(me.http, state, record, held)
        sealed = seal_document(
            source,
            parts.write,
            author=me.author,
            readers=[me.authority(code) for code in self._readers],
            matter=self._matter,
            place=Place(state.doc),
            label=label,
            created=stamp(),
            key=state.key,
            progress=(lambda done: progress(done, state.size)) if progress else None,
        )
        parts.end()
        if sealed.manifest.size != state.size:
            raise ClientError(f"{label.name} changed while it was read: run the same command again.")
        state.signed, state.envelope_sha256 = pieces(sealed), sealed.envelope_sha256
        state.manifest = b64encode(canonical.dumps(sealed.manifest.to_json())).decode()
        record.save(state)
        complete(me, state.upload, state.signed)
        return Deposited(state.doc, sealed)


def clean() -> None:
    """Forget what the platform has forgotten."""
    folder = config.folder() / FOLDER
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > LONGEST:
                path.unlink()
