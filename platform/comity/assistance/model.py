"""Requests for assistance (RFA), their measures and clarifications, and the lifecycle [Statute art. 93, 96, 97]."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from comity.assistance import kinds
from comity.assistance import link_model as link_model  # its tables are tables of this domain
from comity.assistance import portfolio_model as portfolio_model  # and of these
from comity.assistance import review_model as review_model
from comity.assistance import translation_model as translation_model
from comity.assistance.amendment_model import Form
from comity.assistance.consent_model import Consent
from comity.assistance.consultation_model import Consultation, Instalment, ProviderConsent
from comity.assistance.consultation_model import Outcome as Outcome
from comity.assistance.formed import Formed
from comity.assistance.message_model import Message as Message
from comity.assistance.message_model import Numbering as Numbering
from comity.assistance.message_model import Reading as Reading
from comity.assistance.supplement_model import Supplement
from comity.assistance.withdrawal_model import Withdrawal
from comity.core.errors import Refused
from comity.core.model import Part, Row, enumerated
from comity.core.text import _


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
    "dispose":     ({Stage.WITHDRAWN},               None),
    "report":      (WITH_THE_STATE | {Stage.ANSWERED, Stage.CLOSED}, None),
    "message":     (WITH_THE_STATE | {Stage.ANSWERED}, None),
    "expedite":    (BEFORE,                          None),
    "confirm":     (WITH_THE_STATE | {Stage.ANSWERED, Stage.CLOSED}, None),
    "redirect":    (WITH_THE_STATE | {Stage.ANSWERED, Stage.CLOSED}, None),
    "link":        (set(Stage),                      None),
    "unlink":      (set(Stage),                      None),
    "translate":   (set(Stage),                      None),
    "supplement":  (WITH_THE_STATE, None),
    "amend":       (WITH_THE_STATE, None),
    "receive":     (WITH_THE_STATE | {Stage.ANSWERED}, None),
    "seek":        (WITH_THE_STATE | {Stage.ANSWERED} | FINAL, None),
    "consent":     (WITH_THE_STATE | {Stage.ANSWERED} | FINAL, None),
}  # fmt: skip
"""The whole lifecycle.  A move not in this table is refused; one to None leaves the stage as it is."""

NEEDS_ANOTHER_DATE = {"decide": True, "extend": False}
"""Steps for which the State must have asked for another date that is not decided yet, or must not."""

NEEDS_QUESTION = {"reply": True, "ask": False, "answer": False}
"""Steps for which a question of the State must be open, or must not be."""

IN_CONSULTATION = {"meet", "propose", "agree", "deny"}
"""Steps for which a consultation must be open."""

OF_CONSULTATION = IN_CONSULTATION | {"consult"}
"""Steps that there are not where the one who is asked is free to decline [Statute art. 93(10)(a)]."""


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


class RequestForAssistance(Formed, Row):
    """What one party asks of another.  The text is sealed; this is the cover."""

    __tablename__ = "rfa"
    kind = "rfa"

    request_kind: Mapped[str]
    reference: Mapped[str] = mapped_column(unique=True)
    requesting: Mapped[str]
    requested: Mapped[str]
    requested_on: Mapped[date | None]
    form: Mapped[int] = mapped_column(default=1)
    situation: Mapped[bool] = mapped_column(default=False)
    basis: Mapped[str | None]
    drafted_by: Mapped[str]
    changed_by: Mapped[str]
    approved_by: Mapped[str | None]
    approval: Mapped[bytes | None] = mapped_column(LargeBinary)
    acknowledgement: Mapped[bytes | None] = mapped_column(LargeBinary)
    stage: Mapped[Stage] = mapped_column(enumerated(Stage), default=Stage.DRAFT)
    drafted_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    transmitted_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    urgent_by: Mapped[str | None]
    travelled_by: Mapped[str | None]
    received_on: Mapped[date | None]
    confirmed_on: Mapped[date | None]
    confirmed_through: Mapped[str | None]

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
    supplements: Mapped[list[Supplement]] = relationship(
        order_by="Supplement.n", cascade="all, delete-orphan", lazy="selectin"
    )
    forms: Mapped[list[Form]] = relationship(order_by="Form.n", cascade="all, delete-orphan", lazy="selectin")
    consents: Mapped[list[Consent]] = relationship(order_by="Consent.n", cascade="all, delete-orphan", lazy="selectin")
    withdrawal: Mapped[Withdrawal | None] = relationship(cascade="all, delete-orphan", lazy="selectin")

    __table_args__ = (
        Index("ix_rfa_requesting_changed_at_id", "requesting", "changed_at", "id"),
        Index("ix_rfa_requested_changed_at_id", "requested", "changed_at", "id"),
        Index("ix_rfa_requesting_reference", "requesting", "reference", "id"),
        Index("ix_rfa_requested_reference", "requested", "reference", "id"),
        Index("ix_rfa_request_kind", "request_kind"),
        Index("ix_rfa_urgent_by", "urgent_by"),
    )

    def allows(self, verb: str) -> bool:
        """Whether the step can be taken now: a reply needs an open question, and a question or an answer none."""
        if verb in NEEDS_QUESTION and NEEDS_QUESTION[verb] != self.paused:
            return False
        if verb in IN_CONSULTATION and not self.consulting:
            return False
        if verb == "receive" and not self.later:
            return False
        if (verb == "confirm" and not self.unconfirmed) or (verb == "redirect" and not self.left_to_another):
            return False
        if verb == "dispose" and not self.disposing:
            return False
        if self.free and (verb in OF_CONSULTATION or verb == "report"):  # nothing of the catalogue is reported on it
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
        if verb == "dispose" and not self.disposing:
            raise Refused(_("Nobody asks what became of the documents of %(reference)s.", reference=self.reference))

    def check(self, verb: str) -> None:
        """Raises Refused, in a sentence that a person can read, where the table does not allow the step."""
        if verb in OF_CONSULTATION and self.free:
            raise Refused(
                _("No consultation is held on a request of this kind: whoever is asked may decline in the answer, and "
                  "says why.")
            )  # fmt: skip
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
    def free(self) -> bool:
        """Whether the one who is asked may decline without a consultation."""
        known = kinds.kinds().get(self.request_kind)
        return known is not None and known.free

    @property
    def paused(self) -> bool:
        """Whether a question of the requested State is open."""
        return any(clarification.answered_at is None for clarification in self.clarifications)

    @property
    def consulting(self) -> list[Consultation]:
        """The consultations that have still to end."""
        return [one for one in self.consultations if one.open]

    @property
    def unconfirmed(self) -> bool:
        """Whether it was urgent, and has still to be confirmed through the State's channel."""
        return self.urgent_by is not None and self.confirmed_on is None

    @property
    def disposing(self) -> bool:
        """Whether it was withdrawn, and the requested party has still to say what became of the documents."""
        return self.withdrawal is not None and self.withdrawal.open

    @property
    def over(self) -> bool:
        """Whether it has ended and neither side has anything left to say: about its documents, or about a consent."""
        return self.stage in FINAL and not self.disposing and not any(one.undecided for one in self.consents)

    @property
    def left_to_another(self) -> list[Consultation]:
        """The consultations that ended with the Court asking whoever has control [Statute art. 93(9)(b)]."""
        return [one for one in self.consultations if not one.open and one.outcome == "redirected"]

    def consultation_on(self, n: int) -> Consultation | None:
        """The open consultation that concerns a measure."""
        return next((one for one in self.consulting if n in one.measures), None)

    @property
    def undecided(self) -> Extension | None:
        """The other date that the requested State has asked for, while the Court has not decided about it."""
        return next((one for one in self.extensions if one.decided_at is None), None)


class Measure(Part):
    """One thing asked, part of its request: its changes are lines of the request [Statute art. 93(1)].

    Without a letter it is an act of a kind that has its own, or the one thing that a request of another kind asks for.
    `consent` says, once it was handed over, how the consent stands of whoever gave it to the Court [93(10)(b)(ii)(a)].
    """

    __tablename__ = "measure"
    part_of = "rfa_id"

    rfa_id: Mapped[UUID] = mapped_column(ForeignKey("rfa.id", ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    letter: Mapped[str | None] = mapped_column(index=True)
    act: Mapped[str | None]
    status: Mapped[Outcome] = mapped_column(enumerated(Outcome, 30), default=Outcome.PENDING)
    ground: Mapped[str | None]
    consent: Mapped[ProviderConsent | None] = mapped_column(enumerated(ProviderConsent, 20))

    request: Mapped[RequestForAssistance] = relationship(back_populates="measures")

    @property
    def own_act(self) -> kinds.OwnAct | None:
        """What it is where the kind has acts of its own."""
        return kinds.kind_of(self.request.request_kind).act(self.act) if self.letter is None else None

    @property
    def of_its_kind(self) -> kinds.OwnAct | kinds.Kind:
        """What names it where it is no measure of article 93(1): an act of its kind, or the kind itself."""
        return self.own_act or kinds.kind_of(self.request.request_kind)


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
