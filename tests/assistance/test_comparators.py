"""Lengths that others use, offered for the requested date and never shown as law; and what runs without such a date."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from tests.exchange import sealed
from tests.people import AMINA, CHIDI, GRACE
from tests.visits import Visitor, visitor

from comity.assistance import actions, comparators, kinds
from comity.assistance.cover import Asked
from comity.assistance.model import RequestForAssistance
from comity.core import clock, database, policy
from comity.core.errors import Invalid, PolicyError
from comity.core.transaction import transaction
from comity.deadlines.model import Deadline

MONDAY = datetime(2026, 11, 2, 10, tzinfo=UTC)


def requests() -> list[RequestForAssistance]:
    with database.Session(writes=False) as session:
        return list(session.scalars(select(RequestForAssistance)))


def periods(rfa, rule):
    with database.Session(writes=False) as session:
        return list(session.scalars(select(Deadline).where(Deadline.matter == f"rfa:{rfa.id}", Deadline.rule == rule)))


@pytest.fixture
def amina(app) -> Visitor:
    return visitor(app, AMINA)


def test_a_length_is_taken_in_the_calendar_of_whoever_is_asked(amina):
    answer = amina.post("/requests/new?kind=assistance", requested="XA", measure="d", practice="evidence_decision")
    assert answer.status_code == 303
    with transaction(AMINA, writes=False) as tx:
        wanted = comparators.day(tx, comparators.practices()["evidence_decision"], "XA")
    assert [rfa.requested_on for rfa in requests()] == [wanted]
    assert wanted >= clock.now().date() + timedelta(days=30)


def test_a_length_that_ends_on_a_day_off_ends_on_the_working_day_after_it():
    with clock.at(datetime(2026, 11, 5, 10, tzinfo=UTC)), transaction(AMINA, writes=False) as tx:
        found = {code: comparators.day(tx, one, "XA") for code, one in comparators.practices().items()}
    assert found["evidence_decision"] == date(2026, 12, 8)  # the fifth is a Saturday, the seventh a day off in Xandria
    assert found["police_urgent"] == date(2026, 11, 5)
    assert found["freezing_urgent"] == date(2026, 11, 9)
    assert found["intelligence"] == date(2026, 12, 8)


@pytest.mark.parametrize("more", [{"requested_on-day": "1"}, {}], ids=["a day as well", "a length that there is not"])
def test_a_day_and_a_length_or_an_unknown_length_draft_nothing(amina, more):
    practice = "police" if more else "a_week_or_so"
    answer = amina.post("/requests/new?kind=assistance", requested="XA", measure="d", practice=practice, **more)
    assert answer.status_code == 422
    assert "Give a day or take one of these lengths, not both." in answer.get_data(as_text=True)
    assert requests() == []


def test_only_what_fits_the_kind_is_offered_and_never_called_law(amina):
    seen = amina.get("/requests/new?kind=assistance").get_data(as_text=True)
    assert "European Investigation Order, decision: 30 days (Directive 2014/41/EU, art. 12(3))" in seen
    assert "(Regulation (EU) 2023/1543 \N{EN DASH} source not verified)" in seen
    assert "It is not the law of the Court" in seen
    offered = {kind.kind: [one.code for one in comparators.offered(kind)] for kind in kinds.kinds().values()}
    assert offered["enforce_forfeiture"] == ["confiscation_decision"]
    assert offered["transit"] == []
    assert len(offered["assistance"]) == len(comparators.practices())


def test_where_nothing_fits_nothing_is_offered(app):
    assert 'id="practice"' not in visitor(app, GRACE).get("/requests/new?kind=transit").get_data(as_text=True)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('within = "agreed date"', "String should match"),
        ('within = "soon"', "String should match"),
        ('within = "7 days"\nletters = ["z"]', "String should match"),
        ('within = "7 days"\nkinds = ["gift"]', "there is no 'gift'"),
    ],
)
def test_a_length_that_cannot_be_counted_stops_the_start(tmp_path, line, said):
    file = tmp_path / "comparators.toml"
    file.write_text(f'[[practice]]\ncode = "week"\nen = "A week"\nfr = "Une semaine"\nbasis = "x"\n{line}\n')
    policy.use_policies(tmp_path)
    try:
        with pytest.raises(PolicyError, match=said):
            comparators.check()
    finally:
        policy.use_policies(None)
        comparators.check()


def test_where_no_date_is_asked_for_a_default_runs_from_the_acknowledgement():
    with clock.at(MONDAY):
        open_ended, dated = sealed.transmitted(), sealed.transmitted(on=date(2027, 1, 11))
    with clock.at(MONDAY + timedelta(days=2)):
        for rfa in (open_ended, dated):
            signed = sealed.acknowledgement(CHIDI, rfa)
            with transaction(CHIDI) as tx:
                actions.acknowledge(tx, rfa.id, signed)
    assert periods(dated, "carrying out") == []
    (period,) = periods(open_ended, "carrying out")
    assert (period.nature, period.falls_on, period.due_on) == ("policy", "XA", date(2027, 2, 2))


def test_four_hundred_measures_are_refused_in_one_sentence_and_nothing_is_drafted():
    with pytest.raises(Invalid) as refusal:
        sealed.drafted(measures=[Asked("k", "freeze")] * 400)
    said = [fault.message for fault in refusal.value.faults]
    assert any("at most" in message for message in said)
    assert len(said) <= 3
    assert requests() == []
