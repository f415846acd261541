"""The page that explains dates: what would run from today, and who stopped and started a clock."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from tests.exchange import sealed
from tests.people import AMINA, BRUNO, CHIDI
from tests.visits import visitor

from comity.assistance import actions, transmission
from comity.core import clock, database
from comity.core.transaction import transaction
from comity.deadlines import queries as deadlines
from comity.deadlines.model import Deadline


def page(app, actor, rfa) -> str:
    answer = visitor(app, actor).get(f"/requests/{rfa.id}/clock")
    assert answer.status_code == 200
    return " ".join(answer.get_data(as_text=True).split())


def foreseen(rfa):
    with transaction(AMINA, writes=False) as tx:
        sides = {"requesting": rfa.requesting, "requested": rfa.requested}
        found = deadlines.foresee(tx, "rfa.transmitted", sides, transmission.foreseen(tx, rfa))
        return {why.rule: (why.due_on, why.due_at, [step.what for step in why.trace]) for why in found}


def running(rfa):
    with transaction(AMINA, writes=False) as tx:
        found = [deadlines.explain(tx, one) for one in deadlines.deadlines_of(tx, rfa)]
        return {why.rule: (why.due_on, why.due_at, [step.what for step in why.trace]) for why in found}


@pytest.mark.parametrize("day", [datetime(2031, 3, 3, 9, tzinfo=UTC), datetime(2031, 3, 8, 23, 30, tzinfo=UTC)])
def test_what_is_foreseen_today_is_what_runs_once_it_is_transmitted_today(day):
    with clock.at(day):
        rfa = sealed.approved(on=(day + timedelta(days=40)).date())
        before = foreseen(rfa)
        with database.Session() as session:
            assert session.scalar(select(func.count()).select_from(Deadline)) == 0
        again = sealed.resealed(AMINA, rfa)
        with transaction(AMINA) as tx:
            actions.transmit(tx, rfa.id, again)
        assert before.keys() == {"acknowledgement", "requested date"}
        assert running(rfa) == before


def test_without_a_requested_date_none_is_foreseen():
    rfa = sealed.drafted(on=None)
    assert foreseen(rfa).keys() == {"acknowledgement"}


def test_a_draft_shows_the_dates_of_today_and_a_transmitted_request_its_own(app):
    with clock.at(datetime(2031, 3, 3, 9, tzinfo=UTC)):
        rfa = sealed.approved(on=date(2031, 4, 2))
        shown = page(app, AMINA, rfa)
        assert "If the request is transmitted today" in shown
        assert "2 April 2031" in shown
        assert "What if it is transmitted today?" in visitor(app, AMINA).get(f"/requests/{rfa.id}").get_data(True)
        again = sealed.resealed(AMINA, rfa)
        with transaction(AMINA) as tx:
            actions.transmit(tx, rfa.id, again)
        assert "If the request is transmitted today" not in page(app, AMINA, rfa)
        assert "2 April 2031" in page(app, CHIDI, rfa)


def test_each_pause_names_who_asked_and_who_answered_to_both_sides(app):
    begin = datetime(2031, 3, 3, 9, tzinfo=UTC)
    with clock.at(begin):
        rfa = sealed.acknowledged(on=date(2031, 4, 2))
    with clock.at(begin + timedelta(days=2)):
        question, _made = sealed.deposit(CHIDI, rfa, "question", b"which account?")
        with transaction(CHIDI) as tx:
            actions.ask(tx, rfa.id, question.id)
        assert "stands still" in page(app, AMINA, rfa)
    with clock.at(begin + timedelta(days=9)):
        reply, _made = sealed.deposit(BRUNO, rfa, "reply", b"that one")
        with transaction(BRUNO) as tx:
            actions.reply(tx, rfa.id, 1, reply.id)
        for actor in (AMINA, CHIDI):
            shown = page(app, actor, rfa)
            asked = shown.index("A question was asked: the clock stood still from here.")
            answered = shown.index("The question was answered and the clock runs again.")
            assert asked < shown.index("Chidi Okafor", asked) < answered < shown.index("Bruno", answered)
