"""Whatever the cast tries, in whatever order: a request does what the table says, or nothing at all."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select
from tests.exchange import sealed
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, EMRE, GRACE

from comity.assistance import actions, withdrawing
from comity.assistance.model import LIFECYCLE, Stage
from comity.core import database
from comity.core.errors import ComityError, Conflict, Denied, Invalid, NotFound, Refused
from comity.core.journal import Entry
from comity.core.transaction import transaction

COURT, STATE = {AMINA, BRUNO}, {CHIDI, CHINUA}
STRANGERS = {DORA, EMRE, GRACE}
EVERYBODY = st.sampled_from([AMINA, BRUNO, CHIDI, CHINUA] * 2 + [DORA, EMRE, GRACE])
"""The parties more often: a walk that is always refused gets nowhere."""

OF_THE_STATE = {"acknowledge", "ask", "answer"}
NOT_YET = {Stage.DRAFT, Stage.APPROVED}


class Request(RuleBasedStateMachine):
    """One request, and what it should be."""

    @initialize(begin=st.sampled_from([sealed.written, sealed.approved, sealed.acknowledged, sealed.answered]))
    def begin(self, begin):
        rfa = begin()
        self.id, self.stage, self.changed_by, self.paused, self.questions = rfa.id, rfa.stage, AMINA, False, 0

    def expected(self, actor, verb):
        """The refusal that must come, or None."""
        if actor not in COURT and (actor not in STATE or self.stage in NOT_YET):
            return NotFound
        if (verb in OF_THE_STATE) != (actor in STATE):
            return Denied
        if verb == "approve" and actor in (AMINA, self.changed_by):
            return Denied
        if self.stage not in LIFECYCLE[verb][0]:
            return Refused
        if verb == "reply" and not self.paused:
            return Conflict if self.questions else Invalid
        return Refused if verb in ("ask", "answer") and self.paused else None

    def tried(self, actor, verb, act, *arguments):
        """Do it; whether it succeeded is as expected, and a refusal leaves nothing but its line."""
        refusal, before = self.expected(actor, verb), lines()
        if refusal is None:
            act(self.id, *arguments)
            self.stage = LIFECYCLE[verb][1]
            assert lines() > before
            return True
        with pytest.raises(refusal):
            act(self.id, *arguments)
        assert lines() == before
        return False

    def document(self, actor, verb, purpose):
        """A document for the step where one can be made, else one of another kind."""
        rfa = sealed.read(AMINA, self.id)
        if self.expected(actor, verb) is None:
            return sealed.deposit(actor, rfa, purpose)[0].id
        return self.id

    @rule(actor=EVERYBODY)
    def edit(self, actor):
        version = sealed.read(AMINA, self.id).version
        if self.tried(actor, "edit", run(actor, actions.edit, version=version), None, sealed.BANK_AND_FREEZE):
            self.changed_by = actor

    @rule(actor=EVERYBODY)
    def add_an_annex(self, actor):
        if self.expected(actor, "edit") is None:
            sealed.deposit(actor, sealed.read(AMINA, self.id), "annex", b"more")
            self.stage, self.changed_by = Stage.DRAFT, actor
        else:
            with pytest.raises(self.expected(actor, "edit")):
                run(actor, actions.begin_upload)(self.id, "annex", 33)

    @rule(actor=EVERYBODY)
    def approve(self, actor):
        wanted = self.expected(actor, "approve") is None
        signed = sealed.approval(actor, sealed.read(actor, self.id)) if wanted else b"{}"
        self.tried(actor, "approve", run(actor, actions.approve), signed)

    @rule(actor=EVERYBODY)
    def transmit(self, actor):
        wanted = self.expected(actor, "transmit") is None
        again = sealed.resealed(actor, sealed.read(actor, self.id)) if wanted else []
        self.tried(actor, "transmit", run(actor, actions.transmit), again)

    @rule(actor=EVERYBODY)
    def acknowledge(self, actor):
        wanted = self.expected(actor, "acknowledge") is None
        signed = sealed.acknowledgement(actor, sealed.read(actor, self.id)) if wanted else b"{}"
        self.tried(actor, "acknowledge", run(actor, actions.acknowledge), signed)

    @rule(actor=EVERYBODY)
    def ask(self, actor):
        if self.tried(actor, "ask", run(actor, actions.ask), self.document(actor, "ask", "question")):
            self.paused, self.questions = True, self.questions + 1

    @rule(actor=EVERYBODY)
    def reply(self, actor):
        document = self.document(actor, "reply", "reply")
        if self.tried(actor, "reply", run(actor, actions.reply), max(self.questions, 1), document):
            self.paused = False

    @rule(actor=EVERYBODY)
    def answer(self, actor):
        documents = [self.document(actor, "answer", "answer")]
        self.tried(actor, "answer", run(actor, actions.answer), sealed.outcomes(sealed.read(AMINA, self.id)), documents)

    @rule(actor=EVERYBODY)
    def send_back(self, actor):
        self.tried(actor, "return", run(actor, actions.send_back), self.document(actor, "return", "return"))

    @rule(actor=EVERYBODY)
    def close(self, actor):
        self.tried(actor, "close", run(actor, actions.close))

    @rule(actor=EVERYBODY)
    def withdraw(self, actor):
        self.tried(actor, "withdraw", run(actor, withdrawing.withdraw))

    @invariant()
    def it_is_what_the_table_says(self):
        rfa = sealed.read(AMINA, self.id)
        assert (rfa.stage, rfa.paused, len(rfa.clarifications)) == (self.stage, self.paused, self.questions)
        assert (rfa.approval is None) == (rfa.stage is Stage.DRAFT)

    @invariant()
    def the_state_sees_it_from_transmission_on_and_strangers_never(self):
        for actor in [*STATE, *STRANGERS]:
            try:
                sealed.read(actor, self.id)
                seen = True
            except NotFound:
                seen = False
            assert seen == (actor in STATE and self.stage not in NOT_YET)


def run(actor, action, **options):
    """The action in a transaction of that person."""

    def act(*arguments):
        with transaction(actor) as tx:
            return action(tx, *arguments, **options)

    return act


def lines() -> int:
    """Everything that happened, refusals apart."""
    with database.Session() as session:
        return session.scalar(select(func.count()).select_from(Entry).where(Entry.name != "access.refused")) or 0


def test_every_order_of_attempts_does_what_the_table_says_or_nothing():
    small = settings(
        max_examples=16, stateful_step_count=25, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Request, settings=small)


def test_a_changed_draft_is_approved_by_neither_its_drafter_nor_who_changed_it_last():
    rfa = sealed.written(AMINA)
    sealed.deposit(BRUNO, rfa, "annex", b"slipped in by Bruno")
    for actor in (AMINA, BRUNO):
        with pytest.raises(Denied):
            run(actor, actions.approve)(rfa.id, sealed.approval(actor, rfa))
    sealed.deposit(AMINA, rfa, "annex", b"read and taken over by Amina")
    assert run(BRUNO, actions.approve)(rfa.id, sealed.approval(BRUNO, rfa)).stage is Stage.APPROVED


def test_the_same_completion_gives_the_same_document_also_after_transmission():
    rfa = sealed.written(AMINA)
    made = sealed.make(AMINA, rfa, "annex", b"x")
    upload = sealed.send(AMINA, rfa, "annex", made.payload)
    first = run(AMINA, actions.deposit)(upload, made.signed, None)
    run(BRUNO, actions.approve)(rfa.id, sealed.approval(BRUNO, rfa))
    run(AMINA, actions.transmit)(rfa.id, sealed.resealed(AMINA, rfa))
    before = lines()
    assert run(AMINA, actions.deposit)(upload, made.signed, None).id == first.id
    assert lines() == before


def test_what_was_prepared_for_a_withdrawn_request_can_be_taken_back():
    rfa = sealed.acknowledged()
    document, _made = sealed.deposit(CHIDI, rfa, "answer", b"half an answer")
    run(AMINA, withdrawing.withdraw)(rfa.id)
    with pytest.raises(NotFound):
        run(AMINA, actions.discard_document)(document.id)
    run(CHINUA, actions.discard_document)(document.id)
    with pytest.raises(NotFound):
        sealed.opened(CHIDI, rfa.id, document.id)
    assert sealed.read(CHIDI, rfa.id).stage is Stage.WITHDRAWN


def test_a_request_whose_date_passed_while_it_waited_is_not_transmitted():
    from datetime import UTC, datetime, timedelta

    from comity.core import clock

    start = datetime(2031, 3, 3, 9, tzinfo=UTC)
    with clock.at(start):
        rfa = sealed.approved(on=(start + timedelta(days=5)).date())
    with clock.at(start + timedelta(days=7)):
        again = sealed.resealed(AMINA, rfa)
        with pytest.raises(Refused, match="requested date has passed"):
            run(AMINA, actions.transmit)(rfa.id, again)
        assert sealed.read(AMINA, rfa.id).stage is Stage.APPROVED


@pytest.mark.parametrize("what", ["cover", "approval", "documents"])
def test_a_row_changed_behind_the_platforms_back_is_not_transmitted(what):
    """Bad input from the database itself: an approval covers what its signer read, whatever the stage says."""
    from sqlalchemy import text

    rfa = sealed.approved()
    again = sealed.resealed(AMINA, rfa)
    change = {
        "cover": "UPDATE measure SET act = 'seize' WHERE letter = 'k'",
        "approval": "UPDATE rfa SET approval = NULL",
        "documents": f"UPDATE document_version SET envelope_sha256 = '{'0' * 64}'",
    }[what]
    with database.engine().begin() as connection:
        connection.execute(text(change))
    with pytest.raises(ComityError) as refusal:
        run(AMINA, actions.transmit)(rfa.id, again)
    assert refusal.value.status == 409
    with pytest.raises(NotFound):
        sealed.read(CHIDI, rfa.id)
