"""Amina amends what is with Xandria, Bruno approves it: what changes at once, and what stays as it was."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from tests.exchange import amended, sealed, toward
from tests.exchange.amended import WITNESS
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, GRACE

from comity.assistance import actions, amending, amendments, policy, timeline
from comity.assistance.amendment_model import Amendment
from comity.assistance.amendments import Changes
from comity.assistance.cover import Asked
from comity.assistance.model import Outcome, RequestForAssistance
from comity.core import clock, database
from comity.core.errors import NotFound, Refused
from comity.core.journal import Entry
from comity.core.settings import settings
from comity.core.transaction import transaction
from comity.deadlines import queries as deadlines
from comity.deadlines.model import Deadline
from comity.exchange.model import Document
from comity_seal.approval import cover_sha256

BEGIN = datetime(2031, 3, 3, 9, tzinfo=UTC)
FIRST, EARLIER, LATER = date(2031, 4, 2), date(2031, 3, 24), date(2031, 4, 22)


@pytest.fixture
def rfa():
    with clock.at(BEGIN):
        made = sealed.acknowledged(on=FIRST)
    with clock.at(BEGIN + timedelta(days=2)):
        yield made


def periods(rfa):
    """Every period of a request: when it began, its date, whether it still runs."""
    with database.Session() as session:
        found = session.scalars(select(Deadline).where(Deadline.matter == rfa.subject)).all()
        return {one.rule: (one.triggered_at, one.due_on, one.met_at, one.ended_at) for one in found}


def lines(*names):
    with database.Session() as session:
        return list(session.scalars(select(Entry).where(Entry.name.in_(names)).order_by(Entry.seq)).all())


def test_measures_come_in_and_are_taken_back_and_the_cover_is_the_next_form(rfa):
    after = amended.amended(rfa, add=[WITNESS], take_back=[2])
    assert [(one.n, one.letter, one.status) for one in after.measures] == [
        (1, "i", Outcome.PENDING), (2, "k", Outcome.WITHDRAWN), (3, "b", Outcome.PENDING),
    ]  # fmt: skip
    there = sealed.read(CHINUA, rfa.id)
    assert [one.n for one in there.in_force] == [1, 3]
    assert (there.form, there.cover["form"]) == (2, 2)
    assert [one["n"] for one in there.cover["measures"]] == [1, 3]
    assert amendments.covers_of(there) == [rfa.cover, there.cover]
    assert "form" not in rfa.cover
    (line,) = lines("rfa.amended")
    assert {name: line.data[name] for name in ("form", "added", "taken_back", "until")} == {
        "form": 2, "added": [3], "taken_back": [2], "until": None,
    }  # fmt: skip
    assert line.data["cover_sha256"] == cover_sha256(there.cover)


def test_the_state_opens_the_sealed_text_that_carries_the_amended_cover(rfa):
    after = amended.amended(rfa, add=[WITNESS])
    (doc,) = after.forms[0].documents
    text = json.loads(sealed.opened(CHIDI, rfa.id, sealed.UUID(doc)))
    assert (text["text"], text["cover"]) == ("we now ask for more", after.cover)


@pytest.mark.parametrize("day", [EARLIER, LATER], ids=["earlier", "later"])
def test_the_requested_date_moves_with_the_amendment_as_its_reason_and_nothing_else_does(rfa, day):
    before = periods(rfa)
    after = amended.amended(rfa, on=day)
    now = periods(rfa)
    assert (after.requested_on, after.forms[0].date_before) == (day, FIRST)
    assert now["requested date"][:2] == (before["requested date"][0], day)
    assert {name: one for name, one in now.items() if name != "requested date"} == {
        name: one for name, one in before.items() if name != "requested date"
    }
    with transaction(CHIDI, writes=False) as tx:
        here = tx.read(RequestForAssistance, rfa.id)
        (asked,) = [one for one in deadlines.deadlines_of(tx, here) if one.rule == "requested date"]
        (step,) = [one for one in deadlines.explain(tx, asked).trace if one.what == "amended to"]
    assert (step.on, step.due, step.values["by"]) == ((BEGIN + timedelta(days=2)).date(), day, AMINA.id)
    (line,) = lines("deadline.amended")
    assert line.data["due_on"] == day.isoformat()
    assert lines("deadline.extended") == []


def test_without_another_date_no_clock_moves_at_all():
    """The clock of the acknowledgement keeps its trigger and date, and so does the default for carrying out."""
    with clock.at(BEGIN):
        waiting, at_work = sealed.transmitted(on=FIRST), sealed.acknowledged()
    before = [periods(waiting), periods(at_work)]
    assert "carrying out" in before[1]
    with clock.at(BEGIN + timedelta(days=4)):
        amended.amended(waiting, add=[WITNESS])
        amended.amended(at_work, add=[WITNESS], take_back=[1])
    assert [periods(waiting), periods(at_work)] == before
    started = [one.data["rule"] for one in lines("deadline.started") if one.happened_at > BEGIN + timedelta(days=3)]
    assert started == []


@pytest.fixture
def undated():
    """A request that asks for no date, with the State."""
    with clock.at(BEGIN):
        made = sealed.acknowledged()
    with clock.at(BEGIN + timedelta(days=2)):
        yield made


def test_a_date_that_is_asked_for_later_takes_the_place_of_the_default(undated):
    before = periods(undated)
    after = amended.amended(undated, on=LATER)
    now = periods(undated)
    assert (after.requested_on, after.forms[0].earlier_on, after.forms[0].date_before) == (LATER, None, None)
    assert now["date requested later"] == (BEGIN + timedelta(days=2), LATER, None, None)
    assert now["carrying out"][:3] == before["carrying out"][:3]
    assert now["carrying out"][3] == BEGIN + timedelta(days=2)
    assert now["acknowledgement"] == before["acknowledgement"]
    assert [one.data["requested_on"] for one in lines("rfa.dated")] == [LATER.isoformat()]
    first = undated.cover | {"requested_on": None}
    assert amendments.covers_of(sealed.read(CHIDI, undated.id)) == [first, after.cover]
    assert after.cover["requested_on"] == LATER.isoformat()


def test_from_then_on_it_moves_stands_still_and_is_met_as_one_that_was_asked_for_at_first(undated):
    amended.amended(undated, on=LATER)
    amended.amended(undated, on=EARLIER)
    assert [one.data["requested_on"] for one in lines("rfa.dated")] == [LATER.isoformat()]
    assert periods(undated)["date requested later"][1] == EARLIER
    asked, _made = sealed.deposit(CHIDI, undated, "question")
    with clock.at(BEGIN + timedelta(days=3)), transaction(CHIDI) as tx:
        actions.ask(tx, undated.id, asked.id)
    with clock.at(BEGIN + timedelta(days=8)):
        reply, _made = sealed.deposit(AMINA, undated, "reply")
        with transaction(AMINA) as tx:
            actions.reply(tx, undated.id, 1, reply.id)
        assert periods(undated)["date requested later"][1] == EARLIER + timedelta(days=7)  # five, and a week-end
        answer, _made = sealed.deposit(CHIDI, undated, "answer")
        with transaction(CHIDI) as tx:
            actions.answer(tx, undated.id, sealed.outcomes(undated), [answer.id], form=3)
    assert periods(undated)["date requested later"][2] == BEGIN + timedelta(days=8)


def test_a_date_that_is_asked_for_before_the_receipt_is_acknowledged_lets_no_default_begin():
    with clock.at(BEGIN):
        waiting = sealed.transmitted()
        amended.amended(waiting, on=LATER)
        signed = sealed.acknowledgement(CHIDI, waiting)
        with transaction(CHIDI) as tx:
            actions.acknowledge(tx, waiting.id, signed)
    now = periods(waiting)
    assert set(now) == {"acknowledgement", "date requested later"}
    assert now["date requested later"] == (BEGIN, LATER, None, None)


def test_forms_follow_each_other_and_each_cover_can_be_told(rfa):
    first = sealed.read(AMINA, rfa.id).cover
    second = amended.amended(rfa, add=[WITNESS], on=LATER).cover
    third = amended.amended(rfa, add=[Asked("k", "freeze")], take_back=[2, 3]).cover
    assert [one["n"] for one in third["measures"]] == [1, 4]
    assert third["requested_on"] == second["requested_on"] == LATER.isoformat()
    there = sealed.read(CHIDI, rfa.id)
    assert amendments.covers_of(there) == [first, second, third]
    assert [(form.n, form.added, form.taken_back) for form in there.forms] == [(2, [3], []), (3, [4], [2, 3])]


def test_before_it_is_transmitted_the_state_finds_no_trace_of_it(rfa):
    seen = sealed.read(CHIDI, rfa.id)
    amended.prepared(rfa, add=[WITNESS], take_back=[1], on=LATER)
    amended.approved(rfa)
    again = sealed.read(CHIDI, rfa.id)
    assert (again.version, again.changed_at, again.cover) == (seen.version, seen.changed_at, seen.cover)
    with transaction(CHIDI, writes=False) as tx:
        assert amendments.prepared(tx, again) is None
        assert tx.find(Amendment) == []
        assert tx.find(Document, Document.purpose == "amendment") == []
        assert [one.name for one in timeline.facts(tx, again) if "amend" in one.name] == []
    assert lines("rfa.amended", "document.released")[-1].data["purpose"] == "request"
    assert {one.subject for one in lines("amendment.prepared", "amendment.approved")} != {rfa.subject}
    with transaction(AMINA, writes=False) as tx:
        mine = [one.name for one in timeline.facts(tx, tx.read(RequestForAssistance, rfa.id)) if "amend" in one.name]
    assert mine == ["amendment.prepared", "amendment.approved"]


def test_nobody_else_sees_it_either(rfa):
    amended.prepared(rfa, add=[WITNESS])
    for actor in (DORA, GRACE):
        with transaction(actor, writes=False) as tx:
            assert tx.find(Amendment) == []
        with pytest.raises(NotFound), transaction(actor) as tx:
            amending.discard(tx, rfa.id)


def test_what_is_changed_after_the_approval_has_to_be_approved_again(rfa):
    amended.prepared(rfa, add=[WITNESS])
    amended.approved(rfa)
    with transaction(AMINA) as tx:
        change = amending.change(tx, rfa.id, Changes([WITNESS], [1]))
        assert (change.approved_by, change.approval) == (None, None)
    amended.approved(rfa)
    amended.written(rfa, "another text", by=AMINA)
    with transaction(AMINA, writes=False) as tx:
        assert amendments.prepared(tx, tx.read(RequestForAssistance, rfa.id)).approved_by is None
    assert [one.name for one in lines("amendment.changed")] == ["amendment.changed"] * 2


def test_what_is_discarded_leaves_nothing_but_its_lines(rfa):
    amended.prepared(rfa, add=[WITNESS])
    with transaction(BRUNO) as tx:
        amending.discard(tx, rfa.id)
    with transaction(AMINA, writes=False) as tx:
        assert amendments.prepared(tx, tx.read(RequestForAssistance, rfa.id)) is None
        assert tx.find(Document, Document.purpose == "amendment") == []
    assert len(lines("amendment.discarded")) == 1
    assert sealed.read(AMINA, rfa.id).form == 1
    assert amended.amended(rfa, add=[WITNESS]).form == 2  # another one can be prepared


def test_what_was_answered_meanwhile_is_discarded_and_never_transmitted(rfa):
    amended.prepared(rfa, add=[WITNESS])
    amended.approved(rfa)
    document, _made = sealed.deposit(CHIDI, rfa, "answer", b"found")
    with transaction(CHIDI) as tx:
        actions.answer(tx, rfa.id, sealed.outcomes(rfa), [document.id])
    again = amended.resealed(rfa)
    with pytest.raises(Refused, match="it is answered"), transaction(AMINA) as tx:
        amending.transmit(tx, rfa.id, again)
    assert (sealed.read(CHIDI, rfa.id).form, lines("rfa.amended")) == (1, [])
    with transaction(AMINA) as tx:
        amending.discard(tx, rfa.id)


def test_a_state_amends_what_it_asks_of_the_registry():
    rfa = toward.acknowledged()
    after = amended.amended(rfa, take_back=[2], by=CHIDI, second=CHINUA)
    assert [one.act for one in after.in_force] == ["evidence"]
    assert sealed.read(GRACE, rfa.id).form == 2
    assert amended.received(rfa, after.forms[0].documents, by=GRACE).later == []


def test_four_hundred_measures_are_amended_at_once():
    """As many as a request may have: what is taken back and what comes in change in one transaction."""
    every = [Asked(one.letter, act.act) for one in policy.measures().values() for act in one.acts]
    every += [Asked(one.letter) for one in policy.measures().values() if not one.acts]
    half = len(every) // 2
    rfa = sealed.acknowledged(measures=every[:half])
    for _round in range(400 // len(every) + 1):
        here = sealed.read(AMINA, rfa.id)
        now = [Asked(one.letter, one.act) for one in here.in_force]
        other = [one for one in every if one not in now]
        after = amended.amended(rfa, add=other, take_back=[one.n for one in here.in_force])
        assert [Asked(one.letter, one.act) for one in after.in_force] == other
        assert len(after.in_force) <= settings().limits.measures
    assert len(amendments.covers_of(sealed.read(CHIDI, rfa.id))) == after.form
