"""What happened in the world, reported by a party on a request: it starts, meets or ends a legal period.

Nothing is reported that has not happened yet, nothing before the request was transmitted, and nothing before what it
follows from.  A wrong report is corrected by another: the first stays in the record, and the period is counted anew.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Literal, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from comity.assistance import cover as covers
from comity.assistance import kinds, transmission
from comity.assistance.model import Occurrence, RequestForAssistance
from comity.assistance.occurrence_events import EVENTS
from comity.assistance.policy import Named
from comity.core.errors import Conflict, Denied
from comity.core.policy import read_toml
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.deadlines.calendars import Said
from comity.directory import queries as directory
from comity.exchange.checks import wrong

Side = Literal["requested", "requesting"]


class What(Named):
    """One `[[occurrence]]` of policies/occurrences.toml."""

    occurrence: str
    kinds: list[str] = Field(min_length=1)
    by: list[Side] = Field(min_length=1)
    hour: bool = False
    ahead: bool = False
    after: str | None = None
    basis: Said
    unverified: bool = False

    def fits(self, rfa: RequestForAssistance, side: str) -> bool:
        """Whether that side reports it on a request of this kind."""
        return side in self.by and self.concerns(rfa)

    def concerns(self, rfa: RequestForAssistance) -> bool:
        """Whether it is reported on requests of this kind; what consultations lead to, where one is held."""
        return not rfa.free if self.kinds == ["*"] else rfa.request_kind in self.kinds


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    occurrence: list[What] = Field(min_length=1)

    @model_validator(mode="after")
    def hangs_together(self) -> Self:
        names = [one.occurrence for one in self.occurrence]
        if len(set(names)) != len(names):
            raise ValueError("an occurrence stands twice")
        for one in self.occurrence:
            if one.occurrence not in EVENTS:
                raise ValueError(f"{one.occurrence!r} is no event that is reported")
            if one.after is not None and one.after not in names:
                raise ValueError(f"{one.occurrence!r} comes after {one.after!r}, which does not exist")
            for kind in set(one.kinds) - {"*", *kinds.kinds()}:
                raise ValueError(f"{one.occurrence!r} names the kind {kind!r}, which does not exist")
        return self


@lru_cache(maxsize=1)
def catalogue() -> dict[str, What]:
    """By the name of the event, in the order of the file.  Raises PolicyError."""
    return {one.occurrence: one for one in read_toml("occurrences.toml", _File).occurrence}


def check() -> None:
    """Read the catalogue anew.  Raises PolicyError."""
    catalogue.cache_clear()
    catalogue()


def side_of(tx: Transaction, rfa: RequestForAssistance) -> str:
    return "requesting" if tx.actor.authority == rfa.requesting else "requested"


def offered(tx: Transaction, rfa: RequestForAssistance) -> list[What]:
    """What the actor's side can report on this request: what fits its kind, and follows from what was reported."""
    reported = {one.what for one in rfa.occurrences}
    side = side_of(tx, rfa)
    return [one for one in catalogue().values() if one.fits(rfa, side) and (one.after is None or one.after in reported)]


def latest(rfa: RequestForAssistance, what: str) -> Occurrence | None:
    """The report of it that stands: the last one."""
    return next((one for one in reversed(rfa.occurrences) if one.what == what), None)


def report(
    tx: Transaction,
    rfa_id: UUID,
    what: str,
    on: date | None,
    at: datetime | None = None,
    *,
    corrects: int | None = None,
) -> RequestForAssistance:
    """Report what happened, on which day, or at which instant where a limit counts hours.

    `corrects` is the number of the report that this one corrects.  Raises Invalid, Conflict or Denied.
    """
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.report")
    rfa.move("report")
    known = _known(tx, rfa, what)
    zone = zone_of(tx, rfa)
    if known.hour:
        on = at.astimezone(zone).date() if at is not None else None
    moment = at if known.hour else None
    on = _check_day(tx, rfa, known, on, moment)
    before = latest(rfa, what)
    _check_correction(tx, before, corrects)
    rfa.occurrences.append(
        Occurrence(
            n=len(rfa.occurrences) + 1,
            what=what,
            happened_on=on,
            happened_at=moment,
            corrects=corrects,
            authority=tx.actor.authority or "",
            reported_by=tx.actor.id,
            reported_at=tx.now,
        )
    )
    rfa.changed_at = tx.now
    instant = moment.isoformat() if moment else None
    tx.record(rfa, EVENTS[what](rfa.requesting, rfa.requested, on.isoformat(), instant, before is not None))
    return rfa


def zone_of(tx: Transaction, rfa: RequestForAssistance) -> ZoneInfo:
    """What happens on the territory of the requested State has its day and hour there."""
    authority = directory.authority(tx, rfa.requested)
    return ZoneInfo(authority.time_zone if authority else "UTC")


def _known(tx: Transaction, rfa: RequestForAssistance, what: str) -> What:
    known = catalogue().get(what)
    if known is None or not known.concerns(rfa):
        raise wrong("/what", _("This is not reported on a request of this kind: choose from the list."))
    if side_of(tx, rfa) not in known.by:
        raise Denied(_("The other party reports this."))
    return known


def _check_day(tx: Transaction, rfa: RequestForAssistance, known: What, on: date | None, at: datetime | None) -> date:
    """The day, if it can have happened then.  Raises Invalid."""
    if on is None or (known.hour and at is None):
        hour = _("Give the day and the hour: the limit counts hours.")
        raise wrong("/at", hour) if known.hour else wrong("/on", _("Give the day on which it happened."))
    here = covers.today(tx, rfa.requested)
    if (at is not None and at > tx.now) or (on > here and not known.ahead):
        raise wrong("/on", _("This has not happened yet: report it on the day or after."))
    if on.year > here.year + covers.FURTHEST:
        raise wrong("/on", _("This day is too far away: choose an earlier one."))
    begun = transmission.begun_on(tx, rfa)
    if on < begun:
        raise wrong("/on", _("The request was transmitted on %(date)s: choose that day or a later one.", date=begun))
    earlier = latest(rfa, known.after) if known.after else None
    if known.after and earlier is None:
        name = catalogue()[known.after].en
        raise wrong("/what", _("Something else is reported before this: %(what)s.", what=name))
    if earlier is not None and on < earlier.happened_on:
        day = earlier.happened_on
        raise wrong("/on", _("What comes before it happened on %(date)s: choose that day or a later one.", date=day))
    return on


def _check_correction(tx: Transaction, before: Occurrence | None, corrects: int | None) -> None:
    """One thing happens once: a second report of it is a correction, says so, and comes from the same side."""
    if before is None and corrects is None:
        return
    if before is None or corrects is None or before.n != corrects:
        raise Conflict(_("This has been reported already: if the report is wrong, correct it."))
    if before.authority != tx.actor.authority:
        raise Denied(_("Whoever reported this corrects it."))
