"""What an authority says of itself: a statement made and signed here, verified as its readers will, and brought in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from comity_client.authorities import Authorities
from comity_client.errors import ClientError, NotVerified
from comity_client.transfer import stamp
from comity_client.unlocked import Unlocked
from comity_seal.authority import Member, VerifiedAuthority, verify_chain
from comity_seal.confirmation import Link, confirmed
from comity_seal.encoding import b64, unb64
from comity_seal.errors import SealError
from comity_seal.opening.keyset import KeySet
from comity_seal.opening.statements import Wraps, confirm
from comity_seal.opening.wraps import Epoch
from comity_seal.publickeys import PublicKeySet
from comity_seal.standing import ROOT
from comity_seal.statements import (
    KeyRevoke,
    MemberAdd,
    MemberRemove,
    RecoveryAdmit,
    RecoverySet,
    Statement,
    read_statement,
)

NEEDS = {
    "member": "the new member herself",
    "administrator": "a second administrator, or holders of the root",
    "officer": "another officer of recovery",
    "root": "holders of the root",
}
"""Who still has to confirm, in words."""


@dataclass(frozen=True)
class Signing:
    """Who signs for an authority: her key set, and as whom; `by` is her account, or the root.

    `others` are further holders of the root, who confirm at once what the first signs.
    """

    authorities: Authorities
    keyset: KeySet
    by: str
    code: str
    others: tuple[KeySet, ...] = ()

    @classmethod
    def of(cls, me: Unlocked) -> Signing:
        """A member, with the keys of her authority."""
        return cls(me.authorities, me.keyset, str(me.me["id"]), me.code)

    @property
    def verified(self) -> VerifiedAuthority:
        return self.authorities.of(self.code)

    @property
    def first(self) -> tuple[KeySet, str, VerifiedAuthority]:
        """What every maker of a statement begins with.  Raises WrongClock."""
        self.authorities.http.clock.check()
        return self.keyset, self.by, self.verified


def bring(signing: Signing, link: bytes, wraps: Wraps | None = None) -> dict[str, Any]:
    """Bring a statement in, or propose it where somebody else has to confirm.

    Raises NotVerified for one that its readers would refuse, Conflicted where somebody was faster.
    """
    wraps = wraps or Wraps({})
    authorities, code = signing.authorities, signing.code
    for one in signing.others:
        link = confirmed(link, confirm(one, ROOT, link, created=stamp()))
    chain = [*authorities.chains[code], link]
    try:
        after = verify_chain(chain, authorities.root, code, unconfirmed=True)
    except SealError as error:
        raise NotVerified(f"This statement does not stand: {error}. Nothing was brought in.") from error
    body = {
        "link": b64(link),
        "wraps": {keyset: b64(data) for keyset, data in wraps.members.items()},
        "chain_wrap": _optional(wraps.chain),
        "recovery_wrap": _optional(wraps.recovery),
        "recovery_files": [b64(data) for data in wraps.files],
    }
    address = f"/authorities/{code}"
    if after.missing:
        made = authorities.http.post(f"{address}/proposals", body)
        return {"registered": False, "seq": made["seq"], "proposal": made["id"], "needs": list(after.missing)}
    made = authorities.http.post(f"{address}/statements", body)
    authorities.learn(code, chain)
    return {"registered": True, "seq": made["seq"], "proposal": None, "needs": []}


@dataclass(frozen=True)
class Proposal:
    """A statement that waits, verified but for the confirmations that it lacks."""

    id: str
    link: bytes
    said: Statement
    needs: tuple[str, ...]
    verified: VerifiedAuthority

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "seq": self.said.seq,
            "type": self.said.type,
            "sha256": self.said.sha256,
            "by": self.said.by,
            "at": self.said.created,
            "needs": list(self.needs),
        }


def proposals(authorities: Authorities, code: str) -> list[Proposal]:
    """Those that could still be confirmed.  Raises NotVerified."""
    chain = authorities.chains[authorities.of(code).code]
    found = []
    for one in authorities.http.get(f"/authorities/{code}/proposals")["items"]:
        try:
            link = unb64(one["link"])
            after = verify_chain([*chain, link], authorities.root, code, unconfirmed=True)
            said = read_statement(Link.parse(link).statement.payload)
        except SealError as error:
            raise NotVerified(f"A proposal that the platform gave is not authentic: {error}.") from error
        found.append(Proposal(str(one["id"]), link, said, after.missing, authorities.of(code)))
    return found


def agree_to(signing: Signing, proposal: Proposal) -> dict[str, Any]:
    """Confirm a proposal.  Raises NotVerified where it is not for this person to confirm."""
    signing.authorities.http.clock.check()
    done: dict[str, Any] = {}
    for keyset in (signing.keyset, *signing.others):
        if not done.get("registered"):
            proposal, done = _agreed(signing, keyset, proposal)
    return done


def _agreed(signing: Signing, keyset: KeySet, proposal: Proposal) -> tuple[Proposal, dict[str, Any]]:
    """The proposal with one confirmation more, and what became of it."""
    authorities, code = signing.authorities, signing.code
    mine = confirm(keyset, signing.by, proposal.link, created=stamp())
    try:
        link = confirmed(proposal.link, mine)
        chain = [*authorities.chains[code], link]
        after = verify_chain(chain, authorities.root, code, unconfirmed=True)
    except SealError as error:
        raise NotVerified(f"This is not for you to confirm: {error}. Nothing was sent.") from error
    done = authorities.http.post(
        f"/authorities/{code}/proposals/{proposal.id}/confirmations", {"confirmation": b64(mine)}
    )
    if done["registered"]:
        if after.missing:
            raise NotVerified("The platform says that this is registered, but confirmations are missing.")
        authorities.learn(code, chain)
    said = {"registered": done["registered"], "seq": done["seq"], "proposal": proposal.id, "needs": list(after.missing)}
    return replace(proposal, link=link, needs=after.missing), said


def describe(proposal: Proposal, names: Mapping[str, str]) -> str:
    """What would be said, by whom, and every fingerprint to compare."""

    def name(user: str) -> str:
        return names.get(user, user)

    said, keys = proposal.said, list[tuple[str, PublicKeySet]]()
    match said.body:
        case MemberAdd(member=member):
            what = f"{member.name}, {member.role}, becomes a member"
            keys.append((member.name, member.keys))
        case MemberRemove(user=user, reason=reason):
            what = f"{name(user)} is removed, and there is a new key: {reason}"
        case RecoverySet(officers=officers):
            what = "a new recovery key, which two of these open together"
            keys += [(one.name, one.keys) for one in officers.values()]
        case RecoveryAdmit(member=member, admin=admin, epoch=epoch):
            rights = "member and administrator" if admin else "member"
            what = f"{member.name}, {member.role}, becomes {rights} by recovery, with a new key: {epoch.reason}"
            keys.append((member.name, member.keys))
        case KeyRevoke(user=user, since=since, reason=reason):
            what = f"the key set of {name(user)} is revoked as of {since}: {reason}"
        case body:
            kinds = {"admin.add": "becomes administrator", "admin.remove": "is administrator no more"}
            what = f"{name(getattr(body, 'user', ''))} {kinds.get(said.type, said.type)}"
    lines = [f"Statement {said.seq} of {said.authority}, signed by {name(said.by)} on {said.created}:", f"  {what}"]
    lines += [f"  {whose}\n    {each.fingerprint}" for whose, each in keys]
    return "\n".join(lines)


def person(found: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """Whom a name or an account means.  Raises ClientError for nobody, or for more than one."""
    meant = [one for one in found if name.casefold() in (one["name"].casefold(), str(one["user"]))]
    if len(meant) != 1:
        said = ", ".join(sorted(f"{one['name']} ({one['user']})" for one in meant or found)) or "nobody"
        raise ClientError(f"{name} is {'nobody here' if not meant else 'more than one'}; there is {said}.")
    return meant[0]


def candidate(shown: Mapping[str, Any]) -> Member:
    """Somebody with a key set of her own whom no statement lists.  Raises NotVerified."""
    try:
        keys = PublicKeySet.from_bytes(unb64(shown["public"]))
    except SealError as error:
        raise NotVerified(f"The key set of {shown['name']} cannot be read: {error}.") from error
    return Member(str(shown["user"]), shown["name"], shown["role"], keys)


def next_epoch(me: Unlocked) -> tuple[Epoch, Epoch]:
    """The newest key of one's authority, and a fresh one to follow it."""
    return me.epoch, Epoch.generate(me.code, me.epoch.n + 1)


def _optional(data: bytes | None) -> str | None:
    return None if data is None else b64(data)
