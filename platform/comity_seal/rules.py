"""The rules of a chain: who may sign and confirm each statement, and what it changes."""

from __future__ import annotations

from dataclasses import replace

from comity_seal.errors import BrokenChain, NotConfirmed, RevokedSigner, UnknownSigner, UntrustedRoot
from comity_seal.publickeys import PublicKeySet
from comity_seal.root import Group
from comity_seal.standing import (
    ROOT,
    EpochStatement,
    Former,
    Member,
    Recovery,
    Revocation,
    VerifiedAuthority,
)
from comity_seal.statements import (
    AdminAdd,
    AdminRemove,
    EpochRotate,
    Genesis,
    KeyRevoke,
    MemberAdd,
    MemberRemove,
    RecoveryAdmit,
    RecoverySet,
    Statement,
)

MEMBER, ADMINISTRATOR, OFFICER = "member", "administrator", "officer"
"""Who has to confirm: the new member herself; a second administrator, or the root; another officer.  And ROOT.

The root confirms with as many key sets as it needs; where it signed, that signature is one of them.
"""


def signing_keys(state: VerifiedAuthority, said: Statement, keyset: str, group: Group) -> PublicKeySet:
    """The keys with which this statement must be signed.  Raises UnknownSigner, RevokedSigner or UntrustedRoot."""
    if isinstance(said.body, RecoveryAdmit):
        return _entitled(state, said.by, keyset, (OFFICER,), group, said)
    if not isinstance(said.body, KeyRevoke):
        return _entitled(state, said.by, keyset, (ADMINISTRATOR,), group, said)
    kinds: tuple[str, ...] = (ROOT,) if said.by == ROOT else (ADMINISTRATOR,)
    if said.by == said.body.user:
        kinds = (ADMINISTRATOR, OFFICER, MEMBER)
    return _entitled(state, said.by, keyset, kinds, group, said)


def _entitled(
    state: VerifiedAuthority, by: str, keyset: str, kinds: tuple[str, ...], group: Group, said: Statement
) -> PublicKeySet:
    if by == ROOT and ROOT in kinds:
        if keyset not in group.keysets:
            raise UntrustedRoot(f"what the root says about {state.code} is not signed by the pinned root")
        return group.keysets[keyset]
    if keyset in state.revoked:
        raise RevokedSigner(f"the key set that signed was revoked as of {state.revoked[keyset].since}")
    for kind in kinds:
        keys = _keys_of(state, by, kind, said)
        if keys is not None and keys.id == keyset:
            return keys
    raise UnknownSigner(f"the statements of {state.code} do not entitle this signer")


def _keys_of(state: VerifiedAuthority, by: str, kind: str, said: Statement) -> PublicKeySet | None:
    """A person's; she never stands in for the root."""
    if kind == ROOT:
        return None
    if kind == OFFICER:
        officer = state.recovery.officers.get(by) if state.recovery else None
        return officer.keys if officer else None
    if kind == MEMBER and isinstance(said.body, MemberAdd):
        return said.body.member.keys if by == said.body.member.user else None
    if kind == ADMINISTRATOR and by not in state.admins:
        return None
    member = state.members.get(by)
    return member.keys if member else None


def needs(state: VerifiedAuthority, said: Statement, group: Group) -> tuple[str, ...]:
    """Who has to confirm this statement, given what stood before it."""
    match said.body:
        case Genesis() | KeyRevoke() if said.by == ROOT:
            return (ROOT,) if group.need > 1 else ()
        case MemberAdd():
            return (MEMBER,)
        case MemberRemove(user=user):
            return (ADMINISTRATOR,) if user in state.admins else ()
        case AdminAdd() | AdminRemove() | RecoverySet():
            return (ADMINISTRATOR,)
        case RecoveryAdmit(admin=admin):
            return (OFFICER, ROOT) if admin else (OFFICER,)
        case _:
            return ()


def confirming(
    state: VerifiedAuthority, said: Statement, by: str, keyset: str, group: Group
) -> tuple[PublicKeySet, str]:
    """The keys with which `by` confirms this statement, and which need that meets.

    Raises NotConfirmed where she cannot, RevokedSigner or UntrustedRoot.
    """
    wanted = needs(state, said, group)
    if by == ROOT:
        kind = next((kind for kind in (ROOT, ADMINISTRATOR) if kind in wanted), None)
        if kind is None:
            raise NotConfirmed("the root confirms what it has no part in")
        return _entitled(state, by, keyset, (ROOT,), group, said), kind
    for kind in wanted:
        try:
            return _entitled(state, by, keyset, (kind,), group, said), kind
        except UnknownSigner:
            continue
    raise NotConfirmed("somebody confirms this who has no part in it, or with another key set than hers")


def founded(said: Statement, genesis: Genesis, root_id: str) -> VerifiedAuthority:
    """What stands after the first statement.  Raises BrokenChain."""
    members = genesis.members
    listed = {member.keys.id: member.user for member in members.values()}
    if len(listed) != len(members):
        raise BrokenChain("two members have the same key set")
    if not genesis.admins <= set(members):
        raise BrokenChain("an administrator is not a member")
    epoch = genesis.epoch
    if (epoch.n, epoch.previous, epoch.chain, epoch.recovery) != (1, None, None, None):
        raise BrokenChain("the first epoch is number 1 and follows nothing")
    if set(epoch.wraps) != set(listed):
        raise BrokenChain("the wraps are not one for each member")
    return VerifiedAuthority(
        code=said.authority,
        kind=genesis.kind,
        organ=genesis.organ,
        names=genesis.names,
        members=members,
        epochs={epoch.n: epoch},
        sha256=said.sha256,
        seq=0,
        admins=genesis.admins,
        root_id=root_id,
        since=dict.fromkeys(members, said.created),
        listed=listed,
        history=(),
    )


def applied(state: VerifiedAuthority, said: Statement) -> VerifiedAuthority:
    """What stands after this statement, its place in the chain and its history aside.  Raises BrokenChain."""
    match said.body:
        case MemberAdd(member=member, wrap=wrap):
            _require(member.user not in state.members, "this person is a member already")
            newest = state.epoch
            wrapped = replace(newest, wraps={**newest.wraps, member.keys.id: wrap})
            return replace(_joined(state, member, said), epochs={**state.epochs, newest.n: wrapped})
        case MemberRemove(user=user, epoch=epoch):
            _require(user in state.members, "this person is not a member")
            _require(user != said.by, "nobody removes herself")
            return _rotated(_left(state, user, said), epoch)
        case AdminAdd(user=user):
            _require(user in state.members, "this person is not a member")
            _require(user not in state.admins, "this person is an administrator already")
            _require(state.members[user].keys.id not in state.revoked, "her key set is revoked")
            return replace(state, admins=state.admins | {user})
        case AdminRemove(user=user):
            _require(user in state.admins, "this person is not an administrator")
            after = replace(state, admins=state.admins - {user})
            _require(any(map(after.usable, after.admins)), "no administrator would remain")
            return after
        case EpochRotate(epoch=epoch):
            return _rotated(state, epoch)
        case RecoverySet():
            return _recovery_set(state, said.body)
        case RecoveryAdmit():
            return _admitted(state, said, said.body)
        case KeyRevoke():
            return _revoked(state, said, said.body)
    raise BrokenChain("a chain has one genesis, its first statement")


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise BrokenChain(otherwise)


def _joined(state: VerifiedAuthority, member: Member, said: Statement) -> VerifiedAuthority:
    _free(state, member.user, member.keys)
    return replace(
        state,
        members={**state.members, member.user: member},
        since={**state.since, member.user: said.created},
        listed={**state.listed, member.keys.id: member.user},
    )


def _free(state: VerifiedAuthority, user: str, keys: PublicKeySet) -> None:
    _require(state.listed.get(keys.id, user) == user, "this key set is somebody else's")
    _require(keys.id not in state.revoked, "this key set is revoked")


def _left(state: VerifiedAuthority, user: str, said: Statement) -> VerifiedAuthority:
    former = Former(state.members[user], state.since[user], said.created, said.seq)
    return replace(
        state,
        members={one: member for one, member in state.members.items() if one != user},
        since={one: since for one, since in state.since.items() if one != user},
        admins=state.admins - {user},
        former=(*state.former, former),
    )


def _rotated(state: VerifiedAuthority, epoch: EpochStatement) -> VerifiedAuthority:
    newest = state.epoch
    _require(epoch.n == newest.n + 1, "the epochs are not numbered one after another")
    _require(epoch.previous == newest.recipient_sha256, "the epoch does not follow the newest")
    _require(epoch.recipient not in _recipients(state), "this key was used before")
    _require(epoch.chain is not None, "the epoch does not hold the key before it")
    _require((epoch.recovery is None) == (state.recovery is None), "the recovery wrap is missing, or one too many")
    _require(set(epoch.wraps) == set(state.readers()), "the wraps are not one for each member")
    recovery = state.recovery
    if recovery is not None and epoch.recovery is not None:
        recovery = replace(recovery, wraps={**recovery.wraps, epoch.n: epoch.recovery})
    return replace(state, epochs={**state.epochs, epoch.n: epoch}, recovery=recovery)


def _recipients(state: VerifiedAuthority) -> set[str]:
    used = {one.recipient for one in state.epochs.values()}
    return used | {state.recovery.recipient} if state.recovery else used


def _recovery_set(state: VerifiedAuthority, body: RecoverySet) -> VerifiedAuthority:
    listed = dict(state.listed)
    for officer in body.officers.values():
        _free(replace(state, listed=listed), officer.user, officer.keys)
        listed[officer.keys.id] = officer.user
    _require(body.recipient not in _recipients(state), "this key was used before")
    recovery = Recovery(body.officers, body.recipient, body.files, {state.epoch.n: body.wrap})
    return replace(state, listed=listed, recovery=recovery)


def _admitted(state: VerifiedAuthority, said: Statement, body: RecoveryAdmit) -> VerifiedAuthority:
    user = body.member.user
    present = state.members.get(user)
    _require(present is None or present.keys.id != body.member.keys.id, "this person is a member with these keys")
    after = _joined(_left(state, user, said) if present else state, body.member, said)
    if body.admin:
        after = replace(after, admins=after.admins | {user})
    _require(bool(after.admins), "no administrator would remain")
    return _rotated(after, body.epoch)


def _revoked(state: VerifiedAuthority, said: Statement, body: KeyRevoke) -> VerifiedAuthority:
    _require(state.listed.get(body.keyset) == body.user, "this key set was never listed for this person")
    _require(body.keyset not in state.revoked, "this key set is revoked already")
    _require(body.since <= said.created, "a revocation does not begin in the future")
    return replace(state, revoked={**state.revoked, body.keyset: Revocation(body.since, body.reason)})
