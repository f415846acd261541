"""Broken chains about epochs, recovery, revoked and former keys, and the order of statements."""

from __future__ import annotations

from typing import Any

from tests.seal.chain_cases import CASES, case
from tests.seal.chains import ADA, BEN, CARO, DAN, OLE, PIA, QUY, STRANGER, Office, again, at, payload

from comity_seal.opening.statements import ROOT


def rotated(office: Office, **changes: Any) -> bytes:
    link = office.rotate(ADA)[0]
    return again(link, ADA.keys, epoch={**payload(link)["epoch"], **changes})


case("epoch: confirmed by the root without need", "NotConfirmed")(lambda o: o.confirmed(o.rotate(ADA)[0], ROOT))
case("epoch: a number left out", "BrokenChain")(lambda o: rotated(o, n=3))
case("epoch: the same number again", "BrokenChain")(lambda o: rotated(o, n=1))
case("epoch: number zero", "FormatError")(lambda o: rotated(o, n=0))
case("epoch: another key before", "BrokenChain")(lambda o: rotated(o, previous="0" * 64))
case("epoch: no chain wrap", "BrokenChain")(lambda o: rotated(o, chain=None))
case("epoch: a recovery wrap for nobody", "BrokenChain")(lambda o: rotated(o, recovery="0" * 64))
case("epoch: the same key again", "BrokenChain")(lambda o: rotated(o, recipient=o.newest.recipient))
case("epoch: not a recipient", "FormatError")(lambda o: rotated(o, recipient="age1pq1qqqq"))
case("epoch: a wrap left out", "BrokenChain")(
    lambda o: rotated(o, wraps=payload(o.rotate(ADA)[0])["epoch"]["wraps"][1:])
)
case("epoch: wraps not in order", "FormatError")(
    lambda o: rotated(o, wraps=payload(o.rotate(ADA)[0])["epoch"]["wraps"][::-1])
)
case("epoch: a wrap for a stranger", "BrokenChain")(
    lambda o: rotated(
        o,
        wraps=sorted(
            [*payload(o.rotate(ADA)[0])["epoch"]["wraps"], {"keyset": DAN.id, "sha256": "0" * 64}],
            key=lambda one: one["keyset"],
        ),
    )
)


@case("epoch: no recovery wrap", "BrokenChain")
def _(office: Office) -> bytes:
    return rotated(office.with_recovery(), recovery=None)


@case("epoch: a wrap for a revoked key set", "BrokenChain")
def _(office: Office) -> bytes:
    before = payload(office.rotate(ADA)[0])["epoch"]["wraps"]
    office.take(office.revoke(ADA, CARO))
    return rotated(office, wraps=before)


def reset(office: Office, **changes: Any) -> bytes:
    return again(office.set_recovery(ADA, OLE, PIA)[0], ADA.keys, **changes)


def recovery(office: Office, **changes: Any) -> bytes:
    return office.confirmed(reset(office, **changes), BEN)


case("recovery: alone", "NotConfirmed")(lambda o: o.set_recovery(ADA, OLE, PIA)[0])
case("recovery: confirmed by an officer", "NotConfirmed")(lambda o: o.confirmed(o.set_recovery(ADA, OLE, PIA)[0], OLE))
case("recovery: one officer", "FormatError")(lambda o: o.set_recovery(ADA, OLE)[0])
case("recovery: officers not in order", "FormatError")(
    lambda o: reset(o, officers=payload(o.set_recovery(ADA, OLE, PIA)[0])["officers"][::-1])
)
case("recovery: a pair left out", "FormatError")(
    lambda o: again(o.set_recovery(ADA, OLE, PIA, QUY)[0], ADA.keys, files=payload(reset(o))["files"])
)
case("recovery: the key of an epoch", "BrokenChain")(lambda o: recovery(o, recipient=o.newest.recipient))


@case("recovery: one key set for two officers", "BrokenChain")
def _(office: Office) -> bytes:
    twin = {**payload(recovery(office))["officers"][0], "user": PIA.user}
    made = payload(recovery(office))
    files = [{**made["files"][0], "inner": OLE.id}]
    return recovery(office, officers=[made["officers"][0], twin], files=files)


case("admit: without recovery", "UnknownSigner")(lambda o: o.confirmed(o.admit(OLE, DAN)[0], PIA))
case("admit: one officer alone", "NotConfirmed")(lambda o: o.with_recovery().admit(OLE, DAN)[0])
case("admit: confirmed by an administrator", "NotConfirmed")(
    lambda o: o.confirmed(o.with_recovery().admit(OLE, DAN)[0], ADA)
)
case("admit: by an administrator", "UnknownSigner")(lambda o: o.confirmed(o.with_recovery().admit(ADA, DAN)[0], OLE))
case("admit: an administrator without the root", "NotConfirmed")(
    lambda o: o.confirmed(o.with_recovery().admit(OLE, DAN, admin=True)[0], PIA)
)
case("admit: an administrator without the other officer", "NotConfirmed")(
    lambda o: o.confirmed(o.with_recovery().admit(OLE, DAN, admin=True)[0], ROOT)
)
case("admit: an administrator, and a member instead of the root", "NotConfirmed")(
    lambda o: o.confirmed(o.with_recovery().admit(OLE, DAN, admin=True)[0], PIA, CARO)
)
case("admit: an administrator, and an administrator instead of the root", "NotConfirmed")(
    lambda o: o.confirmed(o.with_recovery().admit(OLE, DAN, admin=True)[0], PIA, ADA)
)
case("admit: a plain member with the root instead of the officer", "NotConfirmed")(
    lambda o: o.confirmed(o.with_recovery().admit(OLE, DAN)[0], ROOT)
)
case("admit: with the key set she has", "BrokenChain")(
    lambda o: o.confirmed(o.with_recovery().admit(OLE, CARO)[0], PIA)
)


@case("admit: who was the only administrator, as none", "BrokenChain")
def _(office: Office) -> bytes:
    office.with_recovery()
    office.take(office.confirmed(office.unname_admin(ADA, BEN), BEN))
    return office.confirmed(office.admit(OLE, ADA.renewed)[0], PIA)


@case("admit: by an officer of before", "UnknownSigner")
def _(office: Office) -> bytes:
    office.with_recovery(OLE, PIA).with_recovery(PIA, QUY)
    return office.confirmed(office.admit(OLE, DAN)[0], PIA)


@case("admit: by an officer whose key set is revoked", "RevokedSigner")
def _(office: Office) -> bytes:
    office.with_recovery()
    office.take(office.revoke(ADA, OLE))
    return office.confirmed(office.admit(OLE, DAN)[0], PIA)


@case("admit: confirmed by an officer whose key set is revoked", "RevokedSigner")
def _(office: Office) -> bytes:
    office.with_recovery()
    office.take(office.revoke(ADA, PIA))
    return office.confirmed(office.admit(OLE, DAN)[0], PIA)


case("revoke: by a member, of another", "UnknownSigner")(lambda o: o.revoke(CARO, ADA))
case("revoke: by another root", "UntrustedRoot")(lambda o: again(o.revoke(None, ADA), STRANGER))
case("revoke: a key set never listed", "BrokenChain")(lambda o: o.revoke(ADA, DAN))
case("revoke: a key set of another", "BrokenChain")(lambda o: again(o.revoke(ADA, CARO), ADA.keys, user=BEN.user))
case("revoke: in the future", "BrokenChain")(lambda o: o.revoke(ADA, CARO, at(2)))
case("revoke: twice", "BrokenChain")(lambda o: [o.take(o.revoke(ADA, CARO)), o.revoke(BEN, CARO)][1])
case("revoke: confirmed without need", "NotConfirmed")(lambda o: o.confirmed(o.revoke(ADA, CARO), BEN))


@case("by an administrator whose key set is revoked", "RevokedSigner")
def _(office: Office) -> bytes:
    office.take(office.revoke(BEN, ADA))
    return office.rotate(ADA)[0]


@case("confirmed by an administrator whose key set is revoked", "RevokedSigner")
def _(office: Office) -> bytes:
    office.take(office.revoke(ADA, BEN))
    return office.confirmed(office.name_admin(ADA, CARO), BEN)


@case("admin: her key set is revoked", "BrokenChain")
def _(office: Office) -> bytes:
    office.take(office.revoke(ADA, CARO))
    return office.confirmed(office.name_admin(ADA, CARO), BEN)


@case("by a former administrator", "UnknownSigner")
def _(office: Office) -> bytes:
    link, wraps = office.remove(ADA, BEN)
    office.take(office.confirmed(link, ROOT), wraps)
    return office.rotate(BEN)[0]


@case("with the key set of before", "UnknownSigner")
def _(office: Office) -> bytes:
    office.with_recovery()
    link, wraps = office.admit(OLE, BEN.renewed, admin=True)
    office.take(office.confirmed(link, PIA, ROOT), wraps)
    return office.rotate(BEN)[0]


@case("a statement left out", "BrokenChain")
def _(office: Office) -> list[bytes]:
    for _each in range(2):
        office.take(*office.rotate(ADA))
    last = office.rotate(ADA)[0]
    del office.chain[2]
    return [last]


@case("two statements in the wrong order", "BrokenChain")
def _(office: Office) -> list[bytes]:
    first, second = (office.take(*office.rotate(ADA)) for _ in range(2))
    del office.chain[1:]
    return [second, first]


__all__ = ["CASES", "case"]
