"""Amina withdraws what she asked; Chidi signs what became of it, and is not handed out again what he destroyed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import select
from tests import people
from tests.exchange import sealed, toward, withdrawn
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, EMRE, FAYE, GRACE

from comity.assistance import actions, disposals, queries, withdrawing
from comity.assistance.filtering import Filter
from comity.assistance.model import RequestForAssistance, Stage
from comity.assistance.withdrawal_model import Fate
from comity.core import database
from comity.core.errors import Conflict, Denied, Invalid, NotFound, PolicyError, Refused
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.deadlines.model import Deadline
from comity.exchange import actions as exchange
from comity.exchange.model import Document
from comity.exchange.withholding import Disposed
from comity.notifications.model import Notification
from comity_seal.disposal import verify_disposal
from comity_workers.relay import relay

RULE = "confirmation of destruction"


def lines(*names):
    with database.Session() as session:
        return list(session.scalars(select(Entry).where(Entry.name.in_(names)).order_by(Entry.seq)).all())


def deadlines(rfa):
    with database.Session() as session:
        return list(session.scalars(select(Deadline).where(Deadline.matter == rfa.subject, Deadline.rule == RULE)))


def told(of):
    relay()
    with database.Session() as session:
        return set(session.scalars(select(Notification.account_id).where(Notification.of == of)))


def turn(actor, word):
    with transaction(actor, writes=False) as tx:
        return [one.reference for one in queries.listing(tx, Filter({"turn": (word,)})).requests]


def options(actor, doc):
    with transaction(actor, writes=False) as tx:
        return {one.partition(".")[2] for one in tx.options(tx.read(Document, doc))}


def papers(actor, rfa):
    """The documents of the other side, by purpose."""
    with transaction(actor, writes=False) as tx:
        return {document.purpose: document.id for document, _version in disposals.received(tx, rfa)}


def of(actor, rfa):
    with transaction(actor, writes=False) as tx:
        return tx.read(RequestForAssistance, rfa.id)


def test_withdrawn_with_sealed_reasons_it_waits_for_the_state_with_a_date_of_its_own():
    rfa = sealed.acknowledged()
    reasons, _made = sealed.deposit(AMINA, rfa, "withdrawal", b"the account was found elsewhere")
    done = withdrawn.withdrawn(rfa, reasons=reasons.id)
    assert (done.stage, done.withdrawal.asked, done.withdrawal.reasons) == (Stage.WITHDRAWN, True, reasons.id)
    assert sealed.opened(CHIDI, rfa.id, reasons.id) == b"the account was found elsewhere"
    (line,) = lines("rfa.withdrawn")
    assert line.data["asked_on"] == done.withdrawn_at.date().isoformat()
    (clock,) = deadlines(rfa)
    assert (clock.nature, clock.falls_on, clock.met_at) == ("policy", "XA", None)
    assert clock.due_on >= done.withdrawn_at.date() + timedelta(days=30)
    assert turn(CHIDI, "you") == turn(AMINA, "other") == [rfa.reference]
    assert turn(AMINA, "you") == turn(CHIDI, "other") == []
    assert told("rfa.withdrawn") == {CHIDI.id, CHINUA.id}


def test_where_nobody_asks_nothing_waits_and_nothing_is_to_be_said():
    rfa = withdrawn.withdrawn(sealed.acknowledged(), ask=False)
    assert deadlines(rfa) == []
    assert turn(CHIDI, "you") == turn(AMINA, "other") == []
    with pytest.raises(Refused, match="Nobody asks what became"):
        withdrawn.confirmed(rfa)
    assert lines("disposal.confirmed") == []


def test_destroyed_is_signed_and_from_then_on_only_the_sender_is_handed_the_documents():
    rfa = sealed.asked()
    reply, _made = sealed.deposit(AMINA, rfa, "reply", b"the second one")
    with transaction(AMINA) as tx:
        actions.reply(tx, rfa.id, 1, reply.id)
    withdrawn.withdrawn(rfa)
    received = papers(CHIDI, rfa)
    assert set(received) == {"request", "reply"}
    done = withdrawn.confirmed(rfa)
    assert (done.withdrawal.fate, done.withdrawal.confirmed_by) == (Fate.DESTROYED, CHIDI.id)
    (line,) = lines("disposal.confirmed")
    assert (line.actor, line.data["fate"], line.data["kept_for"]) == (CHIDI.id, "destroyed", None)
    for doc in received.values():
        for actor in (CHIDI, CHINUA):
            with pytest.raises(Disposed, match="destroyed or returned this document"), transaction(actor) as tx:
                exchange.hand_out(tx, doc)
            with pytest.raises(Disposed), transaction(actor, writes=False) as tx:
                exchange.part_of(tx, doc, 0)
            assert options(actor, doc) & {"hand_out", "export", "share", "seek", "grant"} == set()
            assert "read" in options(actor, doc)  # that it was there, and its hash, stays known
        assert {"hand_out", "export"} <= options(AMINA, doc)
    tried = lines("document.withheld")
    assert {(one.actor, one.data["act"]) for one in tried} == {(CHIDI.id, "open"), (CHINUA.id, "open")}
    assert sealed.opened(AMINA, rfa.id, reply.id) == b"the second one"
    question = rfa.clarifications[0].question
    assert sealed.opened(CHIDI, rfa.id, question) == b"which account?"  # what the State sent itself stays its own
    assert deadlines(rfa)[0].met_at is not None
    assert turn(CHIDI, "you") == turn(AMINA, "other") == []
    assert told("disposal.confirmed") == {AMINA.id, BRUNO.id}


def test_returned_ends_the_access_too_and_the_reasons_of_the_withdrawal_stay():
    rfa = sealed.acknowledged()
    reasons, _made = sealed.deposit(AMINA, rfa, "withdrawal", b"no longer needed")
    withdrawn.withdrawn(rfa, reasons=reasons.id)
    withdrawn.confirmed(rfa, fate="returned")
    with pytest.raises(Disposed), transaction(CHIDI) as tx:
        exchange.hand_out(tx, papers(CHIDI, rfa)["request"])
    assert sealed.opened(CHIDI, rfa.id, reasons.id) == b"no longer needed"


def test_kept_for_a_reason_with_a_sealed_note_stays_readable():
    rfa = withdrawn.withdrawn(sealed.acknowledged())
    note, _made = sealed.deposit(CHIDI, rfa, "disposal", b"the act on archives, ten years")
    signed = withdrawn.statement(CHIDI, rfa, "kept", "domestic_law", note.id)
    with transaction(CHIDI) as tx:
        done = withdrawing.confirm(tx, rfa.id, signed, Fate.KEPT, "domestic_law", note.id)
    assert (done.withdrawal.fate, done.withdrawal.kept_for, done.withdrawal.note) == (
        Fate.KEPT, "domestic_law", note.id,
    )  # fmt: skip
    assert sealed.opened(AMINA, rfa.id, note.id) == b"the act on archives, ten years"
    assert b"accounts" in sealed.opened(CHIDI, rfa.id, papers(CHIDI, rfa)["request"])
    assert deadlines(rfa)[0].met_at is not None


def test_what_is_kept_is_the_bytes_that_were_signed_and_the_line_has_their_hash():
    rfa = withdrawn.withdrawn(sealed.acknowledged())
    signed = withdrawn.statement(CHIDI, rfa)
    with transaction(CHIDI) as tx:
        done = withdrawing.confirm(tx, rfa.id, signed, Fate.DESTROYED)
    said = verify_disposal(done.withdrawal.statement, people.author(CHIDI).keyset.public)
    assert (said.fate, len(said.documents), said.by.user) == ("destroyed", 1, CHIDI.id)
    assert len(lines("disposal.confirmed")[0].data["disposal_sha256"]) == 64


def test_a_state_withdraws_what_it_asked_of_the_registry_which_says_what_became_of_it():
    rfa = withdrawn.withdrawn(toward.acknowledged(), CHIDI)
    assert turn(GRACE, "you") == turn(CHIDI, "other") == [rfa.reference]
    assert deadlines(rfa)[0].falls_on == "REG"
    with pytest.raises(Denied):
        withdrawn.confirmed(rfa, CHINUA)
    withdrawn.confirmed(rfa, GRACE)
    doc = papers(CHIDI, rfa)["request"]
    with pytest.raises(Disposed), transaction(GRACE) as tx:
        exchange.hand_out(tx, doc)
    assert b"accounts" in sealed.opened(CHINUA, rfa.id, doc)
    assert told("disposal.confirmed") == {CHINUA.id, CHIDI.id}


def test_before_the_withdrawal_there_is_nothing_to_say():
    rfa = sealed.acknowledged()
    with pytest.raises(Refused, match="it is acknowledged"):
        withdrawn.confirmed(rfa)
    with pytest.raises(Refused):
        sealed.deposit(CHIDI, rfa, "disposal", b"a note")
    assert of(AMINA, rfa).stage is Stage.ACKNOWLEDGED


def test_twice_is_refused_and_the_first_word_stands():
    rfa = withdrawn.withdrawn(sealed.acknowledged())
    note, _made = sealed.deposit(CHINUA, rfa, "disposal", b"a note")
    withdrawn.confirmed(rfa)
    signed = withdrawn.statement(CHINUA, rfa, "kept", "agreed", note.id)
    with pytest.raises(Conflict, match="has said already"), transaction(CHINUA) as tx:
        withdrawing.confirm(tx, rfa.id, signed, Fate.KEPT, "agreed", note.id)
    with pytest.raises(Refused, match="Nobody asks"):
        sealed.deposit(CHINUA, rfa, "disposal", b"another note")
    assert of(AMINA, rfa).withdrawal.fate is Fate.DESTROYED
    assert len(lines("disposal.confirmed")) == 1


@pytest.mark.parametrize(
    ("actor", "error"), [(AMINA, Denied), (BRUNO, Denied), (DORA, NotFound), (EMRE, NotFound), (FAYE, NotFound)],
    ids=["amina", "bruno", "dora", "emre", "faye"],
)  # fmt: skip
def test_nobody_but_the_requested_party_says_it(actor, error):
    rfa = withdrawn.withdrawn(sealed.acknowledged())
    signed = withdrawn.statement(CHIDI, rfa)
    with pytest.raises(error), transaction(actor) as tx:
        withdrawing.confirm(tx, rfa.id, signed, Fate.DESTROYED)
    assert of(AMINA, rfa).withdrawal.open
    assert options(CHIDI, papers(CHIDI, rfa)["request"]) >= {"hand_out"}


@pytest.mark.parametrize(
    ("changes", "fate", "kept_for", "at"),
    [
        ({"documents": 1}, "destroyed", None, "/disposal"),
        ({"documents": ()}, "destroyed", None, "/disposal"),
        ({"reference": "OTP/XA/2026/999"}, "destroyed", None, "/disposal"),
        ({"request": str(uuid4())}, "destroyed", None, "/disposal"),
        ({"note": str(uuid4())}, "destroyed", None, "/disposal"),
        ({"fate": "returned"}, "destroyed", None, "/disposal"),
        ({"kept_for": "agreed"}, "kept", "domestic_law", "/disposal"),
        ({"kept_for": None}, "kept", None, "/kept_for"),
        ({}, "kept", "because", "/kept_for"),
        ({}, "destroyed", "domestic_law", "/kept_for"),
    ],
    ids=[
        "left-out",
        "none",
        "reference",
        "request",
        "note",
        "fate",
        "other-reason",
        "no-reason",
        "no-such",
        "needless",
    ],
)
def test_a_statement_that_says_something_else_is_refused_and_nothing_is_closed(changes, fate, kept_for, at):
    rfa = sealed.acknowledged()
    sealed.message(AMINA, rfa)  # so that a second document was received
    withdrawn.withdrawn(rfa)
    right = verify(CHIDI, withdrawn.statement(CHIDI, rfa))
    if changes.get("documents") == 1:
        changes = {"documents": right.documents[:1]}
    signed = withdrawn.statement(CHIDI, rfa, **{"fate": fate, "kept_for": kept_for, **changes})
    with pytest.raises(Invalid) as refused, transaction(CHIDI) as tx:
        withdrawing.confirm(tx, rfa.id, signed, Fate(fate), kept_for)
    assert refused.value.faults[0].pointer == at
    assert of(AMINA, rfa).withdrawal.open
    assert lines("disposal.confirmed") == []
    assert all("hand_out" in options(CHIDI, doc) for doc in papers(CHIDI, rfa).values())


def verify(actor, signed):
    return verify_disposal(signed, people.author(actor).keyset.public)


def test_what_a_colleague_signed_or_nobody_is_refused():
    rfa = withdrawn.withdrawn(sealed.acknowledged())
    for signed in (withdrawn.statement(CHINUA, rfa), b"{}", b""):
        with pytest.raises(Invalid), transaction(CHIDI) as tx:
            withdrawing.confirm(tx, rfa.id, signed, Fate.DESTROYED)
    assert of(AMINA, rfa).withdrawal.open


def test_a_note_of_somebody_else_or_for_something_else_does_not_go_with_it():
    rfa = withdrawn.withdrawn(sealed.acknowledged())
    other = withdrawn.withdrawn(sealed.acknowledged())
    note, _made = sealed.deposit(CHIDI, other, "disposal", b"of the other one")
    signed = withdrawn.statement(CHIDI, rfa, note=note.id)
    with pytest.raises(Invalid, match="made for something else"), transaction(CHIDI) as tx:
        withdrawing.confirm(tx, rfa.id, signed, Fate.DESTROYED, None, note.id)
    assert of(AMINA, rfa).withdrawal.open


def test_two_who_say_it_at_once_say_it_once():
    rfa = withdrawn.withdrawn(sealed.acknowledged())
    signed = {CHIDI: withdrawn.statement(CHIDI, rfa), CHINUA: withdrawn.statement(CHINUA, rfa, "kept", "agreed")}
    said = {CHIDI: (Fate.DESTROYED, None), CHINUA: (Fate.KEPT, "agreed")}
    ready = Barrier(2)

    def confirm(actor):
        ready.wait()
        try:
            with transaction(actor) as tx:
                withdrawing.confirm(tx, rfa.id, signed[actor], *said[actor])
        except Conflict:
            return 0
        return 1

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(confirm, (CHIDI, CHINUA))) == 1
    (line,) = lines("disposal.confirmed")
    gone = "hand_out" not in options(CHIDI, papers(CHIDI, rfa)["request"])
    assert gone == (line.data["fate"] == "destroyed")


def test_a_withdrawn_request_is_neither_answered_nor_acknowledged_nor_withdrawn_again():
    rfa = sealed.acknowledged()
    answer, _made = sealed.deposit(CHIDI, rfa, "answer", b"too late")
    withdrawn.withdrawn(rfa)
    with pytest.raises(Refused, match="it is withdrawn"), transaction(CHIDI) as tx:
        actions.answer(tx, rfa.id, sealed.outcomes(rfa), [answer.id])
    with pytest.raises(Refused, match="it is withdrawn"):
        withdrawn.withdrawn(rfa)
    with pytest.raises(Refused, match="it is withdrawn"):
        sealed.deposit(AMINA, rfa, "withdrawal", b"more reasons")
    assert of(AMINA, rfa).answered_at is None
    assert len(lines("rfa.withdrawn")) == 1


def test_reasons_that_were_sealed_for_something_else_do_not_go_with_a_withdrawal():
    rfa, other = sealed.acknowledged(), sealed.acknowledged()
    reasons, _made = sealed.deposit(AMINA, other, "withdrawal", b"of the other one")
    with pytest.raises(Invalid) as refused:
        withdrawn.withdrawn(rfa, reasons=reasons.id)
    assert refused.value.faults[0].pointer == "/reasons/0"
    assert of(AMINA, rfa).stage is Stage.ACKNOWLEDGED


def test_a_catalogue_with_a_reason_that_stands_twice_does_not_load(monkeypatch):
    reason = {**dict.fromkeys(("en", "fr", "hint_en", "hint_fr", "basis"), "x"), "reason": "a_b"}
    found = disposals._File.model_validate({"reason": [reason, reason]})
    with monkeypatch.context() as patched:
        patched.setattr(disposals, "read_toml", lambda _name, _form: found)
        with pytest.raises(PolicyError, match="stands twice"):
            disposals.check_catalogue()
    disposals.check_catalogue()
    assert "domestic_law" in disposals.reasons()
