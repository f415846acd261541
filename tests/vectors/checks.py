"""Published vectors, read from the folders here, and what each kind of them asks of the Python library.

A family is a folder.  A JSON file in it names its `source` and lists `vectors`, each with a `name` and the `check` that
it is for: a function of that name in CHECKS here, and in `checks.ts` for the browser.  A new file of a known check
needs nothing else.
"""

from __future__ import annotations

import base64
import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from tests.vectors import log_checks

from comity_seal import armor, authority, canonical, dsse, errors
from comity_seal.authority import Pin, VerifiedAuthority, verify_chain
from comity_seal.envelope import parse_envelope
from comity_seal.grant import follow
from comity_seal.opening import age, recovery
from comity_seal.opening.identities import Passphrase, identity_from_text
from comity_seal.opening.keyset import KeySet
from comity_seal.opening.wraps import open_epochs
from comity_seal.publickeys import recipient_sha256
from comity_seal.root import Root

FOLDER = Path(__file__).parent
AGE_FAILURES = {
    "success": ("",),
    "no match": ("NoMatch",),
    "HMAC failure": ("HmacError",),
    "header failure": ("HeaderError", "WorkFactor"),
    "payload failure": ("PayloadError",),
    "armor failure": ("ArmorError",),
}


@dataclass(frozen=True)
class Vector:
    """One vector; `given` is all that stands in it."""

    family: str
    name: str
    check: str
    given: dict[str, Any] = field(hash=False)

    def __str__(self) -> str:
        return f"{self.family}: {self.name}"


def unb64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def age_vector(path: Path) -> Vector:
    """A file of the age test kit: fields, an empty line, the file itself."""
    head, _, body = path.read_bytes().partition(b"\n\n")
    fields: dict[str, list[str]] = {}
    for line in head.decode().splitlines():
        key, _, value = line.partition(": ")
        fields.setdefault(key, []).append(value)
    body = zlib.decompress(body) if "compressed" in fields else body
    return Vector("age", path.name, "age", {**fields, "file": base64.b64encode(body).decode()})


def json_vectors(path: Path) -> list[Vector]:
    """The vectors of a JSON file; none if it is not of the form that this module describes."""
    held = json.loads(path.read_text(encoding="utf-8"))
    listed = held.get("vectors") if isinstance(held, dict) else None
    if not isinstance(listed, list) or not all({"name", "check"} <= set(one) for one in listed):
        return []
    return [Vector(path.parent.name, one["name"], one["check"], _with_links(one, held)) for one in listed]


TABLED = ("chain", "authorities", "envelope", "grants")
"""Fields of a vector that name texts of a table, `links`, which its file holds once."""


def _with_links(one: dict[str, Any], held: dict[str, Any]) -> dict[str, Any]:
    """A vector with its texts in the place of their names, and the root of its file."""
    if "links" not in held:
        return one

    def texts(named: Any) -> Any:
        if isinstance(named, dict):
            return {code: texts(names) for code, names in named.items()}
        return held["links"][named] if isinstance(named, str) else [texts(name) for name in named]

    return {**one, "root": held["root"], **{field: texts(one[field]) for field in TABLED if field in one}}


def families() -> dict[str, list[Vector]]:
    """Every vector, by family."""
    found = {"age": [age_vector(path) for path in sorted((FOLDER / "age").iterdir())]}
    for path in sorted(FOLDER.glob("*/*.json")):
        found.setdefault(path.parent.name, []).extend(json_vectors(path))
    found["log"] += [Vector("log", name, kind, given) for name, kind, given in log_checks.published()]
    return {family: vectors for family, vectors in found.items() if vectors}


def failure(run: Callable[[], object]) -> str:
    """The name of the error that stops it, or nothing."""
    try:
        run()
    except errors.SealError as error:
        return type(error).__name__
    return ""


def wanted(what: object, found: object) -> str:
    return "" if found == what else f"{found!r} instead of {what!r}"


def check_age(given: dict[str, Any]) -> str:
    """Opens, or fails in the class that the vector names, having released exactly what it says."""
    identities = [identity_from_text(text) for text in given.get("identity", [])]
    identities += [Passphrase(words) for words in given.get("passphrase", [])]
    released = sha256()

    def run() -> None:
        data = unb64(given["file"])
        age.unseal_to(armor.unwrap(data) if "armored" in given else data, identities, released.update)

    caught, expected = failure(run), given["expect"][0]
    if caught not in AGE_FAILURES[expected]:
        return f"{caught or 'success'} instead of {expected}"
    return wanted(given["payload"][0], released.hexdigest()) if "payload" in given else ""


def check_pae(given: dict[str, Any]) -> str:
    return wanted(given["gives"], dsse.pae(given["type"], unb64(given["payload"])).decode())


def check_ecdsa(given: dict[str, Any]) -> str:
    """Whether somebody else's signature over the pre-authentication encoding verifies over ours."""
    raw = unb64(given["sig"])
    signature = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key = ec.EllipticCurvePublicNumbers(int(given["x"]), int(given["y"]), ec.SECP256R1()).public_key()
    try:
        key.verify(signature, dsse.pae(given["type"], unb64(given["payload"])), ec.ECDSA(SHA256()))
    except InvalidSignature:
        return "the signature does not verify"
    return ""


def check_refused(given: dict[str, Any]) -> str:
    return wanted(given["error"], failure(lambda: dsse.Dsse.parse(given["envelope"].encode())))


def _value(text: str) -> Any:
    """JSON as JavaScript holds it: a number without a fraction is whole, however it is written."""
    return json.loads(text, parse_float=lambda one: _whole(float(one)))


def _whole(number: float) -> int | float:
    return int(number) if number.is_integer() else number


def check_written(given: dict[str, Any]) -> str:
    return wanted(given["gives"], canonical.dumps(_value(given["in"])).decode())


def check_unwritten(given: dict[str, Any]) -> str:
    found = [failure(lambda: canonical.dumps(_value(given["in"])))]
    found.append(failure(lambda: canonical.loads_strict(given["in"].encode())))
    return wanted(["FormatError", "FormatError"], found)


def check_number(given: dict[str, Any]) -> str:
    (number,) = struct.unpack(">d", bytes.fromhex(given["bits"]))
    if given["gives"] is None:
        return wanted("FormatError", failure(lambda: canonical.dumps(_whole(number))))
    return wanted(given["gives"], canonical.dumps(_whole(number)).decode())


def _verified(given: dict[str, Any]) -> VerifiedAuthority:
    chain = [link.encode() for link in given["chain"]]
    root = Root.from_json(given["root"])
    return verify_chain(chain, root, given["code"], unconfirmed=given.get("unconfirmed", False))


def says(found: VerifiedAuthority) -> dict[str, Any]:
    """What a right chain says, for comparison."""
    held = found.recovery
    return {
        "seq": found.seq,
        "sha256": found.sha256,
        "root": found.root_id,
        "members": {user: one.keys.id for user, one in sorted(found.members.items())},
        "admins": sorted(found.admins),
        "epochs": {str(n): one.recipient_sha256 for n, one in sorted(found.epochs.items())},
        "wraps": sorted(found.epoch.wraps),
        "former": [[one.member.user, one.member.keys.id, one.since, one.until, one.seq] for one in found.former],
        "revoked": {keyset: one.since for keyset, one in sorted(found.revoked.items())},
        "officers": sorted(held.officers) if held else None,
        "recovery_wraps": {str(n): one for n, one in sorted(held.wraps.items())} if held else None,
        "history": [[one.type, one.by, one.about, one.name, sorted(one.confirmed_by)] for one in found.history],
        "missing": list(found.missing),
    }


def check_chain(given: dict[str, Any]) -> str:
    """Says exactly this, or is refused by that name."""
    if "error" in given:
        return wanted(given["error"], failure(lambda: _verified(given)))
    return wanted(given["says"], says(_verified(given)))


def check_root(given: dict[str, Any]) -> str:
    """Its identifier, or it is refused."""
    if "error" in given:
        return wanted(given["error"], failure(lambda: Root.from_json(given["root"])))
    return wanted(given["gives"], Root.from_json(given["root"]).id)


def check_pin(given: dict[str, Any]) -> str:
    chain, pin = [link.encode() for link in given["chain"]], Pin(given["pin"]["seq"], given["pin"]["sha256"])
    return wanted(given["error"], failure(lambda: authority.check_pin(chain, pin)))


def check_signer(given: dict[str, Any]) -> str:
    asked = [given[field] for field in ("user", "keyset", "at", "logged")]
    return wanted(given["error"], failure(lambda: _verified(given).signer(*asked)))


def check_epochs(given: dict[str, Any]) -> str:
    """The keys that a key set reaches, by their recipients' hashes."""
    wraps, chains = ({int(n): unb64(data) for n, data in given[held].items()} for held in ("wraps", "chains"))

    def run() -> dict[str, str]:
        found = open_epochs(wraps, chains, KeySet.from_text(given["keys"]), _verified(given))
        return {str(n): recipient_sha256(epoch.recipient) for n, epoch in found.items()}

    if "error" in given:
        return wanted(given["error"], failure(run))
    return wanted(given["gives"], run())


def check_recovery(given: dict[str, Any]) -> str:
    """The recipient of the newest epoch, by two officers."""
    verified = _verified(given)

    def run() -> str:
        inner = recovery.open_outer(unb64(given["file"]), KeySet.from_text(given["outer"]), verified)
        identity = recovery.open_inner(inner, KeySet.from_text(given["inner"]), verified)
        return recovery.unwrap_recovery(unb64(given["wrap"]), identity, verified).recipient

    if "error" in given:
        return wanted(given["error"], failure(run))
    return wanted(given["gives"], run())


def check_grants(given: dict[str, Any]) -> str:
    """What the grants make of the envelope: their number and the two hashes."""
    root = Root.from_json(given["root"])
    chains = {code: [link.encode() for link in chain] for code, chain in given["authorities"].items()}
    verified = {code: verify_chain(chain, root, code) for code, chain in chains.items()}

    def run() -> list[Any]:
        envelope = parse_envelope(given["envelope"].encode())
        grants = [signed.encode() for signed in given["grants"]]
        present = follow(envelope, grants, verified.__getitem__, given["logged"])
        return [present.n, present.header_sha256, present.manifest_age_sha256]

    if "error" in given:
        return wanted(given["error"], failure(run))
    return wanted(given["gives"], run())


CHECKS: dict[str, Callable[[dict[str, Any]], str]] = {
    "age": check_age,
    "pae": check_pae,
    "ecdsa": check_ecdsa,
    "refused": check_refused,
    "root": check_root,
    "written": check_written,
    "unwritten": check_unwritten,
    "number": check_number,
    "chain": check_chain,
    "pin": check_pin,
    "signer": check_signer,
    "epochs": check_epochs,
    "recovery": check_recovery,
    "grants": check_grants,
    **log_checks.CHECKS,
}


def check(vector: Vector) -> str:
    """What is wrong, in words, or nothing."""
    return CHECKS[vector.check](vector.given)
