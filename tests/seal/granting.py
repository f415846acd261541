"""A document between offices whose readers and keys change, as a server keeps it; and grants of any kind."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

from tests.seal.chains import ADA, BEN, CARO, DAN, EVA, OLE, Office, Person, at

from comity_seal import canonical, dsse
from comity_seal.authority import VerifiedAuthority
from comity_seal.grant import Grant
from comity_seal.opening.granting import Granted, grant
from comity_seal.opening.opening import Expected, Opened, Opener, open_document
from comity_seal.opening.sealing import Author, Label, Matter, Place, seal_document
from comity_seal.opening.wraps import open_epochs

THREAD = str(uuid4())


class Files:
    """A document of OTP for OTP and XA, as a server keeps it, and the offices around it."""

    def __init__(self) -> None:
        self.offices = {
            "OTP": Office("OTP", (ADA, BEN), (ADA, BEN)),
            "XA": Office("XA", (CARO, DAN), (CARO, DAN)),
            "YB": Office("YB", (EVA, OLE), (EVA, OLE)),
        }
        payload = io.BytesIO()
        sealed = seal_document(
            io.BytesIO(b"the content"),
            payload.write,
            author=self.author("OTP", ADA),
            readers=[self.verified("OTP"), self.verified("XA")],
            matter=Matter("OTP/XA/2026/007", THREAD, "annex"),
            place=Place(str(uuid4())),
            label=Label("Annex 3.pdf"),
            created=at(0),
        )
        self.payload, self.envelope = payload.getvalue(), sealed.envelope
        self.header, self.manifest_age = sealed.header, sealed.manifest_age
        self.first = (sealed.header, sealed.manifest_age)
        self.doc = sealed.manifest.doc
        self.grants: list[bytes] = []

    def verified(self, code: str) -> VerifiedAuthority:
        return self.offices[code].verified

    def author(self, code: str, who: Person) -> Author:
        return Author(who.keys, who.user, self.verified(code))

    def opener(self, code: str, who: Person) -> Opener:
        office = self.offices[code]
        own = {n: held[who.id] for n, held in office.wraps.items() if who.id in held}
        return Opener(open_epochs(own, office.chains, who.keys, office.verified), code, self.verified)

    def opened(self, code: str, who: Person, **given: Any) -> Opened:
        wanted = Expected(self.doc, THREAD, "annex", 1)
        given = {"grants": self.grants, **given}
        return self.opener(code, who).open(self.envelope, self.header, self.manifest_age, wanted, **given)

    def read(self, code: str, who: Person, **given: Any) -> bytes:
        out = io.BytesIO()
        open_document(self.opened(code, who, **given), io.BytesIO(self.payload), out.write)
        return out.getvalue()

    def granted(self, code: str, who: Person, *readers: str, minute: int = 1) -> Granted:
        to = [self.verified(one) for one in readers]
        return grant(self.opened(code, who), author=self.author(code, who), readers=to, created=at(minute))

    def take(self, made: Granted) -> None:
        self.header, self.manifest_age = made.header, made.manifest_age
        self.grants.append(made.grant)

    def rotate(self, code: str, who: Person) -> None:
        office = self.offices[code]
        office.take(*office.rotate(who))


def changed(signed: bytes, who: Person, **changes: Any) -> bytes:
    """The grant with other fields, signed by `who`."""
    value = {**canonical.loads_strict(dsse.Dsse.parse(signed).payload), **changes}
    return who.keys.sign(dsse.GRANT, canonical.dumps(value))


def said(signed: bytes) -> Grant:
    return Grant.from_bytes(dsse.Dsse.parse(signed).payload)


def to(files: Files, *codes: str, **epochs: int) -> list[dict[str, Any]]:
    """Readers as a grant names them, at their newest epoch or the one that is said."""
    found = []
    for code in codes:
        office = files.verified(code)
        n = epochs.get(code, office.epoch.n)
        recipient = office.epochs[n].recipient_sha256 if n in office.epochs else "0" * 64
        found.append({"authority": code, "epoch": n, "recipient_sha256": recipient})
    return found
