"""Kinds about statements that follow one another: rolled back, forked, with a gap, unconfirmed, by who may not.

Xandria's chain has a second statement, a new epoch; clients have seen it before.  Chinua, one of its administrators,
works with the platform where that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from _hostile_keys import EVE, changed, signatures
from _hostile_kinds import ACTS, Kind, both, chain, resource
from _hostile_world import NOW, World, text
from tests import people
from tests.people import CHIDI, CHINUA

from comity_seal.authority import Member, Officer, VerifiedAuthority, verify_chain
from comity_seal.confirmation import confirmed
from comity_seal.opening import statements
from comity_seal.opening.keyset import KeySet
from comity_seal.opening.wraps import Epoch, wrap

ID = "00000000-0000-4000-8000-00000000eeee"
EVE_AS = Member(ID, "Eve", "focal point", EVE.public)
Made = Callable[[World, VerifiedAuthority], bytes]


def newest(world: World) -> Epoch:
    return world.me(CHIDI).epoch


def then(make: Made, at: int = 2) -> Callable[[World, list[bytes]], list[bytes]]:
    """One statement more, in the place of all from `at`."""

    def change(world: World, found: list[bytes]) -> list[bytes]:
        before = found[:at]
        return [*before, make(world, verify_chain(before, people.root().public, "XA"))]

    return change


def rotated(keyset: KeySet, by: str, reason: str = "yearly") -> Made:
    """Another new epoch, whose key the platform knows if it made it."""

    def make(world: World, verified: VerifiedAuthority) -> bytes:
        old = newest(world) if verified.epoch.n > 1 else people.epoch("XA")
        new = Epoch("XA", old.n + 1, EVE.identity)
        return statements.rotate(keyset, by, verified, reason=reason, old=old, new=new, created=NOW)[0]

    return make


def with_recovery(world: World, verified: VerifiedAuthority) -> bytes:
    """A way back in for the platform and an accomplice, which nobody else has confirmed."""
    officers = [Officer(ID, "Eve", EVE.public), Officer(CHINUA.id, "Chinua", people.keyset(CHINUA).public)]
    keyset = people.keyset(CHINUA)
    return statements.set_recovery(
        keyset, CHINUA.id, verified, officers=officers, epoch=newest(world), created=NOW
    )[0]  # fmt: skip


def and_by_eve(make: Made) -> Made:
    """Confirmed, by the platform."""
    return lambda world, verified: _confirmed(make(world, verified), EVE, ID)


def and_by_herself(make: Made) -> Made:
    """Confirmed by the same person once more."""
    return lambda world, verified: _confirmed(make(world, verified), people.keyset(CHINUA), CHINUA.id)


def _confirmed(link: bytes, keyset: KeySet, by: str) -> bytes:
    return confirmed(link, statements.confirm(keyset, by, link, created=NOW))


def added(keyset: KeySet, by: str) -> Made:
    def make(world: World, verified: VerifiedAuthority) -> bytes:
        return statements.add_member(keyset, by, verified, member=EVE_AS, epoch=newest(world), created=NOW)[0]

    return make


def without_chidi(_world: World, verified: VerifiedAuthority) -> bytes:
    """An administrator less, by the word of one."""
    return statements.remove_admin(
        people.keyset(CHINUA), CHINUA.id, verified, user=CHIDI.id, reason="-", created=NOW
    )  # fmt: skip


def revoked(_world: World, verified: VerifiedAuthority) -> bytes:
    """Chidi's key set declared stolen, by the platform in Chidi's name."""
    own = people.keyset(CHIDI).public.id
    return statements.revoke(EVE, CHIDI.id, verified, user=CHIDI.id, revoked=own, since=NOW, reason="-", created=NOW)


def skipped(_world: World, verified: VerifiedAuthority) -> bytes:
    """A statement that continues one which is not shown."""
    return statements.remove_admin(
        people.keyset(CHINUA), CHINUA.id, replace(verified, seq=verified.seq + 1, sha256="0" * 64),
        user=CHINUA.id, reason="-", created=NOW,
    )  # fmt: skip


def with_reason(payload: dict[str, Any]) -> None:
    payload["epoch"]["reason"] = "changed"


def wraps(epoch: int, make: Callable[[], bytes]):
    def change(_world: World, value: dict[str, Any]) -> None:
        value["wraps"] = [{"authority": "XA", "epoch": epoch, "wrap": text(make())}]
        value["chains"] = []

    return change


def forged_chain_wrap(world: World, value: dict[str, Any]) -> None:
    """The key of the epoch before, as the platform would have it."""
    made = statements.wrap(Epoch("XA", 1, EVE.identity), world.me(CHIDI).keyset.public)
    value["wraps"] = [one for one in value["wraps"] if one["epoch"] == 2]
    value["chains"] = [{"authority": "XA", "epoch": 2, "wrap": text(made)}]


def no_keys(_world: World, value: dict[str, Any]) -> None:
    value["keyset"] = None


def kinds() -> Iterator[Kind]:
    opening, sending = ACTS["open"], ACTS["transmit"]
    moved, named = "are not those that this machine has seen: ", "is not authentic: "

    def shown(name: str, change, says: str, act=opening, **more: Any) -> Kind:
        return Kind(name, act, chain("XA", change), says, **more)

    yield shown("chain rolled back", lambda _w, found: found[:1], moved, browser="open")
    yield shown("chain rolled back to an old epoch, before sealing", lambda _w, found: found[:1], moved, sending)
    yield shown("chain withheld from who has seen it", lambda *_: [], moved, sending)
    forked = then(rotated(people.keyset(CHINUA), CHINUA.id, "another"), 1)
    yield shown("chain forked by an administrator", forked, moved, browser="open")
    yield shown("chain forked by an administrator, before sealing", forked, moved, sending)
    yield shown("chain with a gap", then(skipped), named + ".*does not follow")
    yield shown("statements in another order", lambda _w, found: found[::-1], moved)
    yield shown("statement twice", lambda _w, found: [*found, found[-1]], named + ".*does not follow")
    yield shown("statement changed under its signatures", lambda _w, f: [f[0], changed(f[1], with_reason)], moved)
    yield shown("later statement with one signature", lambda _w, f: [f[0], signatures(f[1], [0])], "signature")
    eves = rotated(EVE, CHIDI.id)
    yield shown("new epoch by the platform", then(eves), named, browser="open")
    yield shown("new epoch by the platform, before sealing", then(eves), named, sending, browser="transmit")
    yield shown("member added by the platform", then(added(EVE, CHIDI.id)), named)
    alone = then(added(people.keyset(CHINUA), CHINUA.id))
    yield shown("member added who did not confirm", alone, named + "this statement lacks a confirmation")
    lacks = named + "this statement lacks a confirmation"
    yield shown("recovery inserted", then(with_recovery), lacks, browser="open")
    yield shown("recovery inserted, confirmed by the platform", then(and_by_eve(with_recovery)), named)
    twice = then(and_by_herself(with_recovery))
    yield shown("recovery inserted, confirmed by the same", twice, named + "a second person has to confirm")
    yield shown("administrator removed by one", then(without_chidi), lacks)
    yield shown("key revoked by the platform", then(revoked), named)
    forged = resource("/keys/mine", wraps(2, lambda: wrap(Epoch("XA", 2, EVE.identity), people.keyset(CHIDI).public)))
    yield Kind("forged wrap of a later epoch", opening, forged, named)
    yield Kind("forged chain wrap", opening, resource("/keys/mine", forged_chain_wrap), named)
    only_old = resource("/keys/mine", wraps(1, lambda: people.wraps("XA")[people.keyset(CHIDI).public.id]))
    yield Kind("only the key of the old epoch handed over", ACTS["send"], only_old, named + ".*is held back")
    hidden = both(resource("/session", no_keys), chain("XA", lambda *_: []))
    yield Kind("please make your first key, and no statements", ACTS["make keys"], hidden, moved)
