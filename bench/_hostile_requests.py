"""Kinds about what the platform shows around the seals: covers, lists, messages, approvals, and to whom one seals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from _hostile_documents import PIECES
from _hostile_kinds import ACTS, Kind, both, document, html, part, view
from _hostile_world import World, digest, piece, text
from _proxy import Exchange
from tests import people
from tests.people import AMINA, BRUNO

from comity_client import requests
from comity_seal import canonical
from comity_seal.approval import Approved
from comity_seal.envelope import parse_envelope
from comity_seal.opening.sealing import approve


def old(name: str):
    """The version before, whole."""

    def change(world: World, given: dict[str, Any]) -> None:
        given |= {one: world.documents[f"old {name}"][one] for one in (*PIECES, "ver") if one in given}

    return change


def old_payload(name: str):
    return lambda world, _exchange: world.old_payloads[name]


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


def unlimited(_world: World, value: dict[str, Any]) -> None:
    """The documents of an answer without the limits that were signed with them."""
    for one in requests.documents(value, "answer"):
        one |= {"handling": [], "blocked": []}


def others_limits(_world: World, value: dict[str, Any]) -> None:
    """The documents of an answer with another limit than the one that was signed with them."""
    for one in (one for one in value["documents"] if one["handling"]):
        one["handling"] = ["protected_person"]


def limited(_world: World, value: dict[str, Any]) -> None:
    """A limit that nobody has signed, on the text of the request."""
    for one in requests.documents(value, "request"):
        one["handling"] = ["protected_person"]


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
    opening, named = ACTS["open"], "is not authentic: "
    changed = "another cover than the one that was sealed"
    moved_date = both(view("sent", shown(requested_on="2031-03-01")), html("sent", "2030-03-01", "2031-03-01"))
    yield Kind("date in the cover moved", opening, moved_date, changed, browser="open")
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
    limits = "other handling limits than its sender has signed"
    answer = ACTS["open the answer"]
    unlimited_page = both(view("answered", unlimited), html("answered", 'data-limits="lead_only"', 'data-limits=""'))
    yield Kind("handling limit left out", answer, unlimited_page, limits, page_shows=True, browser=answer.name)
    others = both(
        view("answered", others_limits), html("answered", 'data-limits="lead_only"', 'data-limits="protected_person"')
    )
    yield Kind("another handling limit than was signed", answer, others, limits, page_shows=True, browser=answer.name)
    yield Kind("handling limit that nobody signed", opening, view("sent", limited), limits)
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
    changed = changed + "|signed it, which does not send it"
    there = both(view("approved", to_yb), html("approved", 'data-requested="XA"', 'data-requested="YB"'))
    yield Kind("swapped recipient at transmission", ACTS["transmit"], there, changed, browser="transmit")
    from_yb = shown(requesting="YB")
    back = both(view("asking", from_yb), html("asking", 'data-requesting="OTP"', 'data-requesting="YB"'))
    yield Kind("swapped recipient of a question", ACTS["ask"], back, changed, browser="ask")
    yield Kind("swapped recipient of a message", ACTS["send"], view("working", from_yb), changed)
    yield Kind("swapped recipient of a grant", ACTS["grant"], view("working", from_yb), changed)
    yield Kind("swapped recipient of an answer", ACTS["answer"], view("working", from_yb), changed)
