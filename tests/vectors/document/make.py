"""Write `relied.json`, `handled.json` and `translated.json` beside this file: manifests and envelopes with the state of
the log that their sender relied on, with handling limits, and with what they are translations of.

    ./dev python tests/vectors/document/make.py

Every run gives the same file.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

from comity_seal import canonical
from comity_seal.encoding import b64
from comity_seal.sizes import payload_length
from comity_seal.tree import PART

SOURCE = "docs/sealing.md, section 5; made by tests/vectors/document/make.py"
DOC, THREAD, USER = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
HASH = {name: f"{n:x}" * 64 for n, name in enumerate(("keyset", "recipient", "header", "tree", "age", "plain", "root"))}
NAMED = {
    "v": 1,
    "doc": DOC,
    "ver": 1,
    "from": {"authority": "OTP", "user": USER, "keyset": HASH["keyset"]},
    "to": [{"authority": code, "epoch": 1, "recipient_sha256": HASH["recipient"]} for code in ("OTP", "XA")],
    "created": "2026-11-23T20:00:00Z",
}
ENVELOPE = {
    **NAMED,
    "thread": THREAD,
    "purpose": "annex",
    "header_sha256": HASH["header"],
    "payload_bytes": payload_length(7),
    "payload_tree": HASH["tree"],
    "manifest_age_sha256": HASH["age"],
    "manifest_commitment": HASH["plain"],
    "prev_envelope": None,
}
MANIFEST = {
    **NAMED,
    "prev": None,
    "matter": {"ref": "OTP/XA/2026/007", "thread": THREAD, "purpose": "annex"},
    "name": "Annex 3.pdf",
    "media": "application/pdf",
    "lang": "en",
    "class": "confidential",
    "size": 7,
    "container": "raw",
    "plain_sha256": HASH["plain"],
    "cipher": {
        "header_sha256": HASH["header"],
        "payload_bytes": payload_length(7),
        "payload_tree": HASH["tree"],
        "part": PART,
    },
    "nonce": b64(bytes(32)),
}
RIGHT = {"origin": "court.example/api/v1/log", "size": 4711, "root": HASH["root"]}
GOOD = {
    "before the log has begun": None,
    "a state": RIGHT,
    "the first line": {**RIGHT, "size": 1},
    "the largest log": {**RIGHT, "size": 2**53 - 1},
}
BAD: dict[str, Any] = {
    "an empty log": {**RIGHT, "size": 0},
    "a size as text": {**RIGHT, "size": "4711"},
    "a root in capitals": {**RIGHT, "root": "A" * 64},
    "a root that is short": {**RIGHT, "root": "6" * 62},
    "no root": {"origin": RIGHT["origin"], "size": 1},
    "a field too many": {**RIGHT, "at": "2026-11-23T20:00:00Z"},
    "no origin": {**RIGHT, "origin": ""},
    "an origin with white space": {**RIGHT, "origin": "court.example log"},
    "an origin with a plus": {**RIGHT, "origin": "court.example+log"},
    "a long origin": {**RIGHT, "origin": "c" * 201},
    "text": "4711",
    "nothing of it": {},
    "a list": [RIGHT],
    "false": False,
}


LIMITS: dict[str, Any] = {
    "one limit": ["lead_only"],
    "several limits": ["lead_only", "originator_consent", "protected_person"],
    "a long code": ["a" * 40],
}
NO_LIMITS: dict[str, Any] = {
    "an empty list of limits": [],
    "limits out of order": ["protected_person", "lead_only"],
    "a limit twice": ["lead_only", "lead_only"],
    "a limit in capitals": ["LEAD_ONLY"],
    "a limit of one letter": ["a"],
    "a limit that is too long": ["a" * 41],
    "a limit with a number": ["lead_1"],
    "a limit that is a number": [72],
    "too many limits": sorted(f"{chr(97 + n)}_limit" for n in range(17)),
    "limits as text": "lead_only",
    "limits as null": None,
}


def texts(state: Any) -> dict[str, str]:
    both = {"envelope": ENVELOPE, "manifest": MANIFEST}
    return {name: canonical.dumps({**one, "dir": state}).decode() for name, one in both.items()}


def limited(handling: Any) -> dict[str, str]:
    both = {"envelope": ENVELOPE, "manifest": MANIFEST}
    return {name: canonical.dumps({**one, "dir": None, "handling": handling}).decode() for name, one in both.items()}


OF = "00000000-0000-4000-8000-0000000000aa"
TRANSLATIONS: dict[str, Any] = {
    "a working translation": {"of": OF, "from": "en", "certified": False},
    "a certified translation": {"of": OF, "from": "fr", "certified": True},
    "a language with a region": {"of": OF, "from": "pt-BR", "certified": False},
}
NO_TRANSLATIONS: dict[str, Any] = {
    "no document": {"from": "en", "certified": False},
    "a document by its name": {"of": "request", "from": "en", "certified": False},
    "no language": {"of": OF, "from": "", "certified": False},
    "a language in words": {"of": OF, "from": "English language", "certified": False},
    "a language in capitals": {"of": OF, "from": "EN", "certified": False},
    "certified as text": {"of": OF, "from": "en", "certified": "yes"},
    "certified as a number": {"of": OF, "from": "en", "certified": 1},
    "a field too many": {"of": OF, "from": "en", "certified": False, "to": "fr"},
    "null": None,
    "a list": [OF],
}


def write(name: str, vectors: list[dict[str, Any]]) -> None:
    held = {"source": SOURCE, "vectors": vectors}
    Path(__file__).with_name(name).write_text(json.dumps(held, indent=0) + "\n", encoding="ascii")


def main() -> None:
    write("relied.json", relied())
    write("handled.json", handled())
    write("translated.json", translated())


def handled() -> list[dict[str, Any]]:
    right = texts(None)
    vectors: list[dict[str, Any]] = [{"name": "no limits", "check": "handled", **right, "gives": [[], []]}]
    vectors += [{"name": name, "check": "handled", **limited(one), "gives": [one, one]} for name, one in LIMITS.items()]
    for name, one in NO_LIMITS.items():
        for place, text in limited(one).items():
            wrong = {"check": "handled", **right, place: text, "error": "FormatError"}
            vectors.append({"name": f"{name}, in the {place}", **wrong})
    return vectors


def translated() -> list[dict[str, Any]]:
    """The field stands in manifests alone."""
    right = texts(None)

    def said(place: str, what: Any) -> dict[str, str]:
        whole = {"envelope": ENVELOPE, "manifest": MANIFEST}[place]
        return {**right, place: canonical.dumps({**whole, "dir": None, "translation": what}).decode()}

    vectors: list[dict[str, Any]] = [{"name": "no translation", "check": "translated", **right, "gives": None}]
    vectors += [
        {"name": name, "check": "translated", **said("manifest", one), "gives": one}
        for name, one in TRANSLATIONS.items()
    ]
    wrong = {f"{name}, as a translation": said("manifest", one) for name, one in NO_TRANSLATIONS.items()}
    wrong["a translation, in the envelope"] = said("envelope", TRANSLATIONS["a working translation"])
    return vectors + [
        {"name": name, "check": "translated", **one, "error": "FormatError"} for name, one in wrong.items()
    ]


def relied() -> list[dict[str, Any]]:
    right = texts(None)
    vectors = [{"name": name, "check": "relied", **texts(one), "gives": [one, one]} for name, one in GOOD.items()]
    for name, one in BAD.items():
        for place, text in texts(one).items():
            wrong = {"check": "relied", **right, place: text, "error": "FormatError"}
            vectors.append({"name": f"{name}, in the {place}", **wrong})
    return vectors


if __name__ == "__main__":
    main()
