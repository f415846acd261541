"""Consultations: an obstacle to some measures of a request is looked at by both sides, and both say how that ended.

One party opens a consultation on a ground of `policies/grounds.toml`, saying in a sealed text what was tried and what
it offers instead; either records meetings; one proposes how it ends and the other agrees, each in a sealed text of its
own.  What a ground allows one side to say alone needs nobody's agreement: that the obstacle has gone, or a denial,
which is the State's and comes with its reasons [Statute art. 93(3) to (6), 94, 95, 97].  Parts of what was asked for
can be delivered meanwhile.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import date
from uuid import UUID

from comity.assistance import answers, events, grounds, standing
from comity.assistance import cover as covers
from comity.assistance.actions import Answer, matter_of
from comity.assistance.consultation_model import Consultation, Instalment, Meeting, Outcome
from comity.assistance.grounds import Ending
from comity.assistance.model import Measure, RequestForAssistance
from comity.core.errors import Conflict, Fault, Invalid, Refused
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange import actions as exchange
from comity.exchange import queries as documents
from comity.exchange.checks import wrong
from comity.exchange.model import Document


def consult(tx: Transaction, rfa_id: UUID, ground: str, measures: Sequence[int], doc: UUID) -> RequestForAssistance:
    """Open a consultation on what stands in the way of these measures.  Raises Invalid."""
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.consult")
    rfa.move("consult")
    _check_opening(rfa, ground, measures)
    document = _own(tx, rfa, "consultation", doc)
    opened = Consultation(
        n=len(rfa.consultations) + 1,
        ground=ground,
        measures=sorted(measures),
        document=document.id,
        opened_by=tx.actor.id,
        opened_for=tx.actor.authority or "",
        opened_at=tx.now,
    )
    rfa.consultations.append(opened)
    _release(tx, rfa, document)
    tx.record(rfa, events.ConsultationOpened(*standing.about(tx, rfa, opened)))
    return rfa


def meet(tx: Transaction, rfa_id: UUID, n: int, held_on: date, doc: UUID) -> RequestForAssistance:
    """Record that both met, with a sealed note.  Raises Invalid or Conflict."""
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.meet")
    rfa.move("meet")
    consultation = _open(rfa, n)
    if held_on > covers.today(tx, tx.actor.authority or ""):
        raise wrong("/held_on", _("This day is still to come: record a meeting once it was held."))
    note = _own(tx, rfa, "meeting", doc)
    meeting = Meeting(
        n=len(consultation.meetings) + 1,
        held_on=held_on,
        note=note.id,
        recorded_by=tx.actor.id,
        recorded_for=tx.actor.authority or "",
        recorded_at=tx.now,
    )
    consultation.meetings.append(meeting)
    _release(tx, rfa, note)
    tx.record(rfa, events.ConsultationMet(*standing.about(tx, rfa, consultation), held_on=held_on.isoformat()))
    return rfa


def propose(tx: Transaction, rfa_id: UUID, n: int, outcome: str, until: date | None, doc: UUID) -> RequestForAssistance:
    """Say how a consultation ends: it counts once the other party agrees, or at once where it needs nobody.

    A new proposal takes the place of an earlier one of either party.  Raises Invalid or Conflict.
    """
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.propose")
    rfa.move("propose")
    consultation = _open(rfa, n)
    ending = _ending(rfa, consultation, outcome, tx.actor.authority or "")
    _check_date(tx, rfa, ending, until)
    document = _own(tx, rfa, "proposal", doc)
    consultation.outcome, consultation.until, consultation.proposal = outcome, until, document.id
    consultation.proposed_by, consultation.proposed_for = tx.actor.id, tx.actor.authority
    consultation.proposed_at = tx.now
    _release(tx, rfa, document)
    if ending.alone:
        _settle(tx, rfa, consultation, ending, document)
    else:
        tx.record(rfa, events.ConsultationProposed(*standing.about(tx, rfa, consultation), outcome=outcome))
    return rfa


def agree(tx: Transaction, rfa_id: UUID, n: int, proposal: UUID, doc: UUID) -> RequestForAssistance:
    """Agree to the proposal that one has read, named by its document: the consultation has ended.

    Raises Invalid, Conflict where another proposal has taken its place, or Refused for one's own.
    """
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.agree")
    rfa.move("agree")
    consultation = _open(rfa, n)
    if consultation.proposal is None or consultation.outcome is None:
        raise Refused(_("Nobody has proposed yet how this consultation ends: propose it yourself."))
    if consultation.proposal != proposal:
        raise Conflict(_("Another proposal has taken the place of this one: read it, then agree or propose another."))
    if consultation.proposed_for == tx.actor.authority:
        raise Refused(_("Your own side has proposed this: it counts once the other party agrees."))
    ending = grounds.endings()[consultation.outcome]
    _check_date(tx, rfa, ending, consultation.until)
    document = _own(tx, rfa, "agreement", doc)
    _release(tx, rfa, document)
    _settle(tx, rfa, consultation, ending, document)
    return rfa


def deny(tx: Transaction, rfa_id: UUID, n: int, doc: UUID) -> RequestForAssistance:
    """Deny the measures of a consultation whose ground allows it, with sealed reasons.  Raises Invalid or Conflict."""
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.deny")
    rfa.move("deny")
    consultation = _open(rfa, n)
    ending = next((one for one in grounds.ground_of(consultation.ground).endings if one.denial), None)
    if ending is None:
        raise wrong(
            "/consultation",
            _("Nothing is denied on this ground: look for another manner, a later date or conditions together."),
        )
    reasons = _own(tx, rfa, "denial", doc)
    consultation.outcome, consultation.until, consultation.proposal = ending.outcome, None, reasons.id
    consultation.proposed_by, consultation.proposed_for = tx.actor.id, tx.actor.authority
    consultation.proposed_at = tx.now
    _release(tx, rfa, reasons)
    _settle(tx, rfa, consultation, ending, reasons)
    return rfa


def deliver(tx: Transaction, rfa_id: UUID, reports: Sequence[Answer], docs: Sequence[UUID]) -> RequestForAssistance:
    """Deliver a numbered part, or report progress, before the answer: what each measure that it names is now."""
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.deliver")
    rfa.move("deliver")
    answers.check_reports(rfa, reports)
    if not docs:
        raise wrong("/documents", _("A part has at least one sealed document."))
    papers = exchange.staged(tx, matter_of(rfa), "part", docs)
    reported = {one.n: one for one in reports}
    resumed = [measure for measure in rfa.measures if measure.n in reported and measure.status is Outcome.POSTPONED]
    for measure in _measures(rfa, reported):
        answers.put(measure, reported[measure.n])
    said = [{"n": n, "outcome": reported[n].outcome.value} for n in sorted(reported)]
    part = Instalment(
        n=len(rfa.instalments) + 1,
        measures=said,
        documents=[str(doc) for doc in docs],
        delivered_by=tx.actor.id,
        delivered_at=tx.now,
    )
    rfa.instalments.append(part)
    rfa.changed_at = tx.now
    for paper in papers:
        exchange.release(tx, paper)
    tx.record(rfa, events.PartDelivered(rfa.requesting, rfa.requested, part.n, said))
    answers.note_consents(tx, rfa, reports)
    standing.note_resumed(tx, rfa, resumed)
    standing.note_postponed(tx, rfa)
    return rfa


def _check_opening(rfa: RequestForAssistance, ground: str, measures: Sequence[int]) -> None:
    known = grounds.grounds().get(ground)
    faults = []
    if known is None:
        faults.append(Fault("/ground", _("Choose one of the grounds that the Statute knows.")))
    if not measures or len(set(measures)) != len(measures):
        faults.append(Fault("/measures", _("Name the measures that it stands in the way of, each once.")))
    there = {measure.n: measure for measure in rfa.measures}
    for place, n in enumerate(measures):
        faults += _faults_of(rfa, there.get(n), known, f"/measures/{place}")
    if faults:
        raise Invalid(_("The consultation cannot be opened like this: mend what is marked."), faults)


def _faults_of(
    rfa: RequestForAssistance, measure: Measure | None, ground: grounds.Ground | None, at: str
) -> list[Fault]:
    if measure is None:
        return [Fault(at, _("The request has no measure of that number."))]
    if rfa.consultation_on(measure.n) is not None:
        return [Fault(at, _("A consultation on this measure is open already: go on with that one."))]
    if measure.status in DONE:
        return [Fault(at, _("This measure needs no consultation: it has been carried out or withdrawn."))]
    if ground is not None and not ground.fits(rfa.request_kind, measure.letter):
        return [Fault(at, _("This ground does not fit this measure: choose one that is offered for it."))]
    return []


DONE = (Outcome.EXECUTED, Outcome.NOTHING_FOUND, Outcome.WITHDRAWN)
"""What a measure is when nothing can stand in its way any more."""


def _open(rfa: RequestForAssistance, n: int) -> Consultation:
    found = next((one for one in rfa.consultations if one.n == n), None)
    if found is None:
        raise wrong("/consultation", _("There is no consultation of that number."))
    if not found.open:
        raise Conflict(_("This consultation has ended meanwhile: look at how, and open another if it is needed."))
    return found


def _ending(rfa: RequestForAssistance, consultation: Consultation, outcome: str, authority: str) -> Ending:
    """The ending, if the ground leads to it and this party may say it.  Raises Invalid."""
    found = next((one for one in grounds.ground_of(consultation.ground).endings if one.outcome == outcome), None)
    if found is None:
        raise wrong("/outcome", _("A consultation on this ground does not end like this: choose what is offered."))
    if found.denial:
        raise wrong("/outcome", _("A denial is not proposed: deny, and give your reasons."))
    if authority not in said_by(rfa, consultation, found):
        raise wrong("/outcome", _("It is for the other party to say this: propose something else, or wait for it."))
    return found


def said_by(rfa: RequestForAssistance, consultation: Consultation, ending: Ending) -> list[str]:
    """The parties that may say that a consultation ends so."""
    return {
        "either": [rfa.requesting, rfa.requested],
        "court": [rfa.requesting],
        "state": [rfa.requested],
        "opener": [consultation.opened_for],
    }[ending.said_by]


def _check_date(tx: Transaction, rfa: RequestForAssistance, ending: Ending, until: date | None) -> None:
    if ending.dated != (until is not None):
        raise wrong("/until", _("Give the agreed date exactly where something is postponed."))
    if until is None:
        return
    here = covers.today(tx, rfa.requested)
    if until <= here or until.year > here.year + covers.FURTHEST:
        raise wrong("/until", _("Agree on a date that is still to come, and not too far away."))


def _own(tx: Transaction, rfa: RequestForAssistance, purpose: str, doc: UUID) -> Document:
    """A staged document that the actor has signed herself.  Raises Invalid or NotFound."""
    (document,) = exchange.staged(tx, matter_of(rfa), purpose, [doc], at="/document")
    if documents.latest(tx, [doc])[doc].author != tx.actor.id:
        raise wrong("/document", _("A colleague has sealed this: whoever takes the step seals what goes with it."))
    return document


def _release(tx: Transaction, rfa: RequestForAssistance, document: Document) -> None:
    rfa.changed_at = tx.now
    exchange.release(tx, document)


def _measures(rfa: RequestForAssistance, numbers: Container[int]) -> list[Measure]:
    return [measure for measure in rfa.measures if measure.n in numbers]


def _settle(
    tx: Transaction, rfa: RequestForAssistance, consultation: Consultation, ending: Ending, document: Document
) -> None:
    consultation.settlement, consultation.settled_by, consultation.settled_at = document.id, tx.actor.id, tx.now
    measures = _measures(rfa, consultation.measures)
    resumed = [measure for measure in measures if measure.status is Outcome.POSTPONED]
    for measure in measures:
        measure.status = ending.status
        measure.ground = None if ending.status is Outcome.IN_PROGRESS else consultation.ground
    about = standing.about(tx, rfa, consultation)
    if ending.denial:
        tx.record(rfa, events.MeasureDenied(*about))
    else:
        until = consultation.until.isoformat() if consultation.until else None
        tx.record(rfa, events.ConsultationSettled(*about, outcome=ending.outcome, until=until))
    standing.note_resumed(tx, rfa, resumed, but=consultation)
    standing.note_postponed(tx, rfa)
