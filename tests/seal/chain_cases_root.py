"""Broken chains about the root: whose key sets sign and confirm, and how many; CASES holds all.

FOUNDINGS are first statements: a name, the error, and how it is made.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.seal.chain_cases_keys import CASES, case
from tests.seal.chains import (
    ADA,
    CARO,
    DAN,
    FIRST,
    FIRST_OF_OTP,
    OLE,
    PIA,
    SECOND,
    SECOND_OF_OTP,
    STRANGER,
    THIRD,
    Office,
    again,
    at,
    reconfirmed,
    tampered,
)

from comity_demo.roots import confirmed_by
from comity_seal import dsse
from comity_seal.opening.keyset import KeySet
from comity_seal.opening.statements import ROOT, confirm

case("root: one of two confirms", "NotConfirmed")(lambda o: o.confirmed(o.name_admin(ADA, CARO), FIRST))
case("root: one key set confirms twice", "FormatError")(lambda o: twice(o.name_admin(ADA, CARO), FIRST))
case("root: the Prosecutor's confirm for a State", "UntrustedRoot")(
    lambda o: o.confirmed(o.name_admin(ADA, CARO), FIRST_OF_OTP, SECOND_OF_OTP)
)
case("root: one of each group confirms", "UntrustedRoot")(
    lambda o: o.confirmed(o.name_admin(ADA, CARO), FIRST, FIRST_OF_OTP)
)
case("root: one of two, and one of another root", "UntrustedRoot")(
    lambda o: o.confirmed(o.name_admin(ADA, CARO), FIRST, STRANGER)
)
case("root: two of two, the second with a bad signature", "SignatureInvalid")(
    lambda o: tampered(o.confirmed(o.name_admin(ADA, CARO), FIRST, SECOND), line=2)
)
case("root: one of two revokes", "NotConfirmed")(lambda o: o.revoke(None, CARO))
case("root: who revoked confirms it again", "NotConfirmed")(lambda o: o.confirmed(o.revoke(None, CARO), FIRST))
case("root: an administrator confirms what one of two revokes", "NotConfirmed")(
    lambda o: o.confirmed(o.revoke(None, CARO), ADA)
)
case("root: the Prosecutor's revoke in a State", "UntrustedRoot")(
    lambda o: o.confirmed(again(o.revoke(None, CARO), FIRST_OF_OTP), SECOND_OF_OTP)
)
case("root: the Prosecutor's confirm what the Registry's revoke", "UntrustedRoot")(
    lambda o: o.confirmed(o.revoke(None, CARO), FIRST_OF_OTP)
)
case("root: one of two confirms an administrator by recovery", "NotConfirmed")(
    lambda o: o.confirmed(o.with_recovery().admit(OLE, DAN, admin=True)[0], PIA, THIRD)
)


def twice(link: bytes, keys: KeySet) -> bytes:
    """Two confirmations by one key set of the root."""
    return b"\n".join([link, *(confirm(keys, ROOT, link, created=at(minute)) for minute in (5, 6))])


Founding = tuple[str, str, Callable[[], bytes]]


def statement() -> bytes:
    """The first statement of XA, a State, as the first holder signed it."""
    return Office().chain[0].split(b"\n")[0]


def for_otp(*keys: KeySet) -> bytes:
    """The first statement of an authority of the Prosecutor, by these."""
    first, *others = keys
    return confirmed_by(others, again(statement(), first, kind="court", organ="otp"), at(0))


FOUNDINGS: list[Founding] = [
    ("founded by one of two", "NotConfirmed", statement),
    ("founded by one who confirms it again", "NotConfirmed", lambda: confirmed_by([FIRST], statement(), at(0))),
    ("founded, confirmed twice by one", "FormatError", lambda: twice(statement(), SECOND)),
    (
        "a State founded by the Prosecutor's",
        "UntrustedRoot",
        lambda: confirmed_by([SECOND_OF_OTP], again(statement(), FIRST_OF_OTP), at(0)),
    ),
    ("a State founded by one of each", "UntrustedRoot", lambda: confirmed_by([FIRST_OF_OTP], statement(), at(0))),
    ("the Prosecutor's founded by the Registry's", "UntrustedRoot", lambda: for_otp(FIRST, SECOND)),
    ("the Prosecutor's founded by one of each", "UntrustedRoot", lambda: for_otp(FIRST_OF_OTP, SECOND)),
    ("the Prosecutor's founded by one of two", "NotConfirmed", lambda: for_otp(FIRST_OF_OTP)),
    ("founded, confirmed by another root", "UntrustedRoot", lambda: confirmed_by([STRANGER], statement(), at(0))),
    ("another root", "UntrustedRoot", lambda: confirmed_by([SECOND], again(statement(), STRANGER), at(0))),
    (
        "founded, confirmed by a member as the root",
        "UntrustedRoot",
        lambda: confirmed_by([ADA.keys], statement(), at(0)),
    ),
    ("founded, confirmed by a member", "NotConfirmed", lambda: Office().confirmed(statement(), ADA)),
    ("founded, confirmed with a bad signature", "SignatureInvalid", lambda: tampered(Office().chain[0], line=1)),
    (
        "founded, confirmed for another authority",
        "NotConfirmed",
        lambda: reconfirmed(Office().chain[0], SECOND, authority="YB"),
    ),
    (
        "founded, confirmed as a statement",
        "SignatureInvalid",
        lambda: reconfirmed(Office().chain[0], SECOND, kind=dsse.STATEMENT),
    ),
]

__all__ = ["CASES", "FOUNDINGS"]
