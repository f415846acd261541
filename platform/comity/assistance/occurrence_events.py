"""What can happen in the world that starts, meets or ends a legal period: each is an event of its own.

`on` is the day where the requested State is, `at` the instant where a limit counts hours.  A `correction` replaces what
was reported before; the line of the first report stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from comity.assistance.events import AboutRequest


@dataclass(frozen=True)
class Occurred(AboutRequest):
    """What every report says."""

    on: str
    at: str | None
    correction: bool


@dataclass(frozen=True)
class ArrestMade(Occurred):
    """Somebody was provisionally arrested [Statute art. 92; Rule 188]."""

    name: ClassVar[str] = "arrest.made"


@dataclass(frozen=True)
class PapersReceived(Occurred):
    """The request for surrender or transit with its documents has reached the State [Statute art. 92(3), 89(3)(e)]."""

    name: ClassVar[str] = "papers.received"


@dataclass(frozen=True)
class PersonReleased(Occurred):
    name: ClassVar[str] = "person.released"


@dataclass(frozen=True)
class LandingUnscheduled(Occurred):
    """Unscheduled, on the territory of a State of transit [Statute art. 89(3)(e)]."""

    name: ClassVar[str] = "landing.unscheduled"


@dataclass(frozen=True)
class PersonAvailable(Occurred):
    """Somebody is available for surrender [Rule 184(1)]."""

    name: ClassVar[str] = "person.available"


@dataclass(frozen=True)
class InvestigationNotified(Occurred):
    """The State has received the Prosecutor's notification [Statute art. 18(1)]."""

    name: ClassVar[str] = "investigation.notified"


@dataclass(frozen=True)
class ProceedingsInformed(Occurred):
    """The State has informed the Court of its own proceedings [Statute art. 18(2)]."""

    name: ClassVar[str] = "proceedings.informed"


@dataclass(frozen=True)
class InvestigationDeferred(Occurred):
    """The Prosecutor has deferred to the State's investigation [Statute art. 18(2), (3)]."""

    name: ClassVar[str] = "investigation.deferred"


@dataclass(frozen=True)
class DeferralReviewed(Occurred):
    name: ClassVar[str] = "deferral.reviewed"


@dataclass(frozen=True)
class ConsultationsExhausted(Occurred):
    """A party has declared that consultations are exhausted [Regulations of the Court, regulation 108]."""

    name: ClassVar[str] = "consultations.exhausted"


@dataclass(frozen=True)
class RulingSought(Occurred):
    """A ruling on the legality of the request was sought [Regulations of the Court, regulation 108]."""

    name: ClassVar[str] = "ruling.sought"


@dataclass(frozen=True)
class ConditionsChange(Occurred):
    """The State of enforcement says that conditions change, and on which day [Statute art. 103(2)(a)]."""

    name: ClassVar[str] = "conditions.change"


EVENTS = {
    event.name: event
    for event in (
        ArrestMade,
        PapersReceived,
        PersonReleased,
        LandingUnscheduled,
        PersonAvailable,
        InvestigationNotified,
        ProceedingsInformed,
        InvestigationDeferred,
        DeferralReviewed,
        ConsultationsExhausted,
        RulingSought,
        ConditionsChange,
    )
}
"""By name; which of them is offered for which request, policies/occurrences.toml says."""
