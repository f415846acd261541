"""A State asks the Court [Statute art. 93(10); Rule 194]: the same steps, with the sides the other way round."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from tests.exchange import sealed, toward
from tests.exchange.toward import EVIDENCE, KIND, QUESTIONING
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, EMRE, FAYE, GRACE, ZOLA

from comity.assistance import (
    actions,
    consultations,
    extending,
    occurrences,
    queries,
    withdrawing,
)
from comity.assistance.actions import Answer
from comity.assistance.addressees import Standing
from comity.assistance.consultation_model import ProviderConsent
from comity.assistance.cover import Asked
from comity.assistance.filtering import Filter
from comity.assistance.model import Outcome, RequestForAssistance, Stage
from comity.core import database
from comity.core.actors import SYSTEM, Actor
from comity.core.errors import Denied, Invalid, NotFound, Refused
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.deadlines import queries as deadlines
from comity.directory import actions as directory
from comity.directory.model import Authority
from comity.exchange import queries as documents
from comity.exchange.model import Document
from comity.notifications.model import Notification

EXECUTED = Answer(1, Outcome.EXECUTED, consent=ProviderConsent.RECORDED)
ASKED_NO_MORE = Answer(2, Outcome.NOTHING_FOUND)


def stored() -> list[RequestForAssistance]:
    with database.Session(writes=False) as session:
        return list(session.scalars(select(RequestForAssistance)))


def pointers(refusal: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [fault.pointer for fault in refusal.value.faults]


def lines(rfa: RequestForAssistance, name: str) -> list[dict]:
    with database.Session(writes=False) as session:
        query = select(Entry).where(Entry.subject == rfa.subject, Entry.name == name).order_by(Entry.seq)
        return [entry.data for entry in session.scalars(query)]


def test_a_state_drafts_and_the_reference_begins_with_its_own_code():
    rfa = toward.drafted()
    assert rfa.reference.startswith("XA/REG/")
    assert rfa.cover["measures"] == [
        {"n": 1, "letter": None, "act": "evidence"},
        {"n": 2, "letter": None, "act": "questioning"},
    ]


def test_from_the_draft_to_the_end_the_role_follows_the_side():
    rfa = toward.acknowledged(on=date.today() + timedelta(days=40))
    question = sealed.deposit(GRACE, rfa, "question", b"which statement?")[0]
    with transaction(GRACE) as tx:
        actions.ask(tx, rfa.id, question.id)
    reply = sealed.deposit(CHIDI, rfa, "reply", b"the second")[0]
    with transaction(CHIDI) as tx:
        actions.reply(tx, rfa.id, 1, reply.id)
    part = sealed.deposit(GRACE, rfa, "part", b"the statement")[0]
    with transaction(GRACE) as tx:
        consultations.deliver(
            tx, rfa.id, [Answer(1, Outcome.PARTLY_EXECUTED, consent=ProviderConsent.NOT_NEEDED)], [part.id]
        )
    reason = sealed.deposit(GRACE, rfa, "extension", b"the detention centre needs longer")[0]
    with transaction(GRACE) as tx:
        extending.ask(tx, rfa.id, rfa.requested_on + timedelta(days=20), reason.id)
    with transaction(CHINUA) as tx:
        extending.decide(tx, rfa.id, rfa.requested_on + timedelta(days=20), None)
    answered = toward.answer(rfa, EXECUTED, Answer(2, Outcome.DENIED))
    assert [one.status for one in answered.measures] == [Outcome.EXECUTED, Outcome.DENIED]
    back = sealed.deposit(CHIDI, rfa, "return", b"the annex is missing")[0]
    with transaction(CHIDI) as tx:
        actions.send_back(tx, rfa.id, back.id)
    toward.answer(rfa, EXECUTED, ASKED_NO_MORE)
    with transaction(CHINUA) as tx:
        closed = actions.close(tx, rfa.id)
    assert closed.stage is Stage.CLOSED
    assert [one.status for one in closed.measures] == [Outcome.EXECUTED, Outcome.NOTHING_FOUND]


def test_a_request_to_the_court_is_withdrawn_by_the_state_alone():
    rfa = toward.acknowledged()
    with pytest.raises(Denied), transaction(GRACE) as tx:
        withdrawing.withdraw(tx, rfa.id)
    assert stored()[0].stage is Stage.ACKNOWLEDGED
    with transaction(CHIDI) as tx:
        assert withdrawing.withdraw(tx, rfa.id).stage is Stage.WITHDRAWN


def test_a_draft_of_the_state_is_discarded_by_the_state():
    rfa = toward.drafted()
    with pytest.raises(NotFound), transaction(GRACE) as tx:
        actions.discard(tx, rfa.id)
    assert len(stored()) == 1
    with transaction(CHINUA) as tx:
        actions.discard(tx, rfa.id)
    assert stored() == []


def test_whoever_drafted_it_cannot_approve_it_in_a_state_either():
    rfa = sealed.written(CHIDI, requested="REG", measures=[EVIDENCE], kind=KIND)
    signed = sealed.approval(CHIDI, rfa)
    with pytest.raises(Denied), transaction(CHIDI) as tx:
        actions.approve(tx, rfa.id, signed)
    assert stored()[0].stage is Stage.DRAFT


REQUESTED_STEPS = {
    "acknowledge": lambda tx, rfa: actions.acknowledge(tx, rfa.id, b""),
    "ask": lambda tx, rfa: actions.ask(tx, rfa.id, rfa.id),
    "answer": lambda tx, rfa: actions.answer(tx, rfa.id, [], []),
    "deliver": lambda tx, rfa: consultations.deliver(tx, rfa.id, [], []),
    "extend": lambda tx, rfa: extending.ask(tx, rfa.id, date.today(), rfa.id),
}
REQUESTING_STEPS = {
    "reply": lambda tx, rfa: actions.reply(tx, rfa.id, 1, rfa.id),
    "return": lambda tx, rfa: actions.send_back(tx, rfa.id, rfa.id),
    "close": lambda tx, rfa: actions.close(tx, rfa.id),
    "decide": lambda tx, rfa: extending.decide(tx, rfa.id, None, None),
    "transmit": lambda tx, rfa: actions.transmit(tx, rfa.id, []),
}


def test_neither_side_takes_the_steps_of_the_other():
    rfa = toward.acknowledged()
    for steps, actor in ((REQUESTED_STEPS, CHIDI), (REQUESTING_STEPS, GRACE)):
        for step in steps.values():
            with pytest.raises(Denied), transaction(actor) as tx:
                step(tx, rfa)
    assert stored()[0].stage is Stage.ACKNOWLEDGED


@pytest.mark.parametrize("stranger", [AMINA, BRUNO, DORA, ZOLA, EMRE, FAYE], ids=lambda one: one.id[:8])
def test_the_prosecutor_and_other_states_never_see_what_is_asked_of_the_registry(stranger):
    rfa = toward.acknowledged()
    message = sealed.message(GRACE, rfa)
    with transaction(stranger, writes=False) as tx:
        with pytest.raises(NotFound):
            tx.read(RequestForAssistance, rfa.id)
        assert tx.find(RequestForAssistance) == []
        assert queries.listing(tx, Filter()).requests == []
        assert tx.find(type(message)) == []
        assert deadlines.deadlines_of_many(tx, [rfa])[rfa.subject] == []
    with database.Session(writes=False) as session:
        assert session.scalars(select(Notification).where(Notification.account_id == stranger.id)).all() == []
    for steps in (REQUESTED_STEPS, REQUESTING_STEPS):
        for step in steps.values():
            with pytest.raises(NotFound), transaction(stranger) as tx:
                step(tx, rfa)
    assert stored()[0].stage is Stage.ACKNOWLEDGED


def test_the_registry_sees_nothing_of_a_states_draft_and_nothing_of_the_prosecutors_requests():
    toward.approved()
    sealed.transmitted()
    with transaction(GRACE, writes=False) as tx:
        assert tx.find(RequestForAssistance) == []


WRONG = {
    "the Prosecutor": (CHIDI, "OTP", [EVIDENCE], KIND, {}, ["/requested"]),
    "another State": (CHIDI, "YB", [EVIDENCE], KIND, {}, ["/requested"]),
    "itself": (CHIDI, "XA", [EVIDENCE], KIND, {}, ["/requested"]),
    "for assistance as the Court asks for it": (CHIDI, "REG", [Asked("d")], "assistance", {}, ["/kind", "/requested"]),
    "to arrest somebody": (CHIDI, "YB", [], "arrest_surrender", {}, ["/kind"]),
    "nothing": (CHIDI, "REG", [], KIND, {}, ["/measures"]),
    "one thing twice": (CHIDI, "REG", [EVIDENCE, EVIDENCE], KIND, {}, ["/measures"]),
    "a measure of article 93(1)": (CHIDI, "REG", [Asked("d")], KIND, {}, ["/measures/0/letter"]),
    "what no kind has": (CHIDI, "REG", [Asked(None, "surrender")], KIND, {}, ["/measures/0/act"]),
    "on a basis": (CHIDI, "REG", [EVIDENCE], KIND, {"basis": "agreement"}, ["/basis"]),
    "as the State of the situation": (CHIDI, "REG", [EVIDENCE], KIND, {"situation": True}, ["/situation"]),
    "as the Registry": (GRACE, "XA", [EVIDENCE], KIND, {}, ["/kind", "/requested"]),
    "as the Prosecutor": (AMINA, "REG", [EVIDENCE], KIND, {}, ["/kind"]),
    "as an organisation": (
        Actor("0000000a-0000-4000-8000-00000000000a", "focal point", "UFR"), "REG", [EVIDENCE], KIND, {}, ["/kind"]),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(WRONG))
def test_what_cannot_be_asked_like_this_is_said_and_nothing_is_drafted(what, organisation):
    actor, requested, measures, kind, standing, places = WRONG[what]
    with pytest.raises(Invalid) as refusal, transaction(actor) as tx:
        actions.draft(tx, requested, None, measures, kind, Standing(**standing))
    assert pointers(refusal) == places
    assert stored() == []


@pytest.fixture
def organisation():
    with transaction(SYSTEM) as tx:
        same = {"organ": None, "time_zone": "UTC", "calendar": "XA", "name_en": "Union", "name_fr": "Union"}
        directory.register(tx, Authority(code="UFR", of="organisation", **same))
        directory.register(tx, Authority(code="VD", of="state", standing="non_party", **same))


def test_a_state_that_is_not_party_may_ask_too(organisation):
    vera = Actor("0000000b-0000-4000-8000-00000000000b", "focal point", "VD")
    with transaction(vera) as tx:
        assert actions.draft(tx, "REG", None, [QUESTIONING], KIND).requesting == "VD"


CONSENTS = {
    "no word on consent": ([Answer(1, Outcome.EXECUTED), ASKED_NO_MORE], ["/outcomes/0/consent"]),
    "handed over although withheld": (
        [Answer(1, Outcome.EXECUTED, consent=ProviderConsent.WITHHELD), ASKED_NO_MORE], ["/outcomes/0/outcome"]),
    "a part although withheld": (
        [Answer(1, Outcome.PARTLY_EXECUTED, consent=ProviderConsent.WITHHELD), ASKED_NO_MORE], ["/outcomes/0/outcome"]),
    "consent to a questioning": (
        [EXECUTED, Answer(2, Outcome.EXECUTED, consent=ProviderConsent.NOT_NEEDED)], ["/outcomes/1/consent"]),
    "a ground": ([EXECUTED, Answer(2, Outcome.DENIED, "national_security")], ["/outcomes/1/ground"]),
    "postponed": ([EXECUTED, Answer(2, Outcome.POSTPONED)], ["/outcomes/1/outcome"]),
    "no outcome": ([EXECUTED, Answer(2, Outcome.IN_PROGRESS)], ["/outcomes/1/outcome"]),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(CONSENTS))
def test_an_answer_that_cannot_be_given_like_this_leaves_the_request_as_it_was(what):
    answers, places = CONSENTS[what]
    rfa = toward.acknowledged()
    with pytest.raises(Invalid) as refusal:
        toward.answer(rfa, *answers)
    assert pointers(refusal) == places
    now = sealed.read(CHIDI, rfa.id)
    assert (now.stage, {one.status for one in now.measures}) == (Stage.ACKNOWLEDGED, {Outcome.PENDING})
    assert lines(rfa, "consent.stated") == []
    with transaction(CHIDI, writes=False) as tx:
        assert [one for one, _version in documents.documents_of(tx, rfa.id) if one.purpose == "answer"] == []


def test_what_is_withheld_is_denied_and_the_word_is_recorded():
    rfa = toward.answered(Answer(1, Outcome.DENIED, consent=ProviderConsent.WITHHELD), ASKED_NO_MORE)
    assert [(one.status, one.consent) for one in rfa.measures] == [
        (Outcome.DENIED, ProviderConsent.WITHHELD),
        (Outcome.NOTHING_FOUND, None),
    ]
    said = lines(rfa, "consent.stated")
    assert said == [{"requesting": "XA", "requested": "REG", "n": 1, "consent": "withheld"}]


def test_a_part_is_not_handed_over_without_a_word_on_consent():
    rfa = toward.acknowledged()
    part = sealed.deposit(GRACE, rfa, "part", b"the statement")[0]
    with pytest.raises(Invalid) as refusal, transaction(GRACE) as tx:
        consultations.deliver(tx, rfa.id, [Answer(1, Outcome.PARTLY_EXECUTED)], [part.id])
    assert pointers(refusal) == ["/measures/0/consent"]
    assert sealed.read(CHIDI, rfa.id).instalments == []
    with pytest.raises(NotFound), transaction(CHIDI, writes=False) as tx:
        tx.read(Document, part.id)


def test_no_consultation_is_held_and_no_measure_is_denied_by_one():
    rfa = toward.acknowledged()
    for actor in (CHIDI, GRACE):
        with transaction(actor, writes=False) as tx:
            options = tx.options(rfa)
            assert not [one for one in ("consult", "deny", "propose") if f"rfa.{one}" in options and rfa.allows(one)]
        with pytest.raises(Refused, match="may decline in the answer"), transaction(actor) as tx:
            consultations.consult(tx, rfa.id, "national_security", [1], rfa.id)
        with pytest.raises(Refused), transaction(actor) as tx:
            actions.begin_upload(tx, rfa.id, "consultation", 10)
    assert sealed.read(CHIDI, rfa.id).consultations == []


def test_nothing_is_reported_that_has_no_sense_in_this_direction():
    rfa = toward.acknowledged()
    for actor in (CHIDI, GRACE):
        with transaction(actor, writes=False) as tx:
            assert occurrences.offered(tx, rfa) == []
        with pytest.raises(Invalid) as refusal, transaction(actor) as tx:
            occurrences.report(tx, rfa.id, "consultations.exhausted", date.today())
        assert pointers(refusal) == ["/what"]
    assert not rfa.allows("report")
    assert sealed.read(CHIDI, rfa.id).occurrences == []


def test_ordinary_requests_are_declined_by_a_consultation_alone_as_before():
    rfa = sealed.acknowledged()
    document, _made = sealed.deposit(CHIDI, rfa, "answer", b"no")
    with pytest.raises(Invalid) as refusal, transaction(CHIDI) as tx:
        actions.answer(tx, rfa.id, [Answer(1, Outcome.DENIED), Answer(2, Outcome.EXECUTED)], [document.id])
    assert pointers(refusal) == ["/outcomes/0/outcome"]
    assert sealed.read(AMINA, rfa.id).stage is Stage.ACKNOWLEDGED
