"""What can have happened to the review of a draft.

These lines name the requesting team alone: `requested` is empty, so that the clock of a review is nobody's but the
team's.  `user` is the person whom the line concerns beside whoever acted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from comity.core.journal import Event


@dataclass(frozen=True)
class AboutReview(Event):
    """`matter` is the request (`rfa:<uuid>`), `n` the number of the review in it."""

    requesting: str
    requested: str
    matter: str
    n: int
    user: str


@dataclass(frozen=True)
class ReviewAsked(AboutReview):
    """`user` is asked to review the draft, by a day if one is named; `deputy` may be empty."""

    name: ClassVar[str] = "review.asked"
    deputy: str
    wanted_on: str | None


@dataclass(frozen=True)
class ReviewGiven(AboutReview):
    """What `user` had asked for was given: ready or changes, of the draft with that hash."""

    name: ClassVar[str] = "review.given"
    finding: str
    draft_sha256: str


@dataclass(frozen=True)
class ReviewTakenOver(AboutReview):
    """The deputy has the review now, and `user`, who had it, is the deputy."""

    name: ClassVar[str] = "review.taken_over"


@dataclass(frozen=True)
class ReviewWithdrawn(AboutReview):
    """`user` need not review the draft any more."""

    name: ClassVar[str] = "review.withdrawn"


@dataclass(frozen=True)
class AboutLateReview(Event):
    """Of a review's own clock: no other clock follows it, for it does not name a team."""

    matter: str
    n: int
    user: str


@dataclass(frozen=True)
class ReviewReminded(AboutLateReview):
    """The day of a review is near: `user` has it."""

    name: ClassVar[str] = "review.reminded"


@dataclass(frozen=True)
class ReviewOverdue(AboutLateReview):
    """The day of a review has passed: `user` has it, and `deputy`, if there is one, can take it over."""

    name: ClassVar[str] = "review.overdue"
    deputy: str
