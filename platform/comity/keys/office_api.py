"""An authority's own affairs for programs: statements, proposals, recovery.  The blueprint is part of that of `api`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from comity.accounts.model import Account
from comity.core.transaction import Transaction
from comity.keys import actions, proposals
from comity.keys.model import KeySet, Proposal
from comity.keys.office import recoverable
from comity.keys.wraps import Sealed
from comity.web import Api, Body, View
from comity_seal.encoding import b64, unb64
from comity_seal.errors import FormatError
from comity_seal.publickeys import PublicKeySet

office = Api("office", __name__, url_prefix="/authorities/<code>")

LARGEST_STATEMENT = 2**20
"""Bytes: a link of at most 512 KiB and about 2 kB for each member, in base64."""

LONGEST = 700_000
"""Letters of one signed or sealed piece."""


def _decoded(value: object) -> bytes:
    if isinstance(value, str) and len(value) <= LONGEST:
        try:
            return unb64(value)
        except FormatError:
            pass
    raise PydanticCustomError("base64", "This must be base64, with padding, and not too long")


Base64 = Annotated[bytes, BeforeValidator(_decoded), WithJsonSchema({"type": "string", "contentEncoding": "base64"})]
"""Bytes, sent as base64 with padding."""

Moment = Annotated[datetime, PlainSerializer(lambda value: value.strftime("%Y-%m-%dT%H:%M:%SZ"), return_type=str)]
"""An instant in UTC, to the second."""


class StatementBody(Body):
    """The next link of a chain, and the sealed keys that it names by their hashes; wraps by key set."""

    link: Base64
    wraps: dict[str, Base64] = Field(max_length=1024)
    chain_wrap: Base64 | None
    recovery_wrap: Base64 | None
    recovery_files: list[Base64] = Field(max_length=6)

    @property
    def sealed(self) -> Sealed:
        return Sealed(self.wraps, self.chain_wrap, self.recovery_wrap, self.recovery_files)


class StatementView(View):
    """Where a statement stands in the chain, and the hash of its signed payload."""

    seq: int
    sha256: str


class ProposalMadeView(View):
    id: UUID
    seq: int


class ProposalView(View):
    """A statement that waits for confirmations.

    `needs`: `member` (who is to become one), `administrator` (a second one, or the root), `officer` (another one of
    recovery), `root`.  `about` is the account that it is about, if any.
    """

    id: UUID
    seq: int
    sha256: str
    type: str
    by: str
    about: str | None
    at: Moment
    needs: list[str]
    link: str

    @classmethod
    def of(cls, one: Proposal) -> ProposalView:
        return cls(
            id=one.id,
            seq=one.seq,
            sha256=one.sha256,
            type=one.type,
            by=one.by,
            about=one.about or None,
            at=one.made_at,
            needs=one.needs,
            link=b64(one.link),
        )


class ProposalList(View):
    items: list[ProposalView]


class ConfirmationBody(Body):
    """A signed confirmation, base64."""

    confirmation: Base64


class ConfirmationView(View):
    """Whether this was the last confirmation that was missing, so that the statement is part of the chain now."""

    registered: bool
    seq: int


class CandidateView(View):
    """Somebody of the authority whose key set no statement lists yet; compare the fingerprint before it does."""

    user: UUID
    name: str
    role: str
    public: str
    fingerprint: str

    @classmethod
    def of(cls, account: Account, kept: KeySet) -> CandidateView:
        return cls(
            user=account.id,
            name=account.name,
            role=account.role,
            public=b64(kept.public),
            fingerprint=PublicKeySet.from_bytes(kept.public).fingerprint,
        )


class CandidateList(View):
    items: list[CandidateView]


class RecoveryFileView(View):
    """The recovery's key for two officers, named by their key sets: sealed to `inner`, and that to `outer`."""

    outer: str
    inner: str
    file: str


class RecoveryWrapView(View):
    epoch: int
    wrap: str


class HandoverView(View):
    """What the officer with that key set passed on to the reader."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True)

    outer: str = Field(serialization_alias="from")
    file: str


class RecoveryView(View):
    files: list[RecoveryFileView]
    wrap: RecoveryWrapView
    handovers: list[HandoverView]


class HandoverBody(Body):
    """The opened outer half of a file of recovery, still sealed to the officer with the key set `to`."""

    to: str = Field(max_length=64)
    file: Base64


@office.post("/statements", body=StatementBody, answers=StatementView, status=201, largest=LARGEST_STATEMENT)
def add_statement(tx: Transaction, code: str, body: StatementBody) -> StatementView:
    """Add a statement, signed by oneself, to the chain of an authority."""
    sealed = body.sealed
    kept = actions.register_statement(
        tx,
        body.link,
        sealed.wraps,
        chain_wrap=sealed.chain_wrap,
        recovery_wrap=sealed.recovery_wrap,
        recovery_files=sealed.recovery_files,
        code=code,
    )
    return StatementView(seq=kept.seq, sha256=kept.sha256)


@office.post("/proposals", body=StatementBody, answers=ProposalMadeView, status=201, largest=LARGEST_STATEMENT)
def propose(tx: Transaction, code: str, body: StatementBody) -> ProposalMadeView:
    """Propose a statement that still needs a confirmation by somebody else."""
    made = actions.propose(tx, code, body.link, body.sealed)
    return ProposalMadeView(id=made.id, seq=made.seq)


@office.get("/proposals", answers=ProposalList)
def waiting_proposals(tx: Transaction, code: str) -> ProposalList:
    """The statements that wait for confirmations."""
    return ProposalList(items=[ProposalView.of(one) for one in proposals.waiting(tx, code)])


@office.post("/proposals/<uuid:proposal_id>/confirmations", body=ConfirmationBody, answers=ConfirmationView)
def confirm_proposal(tx: Transaction, code: str, proposal_id: UUID, body: ConfirmationBody) -> ConfirmationView:
    """Confirm a proposed statement; with the last confirmation it becomes part of the chain."""
    outcome = actions.confirm(tx, code, proposal_id, body.confirmation)
    return ConfirmationView(registered=outcome.registered is not None, seq=outcome.proposal.seq)


@office.post("/proposals/<uuid:proposal_id>/withdraw")
def withdraw_proposal(tx: Transaction, code: str, proposal_id: UUID) -> None:
    """Take one's own proposal back."""
    actions.withdraw(tx, code, proposal_id)


@office.get("/recovery", answers=RecoveryView, writes=True)
def recovery(tx: Transaction, code: str) -> RecoveryView:
    """The sealed files of recovery, for its officers and the administrators; this is a line in the journal."""
    found = actions.hand_out(tx, code)
    return RecoveryView(
        files=[RecoveryFileView(outer=one.outer, inner=one.inner, file=b64(one.file)) for one in found.files],
        wrap=RecoveryWrapView(epoch=found.wrap.epoch, wrap=b64(found.wrap.wrap)),
        handovers=[HandoverView(outer=one.outer, file=b64(one.handed_over or b"")) for one in found.handed_over],
    )


@office.get("/recovery/candidates", answers=CandidateList)
def recovery_candidates(tx: Transaction, code: str) -> CandidateList:
    """Whom the officers of recovery could admit: also a member who waits with a new key set."""
    return CandidateList(items=[CandidateView.of(account, kept) for account, kept in recoverable(tx, code)])


@office.post("/recovery/handovers", body=HandoverBody)
def hand_over(tx: Transaction, code: str, body: HandoverBody) -> None:
    """Pass on to another officer of recovery what one opened of the common file."""
    actions.hand_over(tx, code, body.to, body.file)
