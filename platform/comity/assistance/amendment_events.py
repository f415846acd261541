"""What can have happened to an amendment of a request, and to what came later than the request.

The lines of one that is being prepared name the requesting side alone, and not the request as what they are about: the
other party finds no trace of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from comity.assistance.events import AboutRequest
from comity.core.journal import Event


@dataclass(frozen=True)
class AboutAmendment(Event):
    """`matter` is the request (`rfa:<uuid>`), `form` the form that it will have."""

    requesting: str
    matter: str
    form: int


@dataclass(frozen=True)
class AmendmentPrepared(AboutAmendment):
    name: ClassVar[str] = "amendment.prepared"


@dataclass(frozen=True)
class AmendmentChanged(AboutAmendment):
    """What is prepared, or a document of it, has changed; an approval is dropped."""

    name: ClassVar[str] = "amendment.changed"


@dataclass(frozen=True)
class AmendmentApproved(AboutAmendment):
    """A second officer has signed the cover of that hash and the documents; `user` has prepared it."""

    name: ClassVar[str] = "amendment.approved"
    cover_sha256: str
    user: str


@dataclass(frozen=True)
class AmendmentDiscarded(AboutAmendment):
    name: ClassVar[str] = "amendment.discarded"


@dataclass(frozen=True)
class RequestAmended(AboutRequest):
    """From here on the request has that form: these measures came in, those were taken back.

    With `until` the requested date is that day from then on.
    """

    name: ClassVar[str] = "rfa.amended"
    form: int
    added: list[int]
    taken_back: list[int]
    until: str | None
    cover_sha256: str


@dataclass(frozen=True)
class RequestDated(AboutRequest):
    """A request that had asked for no date asks for this one from here on, by an amendment."""

    name: ClassVar[str] = "rfa.dated"
    requested_on: str


@dataclass(frozen=True)
class AmendmentAcknowledged(AboutRequest):
    """A person of the requested party has signed that the amendment was received; the hash is of what she signed."""

    name: ClassVar[str] = "amendment.acknowledged"
    form: int
    acknowledgement_sha256: str


@dataclass(frozen=True)
class SupplementAcknowledged(AboutRequest):
    """A person of the requested party has signed that a supplement was received; the hash is of what she signed."""

    name: ClassVar[str] = "supplement.acknowledged"
    supplement: int
    acknowledgement_sha256: str
