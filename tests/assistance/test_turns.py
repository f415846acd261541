"""Whose step is next in lists: what the State asks or proposes waits for the Court, until the Court has answered."""

from datetime import date, timedelta

import pytest
from tests.exchange import consulted, sealed
from tests.people import AMINA, CHIDI

from comity.assistance import extending
from comity.assistance.portfolio_model import Tracking
from comity.core import clock
from comity.core.database import Session
from comity.core.transaction import transaction


@pytest.fixture
def rfa():
    return sealed.acknowledged(on=date.today() + timedelta(days=40))


def turn(rfa):
    with Session(writes=False) as session:
        return session.get(Tracking, rfa.id).turn


def test_another_date_waits_for_the_court_until_it_has_decided(rfa):
    assert turn(rfa) == "requested"
    reason = sealed.deposit(CHIDI, rfa, "extension", b"the bank needs longer")[0].id
    with transaction(CHIDI) as tx:
        extending.ask(tx, rfa.id, rfa.requested_on + timedelta(days=20), reason)
    assert turn(rfa) == "requesting"
    with transaction(AMINA) as tx:
        extending.decide(tx, rfa.id, rfa.requested_on + timedelta(days=20), None)
    assert turn(rfa) == "requested"


def test_a_consultation_waits_for_whoever_has_not_spoken_yet(rfa):
    consulted.opened(rfa)
    assert turn(rfa) == "requesting"
    consulted.met(rfa, clock.now().date())
    assert turn(rfa) == "requested"
    proposal = consulted.proposed(rfa, "postponed", date.today() + timedelta(days=90))
    assert turn(rfa) == "requesting"
    consulted.agreed(rfa, proposal)
    assert turn(rfa) == "requested"
