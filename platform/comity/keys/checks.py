"""What is checked of a new link before the platform keeps it: the rules of chains, and what the directory knows.

Clients check the chain again under the root that they have pinned; what is checked here shows mistakes early.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from comity.accounts.model import Account
from comity.core.errors import ComityError, Conflict, Invalid
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.directory.model import Authority
from comity.keys import queries, trust
from comity.keys.model import FORMER
from comity.keys.wraps import Sealed
from comity_seal import canonical, dsse
from comity_seal.authority import Change, Member, VerifiedAuthority, verify_chain
from comity_seal.errors import SealError
from comity_seal.publickeys import PublicKeySet
from comity_seal.standing import ROOT

AHEAD = timedelta(minutes=10)
"""How far the clock of whoever signs may be ahead of the platform's."""


class ChainMoved(ComityError):
    """Somebody was faster: the statement does not continue the chain as it is now."""

    status = 409
    code = "chain-moved"


@dataclass(frozen=True)
class Checked:
    """A link that continues the chain of an authority, what the chain said before, and what it says with it."""

    link: bytes
    before: VerifiedAuthority | None
    after: VerifiedAuthority

    @property
    def said(self) -> Change:
        """What the link says."""
        return self.after.history[-1]

    @property
    def rooted(self) -> bool:
        """Whether the root has signed or confirmed it, with as many key sets as it needs."""
        return self.said.by == ROOT or self.said.confirmed_by.count(ROOT) >= trust.root().need

    @property
    def begins_epoch(self) -> bool:
        return self.before is None or self.before.epoch.n != self.after.epoch.n

    @property
    def sets_recovery(self) -> bool:
        return self.said.type == "recovery.set"


def refused(reason: object) -> Invalid:
    """The statement is not accepted, and why."""
    return Invalid(_("The statement is not accepted: %(reason)s.", reason=reason))


def examine(tx: Transaction, code: str | None, link: bytes, sealed: Sealed, *, unconfirmed: bool = False) -> Checked:
    """A link, if everything about it is as it must be; with `unconfirmed` it may still lack confirmations.

    The chain is locked from now on.  Raises Invalid, ChainMoved, or Conflict for a second genesis.
    """
    code, seq = _about(link, code)
    queries.lock_chain(tx, code)
    chain = queries.chain(tx, code)
    if seq == 0 and chain:
        raise Conflict(_("%(authority)s has its first statement already.", authority=code))
    if seq != len(chain):
        raise ChainMoved(_("Somebody added another statement meanwhile: look at it, then sign yours again."))
    before = queries.verified(tx, code)
    try:
        after = verify_chain([*chain, link], trust.root(), code, unconfirmed=unconfirmed)
    except SealError as error:
        raise refused(error) from error
    found = Checked(link, before, after)
    _check_time(tx, after)
    _check_authority(tx, after)
    _check_people(tx, found)
    _check_sealed(found, sealed)
    return found


def _about(link: bytes, code: str | None) -> tuple[str, int]:
    try:
        value = canonical.loads_strict(dsse.Dsse.parse(link.partition(b"\n")[0]).payload)
    except SealError as error:
        raise refused(error) from error
    about, seq = value.get("authority"), value.get("seq")
    if not isinstance(about, str) or not isinstance(seq, int):
        raise refused(_("it does not say which authority it is about, or which place it has"))
    if code is not None and about != code:
        raise refused(_("it is about %(code)s", code=about[:8]))
    return about, seq


def _check_time(tx: Transaction, said: VerifiedAuthority) -> None:
    """No statement follows one that is younger than itself: one from far ahead would bind all that come later."""
    if said.created > f"{tx.now + AHEAD:%Y-%m-%dT%H:%M:%SZ}":
        raise refused(_("it is dated ahead of the platform's clock: set the clock of your device, and sign it again"))


def _check_authority(tx: Transaction, said: VerifiedAuthority) -> None:
    found = tx.find(Authority, Authority.code == said.code)
    if not found:
        raise refused(_("the directory has no authority %(code)s", code=said.code))
    known = found[0]
    if (known.of, known.organ, known.name_en, known.name_fr) != (
        said.kind,
        said.organ,
        said.names["en"],
        said.names["fr"],
    ):
        raise refused(_("the directory says something else about %(code)s", code=said.code))


def _check_people(tx: Transaction, found: Checked) -> None:
    """Whoever is named for the first time, or with another key set, must be whom the directory knows."""
    known = found.before.members if found.before is not None else {}
    for user, member in found.after.members.items():
        if known.get(user) != member:
            _check_member(tx, found.after.code, member)
    if found.sets_recovery and found.after.recovery is not None:
        for officer in found.after.recovery.officers.values():
            _check_person(tx, found.after.code, officer.user, officer.name, officer.keys)


def _check_member(tx: Transaction, code: str, member: Member) -> None:
    account = _check_person(tx, code, member.user, member.name, member.keys)
    if account.role != member.role:
        raise refused(_("%(name)s is not an active member of %(code)s in that role", name=member.name, code=code))


def _check_person(tx: Transaction, code: str, user: str, name: str, keys: PublicKeySet) -> Account:
    account = queries.account(tx, UUID(user))
    if account is None or not account.active or account.authority != code:
        raise refused(_("%(name)s is not an active member of %(code)s in that role", name=name, code=code))
    kept = queries.keyset_by_id(tx, keys.id)
    if kept is None or kept.account_id != account.id or kept.state == FORMER:
        raise refused(_("the key set of %(name)s is not the one deposited", name=name))
    if not queries.addressable(tx, keys.id):
        raise refused(_("%(name)s has fewer than two ways to unlock the key, or only passkeys", name=name))
    return account


def _check_sealed(found: Checked, sealed: Sealed) -> None:
    """What came is exactly what the statement names by its hash."""
    epoch, before = found.after.epoch, found.before
    known = {} if before is None or found.begins_epoch else before.epoch.wraps
    wraps = {keyset: digest for keyset, digest in epoch.wraps.items() if keyset not in known}
    if {keyset: sha256(data).hexdigest() for keyset, data in sealed.wraps.items()} != wraps:
        raise refused(_("the wrapped keys are not those that it names"))
    if _hash(sealed.chain_wrap) != (epoch.chain if found.begins_epoch else None):
        raise refused(_("the sealed key of the epoch before is not the one that it names"))
    recovery = found.after.recovery
    renewed = recovery is not None and (found.begins_epoch or found.sets_recovery)
    if _hash(sealed.recovery_wrap) != (recovery.wraps[epoch.n] if recovery is not None and renewed else None):
        raise refused(_("the key sealed to the recovery is not the one that it names"))
    files = [file.sha256 for file in recovery.files] if recovery is not None and found.sets_recovery else []
    if [sha256(file).hexdigest() for file in sealed.recovery_files] != files:
        raise refused(_("the files of recovery are not those that it names"))


def _hash(data: bytes | None) -> str | None:
    return None if data is None else sha256(data).hexdigest()
