"""Handling limits and consents, as far as this machine takes part: signed limits, and consents that are opened here.

What counts is what was signed: limits that the platform shows otherwise are noticed, and nothing is taken away on the
platform's word that somebody has consented.  (docs/sealing.md, section 7)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from comity_client.errors import ClientError, NotVerified, PartlyDone
from comity_client.requests import both, cover_of, matter, message_of, received
from comity_client.transfer import Deposited, Now, Received, deposit_bytes
from comity_client.unlocked import Unlocked
from comity_seal import canonical
from comity_seal.opening.sealing import Label

USE = Label("use.json", "application/vnd.comity.use.v1+json")
CONSENT = Label("consent.json", "application/vnd.comity.consent.v1+json")
EVERYTHING = frozenset({"export", "share"})


class Catalogue:
    """What limits block and uses free, as the platform's policy says."""

    def __init__(self, me: Unlocked) -> None:
        said = me.http.get("/handling")
        self.limits = {one["limit"]: one for one in said["limits"]}
        self.uses = {one["use"]: one for one in said["uses"]}

    def blocks(self, handling: Sequence[str]) -> set[str]:
        """The acts that limits block together; one that nobody knows blocks everything."""
        return {act for one in handling for act in self.limits.get(one, {"blocks": EVERYTHING})["blocks"]}

    def permits(self, use: str, extent: str) -> set[str]:
        """The acts that a consent frees."""
        if extent == "whole":
            return set(EVERYTHING)
        return set(self.uses.get(use, {"permits": []})["permits"]) if extent == "use" else set()


def find(request: dict[str, Any], n: int) -> dict[str, Any]:
    """The consent of that number.  Raises ClientError."""
    for one in request["consents"]:
        if one["n"] == n:
            found: dict[str, Any] = one
            return found
    raise ClientError(f"{request['reference']} has no consent {n}: `comity consent list` shows those that it has.")


def document(request: dict[str, Any], shown: Sequence[dict[str, Any]], doc: str) -> dict[str, Any]:
    """One of a request's documents, by its identifier or the beginning of it.  Raises ClientError."""
    found = [one for one in shown if one["doc"].startswith(doc.lower())]
    if len(found) != 1:
        raise ClientError(f"{request['reference']} has no one document {doc}: `comity request view` shows them.")
    return found[0]


def ask(
    me: Unlocked, request: dict[str, Any], doc: str, use: str, text: str, *, now: Now | None = None
) -> dict[str, Any]:
    """Seal why a use is wanted, and ask for consent to it."""
    sealed = _seal(me, request, "use", USE, {"document": doc, "use": use, "text": text}, now)
    body = {"document": doc, "use": use, "reason": sealed.doc}
    asked: dict[str, Any] = me.http.post(f"/requests/{request['id']}/consents", body)
    return asked


def decide(
    me: Unlocked, request: dict[str, Any], n: int, extent: str, text: str, *, now: Now | None = None
) -> dict[str, Any]:
    """Seal what one says to a use that was asked for: `none`, `use`, `whole`; or `withdrawn`, for the future."""
    shown = find(request, n)
    fields = {"consent": n, "document": shown["document"], "use": shown["use"], "extent": extent, "text": text}
    sealed = _seal(me, request, "consent", CONSENT, fields, now)
    at = f"/requests/{request['id']}/consents/{n}"
    if extent == "withdrawn":
        given: dict[str, Any] = me.http.post(f"{at}/withdrawal", {"words": sealed.doc})
    else:
        given = me.http.post(f"{at}/decision", {"extent": extent, "words": sealed.doc})
    return given


def _seal(
    me: Unlocked, request: dict[str, Any], purpose: str, label: Label, fields: dict[str, Any], now: Now | None
) -> Deposited:
    content = canonical.dumps({"v": 1, "cover": cover_of(request), **fields})
    return deposit_bytes(me, content, matter=matter(request, purpose), readers=both(request), label=label, now=now)


def read_reason(me: Unlocked, request: dict[str, Any], shown: dict[str, Any]) -> tuple[Received, str]:
    """Why a use is asked for, opened and compared with what the platform shows.  Raises NotVerified."""
    found, content = _opened(me, request, shown, "reason", "use")
    if (content.get("document"), content.get("use")) != (shown["document"], shown["use"]):
        raise NotVerified("The platform says something else of this consent than what was signed.")
    if found.manifest.sender.authority != shown["asked_for"]:
        raise NotVerified("Somebody else has asked for this consent than the platform says.")
    return found, str(content["text"])


def read_decision(
    me: Unlocked, request: dict[str, Any], shown: dict[str, Any], originator: str
) -> tuple[Received, str, str] | None:
    """What the sender of the document said last, its extent and its words; None while nothing was said.

    Raises NotVerified where something else was signed, or by somebody else than who sent the document.
    """
    if shown["decision"] is None:
        return None
    withdrawn = shown["withdrawal"] is not None
    found, content = _opened(me, request, shown, "withdrawal" if withdrawn else "decision", "consent")
    extent = "withdrawn" if withdrawn else shown["extent"]
    said = {"consent": shown["n"], "document": shown["document"], "use": shown["use"], "extent": extent}
    if {name: content.get(name) for name in said} != said or found.manifest.sender.authority != originator:
        raise NotVerified("The platform says something else of this consent than what was signed.")
    return found, extent, str(content["text"])


def _opened(
    me: Unlocked, request: dict[str, Any], shown: dict[str, Any], field: str, purpose: str
) -> tuple[Received, dict[str, Any]]:
    paper = next((one for one in request["documents"] if one["doc"] == shown[field]), None)
    if paper is None or paper["purpose"] != purpose:
        raise NotVerified("The words of a consent that the platform names are not here.")
    found = received(me, request, paper)
    return found, message_of(me, request, found)


def held_back(me: Unlocked, request: dict[str, Any], paper: Received, catalogue: Catalogue | None = None) -> list[str]:
    """The limits that keep one from taking a received document away; none for one's own, or once consent was read.

    Raises NotVerified.
    """
    handling, originator = list(paper.manifest.handling), paper.manifest.sender.authority
    if not handling or originator == me.code:
        return []
    catalogue = catalogue or Catalogue(me)
    freed: set[str] = set()
    for shown in request["consents"]:
        if shown["document"] == paper.manifest.doc:
            said = read_decision(me, request, shown, originator)
            freed |= catalogue.permits(shown["use"], said[1]) if said else set()
    return handling if "export" in catalogue.blocks(handling) - freed else []


def take(me: Unlocked, request: dict[str, Any], paper: Received, catalogue: Catalogue | None) -> list[str]:
    """`held_back`; where nothing is, the platform is asked as well, and notes that a document with limits was taken."""
    limits = held_back(me, request, paper, catalogue)
    if paper.manifest.handling and not limits and not me.http.at_hand:
        me.http.get(f"/documents/{paper.manifest.doc}", keep="true")
    return limits


def refuse_held(request: dict[str, Any], held: Sequence[tuple[Received, list[str]]]) -> None:
    """Raises PartlyDone, naming what was left out and how consent is asked for."""
    if not held:
        return
    lines = [f"{one.manifest.name} ({', '.join(limits)})" for one, limits in held]
    who = " and ".join(sorted({one.manifest.sender.authority for one, _limits in held}))
    raise PartlyDone(
        f"Left out, for it may be read and not taken away: {'; '.join(lines)}. `comity request read` shows it here; "
        f"ask {who} with `comity consent ask {request['reference']} {held[0][0].manifest.doc[:8]}`."
    )
