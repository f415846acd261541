"""The first page among many requests: what is most urgent is shown, and it is said how many are not."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.exchange import limited, sealed
from tests.people import AMINA, CHIDI, DORA
from tests.visits import visitor

from comity.assistance import actions, home, transmission
from comity.core import clock
from comity.core.transaction import transaction

BEGIN = datetime(2031, 3, 3, 9, tzinfo=UTC)


@pytest.fixture
def world(monkeypatch):
    """More requests than a first page looks at; the most urgent ones were changed first of all."""
    monkeypatch.setattr(home, "SHOWN", 3)
    found = {}
    with clock.at(BEGIN):
        found["asked"] = sealed.asked(on=date(2031, 3, 12))
        found["soonest"] = sealed.acknowledged(on=date(2031, 3, 14))
        found["unopened"] = sealed.transmitted(on=None)
    for n in range(4):
        with clock.at(BEGIN + timedelta(hours=1 + n)):
            found[f"later {n}"] = sealed.acknowledged(on=date(2031, 5, 6 + n))
    with clock.at(BEGIN + timedelta(hours=6)):
        found["draft"] = sealed.written(on=None)
        yield {name: rfa.id for name, rfa in found.items()}


def desk(actor, world):
    names = {rfa_id: name for name, rfa_id in world.items()}
    with transaction(actor, writes=False) as tx:
        here = home.desk(tx)
    return [names[one.rfa.id] for one in here.mine], [names[one.id] for one in here.others], here.hidden


def test_what_is_most_urgent_is_never_among_what_is_not_shown(world):
    mine, others, hidden = desk(CHIDI, world)
    assert mine == ["unopened", "soonest", "later 0"]
    assert (others, hidden) == (["asked"], {"you": 3, "other": 0})
    mine, others, hidden = desk(AMINA, world)
    assert mine == ["asked"]
    assert others == ["unopened", "soonest", "later 0"]
    assert hidden == {"you": 0, "other": 3}
    assert desk(DORA, world) == ([], [], {"you": 0, "other": 0})


def test_the_page_says_how_many_are_not_shown_and_leads_to_them(app, world):
    chidi = visitor(app, CHIDI)
    page = chidi.get("/").get_data(as_text=True)
    assert "3 more are not shown here" in page
    assert page.count("more are not shown here") == 1
    where = page.partition("more are not shown here")[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    whole = chidi.get(where).get_data(as_text=True)
    assert all(sealed.read(CHIDI, rfa).reference in whole for name, rfa in world.items() if name.startswith("later"))
    assert "3 more are not shown here" in visitor(app, AMINA).get("/").get_data(as_text=True)
    assert "not shown here" not in visitor(app, DORA).get("/").get_data(as_text=True)


def test_the_date_beside_a_step_is_that_of_whoever_takes_it():
    with clock.at(BEGIN):
        rfa = sealed.approved(on=None)
        with transaction(AMINA) as tx:
            transmission.expedite(tx, rfa.id, "fax")
        again = sealed.resealed(AMINA, rfa)
        with transaction(AMINA) as tx:
            actions.transmit(tx, rfa.id, again)
        received = sealed.acknowledgement(CHIDI, rfa)
        with transaction(CHIDI) as tx:
            actions.acknowledge(tx, rfa.id, received)
            here = home.desk(tx)
    (waiting,) = here.mine
    assert (waiting.step, waiting.clock.falls_on) == ("answer", "XA")
    soonest = here.clocks[rfa.id].next
    assert soonest.falls_on == "OTP"
    assert soonest.due_on < waiting.clock.due_on


def test_what_waits_for_consent_stands_with_its_own_date_and_not_with_the_day_of_asking():
    with clock.at(BEGIN):
        rfa = sealed.acknowledged(on=date(2031, 4, 30))
        first, second = limited.sent(rfa, "lead_only"), limited.sent(rfa, "lead_only")
        limited.asked(rfa, first.id)
    with clock.at(BEGIN + timedelta(days=2)):
        limited.asked(rfa, second.id)
        with transaction(CHIDI, writes=False) as tx:
            waiting = home.desk(tx).to_consent
    assert [(one.n, clock.due_on) for _rfa, one, clock in waiting] == [(1, date(2031, 3, 17)), (2, date(2031, 3, 19))]
