"""Statements that need a second person: they wait, are confirmed, and become part of the chain with the last signature.

Who becomes a member confirms herself, with the key set that is added: so she is among those who see her proposal.

A proposal is held to every rule when it is made, except that confirmations are missing, and to all of them again when
it has them.  The chain may have moved meanwhile: then the proposal is past, and somebody has to sign anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from comity.core.errors import NotFound, Refused
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.keys import events, queries, serving
from comity.keys.checks import examine, refused
from comity.keys.model import Proposal, Statement
from comity.keys.statements import accept, check_signer
from comity.keys.wraps import Sealed
from comity_seal import canonical, dsse
from comity_seal.confirmation import confirmed
from comity_seal.errors import SealError


@dataclass(frozen=True)
class Outcome:
    """What a confirmation led to: the statement, if it was the last one that was missing."""

    proposal: Proposal
    registered: Statement | None


def propose(tx: Transaction, code: str, link: bytes, sealed: Sealed) -> Proposal:
    """Let a statement wait for its confirmations.  Raises Invalid, Denied or ChainMoved."""
    found = examine(tx, code, link, sealed, unconfirmed=True)
    check_signer(tx, found.said.by)
    if found.said.seq == 0:
        raise refused(_("a first statement comes with the confirmations of all whom the root needs"))
    if not found.after.missing:
        raise refused(_("it needs no confirmation: bring it in as it is"))
    made = Proposal(
        authority=code,
        seq=found.said.seq,
        type=found.said.type,
        sha256=found.said.sha256,
        link=link,
        by=found.said.by,
        about=found.said.about or "",
        needs=list(found.after.missing),
        sealed=sealed.to_json(),
        made_at=tx.now,
    )
    tx.add(made, to="proposal.make")
    tx.record(made, events.ProposalMade(code, made.seq, made.type, made.sha256, made.about))
    return made


def waiting(tx: Transaction, code: str) -> list[Proposal]:
    """The proposals that could still be confirmed, the oldest first.

    Whoever is neither a member nor an officer of recovery is given those about herself.
    """
    following = len(queries.chain(tx, code))
    which = [Proposal.authority == code, Proposal.state == "open", Proposal.seq == following]
    if serving.own(tx, "membership.govern") is None and serving.own(tx, "membership.recover") is None:
        which.append(Proposal.about == tx.actor.id)
    return tx.find(Proposal, *which, order_by=(Proposal.made_at, Proposal.id))


def confirm(tx: Transaction, code: str, proposal_id: UUID, confirmation: bytes) -> Outcome:
    """Add a confirmation that the actor signed, or the root; with the last one the statement is registered at once.

    Raises Invalid, Denied, Refused, or ChainMoved where another statement was faster.
    """
    proposal = _open(tx, code, proposal_id, "proposal.confirm")
    by = _signer(confirmation)
    check_signer(tx, by)
    sealed = Sealed.from_json(proposal.sealed)
    try:
        link = confirmed(proposal.link, confirmation)
    except SealError as error:
        raise refused(error) from error
    found = examine(tx, proposal.authority, link, sealed, unconfirmed=True)
    proposal.link, proposal.needs = link, list(found.after.missing)
    if not proposal.needs:
        proposal.state = "registered"
    tx.record(proposal, events.ProposalConfirmed(proposal.authority, proposal.seq, proposal.sha256, by))
    return Outcome(proposal, None if proposal.needs else accept(tx, found, sealed))


def _signer(confirmation: bytes) -> str:
    try:
        by = canonical.loads_strict(dsse.Dsse.parse(confirmation).payload).get("by")
    except SealError as error:
        raise refused(error) from error
    return by if isinstance(by, str) else ""


def withdraw(tx: Transaction, code: str, proposal_id: UUID) -> None:
    """Take one's own proposal back.  Raises Refused where it waits no longer."""
    proposal = _open(tx, code, proposal_id, "proposal.withdraw")
    proposal.state = "withdrawn"
    tx.record(proposal, events.ProposalWithdrawn(proposal.authority, proposal.seq, proposal.sha256))


def _open(tx: Transaction, code: str, proposal_id: UUID, to: str) -> Proposal:
    """The chain is locked first, as by everything that adds to it."""
    queries.lock_chain(tx, code)
    proposal = tx.load(Proposal, proposal_id, to=to)
    if proposal.authority != code:
        raise NotFound(_("There is nothing here that you can see."))
    if proposal.state != "open":
        raise Refused(_("This proposal waits no longer: it was registered or withdrawn."))
    return proposal
