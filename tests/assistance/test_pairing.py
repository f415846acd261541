"""A provisional arrest and the full request that follows: its receipt meets the sixty days [art. 92(3), Rule 188]."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from tests.exchange import paired, sealed
from tests.exchange.paired import PAPERS
from tests.people import AMINA, CHIDI, DORA, GRACE

from comity.assistance import links, occurrences, withdrawing
from comity.assistance.link_model import Link
from comity.assistance.model import RequestForAssistance
from comity.assistance.transmission import Travelled
from comity.core import clock, database
from comity.core.errors import Conflict, Denied, Invalid, NotFound, Refused
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.deadlines import queries as deadlines
from comity.deadlines.model import Deadline

BEGIN = datetime(2031, 3, 3, 9, tzinfo=UTC)
ARREST = date(2031, 3, 6)


def at(days):
    return clock.at(BEGIN + timedelta(days=days))


def begun() -> RequestForAssistance:
    """Transmitted on 3 March; the arrest of 6 March was reported on the 7th."""
    with at(0):
        first = paired.provisional()
    with at(4):
        paired.arrested(first, ARREST)
    return first


def period(first):
    with database.Session() as session:
        return session.scalars(select(Deadline).where(Deadline.matter == first.subject, Deadline.rule == PAPERS)).one()


def requests():
    with transaction(GRACE, writes=False) as tx:
        return {one.id for one in tx.find(RequestForAssistance)}


def pairs():
    with database.Session() as session:
        return [(one.rfa_id, one.to_id, one.relation) for one in session.scalars(select(Link))]


def test_both_show_each_other_to_the_team_at_once_and_to_the_state_from_transmission_on():
    first = begun()
    with at(5):
        full = paired.follow(first)
    assert pairs() == [(full.id, first.id, "full_request_of")]
    seen = {}
    for name, actor in (("team", GRACE), ("state", CHIDI)):
        with transaction(actor, writes=False) as tx:
            seen[name] = [(one.rfa.id, one.relation) for one in links.of(tx, sealed.read(actor, first.id))]
    assert seen == {"team": [(full.id, "has_full_request")], "state": []}
    with at(6):
        paired.sent(full)
    with transaction(CHIDI, writes=False) as tx:
        assert [(one.rfa.id, one.relation) for one in links.of(tx, first)] == [(full.id, "has_full_request")]
        assert [(one.rfa.id, one.relation) for one in links.of(tx, full)] == [(first.id, "full_request_of")]


def test_the_acknowledgement_of_the_full_request_meets_the_sixty_days_in_the_same_transaction():
    first = begun()
    with at(5):
        full = paired.sent(paired.follow(first))
    assert (period(first).met_at, period(first).due_on) == (None, date(2031, 5, 5))
    with at(20):
        paired.acknowledge(full)
    assert period(first).met_at == BEGIN + timedelta(days=20)
    (report,) = [one for one in sealed.read(CHIDI, first.id).occurrences if one.what == "papers.received"]
    assert (report.happened_on, report.authority, report.reported_by) == (date(2031, 3, 23), "XA", CHIDI.id)
    with transaction(GRACE, writes=False) as tx:
        told = deadlines.explain(tx, period(first))
    assert (told.trace[-1].what, told.trace[-1].on) == ("met", date(2031, 3, 23))
    with database.Session() as session:
        lines = {line.name: line for line in session.scalars(select(Entry).order_by(Entry.seq))}
    received = lines["papers.received"]
    assert (received.subject, received.cause) == (first.subject, lines["rfa.acknowledged"].seq)
    assert lines["deadline.met"].cause in (received.seq, lines["rfa.acknowledged"].seq)


def test_papers_that_travelled_were_received_on_the_day_of_the_record():
    first = begun()
    with at(15):
        full = paired.sent(paired.follow(first), Travelled("diplomatic", date(2031, 3, 12)))
    with at(20):
        paired.acknowledge(full)
    (report,) = [one for one in sealed.read(CHIDI, first.id).occurrences if one.what == "papers.received"]
    assert report.happened_on == date(2031, 3, 12)


def test_what_the_state_has_reported_itself_stands():
    first = begun()
    with at(5):
        full = paired.sent(paired.follow(first))
    with at(8), transaction(CHIDI) as tx:
        occurrences.report(tx, first.id, "papers.received", date(2031, 3, 9))
    with at(20):
        paired.acknowledge(full)
    assert [one.what for one in sealed.read(CHIDI, first.id).occurrences] == ["arrest.made", "papers.received"]
    assert period(first).met_at == BEGIN + timedelta(days=8)


def test_an_arrest_after_the_papers_meets_the_period_as_it_begins():
    with at(0):
        first = paired.provisional()
        full = paired.sent(paired.follow(first))
    with at(1):
        paired.acknowledge(full)
    assert sealed.read(CHIDI, first.id).occurrences == []
    with at(4):
        paired.arrested(first, ARREST)
    assert period(first).met_at == BEGIN + timedelta(days=4)
    assert [one.what for one in sealed.read(CHIDI, first.id).occurrences] == ["arrest.made", "papers.received"]


def test_a_full_request_that_is_no_pair_or_was_withdrawn_meets_nothing():
    first = begun()
    with at(5):
        apart = paired.sent(paired.drafted("arrest_surrender"))
        full = paired.sent(paired.follow(first))
    with at(6):
        paired.acknowledge(apart)
        with transaction(GRACE) as tx:
            withdrawing.withdraw(tx, full.id)
    assert period(first).met_at is None
    with at(7):
        again = paired.follow(first, "surrender_convicted")  # after a withdrawn one another may follow
    assert (again.id, first.id, "full_request_of") in pairs()


def test_a_provisional_request_that_was_withdrawn_meanwhile_takes_no_report():
    first = begun()
    with at(5):
        full = paired.sent(paired.follow(first))
        with transaction(GRACE) as tx:
            withdrawing.withdraw(tx, first.id)
    with at(6):
        paired.acknowledge(full)
    assert [one.what for one in sealed.read(CHIDI, first.id).occurrences] == ["arrest.made"]
    assert period(first).met_at is None


def test_a_second_full_request_is_refused_and_nothing_is_drafted():
    first = begun()
    with at(5):
        full = paired.follow(first)
        before = requests()
        with pytest.raises(Conflict, match=f"follows it already: {full.reference}"):
            paired.follow(first, "surrender_convicted")
        other = paired.drafted("arrest_surrender")
        with pytest.raises(Conflict, match="follows it already"), transaction(GRACE) as tx:
            links.link(tx, other.id, first.id, "full_request_of")
    assert requests() == before | {other.id}
    assert len(pairs()) == 1


def test_what_cannot_be_a_pair_is_refused_with_the_mend_and_nothing_is_drafted():
    with at(0):
        draft, withdrawn, first = paired.drafted(), paired.provisional(), paired.provisional()
        with transaction(GRACE) as tx:
            withdrawing.withdraw(tx, withdrawn.id)
        surrender = paired.drafted("arrest_surrender")
        before = requests()
        for given, error, why in (
            ((draft,), Refused, "has not been transmitted yet"),
            ((withdrawn,), Refused, "was withdrawn: nothing follows it"),
            ((surrender,), Invalid, "is no request for provisional arrest"),
            ((first, "transit"), Invalid, "one for arrest and surrender"),
            ((first, "arrest_surrender", "YB"), Invalid, "asked for the provisional arrest: XA"),
        ):
            with pytest.raises(error, match=why):
                paired.follow(*given)
    assert (requests(), pairs()) == (before, [])


def test_the_request_of_another_team_is_not_there():
    with at(0):
        first = paired.provisional()
        for actor, error in ((AMINA, NotFound), (CHIDI, Denied), (DORA, NotFound)):
            with pytest.raises(error):
                paired.follow(first, actor=actor)
        own = sealed.drafted(AMINA)
        with pytest.raises(NotFound), transaction(AMINA) as tx:
            links.link(tx, own.id, first.id, "full_request_of")
    assert pairs() == []


def test_a_draft_can_be_made_the_full_request_until_it_is_acknowledged_and_unmade_until_it_is_transmitted():
    first = begun()
    with at(5):
        full, elsewhere = paired.drafted("arrest_surrender"), paired.drafted("arrest_surrender", "YB")
        with pytest.raises(Invalid, match="asked for the provisional arrest: XA"), transaction(GRACE) as tx:
            links.link(tx, elsewhere.id, first.id, "full_request_of")
        with transaction(GRACE) as tx:
            links.link(tx, full.id, first.id, "full_request_of")
        with transaction(GRACE) as tx:
            links.unlink(tx, first.id, full.id)
        assert pairs() == []
        with transaction(GRACE) as tx:
            links.link(tx, full.id, first.id, "full_request_of")
        paired.sent(full)
        with pytest.raises(Refused, match="This link stays"), transaction(GRACE) as tx:
            links.unlink(tx, full.id, first.id)
        late = paired.sent(paired.drafted("arrest_surrender"))
        paired.acknowledge(late)
        with transaction(GRACE) as tx:
            withdrawing.withdraw(tx, full.id)
        with pytest.raises(Refused, match="let the State report"), transaction(GRACE) as tx:
            links.link(tx, late.id, first.id, "full_request_of")
    assert pairs() == [(full.id, first.id, "full_request_of")]
