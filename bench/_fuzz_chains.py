"""What is fed to the parsers of statements, confirmations and grants, and to what opens keys that statements name."""

from __future__ import annotations

import json
import random
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from hashlib import sha256

from _fuzz_mutate import mixed, scrambled, spoiled
from _fuzz_parsers import signed_again
from _fuzz_run import Parser
from tests.seal.test_documents import AMINA, CHIDI, NOW, OTP, ROOT, XA, Sent, known, opener

from comity_seal import canonical, dsse, errors
from comity_seal.authority import Member, Officer, verify_chain
from comity_seal.confirmation import Link, confirmed
from comity_seal.envelope import verify_envelope
from comity_seal.grant import follow, verify_grant
from comity_seal.opening import age, statements
from comity_seal.opening.granting import grant
from comity_seal.opening.identities import HybridRecipient
from comity_seal.opening.keyset import KeySet
from comity_seal.opening.opening import Expected
from comity_seal.opening.recovery import open_inner, open_outer
from comity_seal.opening.wraps import Epoch, open_epochs

ONE, TWO, NEW = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
SIGNERS = {keys.public.id: keys for keys in (*ROOT.registry, AMINA, CHIDI)}
NEWCOMER = KeySet.from_seeds(b"\x51" * 32, b"\x52" * 32, b"\x53" * 32)
FIRST, SECOND = Epoch.generate("XA"), Epoch.generate("XA", 2)


@cache
def links() -> tuple[bytes, ...]:
    """A chain with a statement of every sort that two administrators can make."""
    members = [Member(ONE, "Amina", "officer", AMINA.public), Member(TWO, "Chidi", "officer", CHIDI.public)]
    names = {"en": "Xandria", "fr": "Xandrie"}
    found = [
        ROOT.genesis(
            code="XA", kind="state", organ=None, names=names, members=members, epoch=FIRST,
            wraps=statements.wraps_for(FIRST, members), created=NOW,
        )
    ]  # fmt: skip

    def so_far():
        return verify_chain(found, ROOT.public, "XA")

    def agreed(link: bytes, keys: KeySet, by: str) -> None:
        found.append(confirmed(link, statements.confirm(keys, by, link, created=NOW)))

    found.append(statements.rotate(AMINA, ONE, so_far(), reason="-", old=FIRST, new=SECOND, created=NOW)[0])
    newcomer = Member(NEW, "New", "officer", NEWCOMER.public)
    agreed(statements.add_member(AMINA, ONE, so_far(), member=newcomer, epoch=SECOND, created=NOW)[0], NEWCOMER, NEW)
    officers = [Officer(ONE, "Amina", AMINA.public), Officer(TWO, "Chidi", CHIDI.public)]
    recovery = statements.set_recovery(AMINA, ONE, so_far(), officers=officers, epoch=SECOND, created=NOW)
    FILES.extend(recovery[1].files)
    agreed(recovery[0], CHIDI, TWO)
    agreed(statements.add_admin(AMINA, ONE, so_far(), user=NEW, created=NOW), CHIDI, TWO)
    agreed(statements.remove_admin(AMINA, ONE, so_far(), user=NEW, reason="-", created=NOW), CHIDI, TWO)
    found.append(
        statements.revoke(
            AMINA, ONE, so_far(), user=NEW, revoked=NEWCOMER.public.id, since=NOW, reason="-", created=NOW
        )
    )
    return tuple(found)


FILES: list[bytes] = []
SIGNERS[NEWCOMER.public.id] = NEWCOMER


def chain(data: bytes) -> None:
    verify_chain(data.split(b"\0"), ROOT.public, "XA")


def chained(chance: random.Random) -> bytes:
    """The chain up to a statement that is spoiled, or one of its confirmations is, and signed again by the same."""
    length = chance.randint(1, len(links()))
    *before, last = links()[:length]
    lines = last.split(b"\n")
    place = chance.randrange(len(lines))
    lines[place] = signed_again(lines[place], SIGNERS[dsse.Dsse.parse(lines[place]).keyset])(chance)
    if chance.random() < 0.2:
        lines += lines[1:] * chance.choice((1, 2, 5))
    return b"\0".join([*before, b"\n".join(lines)])


@cache
def state():
    return verify_chain(links()[:4], ROOT.public, "XA")


def wraps(data: bytes) -> None:
    """A wrap and a chain wrap, beside statements that name exactly these files."""
    own, _, older = data.partition(b"\0\0")
    first, second = state().epochs[1], state().epochs[2]
    named = replace(second, wraps={AMINA.public.id: sha256(own).hexdigest()}, chain=sha256(older).hexdigest())
    verified = replace(state(), epochs={1: replace(first, wraps={}), 2: named})
    open_epochs({2: own}, {2: older}, AMINA, verified)


def rewrapped(chance: random.Random) -> bytes:
    own = SECOND.text.encode() if chance.random() < 0.6 else scrambled(chance, SECOND.text.encode())
    older = scrambled(chance, FIRST.text.encode())
    sealed = age.seal(own, [HybridRecipient(AMINA.public.age)])
    return sealed + b"\0\0" + age.seal(older, [HybridRecipient(SECOND.recipient)])


def recovery(data: bytes) -> None:
    """A file of recovery, beside a statement that names exactly this file."""
    officer = state().recovery
    assert officer is not None
    files = tuple(replace(one, sha256=sha256(data).hexdigest()) for one in officer.files)
    verified = replace(state(), recovery=replace(officer, files=files))
    open_inner(open_outer(data, AMINA, verified), CHIDI, verified)


def resealed(chance: random.Random) -> bytes:
    """Two files in one another, of spoiled content."""
    inner = age.seal(chance.randbytes(chance.choice((0, 60, 200))), [HybridRecipient(CHIDI.public.age)])
    inner = scrambled(chance, inner) if chance.random() < 0.5 else inner
    return age.seal(inner, [HybridRecipient(AMINA.public.age)])


SENT = Sent(b"Account, amount\n", readers=("OTP",))


@cache
def granted() -> bytes:
    asked = Expected(SENT.doc, SENT.sealed.manifest.thread)
    opened = opener(OTP).open(SENT.envelope, SENT.header, SENT.manifest_age, asked)
    return grant(opened, author=OTP.author, readers=[OTP.verified, XA.verified], created=NOW).grant


def grants(data: bytes) -> None:
    verify_grant(data, known)
    follow(envelope(), [data], known)


@cache
def envelope():
    return verify_envelope(SENT.envelope, AMINA.public)


def regranted(chance: random.Random) -> bytes:
    value = json.loads(b64decode(json.loads(granted())["payload"]))
    payload = spoiled(chance, value) if chance.random() < 0.8 else canonical.dumps(value)
    return AMINA.sign(dsse.GRANT, payload)


def parsers() -> Iterator[Parser]:
    """Longer chains, confirmations, grants, and keys below keys."""
    links()
    signed = (errors.NotAuthentic, errors.FormatError)
    yield Parser("longer chain", chain, mixed(chained, plain=[b"\0".join(links())]), signed)
    with_one = [one for one in links() if b"\n" in one]
    spoil = mixed(lambda chance: chained(chance).split(b"\0")[-1], plain=with_one)
    yield Parser("link", Link.parse, spoil, (errors.FormatError, errors.SignatureInvalid))
    yield Parser("wraps of two epochs", wraps, rewrapped, (errors.ForgedWrap,))
    yield Parser("file of recovery", recovery, mixed(resealed, plain=FILES), (errors.ForgedWrap,))
    refused = (errors.NotAuthentic,)
    yield Parser("grant", grants, mixed(regranted, plain=[granted()]), refused)
