"""A State asks the Court [Statute art. 93(10); Rule 194]: the same steps, with the sides the other way round."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from tests.exchange import sealed, toward
from tests.exchange.toward import EVIDENCE, KIND, QUESTIONING
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, EMRE, FAYE, GRACE, ZOLA
from tests.visits import Program, visitor

from comity.assistance import (
    actions,
    consultations,
    extending,
    filtering,
    occurrences,
    queries,
    reminding,
    requirements,
)
from comity.assistance.actions import Answer
from comity.assistance.addressees import Standing
from comity.assistance.consultation_model import Consent
from comity.assistance.cover import Asked
from comity.assistance.filtering import Filter
from comity.assistance.model import Outcome, RequestForAssistance, Stage
from comity.assistance.portfolio_model import Tracking
from comity.core import clock, database
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
from comity_workers.relay import relay

EXECUTED = Answer(1, Outcome.EXECUTED, consent=Consent.RECORDED)
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


def listed(actor: Actor, **chosen: str) -> list[str]:
    with transaction(actor, writes=False) as tx:
        wanted = filtering.read(tx, [(name, value.split(",")) for name, value in chosen.items()])
        assert wanted.unknown == ()
        return [one.reference for one in queries.listing(tx, wanted).requests]


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
        consultations.deliver(tx, rfa.id, [Answer(1, Outcome.PARTLY_EXECUTED, consent=Consent.NOT_NEEDED)], [part.id])
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
        actions.withdraw(tx, rfa.id)
    assert stored()[0].stage is Stage.ACKNOWLEDGED
    with transaction(CHIDI) as tx:
        assert actions.withdraw(tx, rfa.id).stage is Stage.WITHDRAWN


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
        [Answer(1, Outcome.EXECUTED, consent=Consent.WITHHELD), ASKED_NO_MORE], ["/outcomes/0/outcome"]),
    "a part although withheld": (
        [Answer(1, Outcome.PARTLY_EXECUTED, consent=Consent.WITHHELD), ASKED_NO_MORE], ["/outcomes/0/outcome"]),
    "consent to a questioning": (
        [EXECUTED, Answer(2, Outcome.EXECUTED, consent=Consent.NOT_NEEDED)], ["/outcomes/1/consent"]),
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
    rfa = toward.answered(Answer(1, Outcome.DENIED, consent=Consent.WITHHELD), ASKED_NO_MORE)
    assert [(one.status, one.consent) for one in rfa.measures] == [
        (Outcome.DENIED, Consent.WITHHELD),
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


def test_the_dates_fall_on_the_registry_and_on_the_state_by_their_side():
    rfa = toward.acknowledged(on=date.today() + timedelta(days=40))
    question = sealed.deposit(GRACE, rfa, "question", b"which statement?")[0]
    with transaction(GRACE) as tx:
        actions.ask(tx, rfa.id, question.id)
    with transaction(CHIDI, writes=False) as tx:
        found = {one.rule: one.falls_on for one in deadlines.deadlines_of(tx, rfa)}
    assert found == {"acknowledgement": "REG", "requested date": "REG", "reply to a question": "XA"}
    with database.Session(writes=False) as session:
        row = session.get(Tracking, rfa.id)
    assert (row.requesting, row.requested, row.turn) == ("XA", "REG", "requesting")


def test_whoever_works_on_the_other_side_is_told():
    def told(actor: Actor) -> list[str]:
        with database.Session(writes=False) as session:
            query = select(Notification.of).where(Notification.account_id == actor.id).order_by(Notification.event_seq)
            return list(session.scalars(query))

    rfa = toward.transmitted()
    relay()
    assert told(GRACE) == ["rfa.transmitted"]
    assert told(CHIDI) == ["rfa.approved"]
    assert rfa.stage is Stage.TRANSMITTED


def test_lists_hold_both_directions_in_one_order_and_are_narrowed_by_side():
    begin = clock.now()
    with clock.at(begin):
        mine = toward.acknowledged(on=date.today() + timedelta(days=30)).reference
    with clock.at(begin + timedelta(minutes=1)):
        theirs = sealed.acknowledged(on=date.today() + timedelta(days=20)).reference
    with clock.at(begin + timedelta(minutes=2)):
        draft = toward.drafted(on=date.today() + timedelta(days=10)).reference
    with clock.at(begin + timedelta(minutes=3)):
        assert listed(CHIDI) == [draft, theirs, mine]
        assert listed(CHIDI, sort="date") == [draft, theirs, mine]
        assert listed(CHIDI, sort="reference") == sorted([draft, mine, theirs])
        assert listed(CHIDI, side="requesting") == [draft, mine]
        assert listed(CHIDI, side="requested") == [theirs]
        assert listed(CHIDI, turn="you") == [draft, theirs]
        assert listed(CHIDI, turn="other") == [mine]
        assert listed(CHIDI, party="REG") == [draft, mine]
        assert listed(CHIDI, mine="drafted") == [draft, mine]
        assert listed(CHIDI, ref="XA/REG") == [draft, mine]
        assert listed(GRACE) == listed(GRACE, side="requested") == listed(GRACE, turn="you") == [mine]
        assert listed(AMINA) == [theirs]
        for sort in filtering.SORTS:
            assert paged(CHIDI, sort) == listed(CHIDI, sort=sort)


def paged(actor: Actor, sort: str) -> list[str]:
    """One request to a page, over both sides."""
    found, after = [], None
    with transaction(actor, writes=False) as tx:
        while True:
            page = queries.listing(tx, Filter(sort=sort), after=after, limit=1)
            found += [one.reference for one in page.requests]
            after = page.after
            if after is None:
                return found


def test_an_office_that_stands_on_one_side_alone_is_not_offered_the_other():
    with transaction(AMINA, writes=False) as tx:
        assert filtering.read(tx, [("side", ["requested"])]).unknown == (("side", "requested"),)


def test_a_state_reminds_the_registry_and_not_the_other_way():
    with clock.at(clock.now()):
        rfa = toward.acknowledged(on=date.today() + timedelta(days=2))
    with clock.at(clock.now() + timedelta(days=20)):
        with transaction(GRACE) as tx:
            assert reminding.remind(tx, [rfa.id]) == []
        with transaction(CHIDI) as tx:
            assert [one.reason for one in reminding.remind(tx, [rfa.id])] == [None]
    assert len(lines(rfa, "rfa.reminded")) == 1


def test_beside_the_draft_stands_what_the_rules_ask_and_no_profile():
    rfa = toward.drafted()
    with transaction(CHIDI, writes=False) as tx:
        found = requirements.required(tx, rfa, "en")
    assert (found.of_the_court, found.force.n) == (True, 0)
    assert [(one.words, one.basis) for one in found.lines] == [
        ("The request is written in a working language of the Court: English, French.", "Rule 194")
    ]


def test_the_interface_says_who_sends_the_kind_and_takes_it(app):
    chidi = Program(app, CHIDI)
    told = {one["kind"]: one for one in chidi.api("GET", "/measures").json["kinds"]}[KIND]
    assert (told["organs"], told["states"], told["to"]) == ([], ["state_party", "non_party"], ["registry"])
    assert (told["free"], told["unverified"], told["measures"]) == (True, True, False)
    assert [(one["act"], one["consent"]) for one in told["acts"]] == [
        ("evidence", True), ("questioning", False), ("other_help", False)]  # fmt: skip
    assert all(line["basis"].startswith("Statute art. 9") for line in told["checklist"]["lines"])
    body = {"kind": KIND, "requested": "REG", "requested_on": None, "measures": [{"letter": None, "act": "evidence"}]}
    made = chidi.api("POST", "/requests", body)
    assert made.status_code == 201
    assert made.json["measures"][0]["consent"] is None
    assert "rfa.edit" in made.json["options"]
    assert Program(app, GRACE).api("GET", f"/requests/{made.json['id']}").status_code == 404
    assert Program(app, AMINA).api("POST", "/requests", body).status_code == 422
    assert len(stored()) == 1


def test_an_answer_without_a_word_on_consent_is_refused_at_the_interface(app):
    rfa = toward.acknowledged()
    document, _made = sealed.deposit(GRACE, rfa, "answer", b"here it is")
    grace = Program(app, GRACE)
    given = [{"n": 1, "outcome": "executed", "ground": None}, {"n": 2, "outcome": "denied", "ground": None}]
    refused = grace.api("POST", f"/requests/{rfa.id}/answer", {"outcomes": given, "documents": [str(document.id)]})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/outcomes/0/consent")
    assert grace.api("GET", f"/requests/{rfa.id}").json["stage"] == "acknowledged"
    given[0]["consent"] = "recorded"
    taken = grace.api("POST", f"/requests/{rfa.id}/answer", {"outcomes": given, "documents": [str(document.id)]})
    assert [one["consent"] for one in taken.json["measures"]] == ["recorded", None]


def test_the_pages_of_a_state_offer_what_it_may_ask_and_refuse_what_it_may_not(app):
    chidi = visitor(app, CHIDI)
    assert 'href="/requests/new"' in chidi.get("/requests/").get_data(as_text=True)
    page = chidi.get("/requests/new").get_data(as_text=True)
    assert "Registry" in page
    assert 'value="-:evidence"' in page
    assert "State of the situation" not in page
    answer = chidi.post(f"/requests/new?kind={KIND}", requested="REG")
    assert answer.status_code == 422
    assert 'href="#measure---evidence"' in answer.get_data(as_text=True)
    assert stored() == []
    answer = chidi.post(f"/requests/new?kind={KIND}", requested="REG", measure="-:evidence")
    assert answer.status_code == 303
    draft = chidi.get(answer.location).get_data(as_text=True)
    assert "What the Rules ask of a request to the Court" in draft
    assert "has published no profile" not in draft


def test_the_pages_of_the_registry_offer_the_steps_of_whoever_is_asked(app):
    rfa = toward.acknowledged()
    grace, chidi = visitor(app, GRACE), visitor(app, CHIDI)
    page = grace.get(f"/requests/{rfa.id}").get_data(as_text=True)
    for step in ("answer", "deliver", "ask"):
        assert f'data-step="{step}"' in page
    assert 'data-step="consult"' not in page
    answer = grace.get(f"/requests/{rfa.id}/answer").get_data(as_text=True)
    assert 'value="denied"' in answer
    assert answer.count("data-consents") == 1
    assert "Something stands in the way" not in answer
    assert grace.get(f"/requests/{rfa.id}/consult").status_code == 409
    assert chidi.get(f"/requests/{rfa.id}/answer").status_code == 403
    assert 'data-step="withdraw"' in chidi.get(f"/requests/{rfa.id}").get_data(as_text=True)
