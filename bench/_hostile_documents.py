"""Kinds about what is handed out (payloads, manifests, envelopes, covers, lists, messages), and to whom one seals."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from _hostile_keys import EVE, signatures
from _hostile_kinds import ACTS, Kind, both, document, part, view
from _hostile_world import World, digest, piece, text
from _proxy import Exchange
from tests import people
from tests.people import AMINA, BRUNO, CHINUA, DORA

from comity_client import requests
from comity_seal import canonical, dsse, header
from comity_seal.approval import Approved
from comity_seal.envelope import parse_envelope
from comity_seal.opening import age
from comity_seal.opening.identities import HybridRecipient
from comity_seal.opening.sealing import Label, Matter, Place, approve, seal_document
from comity_seal.opening.stream import seal_payload

PIECES = ("envelope", "header", "manifest_age")


def moved(name: str, purpose: str, *pieces: str, place: int = 0):
    """These pieces of another document in the place of one's own."""

    def change(world: World, given: dict[str, Any]) -> None:
        other = world.handed(world.doc(name, purpose, place))
        given |= {one: other[one] for one in pieces}

    return change


def old(name: str):
    """The version before, whole."""

    def change(world: World, given: dict[str, Any]) -> None:
        given |= {one: world.documents[f"old {name}"][one] for one in (*PIECES, "ver") if one in given}

    return change


def old_payload(name: str):
    return lambda world, _exchange: world.old_payloads[name]


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
            readers=[people.verified("XA"), people.verified("YB")],
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
    key = age.open_header(header.parse(piece(given, "header")), [people.opener(CHINUA)._epochs[1].identity])
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


def shown(**changes: Any):
    return lambda _world, value: value.update(changes)


def measures(_world: World, value: dict[str, Any]) -> None:
    value["measures"][0]["act"] = "search"


def without_annex(_world: World, value: dict[str, Any]) -> None:
    value["documents"].remove(requests.documents(value, "annex")[0])


def without_file(_world: World, value: dict[str, Any]) -> None:
    value["documents"].remove(min(requests.documents(value, "answer"), key=lambda one: one["payload_bytes"]))


def with_annex(world: World, value: dict[str, Any]) -> None:
    value["documents"] += requests.documents(world.requests["other"], "annex")[:1]


def of_another(world: World, value: dict[str, Any]) -> dict[str, Any]:
    """Another request under this one's reference."""
    return world.requests["other"] | {"reference": value["reference"]}


def approved(world: World, value: dict[str, Any]) -> None:
    """Shown as approved, with what was signed for another request."""
    other = world.requests["approved"]
    value |= {"stage": "approved", "approval": other["approval"], "approved_by": other["approved_by"]}
    value["options"] = other["options"]


def approved_before(world: World, value: dict[str, Any]) -> None:
    """Shown as approved, with an approval of the version before."""
    first = parse_envelope(piece(world.documents["old unapproved"], "envelope"))
    named = [Approved(one["doc"], one["ver"], one["envelope_sha256"]) for one in requests.documents(value, "annex")]
    named.append(Approved(first.doc, 1, first.sha256))
    signed = approve(
        people.author(BRUNO), request=value["id"], cover_sha256=digest(canonical.dumps(requests.cover_of(value))),
        documents=named, created="2026-11-23T20:00:00Z",
    )  # fmt: skip
    value |= {"stage": "approved", "approval": text(signed), "options": world.requests["approved"]["options"]}


def other_envelope(world: World, value: dict[str, Any]) -> None:
    """The hash of another version than the one that is handed out."""
    first = parse_envelope(piece(world.documents["old draft"], "envelope"))
    for one in requests.documents(value, "request"):
        one |= {"ver": 1, "envelope_sha256": first.sha256}


def messages(change):
    """What the platform shows of the messages about a request."""

    def meddle(world: World, exchange: Exchange) -> bool:
        if exchange.method != "GET" or exchange.resource != f"/requests/{world.requests['sent']['id']}/messages":
            return False
        value = exchange.json
        change(world, value["items"][0])
        exchange.json = value
        return True

    return meddle


def by_bruno(_world: World, message: dict[str, Any]) -> None:
    message["sender"]["id"] = BRUNO.id


def bare(_world: World, message: dict[str, Any]) -> None:
    message["attachments"] = []


def message_of_other(world: World, message: dict[str, Any]) -> None:
    other = world.requests["other"]["id"]
    message["id"] = world.me(AMINA).http.get(f"/requests/{other}/messages", after=0)["items"][0]["id"]


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

    changed = "another cover than the one that was sealed"
    yield Kind("date in the cover moved", opening, view("sent", shown(requested_on="2031-03-01")), changed)
    yield Kind("measure in the cover changed", opening, view("sent", measures), changed)
    yield Kind(
        "cover changed before it is acknowledged", ACTS["acknowledge"], view("sent", shown(requested_on=None)), changed
    )
    yield Kind("cover changed before it is approved", ACTS["approve"], view("draft", shown(requested_on=None)), changed)
    listed = "annexes that the platform shows are not those"
    yield Kind("annex left out", opening, view("sent", without_annex), listed)
    yield Kind("annex of another request slipped in", opening, view("sent", with_annex), listed)
    yield Kind("annex left out before it is acknowledged", ACTS["acknowledge"], view("sent", without_annex), listed)
    files = "files of the answer that the platform shows are not those"
    yield Kind("file of an answer left out", ACTS["open the answer"], view("answered", without_file), files)
    yield Kind("another request under this reference", opening, view("sent", of_another), changed)

    yield Kind("message shown as somebody else's", ACTS["read"], messages(by_bruno), "somebody else signed it")
    yield Kind("attachment left out", ACTS["read"], messages(bare), "its attachments are not those")
    yield Kind("message of another request", ACTS["read"], messages(message_of_other), "this is another document")

    rolled_back = both(document("draft", "request", old("draft")), part("draft", "request", 0, old_payload("draft")))
    yield Kind("older version before it is approved", ACTS["approve"], rolled_back, named)
    yield Kind(
        "approval asked for another version than the one shown", ACTS["approve"], view("draft", other_envelope), named
    )
    yield Kind(
        "approval of another request replayed", ACTS["transmit unapproved"], view("unapproved", approved), "approv"
    )
    yield Kind(
        "approval of an older version replayed",
        ACTS["transmit unapproved"],
        view("unapproved", approved_before),
        "approv",
    )
    to_yb = shown(requested="YB")
    yield Kind(
        "swapped recipient at transmission", ACTS["transmit"], view("approved", to_yb), changed, browser="transmit"
    )
    yield Kind(
        "swapped recipient of a question", ACTS["ask"], view("asking", shown(requesting="YB")), changed, browser="ask"
    )
    yield Kind("swapped recipient of a message", ACTS["send"], view("working", shown(requesting="YB")), changed)
    yield Kind("swapped recipient of an answer", ACTS["answer"], view("working", shown(requesting="YB")), changed)
