"""What can have happened to a request for assistance, and to its messages.

Every event of a request names both parties, so that clocks can follow it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from comity.core.journal import Event


@dataclass(frozen=True)
class AboutRequest(Event):
    """Both parties, by authority code."""

    requesting: str
    requested: str


@dataclass(frozen=True)
class RequestDrafted(AboutRequest):
    name: ClassVar[str] = "rfa.drafted"


@dataclass(frozen=True)
class RequestEdited(AboutRequest):
    """Cover or documents changed after approval, or the cover of a draft."""

    name: ClassVar[str] = "rfa.edited"


@dataclass(frozen=True)
class RequestDiscarded(AboutRequest):
    name: ClassVar[str] = "rfa.discarded"


@dataclass(frozen=True)
class RequestApproved(AboutRequest):
    name: ClassVar[str] = "rfa.approved"
    cover_sha256: str


@dataclass(frozen=True)
class RequestTransmitted(AboutRequest):
    """`received_on` is the day on which it reached the State: of a record, where it has travelled by something else.

    `urgent_on` is the day of an urgent request, to be confirmed.  Lines of before have only the requested date.
    """

    name: ClassVar[str] = "rfa.transmitted"
    requested_on: str | None
    received_on: str = ""
    travelled_by: str | None = None
    urgent_on: str | None = None


@dataclass(frozen=True)
class RequestOpened(AboutRequest):
    """A member of the requested State was handed the sealed request for the first time."""

    name: ClassVar[str] = "rfa.opened"


@dataclass(frozen=True)
class RequestAcknowledged(AboutRequest):
    """A person of the requested State has signed that it was received; the hash is that of the signed statement.

    Lines of before there were such statements have no hash.  `requested_on` is the date that the request asks for.
    """

    name: ClassVar[str] = "rfa.acknowledged"
    acknowledgement_sha256: str = ""
    requested_on: str | None = None


@dataclass(frozen=True)
class ClarificationAsked(AboutRequest):
    name: ClassVar[str] = "clarification.asked"
    n: int


@dataclass(frozen=True)
class ClarificationAnswered(AboutRequest):
    name: ClassVar[str] = "clarification.answered"
    n: int


@dataclass(frozen=True)
class ExtensionAsked(AboutRequest):
    """The requested State asks for another date than the requested one."""

    name: ClassVar[str] = "extension.asked"
    proposed_on: str


@dataclass(frozen=True)
class RequestExtended(AboutRequest):
    """The requesting party grants another date; the requested date is that day from then on."""

    name: ClassVar[str] = "rfa.extended"
    until: str


@dataclass(frozen=True)
class ExtensionDeclined(AboutRequest):
    name: ClassVar[str] = "extension.declined"


@dataclass(frozen=True)
class RequestAnswered(AboutRequest):
    name: ClassVar[str] = "rfa.answered"


@dataclass(frozen=True)
class ConsentStated(AboutRequest):
    """Whoever hands measure `n` over says how the consent stands of whoever gave it to the Court; who, is sealed."""

    name: ClassVar[str] = "consent.stated"
    n: int
    consent: str


@dataclass(frozen=True)
class RequestReturned(AboutRequest):
    name: ClassVar[str] = "rfa.returned"


@dataclass(frozen=True)
class RequestClosed(AboutRequest):
    name: ClassVar[str] = "rfa.closed"


@dataclass(frozen=True)
class RequestWithdrawn(AboutRequest):
    """`asked_on` is the day on which it was asked what became of the documents; nothing where it was not asked."""

    name: ClassVar[str] = "rfa.withdrawn"
    asked_on: str | None = None


@dataclass(frozen=True)
class PartDelivered(AboutRequest):
    """A numbered part came before the answer: what each measure that it names is now."""

    name: ClassVar[str] = "part.delivered"
    part: int
    measures: list[dict[str, Any]]


@dataclass(frozen=True)
class AboutConsultation(AboutRequest):
    """`n` is its number in the request, `measures` are those that it concerns, `to` is the party that did not act."""

    n: int
    ground: str
    measures: list[int]
    to: str


@dataclass(frozen=True)
class ConsultationOpened(AboutConsultation):
    name: ClassVar[str] = "consultation.opened"


@dataclass(frozen=True)
class ConsultationMet(AboutConsultation):
    """A party recorded that both met on that day."""

    name: ClassVar[str] = "consultation.met"
    held_on: str


@dataclass(frozen=True)
class ConsultationProposed(AboutConsultation):
    """A party proposed how it ends; it counts once the other agrees."""

    name: ClassVar[str] = "consultation.proposed"
    outcome: str


@dataclass(frozen=True)
class ConsultationSettled(AboutConsultation):
    """How it ended; `until` is the agreed date of a postponement, and of nothing else."""

    name: ClassVar[str] = "consultation.settled"
    outcome: str
    until: str | None


@dataclass(frozen=True)
class MeasureDenied(AboutConsultation):
    """The State denied the measures of a consultation, and gave its sealed reasons with it."""

    name: ClassVar[str] = "measure.denied"


@dataclass(frozen=True)
class MeasureResumed(AboutConsultation):
    """What that consultation had postponed goes on."""

    name: ClassVar[str] = "measure.resumed"


@dataclass(frozen=True)
class RequestPostponed(AboutRequest):
    """Everything that is still to be done was postponed: nothing of it is wanted before `until`."""

    name: ClassVar[str] = "rfa.postponed"
    until: str


@dataclass(frozen=True)
class RequestReminded(AboutRequest):
    """An officer has sent the requested State a reminder; it moves no date."""

    name: ClassVar[str] = "rfa.reminded"


@dataclass(frozen=True)
class RequestAssigned(Event):
    """Somebody of this authority works on the request from now on; nobody in particular, if `user` is empty.

    It names one party only: the other is not told, and no clock follows it.
    """

    name: ClassVar[str] = "rfa.assigned"
    authority: str
    user: str


@dataclass(frozen=True)
class ListExported(Event):
    """Somebody of this authority took a list away as a file: how, with which filter, how many requests."""

    name: ClassVar[str] = "list.exported"
    authority: str
    format: str
    filter: str
    rows: int


@dataclass(frozen=True)
class CalendarOpened(Event):
    """Somebody has made an address at which a calendar program fetches her dates; a former one is closed."""

    name: ClassVar[str] = "calendar.opened"


@dataclass(frozen=True)
class CalendarClosed(Event):
    name: ClassVar[str] = "calendar.closed"


@dataclass(frozen=True)
class AboutMessage(Event):
    """The request of a message (`rfa:<uuid>`), but not its parties: so no clock can follow a message."""

    matter: str


@dataclass(frozen=True)
class MessageSent(AboutMessage):
    """From one authority to the other, with the identifiers of its attachments."""

    name: ClassVar[str] = "message.sent"
    sender: str
    to: str
    attachments: list[str]


@dataclass(frozen=True)
class MessageRead(AboutMessage):
    """The client of a member of this authority says that it has opened and verified the message for her."""

    name: ClassVar[str] = "message.read"
    authority: str
