"""What no amendment can be, and who makes none: after each refusal nothing has changed, and the State sees nothing."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select
from tests.exchange import amended, sealed, toward
from tests.exchange.amended import WITNESS
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, EMRE, FAYE, GRACE

from comity.assistance import actions, amending, amendments, consultations, extending, withdrawing
from comity.assistance.actions import Answer
from comity.assistance.amendment_model import Amendment, Form
from comity.assistance.amendments import Changes
from comity.assistance.cover import Asked
from comity.assistance.model import Outcome, RequestForAssistance
from comity.core import clock, database
from comity.core.errors import ComityError, Conflict, Denied, Invalid, NotFound, Refused
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.deadlines.model import Deadline

BEGIN = datetime(2031, 3, 3, 9, tzinfo=UTC)
FIRST, LATER = date(2031, 4, 2), date(2031, 4, 22)
FREEZE = Asked("k", "freeze")


@pytest.fixture
def rfa():
    with clock.at(BEGIN):
        yield sealed.acknowledged(on=FIRST)


def traces():
    """How many amendments, forms, and lines of them there are, and every period with its date."""
    with database.Session() as session:
        counts = [session.scalar(select(func.count()).select_from(one)) for one in (Amendment, Form)]
        lines = session.scalars(select(Entry.name).where(Entry.name.in_(("rfa.amended", "amendment.prepared")))).all()
        dates = session.scalars(select(Deadline.due_on).order_by(Deadline.id)).all()
    return counts, sorted(lines), list(dates)


def refused(rfa, changes, error, why, *, by=AMINA):
    before, cover = traces(), sealed.read(CHIDI, rfa.id).cover
    with pytest.raises(error, match=why or ".") as told, transaction(by) as tx:
        amending.prepare(tx, rfa.id, changes)
    assert (traces(), sealed.read(CHIDI, rfa.id).cover) == (before, cover)
    return told.value


@pytest.mark.parametrize(
    ("changes", "at", "why"),
    [
        (Changes(), "", "Nothing is changed yet"),
        (Changes(add=[FREEZE]), "/add", "A measure stands twice"),
        (Changes(add=[Asked("z")]), "/add/0/letter", "letters a to l"),
        (Changes(add=[WITNESS, Asked("k")]), "/add/1/act", "Say which kind of measure"),
        (Changes(add=[Asked("b", "x")]), "/add/0/act", "This measure has no kinds"),
        (Changes(take_back=[7]), "/take_back/0", "has no measure 7"),
        (Changes(take_back=[1, 1]), "/take_back", "named twice"),
        (Changes(take_back=[1, 2]), "/take_back", "withdraw it as a whole"),
        (Changes(requested_on=date(2031, 3, 2)), "/requested_on", "has passed where the other party is"),
        (Changes(requested_on=FIRST), "/requested_on", "The date is .* already"),
        (Changes(requested_on=date(2043, 1, 1)), "/requested_on", "too far away"),
    ],
    ids=[
        "nothing", "there already", "no letter", "no act", "an act too many", "not there", "twice", "the last",
        "past", "the same day", "too far",
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_place_and_nothing_is_kept(rfa, changes, at, why):
    error = refused(rfa, changes, Invalid, "")
    assert [(fault.pointer, True) for fault in error.faults] == [(at, True)]
    assert re.search(why, error.faults[0].message)


def test_a_kind_without_measures_takes_none_and_its_date_alone_is_changed():
    with clock.at(BEGIN):
        single = sealed.acknowledged(kind="direct_execution", measures=[], on=FIRST)
        error = refused(single, Changes(add=[WITNESS]), Invalid, "cannot be amended like this")
        assert error.faults[0].message.startswith("A request of this kind asks for one thing")
        assert amended.amended(single, on=LATER).requested_on == LATER


def test_a_kind_with_acts_of_its_own_takes_those_alone():
    rfa = toward.acknowledged()
    error = refused(rfa, Changes(add=[WITNESS]), Invalid, "", by=CHIDI)
    assert error.faults[0].pointer == "/add/0/letter"


def test_a_measure_with_an_outcome_or_in_consultation_stays(rfa):
    part, _made = sealed.deposit(CHIDI, rfa, "part")
    with transaction(CHIDI) as tx:
        consultations.deliver(tx, rfa.id, [Answer(1, Outcome.EXECUTED)], [part.id])
    error = refused(rfa, Changes(take_back=[1]), Invalid, "")
    assert error.faults[0].message == "Measure 1 has an outcome already: it cannot be taken back."
    opening, _made = sealed.deposit(CHIDI, rfa, "consultation")
    with transaction(CHIDI) as tx:
        consultations.consult(tx, rfa.id, "ongoing_case", [2], opening.id)
    error = refused(rfa, Changes(take_back=[2]), Invalid, "")
    assert "Consultation 1 on measure 2 is still open" in error.faults[0].message


def test_what_happened_after_the_approval_stops_the_transmission(rfa):
    amended.prepared(rfa, take_back=[1])
    amended.approved(rfa)
    part, _made = sealed.deposit(CHIDI, rfa, "part")
    with transaction(CHIDI) as tx:
        consultations.deliver(tx, rfa.id, [Answer(1, Outcome.EXECUTED)], [part.id])
    again = amended.resealed(rfa)
    before = traces()
    with pytest.raises(Invalid), transaction(AMINA) as tx:
        amending.transmit(tx, rfa.id, again)
    here = sealed.read(CHIDI, rfa.id)
    assert (traces(), here.form, here.measures[0].status) == (before, 1, Outcome.EXECUTED)


def test_a_date_that_has_passed_while_it_waited_is_not_transmitted(rfa):
    amended.prepared(rfa, on=date(2031, 3, 10))
    amended.approved(rfa)
    again, before = amended.resealed(rfa), traces()
    with clock.at(BEGIN + timedelta(days=9)):
        with pytest.raises(Invalid), transaction(AMINA) as tx:
            amending.transmit(tx, rfa.id, again)
        assert (traces(), sealed.read(CHIDI, rfa.id).requested_on) == (before, FIRST)


def test_while_another_date_is_asked_for_that_is_decided_first(rfa):
    reason, _made = sealed.deposit(CHIDI, rfa, "extension")
    with transaction(CHIDI) as tx:
        extending.ask(tx, rfa.id, LATER, reason.id)
    refused(rfa, Changes(requested_on=date(2031, 4, 29)), Refused, "decide about that first")
    assert amended.amended(rfa, add=[WITNESS]).form == 2  # measures are another matter


def test_where_no_date_was_asked_for_none_begins_while_a_question_is_open():
    asking = sealed.asked()
    refused(asking, Changes(requested_on=LATER), Refused, "reply first")
    with database.Session() as session:
        assert session.scalars(select(Entry.name).where(Entry.name == "rfa.dated")).all() == []
    assert amended.amended(asking, add=[WITNESS]).form == 2  # measures are another matter


@pytest.mark.parametrize(("day", "why"), [(date(2031, 3, 4), "passed"), (date(2061, 3, 4), "too far")])
def test_a_first_date_is_a_day_to_come(day, why):
    with clock.at(datetime(2031, 3, 5, 9, tzinfo=UTC)):
        error = refused(sealed.acknowledged(), Changes(requested_on=day), Invalid, "")
    assert [(fault.pointer, why in fault.message) for fault in error.faults] == [("/requested_on", True)]


def test_only_one_is_prepared_at_a_time_also_by_two_at_once(rfa):
    ready = Barrier(2)

    def prepare(actor):
        ready.wait()
        try:
            with transaction(actor) as tx:
                amending.prepare(tx, rfa.id, Changes([WITNESS]))
        except ComityError as error:
            return type(error).__name__
        return "prepared"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(prepare, (AMINA, BRUNO))) == ["Refused", "prepared"]
    assert traces()[0] == [1, 0]
    refused(rfa, Changes([FREEZE]), Refused, "prepared already")


def test_stages_that_do_not_fit():
    with clock.at(BEGIN):
        with pytest.raises(Denied), transaction(AMINA) as tx:
            amending.prepare(tx, sealed.written().id, Changes([WITNESS]))
        refused(sealed.answered(), Changes([WITNESS]), Refused, "it is answered")
        withdrawn = sealed.transmitted()
        with transaction(AMINA) as tx:
            withdrawing.withdraw(tx, withdrawn.id)
        refused(withdrawn, Changes([WITNESS]), Refused, "it is withdrawn")


@pytest.mark.parametrize(
    ("actor", "error"),
    [(CHIDI, Denied), (DORA, NotFound), (GRACE, NotFound), (EMRE, NotFound), (FAYE, NotFound)],
    ids=["the other party", "another State", "another organ", "auditor", "administrator"],
)
def test_who_does_not_prepare_change_or_discard(rfa, actor, error):
    refused(rfa, Changes([WITNESS]), error, "", by=actor)
    amended.prepared(rfa, add=[WITNESS])
    before = traces()
    for act in (lambda tx: amending.change(tx, rfa.id, Changes([FREEZE])), lambda tx: amending.discard(tx, rfa.id)):
        with pytest.raises(error), transaction(actor) as tx:
            act(tx)
    assert traces() == before
    with pytest.raises(error), transaction(actor) as tx:
        actions.begin_upload(tx, rfa.id, "amendment", 1000)
    assert traces() == before


def test_nobody_approves_what_she_prepared_or_was_the_last_to_change(rfa):
    amended.prepared(rfa, add=[WITNESS])
    with pytest.raises(Denied):
        amended.approved(rfa, by=AMINA)
    with transaction(BRUNO) as tx:
        amending.change(tx, rfa.id, Changes([WITNESS], [1]))
    for actor in (AMINA, BRUNO):
        with pytest.raises(Denied):
            amended.approved(rfa, by=actor)
    with transaction(AMINA, writes=False) as tx:
        assert amendments.prepared(tx, tx.read(RequestForAssistance, rfa.id)).approved_by is None


def test_a_deposit_by_the_second_officer_makes_her_the_last_who_changed_it(rfa):
    amended.prepared(rfa, add=[WITNESS])
    sealed.deposit(BRUNO, rfa, "amendment", b"a file")
    with pytest.raises(Denied):
        amended.approved(rfa, by=BRUNO)


def test_an_approval_of_something_else_and_one_without_a_text(rfa):
    amended.prepared(rfa, add=[WITNESS], text=False)
    with pytest.raises((Refused, Invalid)):
        amended.approved(rfa)
    amended.written(rfa)
    signed = amended.approval(rfa)
    with transaction(AMINA) as tx:
        amending.change(tx, rfa.id, Changes([WITNESS], [1]))
    with pytest.raises(Invalid, match="The cover has changed"), transaction(BRUNO) as tx:
        amending.approve(tx, rfa.id, signed)
    signed = amended.approval(rfa)
    sealed.deposit(AMINA, rfa, "amendment", b"one more")
    with pytest.raises(Invalid, match="A document has changed"), transaction(BRUNO) as tx:
        amending.approve(tx, rfa.id, signed)
    first = sealed.transmitted()
    with pytest.raises(NotFound), transaction(BRUNO) as tx:
        amending.approve(tx, first.id, signed)


def test_without_an_approval_or_with_other_documents_nothing_is_transmitted(rfa):
    amended.prepared(rfa, add=[WITNESS])
    again, before = amended.resealed(rfa), traces()
    with pytest.raises(Refused, match="approval is missing"), transaction(AMINA) as tx:
        amending.transmit(tx, rfa.id, again)
    amended.approved(rfa)
    for wrong in ([], again * 2):
        with pytest.raises(Invalid, match="Exactly the approved documents"), transaction(AMINA) as tx:
            amending.transmit(tx, rfa.id, wrong)
    assert (traces(), sealed.read(CHIDI, rfa.id).form) == (before, 1)
    assert amended.transmitted(rfa).form == 2


def test_no_document_is_deposited_before_it_is_said_what_changes(rfa):
    with pytest.raises(Refused, match="Say first what changes"):
        sealed.deposit(AMINA, rfa, "amendment")


def test_an_answer_says_which_form_it_answers_and_the_error_names_the_mend(rfa):
    old = sealed.outcomes(rfa)
    amended.amended(rfa, add=[WITNESS], take_back=[2])
    document, _made = sealed.deposit(CHIDI, rfa, "answer")
    with pytest.raises(Conflict, match=r"form 2 is in force now\. Read it, then answer"), transaction(CHIDI) as tx:
        actions.answer(tx, rfa.id, old, [document.id])
    with pytest.raises(Invalid) as told, transaction(CHIDI) as tx:
        actions.answer(tx, rfa.id, old, [document.id], 2)
    assert told.value.faults[0].message == "Give one outcome for each measure."
    part, _made = sealed.deposit(CHIDI, rfa, "part")
    with pytest.raises(Invalid) as told, transaction(CHIDI) as tx:
        consultations.deliver(tx, rfa.id, [Answer(2, Outcome.EXECUTED)], [part.id])
    assert told.value.faults[0].message == "An amendment has taken this measure back."
    here = sealed.read(AMINA, rfa.id)
    assert (here.stage, [one.status for one in here.measures]) == (
        "acknowledged", [Outcome.PENDING, Outcome.WITHDRAWN, Outcome.PENDING],
    )  # fmt: skip
    answers = [Answer(one.n, Outcome.EXECUTED) for one in here.in_force]
    with transaction(CHIDI) as tx:
        assert actions.answer(tx, rfa.id, answers, [document.id], 2).stage == "answered"


def test_of_an_amendment_and_an_answer_at_once_exactly_one_is_whole(rfa):
    amended.prepared(rfa, add=[WITNESS], take_back=[2], on=LATER)
    amended.approved(rfa)
    again, ready = amended.resealed(rfa), Barrier(2)
    document, _made = sealed.deposit(CHIDI, rfa, "answer")
    outcomes = sealed.outcomes(rfa)

    def act(actor):
        ready.wait()
        try:
            with transaction(actor) as tx:
                if actor is AMINA:
                    amending.transmit(tx, rfa.id, again)
                else:
                    actions.answer(tx, rfa.id, outcomes, [document.id])
        except ComityError as error:
            return type(error).__name__
        return actor.id

    with ThreadPoolExecutor(2) as pool:
        won = set(pool.map(act, (AMINA, CHIDI)))
    here = sealed.read(CHINUA, rfa.id)
    states = [one.status for one in here.measures]
    assert len(won & {AMINA.id, CHIDI.id}) == 1
    if AMINA.id in won:
        assert won - {AMINA.id} == {"Conflict"}
        assert (here.stage, here.form, here.requested_on, len(states)) == ("acknowledged", 2, LATER, 3)
        assert states == [Outcome.PENDING, Outcome.WITHDRAWN, Outcome.PENDING]
    else:
        assert won - {CHIDI.id} == {"Refused"}
        assert (here.stage, here.form, here.requested_on, states) == ("answered", 1, FIRST, [Outcome.EXECUTED] * 2)
