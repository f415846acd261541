"""Signing in a program without typing a password into it: its owner allows it in her browser [RFC 8628].

The program is given a long code, which it keeps, and a short one, which it shows.  Of both only hashes are kept; the
short one's is keyed, because a short code is found from its plain hash.  Its owner types the short code, which is then
hers alone, sees what asks, and allows or refuses.  The program fetches its token once.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from comity.accounts import events, queries, sessions
from comity.accounts.actions import SignedIn
from comity.accounts.model import Account, DeviceSignIn
from comity.core.actors import SYSTEM, Actor
from comity.core.errors import ComityError, Fault, Invalid, NotFound, Refused, TooMany
from comity.core.settings import settings
from comity.core.text import _
from comity.core.transaction import Transaction, transaction

ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so no words; no digits, so nothing that looks like a letter [RFC 8628, 6.1]."""

LETTERS = 8
"""Of a short code: 34 bits, good for ten minutes and few guesses."""

LIFETIME = timedelta(minutes=10)

INTERVAL = 5
"""Seconds between two questions of a program, and what is added for one that asks too often [RFC 8628, 3.5]."""

SLOWEST = 60

MOST_WAITING, MOST_FROM_ONE_ADDRESS = 1000, 20
"""Programs that wait for a decision at the same time."""

EVERYBODY = sha256(b"device codes").hexdigest()
"""Under what guesses of all accounts together are counted."""


class Pending(ComityError):
    """Nobody has decided yet."""

    status = 400
    code = "authorization-pending"


class SlowDown(ComityError):
    """The program asks too often: five seconds more between two questions from now on."""

    status = 400
    code = "slow-down"


class AccessDenied(ComityError):
    """The owner of the account said no."""

    status = 400
    code = "access-denied"


class ExpiredToken(ComityError):
    """The code is unknown, too old or used."""

    status = 400
    code = "expired-token"


@dataclass(frozen=True)
class Asked:
    """What a program is given, once."""

    device_code: str
    user_code: str


def grouped(code: str) -> str:
    """WDJB-MJHT: easier to read out."""
    return f"{code[:4]}-{code[4:]}"


def _keyed(key: bytes, what: str, text: str) -> str:
    return hmac.digest(key, f"{what} {text}".encode(), "sha256").hex()


def _name(given: str) -> str:
    """What a program calls itself, without anything that hides or turns text."""
    return " ".join("".join(letter for letter in given if letter.isprintable()).split())[:60]


def ask(name: str, *, key: bytes, origin: str) -> Asked:
    """A program asks to be signed in.  Raises TooMany where too many wait already.

    `origin` is the address that it asks from, kept only as a hash.
    """
    came_from = _keyed(key, "origin", origin)
    with transaction(SYSTEM) as tx:
        here = queries.waiting_devices(tx, DeviceSignIn.origin_hash == came_from)
        full = here >= MOST_FROM_ONE_ADDRESS or queries.waiting_devices(tx) >= MOST_WAITING
        asked = None if full else _begin(tx, _name(name), key, came_from)
    if asked is None:
        raise TooMany(_("Too many programs wait to be signed in: try again in ten minutes."))
    return asked


def _begin(tx: Transaction, name: str, key: bytes, came_from: str) -> Asked:
    asked = Asked(secrets.token_urlsafe(32), "".join(secrets.choice(ALPHABET) for _ in range(LETTERS)))
    tx.session.add(
        DeviceSignIn(
            device_sha256=sessions.token_hash(asked.device_code),
            user_code_hash=_keyed(key, "code", asked.user_code),
            origin_hash=came_from,
            name=name,
            state="asked",
            interval=INTERVAL,
            created_at=tx.now,
            expires_at=tx.now + LIFETIME,
        )
    )
    return asked


# The person


def claim(actor: Actor, typed: str, *, key: bytes) -> UUID:
    """The waiting program that shows this code; it is decided about by this account alone from now on.

    Raises Invalid, or TooMany after the wrong codes that the settings allow to an account, and to all together.
    """
    code = re.sub(r"[\s\-\u2010-\u2015]", "", typed).upper()
    if len(code) != LETTERS or not set(code) <= set(ALPHABET):
        raise _not_a_code(_("The code has eight letters, such as WDJB-MJHT."))
    with transaction(actor) as tx:
        mine = sha256(f"device codes {actor.id}".encode()).hexdigest()
        limits = settings().limits
        may = sessions.may_guess(tx, mine, limits.guesses_per_hour)
        may = may and sessions.may_guess(tx, EVERYBODY, limits.device_guesses_per_hour)
        device = _waiting(tx, _keyed(key, "code", code)) if may else None
        if device is not None:
            device.state, device.account_id = "shown", UUID(actor.id)
        elif may:
            sessions.keep_guess(tx, mine)
            sessions.keep_guess(tx, EVERYBODY)
            tx.record(None, events.DeviceMistyped())
    if not may:
        raise TooMany(_("Too many wrong codes: wait an hour, or ask your administrator."))
    if device is None:
        raise _not_a_code(_("No program waits with this code: compare it, or let the program ask again."))
    return device.id


def _not_a_code(problem: str) -> Invalid:
    return Invalid(problem, [Fault("/code", problem)])


def _waiting(tx: Transaction, user_code_hash: str) -> DeviceSignIn | None:
    device = queries.device(tx, DeviceSignIn.user_code_hash == user_code_hash, DeviceSignIn.expires_at > tx.now)
    if device is None:
        return None
    mine = device.state == "shown" and str(device.account_id) == tx.actor.id
    return device if mine or device.state == "asked" else None


def claimed(tx: Transaction, device_id: UUID, *, lock: bool = False) -> DeviceSignIn:
    """A program whose code the actor has typed.  Raises NotFound, or Refused once it is decided or too late."""
    mine = (DeviceSignIn.id == device_id, DeviceSignIn.account_id == UUID(tx.actor.id))
    device = queries.device(tx, *mine, lock=lock)
    if device is None:
        raise NotFound(_("There is nothing here that you can see."))
    if device.state != "shown":
        raise Refused(_("You have decided about this program already."))
    if device.expires_at <= tx.now:
        raise Refused(_("This code has expired: let the program ask again."))
    return device


def allow(tx: Transaction, device_id: UUID) -> None:
    """Let the program be signed in as the actor.  Raises NotFound or Refused."""
    account = tx.load(Account, UUID(tx.actor.id), to="account.change")
    device = claimed(tx, device_id, lock=True)
    device.state = "allowed"
    tx.record(account, events.DeviceApproved(str(device.id)))


def refuse(tx: Transaction, device_id: UUID) -> None:
    """Let it not.  Raises NotFound or Refused."""
    account = tx.load(Account, UUID(tx.actor.id), to="account.change")
    device = claimed(tx, device_id, lock=True)
    device.state = "refused"
    tx.record(account, events.DeviceRefused(str(device.id)))


# The program


def collect(device_code: str) -> SignedIn:
    """Begin the session that was allowed.  Raises Pending, SlowDown, AccessDenied or ExpiredToken."""
    digest = sessions.token_hash(device_code)
    with transaction(SYSTEM) as tx:
        answer = _asked_again(tx, digest)
    if isinstance(answer, ComityError):
        raise answer
    signed_in = _begin_session(answer.actor, digest)
    if signed_in is None:
        raise _expired()
    return signed_in


def _expired() -> ExpiredToken:
    return ExpiredToken(_("This code has expired or was used: ask for a new one."))


def _asked_again(tx: Transaction, digest: str) -> ComityError | Account:
    """What keeps the program waiting, or whose session it may begin."""
    device = queries.device(tx, DeviceSignIn.device_sha256 == digest)
    if device is None or device.expires_at <= tx.now or device.state == "done":
        return _expired()
    if device.state == "refused":
        return AccessDenied(_("It was refused in the browser."))
    soon = device.polled_at is not None and tx.now < device.polled_at + timedelta(seconds=device.interval)
    device.polled_at = tx.now
    if soon:
        device.interval = min(SLOWEST, device.interval + INTERVAL)
        return SlowDown(_("Ask less often."))
    if device.state != "allowed":
        return Pending(_("Nobody has decided yet."))
    return queries.by_id(tx, device.account_id) or _expired()


def _begin_session(owner: Actor, digest: str) -> SignedIn | None:
    """None where somebody was quicker, or the account was closed or changed meanwhile."""
    with transaction(owner) as tx:
        account = queries.still_open(tx, UUID(owner.id))
        device = queries.device(tx, DeviceSignIn.device_sha256 == digest, DeviceSignIn.state == "allowed")
        if account is None or device is None:
            return None
        device.state = "done"
        token, begun = sessions.begin(tx, account, "client", device.name)
        tx.record(None, events.SessionStarted(str(begun.id), "client"))
    return SignedIn(token, begun, account)
