"""Offices whose chains grow with real keys: what administrators, officers and candidates sign, and how it comes in.

Cyrus and Cleo are of Xandria and have key sets, but no statement lists them yet.
"""

from base64 import b64encode
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select
from tests import people
from tests.people import CHIDI, CHINUA
from tests.visits import Program
from werkzeug.test import TestResponse

from comity.accounts import actions as accounts
from comity.accounts.model import Account
from comity.core import clock
from comity.core.actors import SYSTEM, Actor
from comity.core.database import Session
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.keys import actions, queries
from comity_demo.roots import confirmed_by
from comity_seal.authority import Member, Officer, VerifiedAuthority
from comity_seal.opening import statements
from comity_seal.opening.keyset import KeySet
from comity_seal.opening.statements import ROOT, Wraps, confirm
from comity_seal.opening.wraps import Epoch

CYRUS = Actor("0000000a-0000-4000-8000-00000000000a", "focal point", "XA")
CLEO = Actor("0000000b-0000-4000-8000-00000000000b", "focal point", "XA")
people.NAMES |= {CYRUS: "Cyrus Bello", CLEO: "Cleo Abara"}


def b64(data: bytes) -> str:
    return b64encode(data).decode()


def now() -> str:
    return clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def names() -> list[str]:
    """The journal's lines in order, sign-ins aside."""
    return [line.name for line in lines()]


def lines() -> list[Entry]:
    with Session(writes=False) as session:
        return list(session.scalars(select(Entry).where(Entry.name != "session.started").order_by(Entry.seq)))


def count(model: Any) -> int:
    with Session(writes=False) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def settle(*, keys: bool = True) -> None:
    """The cast with keys and first statements; Cyrus and Cleo with their key sets."""
    people.populate(keys=True)
    for actor in (CYRUS, CLEO):
        arrive(actor, keys=keys)


def arrive(actor: Actor, *, keys: bool = True) -> None:
    """Open an account that no statement lists; with its key set."""
    with transaction(SYSTEM) as tx:
        people._open_account(tx, actor)
    if keys:
        deposit(actor, people.keyset(actor))


def deposit(actor: Actor, keyset: KeySet, *, lost: bool = False) -> None:
    with transaction(actor) as tx:
        ways = people.ways(actor)
        actions.deposit_key_set(tx, people.account_id(actor), keyset.public.canonical, ways, lost=lost)


def close_account(actor: Actor) -> None:
    with transaction(people.FAYE) as tx:
        accounts.disable_account(tx, people.account_id(actor))


@lru_cache
def second_keyset(actor: Actor) -> KeySet:
    """Another key set of that person, made after she lost her first."""
    return KeySet.from_seeds(*people._seeds(f"{actor.id} again"))


def member(actor: Actor, keyset: KeySet | None = None) -> Member:
    keys = (keyset or people.keyset(actor)).public
    return Member(actor.id, people.NAMES[actor], actor.role, keys)


def officer(actor: Actor) -> Officer:
    return Officer(actor.id, people.NAMES[actor], people.keyset(actor).public)


def body(link: bytes, wraps: Wraps | None = None) -> dict[str, Any]:
    """What is posted."""
    wraps = wraps or Wraps({})
    return {
        "link": b64(link),
        "wraps": {keyset: b64(data) for keyset, data in wraps.members.items()},
        "chain_wrap": None if wraps.chain is None else b64(wraps.chain),
        "recovery_wrap": None if wraps.recovery is None else b64(wraps.recovery),
        "recovery_files": [b64(file) for file in wraps.files],
    }


class Office:
    """One authority, seen over the API, with the keys of its epochs at hand."""

    def __init__(self, app: Flask, code: str = "XA") -> None:
        self.app, self.code = app, code
        self._programs: dict[Actor, Program] = {}
        self.newest = people.epoch(code)

    @property
    def said(self) -> VerifiedAuthority:
        with transaction(SYSTEM, writes=False) as tx:
            found = queries.verified(tx, self.code)
        assert found is not None
        return found

    def next(self) -> Epoch:
        return Epoch.generate(self.code, self.newest.n + 1)

    # What people sign

    def rotate(self, by: Actor = CHIDI, **more: Any) -> tuple[bytes, Wraps, Epoch]:
        new = self.next()
        made = {"reason": "yearly", "old": self.newest, "new": new, "created": now()} | more
        return *statements.rotate(people.keyset(by), by.id, self.said, **made), new

    def add(self, who: Actor = CYRUS, by: Actor = CHIDI, keyset: KeySet | None = None) -> tuple[bytes, Wraps]:
        new = member(who, keyset)
        return statements.add_member(people.keyset(by), by.id, self.said, member=new, epoch=self.newest, created=now())

    def remove(self, who: Actor, by: Actor = CHIDI) -> tuple[bytes, Wraps, Epoch]:
        new = self.next()
        made = {"user": who.id, "reason": "left", "old": self.newest, "new": new, "created": now()}
        return *statements.remove_member(people.keyset(by), by.id, self.said, **made), new

    def make_admin(self, who: Actor, by: Actor = CHIDI) -> bytes:
        return statements.add_admin(people.keyset(by), by.id, self.said, user=who.id, created=now())

    def unmake_admin(self, who: Actor, by: Actor = CHIDI) -> bytes:
        made = {"user": who.id, "reason": "other duties", "created": now()}
        return statements.remove_admin(people.keyset(by), by.id, self.said, **made)

    def set_recovery(self, *officers: Actor, by: Actor = CHIDI) -> tuple[bytes, Wraps]:
        made = {"officers": [officer(one) for one in officers], "epoch": self.newest, "created": now()}
        return statements.set_recovery(people.keyset(by), by.id, self.said, **made)

    def revoke(self, whose: Actor, by: Actor | str = CHIDI, keyset: KeySet | None = None) -> bytes:
        signer = self.holders[0] if by == ROOT else people.keyset(by)  # type: ignore[arg-type]
        named = by if isinstance(by, str) else by.id
        revoked = (keyset or people.keyset(whose)).public.id
        made = {"user": whose.id, "revoked": revoked, "since": now(), "reason": "lost", "created": now()}
        return statements.revoke(signer, named, self.said, **made)

    # How it is brought in

    def program(self, actor: Actor) -> Program:
        """Somebody's program, signed in once."""
        if actor not in self._programs:
            self._programs[actor] = Program(self.app, actor)
        return self._programs[actor]

    def ask(self, actor: Actor, method: str, path: str, json: Any = None) -> TestResponse:
        return self.program(actor).api(method, f"/authorities/{self.code}{path}", json)

    def post(self, by: Actor, link: bytes, wraps: Wraps | None = None) -> TestResponse:
        return self.ask(by, "POST", "/statements", body(link, wraps))

    def propose(self, by: Actor, link: bytes, wraps: Wraps | None = None) -> str:
        """A proposal that is taken; gives its identifier."""
        answer = self.ask(by, "POST", "/proposals", body(link, wraps))
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return str(answer.json["id"])

    def confirm(self, by: Actor, proposal: str, link: bytes, *, keyset: KeySet | None = None) -> TestResponse:
        signed = confirm(keyset or people.keyset(by), by.id, link, created=now())
        return self.bring(by, proposal, signed)

    @property
    def holders(self) -> Sequence[KeySet]:
        """Those who speak as the root about this authority."""
        of, organ, *_ = people.AUTHORITIES[self.code]
        return people.root().of(of, organ)

    def confirm_by_root(self, carrier: Actor, proposal: str, link: bytes) -> TestResponse:
        """By two holders; gives the answer to the second."""
        for holder in self.holders[:2]:
            answer = self.confirm_by_holder(holder, carrier, proposal, link)
        return answer

    def confirm_by_holder(self, holder: KeySet, carrier: Actor, proposal: str, link: bytes) -> TestResponse:
        return self.bring(carrier, proposal, confirm(holder, ROOT, link, created=now()))

    def bring(self, by: Actor, proposal: str, signed: bytes) -> TestResponse:
        return self.ask(by, "POST", f"/proposals/{proposal}/confirmations", {"confirmation": b64(signed)})

    # Whole steps

    def rotated(self, by: Actor = CHIDI) -> None:
        link, wraps, new = self.rotate(by)
        assert self.post(by, link, wraps).status_code == 201
        self.newest = new

    def added(self, who: Actor = CYRUS, by: Actor = CHIDI, keyset: KeySet | None = None) -> None:
        link, wraps = self.add(who, by, keyset)
        answer = self.confirm(who, self.propose(by, link, wraps), link, keyset=keyset)
        assert answer.json == {"registered": True, "seq": self.said.seq}

    def removed(self, who: Actor, by: Actor = CHIDI, second: Actor | None = None) -> None:
        link, wraps, new = self.remove(who, by)
        if second is None:
            assert self.post(by, link, wraps).status_code == 201
        else:
            assert self.confirm(second, self.propose(by, link, wraps), link).json["registered"]
        self.newest = new

    def recovery_set(self, *officers: Actor, by: Actor = CHIDI, second: Actor = CHINUA) -> Wraps:
        link, wraps = self.set_recovery(*officers, by=by)
        assert self.confirm(second, self.propose(by, link, wraps), link).json["registered"]
        return wraps

    def revoked(self, whose: Actor, by: Actor | str = CHIDI) -> None:
        carrier = people.FAYE if by == ROOT else by
        assert isinstance(carrier, Actor)
        link = self.revoke(whose, by)
        whole = confirmed_by(self.holders[1:2], link, now()) if by == ROOT else link
        assert self.post(carrier, whole).status_code == 201


def account(actor: Actor) -> Account:
    with Session(writes=False) as session:
        return session.get_one(Account, UUID(actor.id))
