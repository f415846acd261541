"""The documents of a request into a folder: verified, named harmlessly, each with its proof beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from comity_client import handling, plain, requests
from comity_client.errors import PartlyDone
from comity_client.files import write
from comity_client.names import file_name
from comity_client.proof import beside, make
from comity_client.saving import is_there, save
from comity_client.transfer import Progress, Received
from comity_client.unlocked import Unlocked


def folder_of(request: dict[str, Any]) -> Path:
    """A folder named after the request."""
    return Path(file_name(request["reference"].replace("/", "-")))


def said(received: Received) -> dict[str, Any]:
    """What a verified document is, and by whom."""
    manifest, by = received.manifest, by_whom(received)
    return {"doc": manifest.doc, "purpose": manifest.purpose, "name": manifest.name, "by": by, "on": manifest.created}


def by_whom(received: Received) -> str:
    """Who signed a verified document, and for which authority."""
    return f"{received.opened.author.name}, {received.manifest.sender.authority}"


def documents(
    me: Unlocked,
    found: dict[str, Any],
    folder: Path,
    *,
    force: bool,
    sealed: bool,
    progress: Callable[[str], Progress | None],
) -> tuple[list[dict[str, Any]], list[str], list[tuple[Received, list[str]]]]:
    """Bring every document of a request; gives what was written, the names of files that were left alone, and what may
    be read and not taken away, with its limits.

    With `sealed` also as they came.  Raises NotVerified: before anything is written where the papers do not belong
    together, else what was verified before is there then.
    """
    papers = requests.every_paper(me, found)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written, kept, held, taken = [], [], [], set[str]()
    limited = handling.Catalogue(me) if any(one.manifest.handling for one in papers) else None
    for received in papers:
        limits = handling.take(me, found, received, limited)
        if limits:
            held.append((received, limits))
            continue
        path = folder / _free(file_name(received.manifest.name), received.manifest.doc, taken)
        there = is_there(path, received.manifest)
        if path.exists() and not there and not force:
            kept.append(path.name)
            continue
        age = plain.sealed_path(path) if sealed else None
        if not there or (age is not None and not plain.is_whole(age, received)):
            save(me, received, path, sealed=age, progress=progress(path.name))
        write(beside(path), make(me, received))
        if sealed:
            plain.save_checks(me, received, path)
        written.append({"file": str(path), **said(received)})
    return written, kept, held


def _free(name: str, doc: str, taken: set[str]) -> str:
    """Two documents may have the same name; the second is told apart by its identifier."""
    if name.casefold() in taken:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem if dot else name} ({doc[:8]}){dot}{ending if dot else ''}"
    taken.add(name.casefold())
    return name


def refuse_gone(request: dict[str, Any], still: dict[str, Any]) -> None:
    """Raises PartlyDone where documents were left out that one's own side has said to be destroyed or returned."""
    gone = len(request["documents"]) - len(still["documents"])
    if gone:
        raise PartlyDone(
            f"Left out: {gone} of the documents, which your office has said to be destroyed or returned. They are not "
            f"handed out to it again."
        )


def refuse_kept(kept: Sequence[str]) -> None:
    """Raises PartlyDone where files were left alone."""
    if kept:
        raise PartlyDone(
            f"{len(kept)} of the files are there already and were left alone: use --force to write over them."
        )
