"""Kinds about whom to trust: roots, statements of authorities, key sets, and the keys wrapped to their members."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

from _hostile_kinds import ACTS, Kind, both, chain, resource
from _hostile_world import World, text
from tests import people
from tests.people import CHIDI, CHINUA

from comity_seal import canonical
from comity_seal.authority import Member
from comity_seal.opening import statements
from comity_seal.opening.keyset import KeySet
from comity_seal.opening.wraps import Epoch, wrap

EVE = KeySet.from_seeds(b"\x71" * 32, b"\x72" * 32, b"\x73" * 32)
"""The platform's own key set: whatever it makes up is signed with this."""

EVES = Epoch("XA", 1, EVE.identity)


def founded_by(root: KeySet, code: str = "XA", **other: Any) -> bytes:
    """A first statement, made up; signed by whom one likes."""
    of, organ, name_en, name_fr, *_ = people.AUTHORITIES[code]
    members = other.get("members", people.members(code))
    return statements.genesis(
        root, code=code, kind=of, organ=organ, names={"en": name_en, "fr": name_fr}, members=members,
        epoch=EVES, wraps=statements.wraps_for(EVES, members), created=people.CREATED,
    )  # fmt: skip


def changed(signed: bytes, change: Any) -> bytes:
    """The payload of something signed, changed under its old signatures."""
    outer = json.loads(signed)
    payload = json.loads(b64decode(outer["payload"]))
    change(payload)
    outer["payload"] = text(canonical.dumps(payload))
    return canonical.dumps(outer)


def signatures(signed: bytes, keep: list[int]) -> bytes:
    """With these of its signatures, in this order."""
    outer = json.loads(signed)
    outer["signatures"] = [outer["signatures"][n] for n in keep]
    return canonical.dumps(outer)


def root(_world: World, value: dict[str, Any]) -> None:
    value["root"] = EVE.public.to_json()


def with_eve(payload: dict[str, Any]) -> None:
    payload["members"][0]["keys"] = EVE.public.to_json()


def with_recipient(payload: dict[str, Any]) -> None:
    payload["epoch"]["recipient"] = EVES.recipient


def of_chinua(_world: World, value: dict[str, Any]) -> None:
    """A colleague's key set, which happens to open with the same words."""
    value["keyset"] = people.keyset(CHINUA).public.id
    value["ways"][0]["file"] = text(people.protected(CHINUA))


def work(logn: str):
    """Another work factor in the file behind the passphrase."""

    def change(_world: World, value: dict[str, Any]) -> None:
        for way in value["ways"]:
            way["file"] = text(re.sub(rb"(-> scrypt \S+) \d+\n", rb"\1 %b\n" % logn.encode(), b64decode(way["file"])))

    return change


def wrapped(wrap_of: Any, epoch: int = 1):
    def change(_world: World, value: dict[str, Any]) -> None:
        value["wraps"] = [{"authority": "XA", "epoch": epoch, "wrap": text(wrap_of())}]

    return change


def no_wraps(_world: World, value: dict[str, Any]) -> None:
    value["wraps"] = []


def no_keys(_world: World, value: dict[str, Any]) -> None:
    value["keyset"] = None


def kinds() -> Iterator[Kind]:
    opening, sending = ACTS["open"], ACTS["transmit"]
    named = r"is not authentic: "
    yield Kind(
        "another root", opening, resource("/trust", root), "another root than the one you pinned", browser="open"
    )
    yield Kind(
        "statements by another root",
        opening,
        chain("XA", lambda *_: [founded_by(EVE)]),
        named + ".*not signed by the pinned root",
        browser="open",
    )
    yield Kind(
        "root and statements made up together",
        opening,
        both(resource("/trust", root), chain("XA", lambda *_: [founded_by(EVE)])),
        "another root than the one you pinned",
    )
    yield Kind(
        "swapped key of the recipient, before sealing",
        sending,
        chain("XA", lambda *_: [founded_by(EVE)]),
        named + ".*not signed by the pinned root",
        browser="transmit",
    )
    yield Kind(
        "swapped key of the recipient under the old signatures",
        sending,
        chain("XA", lambda _w, found: [changed(found[0], with_recipient)]),
        named + ".*root's signature .*does not verify",
        browser="transmit",
    )
    yield Kind(
        "swapped key of a signer",
        opening,
        chain("OTP", lambda _w, found: [changed(found[0], with_eve)]),
        named + ".*root's signature .*does not verify",
        browser="open",
    )
    yield Kind(
        "a member slipped in",
        opening,
        chain("OTP", lambda *_: [founded_by(EVE, "OTP", members=[Member(CHIDI.id, "Eve", "officer", EVE.public)])]),
        named + ".*not signed by the pinned root",
    )
    yield Kind(
        "statements of another authority",
        sending,
        chain("XA", lambda *_: [people.genesis("YB")]),
        named + "this statement is about YB, not about XA",
        browser="transmit",
    )
    yield Kind(
        "statement without its Ed25519 signature",
        opening,
        chain("OTP", lambda _w, found: [signatures(found[0], [1])]),
        named + "there are 1 signatures instead of two",
        browser="open",
    )
    yield Kind(
        "statement without its ML-DSA-65 signature",
        opening,
        chain("OTP", lambda _w, found: [signatures(found[0], [0])]),
        named + "there are 1 signatures instead of two",
    )
    yield Kind(
        "statement with one signature twice",
        opening,
        chain("OTP", lambda _w, found: [signatures(found[0], [0, 0])]),
        named + "the signature by mldsa65 is not where it should be",
    )
    yield Kind(
        "two first statements",
        opening,
        chain("OTP", lambda _w, found: [found[0], found[0]]),
        named,
        browser="open",
    )
    yield Kind(
        "statements withheld", opening, chain("OTP", lambda *_: []), named + ".*has 0 statements", browser="open"
    )
    yield Kind(
        "another's key set", opening, resource("/keys/mine", of_chinua), "another key set than the one", browser="open"
    )
    yield Kind(
        "work of 2^1 behind the passphrase",
        opening,
        resource("/keys/mine", work("1")),
        r"asks for 2\^1 work",
        browser="open",
    )
    yield Kind(
        "work of 2^30 behind the passphrase", opening, resource("/keys/mine", work("30")), r"asks for 2\^30 work"
    )
    eves = wrapped(lambda: wrap(EVES, people.keyset(CHIDI).public))
    yield Kind("forged wrap", opening, resource("/keys/mine", eves), "do not name this wrapped key", browser="open")
    chinuas = wrapped(lambda: people.wraps("XA")[people.keyset(CHINUA).public.id])
    yield Kind("a colleague's wrap", opening, resource("/keys/mine", chinuas), "do not name this wrapped key")
    own = wrapped(lambda: people.wraps("XA")[people.keyset(CHIDI).public.id], 2)
    yield Kind(
        "wrap of an epoch that was never stated", opening, resource("/keys/mine", own), "do not name this wrapped key"
    )
    yield Kind(
        "wraps withheld", opening, resource("/keys/mine", no_wraps), "not yet part of your authority's statements", 1
    )
    yield Kind(
        "please make your first key",
        ACTS["make keys"],
        resource("/session", no_keys),
        "the platform says that you have none",
        5,
    )
