"""What a kind of misbehaviour is: what is done, to whom, and what must be said; and ways to do it to one resource."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from _hostile_world import World, text
from _proxy import Exchange
from tests.people import AMINA, BRUNO, CHIDI

from comity.core.actors import Actor

Meddle = Callable[[World, Exchange], object]
"""Gives true where it changed something."""


@dataclass(frozen=True)
class Act:
    """What somebody does, with the command; in a browser on `page`, where there is one."""

    name: str
    actor: Actor
    words: tuple[str, ...]
    request: str = ""
    page: str = ""
    files: tuple[tuple[str, bytes], ...] = ()

    def command(self, world: World) -> list[str]:
        """The words, with the reference in its place."""
        reference = world.requests[self.request]["reference"] if self.request else ""
        return [word.replace("REFERENCE", reference) for word in self.words]


OUTCOMES = ("--outcome", "1=executed", "--outcome", "2=executed", "--yes")
ACTS = {
    one.name: one
    for one in (
        Act("open", CHIDI, ("request", "open", "REFERENCE"), "sent", "/requests/{id}"),
        Act("open the answer", AMINA, ("request", "open", "REFERENCE"), "answered", "/requests/{id}"),
        Act("download", CHIDI, ("request", "download", "REFERENCE", "--to", "here"), "sent"),
        Act("acknowledge", CHIDI, ("request", "ack", "REFERENCE", "--yes"), "sent", "/requests/{id}"),
        Act("approve", BRUNO, ("request", "approve", "REFERENCE", "--yes"), "draft", "/requests/{id}/approve"),
        Act("transmit", AMINA, ("request", "transmit", "REFERENCE", "--yes"), "approved", "/requests/{id}/transmit"),
        Act("transmit unapproved", AMINA, ("request", "transmit", "REFERENCE", "--yes"), "unapproved"),
        Act("read", CHIDI, ("message", "read", "REFERENCE"), "sent"),
        Act("send", CHIDI, ("message", "send", "REFERENCE", "--text", "When?", "--yes"), "working"),
        Act("ask", CHIDI, ("request", "ask", "REFERENCE", "--text", "Which?", "--yes"), "asking", "/requests/{id}/ask"),
        Act(
            "answer",
            CHIDI,
            ("request", "answer", "REFERENCE", "a.csv", "--text", "Here.", *OUTCOMES),
            "working",
            files=(("a.csv", b"1;2\r\n"),),
        ),
        Act("grant", CHIDI, ("request", "grant", "REFERENCE", "--yes"), "working"),
        Act("receipts", CHIDI, ("request", "receipts", "REFERENCE", "--to", "here"), "sent"),
        Act("make keys", CHIDI, ("key", "init", "--demonstration")),
        Act("status", CHIDI, ("status",)),
    )
}


@dataclass(frozen=True)
class Kind:
    """One way to misbehave.  `says` is a pattern of what the client must say, `code` how the command ends.

    `shows` says that something sound may be shown or saved before what is not, which then is not among it; `fresh`
    that it is done to somebody who has seen no statements and no log before; `browser` which act a page meets it with,
    and `page_shows` that the page shows what is sound beside what is not, which nobody can save then.
    """

    name: str
    act: Act
    meddle: Meddle
    says: str
    code: int = 6
    shows: bool = False
    fresh: bool = False
    browser: str = ""
    page_shows: bool = False

    def heard(self, said: str) -> bool:
        return re.search(self.says, said) is not None


def answered(path: Callable[[World], str], change: Callable[[World, Any], Any]) -> Meddle:
    """Change the JSON of one resource; None from `change` leaves what it changed in place."""

    def meddle(world: World, exchange: Exchange) -> bool:
        if exchange.method != "GET" or exchange.status != 200 or exchange.resource != path(world):
            return False
        value = exchange.json
        changed = change(world, value)
        exchange.json = value if changed is None else changed
        return True

    return meddle


def resource(path: str, change: Callable[[World, Any], Any]) -> Meddle:
    return answered(lambda _world: path, change)


def chain(code: str, change: Callable[[World, list[bytes]], list[bytes]]) -> Meddle:
    """Other statements of an authority."""

    def changed(world: World, value: dict[str, Any]) -> None:
        value["chain"] = [text(one) for one in change(world, [b64decode(one) for one in value["chain"]])]

    return resource(f"/authorities/{code}/chain", changed)


def view(name: str, change: Callable[[World, dict[str, Any]], Any]) -> Meddle:
    """What the platform shows of a request."""
    return answered(lambda world: f"/requests/{world.requests[name]['id']}", change)


def document(name: str, purpose: str, change: Callable[[World, dict[str, Any]], Any], place: int = 0) -> Meddle:
    """What is handed out as a document: envelope, header and sealed manifest."""
    return answered(lambda world: f"/documents/{world.doc(name, purpose, place)}", change)


def part(name: str, purpose: str, n: int, change: Callable[[World, Exchange], bytes | None], place: int = 0) -> Meddle:
    """The bytes of one part of a payload."""

    def meddle(world: World, exchange: Exchange) -> bool:
        if exchange.resource != f"/documents/{world.doc(name, purpose, place)}/parts/{n}":
            return False
        exchange.status = 200
        changed = change(world, exchange)
        if changed is not None:
            exchange.content = changed
        return True

    return meddle


def html(name: str, old: str, new: str) -> Meddle:
    """Other words in the pages of a request; the command never asks for one."""

    def meddle(world: World, exchange: Exchange) -> bool:
        if exchange.resource or world.requests[name]["id"] not in exchange.path or old.encode() not in exchange.content:
            return False
        exchange.content = exchange.content.replace(old.encode(), new.encode())
        return True

    return meddle


def both(*meddles: Meddle) -> Meddle:
    """Several at once."""

    def meddle(world: World, exchange: Exchange) -> bool:
        return any(bool(one(world, exchange)) for one in meddles)

    return meddle
