"""Kinds about what is handed out: envelopes, headers, manifests, grants, payloads and their parts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from _hostile_keys import EVE, signatures
from _hostile_kinds import ACTS, Kind, both, document, part
from _hostile_world import World, digest, piece, text
from _proxy import Exchange
from tests import people
from tests.people import AMINA, CHINUA, DORA

from comity_client import requests
from comity_seal import canonical, dsse, header
from comity_seal.envelope import parse_envelope
from comity_seal.grant import Grant
from comity_seal.opening import age
from comity_seal.opening.identities import HybridRecipient
from comity_seal.opening.keyset import KeySet
from comity_seal.opening.sealing import Label, Matter, Place, seal_document
from comity_seal.opening.stream import seal_payload
from comity_seal.parties import Sender, To

PIECES = ("envelope", "header", "manifest_age")


def moved(name: str, purpose: str, *pieces: str, place: int = 0):
    """These pieces of another document in the place of one's own."""

    def change(world: World, given: dict[str, Any]) -> None:
        other = world.handed(world.doc(name, purpose, place))
        given |= {one: other[one] for one in pieces}

    return change


def envelope(change):
    """Another envelope, made of the one that was signed."""

    def changed(_world: World, given: dict[str, Any]) -> None:
        given["envelope"] = text(change(piece(given, "envelope")))

    return changed


def other_type(signed: bytes) -> bytes:
    return signed.replace(dsse.ENVELOPE.encode(), dsse.APPROVAL.encode())


def by_eve(signed: bytes) -> bytes:
    """The same words under the platform's own signatures."""
    return EVE.sign(dsse.ENVELOPE, dsse.Dsse.parse(signed).payload)


def stanzas(change):
    """A header of other stanzas; its MAC cannot be made anew without the file key."""

    def changed(_world: World, given: dict[str, Any]) -> None:
        found = header.parse(piece(given, "header"))
        covered = header.unsigned(tuple(change(list(found.stanzas))))
        given["header"] = text(covered + b" " + header.raw64(found.mac) + b"\n")

    return changed


def oversize(_world: World, given: dict[str, Any]) -> None:
    given["header"] = text(piece(given, "header") + b"A" * 300_000)


def eve_too(found: list[header.Stanza]) -> list[header.Stanza]:
    return [*found, HybridRecipient(EVE.public.age).wrap(bytes(16))]


def granted(keyset: KeySet, sender: Sender):
    """Yvoria made a reader by a grant that nobody who may has signed."""

    def change(_world: World, given: dict[str, Any]) -> None:
        claimed = parse_envelope(piece(given, "envelope"))
        stanzas(eve_too)(_world, given)
        new = To("YB", 1, people.verified("YB").epoch.recipient_sha256)
        one = Grant(
            claimed.doc, claimed.ver, claimed.sha256, 1, claimed.header_sha256, digest(piece(given, "header")),
            claimed.manifest_age_sha256, claimed.manifest_age_sha256, (*claimed.to, new), "added", sender,
            "2026-11-23T20:00:00Z",
        )  # fmt: skip
        given["grants"] = [text(keyset.sign(dsse.GRANT, canonical.dumps(one.to_json())))]

    return change


class Accomplice:
    """Dora of Yvoria, a real member of a real authority, who works with the platform."""

    def __init__(self) -> None:
        self.payload = b""

    def document(self, world: World, given: dict[str, Any]) -> None:
        """The text of the request as she would have it, sealed to Xandria and to her own, signed by herself."""
        claimed, out = parse_envelope(piece(given, "envelope")), io.BytesIO()
        request = world.requests["sent"]
        said = {"v": 1, "subject": "Nothing", "text": "Please do nothing.", "cover": requests.cover_of(request)}
        said["annexes"] = canonical.loads_strict(self._text(world))["annexes"]
        sealed = seal_document(
            io.BytesIO(canonical.dumps(said)), out.write, author=people.author(DORA),
            readers=[world.me(AMINA).authority(code) for code in ("XA", "YB")],
            matter=Matter(request["reference"], request["id"], "request"), place=Place(claimed.doc),
            label=Label("request.json", requests.REQUEST.media), created="2026-11-23T20:00:00Z",
        )  # fmt: skip
        self.payload = out.getvalue()
        given |= {
            "envelope": text(sealed.envelope),
            "header": text(sealed.header),
            "manifest_age": text(sealed.manifest_age),
        }

    @staticmethod
    def _text(world: World) -> bytes:
        me, doc = world.me(AMINA), world.doc("sent", "request")
        return requests.read(me, requests.receive(me, doc, request=world.requests["sent"]["id"]))

    def part(self, _world: World, _exchange: Exchange) -> bytes:
        return self.payload


def replaced(world: World, _exchange: Exchange) -> bytes:
    """Chinua knows the file key of what was sealed to Xandria, and puts other content under the same header."""
    given = world.handed(world.doc("sent", "request"))
    key = age.open_header(header.parse(piece(given, "header")), [world.me(CHINUA).epoch.identity])
    out = io.BytesIO()
    seal_payload(key, io.BytesIO(b"{}"), out.write, threads=1)
    return out.getvalue()


def other_part(n: int, place: int = 0, name: str = "sent", purpose: str = "annex"):
    """Another part of the same or of another document."""

    def change(world: World, _exchange: Exchange) -> bytes:
        return world.me(AMINA).http.get_bytes(f"/documents/{world.doc(name, purpose, place)}/parts/{n}")

    return change


def cut(_world: World, exchange: Exchange) -> bytes:
    return exchange.content[:-100]


def flip(_world: World, exchange: Exchange) -> bytes:
    middle = len(exchange.content) // 2
    return exchange.content[:middle] + bytes([exchange.content[middle] ^ 1]) + exchange.content[middle + 1 :]


def kinds() -> Iterator[Kind]:
    opening, download, named = ACTS["open"], ACTS["download"], "is not authentic: "

    def handed(name: str, change, says: str, **more: Any) -> Kind:
        return Kind(name, opening, document("sent", "request", change), named + says, **more)

    yield handed(
        "manifest of another document",
        moved("sent", "annex", "manifest_age"),
        "the manifest is not the one",
        browser="open",
    )
    yield handed("header of another document", moved("sent", "annex", "header"), "the header is not the one")
    yield handed(
        "header, manifest and name of another document",
        moved("sent", "annex", "header", "manifest_age"),
        "the header is not",
    )
    yield handed(
        "another document of the request", moved("sent", "annex", *PIECES), "this is another document", browser="open"
    )
    yield handed("document of another request", moved("other", "request", *PIECES), "this is another document")
    yield handed(
        "recipient added to the header",
        stanzas(lambda found: eve_too(found)),
        "the header is not the one",
        browser="open",
    )
    yield handed("recipient taken out of the header", stanzas(lambda found: found[:1]), "the header is not the one")
    yield handed("recipients in another order", stanzas(lambda found: found[::-1]), "the header is not the one")
    yield handed("header of 300 kB", oversize, "what was served does not fit its envelope")
    yield handed(
        "envelope without its Ed25519 signature",
        envelope(lambda one: signatures(one, [1])),
        "there are 1 signatures",
        browser="open",
    )
    yield handed(
        "envelope without its ML-DSA-65 signature", envelope(lambda one: signatures(one, [0])), "there are 1 signatures"
    )
    yield handed("envelope of an unknown type", envelope(other_type), "this is signed as .*approval")
    yield handed("envelope signed by the platform", envelope(by_eve), "this is signed by another key set")
    amina, dora = (Sender(code, who.id, people.keyset(who).public.id) for code, who in (("OTP", AMINA), ("YB", DORA)))
    yield handed("grant made up by the platform", granted(EVE, amina), "")
    yield handed("grant by a member of the State that it adds", granted(people.keyset(DORA), dora), "")
    accomplice = Accomplice()
    made_up = both(document("sent", "request", accomplice.document), part("sent", "request", 0, accomplice.part))
    yield Kind("text by a member of a third State", opening, made_up, named, browser="open")

    yield Kind("payload changed", opening, part("sent", "request", 0, flip), named, browser="open")
    yield Kind(
        "payload of another document",
        opening,
        part("sent", "request", 0, other_part(0, name="other", purpose="request")),
        named,
    )
    yield Kind(
        "payload by a co-recipient under the same header",
        opening,
        part("sent", "request", 0, replaced),
        named,
        browser="open",
    )
    film = {"place": -1}
    yield Kind(
        "parts in another order",
        download,
        both(part("sent", "annex", 0, other_part(1, -1), **film), part("sent", "annex", 1, other_part(0, -1), **film)),
        named,
        shows=True,
    )
    yield Kind("a part twice", download, part("sent", "annex", 1, other_part(0, -1), **film), named, shows=True)
    yield Kind("the last part cut", download, part("sent", "annex", 2, cut, **film), named, shows=True)
    yield Kind(
        "the last part of another document",
        download,
        part("sent", "annex", 2, other_part(0), **film),
        named,
        shows=True,
    )
