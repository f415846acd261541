"""What a cover and its documents must be like, whoever brings them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from comity.assistance import addressees, kinds, policy
from comity.assistance.addressees import Standing
from comity.assistance.model import Measure, Outcome, RequestForAssistance
from comity.core.errors import Fault, Invalid, Refused, TooLarge
from comity.core.settings import settings
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.directory import queries as directory

if TYPE_CHECKING:
    from comity.exchange.model import Document, DocumentVersion


BOUND = Standing()
"""How a State Party stands that is not the State of the situation."""

FURTHEST = 10
"""Years; a date beyond is a slip of the pen, and no calendar knows its holidays."""


@dataclass(frozen=True)
class Asked:
    """One measure as it is asked: a letter of article 93(1), and its sub-type where it has any.

    Without a letter it is an act of a kind that has its own, or the one thing that a request of another kind asks for.
    """

    letter: str | None
    act: str | None = None


def today(tx: Transaction, code: str) -> date:
    """The day that it is for an authority."""
    return day_of(tx, code, tx.now)


def day_of(tx: Transaction, code: str, moment: datetime) -> date:
    """The day that it was for an authority at that moment."""
    authority = directory.authority(tx, code)
    return moment.astimezone(ZoneInfo(authority.time_zone if authority else "UTC")).date()


THE_KIND_ITSELF = [Asked(None)]
"""What a request asks for whose kind has no measures."""


def check(
    tx: Transaction,
    kind: str,
    requested: str,
    requested_on: date | None,
    measures: Sequence[Asked],
    standing: Standing = BOUND,
) -> Sequence[Asked]:
    """What a request with this cover asks for: its measures, or the one thing that its kind is.

    Raises Invalid with every fault of a cover.
    """
    faults = _faults_of_kind(tx, kind)
    faults += _faults_of_addressee(tx, kind, requested, standing)
    if requested_on is not None:
        faults += _faults_of_day(requested_on, today(tx, requested))
    faults += faults_of_measures(kind, measures)
    if faults:
        raise Invalid(_("The request cannot be kept like this: mend what is marked."), faults)
    known = kinds.kinds()[kind]
    return measures if known.measures or known.acts else THE_KIND_ITSELF


def _faults_of_addressee(tx: Transaction, kind: str, requested: str, standing: Standing) -> list[Fault]:
    """Whether one of that standing can be asked for this, and whether the basis is named that it needs."""
    authority = directory.authority(tx, requested)
    what = addressees.addressee(authority) if authority else None
    known = kinds.kinds().get(kind)
    if what is None or (known is not None and what not in known.to):
        return [Fault("/requested", _choose(known))]
    if standing.situation and what == "organisation":
        return [Fault("/situation", _("An organisation is not the State of a situation."))]
    if what == "registry":
        return _faults_of_registry(standing)
    offered = [one.code for one in addressees.bases_of(what)]
    if not offered and standing.basis is not None:
        return [Fault("/basis", _("A State Party is bound by Part 9 of the Statute: leave the basis out."))]
    if offered and standing.basis not in offered:
        return [Fault("/basis", _("Say on what basis cooperation is asked: this addressee is not bound by Part 9."))]
    return []


def _choose(kind: kinds.Kind | None) -> str:
    """Whom to choose for that kind."""
    if kind is not None and kind.to == ["registry"]:
        return _("Choose the Registry: it receives what States ask of the Court.")
    if kind is not None and kind.to == ["organisation"]:
        return _("Choose an organisation.")
    return _("Choose a State.")


def _faults_of_registry(standing: Standing) -> list[Fault]:
    """What is said of a State that is asked is not said of the Court."""
    faults = []
    if standing.situation:
        faults.append(Fault("/situation", _("The Court is not the State of a situation.")))
    if standing.basis is not None:
        faults.append(
            Fault("/basis", _("The Court is asked under article 93(10) of the Statute: leave the basis out."))
        )
    return faults


def _faults_of_kind(tx: Transaction, kind: str) -> list[Fault]:
    own = directory.authority(tx, tx.actor.authority or "")
    known = kinds.kinds().get(kind)
    if known is None:
        return [Fault("/kind", _("Choose the kind of request."))]
    if own is None or known in kinds.sent_by(own):
        return []
    if own.of == "court" and known.organs:
        return [Fault("/kind", _("Your organ does not send requests of this kind: the other one does."))]
    if own.of == "state" and kinds.sent_by(own):
        return [Fault("/kind", _("A State asks the Court for assistance to itself: choose that kind of request."))]
    return [Fault("/kind", _("Your office does not send requests of this kind."))]


def _faults_of_day(requested_on: date, here: date) -> list[Fault]:
    if requested_on < here:
        return [Fault("/requested_on", _("The requested date has passed: choose a later one."))]
    if requested_on.year > here.year + FURTHEST:
        return [Fault("/requested_on", _("The requested date is too far away: choose an earlier one."))]
    return []


def check_day(tx: Transaction, requested: str, requested_on: date | None) -> None:
    """Raises Refused where the requested date has passed while the request waited."""
    if requested_on is not None and requested_on < today(tx, requested):
        raise Refused(_("The requested date has passed: change the cover, and have it approved again."))


def faults_of_measures(kind: str, measures: Sequence[Asked]) -> list[Fault]:
    """What a kind does not allow of these measures."""
    known = kinds.kinds().get(kind)
    if known is not None and not known.measures:
        return _faults_of_acts(known, measures) if known.acts else _faults_of_single(measures)
    most = settings().limits.measures
    faults = []
    if not measures:
        faults.append(Fault("/measures", _("Ask for at least one measure.")))
    if len(measures) > most:
        faults.append(Fault("/measures", _("Ask for at most %(count)s measures.", count=most)))
    if len(set(measures)) != len(measures):
        faults.append(Fault("/measures", _("A measure stands twice.")))
    for place, asked in enumerate(measures):
        measure = policy.measures().get(asked.letter or "")
        if measure is None:
            faults.append(Fault(f"/measures/{place}/letter", _("Article 93(1) has the letters a to l.")))
        elif measure.acts and policy.act_of(asked.letter, asked.act) is None:
            faults.append(Fault(f"/measures/{place}/act", _("Say which kind of measure this is.")))
        elif not measure.acts and asked.act is not None:
            faults.append(Fault(f"/measures/{place}/act", _("This measure has no kinds.")))
    return faults


def _faults_of_acts(kind: kinds.Kind, measures: Sequence[Asked]) -> list[Fault]:
    """What a kind asks for that has acts of its own: some of them, each once."""
    faults = [] if measures else [Fault("/measures", _("Say what you ask for: choose at least one."))]
    if len(set(measures)) != len(measures):
        faults.append(Fault("/measures", _("A measure stands twice.")))
    for place, asked in enumerate(measures):
        if asked.letter is not None:
            message = _("A request of this kind has no measures of article 93(1): leave the letter out.")
            faults.append(Fault(f"/measures/{place}/letter", message))
        elif kind.act(asked.act) is None:
            faults.append(Fault(f"/measures/{place}/act", _("Choose one of the things that this kind asks for.")))
    return faults


def _faults_of_single(measures: Sequence[Asked]) -> list[Fault]:
    if not measures:
        return []
    return [
        Fault("/measures", _("A request of this kind asks for one thing: leave the measures of article 93(1) out."))
    ]


def put_measures(rfa: RequestForAssistance, measures: Sequence[Asked]) -> None:
    """Make the request ask for exactly these, numbered in their order."""
    for n, asked in enumerate(measures, 1):
        if n <= len(rfa.measures):
            rfa.measures[n - 1].letter, rfa.measures[n - 1].act = asked.letter, asked.act
        else:
            rfa.measures.append(Measure(n=n, letter=asked.letter, act=asked.act, status=Outcome.PENDING))
    del rfa.measures[len(measures) :]


def check_room(present: Sequence[tuple[Document, DocumentVersion]], purpose: str) -> None:
    """Raises Refused or TooLarge where one's own side cannot add a document of that purpose to what waits already."""
    waiting = [document for document, _version in present if document.released_at is None]
    if purpose == "request" and any(document.purpose == "request" for document in waiting):
        raise Refused(_("The request has a text already: replace it."))
    if len(waiting) >= settings().limits.annexes:
        raise TooLarge(_("At most %(count)s documents can wait at once.", count=settings().limits.annexes))


LONGEST_MESSAGE = 2**20
"""Bytes of a sealed message without its attachments."""


def check_length(purpose: str, payload_bytes: int) -> None:
    """Raises TooLarge for a message that should be a file: readers open messages whole, many at a time."""
    if purpose == "message" and payload_bytes > LONGEST_MESSAGE:
        raise TooLarge(_("This message is longer than the platform takes: put the text into a file, and attach it."))
