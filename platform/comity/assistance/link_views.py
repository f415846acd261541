"""What programs send and are given of links between requests, and of the way by which one travels."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from comity.assistance import links
from comity.assistance.bodies import ResealedBody, StandingBody
from comity.assistance.model import RequestForAssistance
from comity.assistance.transmission import Travelled
from comity.core.transaction import Transaction
from comity.web import Body, View
from comity.web.dates import Day
from comity.web.resource import LARGEST_NUMBER

WORD = 40
"""Characters of a word of a catalogue."""


class LinkView(View):
    """Another request of the same team, and what this one is to it; `fixed` where the link is not taken back."""

    request: UUID
    reference: str
    relation: str
    fixed: bool


class LinkBody(Body):
    """`relation` says what this request is to the other: follows, same_matter, replaces, full_request_of."""

    other: UUID
    relation: str = Field(max_length=WORD)


class RedirectBody(StandingBody):
    """The consultation that ended with asking whoever has control, and who that is."""

    consultation: int = Field(ge=1, le=LARGEST_NUMBER)
    requested: str = Field(pattern=r"^[A-Z]{2,8}$")


class ExpediteBody(Body):
    """The medium by which an urgent request goes; null where it is urgent no longer."""

    medium: str | None = Field(max_length=WORD)


class ConfirmBody(Body):
    """The day of the formal confirmation, and the channel of article 87(1)(a) by which it went."""

    on: Day
    channel: str = Field(max_length=WORD)


class TravelledBody(Body):
    """By what the request has gone already, and the day on which the State received it."""

    channel: str = Field(max_length=WORD)
    received_on: Day

    @property
    def travelled(self) -> Travelled:
        return Travelled(self.channel, self.received_on)


class TransmitBody(Body):
    """`travelled` registers a request that reached the State before."""

    documents: list[ResealedBody] = Field(max_length=1000)
    travelled: TravelledBody | None = None


def linked(tx: Transaction, rfa: RequestForAssistance) -> list[LinkView]:
    """The links of a request that the asker may know of."""
    return [
        LinkView(request=one.rfa.id, reference=one.rfa.reference, relation=one.relation, fixed=one.fixed)
        for one in links.of(tx, rfa)
    ]
