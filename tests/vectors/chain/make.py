"""Write `chains.json` beside this file: right chains of every type of statement, and broken ones with their errors.

    ./dev python tests/vectors/chain/make.py

Signatures and sealed files are made with fresh randomness.  So what stands in the file stays, and vectors of new names
are added; without the file all are made afresh.
"""

from __future__ import annotations

import json
import sys
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.seal.chain_cases_root import CASES, FOUNDINGS
from tests.seal.chains import (
    ADA,
    BEN,
    CARO,
    DAN,
    FIRST,
    FIRST_OF_OTP,
    OLE,
    PIA,
    QUY,
    SECOND,
    THE_ROOT,
    THIRD,
    Office,
    Person,
    again,
    at,
    said,
)
from tests.vectors.checks import says

from comity_demo.roots import confirmed_by
from comity_seal.opening.statements import ROOT
from comity_seal.opening.wraps import Epoch, chain_wrap, wrap

SOURCE = "docs/sealing.md, section 4; made by tests/vectors/chain/make.py"
LINKS: dict[str, str] = {}
VECTORS: list[dict[str, Any]] = []


def keep(chain: Sequence[bytes]) -> list[str]:
    """The names of these links in the table that all vectors share."""
    named = [sha256(link).hexdigest()[:16] for link in chain]
    LINKS.update(zip(named, (link.decode() for link in chain), strict=True))
    return named


def vector(name: str, check: str, chain: Sequence[bytes], **given: Any) -> None:
    VECTORS.append({"name": name, "check": check, "chain": keep(chain), "code": "XA", **given})


def right(name: str, chain: Sequence[bytes], *, unconfirmed: bool = False) -> None:
    found = said(tuple(chain), "XA", unconfirmed)
    vector(name, "chain", chain, unconfirmed=unconfirmed, says=says(found))


def everything() -> Office:
    """One chain with every type of statement."""
    office = Office()
    office.with_recovery(OLE, PIA, QUY)
    link, wraps = office.add(ADA, DAN)
    office.take(office.confirmed(link, DAN), wraps)
    office.take(office.confirmed(office.name_admin(ADA, DAN), BEN, ROOT))
    office.take(*office.rotate(DAN))
    office.take(*office.remove(DAN, CARO))
    office.take(office.confirmed(office.unname_admin(BEN, BEN), DAN))
    office.take(office.revoke(BEN, BEN, at(5)))
    office.take(*office.rotate(ADA))
    link, wraps = office.admit(PIA, BEN.renewed, admin=True)
    office.take(office.confirmed(link, OLE, ROOT), wraps)
    link, wraps = office.remove(ADA, BEN.renewed)
    office.take(office.confirmed(link, ROOT), wraps)
    return office


def chains(office: Office) -> None:
    for length in range(1, len(office.chain) + 1):
        right(f"every type, the first {length}", office.chain[:length])
    fresh = Office().with_recovery()
    link = fresh.admit(OLE, DAN, admin=True)[0]
    waiting = [
        ("nobody", link),
        ("one of the root", fresh.confirmed(link, FIRST)),
        ("the root", fresh.confirmed(link, ROOT)),
        ("both", fresh.confirmed(link, PIA, ROOT)),
    ]
    for who, one in waiting:
        right(f"waiting, confirmed by {who}", [*fresh.chain, one], unconfirmed=True)
    waits = Office()
    right("waiting for the new member", [*waits.chain, waits.add(ADA, DAN)[0]], unconfirmed=True)
    right("waiting for a second one", [*waits.chain, waits.name_admin(ADA, CARO)], unconfirmed=True)
    half = [*waits.chain, waits.confirmed(waits.name_admin(ADA, CARO), FIRST)]
    right("waiting for a second one, confirmed by one of the root", half, unconfirmed=True)
    right("revoked by one of the root, waiting", [*waits.chain, waits.revoke(None, CARO)], unconfirmed=True)
    right("revoked by two of the root", [*waits.chain, waits.confirmed(waits.revoke(None, CARO), SECOND)])
    founded(waits)
    for name, error, make in CASES:
        broken = Office()
        vector(name, "chain", [broken.chain[0], *make(broken)], unconfirmed=False, error=error)
    bad = [*waits.chain, waits.confirmed(waits.name_admin(ADA, CARO), CARO)]
    vector("waiting, wrongly confirmed", "chain", bad, unconfirmed=True, error="NotConfirmed")
    vector("no statement", "chain", [], unconfirmed=False, error="BrokenChain")
    stranger = [again(waits.chain[0], FIRST, admins=[DAN.user])]
    vector("a stranger as administrator", "chain", stranger, unconfirmed=False, error="BrokenChain")
    nobody = [again(waits.chain[0], FIRST, admins=[])]
    vector("no administrator", "chain", nobody, unconfirmed=False, error="FormatError")


def founded(office: Office) -> None:
    """First statements by the groups of the root."""
    otp = Office(kind="court", organ="otp")
    right("founded by the Prosecutor's", [*otp.chain, otp.confirmed(otp.name_admin(ADA, CARO), ROOT)])
    right("a team of the Registry", Office(kind="court", organ="registry").chain)
    first = office.chain[0].split(b"\n")[0]
    right("founded by one of two, waiting", [first], unconfirmed=True)
    alone = again(first, FIRST_OF_OTP, kind="court", organ="otp")
    right("the Prosecutor's by one of two, waiting", [alone], unconfirmed=True)
    right("founded by three", [confirmed_by([SECOND, THIRD], first, at(0))])
    for name, error, make in FOUNDINGS:
        vector(name, "chain", [make()], unconfirmed=False, error=error)
    foreign = confirmed_by([FIRST_OF_OTP], first, at(0))
    vector("founded by one of each, waiting", "chain", [foreign], unconfirmed=True, error="UntrustedRoot")


def pins(office: Office) -> None:
    seen = {"seq": 4, "sha256": said(tuple(office.chain[:5]), "XA").sha256}
    other = {"seq": 4, "sha256": "0" * 64}
    vector("it goes on", "pin", office.chain, pin=seen, error="")
    vector("nothing new", "pin", office.chain[:5], pin=seen, error="")
    vector("shorter", "pin", office.chain[:4], pin=seen, error="RolledBack")
    vector("another at that place", "pin", office.chain, pin=other, error="ForkedChain")


def signers(office: Office) -> None:
    """Caro was a member from minute 0 to 5; Ben's first key set until 9 and revoked from 5; his second from 9 to 10."""
    found = [
        ("present", ADA, None, None, ""),
        ("a stranger", OLE, at(1), None, "UnknownSigner"),
        ("former, without a time", CARO, None, None, "UnknownSigner"),
        ("former, while a member", CARO, "2026-03-02T08:04:59Z", None, ""),
        ("former, when she left", CARO, at(5), None, "UnknownSigner"),
        ("former, before she was one", CARO, "2026-03-02T07:59:59Z", None, "UnknownSigner"),
        ("revoked, not logged", BEN, at(2), None, "RevokedSigner"),
        ("revoked, logged before", BEN, at(2), "2026-03-02T08:04:59.999999Z", ""),
        ("revoked, logged at that second", BEN, at(2), "2026-03-02T08:05:00.000001Z", "RevokedSigner"),
        ("the later key set, earlier", BEN.renewed, at(2), None, "UnknownSigner"),
        ("the later key set, while it was hers", BEN.renewed, at(9), None, ""),
    ]
    for name, who, when, logged, error in found:
        vector(name, "signer", office.chain, user=who.user, keyset=who.id, at=when, logged=logged, error=error)


def text(data: bytes) -> str:
    return b64encode(data).decode()


def epochs(office: Office) -> None:
    def one(name: str, who: Person, wraps: dict[int, bytes], chains: dict[int, bytes], **given: Any) -> None:
        held = {
            "wraps": {str(n): text(data) for n, data in wraps.items()},
            "chains": {str(n): text(data) for n, data in chains.items()},
        }
        vector(name, "epochs", office.chain, keys=who.keys.to_text(), **held, **given)

    newest = office.newest.n
    every = {str(n): epoch.recipient for n, epoch in office.verified.epochs.items()}
    hashes = {n: sha256(recipient.encode()).hexdigest() for n, recipient in every.items()}
    own = {newest: office.wraps[newest][DAN.id]}
    one("all from the newest", DAN, own, office.chains, gives=hashes)
    one("no chain wraps", DAN, own, {}, gives={str(newest): hashes[str(newest)]})
    one("nothing", DAN, {}, {}, gives={})
    one("the newest held back", DAN, {1: office.wraps[1].get(DAN.id, b"")}, office.chains, error="OldEpoch")
    fake = Epoch.generate("XA", newest)
    one("a key of the server's", DAN, {newest: wrap(fake, DAN.keys.public)}, {}, error="ForgedWrap")
    one("somebody else's wrap", DAN, {newest: office.wraps[newest][ADA.id]}, {}, error="ForgedWrap")
    forged = chain_wrap(Epoch.generate("XA", newest - 1), office.newest)
    one("a forged chain wrap", DAN, own, {**office.chains, newest: forged}, error="ForgedWrap")
    one("chain wraps swapped", DAN, own, {newest: office.chains[newest - 1]}, error="ForgedWrap")


def recoveries() -> None:
    office = Office().with_recovery(OLE, PIA, QUY)
    office.take(*office.rotate(ADA))
    made = office.recovery
    assert made is not None
    file, wrapped = text(made.files[0]), text(office.recovery_wraps[2])
    pair = {"outer": OLE.keys.to_text(), "inner": PIA.keys.to_text()}
    found = {"gives": office.newest.recipient}
    vector("two officers", "recovery", office.chain, **pair, file=file, wrap=wrapped, **found)
    swapped = {"outer": pair["inner"], "inner": pair["outer"]}
    vector("in the wrong order", "recovery", office.chain, **swapped, file=file, wrap=wrapped, error="ForgedWrap")
    other = {**pair, "inner": QUY.keys.to_text()}
    vector("the wrong second one", "recovery", office.chain, **other, file=file, wrap=wrapped, error="ForgedWrap")
    old = text(office.recovery_wraps[1])
    vector("an older wrap", "recovery", office.chain, **pair, file=file, wrap=old, error="ForgedWrap")
    third = text(made.files[1])
    vector("another pair's file", "recovery", office.chain, **pair, file=third, wrap=wrapped, error="ForgedWrap")


def main() -> None:
    office = everything()
    chains(office)
    pins(office)
    signers(office)
    epochs(office)
    recoveries()
    path = Path(__file__).with_name("chains.json")
    old = json.loads(path.read_text(encoding="ascii")) if path.exists() else {"links": {}, "vectors": []}
    there = {(one["check"], one["name"]) for one in old["vectors"]}
    vectors = [*old["vectors"], *(one for one in VECTORS if (one["check"], one["name"]) not in there)]
    used = {name for one in vectors for name in one["chain"]}
    links = {name: link for name, link in {**old["links"], **LINKS}.items() if name in used}
    held = {"source": SOURCE, "root": THE_ROOT.public.to_json(), "links": links, "vectors": vectors}
    path.write_text(json.dumps(held, indent=0) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
