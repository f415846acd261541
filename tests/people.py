"""The cast: who they are, their authorities, and, where a test needs them, their keys.

Amina and Bruno, cooperation officers of the Office of the Prosecutor; Grace of the Registry; Chidi and Chinua, focal
points of Xandria; Dora of Yvoria and Zola of Zephyria, who must see nothing of it; Emre, auditor; Faye, administrator.
"""

from collections.abc import Collection
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

from tests import remembered

from comity.accounts import events as account_events
from comity.accounts.model import Account
from comity.core.actors import SYSTEM, Actor
from comity.core.transaction import Transaction, transaction
from comity.directory import actions as directory
from comity.directory.model import Authority
from comity.keys import actions as keys
from comity.keys.ways import NewWay
from comity_demo.roots import Holders
from comity_seal.authority import Member, VerifiedAuthority, verify_chain
from comity_seal.opening import statements
from comity_seal.opening.identities import HybridIdentity
from comity_seal.opening.keyset import KeySet, protect
from comity_seal.opening.opening import Opener
from comity_seal.opening.sealing import Author
from comity_seal.opening.wraps import Epoch, unwrap
from comity_seal.ways import LEAST_LOGN


def _person(number: int, role: str, authority: str | None = None, organ: str | None = None) -> Actor:
    return Actor(str(UUID(f"{number:08x}-0000-4000-8000-{number:012x}")), role, authority, organ)


AMINA = _person(1, "cooperation officer", "OTP", "otp")
BRUNO = _person(2, "cooperation officer", "OTP", "otp")
CHIDI = _person(3, "focal point", "XA")
DORA = _person(4, "focal point", "YB")
EMRE = _person(5, "auditor")
FAYE = _person(6, "administrator")
GRACE = _person(7, "registry officer", "REG", "registry")
ZOLA = _person(8, "focal point", "ZC")
CHINUA = _person(9, "focal point", "XA")

NAMES = {
    AMINA: "Amina Diallo",
    BRUNO: "Bruno Keller",
    CHIDI: "Chidi Okafor",
    CHINUA: "Chinua Eze",
    DORA: "Dora Lind",
    EMRE: "Emre Aydin",
    FAYE: "Faye Moreau",
    GRACE: "Grace Mensah",
    ZOLA: "Zola Ndlovu",
}
CAST = list(NAMES)
MEMBERS = [actor for actor in CAST if actor.authority]

LENA = _person(33, "translator", "LS", "registry")
LOUIS = _person(34, "translator", "LS", "registry")
TRANSLATORS = {LENA: "Lena Brandt", LOUIS: "Louis Petit"}
"""The language service of the Court, which only some tests need: see `populate_service`."""

AUTHORITIES = {
    "OTP": ("court", "otp", "Office of the Prosecutor", "Bureau du Procureur", "Europe/Amsterdam", "COURT"),
    "REG": ("court", "registry", "Registry", "Greffe", "Europe/Amsterdam", "COURT"),
    "XA": ("state", None, "Xandria", "Xandrie", "Africa/Dakar", "XA"),
    "YB": ("state", None, "Yvoria", "Yvorie", "Asia/Amman", "YB"),
    "ZC": ("state", None, "Zephyria", "Zéphyrie", "America/Santiago", "ZC"),
}
"""By code: state or court, organ, names, time zone, calendar."""

SERVICES = {
    "LS": (
        "court",
        "registry",
        "Language Services Section",
        "Section des services linguistiques",
        "Europe/Amsterdam",
        "COURT",
    )
}
"""Offices of the Court that serve its teams."""

PASSWORD = "a green lamp beside the quiet canal"
"""Everybody's, to sign in."""

PASSWORD_HASH = "$argon2id$v=19$m=64,t=1,p=1$Y29taXR5IHRlc3RzIDE2Yg$Hw5wCCokgOZrwDYSjMPKw/gP5/KuGQKNpmFXHstwmRE"
"""Of PASSWORD, at a cost that only tests may use."""

PASSPHRASE = "abandon-ability-able-about-above-absent-absorb-abstract"
"""Everybody's, for her key set."""

RECOVERY = "zoo-zone-zero-zebra-youth-young-yellow-year-yard-wrong"
"""Everybody's recovery code."""

CREATED = "2026-01-05T09:00:00Z"


def email(actor: Actor) -> str:
    return f"{_name(actor).split()[0].lower()}@{(actor.authority or 'court').lower()}.example"


def _name(actor: Actor) -> str:
    return NAMES.get(actor) or TRANSLATORS[actor]


def _office(code: str) -> tuple[str, str | None, str, str, str, str]:
    return AUTHORITIES[code] if code in AUTHORITIES else SERVICES[code]


def account_id(actor: Actor) -> UUID:
    return UUID(actor.id)


def populate(*, keys: bool = False, without: Collection[str] = ()) -> None:
    """Register the authorities and the cast; with `keys`, also key sets and the first statement of each authority.

    The members of those in `without` have made no keys yet.
    """
    remembered.once(("people", keys, frozenset(without)), lambda: _populate(keys, without))


def _populate(keys: bool, without: Collection[str]) -> None:
    with transaction(SYSTEM) as tx:
        for code in AUTHORITIES:
            directory.register(tx, _authority(code))
        for actor in CAST:
            _open_account(tx, actor)
        if keys:
            _give_keys(tx, without)


def populate_service() -> None:
    """Register the language service, beside the cast with their keys: two translators, who have theirs."""
    with transaction(SYSTEM) as tx:
        for code in SERVICES:
            directory.register(tx, _authority(code))
        for actor in TRANSLATORS:
            _open_account(tx, actor)
            keys.deposit_key_set(tx, account_id(actor), keyset(actor).public.canonical, ways(actor))
        for code in SERVICES:
            keys.register_statement(tx, genesis(code), wraps(code))


def _authority(code: str) -> Authority:
    of, organ, name_en, name_fr, time_zone, calendar = _office(code)
    names = {"name_en": name_en, "name_fr": name_fr}
    service = "language" if code in SERVICES else None
    return Authority(code=code, of=of, organ=organ, **names, time_zone=time_zone, calendar=calendar, service=service)


def _open_account(tx: Transaction, actor: Actor) -> None:
    account = Account(
        id=account_id(actor),
        email=email(actor),
        name=_name(actor),
        role=actor.role,
        authority=actor.authority,
        organ=actor.organ,
        locale="fr" if actor is BRUNO else "en",
        time_zone=_office(actor.authority)[4] if actor.authority else "Europe/Amsterdam",
        password_hash=PASSWORD_HASH,
    )
    tx.add(account, to="account.create")
    tx.record(account, account_events.AccountCreated(actor.role, actor.authority))


def _give_keys(tx: Transaction, without: Collection[str]) -> None:
    for actor in MEMBERS:
        if actor.authority not in without:
            keys.deposit_key_set(tx, account_id(actor), keyset(actor).public.canonical, ways(actor))
    for code in AUTHORITIES:
        if code not in without:
            keys.register_statement(tx, genesis(code), wraps(code))


def _seeds(name: str) -> list[bytes]:
    return [sha256(f"comity tests {name} {part}".encode()).digest() for part in ("xwing", "ed25519", "mldsa65")]


@lru_cache
def root() -> Holders:
    """The root under which the tests' authorities stand; the settings of tests pin it (tests/root.public.json)."""
    groups = ([f"root {group} {one}" for one in range(3)] for group in ("registry", "prosecutor"))
    return Holders(*([KeySet.from_seeds(*_seeds(name)) for name in names] for names in groups))


@lru_cache
def keyset(actor: Actor) -> KeySet:
    return KeySet.from_seeds(*_seeds(actor.id))


@lru_cache
def protected(actor: Actor) -> bytes:
    """The key set behind PASSPHRASE."""
    return protect(keyset(actor), PASSPHRASE, logn=LEAST_LOGN)


@lru_cache
def recovery(actor: Actor) -> bytes:
    """The key set behind RECOVERY."""
    return protect(keyset(actor), RECOVERY, logn=LEAST_LOGN)


def ways(actor: Actor) -> list[NewWay]:
    """What everybody begins with."""
    return [NewWay("passphrase", protected(actor)), NewWay("recovery", recovery(actor))]


@lru_cache
def epoch(code: str) -> Epoch:
    return Epoch(code, 1, HybridIdentity(_seeds(code)[0]))


def members(code: str) -> list[Member]:
    return [
        Member(actor.id, _name(actor), actor.role, keyset(actor).public)
        for actor in [*MEMBERS, *TRANSLATORS]
        if actor.authority == code
    ]


@lru_cache
def wraps(code: str) -> dict[str, bytes]:
    return statements.wraps_for(epoch(code), members(code))


@lru_cache
def genesis(code: str) -> bytes:
    of, organ, name_en, name_fr, *_ = _office(code)
    return root().genesis(
        code=code,
        kind=of,
        organ=organ,
        names={"en": name_en, "fr": name_fr},
        members=members(code),
        epoch=epoch(code),
        wraps=wraps(code),
        created=CREATED,
    )


@lru_cache
def verified(code: str) -> VerifiedAuthority:
    """What the chain of an authority says under the root."""
    return verify_chain([genesis(code)], root().public, code)


def author(actor: Actor) -> Author:
    """Who seals and signs."""
    return Author(keyset(actor), actor.id, verified(str(actor.authority)))


def opener(actor: Actor) -> Opener:
    """Who opens, with the key that was wrapped to her."""
    code = str(actor.authority)
    own = unwrap(wraps(code)[keyset(actor).public.id], keyset(actor), verified(code), 1)
    return Opener({1: own}, code, verified)
