"""What an answer and a part may say of each measure, whoever brings them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from comity.assistance import events
from comity.assistance.consultation_model import (
    ANSWERED,
    DECLINED,
    ENDED_BY_CONSULTATION,
    REPORTED,
    Outcome,
    ProviderConsent,
)
from comity.assistance.model import Measure, RequestForAssistance
from comity.core.errors import Conflict, Fault, Invalid
from comity.core.text import _
from comity.core.transaction import Transaction

if TYPE_CHECKING:
    from comity.assistance.actions import Answer

HANDED_OVER = (Outcome.EXECUTED, Outcome.PARTLY_EXECUTED)
"""What a measure is when something was handed over."""


def kept(measure: Measure) -> bool:
    """Whether a consultation has settled it for good: an answer then says the same of it."""
    return measure.status in settled(measure.request)


def settled(rfa: RequestForAssistance) -> tuple[Outcome, ...]:
    """What a consultation can have made of its measures for good: nothing, where none is held."""
    return () if rfa.free else ENDED_BY_CONSULTATION


def answered(rfa: RequestForAssistance) -> tuple[Outcome, ...]:
    """What an answer says of a measure that no consultation has settled."""
    return (*ANSWERED, *DECLINED) if rfa.free else ANSWERED


def check_form(rfa: RequestForAssistance, form: int) -> None:
    """Raises Conflict where the form that is answered is not the one in force."""
    if form != rfa.form:
        raise Conflict(
            _("The request was amended: form %(form)s is in force now. Read it, then answer what it asks for.",
              form=rfa.form)
        )  # fmt: skip


def check_answers(rfa: RequestForAssistance, answers: Sequence[Answer]) -> None:
    """Raises Invalid unless every measure has exactly one outcome, and what consultations have settled is left so."""
    faults = []
    if sorted(one.n for one in answers) != [measure.n for measure in rfa.in_force]:
        faults.append(Fault("/outcomes", _("Give one outcome for each measure.")))
    measures = {measure.n: measure for measure in rfa.in_force}
    for place, one in enumerate(answers):
        measure = measures.get(one.n)
        if measure is not None:
            faults += _faults_of(rfa, measure, one, f"/outcomes/{place}")
    if faults:
        raise Invalid(_("The answer is not complete: mend what is marked."), faults)


def _faults_of(rfa: RequestForAssistance, measure: Measure, said: Answer, at: str) -> list[Fault]:
    consultation = rfa.consultation_on(measure.n)
    if consultation is not None:
        message = _("Consultation %(n)s on this measure is still open: end it, then answer.", n=consultation.n)
        return [Fault(f"{at}/outcome", message)]
    if (said.outcome, said.ground) == (measure.status, measure.ground) and (
        kept(measure) or measure.status is Outcome.POSTPONED
    ):
        return []
    if kept(measure):
        message = _("A consultation has settled this measure: the answer says the same of it.")
        return [Fault(f"{at}/outcome", message)]
    if said.outcome in answered(rfa):
        without_ground = _("A ground goes only with what a consultation has settled.")
        faults = [Fault(f"{at}/ground", without_ground)] if said.ground is not None else []
        return faults + _faults_of_consent(measure, said, at)
    if said.outcome is Outcome.POSTPONED and rfa.free:
        return [Fault(f"{at}/outcome", _("Nothing is postponed here: ask for another date, or decline and say why."))]
    if said.outcome in (Outcome.DENIED, Outcome.NOT_POSSIBLE, Outcome.POSTPONED):
        message = _("If something stands in the way of this measure, open a consultation on it first.")
        return [Fault(f"{at}/outcome", message)]
    return [Fault(f"{at}/outcome", _("Say what became of this measure."))]


def _faults_of_consent(measure: Measure, said: Answer, at: str) -> list[Fault]:
    """Whether it is said how the consent stands that a measure needs, and nothing is handed over without it."""
    act = measure.own_act
    if act is None or not act.consent:
        if said.consent is None:
            return []
        return [Fault(f"{at}/consent", _("Nobody's consent is needed for this measure: leave it out."))]
    if said.outcome not in HANDED_OVER:
        return []
    if said.consent is None:
        message = _("Say how the consent stands of whoever gave this to the Court: not needed, recorded or withheld.")
        return [Fault(f"{at}/consent", message)]
    if said.consent is ProviderConsent.WITHHELD:
        message = _("The consent is withheld: nothing of this can be handed over. Deny it, and say why.")
        return [Fault(f"{at}/outcome", message)]
    return []


def put(measure: Measure, said: Answer) -> None:
    """Keep what an answer or a part says of a measure; an earlier word on consent stays where none is said now."""
    measure.status, measure.ground = said.outcome, said.ground
    measure.consent = said.consent or measure.consent


def note_consents(tx: Transaction, rfa: RequestForAssistance, said: Sequence[Answer]) -> None:
    """Record what was said of consents: what is handed over without one could not be told apart later."""
    for one in said:
        if one.consent is not None:
            tx.record(rfa, events.ConsentStated(rfa.requesting, rfa.requested, one.n, one.consent.value))


def check_reports(rfa: RequestForAssistance, reports: Sequence[Answer]) -> None:
    """Raises Invalid unless each report says how far a measure is that no consultation has settled for good."""
    faults = []
    if not reports or len({one.n for one in reports}) != len(reports):
        faults.append(Fault("/measures", _("Name the measures that this part belongs to, each once.")))
    measures = {measure.n: measure for measure in rfa.measures}
    for place, one in enumerate(reports):
        measure = measures.get(one.n)
        if measure is None:
            faults.append(Fault(f"/measures/{place}/n", _("The request has no measure of that number.")))
        elif one.n in rfa.taken_back:
            faults.append(Fault(f"/measures/{place}/n", _("An amendment has taken this measure back.")))
        elif kept(measure):
            message = _("A consultation has settled this measure: nothing is delivered for it.")
            faults.append(Fault(f"/measures/{place}/n", message))
        elif one.outcome not in REPORTED:
            faults.append(Fault(f"/measures/{place}/outcome", _("Say how far this measure is.")))
        else:
            faults += _faults_of_consent(measure, one, f"/measures/{place}")
    if faults:
        raise Invalid(_("The part cannot be delivered like this: mend what is marked."), faults)
