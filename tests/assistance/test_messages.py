"""Amina and Chidi write to each other about a request; each person's reading is kept once, and nobody else learns."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from tests.exchange import sealed
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, EMRE, FAYE, GRACE

from comity.assistance import actions, messages, queries, withdrawing
from comity.assistance.model import Message, Reading, RequestForAssistance, Stage
from comity.assistance.thread import Posted, thread
from comity.core import clock, database
from comity.core.actors import Actor
from comity.core.errors import Conflict, Denied, Invalid, NotFound, Refused, TooLarge
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.deadlines.model import Deadline, DeadlineFact


def lines(*names: str) -> list[Entry]:
    with database.Session() as session:
        return list(session.scalars(select(Entry).where(Entry.name.in_(names)).order_by(Entry.seq)))


def seen(actor: Actor, rfa: RequestForAssistance, after: int | None = None) -> list[Posted]:
    with transaction(actor, writes=False) as tx:
        return thread(tx, tx.read(RequestForAssistance, rfa.id), after).posted


def unread(actor: Actor) -> dict[UUID, int]:
    with transaction(actor, writes=False) as tx:
        return queries.unread(tx)


def stored(model: type) -> int:
    with database.Session() as session:
        return len(session.scalars(select(model)).all())


@pytest.mark.parametrize("make", [sealed.transmitted, sealed.acknowledged, sealed.asked, sealed.answered])
def test_either_party_of_an_open_request_writes_and_the_other_reads(make):
    rfa = make()
    first = sealed.message(CHIDI, rfa, b"may we send originals by courier?")
    second = sealed.message(BRUNO, rfa, b"yes, to the registry", [b"\x01" * 70_000, b"\x02"])
    assert [(one.n, one.sender, one.to) for one in (first, second)] == [(1, "XA", "OTP"), (2, "OTP", "XA")]
    assert sealed.read_message(AMINA, first) == b"may we send originals by courier?"
    assert sealed.read_message(CHINUA, second) == b"yes, to the registry"
    assert [sealed.opened(CHIDI, rfa.id, doc) for doc in second.files] == [b"\x01" * 70_000, b"\x02"]
    for actor in (AMINA, CHIDI):
        assert [one.message.n for one in seen(actor, rfa)] == [1, 2]
        assert [len(one.files) for one in seen(actor, rfa)] == [0, 2]


def test_a_message_and_its_line_are_one_act_and_the_line_carries_identifiers_only():
    rfa = sealed.acknowledged()
    sent = sealed.message(CHIDI, rfa, b"hello", [b"file"])
    (line,) = lines("message.sent")
    assert (line.subject, line.actor) == (sent.subject, CHIDI.id)
    assert line.data == {"matter": rfa.subject, "sender": "XA", "to": "OTP", "attachments": sent.attachments}
    released = [one for one in lines("document.released") if one.data["purpose"] in ("message", "attachment")]
    assert {one.subject for one in released} == {f"document:{doc}" for doc in (sent.id, *sent.files)}
    assert {one.at for one in released} == {line.at}


def test_a_staged_message_is_the_senders_own_until_it_is_sent():
    rfa = sealed.acknowledged()
    document, _made = sealed.deposit(CHIDI, rfa, "message", b"not yet")
    with pytest.raises(NotFound):
        sealed.opened(AMINA, rfa.id, document.id)
    assert (seen(AMINA, rfa), stored(Message)) == ([], 0)


def test_a_message_moves_no_date_and_no_stage_but_brings_the_request_to_the_top():
    begin = datetime(2031, 3, 3, 9, tzinfo=UTC)
    with clock.at(begin):
        rfa = sealed.acknowledged(on=date(2031, 4, 2))
        with database.Session() as session:
            before = [(row.due_on, row.paused_since) for row in session.scalars(select(Deadline))]
            facts = len(session.scalars(select(DeadlineFact)).all())
    with clock.at(begin + timedelta(days=3)):
        sealed.message(CHIDI, rfa)
        sealed.message(AMINA, rfa)
    kept = sealed.read(CHIDI, rfa.id)
    assert (kept.stage, kept.paused, kept.changed_at) == (Stage.ACKNOWLEDGED, False, begin + timedelta(days=3))
    with database.Session() as session:
        assert [(row.due_on, row.paused_since) for row in session.scalars(select(Deadline))] == before
        assert len(session.scalars(select(DeadlineFact)).all()) == facts


@pytest.mark.parametrize("make", [sealed.written, sealed.approved], ids=["draft", "approved"])
def test_nothing_is_written_about_a_request_that_was_not_transmitted(make):
    rfa = make()
    with pytest.raises(Refused, match="cannot be done"):
        sealed.deposit(AMINA, rfa, "message")
    with pytest.raises(NotFound):
        sealed.deposit(CHIDI, rfa, "message")
    with pytest.raises(Refused), transaction(AMINA) as tx:
        messages.send(tx, rfa.id, uuid4(), [])
    assert (stored(Message), sealed.read(AMINA, rfa.id).stage) == (0, rfa.stage)


@pytest.mark.parametrize("end", [actions.close, withdrawing.withdraw], ids=["close", "withdraw"])
def test_what_was_written_stays_readable_when_the_request_has_ended_and_nothing_is_added(end):
    rfa = sealed.answered()
    sent = sealed.message(CHIDI, rfa, b"before the end")
    staged, _made = sealed.deposit(AMINA, rfa, "message", b"too slow")
    with transaction(AMINA) as tx:
        end(tx, rfa.id)
    with pytest.raises(Refused, match=r"it is (closed|withdrawn)"), transaction(AMINA) as tx:
        messages.send(tx, rfa.id, staged.id, [])
    with pytest.raises(Refused):
        sealed.deposit(CHIDI, rfa, "message")
    assert sealed.read_message(BRUNO, sent) == b"before the end"
    assert [one.message.id for one in seen(CHINUA, rfa)] == [sent.id]


def test_the_same_sending_again_gives_the_same_message_and_no_second_line():
    rfa = sealed.acknowledged()
    sent = sealed.message(CHIDI, rfa, b"once", [b"file"])
    with transaction(CHIDI) as tx:
        assert messages.send(tx, rfa.id, sent.id, sent.files).n == sent.n
    with pytest.raises(Invalid, match="has gone already"), transaction(CHIDI) as tx:
        messages.send(tx, rfa.id, sent.id, [])
    with pytest.raises(Invalid, match="has gone already"), transaction(CHINUA) as tx:
        messages.send(tx, rfa.id, sent.id, sent.files)
    assert len(lines("message.sent")) == stored(Message) == 1


def test_only_what_was_sealed_for_this_request_and_purpose_is_sent():
    rfa, other = sealed.acknowledged(), sealed.acknowledged()
    foreign, _made = sealed.deposit(CHIDI, other, "message")
    question, _made = sealed.deposit(CHIDI, rfa, "question")
    file, _made = sealed.deposit(CHIDI, rfa, "attachment")
    text, _made = sealed.deposit(CHIDI, rfa, "message")
    theirs, _made = sealed.deposit(AMINA, rfa, "message")
    wrong = [
        (foreign.id, [], Invalid), (question.id, [], Invalid), (file.id, [], Invalid), (uuid4(), [], NotFound),
        (theirs.id, [], NotFound), (text.id, [text.id], Invalid), (text.id, [file.id, file.id], Invalid),
        (text.id, [uuid4()], NotFound),
    ]  # fmt: skip
    for doc, attachments, error in wrong:
        with pytest.raises(error), transaction(CHIDI) as tx:
            messages.send(tx, rfa.id, doc, attachments)
    assert (stored(Message), lines("message.sent")) == (0, [])


def test_a_message_made_for_another_request_is_not_taken_in():
    rfa, other = sealed.acknowledged(), sealed.acknowledged()
    made = sealed.make(CHIDI, other, "message", b"x")
    upload = sealed.send(CHIDI, rfa, "message", made.payload)
    with pytest.raises(Invalid, match="another request or purpose"), transaction(CHIDI) as tx:
        actions.deposit(tx, upload, made.signed, None)
    own = sealed.make(CHIDI, rfa, "message", b"x", readers=["XA"])
    upload = sealed.send(CHIDI, rfa, "message", own.payload)
    with pytest.raises(Invalid, match="sealed to exactly: OTP, XA"), transaction(CHIDI) as tx:
        actions.deposit(tx, upload, own.signed, None)
    assert seen(AMINA, rfa) == seen(AMINA, other) == []


def test_whoever_sealed_a_message_sends_it():
    rfa = sealed.acknowledged()
    document, _made = sealed.deposit(CHIDI, rfa, "message", b"Chidi's words")
    with pytest.raises(Invalid, match="A colleague has sealed"), transaction(CHINUA) as tx:
        messages.send(tx, rfa.id, document.id, [])
    assert stored(Message) == 0


def test_a_message_that_should_be_a_file_is_refused_before_it_is_sent():
    rfa = sealed.acknowledged()
    with pytest.raises(TooLarge, match="put the text into a file"), transaction(CHIDI) as tx:
        actions.begin_upload(tx, rfa.id, "message", 2**20 + 1)
    with transaction(CHIDI) as tx:
        assert actions.begin_upload(tx, rfa.id, "attachment", 2**20 + 100)


def test_what_is_unread_is_each_persons_own():
    rfa = sealed.acknowledged()
    sent = [sealed.message(CHIDI, rfa, f"{n}".encode()) for n in range(3)]
    expected = {AMINA: {rfa.id: 3}, BRUNO: {rfa.id: 3}, CHINUA: {rfa.id: 3}, CHIDI: {}}
    assert {actor: unread(actor) for actor in expected} == expected
    sealed.read_message(AMINA, sent[1])
    assert [unread(actor) for actor in (AMINA, BRUNO)] == [{rfa.id: 2}, {rfa.id: 3}]
    assert [one.unread for one in seen(AMINA, rfa)] == [True, False, True]


def test_both_sides_see_who_has_read_on_the_side_it_was_sent_to_and_nothing_of_the_senders_colleagues():
    begin = datetime(2031, 3, 3, 9, tzinfo=UTC)
    rfa = sealed.acknowledged()
    sent = sealed.message(CHIDI, rfa)
    for hours, actor in enumerate((CHINUA, BRUNO, AMINA)):
        with clock.at(begin + timedelta(hours=hours)):
            sealed.read_message(actor, sent)
    for actor in (AMINA, BRUNO, CHIDI, CHINUA):
        (one,) = seen(actor, rfa)
        assert [(each.account, each.authority) for each in one.readings] == [(BRUNO.id, "OTP"), (AMINA.id, "OTP")]
        assert one.unread is False
    (one,) = seen(CHINUA, rfa)
    assert one.read_at is not None
    assert one.read_at.read_at == begin


def test_reading_again_or_in_two_tabs_leaves_one_line():
    rfa = sealed.acknowledged()
    sent = sealed.message(CHIDI, rfa)
    sealed.opened(AMINA, rfa.id, sent.id)
    tabs = 6
    ready = Barrier(tabs)

    def tab(_number: int) -> datetime:
        ready.wait(10)
        with transaction(AMINA) as tx:
            return messages.mark(tx, sent.id).read_at

    with ThreadPoolExecutor(tabs) as pool:
        moments = list(pool.map(tab, range(tabs)))
    assert len(set(moments)) == 1
    assert stored(Reading) == 1
    (line,) = lines("message.read")
    assert (line.actor, line.subject) == (AMINA.id, sent.subject)
    assert line.data == {"matter": rfa.subject, "authority": "OTP"}


def test_messages_sent_at_once_from_both_sides_get_numbers_of_their_own():
    rfa = sealed.acknowledged()
    writers = [AMINA, BRUNO, CHIDI, CHINUA]
    texts = [sealed.deposit(actor, rfa, "message")[0].id for actor in writers]
    ready = Barrier(len(writers))

    def write(actor: Actor, doc: UUID) -> int:
        ready.wait(10)
        with transaction(actor) as tx:
            return messages.send(tx, rfa.id, doc, []).n

    with ThreadPoolExecutor(len(writers)) as pool:
        assert sorted(pool.map(write, writers, texts)) == [1, 2, 3, 4]
    assert len(lines("message.sent")) == 4


def test_nobody_has_read_what_she_was_not_handed_or_wrote_herself():
    rfa = sealed.acknowledged()
    sent = sealed.message(CHIDI, rfa)
    with pytest.raises(Refused, match="not opened this message yet"), transaction(AMINA) as tx:
        messages.mark(tx, sent.id)
    sealed.opened(CHIDI, rfa.id, sent.id)
    with pytest.raises(Denied), transaction(CHIDI) as tx:
        messages.mark(tx, sent.id)
    assert (stored(Reading), lines("message.read")) == (0, [])


@pytest.mark.parametrize(
    "actor", [DORA, GRACE, EMRE, FAYE], ids=["another State", "Registry", "auditor", "administrator"]
)
def test_somebody_who_is_no_party_sees_nothing_and_every_attempt_is_a_line(actor):
    rfa = sealed.acknowledged()
    sent = sealed.message(CHIDI, rfa, b"hello", [b"file"])
    attempts = [
        ("rfa", lambda tx: thread(tx, tx.read(RequestForAssistance, rfa.id), None)),
        ("document", lambda tx: sealed.exchange.hand_out(tx, sent.id)),
        ("document", lambda tx: sealed.exchange.hand_out(tx, sent.files[0])),
        ("message", lambda tx: tx.read(Message, sent.id)),
        ("message", lambda tx: messages.mark(tx, sent.id)),
        ("rfa", lambda tx: messages.send(tx, rfa.id, uuid4(), [])),
        ("rfa", lambda tx: actions.begin_upload(tx, rfa.id, "message", 100)),
    ]
    for _kind, attempt in attempts:
        with pytest.raises(NotFound), transaction(actor) as tx:
            attempt(tx)
    refused = [line for line in lines("access.refused") if line.actor == actor.id]
    assert Counter(line.data["kind"] for line in refused) == Counter(kind for kind, _ in attempts)
    assert unread(actor) == {}
    with transaction(actor, writes=False) as tx:
        assert (tx.find(Message), tx.count(Message)) == ([], 0)
    assert (stored(Reading), stored(Message)) == (0, 1)


def test_a_sent_message_is_neither_taken_back_nor_replaced():
    rfa = sealed.acknowledged()
    document, made = sealed.deposit(CHIDI, rfa, "message", b"said")
    with transaction(CHIDI) as tx:
        messages.send(tx, rfa.id, document.id, [])
    with pytest.raises(Denied), transaction(CHIDI) as tx:
        actions.discard_document(tx, document.id)
    with pytest.raises((Refused, Conflict)):
        sealed.deposit(CHIDI, rfa, "message", b"never said", replaces=made.sealed)
    assert sealed.opened(AMINA, rfa.id, document.id) == b"said"


def test_a_long_thread_comes_in_parts_the_newest_first_to_be_shown():
    rfa = sealed.acknowledged()
    for n in range(23):
        sealed.message(CHIDI if n % 2 else AMINA, rfa)
    with transaction(CHINUA, writes=False) as tx:
        found = tx.read(RequestForAssistance, rfa.id)
        newest, oldest = thread(tx, found, None), thread(tx, found, 0)
        beyond = thread(tx, found, 10**6)
    assert [one.message.n for one in newest.posted] == list(range(4, 24))
    assert (newest.earlier, newest.later, newest.unread) == (0, None, 23)
    assert [one.message.n for one in oldest.posted] == list(range(1, 21))
    assert (oldest.earlier, oldest.later) == (None, 20)
    assert beyond.posted == []
