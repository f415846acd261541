"""Offices whose chains grow: people with fixed keys, every kind of statement rightly made, and any statement at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from comity_demo.roots import Holders, confirmed_by
from comity_seal import canonical, dsse
from comity_seal.authority import Member, Officer, VerifiedAuthority, verify_chain
from comity_seal.confirmation import Link, confirmed
from comity_seal.opening import statements
from comity_seal.opening.identities import HybridIdentity
from comity_seal.opening.keyset import KeySet
from comity_seal.opening.statements import ROOT, Wraps
from comity_seal.opening.wraps import Epoch


def seeded(name: str) -> KeySet:
    return KeySet.from_seeds(*(sha256(f"{name} {part}".encode()).digest() for part in range(3)))


@dataclass(frozen=True)
class Person:
    """Somebody with an account and a key set; `renewed` is the same person with another one."""

    name: str
    number: int
    version: int = 1

    @property
    def user(self) -> str:
        return str(UUID(int=self.number))

    @property
    def keys(self) -> KeySet:
        return _keys(self.name, self.version)

    @property
    def id(self) -> str:
        return self.keys.public.id

    @property
    def member(self) -> Member:
        return Member(self.user, self.name, "focal point", self.keys.public)

    @property
    def officer(self) -> Officer:
        return Officer(self.user, self.name, self.keys.public)

    @property
    def renewed(self) -> Person:
        return Person(self.name, self.number, self.version + 1)


@lru_cache
def _keys(name: str, version: int) -> KeySet:
    return seeded(f"{name} {version}")


ADA, BEN, CARO, DAN, EVA, OLE, PIA, QUY = (
    Person(name, number) for number, name in enumerate(["Ada", "Ben", "Caro", "Dan", "Eva", "Ole", "Pia", "Quy"], 1)
)


def rooted(name: str) -> Holders:
    """A root with three fixed key sets a group, of which two have to speak."""
    return Holders(*([seeded(f"{name} {group} {one}") for one in range(3)] for group in ("registry", "prosecutor")))


THE_ROOT = rooted("the root")
OTHER_ROOT = rooted("another root")
FIRST, SECOND, THIRD = THE_ROOT.registry
FIRST_OF_OTP, SECOND_OF_OTP, _ = THE_ROOT.prosecutor
STRANGER = OTHER_ROOT.registry[0]
"""A key set that no pinned root has."""


def at(minute: int) -> str:
    """A time of the day on which everything here happens."""
    return f"2026-03-02T{8 + minute // 60:02}:{minute % 60:02}:00Z"


@lru_cache
def _epoch(code: str, n: int) -> Epoch:
    return Epoch(code, n, HybridIdentity(sha256(f"{code} epoch {n}".encode()).digest()))


@lru_cache
def _founded(
    code: str, members: tuple[Person, ...], admins: tuple[Person, ...], kind: str, organ: str | None
) -> tuple[bytes, dict[str, bytes]]:
    wraps = statements.wraps_for(_epoch(code, 1), [one.member for one in members])
    genesis = THE_ROOT.genesis(
        code=code,
        kind=kind,
        organ=organ,
        names={"en": code.title(), "fr": code.title()},
        members=[one.member for one in members],
        epoch=_epoch(code, 1),
        wraps=wraps,
        created=at(0),
        admins=[one.user for one in admins],
    )
    return genesis, wraps


_RECOVERED: dict[Any, tuple[bytes, Wraps]] = {}


class Office:
    """An authority with Ada and Ben, who administer it, and Caro.  Each statement is a minute after the last."""

    def __init__(
        self,
        code: str = "XA",
        members: Sequence[Person] = (ADA, BEN, CARO),
        admins: Any = (ADA, BEN),
        *,
        kind: str = "state",
        organ: str | None = None,
    ) -> None:
        self.code = code
        self.holders = THE_ROOT.of(kind, organ)
        self.epochs = {1: self.epoch(1)}
        genesis, wraps = _founded(code, tuple(members), tuple(admins), kind, organ)
        self.chain = [genesis]
        self.wraps: dict[int, dict[str, bytes]] = {1: dict(wraps)}
        self.chains: dict[int, bytes] = {}
        self.recovery: Wraps | None = None
        self.recovery_wraps: dict[int, bytes] = {}

    def epoch(self, n: int) -> Epoch:
        """The key that becomes number `n`."""
        return _epoch(self.code, n)

    @property
    def verified(self) -> VerifiedAuthority:
        return said(tuple(self.chain), self.code)

    @property
    def now(self) -> str:
        return at(len(self.chain))

    @property
    def newest(self) -> Epoch:
        return self.epochs[max(self.epochs)]

    def take(self, link: bytes, wraps: Wraps | None = None) -> bytes:
        """The link as the next one, with what came with it; it must be right."""
        self.chain.append(link)
        newest = self.verified.epoch.n
        if newest not in self.epochs:
            self.epochs[newest] = self.epoch(newest)
        if wraps is not None:
            self.wraps.setdefault(newest, {}).update(wraps.members)
            if wraps.chain is not None:
                self.chains[newest] = wraps.chain
            if wraps.recovery is not None:
                self.recovery_wraps[newest] = wraps.recovery
            if wraps.files:
                self.recovery = wraps
        return link

    def confirmed(self, link: bytes, *by: Person | KeySet | str) -> bytes:
        """By persons, by a single key set as the root, or by ROOT, which are two holders who did not sign."""
        for one in by:
            if isinstance(one, Person):
                link = confirmed(link, statements.confirm(one.keys, one.user, link, created=self.now))
            else:
                holders = self.holders[1:] if isinstance(one, str) else [one]
                link = confirmed_by(holders, link, self.now)
        return link

    def next(self) -> dict[str, Epoch]:
        return {"old": self.newest, "new": self.epoch(self.newest.n + 1)}

    def _by(self, person: Person) -> tuple[KeySet, str, VerifiedAuthority]:
        return person.keys, person.user, self.verified

    def add(self, by: Person, who: Person) -> tuple[bytes, Wraps]:
        return statements.add_member(*self._by(by), member=who.member, epoch=self.newest, created=self.now)

    def remove(self, by: Person, who: Person) -> tuple[bytes, Wraps]:
        made = {"user": who.user, "reason": "left", "created": self.now, **self.next()}
        return statements.remove_member(*self._by(by), **made)

    def name_admin(self, by: Person, who: Person) -> bytes:
        return statements.add_admin(*self._by(by), user=who.user, created=self.now)

    def unname_admin(self, by: Person, who: Person) -> bytes:
        return statements.remove_admin(*self._by(by), user=who.user, reason="other work", created=self.now)

    def rotate(self, by: Person) -> tuple[bytes, Wraps]:
        return statements.rotate(*self._by(by), reason="yearly", created=self.now, **self.next())

    def set_recovery(self, by: Person, *officers: Person) -> tuple[bytes, Wraps]:
        named = [one.officer for one in officers]
        return statements.set_recovery(*self._by(by), officers=named, epoch=self.newest, created=self.now)

    def admit(self, by: Person, who: Person, *, admin: bool = False) -> tuple[bytes, Wraps]:
        made = {"member": who.member, "admin": admin, "reason": "keys lost", "created": self.now, **self.next()}
        return statements.admit(*self._by(by), **made)

    def revoke(self, by: Person | None, whose: Person, since: str | None = None) -> bytes:
        """By somebody, or by the first holder of the root, whom another has to confirm."""
        keys, user = (by.keys, by.user) if by else (self.holders[0], ROOT)
        said = {"user": whose.user, "revoked": whose.id, "since": since or at(0), "reason": "stolen"}
        return statements.revoke(keys, user, self.verified, created=self.now, **said)

    def with_recovery(self, *officers: Person) -> Office:
        """Set by Ada and Ben; offices that are the same so far set the same."""
        place = (tuple(self.chain), officers)
        if place not in _RECOVERED:
            link, wraps = self.set_recovery(ADA, *(officers or (OLE, PIA)))
            _RECOVERED[place] = self.confirmed(link, BEN), wraps
        self.take(*_RECOVERED[place])
        return self


@lru_cache(maxsize=512)
def said(chain: tuple[bytes, ...], code: str, unconfirmed: bool = False) -> VerifiedAuthority:
    return verify_chain(chain, THE_ROOT.public, code, unconfirmed=unconfirmed)


def payload(link: bytes) -> dict[str, Any]:
    return canonical.loads_strict(Link.parse(link).statement.payload)


def again(link: bytes, keys: KeySet, **changes: Any) -> bytes:
    """The statement of a link with other fields, signed with `keys`; a field that is given as ... is left out."""
    value = {**payload(link), **changes}
    value = {field: one for field, one in value.items() if one is not ...}
    return keys.sign(dsse.STATEMENT, canonical.dumps(value))


def reconfirmed(link: bytes, keys: KeySet, kind: str = dsse.CONFIRMATION, **changes: Any) -> bytes:
    """The link with its one confirmation, or the last of several, changed and signed with `keys`."""
    first, *others, last = link.split(b"\n")
    value = canonical.loads_strict(dsse.Dsse.parse(last).payload)
    lines = [*others, keys.sign(kind, canonical.dumps({**value, **changes}))]
    return b"\n".join([first, *sorted(lines, key=lambda line: dsse.Dsse.parse(line).keyset)])


def tampered(link: bytes, line: int = 0, field: str = "ed25519") -> bytes:
    """The link with one signature that does not verify."""
    lines = link.split(b"\n")
    parsed = dsse.Dsse.parse(lines[line])
    parts = {"ed25519": parsed.ed25519, "mldsa65": parsed.mldsa65}
    parts[field] = bytes([parts[field][0] ^ 1]) + parts[field][1:]
    lines[line] = dsse.assemble(parsed.payload_type, parsed.payload, parsed.keyset, parts["ed25519"], parts["mldsa65"])
    return b"\n".join(lines)
