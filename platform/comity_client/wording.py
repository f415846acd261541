"""Requests in words, for a terminal."""

from __future__ import annotations

from typing import Any

from comity_client.http import Http
from comity_client.terminal import table


class Catalogue:
    """The names of kinds, of the lines of their checklists, and of measures."""

    def __init__(self, http: Http) -> None:
        catalogue = http.get("/measures")
        letters = catalogue["letters"]
        self._kinds = {one["kind"]: one for one in catalogue["kinds"]}
        self._letters = {one["letter"]: one["names"]["en"] for one in letters}
        self._bases = {one["code"]: one["names"]["en"] for one in catalogue["bases"]}
        self._acts = {(one["letter"], act["act"]): act["names"]["en"] for one in letters for act in one["acts"]}
        self._own = {(one["kind"], act["act"]): act for one in catalogue["kinds"] for act in one["acts"]}

    def kind(self, word: str) -> str:
        """The name of a kind of request."""
        found = self._kinds.get(word)
        return str(found["names"]["en"]) if found else word

    def free(self, word: str) -> bool:
        """Whether whoever is asked may decline in the answer, without a consultation."""
        return bool(self._kinds.get(word, {}).get("free"))

    def needs_consent(self, one: dict[str, Any], kind: str) -> bool:
        """Whether a measure is handed over only with the consent of whoever gave it to the Court."""
        return one["letter"] is None and bool(self._own.get((kind, one["act"]), {}).get("consent"))

    def basis(self, code: str) -> str:
        """On what somebody is asked who is not bound by Part 9."""
        return str(self._bases.get(code, code))

    def lines(self, word: str) -> dict[str, str]:
        """The lines of a kind's checklist by their letter."""
        found = self._kinds.get(word)
        return {one["line"]: one["names"]["en"] for one in found["checklist"]["lines"]} if found else {}

    def measure(self, one: dict[str, Any], kind: str) -> str:
        """A measure by its letter and act: (k) freeze; an act of a kind that has its own; or the kind itself."""
        letter, act = one["letter"], one["act"]
        if letter is None:
            own = self._own.get((kind, act))
            return str(own["names"]["en"]) if own else self.kind(kind)
        said = self._acts.get((letter, act)) if act else self._letters.get(letter)
        return f"({letter}) {said or act or ''}".rstrip()


def stage(request: dict[str, Any]) -> str:
    """The stage, and that its date stands still."""
    return f"{request['stage']}{', paused' if request['paused'] else ''}"


MOMENTS = ("transmitted", "opened", "acknowledged", "answered", "withdrawn")


def line(request: dict[str, Any], words: Catalogue) -> list[str]:
    """A row of the list."""
    asked = [one for one in request["measures"] if not one.get("taken_back")]
    measures = "; ".join(words.measure(one, request["kind"]) for one in asked)
    new = f"{request['unread']} new" if request["unread"] else ""
    return [request["reference"], stage(request), request["due_on"] or request["requested_on"] or "", new, measures]


def _way(request: dict[str, Any]) -> list[tuple[str, str]]:
    """By what it has travelled, and its urgency; a bundle of before says neither."""
    found = []
    if request.get("travelled_by"):
        found.append(("travelled by", f"{request['travelled_by']}, received on {request['received_on']}"))
    if request.get("urgent_by"):
        found.append(("urgent, by", request["urgent_by"]))
    if request.get("confirmed_on"):
        found.append(("confirmed", f"on {request['confirmed_on']} ({request['confirmed_through']})"))
    return found


def _disposal(request: dict[str, Any]) -> list[tuple[str, str]]:
    """What became of the documents of a withdrawn request, where that was asked."""
    one = request.get("withdrawal")
    if not one or not one["asked"]:
        return []
    why = f" ({one['kept_for']})" if one["kept_for"] else ""
    return [("documents", f"{one['fate']}{why}" if one["fate"] else "asked what became of them, not said yet")]


def _consent(one: dict[str, Any]) -> str:
    return f"consent {one['consent'].replace('_', ' ')}" if one.get("consent") else ""


def _later(request: dict[str, Any]) -> list[tuple[str, str]]:
    """How much came later of which no receipt was acknowledged."""
    count = request.get("unacknowledged")
    return [("not acknowledged", f"{count} that came later")] if count else []


def _form(one: dict[str, Any]) -> str:
    """With which form a measure came or went."""
    if one.get("taken_back"):
        return f"taken back with form {one['taken_back']}"
    return f"added with form {one['form']}" if one.get("form", 1) > 1 else ""


def describe(request: dict[str, Any], words: Catalogue) -> str:
    """The whole cover."""
    facts = [
        ("reference", request["reference"]),
        ("kind", words.kind(request["kind"])),
        ("from, to", f"{request['requesting']} to {request['requested']}"),
        *([("situation", "the State of the situation")] if request["situation"] else []),
        *([("basis", words.basis(request["basis"]))] if request["basis"] else []),
        ("stage", stage(request)),
        *([("form", f"{request['form']}, in force")] if request.get("form", 1) > 1 else []),
        ("requested date", request["requested_on"] or "none"),
        *((f"date: {one['rule']}", f"{one['due_on']} ({one['state']})") for one in request["deadlines"]),
        *((name, str(request[f"{name}_at"])) for name in MOMENTS if request.get(f"{name}_at")),
        *_later(request),
        *_disposal(request),
        *_way(request),
        *((one["relation"].replace("_", " "), one["reference"]) for one in request.get("links", [])),
        ("messages", f"{request['unread'] or 'none'} that you have not read"),
        ("you may", ", ".join(one.partition(".")[2] for one in request["options"]) or "read it"),
    ]  # fmt: skip
    width = max(len(name) for name, _ in facts)
    parts = ["\n".join(f"{name:<{width}}  {said}" for name, said in facts)]
    rows = [
        [
            str(one["n"]),
            words.measure(one, request["kind"]),
            one["status"],
            one["ground"] or _consent(one) or _form(one),
        ]
        for one in request["measures"]
    ]
    parts.append(table(["", "measure", "outcome", "ground or consent"], rows))
    papers = [
        [one["doc"], one["purpose"], f"{one['payload_bytes']:,}", one["created_at"]] for one in request["documents"]
    ]
    if papers:
        parts.append(table(["sealed document", "for", "bytes", "since"], papers))
    return "\n\n".join(parts)
