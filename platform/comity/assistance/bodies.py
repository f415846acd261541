"""What programs send about requests for assistance, and what they ask lists for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BeforeValidator, Field

from comity.assistance.addressees import Standing
from comity.assistance.consultation_model import ProviderConsent
from comity.assistance.model import Outcome
from comity.assistance.resealing import Resealed
from comity.exchange.checks import Signed
from comity.exchange.views import Base64
from comity.web import Body, Query
from comity.web.dates import Day
from comity.web.resource import LARGEST_NUMBER


def _instant(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("write the instant as 2026-12-22T14:30:00Z") from None


LARGEST_PIECES = 2 * 2**20
"""Bytes: the signed and sealed pieces of one document, or an approval, in base64."""

LARGEST_TRANSMISSION = 16 * 2**20
"""Bytes: a hundred documents bring about 40 kB of signed and sealed pieces each."""

MOST = 1000
"""Things in one list of a body; how many of each kind are taken is for the settings."""


class MeasureBody(Body):
    """A measure of article 93(1) with its letter, or an act of a kind that has its own, without one."""

    letter: str | None
    act: str | None


class StandingBody(Body):
    """`situation`: the State of the situation.  `basis` (of the catalogue): for whoever is not bound by Part 9."""

    situation: bool = False
    basis: str | None = Field(default=None, max_length=40)

    @property
    def standing(self) -> Standing:
        return Standing(self.situation, self.basis)


class DraftBody(StandingBody):
    """`kind` is a word of the catalogue; measures go with the kinds that have any.

    `full_request_of` is the request for provisional arrest that this one follows.
    """

    kind: str = "assistance"
    full_request_of: UUID | None = None
    requested: str = Field(pattern=r"^[A-Z]{2,8}$")
    requested_on: Day | None
    measures: list[MeasureBody] = Field(max_length=MOST)


class CoverBody(StandingBody):
    requested_on: Day | None
    measures: list[MeasureBody] = Field(max_length=MOST)


class ApproveBody(Body):
    approval: Base64


class AcknowledgeBody(Body):
    """The signed acknowledgement: docs/sealing.md, section 7."""

    acknowledgement: Base64


class ResealedBody(Body):
    doc: UUID
    envelope: Base64
    header: Base64
    manifest_age: Base64

    @property
    def resealed(self) -> Resealed:
        return Resealed(self.doc, Signed(self.envelope, self.header, self.manifest_age))


class DocumentBody(Body):
    document: UUID


class ReplyBody(Body):
    clarification: int
    document: UUID


class ExtendBody(Body):
    """Another date, and the sealed reason for it."""

    proposed_on: Day
    document: UUID


class DecideBody(Body):
    """The date that is granted, or null; a sealed note goes with a date that is declined, and may go with any."""

    until: Day | None
    document: UUID | None


class SupplementBody(Body):
    """The sealed text of a supplement and its files, and a later requested date if it gives one."""

    documents: list[UUID] = Field(max_length=MOST)
    until: Day | None = None


class ReportBody(Body):
    """What happened, on which day where the requested State is; or, where a limit counts hours, at which instant."""

    what: str = Field(max_length=60)
    on: Day | None = None
    at: Annotated[AwareDatetime, BeforeValidator(_instant)] | None = None
    corrects: int | None = Field(None, ge=1, le=LARGEST_NUMBER)


class OutcomeBody(Body):
    """`consent`: with what is handed over only with the consent of whoever gave it to the Court."""

    n: int
    outcome: Outcome
    ground: str | None
    consent: ProviderConsent | None = None


class AnswerBody(Body):
    """`form` is the form of the request that is answered: 1, unless it was amended."""

    form: int = Field(1, ge=1, le=LARGEST_NUMBER)
    outcomes: list[OutcomeBody] = Field(max_length=MOST)
    documents: list[UUID] = Field(max_length=MOST)


class ListQuery(Query):
    """Which requests: words divided by commas for each name, how they are sorted, a page, its size.

    `turn` is `you` or `other`; `date` is `passed`, `week`, `paused` or `none`; `urgent` is `yes` or `unconfirmed`;
    `ref` a part of a reference; `sort` is
    `changed`, `date` or `reference`.
    """

    stage: str = ""
    kind: str = ""
    party: str = ""
    letter: str = ""
    turn: str = ""
    date: str = ""
    mine: str = ""
    whose: str = ""
    unread: str = ""
    urgent: str = ""
    ref: str = ""
    sort: str = "changed"
    after: str | None = None
    limit: int = Field(50, ge=1, le=200)


class SendBody(Body):
    """A sealed message and the sealed files that its text lists, all of them staged."""

    document: UUID
    attachments: list[UUID] = Field(max_length=MOST)


class AssigneeBody(Body):
    """A colleague, or null for nobody in particular."""

    account: UUID | None


class HandOverBody(Body):
    account: UUID


class RemindBody(Body):
    requests: list[UUID] = Field(max_length=MOST)
    preview: bool = False


class ExportBody(Body):
    """The filter in the words of the list's query, several for a name if wanted, and `sort`."""

    format: Literal["csv", "xlsx", "ods"]
    filter: dict[str, list[str]] = Field(default_factory=dict)


class MessagesQuery(Query):
    """The number of the message after which to begin, and how many to give."""

    after: int = Field(0, ge=0, le=LARGEST_NUMBER)
    limit: int = Field(50, ge=1, le=200)
