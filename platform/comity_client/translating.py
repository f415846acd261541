"""Translations: one text sealed to the language service, translated there, and read beside the original by the team."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from comity_client import requests
from comity_client.errors import ClientError, NotVerified
from comity_client.http import Http
from comity_client.saving import save
from comity_client.transfer import Deposited, Now, Received, deposit, deposit_bytes, read, receive
from comity_client.unlocked import Unlocked
from comity_seal import canonical
from comity_seal.errors import SealError
from comity_seal.opening.sealing import Label, Matter

SOURCE = Label("source.json", "application/vnd.comity.source.v1+json")
TRANSLATION = Label("translation.json", "application/vnd.comity.translation.v1+json")

LONGEST = 4_000_000
"""Characters of a text."""

PARTS = ("checklist", "lines", "measures", "consents")
"""Parts of a text that each have words of their own, in the order in which they are translated."""


@dataclass(frozen=True)
class Source:
    """What is to be translated, as it was sealed to the service: words, or else a file."""

    paper: Received
    text: str
    note: str
    files: list[Received]


@dataclass(frozen=True)
class Given:
    """A translation, and the text that it is of; `earlier` where that text has changed since."""

    source: Source
    text: str
    files: list[Received]
    earlier: bool


def every(http: Http, *, only_open: bool = False) -> list[dict[str, Any]]:
    """What is asked of one's service or by one's team, the most urgent first."""
    found: list[dict[str, Any]] = http.get("/translations", open="true" if only_open else None)["items"]
    return found


def find(http: Http, name: str) -> dict[str, Any]:
    """The translation of that reference, or of that identifier.  Raises ClientError."""
    with suppress(ValueError):
        one: dict[str, Any] = http.get(f"/translations/{UUID(name)}")
        return one
    found: list[dict[str, Any]] = http.get("/translations", reference=name)["items"]
    if found:
        return found[0]
    raise ClientError(f"You see no translation {name}: `comity translation list` shows those that you do.")


def words_of(content: dict[str, Any]) -> str:
    """The words of a text: its own, then those of its lines; neither its subject, nor its cover, nor names of files."""
    lines = [line for name in PARTS for line in content.get(name) or []]
    words = [content.get("text"), *(line.get("text") for line in lines)]
    return "\n\n".join(one.strip() for one in words if isinstance(one, str) and one.strip())


def is_text(paper: Received) -> bool:
    """Whether a document is a text in one of the platform's own forms, and no file."""
    media = paper.manifest.media
    return media.startswith("application/vnd.comity.") and media.endswith(".v1+json")


def _inside(me: Unlocked, translation: dict[str, Any]) -> list[str]:
    """The two to whom everything of it is sealed: both of the Court, as their statements say.  Raises NotVerified."""
    readers = [translation["team"], translation["service"]]
    kinds = [(me.authority(code).kind, me.authority(code).organ) for code in readers]
    if {kind for kind, _organ in kinds} != {"court"} or kinds[1][1] != "registry" or me.code not in readers:
        raise NotVerified("A text to be translated is sealed inside of the Court alone: these are not its offices.")
    return readers


def matter(translation: dict[str, Any], purpose: str) -> Matter:
    """The matter of its documents, which is none of the request."""
    return Matter(translation["reference"], translation["id"], purpose)


def ask(
    me: Unlocked,
    request: dict[str, Any],
    shown: dict[str, Any],
    languages: tuple[str, str],
    wanted_on: str,
    *,
    certified: bool = False,
    note: str = "",
    now: Now | None = None,
) -> dict[str, Any]:
    """Open a document of a request, and ask for the translation of its words, or of the file that it is.

    Exactly that is sealed to the language service, with the note.  Raises NotVerified or ClientError.
    """
    paper = requests.received(me, request, shown)
    words = words_of(canonical.loads_strict(read(me, paper))) if is_text(paper) else None
    if words == "":
        raise ClientError("There are no words in this document: choose another.")
    source, target = languages
    body = {"document": shown["doc"], "source_language": source, "target_language": target}
    prepared: dict[str, Any] = me.http.post(
        f"/requests/{request['id']}/translations", {**body, "wanted_on": wanted_on, "certified": certified}
    )
    readers = _inside(me, prepared)
    handling = paper.manifest.handling if paper.manifest.sender.authority == me.code else ()
    files = []
    if words is None:
        name = f"text{Path(paper.manifest.name).suffix[:6]}"  # a name may say what the text does not
        files = [_file_again(me, paper, prepared, readers, Label(name, paper.manifest.media, source, handling), now)]
    content = {"v": 1, "cover": None, "text": words or "", "note": note, "annexes": [one.annex for one in files]}
    label = Label(SOURCE.name, SOURCE.media, source, handling)
    sealed = _text(me, prepared, "source", content, readers, label, now)
    return _step(me.http, prepared, "ask", documents=[sealed.doc, *(one.doc for one in files)])


def _file_again(
    me: Unlocked, paper: Received, prepared: dict[str, Any], readers: list[str], label: Label, now: Now | None
) -> Deposited:
    """A file of the request, opened here and sealed anew, under another name, for the translation alone."""
    with tempfile.TemporaryDirectory(prefix="comity-") as folder:
        path = Path(folder) / "text"
        save(me, paper, path)
        return _file(me, prepared, path, readers, label, now)


def _file(
    me: Unlocked, translation: dict[str, Any], path: Path, readers: list[str], label: Label, now: Now | None
) -> Deposited:
    with path.open("rb") as content:
        about = {"matter": matter(translation, "attachment"), "readers": readers, "label": label}
        return deposit(me, content, path.stat().st_size, **about, now=now)  # type: ignore[arg-type]


def _text(
    me: Unlocked,
    translation: dict[str, Any],
    purpose: str,
    content: dict[str, Any],
    readers: list[str],
    label: Label,
    now: Now | None,
) -> Deposited:
    about = {"matter": matter(translation, purpose), "readers": readers, "label": label}
    return deposit_bytes(me, canonical.dumps(content), **about, now=now)


def _step(http: Http, translation: dict[str, Any], step: str, **body: Any) -> dict[str, Any]:
    done: dict[str, Any] = http.post(f"/translations/{translation['id']}/{step}", body or None)
    return done


def act(http: Http, translation: dict[str, Any], step: str) -> dict[str, Any]:
    """Take it, let it wait again, or ask for it no longer."""
    return _step(http, translation, step)


def _opened(me: Unlocked, translation: dict[str, Any], doc: str | None, purpose: str, by: str) -> Received:
    """A document of a translation, signed by the side that sends such.  Raises NotVerified."""
    if doc is None:
        raise NotVerified("The platform does not show the document that it says there is.")
    found = receive(me, doc, request=translation["id"], purpose=purpose)
    if found.manifest.sender.authority != by:
        raise NotVerified(f"The document {doc} is not authentic: {found.manifest.sender.authority} does not send it.")
    return found


def _read(me: Unlocked, paper: Received, label: Label, fields: set[str]) -> canonical.Reader:
    if paper.manifest.media != label.media:
        raise NotVerified(f"The document {paper.manifest.doc} is of another kind than it should be.")
    try:
        return canonical.Reader(canonical.loads_strict(read(me, paper)), "the text", {"v", "cover", *fields})
    except SealError as error:
        raise NotVerified(f"The sealed text cannot be read: {error}.") from error


def _files(me: Unlocked, translation: dict[str, Any], listed: list[Any], by: str) -> list[Received]:
    """The files that a text lists, each the one that was signed.  Raises NotVerified."""
    found = []
    for one in listed:
        paper = _opened(me, translation, str(one["doc"]), "attachment", by)
        if paper.manifest.plain_sha256 != one["plain_sha256"]:
            raise NotVerified(f"The file {paper.manifest.name} is not the one that was signed.")
        found.append(paper)
    return found


def source_of(me: Unlocked, translation: dict[str, Any]) -> Source:
    """What is to be translated, by the team that asks.  Raises NotVerified."""
    team = translation["team"]
    paper = _opened(me, translation, translation["source"], "source", team)
    content = _read(me, paper, SOURCE, {"text", "note", "annexes"})
    files = _files(me, translation, content.items("annexes"), team)
    return Source(paper, content.text("text", LONGEST), content.text("note", LONGEST), files)


def give(
    me: Unlocked, translation: dict[str, Any], text: str, paths: Sequence[Path] = (), *, now: Now | None = None
) -> dict[str, Any]:
    """Seal a translation to the asking team, as words, files or both, and give it.  Raises NotVerified."""
    readers, source = _inside(me, translation), source_of(me, translation)
    to, handling = translation["target_language"], source.paper.manifest.handling
    files = [_file(me, translation, path, readers, Label(path.name, lang=to, handling=handling), now) for path in paths]
    content = {
        "v": 1,
        "cover": None,
        "source": source.paper.manifest.plain_sha256,
        "from": translation["source_language"],
        "to": to,
        "certified": translation["certified"],
        "text": text,
        "annexes": [one.annex for one in files],
    }
    label = Label(TRANSLATION.name, TRANSLATION.media, to, handling)
    sealed = _text(me, translation, "translation", content, readers, label, now)
    return _step(me.http, translation, "give", documents=[sealed.doc, *(one.doc for one in files)])


def send_back(me: Unlocked, translation: dict[str, Any], text: str, *, now: Now | None = None) -> dict[str, Any]:
    """Return it with a sealed question or reason."""
    content = {"v": 1, "cover": None, "text": text}
    sealed = _text(me, translation, "question", content, _inside(me, translation), requests.MESSAGE, now)
    return _step(me.http, translation, "return", document=sealed.doc)


def question_of(me: Unlocked, translation: dict[str, Any]) -> str:
    """Why it was returned.  Raises NotVerified."""
    paper = _opened(me, translation, translation["answer"], "question", translation["service"])
    return _read(me, paper, requests.MESSAGE, {"text"}).text("text", LONGEST)


def given(me: Unlocked, translation: dict[str, Any], request: dict[str, Any]) -> Given:
    """The translation, by whoever had taken it, of that text and in the languages shown.  Raises NotVerified."""
    source = source_of(me, translation)
    paper = _opened(me, translation, translation["answer"], "translation", translation["service"])
    content = _read(me, paper, TRANSLATION, {"source", "from", "to", "certified", "text", "annexes"})
    said = (content.text("source"), content.text("from"), content.text("to"), content.value["certified"])
    names = ("source_language", "target_language", "certified")
    shown = (source.paper.manifest.plain_sha256, *(translation[name] for name in names))
    if said != shown or paper.manifest.sender.user != translation["taken_by"]["id"]:
        raise NotVerified(f"{translation['reference']} is not authentic: its translator has signed something else.")
    files = _files(me, translation, content.items("annexes"), translation["service"])
    return Given(source, content.text("text", LONGEST), files, not _is_present(me, translation, request, source))


def _is_present(me: Unlocked, translation: dict[str, Any], request: dict[str, Any], source: Source) -> bool:
    """Whether the document as it stands now says what was translated."""
    papers = {one["doc"]: one for one in request["documents"]}
    shown = papers.get(translation["document"])
    if shown is None:
        return False
    paper = requests.received(me, request, shown)
    if source.files:
        return bool(paper.manifest.plain_sha256 == source.files[0].manifest.plain_sha256)
    return words_of(canonical.loads_strict(read(me, paper))) == source.text
