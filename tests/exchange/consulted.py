"""Consultations and parts for tests, each with its really sealed documents."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tests.exchange import sealed
from tests.people import AMINA, CHIDI

from comity.assistance import consultations
from comity.assistance.actions import Answer
from comity.assistance.consultation_model import Consultation, Outcome
from comity.assistance.model import RequestForAssistance
from comity.core.actors import Actor
from comity.core.transaction import transaction


def of(actor: Actor, rfa: RequestForAssistance, n: int = 1) -> Consultation:
    """A consultation as this person sees it."""
    return next(one for one in sealed.read(actor, rfa.id).consultations if one.n == n)


def opened(
    rfa: RequestForAssistance, ground: str = "ongoing_case", measures: Sequence[int] = (2,), actor: Actor = CHIDI
) -> Consultation:
    document, _made = sealed.deposit(actor, rfa, "consultation", b"we tried, we offer")
    with transaction(actor) as tx:
        return consultations.consult(tx, rfa.id, ground, measures, document.id).consultations[-1]


def met(rfa: RequestForAssistance, on: date, n: int = 1, actor: Actor = AMINA) -> RequestForAssistance:
    document, _made = sealed.deposit(actor, rfa, "meeting", b"we met")
    with transaction(actor) as tx:
        return consultations.meet(tx, rfa.id, n, on, document.id)


def proposed(
    rfa: RequestForAssistance, outcome: str, until: date | None = None, n: int = 1, actor: Actor = CHIDI
) -> UUID:
    """The document of the proposal."""
    document, _made = sealed.deposit(actor, rfa, "proposal", b"let it end so")
    with transaction(actor) as tx:
        consultations.propose(tx, rfa.id, n, outcome, until, document.id)
    return document.id


def agreed(rfa: RequestForAssistance, proposal: UUID, n: int = 1, actor: Actor = AMINA) -> RequestForAssistance:
    document, _made = sealed.deposit(actor, rfa, "agreement", b"yes")
    with transaction(actor) as tx:
        return consultations.agree(tx, rfa.id, n, proposal, document.id)


def settled(
    rfa: RequestForAssistance,
    outcome: str,
    until: date | None = None,
    n: int = 1,
    by: tuple[Actor, Actor] = (CHIDI, AMINA),
) -> RequestForAssistance:
    """Proposed by one and agreed to by the other."""
    return agreed(rfa, proposed(rfa, outcome, until, n, by[0]), n, by[1])


def denied(rfa: RequestForAssistance, n: int = 1, actor: Actor = CHIDI) -> RequestForAssistance:
    document, _made = sealed.deposit(actor, rfa, "denial", b"because")
    with transaction(actor) as tx:
        return consultations.deny(tx, rfa.id, n, document.id)


def delivered(rfa: RequestForAssistance, *reports: tuple[int, Outcome], actor: Actor = CHIDI) -> RequestForAssistance:
    document, _made = sealed.deposit(actor, rfa, "part", b"the first box")
    with transaction(actor) as tx:
        return consultations.deliver(tx, rfa.id, [Answer(n, outcome) for n, outcome in reports], [document.id])


def answered(rfa: RequestForAssistance, *said: tuple[int, Outcome, str | None]) -> RequestForAssistance:
    from comity.assistance import actions

    document, _made = sealed.deposit(CHIDI, rfa, "answer", b"found")
    with transaction(CHIDI) as tx:
        return actions.answer(tx, rfa.id, [Answer(*one) for one in said], [document.id])


def statuses(actor: Actor, rfa: RequestForAssistance) -> list[tuple[str, str | None]]:
    return [(one.status.value, one.ground) for one in sealed.read(actor, rfa.id).measures]
