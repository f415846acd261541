"""Requests of Xandria to the Registry: Chidi drafts, Chinua approves, Grace of the Registry receives and answers."""

from datetime import date

from tests.exchange import sealed
from tests.people import CHIDI, CHINUA, GRACE

from comity.assistance import actions
from comity.assistance.actions import Answer
from comity.assistance.cover import Asked
from comity.assistance.model import RequestForAssistance
from comity.core.transaction import transaction

KIND = "assistance_to_state"
EVIDENCE, QUESTIONING = Asked(None, "evidence"), Asked(None, "questioning")


def drafted(on: date | None = None, measures: list[Asked] | None = None) -> RequestForAssistance:
    """A draft without documents."""
    asked = [EVIDENCE, QUESTIONING] if measures is None else measures
    return sealed.drafted(CHIDI, requested="REG", on=on, measures=asked, kind=KIND)


def approved(on: date | None = None) -> RequestForAssistance:
    rfa = sealed.written(CHIDI, requested="REG", on=on, measures=[EVIDENCE, QUESTIONING], kind=KIND)
    signed = sealed.approval(CHINUA, rfa)
    with transaction(CHINUA) as tx:
        return actions.approve(tx, rfa.id, signed)


def transmitted(on: date | None = None) -> RequestForAssistance:
    rfa = approved(on)
    again = sealed.resealed(CHIDI, rfa)
    with transaction(CHIDI) as tx:
        return actions.transmit(tx, rfa.id, again)


def acknowledged(on: date | None = None) -> RequestForAssistance:
    rfa = transmitted(on)
    signed = sealed.acknowledgement(GRACE, rfa)
    with transaction(GRACE) as tx:
        return actions.acknowledge(tx, rfa.id, signed)


def answered(*answers: Answer, on: date | None = None) -> RequestForAssistance:
    return answer(acknowledged(on), *answers)


def answer(rfa: RequestForAssistance, *answers: Answer) -> RequestForAssistance:
    document, _made = sealed.deposit(GRACE, rfa, "answer", b"what the Court says")
    with transaction(GRACE) as tx:
        return actions.answer(tx, rfa.id, answers, [document.id])
