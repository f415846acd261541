"""Documents up and down: sealed on the way out and put in parts, verified as a whole on the way in."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO
from uuid import uuid4

from comity_client.errors import NotReached, NotVerified
from comity_client.http import Http
from comity_client.receipts import times_of
from comity_client.unlocked import Unlocked
from comity_seal import tree
from comity_seal.errors import NotAuthentic, RevokedSigner, SealError
from comity_seal.log import receipt
from comity_seal.opening.manifest import Manifest
from comity_seal.opening.opening import Expected, Opened, open_document
from comity_seal.opening.sealing import Label, Matter, Place, Sealed, seal_document
from comity_seal.sizes import payload_length

Progress = Callable[[int, int], object]
"""Told bytes done and bytes in all."""

Now = Callable[[], datetime]


def stamp(now: Now | None = None) -> str:
    """The present second, as manifests write it."""
    return (now() if now else datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def pieces(sealed: Sealed) -> dict[str, str]:
    """Envelope, header and manifest as the resources take them."""
    return {
        "envelope": _text(sealed.envelope),
        "header": _text(sealed.header),
        "manifest_age": _text(sealed.manifest_age),
    }


class Cutting:
    """Takes a payload as it is sealed, and cuts it into parts."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._n = 0

    def write(self, data: memoryview) -> None:
        self._buffer += data
        while len(self._buffer) >= tree.PART:
            self._take(bytes(self._buffer[: tree.PART]))
            del self._buffer[: tree.PART]

    def end(self) -> None:
        if self._buffer:
            self._take(bytes(self._buffer))
            self._buffer.clear()

    def _take(self, part: bytes) -> None:
        self.put(self._n, part, tree.leaf(part).hex())
        self._n += 1

    def put(self, n: int, part: bytes, leaf: str) -> None:
        """Take part `n`, whose leaf hash is `leaf`."""
        raise NotImplementedError


class Parts(Cutting):
    """Puts each part to an upload."""

    def __init__(self, http: Http, upload: str) -> None:
        super().__init__()
        self._http = http
        self._upload = upload

    def put(self, n: int, part: bytes, leaf: str) -> None:
        """Put part `n`, whose leaf hash is `leaf`."""
        address = f"/uploads/{self._upload}/parts/{n}"
        try:
            self._http.put_bytes(address, part, {"Comity-Leaf": leaf})
        except NotReached:  # the answer may have been lost, and not the part
            held = self._http.get(f"/uploads/{self._upload}")["held"]
            if (n, leaf) not in {(one["n"], one["leaf"]) for one in held}:
                self._http.put_bytes(address, part, {"Comity-Leaf": leaf})


@dataclass(frozen=True)
class Deposited:
    """A document that the platform has accepted, and what the sender knows of it."""

    doc: str
    sealed: Sealed

    @property
    def annex(self) -> dict[str, str]:
        """How a request or answer names it."""
        return {"doc": self.doc, "plain_sha256": self.sealed.manifest.plain_sha256}


def begin(me: Unlocked, matter: Matter, size: int) -> str:
    """The identifier of a new upload for `size` bytes of plaintext.  Raises WrongClock: it would end in a signature."""
    me.http.clock.check()
    body = {"request": matter.thread, "purpose": matter.purpose, "payload_bytes": payload_length(size)}
    return str(me.http.post("/uploads", body)["id"])


def complete(me: Unlocked, upload: str, signed: dict[str, str], replaces: str | None = None) -> dict[str, Any]:
    """Make an upload a document; the same again is answered alike."""
    made: dict[str, Any] = me.http.post(f"/uploads/{upload}/complete", {**signed, "replaces": replaces}, again=True)
    return made


def deposit(
    me: Unlocked,
    source: BinaryIO,
    size: int,
    *,
    matter: Matter,
    readers: Sequence[str],
    label: Label,
    replaces: Deposited | None = None,
    now: Now | None = None,
) -> Deposited:
    """Seal `size` bytes and bring them in.  Parts are put again when the connection fails."""
    upload = begin(me, matter, size)
    parts = Parts(me.http, upload)
    place = Place(str(uuid4()))
    if replaces is not None:
        last = replaces.sealed
        place = Place(replaces.doc, last.manifest.ver + 1, last.manifest.sha256, last.envelope_sha256)
    sealed = seal_document(
        source,
        parts.write,
        author=me.author,
        readers=[me.authority(code) for code in readers],
        matter=matter,
        place=place,
        label=label,
        created=stamp(now),
    )
    parts.end()
    complete(me, upload, pieces(sealed), replaces.doc if replaces else None)
    return Deposited(place.doc, sealed)


def deposit_bytes(me: Unlocked, content: bytes, **options: Any) -> Deposited:
    """The same for something small."""
    return deposit(me, io.BytesIO(content), len(content), **options)


@dataclass(frozen=True)
class Received:
    """A document handed out: its pieces as they came, and what they say once verified."""

    given: dict[str, Any]
    opened: Opened

    @property
    def manifest(self) -> Manifest:
        return self.opened.manifest

    @property
    def parts(self) -> int:
        return tree.parts(self.manifest.payload_bytes)

    @property
    def signed_manifest(self) -> bytes:
        """What was signed of the manifest, without what lengthens it."""
        return self.opened.signed_manifest.rstrip(b" ")

    def piece(self, name: str) -> bytes:
        return base64.b64decode(self.given[name])


def receive(me: Unlocked, doc: str, *, request: str, purpose: str | None = None, ver: int | None = None) -> Received:
    """Be handed a document and verify all but its payload.  Raises NotVerified."""
    given = me.http.get(f"/documents/{doc}")
    expected = Expected(doc, request, purpose, ver)
    try:
        try:
            opened = _open(me, given, expected, {})
        except RevokedSigner as error:
            if me.trust is None:
                raise NotVerified(
                    f"The document {doc} is not authentic as far as is known here: {error}. A receipt may show that it "
                    "was there before; pin the log's key with `comity request receipts`, and run this again."
                ) from error
            opened = _open(me, given, expected, logged(me, request, doc))
    except (SealError, ValueError, KeyError, TypeError) as error:
        raise NotVerified(f"The document {doc} is not authentic: {error}.") from error
    if me.log and opened.manifest.seen:
        me.log.check(opened.manifest.seen)  # its sender and I are shown the same log
    return Received(given, opened)


def _open(me: Unlocked, given: dict[str, Any], expected: Expected, seen: Mapping[str, str]) -> Opened:
    envelope, header, manifest_age = (
        base64.b64decode(given[name], validate=True) for name in ("envelope", "header", "manifest_age")
    )
    grants = [base64.b64decode(one, validate=True) for one in given.get("grants", [])]
    return me.opener.open(envelope, header, manifest_age, expected, grants, seen)


def logged(me: Unlocked, request: str, doc: str) -> dict[str, str]:
    """When the log held what was signed about a document, by its hash, as far as receipts under the pinned key say."""
    found: dict[str, str] = {}
    assert me.trust is not None, "its caller knows"
    for item in me.http.get(f"/requests/{request}/receipts")["items"]:
        if item["sealed"] and item["document"] == doc:
            proven = receipt.verify(me.http.get_bytes(f"/requests/{request}/receipts/{item['seq']}"), me.trust)
            if me.log:
                me.log.check(proven.checkpoint)  # else who has the log's key makes one for this reader
            found = times_of(proven.line) | found  # the first line that names it
    return found


class Download(io.RawIOBase):
    """Reads the parts of a payload one after the other."""

    def __init__(self, http: Http, received: Received) -> None:
        self._http = http
        self._doc = received.manifest.doc
        self._left = iter(range(received.parts))
        self._part = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._part:
            n = next(self._left, None)
            if n is None:
                return 0
            self._part = memoryview(self.fetch(n))
        taken = min(len(buffer), len(self._part))
        buffer[:taken] = self._part[:taken]
        self._part = self._part[taken:]
        return taken

    def fetch(self, n: int) -> bytes:
        """Part `n`."""
        return self._http.get_bytes(f"/documents/{self._doc}/parts/{n}")


def read(me: Unlocked, received: Received) -> bytes:
    """The verified content of something small."""
    out = io.BytesIO()
    open_into(received, Download(me.http, received), out)
    return out.getvalue()


def open_into(received: Received, source: Download, sink: BinaryIO, progress: Progress | None = None) -> None:
    """Write the content to `sink`, a temporary place until this returns.  Raises NotVerified."""
    size = received.manifest.size
    told = (lambda done: progress(done, size)) if progress else None
    try:
        open_document(received.opened, source, sink.write, progress=told)  # type: ignore[arg-type]
    except NotAuthentic as error:
        raise NotVerified(f"The document {received.manifest.doc} is not authentic: {error}.") from error
