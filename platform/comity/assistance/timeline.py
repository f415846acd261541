"""What happened to a request, read out of the journal as its parties may know it: facts, never a judgement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from comity.assistance import amendments, reviewing, translating
from comity.assistance.model import RequestForAssistance
from comity.assistance.occurrence_events import EVENTS
from comity.core.journal import Entry
from comity.core.transaction import Transaction

INSIDE = (
    "rfa.drafted", "rfa.edited", "rfa.approved", "rfa.expedited", "rfa.linked", "rfa.unlinked", "rfa.redirected",
)  # fmt: skip
"""What happens before transmission, and between requests of the team: only the requesting party sees it."""

OF_REVIEWS = ("review.asked", "review.given", "review.taken_over", "review.withdrawn")
"""Of reviews: about them, and not about the request, so that nobody finds them who may not see the reviews."""

OF_AMENDMENTS = ("amendment.prepared", "amendment.changed", "amendment.approved", "amendment.discarded")
"""Of amendments while they are prepared: about them, and not about the request."""

OF_TRANSLATIONS = (
    "translation.asked", "translation.taken", "translation.put_back", "translation.given", "translation.returned",
    "translation.withdrawn",
)  # fmt: skip
"""Of translations that the team has asked for: about them, and for nobody but the team."""

OWN = "rfa.assigned"
"""What each party sees of itself alone."""

SHARED = (
    "rfa.transmitted",
    "rfa.opened",
    "rfa.acknowledged",
    "rfa.reminded",
    "rfa.confirmed",
    "clarification.asked",
    "clarification.answered",
    "part.delivered",
    "consultation.opened",
    "consultation.met",
    "consultation.proposed",
    "consultation.settled",
    "measure.denied",
    "measure.resumed",
    "rfa.postponed",
    "extension.asked",
    "rfa.extended",
    "extension.declined",
    "rfa.supplemented",
    "supplement.acknowledged",
    "rfa.amended",
    "amendment.acknowledged",
    "consent.asked",
    "consent.given",
    "consent.refused",
    "consent.withdrawn",
    "rfa.answered",
    "consent.stated",
    "rfa.returned",
    "rfa.closed",
    "rfa.withdrawn",
    "disposal.confirmed",
)
"""What both parties see."""


@dataclass(frozen=True)
class Fact:
    """One line of the timeline."""

    name: str
    at: datetime
    actor: str
    data: dict[str, Any]

    @property
    def happened_at(self) -> datetime | None:
        """The instant that a report names."""
        at = self.data.get("at")
        return datetime.fromisoformat(at) if at else None


def facts(tx: Transaction, rfa: RequestForAssistance) -> list[Fact]:
    """The facts about a request that its reader may know, the oldest first; `rfa` must have come through the door."""
    names = (*INSIDE, *SHARED, OWN) if tx.actor.authority == rfa.requesting else (*SHARED, OWN)
    about = [rfa.subject, *(review.subject for review in reviewing.reviews_of(tx, rfa))]
    about += [translation.subject for translation in translating.of_request(tx, rfa)]
    names = (*names, *OF_REVIEWS, *OF_TRANSLATIONS, *EVENTS)
    if tx.actor.authority == rfa.requesting:
        about += amendments.subjects(tx, rfa)
        names = (*names, *OF_AMENDMENTS)
    query = select(Entry).where(Entry.subject.in_(about), Entry.name.in_(names)).order_by(Entry.seq)
    return [
        Fact(entry.name, entry.happened_at, entry.actor, entry.data)
        for entry in tx.session.scalars(query)
        if entry.name != OWN or entry.data["authority"] == tx.actor.authority
    ]
