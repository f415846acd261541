"""Broken chains: a name, the error that each must end with, and how it is made.  Tests and vectors share them.

Each case is given a fresh office and gives the links after the genesis; all but the last are right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.seal.chains import (
    ADA,
    BEN,
    CARO,
    DAN,
    EVA,
    FIRST,
    OLE,
    PIA,
    STRANGER,
    Office,
    again,
    at,
    payload,
    reconfirmed,
    tampered,
)

from comity_seal import dsse
from comity_seal.opening import statements
from comity_seal.opening.statements import ROOT

Case = tuple[str, str, Callable[[Office], list[bytes]]]
CASES: list[Case] = []


def case(name: str, error: str) -> Callable[[Callable[[Office], Any]], Callable[[Office], Any]]:
    """The links that the decorated function gives (one link stands for a list) end with that error."""

    def keep(make: Callable[[Office], Any]) -> Callable[[Office], Any]:
        def made(office: Office) -> list[bytes]:
            found = make(office)
            return [*office.chain[1:], *(found if isinstance(found, list) else [found])]

        CASES.append((name, error, made))
        return make

    return keep


def added(office: Office, who: Any = DAN) -> bytes:
    return office.confirmed(office.add(ADA, who)[0], who)


case("a gap in seq", "BrokenChain")(lambda o: again(o.rotate(ADA)[0], ADA.keys, seq=2))
case("a statement twice", "BrokenChain")(lambda o: [o.rotate(ADA)[0]] * 2)
case("the genesis twice", "BrokenChain")(lambda o: o.chain[0])
case("prev of nothing", "BrokenChain")(lambda o: again(o.rotate(ADA)[0], ADA.keys, prev="0" * 64))
case("prev null", "BrokenChain")(lambda o: again(o.rotate(ADA)[0], ADA.keys, prev=None))
case("an older time", "BrokenChain")(lambda o: again(o.rotate(ADA)[0], ADA.keys, created="2026-03-02T07:59:59Z"))
case("another authority", "WrongAuthority")(lambda o: again(o.rotate(ADA)[0], ADA.keys, authority="YB"))
case("of another office's chain", "BrokenChain")(lambda o: Office("YB").rotate(ADA)[0])
case("an unknown type", "FormatError")(lambda o: again(o.rotate(ADA)[0], ADA.keys, type="epoch.rotat"))
case("an unknown field", "FormatError")(lambda o: again(o.rotate(ADA)[0], ADA.keys, extra=1))
case("a missing field", "FormatError")(lambda o: again(o.rotate(ADA)[0], ADA.keys, epoch=...))
case("an unknown version", "FormatError")(lambda o: again(o.rotate(ADA)[0], ADA.keys, v=2))
case("no such signer's name", "FormatError")(lambda o: again(o.rotate(ADA)[0], ADA.keys, by="Ada"))
case("a second genesis", "BrokenChain")(
    lambda o: again(o.chain[0], FIRST, seq=1, prev=o.verified.sha256, created=at(1))
)
case("not DSSE", "FormatError")(lambda o: b"{}")
case("an empty line after it", "FormatError")(lambda o: o.rotate(ADA)[0] + b"\n")
case("a bad Ed25519 signature", "SignatureInvalid")(lambda o: tampered(o.rotate(ADA)[0]))
case("a bad ML-DSA signature", "SignatureInvalid")(lambda o: tampered(o.rotate(ADA)[0], field="mldsa65"))
case("by no administrator", "UnknownSigner")(lambda o: o.rotate(CARO)[0])
case("by a stranger", "UnknownSigner")(lambda o: o.rotate(DAN)[0])
case("in the name of another", "UnknownSigner")(lambda o: again(o.rotate(BEN)[0], BEN.keys, by=ADA.user))
case("by the root without part in it", "UnknownSigner")(lambda o: again(o.rotate(ADA)[0], FIRST, by=ROOT))

case("add: who is a member", "BrokenChain")(lambda o: added(o, CARO.renewed))
case("add: somebody else's key set", "BrokenChain")(
    lambda o: o.confirmed(
        again(o.add(ADA, DAN)[0], ADA.keys, member={**payload(o.add(ADA, CARO)[0])["member"], "user": DAN.user})
    )
)
case("add: without her", "NotConfirmed")(lambda o: o.add(ADA, DAN)[0])
case("add: confirmed by an administrator instead", "NotConfirmed")(lambda o: o.confirmed(o.add(ADA, DAN)[0], BEN))
case("add: confirmed with another key set of hers", "NotConfirmed")(
    lambda o: o.confirmed(o.add(ADA, DAN)[0], DAN.renewed)
)
case("add: confirmed by the root too, which has no part in it", "NotConfirmed")(lambda o: o.confirmed(added(o), ROOT))
case("add: by no administrator", "UnknownSigner")(lambda o: o.confirmed(o.add(CARO, DAN)[0], DAN))


@case("add: a revoked key set", "BrokenChain")
def _(office: Office) -> bytes:
    office.take(added(office), office.add(ADA, DAN)[1])
    office.take(*office.remove(ADA, DAN))
    office.take(office.revoke(BEN, DAN))
    return added(office)


case("remove: who is none", "BrokenChain")(lambda o: again(o.remove(ADA, CARO)[0], ADA.keys, user=DAN.user))
case("remove: herself", "BrokenChain")(lambda o: o.confirmed(o.remove(ADA, ADA)[0], BEN))
case("remove: an administrator alone", "NotConfirmed")(lambda o: o.remove(ADA, BEN)[0])
case("remove: her wrap still there", "BrokenChain")(
    lambda o: again(o.remove(ADA, CARO)[0], ADA.keys, epoch=payload(o.rotate(ADA)[0])["epoch"])
)
case("remove: confirmed without need", "NotConfirmed")(lambda o: o.confirmed(o.remove(ADA, CARO)[0], BEN))

case("admin: alone", "NotConfirmed")(lambda o: o.name_admin(ADA, CARO))
case("admin: confirmed by herself", "NotConfirmed")(lambda o: o.confirmed(o.name_admin(ADA, CARO), CARO))
case("admin: confirmed by the signer again", "NotConfirmed")(lambda o: o.confirmed(o.name_admin(ADA, CARO), ADA))
case("admin: not a member", "BrokenChain")(lambda o: o.confirmed(o.name_admin(ADA, DAN), BEN))
case("admin: one already", "BrokenChain")(lambda o: o.confirmed(o.name_admin(ADA, BEN), ROOT))
case("admin: confirmed by another root", "UntrustedRoot")(
    lambda o: reconfirmed(o.confirmed(o.name_admin(ADA, CARO), ROOT), STRANGER)
)
case("admin: the root's confirmation by an administrator", "UntrustedRoot")(
    lambda o: reconfirmed(o.confirmed(o.name_admin(ADA, CARO), ROOT), BEN.keys)
)
case("unname: alone", "NotConfirmed")(lambda o: o.unname_admin(ADA, BEN))
case("unname: who is none", "BrokenChain")(lambda o: o.confirmed(o.unname_admin(ADA, CARO), BEN))


@case("unname: the last one", "BrokenChain")
def _(office: Office) -> bytes:
    office.take(office.confirmed(office.unname_admin(ADA, BEN), BEN))
    return office.confirmed(office.unname_admin(ADA, ADA), ROOT)


@case("unname: the last one who can sign", "BrokenChain")
def _(office: Office) -> bytes:
    office.take(office.revoke(ADA, BEN))
    return office.confirmed(office.unname_admin(ADA, ADA), ROOT)


case("confirmation: of another statement", "NotConfirmed")(
    lambda o: reconfirmed(o.confirmed(o.name_admin(ADA, CARO), BEN), BEN.keys, statement="0" * 64)
)
case("confirmation: of another place", "NotConfirmed")(
    lambda o: reconfirmed(o.confirmed(o.name_admin(ADA, CARO), BEN), BEN.keys, seq=2)
)
case("confirmation: of another authority", "NotConfirmed")(
    lambda o: reconfirmed(o.confirmed(o.name_admin(ADA, CARO), BEN), BEN.keys, authority="YB")
)
case("confirmation: older than its statement", "NotConfirmed")(
    lambda o: reconfirmed(o.confirmed(o.name_admin(ADA, CARO), BEN), BEN.keys, created=at(0))
)
case("confirmation: of another type", "FormatError")(
    lambda o: reconfirmed(o.confirmed(o.name_admin(ADA, CARO), BEN), BEN.keys, type="confirm")
)
case("confirmation: in the name of another", "NotConfirmed")(
    lambda o: reconfirmed(o.confirmed(o.name_admin(ADA, CARO), BEN), CARO.keys)
)
case("confirmation: a bad signature", "SignatureInvalid")(
    lambda o: tampered(o.confirmed(o.name_admin(ADA, CARO), BEN), line=1)
)
case("confirmation: a statement in its place", "FormatError")(
    lambda o: b"\n".join([o.name_admin(ADA, CARO), o.name_admin(BEN, CARO)])
)
case("confirmation: signed as a statement", "SignatureInvalid")(
    lambda o: reconfirmed(o.confirmed(o.name_admin(ADA, CARO), BEN), BEN.keys, kind=dsse.STATEMENT)
)
case("confirmation: twice", "FormatError")(
    lambda o: b"\n".join([o.name_admin(ADA, CARO), *[o.confirmed(o.name_admin(ADA, CARO), BEN).split(b"\n")[1]] * 2])
)


@case("confirmation: swapped between two proposals", "NotConfirmed")
def _(office: Office) -> bytes:
    first = office.confirmed(office.name_admin(ADA, CARO), BEN)
    other = office.unname_admin(ADA, BEN)
    return b"\n".join([other, first.split(b"\n")[1]])


@case("confirmation: not in order", "FormatError")
def _(office: Office) -> bytes:
    first, *rest = office.confirmed(office.name_admin(ADA, CARO), BEN, ROOT).split(b"\n")
    return b"\n".join([first, *reversed(rest)])


@case("confirmation: more than five", "FormatError")
def _(office: Office) -> bytes:
    link = office.name_admin(ADA, CARO)
    six = (BEN, CARO, DAN, EVA, OLE, PIA)
    made = {one.id: statements.confirm(one.keys, one.user, link, created=at(5)) for one in six}
    return b"\n".join([link, *(made[keyset] for keyset in sorted(made))])
