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

from comity_demo.roots import Holders, confirmed_by
from comity_seal import canonical
from comity_seal.authority import Member
from comity_seal.opening import statements
from comity_seal.opening.keyset import KeySet
from comity_seal.opening.wraps import Epoch, wrap
from comity_seal.publickeys import PublicKeySet

EVE = KeySet.from_seeds(b"\x71" * 32, b"\x72" * 32, b"\x73" * 32)
"""The platform's own key set: whatever it makes up is signed with this."""

EVES_ROOT = Holders(
    *([KeySet.from_seeds(bytes([one]) * 32, b"\x72" * 32, b"\x73" * 32) for one in group] for group in (b"ABC", b"DEF"))
)
"""A root of the platform's own."""

EVES = Epoch("XA", 1, EVE.identity)


NOT_WRAPPED = "A key that the platform gave is not authentic: .*(do not name this wrapped key|is held back)"


def founded_by(root: Holders, code: str = "XA", **other: Any) -> bytes:
    """A first statement, made up; signed by whom one likes."""
    of, organ, name_en, name_fr, *_ = people.AUTHORITIES[code]
    members = other.get("members", people.members(code))
    return root.genesis(
        code=code, kind=of, organ=organ, names={"en": name_en, "fr": name_fr}, members=members,
        epoch=EVES, wraps=statements.wraps_for(EVES, members), created=people.CREATED,
    )  # fmt: skip


def changed(signed: bytes, change: Any) -> bytes:
    """The payload of something signed, changed under its old signatures."""
    signed, *rest = signed.split(b"\n")
    outer = json.loads(signed)
    payload = json.loads(b64decode(outer["payload"]))
    change(payload)
    outer["payload"] = text(canonical.dumps(payload))
    return b"\n".join([canonical.dumps(outer), *rest])


def signatures(signed: bytes, keep: list[int]) -> bytes:
    """With these of its signatures, in this order."""
    signed, *rest = signed.split(b"\n")
    outer = json.loads(signed)
    outer["signatures"] = [outer["signatures"][n] for n in keep]
    return b"\n".join([canonical.dumps(outer), *rest])


def root(_world: World, value: dict[str, Any]) -> None:
    value["root"] = EVES_ROOT.public.to_json()


def with_eves_holder(_world: World, value: dict[str, Any]) -> None:
    """One more key set in a group of the pinned root."""
    group = [*value["root"]["registry"], EVE.public.to_json()]
    value["root"]["registry"] = sorted(group, key=lambda one: PublicKeySet.from_json(one).id)


def needing_one(_world: World, value: dict[str, Any]) -> None:
    value["root"]["need"] = 1


def alone(link: bytes) -> bytes:
    """A first statement that only one holder of the root has signed."""
    return link.split(b"\n")[0]


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
        chain("XA", lambda *_: [founded_by(EVES_ROOT)]),
        named,
        browser="open",
    )
    yield Kind(
        "a key set of the platform's in the root",
        opening,
        resource("/trust", with_eves_holder),
        "another root than the one you pinned",
        browser="open",
    )
    yield Kind(
        "a root of which one is enough",
        opening,
        both(resource("/trust", needing_one), chain("XA", lambda _w, found: [alone(found[0])])),
        "another root than the one you pinned",
        browser="open",
    )
    yield Kind(
        "a first statement by one of the root alone",
        opening,
        chain("XA", lambda _w, found: [alone(found[0])]),
        named + ".*lacks a confirmation",
        browser="open",
    )
    yield Kind(
        "a first statement by one of the root, confirmed by the platform",
        opening,
        chain("XA", lambda _w, found: [confirmed_by([EVE], alone(found[0]), people.CREATED)]),
        named,
        browser="open",
    )
    yield Kind(
        "root and statements made up together",
        opening,
        both(resource("/trust", root), chain("XA", lambda *_: [founded_by(EVES_ROOT)])),
        "another root than the one you pinned",
    )
    yield Kind(
        "swapped key of the recipient, before sealing",
        sending,
        chain("XA", lambda *_: [founded_by(EVES_ROOT)]),
        named,
        browser="transmit",
    )
    yield Kind(
        "swapped key of the recipient under the old signatures",
        sending,
        chain("XA", lambda _w, found: [changed(found[0], with_recipient)]),
        named,
        browser="transmit",
    )
    yield Kind(
        "swapped key of a signer",
        opening,
        chain("OTP", lambda _w, found: [changed(found[0], with_eve)]),
        named,
        browser="open",
    )
    yield Kind(
        "a member slipped in",
        opening,
        chain(
            "OTP", lambda *_: [founded_by(EVES_ROOT, "OTP", members=[Member(CHIDI.id, "Eve", "officer", EVE.public)])]
        ),
        named,
    )
    yield Kind(
        "statements of another authority",
        sending,
        chain("XA", lambda *_: [people.genesis("YB")]),
        named,
        browser="transmit",
    )
    yield Kind(
        "statement without its Ed25519 signature",
        opening,
        chain("OTP", lambda _w, found: [signatures(found[0], [1])]),
        named + "(there are 1 signatures instead of two|the signature by mldsa65 is not where)",
        browser="open",
    )
    yield Kind(
        "statement without its ML-DSA-65 signature",
        opening,
        chain("OTP", lambda _w, found: [signatures(found[0], [0])]),
        named + "(there are 1 signatures instead of two|the signature by mldsa65 is not where)",
    )
    yield Kind(
        "statement with one signature twice",
        opening,
        chain("OTP", lambda _w, found: [signatures(found[0], [0, 0])]),
        named + "(there are 1 signatures instead of two|the signature by mldsa65 is not where)",
    )
    yield Kind(
        "two first statements",
        opening,
        chain("OTP", lambda _w, found: [found[0], found[0]]),
        named,
        browser="open",
    )
    yield Kind(
        "statements withheld",
        opening,
        chain("OTP", lambda *_: []),
        "has made no statement yet|are not authentic|has no statement",
        1,
        browser="open",
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
    yield Kind("forged wrap", opening, resource("/keys/mine", eves), NOT_WRAPPED, browser="open")
    chinuas = wrapped(lambda: people.wraps("XA")[people.keyset(CHINUA).public.id])
    yield Kind("a colleague's wrap", opening, resource("/keys/mine", chinuas), NOT_WRAPPED)
    own = wrapped(lambda: people.wraps("XA")[people.keyset(CHIDI).public.id], 2)
    yield Kind("wrap of an epoch that was never stated", opening, resource("/keys/mine", own), NOT_WRAPPED)
    yield Kind("wraps withheld", opening, resource("/keys/mine", no_wraps), "authority's keys are not given to you", 1)
    yield Kind(
        "please make your first key",
        ACTS["make keys"],
        resource("/session", no_keys),
        "the platform says that you have none",
        5,
    )
