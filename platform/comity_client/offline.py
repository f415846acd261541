"""Without any connection: a bundle of requests opened and verified, and the answer to one of them sealed and signed."""

from __future__ import annotations

import io
import json
import mimetypes
import shutil
from base64 import b64encode
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

from comity_client import bringing, config, files, receipts, requests, transmitting, ways
from comity_client.authorities import Authorities
from comity_client.bundle import ANSWER, REQUESTS, Bundle, ForeignBundle, Index, Writer
from comity_client.errors import ClientConflict, ClientError
from comity_client.names import file_name
from comity_client.packing import Recorded, check_texts
from comity_client.pins import Pins
from comity_client.proof import ENDING
from comity_client.saving import BLOCK
from comity_client.transfer import Cutting, Progress, pieces, stamp
from comity_client.unlocked import Unlocked, trusted_root
from comity_seal.log.proof import Trust
from comity_seal.opening.keyset import KeySet
from comity_seal.opening.sealing import Label, Matter, Place, Sealed, seal_document

AT = "/answer"
"""Under which a bundle of an answer holds what is sent with its documents."""

OPEN = ("transmitted", "acknowledged")
"""Stages at which a State may prepare an answer."""


class Opened:
    """A bundle of requests, unlocked and verified under the pinned root."""

    def __init__(
        self, bundle: Bundle, keyset: KeySet, pinned: str, tell: Callable[[str], object] | None = None
    ) -> None:
        """`tell` says if this machine's clock is wrong.  Raises BrokenBundle, ForeignBundle or NotVerified."""
        self.index: Index = bundle.unlock(keyset, REQUESTS)
        if self.index.root != pinned:
            raise ForeignBundle("This bundle stands under another root than the one you pinned: nothing was opened.")
        http = Recorded(bundle, tell)
        root = trusted_root(http, pinned)
        pins = Pins(config.folder(), pinned)
        ways.check_listed(Authorities(http, root, pins), keyset)
        self.me = Unlocked.with_keys(http, root, keyset, pins=pins)
        if self.index.by != self.me.sender:
            raise ForeignBundle("This bundle was made by somebody else than it says: nothing was opened.")

    @property
    def requests(self) -> list[dict[str, Any]]:
        return [self.me.http.get(f"/requests/{one}") for one in self.index.requests]

    def find(self, name: str) -> dict[str, Any]:
        """The request of that reference or identifier.  Raises ClientError."""
        for one in self.requests:
            if name.lower() in (one["reference"].lower(), one["id"]):
                return one
        held = ", ".join(one["reference"] for one in self.requests)
        raise ClientError(f"There is no request {name} in this bundle: it holds {held}.")


def open_(
    opened: Opened,
    folder: Path,
    trust: Trust | None,
    *,
    force: bool,
    sealed: bool,
    progress: Callable[[str], Progress | None],
) -> tuple[list[dict[str, Any]], list[str], list[str]]:
    """Every document and receipt into a folder for each request, once all of them were verified.

    Gives what was written, the names of files that were left alone, and which receipts were not there yet.  Raises
    NotVerified, and then nothing is written.
    """
    there = folder.exists()
    aside = folder / ".comity-bundle"
    aside.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = aside / "opened"
    with files.alone(aside / "lock", f"Another command is opening a bundle in {folder}: wait for it."):
        try:
            shutil.rmtree(fresh, ignore_errors=True)  # of a command that was killed
            fresh.mkdir(mode=0o700)
            written, missing = _open(opened, fresh, trust, sealed, progress)
            kept = _release(fresh, folder, {one["file"] for one in written if "doc" in one}, force)
        finally:
            shutil.rmtree(aside)
            if not there and not any(folder.iterdir()):
                folder.rmdir()
    for one in written:
        one["file"] = str(folder / Path(one["file"]).relative_to(fresh))
    return [one for one in written if one["file"] not in kept], kept, missing


def _open(
    opened: Opened, fresh: Path, trust: Trust | None, sealed: bool, progress: Callable[[str], Progress | None]
) -> tuple[list[dict[str, Any]], list[str]]:
    written, missing = [], []
    for found in opened.requests:
        check_texts(opened.me, found)
        folder = fresh / bringing.folder_of(found)
        folder.mkdir(mode=0o700)
        some, _, _ = bringing.documents(opened.me, found, folder, force=True, sealed=sealed, progress=progress)
        written += [{"request": found["reference"], **one} for one in some]
        if trust is not None:
            proofs, later = receipts.bring(opened.me.http, found, folder, trust, opened.me.root.id, wait=False)
            written += [{"request": found["reference"], "file": str(path), "purpose": "receipt"} for path in proofs]
            missing += later
    return written, missing


def _release(fresh: Path, folder: Path, documents: set[str], force: bool) -> list[str]:
    """Everything to its place; gives the documents that differ from what is there, and were left alone."""
    kept: list[str] = []
    for path in sorted(path for path in fresh.rglob("*") if path.is_file()):
        target = folder / path.relative_to(fresh)
        if str(path) in documents and target.exists() and not force and not _same(path, target):
            kept.append(str(target))
        elif str(target).removesuffix(ENDING) not in kept:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.replace(target)
    return kept


def _same(one: Path, other: Path) -> bool:
    if not other.is_file() or one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as first, other.open("rb") as second:
        while block := first.read(BLOCK):
            if second.read(BLOCK) != block:
                return False
    return True


class _Into(Cutting):
    """Puts the parts of a payload into a bundle."""

    def __init__(self, writer: Writer, doc: str) -> None:
        super().__init__()
        self._writer, self._doc = writer, doc

    def put(self, n: int, part: bytes, _leaf: str) -> None:
        self._writer.put(f"/documents/{self._doc}/parts/{n}", part)


def answer(
    opened: Opened,
    found: dict[str, Any],
    text: str,
    outcomes: Sequence[dict[str, Any]],
    papers: Sequence[Path],
    writer: Writer,
    progress: Callable[[str], Progress | None],
) -> dict[str, Any]:
    """Seal and sign an answer, and that the request was received where nobody has said so, ready to be submitted.

    Raises ClientError.
    """
    me = opened.me
    if found["requested"] != me.code or found["stage"] not in OPEN:
        raise ClientConflict(
            f"{found['reference']} was {found['stage']} when it was packed: no answer is due from you."
        )
    requests.parties(me, found)
    signed = transmitting.sign_receipt(me, found) if found["stage"] == "transmitted" else None
    annexes, docs = [], []
    for path in papers:
        media = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        with path.open("rb") as source:
            doc, sealed = _seal(me, found, source, Label(file_name(path.name), media), writer, progress(path.name))
        docs.append(doc)
        annexes.append({"doc": doc, "plain_sha256": sealed.manifest.plain_sha256})
    content = requests.answer_content(found, text, outcomes, annexes)
    doc, _ = _seal(me, found, io.BytesIO(content), requests.ANSWER, writer, None)
    body = requests.answer_body(found, outcomes, [doc, *docs])
    value = {
        "reference": found["reference"],
        "acknowledgement": b64encode(signed).decode() if signed else None,
        "answer": body,
    }
    writer.put(AT, json.dumps(value).encode())
    size = writer.end(
        ANSWER,
        me.sender,
        stamp(),
        root=me.root.id,
        log_key=opened.index.log_key,
        requests=[found["id"]],
    )
    return {"reference": found["reference"], "documents": len(docs) + 1, "bytes": size}


def _seal(
    me: Unlocked, found: dict[str, Any], source: BinaryIO, label: Label, writer: Writer, progress: Progress | None
) -> tuple[str, Sealed]:
    size = source.seek(0, io.SEEK_END)
    source.seek(0)
    doc = str(uuid4())
    parts = _Into(writer, doc)
    matter: Matter = requests.matter(found, "answer")
    sealed = seal_document(
        source,
        parts.write,
        author=me.author,
        readers=[me.authority(code) for code in requests.both(found)],
        matter=matter,
        place=Place(doc),
        label=label,
        created=stamp(),
        progress=(lambda done: progress(done, size)) if progress else None,
    )
    parts.end()
    if sealed.manifest.size != size:
        raise ClientError(f"{label.name} changed while it was read: run the same command again.")
    writer.put(f"/documents/{doc}", json.dumps({"doc": doc, **pieces(sealed)}).encode())
    return doc, sealed
