"""An answer that was sealed offline, brought in: everything is verified first, and doing it twice does it once."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from comity_client import config, files, requests
from comity_client.bundle import ANSWER, BrokenBundle, Bundle, ForeignBundle
from comity_client.errors import ClientConflict, Conflicted, Refused
from comity_client.offline import AT, OPEN
from comity_client.packing import behind
from comity_client.sending import FOLDER, clean
from comity_client.transfer import Parts, Progress, complete
from comity_client.unlocked import Unlocked
from comity_seal import canonical, tree
from comity_seal.envelope import Envelope, check_sealed, verify_envelope
from comity_seal.errors import SealError


class EpochMoved(ClientConflict):
    """An authority has another key than the one that was sealed to."""


@dataclass(frozen=True)
class _Sealed:
    """A document of the answer, as it was signed."""

    envelope: Envelope
    signed: dict[str, str]

    @property
    def doc(self) -> str:
        return self.envelope.doc

    @property
    def parts(self) -> int:
        return tree.parts(self.envelope.payload_bytes)


class Submission:
    """A bundle with an answer.  Raises BrokenBundle or ForeignBundle unless all of it is as its signer made it."""

    def __init__(self, me: Unlocked, path: Path) -> None:
        self._me = me
        self._bundle = Bundle(path)
        self.index = self._bundle.unlock(me.keyset, ANSWER)
        if self.index.root != me.root.id:
            raise ForeignBundle("This answer was made under another root than the one you pinned: nothing was sent.")
        try:
            self._read()
        except (SealError, ValueError, KeyError, TypeError) as error:
            raise BrokenBundle(f"{path.name} holds no answer that can be sent: {error}.") from error
        told = " ".join([me.http.server, *(one.envelope.sha256 for one in self._documents)])
        self._state = _State(config.folder() / FOLDER / f"{sha256(told.encode()).hexdigest()}.json")

    def _read(self) -> None:
        read = canonical.Reader(
            canonical.loads_strict(self._bundle.get(AT)), "the answer", {"reference", "acknowledgement", "answer"}
        )
        (self.request,) = self.index.requests
        self.reference = read.text("reference")
        self._acknowledgement = read.value["acknowledgement"]
        self._answer: dict[str, Any] = read.value["answer"]
        self._documents = [self._document(doc) for doc in self._answer["documents"]]

    def _document(self, doc: str) -> _Sealed:
        value = canonical.Reader(
            canonical.loads_strict(self._bundle.get(f"/documents/{doc}")),
            "a document of the answer",
            {"doc", "envelope", "header", "manifest_age"},
        ).value
        signed = {name: value[name] for name in ("envelope", "header", "manifest_age")}
        pieces = {name: b64decode(piece, validate=True) for name, piece in signed.items()}
        envelope = verify_envelope(pieces["envelope"], self._me.keyset.public)
        check_sealed(envelope, pieces["header"], pieces["manifest_age"])
        about = (envelope.doc, envelope.thread, envelope.purpose, envelope.sender)
        if about != (doc, self.request, "answer", self._me.sender):
            raise ForeignBundle("This answer is of another person or request than it says: nothing was sent.")
        leaves = [
            tree.leaf(self._bundle.get(f"/documents/{doc}/parts/{n}"))
            for n in range(tree.parts(envelope.payload_bytes))
        ]
        if tree.root(leaves) != envelope.payload_tree:
            raise BrokenBundle("A document of this answer is not the one that was signed: nothing was sent.")
        return _Sealed(envelope, signed)

    @property
    def bytes(self) -> int:
        return sum(one.envelope.payload_bytes for one in self._documents)

    def send(self, progress: Progress | None = None) -> tuple[dict[str, Any], bool]:
        """The request as it is afterwards, and whether anything was still to be done.

        Raises EpochMoved, ClientConflict or Refused; what was sent by then is not sent again.
        """
        http = self._me.http
        clean()
        with files.alone(
            self._state.path.with_suffix(".lock"), f"Another command is submitting {self.reference}: wait for it."
        ):
            found = http.get(f"/requests/{self.request}")
            held = {one["doc"]: one for one in found["documents"]}
            if self._given(held):
                self._state.forget()
                return found, False
            if found["stage"] not in OPEN:
                raise ClientConflict(
                    f"{self.reference} is {found['stage']}, with another answer than this one or with none: nothing "
                    "was sent."
                )
            self._check_epochs()
            if found["stage"] == "transmitted" and self._acknowledgement:
                requests.act(self._me, found, "acknowledge", acknowledgement=self._acknowledgement)
            done = 0
            for one in self._documents:
                if self._is_there(one, held) is None:
                    self._bring(one, behind(progress, done, self.bytes))
                done += one.envelope.payload_bytes
            given = self._give()
            self._state.forget()
            return given, True

    def _is_there(self, one: _Sealed, held: dict[str, Any]) -> dict[str, Any] | None:
        there: dict[str, Any] | None = held.get(one.doc)
        if there is not None and there["envelope_sha256"] != one.envelope.sha256:
            raise ClientConflict(f"The platform holds another document {one.doc}: nothing more was sent.")
        return there

    def _given(self, held: dict[str, Any]) -> bool:
        """Whether this very answer was given before."""
        there = [self._is_there(one, held) for one in self._documents]
        return all(one is not None and one["released_at"] is not None for one in there)

    def _check_epochs(self) -> None:
        for to in self._documents[0].envelope.to:
            present = self._me.authority(to.authority).epoch
            if (to.epoch, to.recipient_sha256) != (present.n, present.recipient_sha256):
                raise EpochMoved(
                    f"{to.authority} has a new key since this answer was sealed (epoch {present.n}, not {to.epoch}): "
                    f"nothing was sent. Pack {self.reference} again, carry it to where you answer, and run `comity "
                    "bundle answer` there once more; then submit that."
                )

    def _bring(self, one: _Sealed, tell: Callable[[int], object] | None) -> None:
        http, upload, held = self._me.http, self._state.uploads.get(one.doc), dict[int, str]()
        if upload is not None:
            try:
                there = http.get(f"/uploads/{upload}")
                held = {each["n"]: each["leaf"] for each in there["held"]}
            except Refused as refused:
                if refused.status != 404:
                    raise
                upload = None
        if upload is None:
            body = {"request": self.request, "purpose": "answer", "payload_bytes": one.envelope.payload_bytes}
            upload = str(http.post("/uploads", body)["id"])
            self._state.keep(one.doc, upload)
        parts, got = Parts(http, upload), 0
        for n in range(one.parts):
            part = self._bundle.get(f"/documents/{one.doc}/parts/{n}")
            if held.get(n) is None:
                parts.put(n, part, tree.leaf(part).hex())
            got += len(part)
            if tell:
                tell(got)
        complete(self._me, upload, one.signed)

    def _give(self) -> dict[str, Any]:
        address = f"/requests/{self.request}"
        try:
            given: dict[str, Any] = self._me.http.post(f"{address}/answer", self._answer)
        except Conflicted:
            given = self._me.http.get(address)
            if not self._given({one["doc"]: one for one in given["documents"]}):
                raise
        return given


class _State:
    """Which upload each document has begun: nothing secret, so that an interrupted submission goes on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.uploads: dict[str, str] = {}
        with suppress(OSError, ValueError):
            kept = json.loads(path.read_text(encoding="ascii"))
            self.uploads = {str(doc): str(upload) for doc, upload in kept.items()} if isinstance(kept, dict) else {}

    def keep(self, doc: str, upload: str) -> None:
        self.uploads[doc] = upload
        files.write(self.path, json.dumps(self.uploads).encode())

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)
