"""Chidi acknowledges what came later, each by a signature of its own; it moves no date, and shows until it is done."""

import pytest
from sqlalchemy import select
from tests.exchange import amended, sealed
from tests.exchange.amended import WITNESS
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, GRACE

from comity.assistance import actions, home, receiving, showing, supplementing, views
from comity.assistance.model import RequestForAssistance
from comity.core import database
from comity.core.errors import Denied, Invalid, NotFound, Refused
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.deadlines.model import Deadline
from comity.receipts import queries as receipts


@pytest.fixture
def rfa():
    """With a supplement of two documents, and then an amendment."""
    made = sealed.acknowledged()
    docs = [sealed.deposit(AMINA, made, "supplement", content)[0].id for content in (b"one", b"two")]
    with transaction(AMINA) as tx:
        supplementing.supplement(tx, made.id, docs)
    return amended.amended(made, add=[WITNESS])


def dates():
    with database.Session() as session:
        return session.execute(select(Deadline.id, Deadline.due_on, Deadline.met_at).order_by(Deadline.id)).all()


def lines():
    names = ("supplement.acknowledged", "amendment.acknowledged")
    with database.Session() as session:
        return list(session.scalars(select(Entry).where(Entry.name.in_(names)).order_by(Entry.seq)).all())


def steps(actor, rfa):
    with transaction(actor, writes=False) as tx:
        here = tx.read(RequestForAssistance, rfa.id)
        return showing.steps(tx, [here])[here.id], home.desk(tx), views.full(tx, here)


def test_each_is_acknowledged_by_itself_and_shows_on_both_sides_until_then(rfa):
    before = dates()
    open_now, desk, shown = steps(CHIDI, rfa)
    assert open_now[0] == "receive"
    assert [(one.step, one.rfa.id) for one in desk.mine] == [("receive", rfa.id)]
    assert (shown.unacknowledged, "rfa.receive" in shown.options) == (2, True)
    assert (steps(AMINA, rfa)[2].unacknowledged, "receive" in steps(AMINA, rfa)[0]) == (2, False)

    after = amended.received(rfa, rfa.supplements[0].documents)
    assert [type(one).__name__ for one in after.later] == ["Form"]
    after = amended.received(rfa, rfa.forms[0].documents, by=CHINUA)
    assert (after.later, after.supplements[0].acknowledged_by, after.forms[0].acknowledged_by) == (
        [], CHIDI.id, CHINUA.id,
    )  # fmt: skip
    open_now, desk, shown = steps(CHIDI, rfa)
    assert ("receive" in open_now, [one.step for one in desk.mine]) == (False, ["answer"])
    assert (shown.unacknowledged, "rfa.receive" in shown.options) == (0, False)
    assert [(one.name, one.data.get("form"), one.data.get("supplement")) for one in lines()] == [
        ("supplement.acknowledged", None, 1), ("amendment.acknowledged", 2, None),
    ]  # fmt: skip
    assert dates() == before


def test_it_is_evidence_for_both_sides(rfa):
    amended.received(rfa, rfa.forms[0].documents)
    for actor in (AMINA, CHIDI):
        with transaction(actor, writes=False) as tx:
            found = receipts.evidence(tx, tx.read(RequestForAssistance, rfa.id))
        (one,) = [one for one in found if one.entry.name == "amendment.acknowledged"]
        assert (one.kind, one.strength) == ("acknowledged", "signed")


@pytest.mark.parametrize("changes", [{"reference": "OTP/XA/2026/999"}, {"documents": []}], ids=["reference", "nothing"])
def test_another_statement_is_refused(rfa, changes):
    if "documents" in changes:
        signed = amended.receipt(rfa, rfa.supplements[0].documents[:1])  # a part of it
    else:
        signed = amended.receipt(rfa, rfa.forms[0].documents, **changes)
    with pytest.raises(Invalid, match="something else than one amendment"), transaction(CHIDI) as tx:
        receiving.receive(tx, rfa.id, signed)
    assert (lines(), len(sealed.read(CHIDI, rfa.id).later)) == ([], 2)


def test_what_somebody_else_signed_and_what_is_acknowledged_already(rfa):
    signed = amended.receipt(rfa, rfa.forms[0].documents, by=CHINUA)
    with pytest.raises(Invalid, match=r"not signed|somebody else"), transaction(CHIDI) as tx:
        receiving.receive(tx, rfa.id, signed)
    assert lines() == []
    amended.received(rfa, rfa.forms[0].documents)
    with pytest.raises(Invalid, match="something else"):
        amended.received(rfa, rfa.forms[0].documents)
    amended.received(rfa, rfa.supplements[0].documents)
    with pytest.raises(Refused, match="acknowledged already"):
        amended.received(rfa, rfa.forms[0].documents)
    assert len(lines()) == 2


@pytest.mark.parametrize(
    ("actor", "error"),
    [(AMINA, Denied), (BRUNO, Denied), (DORA, NotFound), (GRACE, NotFound)],
    ids=["who sent it", "her colleague", "another State", "another organ"],
)
def test_who_does_not(rfa, actor, error):
    signed = amended.receipt(rfa, rfa.forms[0].documents)
    with pytest.raises(error), transaction(actor) as tx:
        receiving.receive(tx, rfa.id, signed)
    assert lines() == []


def test_the_request_itself_is_acknowledged_over_its_own_documents_alone():
    made = sealed.transmitted()
    after = amended.amended(made, add=[WITNESS])
    signed = sealed.acknowledgement(CHIDI, made)
    with transaction(CHIDI) as tx:
        actions.acknowledge(tx, made.id, signed)
    here = sealed.read(CHIDI, made.id)
    assert (here.stage, len(here.later)) == ("acknowledged", 1)
    assert amended.received(made, after.forms[0].documents).later == []
