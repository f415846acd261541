"""Requests into a bundle: what the platform answers, kept as it answers it, and read again without any connection.

Everything that opens and verifies asks an `Http`.  So what is packed is read through one that keeps each answer, and
what is opened offline is read through one that finds them in the bundle: the same checks, in the same code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn
from urllib.parse import urlencode

from comity_client import handling, messages, requests
from comity_client.bundle import PARTS, REQUESTS, Bundle, Writer
from comity_client.clock import Clock
from comity_client.errors import ClientError, Conflicted, NotVerified
from comity_client.http import Http, given
from comity_client.transfer import Download, Progress, Received, stamp
from comity_client.unlocked import Unlocked
from comity_seal import tree


def address(path: str, query: dict[str, Any]) -> str:
    """By which an answer is named in a bundle."""
    parameters = sorted(given(query).items())
    return f"{path}?{urlencode(parameters)}" if parameters else path


class Recording(Http):
    """Asks the platform and keeps every answer once; what was asked before is answered as before."""

    def __init__(self, http: Http, put: Callable[[str, bytes], None]) -> None:
        self.server, self.clock = http.server, http.clock
        self._http, self._put = http, put
        self._known: dict[str, bytes] = {}
        self._parts: set[str] = set()

    def get_bytes(self, path: str, **query: Any) -> bytes:
        at = address(path, query)
        if at in self._known:
            return self._known[at]
        content = self._http.get_bytes(path, **query)
        if not PARTS.fullmatch(at):
            self._known[at] = content
        elif at in self._parts:
            return content
        self._parts.add(at)
        self._put(at, content)
        return content

    def _send(self, *_what: Any, **_options: Any) -> NoReturn:
        raise AssertionError("packing only reads")


class Recorded(Http):
    """Answers from a bundle; asks nobody, and sends nothing.  It is not earlier now than when it was packed."""

    at_hand = True

    def __init__(self, bundle: Bundle, tell: Callable[[str], object] | None) -> None:
        self.server, self.clock = "the bundle", Clock(tell)
        self._bundle = bundle
        with suppress(ValueError, KeyError):
            self.clock.not_before(datetime.fromisoformat(self.get("/session")["now"]))

    def close(self) -> None:
        """There is no connection."""

    def get_bytes(self, path: str, **query: Any) -> bytes:
        return self._bundle.get(address(path, query))

    def _send(self, *_what: Any, **_options: Any) -> NoReturn:
        raise ClientError("This needs the platform, and here is none: do it where there is a connection.")


@dataclass(frozen=True)
class Packed:
    """How much a bundle holds."""

    documents: int
    receipts: int
    not_yet_sealed: int
    bytes: int


def check_texts(me: Unlocked, found: dict[str, Any]) -> list[Received]:
    """The documents of a request, after check 7 for every text of it and for every message.  Raises NotVerified."""
    papers = requests.every_paper(me, found)
    for one in papers:
        if requests.is_message(one):
            requests.message_of(me, found, one)
    for shown in messages.every(me.http, found):
        messages.open_(me, found, shown)
    return papers


def pack(
    me: Unlocked,
    found: Sequence[dict[str, Any]],
    writer: Writer,
    log_key: str,
    progress: Progress | None = None,
) -> Packed:
    """Everything of these requests, verified while it is packed.  Raises NotVerified or WrongClock."""
    me.http.clock.check()
    http = Recording(me.http, writer.put)
    mine = Unlocked.with_keys(http, me.root, me.keyset)
    mine.trust = me.trust
    http.get("/trust")
    shown = [http.get(f"/requests/{one['id']}") for one in found]
    whole, done, documents, receipts, missing = sum(map(_size, shown)), 0, 0, 0, 0
    for request in shown:
        for code in requests.both(request):
            mine.authority(code)
        for item in _receipts(http, request):
            if item["sealed"] and log_key:
                http.get_bytes(f"/requests/{request['id']}/receipts/{item['seq']}")
            receipts, missing = receipts + item["sealed"], missing + (not item["sealed"])
        papers = check_texts(mine, request)
        _free_to_take(mine, request, papers, me.http)
        for received in papers:
            _payload(http, received, behind(progress, done, whole))
            done, documents = done + received.manifest.payload_bytes, documents + 1
    size = writer.end(
        REQUESTS,
        me.sender,
        stamp(),
        root=me.root.id,
        log_key=log_key or None,
        requests=[one["id"] for one in shown],
    )
    return Packed(documents, receipts, missing, size)


def _free_to_take(me: Unlocked, request: dict[str, Any], papers: Sequence[Received], platform: Http) -> None:
    """Raises ClientError where a document may be read and not taken away: its request is not packed.

    The platform is asked as well, and notes that it was taken.
    """
    if not any(one.manifest.handling for one in papers):
        return
    catalogue = handling.Catalogue(me)
    held = [one for one in papers if handling.held_back(me, request, one, catalogue)]
    if held:
        raise ClientError(
            f"{request['reference']} is not packed: {held[0].manifest.name} may be read and not taken away before "
            f"{held[0].manifest.sender.authority} consents (`comity consent ask`)."
        )
    for one in papers:
        if one.manifest.handling:
            platform.get(f"/documents/{one.manifest.doc}", keep="true")


def behind(progress: Progress | None, before: int, whole: int) -> Callable[[int], object] | None:
    """Progress within one of several things, `before` bytes of which are done."""
    return (lambda got: progress(before + got, whole)) if progress else None


def _size(request: dict[str, Any]) -> int:
    return sum(one["payload_bytes"] for one in request["documents"])


def _receipts(http: Http, request: dict[str, Any]) -> list[dict[str, Any]]:
    """Which receipts there are; none before the log has begun."""
    try:
        items: list[dict[str, Any]] = http.get(f"/requests/{request['id']}/receipts")["items"]
    except Conflicted:
        return []
    return items


def _payload(http: Http, received: Received, tell: Callable[[int], object] | None) -> None:
    """Every part of a payload, which must be the one that was signed.  Raises NotVerified."""
    source, leaves, got = Download(http, received), [], 0
    for n in range(received.parts):
        part = source.fetch(n)
        leaves.append(tree.leaf(part))
        got += len(part)
        if tell:
            tell(got)
    manifest = received.manifest
    if (got, tree.root(leaves)) != (manifest.payload_bytes, manifest.payload_tree):
        raise NotVerified(f"The document {manifest.doc} is not authentic: its payload is not the one that was signed.")
