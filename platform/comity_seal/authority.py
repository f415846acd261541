"""Authority chains: who belongs to an authority, with which keys, and which key documents are sealed to.

A chain is a list of links, each a signed statement with its confirmations.  The first, the genesis, is signed by key
sets of the pinned root; every other continues the one before, and its signer stands in what was verified so far.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from comity_seal import canonical, dsse, rules
from comity_seal.confirmation import Confirmation, Link
from comity_seal.errors import (
    BrokenChain,
    ForkedChain,
    FormatError,
    NotConfirmed,
    RolledBack,
    SealError,
    SignatureInvalid,
    UntrustedRoot,
    WrongAuthority,
)
from comity_seal.root import Group, Root
from comity_seal.standing import (
    ROOT,
    Change,
    EpochStatement,
    Former,
    Member,
    Officer,
    Recovery,
    RecoveryFile,
    Revocation,
    VerifiedAuthority,
)
from comity_seal.statements import (
    AdminAdd,
    AdminRemove,
    Genesis,
    KeyRevoke,
    MemberAdd,
    MemberRemove,
    RecoveryAdmit,
    Statement,
    read_statement,
)


@dataclass(frozen=True)
class Pin:
    """The last statement of a chain that somebody has seen."""

    seq: int
    sha256: str


def pin_of(verified: VerifiedAuthority) -> Pin:
    return Pin(verified.seq, verified.sha256)


def check_pin(chain: Sequence[bytes], pin: Pin) -> None:
    """Whether this chain continues what was seen.  Raises RolledBack, ForkedChain or FormatError."""
    if len(chain) <= pin.seq:
        raise RolledBack(f"there are {len(chain)} statements where {pin.seq + 1} were seen before")
    if Link.parse(chain[pin.seq]).sha256 != pin.sha256:
        raise ForkedChain(f"statement {pin.seq} is another than the one that was seen before")


def verify_chain(chain: Sequence[bytes], root: Root, code: str, *, unconfirmed: bool = False) -> VerifiedAuthority:
    """What the chain of `code` says, if the pinned root signed its genesis and every link follows by the rules.

    With `unconfirmed` the last link may lack confirmations, which `missing` then names; those it has are verified.
    Raises NotAuthentic or FormatError.
    """
    if not chain:
        raise BrokenChain(f"the chain of {code} has no statement")
    last = len(chain) - 1
    state = _genesis(Link.parse(chain[0]), root, code, open_end=unconfirmed and last == 0)
    group = root.group(state.kind, state.organ)
    for place, data in enumerate(chain[1:], 1):
        state = _continued(state, Link.parse(data), group, open_end=unconfirmed and place == last)
    return state


def _genesis(link: Link, root: Root, code: str, *, open_end: bool) -> VerifiedAuthority:
    keys = root.keysets.get(link.statement.keyset)
    if keys is None:
        raise UntrustedRoot(f"the first statement about {code} is not signed by the pinned root")
    try:
        payload = link.statement.verify(keys, dsse.STATEMENT)
    except SignatureInvalid as error:
        raise UntrustedRoot(f"the root's signature under the statement about {code} does not verify") from error
    said = _in_place(payload, 0, None, code)
    if not isinstance(said.body, Genesis):
        raise BrokenChain("the first statement of a chain must be its genesis")
    group = root.group(said.body.kind, said.body.organ)
    if keys.id not in group.keysets:
        raise UntrustedRoot(f"the first statement about {code} is signed by those who found other authorities")
    state = rules.founded(said, said.body, root.id)
    return _agreed(state, state, said, link, group, open_end=open_end)


def _continued(state: VerifiedAuthority, link: Link, group: Group, *, open_end: bool) -> VerifiedAuthority:
    said = _in_place(link.statement.payload, state.seq + 1, state.sha256, state.code)
    if said.created < state.created:
        raise BrokenChain("a statement is older than the one before it")
    if isinstance(said.body, Genesis):
        raise BrokenChain("a chain has one genesis, its first statement")
    keys = rules.signing_keys(state, said, link.statement.keyset, group)
    link.statement.verify(keys, dsse.STATEMENT)
    return _agreed(state, rules.applied(state, said), said, link, group, open_end=open_end)


def _agreed(
    before: VerifiedAuthority, after: VerifiedAuthority, said: Statement, link: Link, group: Group, *, open_end: bool
) -> VerifiedAuthority:
    """What stands after a link, if everybody has confirmed it who has to, or some may still be missing."""
    confirmed_by, missing = _confirmations(before, said, link, group)
    if missing and not open_end:
        raise NotConfirmed(f"this statement lacks a confirmation: {', '.join(missing)}")
    return replace(_noted(after, said, confirmed_by), missing=missing)


def _in_place(payload: bytes, seq: int, prev: str | None, code: str) -> Statement:
    """The statement, if it says that it belongs here; to say otherwise is worse than to be of a wrong form."""
    value = canonical.loads_strict(payload)
    if value.get("seq") != seq or value.get("prev") != prev:
        raise BrokenChain(f"statement {seq} of {code} does not follow the one before it")
    said = read_statement(payload)
    if said.authority != code:
        raise WrongAuthority(f"this statement is about {said.authority}, not about {code}")
    return said


def _confirmations(
    state: VerifiedAuthority, said: Statement, link: Link, group: Group
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who confirmed, and who still has to; of the root each holder counts, whoever of them signed."""
    met: set[str] = set()
    confirmed_by: list[str] = []
    holders = int(said.by == ROOT)
    for signed in link.confirmations:
        one = Confirmation.from_bytes(signed.payload)
        if (one.authority, one.seq, one.statement) != (said.authority, said.seq, said.sha256):
            raise NotConfirmed("a confirmation is of another statement")
        if one.created < said.created:
            raise NotConfirmed("a confirmation is older than its statement")
        again = one.by != ROOT and one.by in (said.by, *confirmed_by)
        if again or signed.keyset == link.statement.keyset:
            raise NotConfirmed("a second person has to confirm, not the same one again")
        keys, need = rules.confirming(state, said, one.by, signed.keyset, group)
        signed.verify(keys, dsse.CONFIRMATION)
        holders += one.by == ROOT
        if one.by != ROOT or holders >= group.need:
            met.add(need)
        confirmed_by.append(one.by)
    return tuple(confirmed_by), tuple(need for need in rules.needs(state, said, group) if need not in met)


def _noted(state: VerifiedAuthority, said: Statement, confirmed_by: tuple[str, ...]) -> VerifiedAuthority:
    about = _about(said)
    change = Change(said.seq, said.type, said.by, said.created, about, _name(state, about), confirmed_by, said.sha256)
    return replace(state, seq=said.seq, sha256=said.sha256, history=(*state.history, change))


def _about(said: Statement) -> str | None:
    match said.body:
        case MemberAdd(member=member) | RecoveryAdmit(member=member):
            return member.user
        case MemberRemove(user=user) | AdminAdd(user=user) | AdminRemove(user=user) | KeyRevoke(user=user):
            return user
        case _:
            return None


def _name(state: VerifiedAuthority, user: str | None) -> str | None:
    """How the statements call this person, now or last."""
    if user is None:
        return None
    if user in state.members:
        return state.members[user].name
    if state.recovery and user in state.recovery.officers:
        return state.recovery.officers[user].name
    return next((one.member.name for one in reversed(state.former) if one.member.user == user), None)


__all__ = [
    "Change",
    "EpochStatement",
    "FormatError",
    "Former",
    "Member",
    "Officer",
    "Pin",
    "Recovery",
    "RecoveryFile",
    "Revocation",
    "SealError",
    "VerifiedAuthority",
    "check_pin",
    "pin_of",
    "verify_chain",
]
