"""Requests for assistance (RFA), their measures and clarifications, and the lifecycle [Statute art. 93, 96, 97]."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Enum, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from comity.assistance import portfolio_model, review_model  # noqa: F401  (their tables are tables of this domain)
from comity.assistance.consultation_model import Consultation, Instalment
from comity.assistance.consultation_model import Outcome as Outcome
from comity.core.errors import Refused
from comity.core.model import Base, Json, Part, Row
from comity.core.text import _
from comity_seal.approval import cover


class Stage(StrEnum):
    """Where a request stands.  *Opened* and *paused* are facts beside it."""

    DRAFT = "draft"
    APPROVED = "approved"
    TRANSMITTED = "transmitted"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


BEFORE = {Stage.DRAFT, Stage.APPROVED}
WITH_THE_STATE = {Stage.TRANSMITTED, Stage.ACKNOWLEDGED}
FINAL = {Stage.CLOSED, Stage.WITHDRAWN}

LIFECYCLE = {
    # verb          from                             to
    "edit":        (BEFORE,                          Stage.DRAFT),
    "discard":     (BEFORE,                          None),
    "approve":     ({Stage.DRAFT},                   Stage.APPROVED),
    "submit":      ({Stage.DRAFT},                   None),
    "review":      (BEFORE,                          None),
    "transmit":    ({Stage.APPROVED},                Stage.TRANSMITTED),
    "acknowledge": ({Stage.TRANSMITTED},             Stage.ACKNOWLEDGED),
    "ask":         ({Stage.ACKNOWLEDGED},            Stage.ACKNOWLEDGED),
    "reply":       ({Stage.ACKNOWLEDGED},            Stage.ACKNOWLEDGED),
    "extend":      ({Stage.ACKNOWLEDGED},            Stage.ACKNOWLEDGED),
    "decide":      ({Stage.ACKNOWLEDGED},            Stage.ACKNOWLEDGED),
    "answer":      ({Stage.ACKNOWLEDGED},            Stage.ANSWERED),
    "deliver":     ({Stage.ACKNOWLEDGED},            None),
    "consult":     ({Stage.ACKNOWLEDGED},            None),
    "meet":        ({Stage.ACKNOWLEDGED},            None),
    "propose":     ({Stage.ACKNOWLEDGED},            None),
    "agree":       ({Stage.ACKNOWLEDGED},            None),
    "deny":        ({Stage.ACKNOWLEDGED},            None),
    "return":      ({Stage.ANSWERED},                Stage.ACKNOWLEDGED),
    "close":       ({Stage.ANSWERED},                Stage.CLOSED),
    "withdraw":    (WITH_THE_STATE | {Stage.ANSWERED}, Stage.WITHDRAWN),
    "report":      (WITH_THE_STATE | {Stage.ANSWERED, Stage.CLOSED}, None),
    "message":     (WITH_THE_STATE | {Stage.ANSWERED}, None),
}  # fmt: skip
"""The whole lifecycle.  A move not in this table is refused; one to None leaves the stage as it is."""

NEEDS_ANOTHER_DATE = {"decide": True, "extend": False}
"""Steps for which the State must have asked for another date that is not decided yet, or must not."""

NEEDS_QUESTION = {"reply": True, "ask": False, "answer": False}
"""Steps for which a question of the State must be open, or must not be."""

IN_CONSULTATION = {"meet", "propose", "agree", "deny"}
"""Steps for which a consultation must be open."""


def stage_name(stage: Stage) -> str:
    """The stage as people read it."""
    return {
        Stage.DRAFT: _("draft"),
        Stage.APPROVED: _("approved"),
        Stage.TRANSMITTED: _("transmitted"),
        Stage.ACKNOWLEDGED: _("acknowledged"),
        Stage.ANSWERED: _("answered"),
        Stage.CLOSED: _("closed"),
        Stage.WITHDRAWN: _("withdrawn"),
    }[stage]


def _enum(kind: type[StrEnum], length: int = 20) -> Enum:
    return Enum(kind, native_enum=False, length=length, values_callable=lambda members: [one.value for one in members])


class RequestForAssistance(Row):
    """What one party asks of another.  The text is sealed; this is the cover."""

    __tablename__ = "rfa"
    kind = "rfa"

    request_kind: Mapped[str]
    reference: Mapped[str] = mapped_column(unique=True)
    requesting: Mapped[str]
    requested: Mapped[str]
    requested_on: Mapped[date | None]
    situation: Mapped[bool] = mapped_column(default=False)
    basis: Mapped[str | None]
    drafted_by: Mapped[str]
    changed_by: Mapped[str]
    approved_by: Mapped[str | None]
    approval: Mapped[bytes | None] = mapped_column(LargeBinary)
    acknowledgement: Mapped[bytes | None] = mapped_column(LargeBinary)
    stage: Mapped[Stage] = mapped_column(_enum(Stage), default=Stage.DRAFT)
    drafted_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    transmitted_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]

    measures: Mapped[list[Measure]] = relationship(
        order_by="Measure.n", cascade="all, delete-orphan", lazy="selectin", back_populates="request"
    )
    clarifications: Mapped[list[Clarification]] = relationship(
        order_by="Clarification.n", cascade="all, delete-orphan", lazy="selectin"
    )
    consultations: Mapped[list[Consultation]] = relationship(
        order_by="Consultation.n", cascade="all, delete-orphan", lazy="selectin"
    )
    instalments: Mapped[list[Instalment]] = relationship(
        order_by="Instalment.n", cascade="all, delete-orphan", lazy="selectin"
    )

    occurrences: Mapped[list[Occurrence]] = relationship(
        order_by="Occurrence.n", cascade="all, delete-orphan", lazy="selectin"
    )
    extensions: Mapped[list[Extension]] = relationship(
        order_by="Extension.n", cascade="all, delete-orphan", lazy="selectin"
    )

    __table_args__ = (
        Index("ix_rfa_requesting_changed_at_id", "requesting", "changed_at", "id"),
        Index("ix_rfa_requested_changed_at_id", "requested", "changed_at", "id"),
        Index("ix_rfa_requesting_reference", "requesting", "reference", "id"),
        Index("ix_rfa_requested_reference", "requested", "reference", "id"),
        Index("ix_rfa_request_kind", "request_kind"),
    )

    def allows(self, verb: str) -> bool:
        """Whether the step can be taken now: a reply needs an open question, and a question or an answer none."""
        if verb in NEEDS_QUESTION and NEEDS_QUESTION[verb] != self.paused:
            return False
        if verb in IN_CONSULTATION and not self.consulting:
            return False
        if verb in NEEDS_ANOTHER_DATE and (
            NEEDS_ANOTHER_DATE[verb] != (self.undecided is not None) or self.requested_on is None
        ):
            return False
        return self.stage in LIFECYCLE[verb][0]

    def may_stage(self, verb: str) -> None:
        """Whether a document for the step may be prepared now.  Raises Refused.

        An answer may be prepared while a question is open, and given once that is answered.
        """
        self.check(verb)
        if verb == "reply" and not self.paused:
            raise Refused(_("No question is open."))
        if verb == "decide" and self.undecided is None:
            raise Refused(_("No other date is asked for."))

    def check(self, verb: str) -> None:
        """Raises Refused, in a sentence that a person can read, where the table does not allow the step."""
        if self.stage not in LIFECYCLE[verb][0]:
            raise Refused(
                _("This cannot be done with %(reference)s now: it is %(stage)s.", reference=self.reference,
                  stage=stage_name(self.stage))
            )  # fmt: skip

    def move(self, verb: str) -> None:
        """Take the step that the table names.  Raises Refused."""
        self.check(verb)
        target = LIFECYCLE[verb][1]
        if target is not None:
            self.stage = target

    @property
    def paused(self) -> bool:
        """Whether a question of the requested State is open."""
        return any(clarification.answered_at is None for clarification in self.clarifications)

    @property
    def consulting(self) -> list[Consultation]:
        """The consultations that have still to end."""
        return [one for one in self.consultations if one.open]

    def consultation_on(self, n: int) -> Consultation | None:
        """The open consultation that concerns a measure."""
        return next((one for one in self.consulting if n in one.measures), None)

    @property
    def undecided(self) -> Extension | None:
        """The other date that the requested State has asked for, while the Court has not decided about it."""
        return next((one for one in self.extensions if one.decided_at is None), None)

    @property
    def cover(self) -> dict[str, Any]:
        """The cover in the form that is signed and compared."""
        return cover(
            kind=self.request_kind,
            reference=self.reference,
            requesting=self.requesting,
            requested=self.requested,
            requested_on=self.requested_on.isoformat() if self.requested_on else None,
            situation=self.situation,
            basis=self.basis,
            measures=[(measure.n, measure.letter, measure.act) for measure in self.measures],
        )


class Measure(Part):
    """One thing asked, part of its request: its changes are lines of the request [Statute art. 93(1)].

    Without a letter it is the one thing that a request of another kind asks for.
    """

    __tablename__ = "measure"
    part_of = "rfa_id"

    rfa_id: Mapped[UUID] = mapped_column(ForeignKey("rfa.id", ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    letter: Mapped[str | None] = mapped_column(index=True)
    act: Mapped[str | None]
    status: Mapped[Outcome] = mapped_column(_enum(Outcome, 30), default=Outcome.PENDING)
    ground: Mapped[str | None]

    request: Mapped[RequestForAssistance] = relationship(back_populates="measures")


class Clarification(Part):
    """A sealed question of the requested State, and the sealed reply [Statute art. 97]."""

    __tablename__ = "clarification"
    part_of = "rfa_id"

    rfa_id: Mapped[UUID] = mapped_column(ForeignKey("rfa.id", ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[UUID]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    reply: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]


class Extension(Part):
    """Another date than the requested one, which the State asked for with a sealed reason, and what came of it.

    `granted_on` is the date that the Court granted; a decision without one declines.  [Statute art. 96(3), 97]
    """

    __tablename__ = "extension"
    part_of = "rfa_id"

    rfa_id: Mapped[UUID] = mapped_column(ForeignKey("rfa.id", ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    proposed_on: Mapped[date]
    reason: Mapped[UUID]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    granted_on: Mapped[date | None]
    decision: Mapped[UUID | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]


class Occurrence(Part):
    """Something that happened in the world, as a party reported it; a correction is a report of its own."""

    __tablename__ = "occurrence"
    part_of = "rfa_id"

    rfa_id: Mapped[UUID] = mapped_column(ForeignKey("rfa.id", ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str]
    happened_on: Mapped[date]
    happened_at: Mapped[datetime | None]
    corrects: Mapped[int | None]
    authority: Mapped[str]
    reported_by: Mapped[str]
    reported_at: Mapped[datetime]


class Message(Row):
    """A sealed message about a request, under the identifier of its document; once sent it is never changed."""

    __tablename__ = "message"
    kind = "message"

    request: Mapped[UUID]
    n: Mapped[int]
    sender: Mapped[str]
    author: Mapped[str]
    requesting: Mapped[str] = mapped_column(index=True)
    requested: Mapped[str] = mapped_column(index=True)
    attachments: Mapped[list[str]] = mapped_column(Json)
    sent_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("request", "n"),)

    @property
    def files(self) -> list[UUID]:
        """The documents that came with it."""
        return [UUID(doc) for doc in self.attachments]

    @property
    def to(self) -> str:
        """The authority that it was sent to."""
        return self.requested if self.sender == self.requesting else self.requesting


class Reading(Part):
    """That somebody has read a message, as her client said: once for each person."""

    __tablename__ = "reading"
    part_of = "message_id"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    authority: Mapped[str]
    read_at: Mapped[datetime]


class Numbering(Base):
    """The running number of references of one team to one State in one year, so that none tells of the others."""

    __tablename__ = "numbering"

    requesting: Mapped[str] = mapped_column(primary_key=True)
    requested: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)
