"""Write `grants.json` beside this file: grants over one envelope that follow one another, and such as do not.

    ./dev python tests/vectors/grant/make.py

Signatures and sealed files are made with fresh randomness, so every run gives another file that says the same.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.seal.chains import ADA, CARO, DAN, EVA, OLE, THE_ROOT, at
from tests.seal.granting import Files, changed, said, to

from comity_seal import dsse
from comity_seal.envelope import verify_envelope
from comity_seal.grant import follow

SOURCE = "docs/sealing.md, sections 5 and 6; made by tests/vectors/grant/make.py"
LINKS: dict[str, str] = {}
VECTORS: list[dict[str, Any]] = []


def keep(texts: Sequence[bytes]) -> list[str]:
    """The names of these texts in the table that all vectors share."""
    named = [sha256(text).hexdigest()[:16] for text in texts]
    LINKS.update(zip(named, (text.decode() for text in texts), strict=True))
    return named


def vector(name: str, files: Files, grants: Sequence[bytes], error: str = "", **given: Any) -> None:
    held = {
        "authorities": {code: keep(office.chain) for code, office in files.offices.items()},
        "envelope": keep([files.envelope])[0],
        "grants": keep(grants),
        "logged": {},
        **given,
    }
    if not error:
        envelope = verify_envelope(files.envelope, ADA.keys.public)
        present = follow(envelope, grants, files.verified, held["logged"])
        held["gives"] = [present.n, present.header_sha256, present.manifest_age_sha256]
    VECTORS.append({"name": name, "check": "grants", **held, **({"error": error} if error else {})})


def main() -> None:
    files = Files()
    files.rotate("XA", CARO)
    one = files.granted("OTP", ADA, "OTP", "XA")
    files.take(one)
    two = files.granted("XA", DAN, "OTP", "XA", "YB", minute=2)
    files.take(two)
    three = files.granted("YB", EVA, "OTP", "XA", "YB", minute=3)
    right = [one.grant, two.grant, three.grant]
    for length in range(4):
        vector(f"{length} grants", files, right[:length])
    vector("one left out", files, [right[0], right[2]], "HashMismatch")
    vector("one twice", files, [right[0], right[0]], "HashMismatch")
    vector("in another order", files, [right[1], right[0]], "HashMismatch")
    for field, other in (
        ("doc", "00000000-0000-0000-0000-000000000000"),
        ("ver", 2),
        ("envelope_sha256", "0" * 64),
        ("n", 3),
        ("prev_header_sha256", "0" * 64),
        ("prev_manifest_age_sha256", "0" * 64),
    ):
        vector(f"another {field}", files, [right[0], changed(right[1], DAN, **{field: other})], "HashMismatch")
    left_out = changed(right[1], DAN, to=to(files, "XA", "YB"))
    vector("a reader left out", files, [right[0], left_out], "WrongRecipients")
    back = changed(right[1], DAN, to=to(files, "OTP", "XA", "YB", XA=1))
    vector("a reader taken back", files, [right[0], back], "WrongRecipients")
    vector("added, as rewrap", files, [right[0], changed(right[1], DAN, reason="rewrap")], "WrongRecipients")
    none = changed(right[1], DAN, to=to(files, "OTP", "XA"))
    vector("nobody, as added", files, [right[0], none], "WrongRecipients")
    stranger = said(right[2]).by.to_json()
    vector("by no reader", files, [right[0], changed(right[1], EVA, by=stranger)], "UnknownSigner")
    vector("by another", files, [right[0], changed(right[1], CARO)], "SignatureInvalid")
    nobody = {**stranger, "user": OLE.user}
    vector("with the key set of another", files, [right[0], changed(right[1], EVA, by=nobody)], "UnknownSigner")
    vector("a field too many", files, [right[0], changed(right[1], DAN, more=1)], "SignatureInvalid")
    as_envelope = DAN.keys.sign(dsse.ENVELOPE, dsse.Dsse.parse(right[1]).payload)
    vector("signed as an envelope", files, [right[0], as_envelope], "SignatureInvalid")

    office = files.offices["XA"]
    office.take(*office.rotate(CARO))
    link, wraps = office.remove(CARO, DAN)
    office.take(office.confirmed(link, DAN), wraps)
    vector("by a former member, while she was one", files, right[:2])
    late = changed(right[1], DAN, created=at(3))
    vector("by a former member, when she had left", files, [right[0], late], "UnknownSigner")
    office.take(office.revoke(CARO, DAN, at(3)))
    vector("by a revoked key set", files, right[:2], "RevokedSigner")
    vector("by a revoked key set, logged before", files, right[:2], logged={said(right[1]).sha256: at(2)})
    vector(
        "by a revoked key set, logged after", files, right[:2], "RevokedSigner", logged={said(right[1]).sha256: at(3)}
    )

    held = {"source": SOURCE, "root": THE_ROOT.public.to_json(), "links": LINKS, "vectors": VECTORS}
    Path(__file__).with_name("grants.json").write_text(json.dumps(held, indent=0) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
