"""Translations: who asks, who sees what of it, who takes and gives it, and what is refused."""

import json
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from tests import people
from tests.assistance import reviewers, translators
from tests.assistance.translators import ask, deposit, give, prepare, read, send_back, take, withdraw
from tests.exchange import sealed
from tests.people import AMINA, BRUNO, CHIDI, DORA, EMRE, GRACE, LENA, LOUIS

from comity.assistance import actions, depositing, kinds, messages, timeline, translating
from comity.assistance.model import RequestForAssistance
from comity.assistance.translation_model import Translation, TranslationStage
from comity.core import clock, database
from comity.core.errors import Conflict, Denied, Invalid, NotFound, Refused
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.directory import actions as directory
from comity.directory.model import Authority
from comity.exchange import actions as exchange
from comity.exchange import queries as documents
from comity.exchange.model import Document
from comity.exchange.withholding import Withheld


@pytest.fixture(autouse=True)
def _service(_people: None) -> None:
    people.populate_service()


def lines(kind: str) -> list[Entry]:
    with database.Session() as session:
        return list(session.scalars(select(Entry).where(Entry.name.like(f"{kind}%")).order_by(Entry.seq)))


def of(rfa, by=AMINA):
    with transaction(by, writes=False) as tx:
        return translating.of_request(tx, tx.read(RequestForAssistance, rfa.id))


def test_a_text_is_asked_for_taken_and_given_each_in_one_line():
    rfa = sealed.written()
    asked = ask(rfa)
    assert (asked.reference, asked.stage, asked.taken_by) == (f"OTP/LS/{translators.today().year}/001", "asked", None)
    take(asked)
    given = give(asked)
    assert (given.stage, given.answer is not None, given.taken_by) == ("given", True, LENA.id)
    names = [one.name for one in lines("translation.")]
    assert names == ["translation.prepared", "translation.asked", "translation.taken", "translation.given"]
    content = json.loads(sealed.opened(AMINA, asked.id, given.answer))
    assert content["text"] == "Veuillez envoyer les relevés."
    assert json.loads(sealed.opened(LENA, asked.id, asked.source))["text"] == translators.WORDS


def test_nothing_of_the_request_is_in_the_lines_of_the_service():
    rfa = sealed.written()
    give(take(ask(rfa)))
    told = [one for one in lines("translation.") if one.name != "translation.prepared"]
    assert len(told) == 3
    for line in told:
        written = f"{line.subject} {json.dumps(line.data)}"
        assert [word for word in (str(rfa.id), rfa.reference, "XA") if word in written] == []


def test_the_service_sees_the_text_alone():
    rfa = sealed.written()
    sealed.deposit(AMINA, rfa, "annex", b"a table")
    asked = ask(rfa)
    with pytest.raises(NotFound), transaction(LENA, writes=False) as tx:
        tx.read(RequestForAssistance, rfa.id)
    with pytest.raises(NotFound), transaction(LENA) as tx:
        exchange.hand_out(tx, translators.text_of(rfa))
    with transaction(LENA, writes=False) as tx:
        assert tx.find(RequestForAssistance) == []
        assert [one.id for one in tx.find(Document)] == [asked.source]
        assert [one.id for one in tx.find(Translation)] == [asked.id]
        assert translating.of_request(tx, rfa) == []


@pytest.mark.parametrize(
    "stranger", [CHIDI, DORA, GRACE, EMRE], ids=["State", "another State", "other team", "auditor"]
)
def test_nobody_else_sees_that_a_translation_was_asked_for(stranger):
    rfa = sealed.transmitted()
    asked = give(take(ask(rfa)))
    with transaction(stranger, writes=False) as tx:
        assert tx.find(Translation) == []
        assert tx.find(Document, Document.request == asked.id) == []
        assert translating.of_request(tx, rfa) == []
    for doc in (asked.source, asked.answer):
        with pytest.raises(NotFound), transaction(stranger) as tx:
            exchange.hand_out(tx, doc)
    for act in (translating.take, translating.withdraw, translating.put_back):
        with pytest.raises(NotFound), transaction(stranger) as tx:
            act(tx, asked.id)
    assert read(asked).stage == "given"


def test_the_state_finds_nothing_of_it_on_the_timeline_and_the_team_does():
    rfa = sealed.transmitted()
    give(take(ask(rfa)))

    def names(actor):
        with transaction(actor, writes=False) as tx:
            return [one.name for one in timeline.facts(tx, tx.read(RequestForAssistance, rfa.id))]

    assert [one for one in names(CHIDI) if one.startswith("translation")] == []
    assert [one for one in names(BRUNO) if one.startswith("translation")] == [
        "translation.asked", "translation.taken", "translation.given",
    ]  # fmt: skip


def test_what_is_prepared_nobody_of_the_service_sees_and_it_is_prepared_once():
    rfa = sealed.written()
    first = prepare(rfa)
    again = prepare(rfa, target="es")
    assert (again.id, again.target_language, of(rfa)) == (first.id, "es", [])
    with pytest.raises(NotFound), transaction(LENA, writes=False) as tx:
        tx.read(Translation, first.id)
    with pytest.raises(NotFound), transaction(LENA) as tx:
        translating.take(tx, first.id)
    with pytest.raises(Denied), transaction(BRUNO) as tx:
        translating.ask(tx, first.id, [])


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"days": -3}, "/wanted_on"),
        ({"days": 90000}, "/wanted_on"),
        ({"target": "en"}, "/target_language"),
        ({"target": "tlh"}, "/target_language"),
        ({"source": "xx-what"}, "/source_language"),
    ],
    ids=["past day", "far day", "same language", "no such target", "no such source"],
)
def test_what_cannot_be_asked_for_is_refused_with_its_place(said, where):
    rfa = sealed.written()
    with pytest.raises(Invalid) as error:
        prepare(rfa, **said)
    assert error.value.faults[0].pointer == where
    assert lines("translation.") == []


def test_a_state_asks_for_no_translation():
    rfa = sealed.acknowledged()
    with pytest.raises(Denied):
        prepare(rfa, CHIDI, translators.text_of(rfa, CHIDI))
    with pytest.raises(NotFound):
        prepare(rfa, DORA, translators.text_of(rfa))
    assert lines("translation.") == []


def test_a_text_of_another_request_or_a_note_of_a_review_is_none_of_it():
    rfa, other = sealed.written(), sealed.written()
    with pytest.raises(Invalid):
        prepare(rfa, document=translators.text_of(other))
    review = reviewers.give(rfa, reviewers.ask(rfa))
    with pytest.raises(Invalid):
        prepare(rfa, document=review.note)
    with transaction(AMINA, writes=False) as tx:
        assert [one.purpose for one in translating.texts(tx, tx.read(RequestForAssistance, rfa.id))] == ["request"]


def test_what_the_state_sent_is_translated_beside_it_and_only_if_it_may_be_given_on():
    rfa = sealed.acknowledged()
    question, _made = sealed.deposit(CHIDI, rfa, "question", b'{"text":"Quel compte ?"}')
    with pytest.raises(NotFound):
        prepare(rfa, document=question.id)  # nobody has sent it yet
    with transaction(CHIDI) as tx:
        actions.ask(tx, rfa.id, question.id)
    assert ask(rfa, document=question.id, source="fr", target="en").stage == "asked"
    held, _made = sealed.deposit(CHIDI, rfa, "attachment", b"a name", handling=["lead_only"])
    text, _made = sealed.deposit(CHIDI, rfa, "message", b"{}")
    with transaction(CHIDI) as tx:
        messages.send(tx, rfa.id, text.id, [held.id])
    with pytest.raises(Withheld):
        prepare(rfa, document=held.id)
    with transaction(AMINA, writes=False) as tx:
        offered = translating.texts(tx, tx.read(RequestForAssistance, rfa.id))
    assert held.id not in [one.id for one in offered]
    assert len(of(rfa)) == 1


def test_without_a_language_service_nobody_is_asked_and_with_two_one_is_named():
    rfa = sealed.written()
    with transaction(people.SYSTEM) as tx:
        more = {"organ": "registry", "time_zone": "UTC", "calendar": "COURT", "service": "language"}
        directory.register(tx, Authority(code="LX", of="court", name_en="Other", name_fr="Autre", **more))
    with pytest.raises(Invalid) as error:
        prepare(rfa)
    assert error.value.faults[0].pointer == "/service"
    with transaction(AMINA) as tx:
        chosen = translating.prepare(tx, rfa.id, translators.text_of(rfa), translators.wanted(), "LX")
    assert chosen.service == "LX"
    with pytest.raises(Invalid), transaction(AMINA) as tx:
        translating.prepare(tx, rfa.id, translators.text_of(rfa), translators.wanted(), "REG")


def test_nobody_gives_twice_or_what_was_withdrawn_or_somebody_else_has():
    rfa = sealed.written()
    asked = ask(rfa)
    with pytest.raises(Denied):
        deposit(LOUIS, asked, "translation", b"{}")  # not taken
    take(asked)
    with pytest.raises(Denied):
        deposit(LOUIS, asked, "translation", b"{}")
    with pytest.raises(Refused):
        take(asked, LOUIS)
    draft = deposit(LENA, asked, "translation", translators.answer(asked))
    with pytest.raises(NotFound), transaction(AMINA) as tx:
        exchange.hand_out(tx, draft)  # it is not given yet
    withdraw(asked)
    with pytest.raises(Refused):
        give(asked, doc=draft)
    with pytest.raises(NotFound), transaction(AMINA) as tx:
        exchange.hand_out(tx, draft)
    second = take(ask(rfa))
    give(second)
    answered = read(second).answer
    for act in (lambda: give(second, doc=answered), lambda: send_back(second), lambda: withdraw(second)):
        with pytest.raises(Refused):
            act()
    assert (read(asked).stage, read(second).stage, read(second).answer) == ("withdrawn", "given", answered)


def test_one_of_two_who_take_it_at_once_has_it():
    asked = ask(sealed.written())
    gate, won = Barrier(2), []

    def run(actor):
        gate.wait()
        with suppress(Refused, Conflict):
            take(asked, actor)
            won.append(actor.id)

    threads = [Thread(target=run, args=(actor,)) for actor in (LENA, LOUIS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (len(won), read(asked).taken_by) == (1, won[0])
    assert len(lines("translation.taken")) == 1


def test_a_colleague_lets_it_wait_again_and_takes_it():
    asked = take(ask(sealed.written()))
    with transaction(LOUIS) as tx:
        translating.put_back(tx, asked.id)
    assert (read(asked).stage, lines("translation.put_back")[0].data["user"]) == ("asked", LENA.id)
    assert take(asked, LOUIS).taken_by == LOUIS.id


def test_it_is_returned_with_a_question_and_asked_for_anew():
    rfa = sealed.written()
    back = send_back(take(ask(rfa)))
    assert (back.stage, json.loads(sealed.opened(BRUNO, back.id, back.answer))["text"]) == ("returned", "Which bank?")
    again = ask(rfa)
    assert [one.stage for one in of(rfa)] == ["returned", "asked"]
    assert again.reference.endswith("/002")


def test_documents_of_a_translation_are_sealed_to_team_and_service_alone():
    prepared = prepare(sealed.written())
    for readers in (["OTP"], ["OTP", "XA"], ["OTP", "REG"], ["LS", "OTP", "XA"]):
        with pytest.raises(Invalid):
            deposit(AMINA, prepared, "source", translators.source(), readers=readers)
    with pytest.raises(Denied):
        deposit(AMINA, prepared, "translation", b"{}")
    with pytest.raises(Invalid):
        deposit(AMINA, prepared, "annex", b"{}")
    with pytest.raises(Invalid), transaction(AMINA) as tx:
        translating.ask(tx, prepared.id, [])
    with transaction(AMINA, writes=False) as tx:
        assert documents.documents_of(tx, prepared.id) == []
    assert read(prepared).stage == TranslationStage.PREPARED


def test_what_one_sealed_another_does_not_ask_for():
    prepared = prepare(sealed.written())
    doc = deposit(AMINA, prepared, "source", translators.source())
    with pytest.raises(Denied), transaction(BRUNO) as tx:
        translating.ask(tx, prepared.id, [doc])
    assert read(prepared).asked_at is None


def test_a_document_that_waits_is_taken_back_and_a_released_one_is_not():
    asked = take(ask(sealed.written()))
    draft = deposit(LENA, asked, "translation", b"{}")
    with transaction(LENA) as tx:
        depositing.discard_document(tx, draft)
    with pytest.raises(Denied), transaction(AMINA) as tx:
        depositing.discard_document(tx, asked.source)
    with transaction(LENA, writes=False) as tx:
        assert [one.id for one, _v in documents.documents_of(tx, asked.id)] == [asked.source]


def test_with_its_draft_what_was_asked_for_it_ends():
    rfa = sealed.written()
    waiting, given = ask(rfa), give(take(ask(rfa)))
    with transaction(AMINA) as tx:
        actions.discard(tx, rfa.id)
    assert (read(waiting).stage, read(given).stage) == ("withdrawn", "given")


def test_the_day_may_have_passed_between_preparing_and_asking():
    with clock.at(clock.now() - timedelta(days=20)):
        rfa = sealed.written()
        prepared = prepare(rfa, days=3)
        doc = deposit(AMINA, prepared, "source", translators.source())
    with pytest.raises(Invalid), transaction(AMINA) as tx:
        translating.ask(tx, prepared.id, [doc])
    assert read(prepared).stage == "prepared"


def test_the_language_service_makes_no_requests_and_receives_none():
    with pytest.raises(Invalid), transaction(LENA) as tx:
        actions.draft(tx, "XA", None, sealed.BANK_AND_FREEZE)
    kind = next(one.kind for one in kinds.kinds().values() if "registry" in one.to)
    with pytest.raises(Invalid) as error, transaction(CHIDI) as tx:
        actions.draft(tx, "LS", None, [], kind)
    assert "/requested" in [fault.pointer for fault in error.value.faults]
    assert lines("rfa.") == []
