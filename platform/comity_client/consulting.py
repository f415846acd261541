"""Consultations on what stands in the way of a measure, and parts before the answer: sealed and compared here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from comity_client.errors import ClientError, NotVerified
from comity_client.requests import act, both, cover_of, matter, message_of, received
from comity_client.transfer import Deposited, Now, Received, deposit_bytes
from comity_client.unlocked import Unlocked
from comity_seal import canonical
from comity_seal.opening.sealing import Label

CONSULTATION = Label("consultation.json", "application/vnd.comity.consultation.v1+json")
MEETING = Label("meeting.json", "application/vnd.comity.meeting.v1+json")
SETTLEMENT = Label("settlement.json", "application/vnd.comity.settlement.v1+json")

ENDING = ("consultation", "ground", "measures", "outcome", "status", "until", "alone", "proposal")
"""What is signed of how a consultation ends, beside its text."""


def _seal(
    me: Unlocked, request: dict[str, Any], purpose: str, label: Label, fields: dict[str, Any], now: Now | None
) -> Deposited:
    content = canonical.dumps({"v": 1, "cover": cover_of(request), **fields})
    return deposit_bytes(me, content, matter=matter(request, purpose), readers=both(request), label=label, now=now)


def find(request: dict[str, Any], n: int) -> dict[str, Any]:
    """The consultation of that number.  Raises ClientError."""
    for one in request["consultations"]:
        if one["n"] == n:
            found: dict[str, Any] = one
            return found
    raise ClientError(f"{request['reference']} has no consultation {n}: `comity request view` shows those that it has.")


def consult(
    me: Unlocked,
    request: dict[str, Any],
    ground: str,
    measures: Sequence[int],
    lines: dict[str, str],
    *,
    now: Now | None = None,
) -> dict[str, Any]:
    """Open a consultation; `lines` are what its ground asks for."""
    what = {"ground": ground, "measures": sorted(measures)}
    asked = [{"ask": ask, "text": text} for ask, text in lines.items()]
    sealed = _seal(me, request, "consultation", CONSULTATION, {**what, "lines": asked}, now)
    return act(me, request, "consult", **what, document=sealed.doc)


def meet(
    me: Unlocked, request: dict[str, Any], n: int, held_on: str, text: str, *, now: Now | None = None
) -> dict[str, Any]:
    """Record a meeting with a sealed note."""
    fields = {"consultation": n, "held_on": held_on, "text": text}
    sealed = _seal(me, request, "meeting", MEETING, fields, now)
    return act(me, request, "meet", consultation=n, held_on=held_on, document=sealed.doc)


def _ending(shown: dict[str, Any], ending: dict[str, Any], until: str | None, proposal: Any) -> dict[str, Any]:
    return {
        "consultation": shown["n"],
        "ground": shown["ground"],
        "measures": shown["measures"],
        "outcome": ending["outcome"],
        "status": ending["status"],
        "until": until,
        "alone": ending["alone"],
        "proposal": proposal,
    }


def propose(
    me: Unlocked,
    request: dict[str, Any],
    n: int,
    ending: dict[str, Any],
    until: str | None,
    text: str,
    *,
    now: Now | None = None,
) -> dict[str, Any]:
    """Say how a consultation ends, with an outcome of the catalogue; a denial carries its reasons."""
    shown = find(request, n)
    fields = {**_ending(shown, ending, until, None), "text": text}
    if ending["denial"]:
        sealed = _seal(me, request, "denial", SETTLEMENT, fields, now)
        return act(me, request, "deny", consultation=n, document=sealed.doc)
    sealed = _seal(me, request, "proposal", SETTLEMENT, fields, now)
    body = {"consultation": n, "outcome": ending["outcome"], "until": until, "document": sealed.doc}
    return act(me, request, "propose", **body)


def read_proposal(me: Unlocked, request: dict[str, Any], n: int) -> tuple[Received, dict[str, Any]]:
    """What the other party proposes, opened and compared with what the platform says.  Raises NotVerified."""
    shown = find(request, n)
    if shown["proposal"] is None or shown["settled_at"] is not None:
        raise ClientError(f"In consultation {n} of {request['reference']} nothing waits for your agreement.")
    paper = next((one for one in request["documents"] if one["doc"] == shown["proposal"]), None)
    if paper is None or paper["purpose"] != "proposal":
        raise NotVerified("The proposal that the platform names is not here.")
    found = received(me, request, paper)
    content = message_of(me, request, found)
    check_ending(shown, content)
    if found.manifest.sender.authority == me.code:
        raise ClientError("Your own side has proposed this: it counts once the other party agrees.")
    return found, content


def check_ending(shown: dict[str, Any], content: dict[str, Any]) -> None:
    """Raises NotVerified where something else was signed than the platform says of a consultation."""
    said = {"consultation": shown["n"], **{name: shown[name] for name in ("ground", "measures", "outcome", "until")}}
    if {name: content.get(name) for name in said} != said:
        raise NotVerified("The platform says something else of this consultation than what was signed.")


def agree(
    me: Unlocked,
    request: dict[str, Any],
    n: int,
    proposal: tuple[Received, dict[str, Any]],
    text: str,
    *,
    now: Now | None = None,
) -> dict[str, Any]:
    """Agree to a proposal that was read."""
    paper, content = proposal
    named = {"doc": paper.manifest.doc, "plain_sha256": paper.manifest.plain_sha256}
    fields = {**{name: content[name] for name in ENDING}, "proposal": named, "text": text}
    sealed = _seal(me, request, "agreement", SETTLEMENT, fields, now)
    return act(me, request, "agree", consultation=n, proposal=named["doc"], document=sealed.doc)


def said_of(purpose: str, content: dict[str, Any]) -> dict[int, tuple[str, str | None]]:
    """What a signed text makes of measures: outcome and ground, by their number."""
    if purpose in ("answer", "part"):
        return {one["n"]: (one["outcome"], one["ground"]) for one in content["measures"]}
    if purpose in ("agreement", "denial") or (purpose == "proposal" and content["alone"]):
        goes_on = content["status"] == "in_progress"
        return dict.fromkeys(content["measures"], (content["status"], None if goes_on else content["ground"]))
    return {}


def check_outcomes(request: dict[str, Any], texts: Iterable[tuple[Received, dict[str, Any]]]) -> None:
    """Raises NotVerified unless the platform shows of each measure what was signed of it last, by its own order."""
    at = {one["doc"]: one["released_at"] or "" for one in request["documents"]}
    said: dict[int, tuple[str, str | None]] = {}
    for one, content in sorted(texts, key=lambda pair: at.get(pair[0].manifest.doc, "")):
        said.update(said_of(one.manifest.purpose, content))
    said.update({one["n"]: ("withdrawn", None) for one in request["measures"] if one.get("taken_back")})
    shown = {one["n"]: (one["status"], one["ground"]) for one in request["measures"]}
    if {n: said.get(n, ("pending", None)) for n in shown} != shown:
        raise NotVerified("The outcomes that the platform shows are not those that were signed.")


def words_of(content: dict[str, Any]) -> str:
    """The text of a message, an answer or a step of a consultation."""
    if "lines" in content:
        return "\n\n".join(f"{one['ask']}: {one['text']}" for one in content["lines"])
    consents = [
        f"{one['n']}. Consent {one['consent'].replace('_', ' ')}: {one['text']}" for one in content.get("consents", [])
    ]
    return "\n".join([str(content["text"]), *reasons_of(content), *consents])


def reasons_of(content: dict[str, Any]) -> list[str]:
    """What an answer says of single measures: details, and why one is declined."""
    return [
        f"{one['n']}. {one['text']}" for one in content.get("measures", []) if isinstance(one, dict) and one["text"]
    ]
