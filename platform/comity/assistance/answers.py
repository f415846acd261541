"""What an answer and a part may say of each measure, whoever brings them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from comity.assistance.consultation_model import ANSWERED, ENDED_BY_CONSULTATION, REPORTED, Outcome
from comity.assistance.model import Measure, RequestForAssistance
from comity.core.errors import Fault, Invalid
from comity.core.text import _

if TYPE_CHECKING:
    from comity.assistance.actions import Answer


def kept(measure: Measure) -> bool:
    """Whether a consultation has settled it for good: an answer then says the same of it."""
    return measure.status in ENDED_BY_CONSULTATION


def check_answers(rfa: RequestForAssistance, answers: Sequence[Answer]) -> None:
    """Raises Invalid unless every measure has exactly one outcome, and what consultations have settled is left so."""
    faults = []
    if sorted(one.n for one in answers) != [measure.n for measure in rfa.measures]:
        faults.append(Fault("/outcomes", _("Give one outcome for each measure.")))
    measures = {measure.n: measure for measure in rfa.measures}
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
    if said.outcome in (Outcome.DENIED, Outcome.NOT_POSSIBLE, Outcome.POSTPONED):
        message = _("If something stands in the way of this measure, open a consultation on it first.")
        return [Fault(f"{at}/outcome", message)]
    if said.outcome not in ANSWERED:
        return [Fault(f"{at}/outcome", _("Say what became of this measure."))]
    if said.ground is not None:
        return [Fault(f"{at}/ground", _("A ground goes only with what a consultation has settled."))]
    return []


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
        elif kept(measure):
            message = _("A consultation has settled this measure: nothing is delivered for it.")
            faults.append(Fault(f"/measures/{place}/n", message))
        elif one.outcome not in REPORTED:
            faults.append(Fault(f"/measures/{place}/outcome", _("Say how far this measure is.")))
    if faults:
        raise Invalid(_("The part cannot be delivered like this: mend what is marked."), faults)
