"""Amina adds to a request that is with Xandria: Chidi reads it, and a later date comes with it or none does."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from tests.exchange import limited, sealed
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, EMRE, FAYE, GRACE

from comity.assistance import extending, supplementing
from comity.core import clock, database
from comity.core.errors import Denied, Invalid, NotFound, Refused
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.deadlines.model import Deadline
from comity.exchange.model import Document

BEGIN = datetime(2031, 3, 3, 9, tzinfo=UTC)
FIRST, LATER = date(2031, 4, 2), date(2031, 4, 22)


@pytest.fixture
def rfa():
    with clock.at(BEGIN):
        yield sealed.acknowledged(on=FIRST)


def due(rfa):
    with database.Session() as session:
        of_rule = select(Deadline).where(Deadline.matter == rfa.subject, Deadline.rule == "requested date")
        return session.scalars(of_rule).one().due_on


def written(name="rfa.supplemented"):
    with database.Session() as session:
        return list(session.scalars(select(Entry).where(Entry.name == name).order_by(Entry.seq)).all())


def sent(rfa, *contents, until=None, by=AMINA, handling=()):
    docs = [sealed.deposit(by, rfa, "supplement", content, handling=handling)[0].id for content in contents]
    with transaction(by) as tx:
        return supplementing.supplement(tx, rfa.id, docs, until)


def test_the_state_reads_what_was_added_and_no_date_moves(rfa):
    added = sent(rfa, b"the account number", b"a copy").supplements
    assert [(one.n, len(one.documents), one.until) for one in added] == [(1, 2, None)]
    docs = [sealed.UUID(doc) for doc in added[0].documents]
    assert [sealed.opened(CHIDI, rfa.id, doc) for doc in docs] == [b"the account number", b"a copy"]
    assert due(rfa) == FIRST
    (line,) = written()
    assert (line.data["supplement"], line.data["until"]) == (1, None)
    assert sealed.read(CHINUA, rfa.id).cover == rfa.cover  # what was asked for stays as it was


def test_it_may_bring_a_later_requested_date_and_several_follow_each_other(rfa):
    sent(rfa, b"one", until=LATER, by=BRUNO)
    assert due(rfa) == LATER
    assert [one.n for one in sent(rfa, b"two").supplements] == [1, 2]
    assert due(rfa) == LATER


@pytest.mark.parametrize(
    ("until", "why"),
    [(FIRST, "choose a later day"), (date(2031, 3, 2), "has passed"), (date(2043, 1, 1), "too far away")],
)
def test_a_date_that_is_no_later_one_is_refused_and_nothing_is_released(rfa, until, why):
    document, _made = sealed.deposit(AMINA, rfa, "supplement")
    with pytest.raises(Invalid, match=why) as told, transaction(AMINA) as tx:
        supplementing.supplement(tx, rfa.id, [document.id], until)
    assert told.value.faults[0].pointer == "/until"
    assert (sealed.read(AMINA, rfa.id).supplements, written(), due(rfa)) == ([], [], FIRST)
    with pytest.raises(NotFound):
        limited.seen(CHIDI, document.id)


def test_while_the_state_asks_for_another_date_that_is_decided_first(rfa):
    reason, _made = sealed.deposit(CHIDI, rfa, "extension")
    with transaction(CHIDI) as tx:
        extending.ask(tx, rfa.id, LATER, reason.id)
    with pytest.raises(Refused, match="decide about that first"):
        sent(rfa, b"one", until=date(2031, 4, 29))
    assert (written(), due(rfa)) == ([], FIRST)
    assert sent(rfa, b"one").supplements[0].n == 1


def test_before_it_was_acknowledged_and_not_after_the_answer():
    assert sent(sealed.transmitted(), b"one").supplements[0].n == 1
    with pytest.raises(Refused, match="it is answered"):
        sent(sealed.answered(), b"one")
    with pytest.raises(Denied):
        sent(sealed.written(), b"one")  # a draft is edited
    with pytest.raises(Refused, match="No date was asked for"):
        sent(sealed.acknowledged(), b"one", until=LATER)


def test_who_may_and_nothing_without_a_document(rfa):
    document, _made = sealed.deposit(AMINA, rfa, "supplement")
    for actor, error in ((CHIDI, Denied), (DORA, NotFound), (GRACE, NotFound), (EMRE, NotFound), (FAYE, NotFound)):
        with pytest.raises(error), transaction(actor) as tx:
            supplementing.supplement(tx, rfa.id, [document.id])
    with pytest.raises(Denied):
        sealed.deposit(CHIDI, rfa, "supplement")
    with pytest.raises(Invalid, match="at least one sealed document"):
        sent(rfa)
    annex, _made = sealed.deposit(CHIDI, rfa, "message")
    with pytest.raises((Invalid, NotFound)), transaction(AMINA) as tx:
        supplementing.supplement(tx, rfa.id, [annex.id])
    with transaction(CHIDI, writes=False) as tx:
        assert tx.find(Document, Document.purpose == "supplement") == []
    assert written() == []


def test_it_may_carry_limits_as_other_material_does(rfa):
    added = sent(rfa, b"the witness", handling=["protected_person"]).supplements[0]
    assert limited.options(CHIDI, sealed.UUID(added.documents[0])) == set()
