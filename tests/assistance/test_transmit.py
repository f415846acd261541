"""Amina drafts, Bruno approves, Amina transmits to Xandria; Chidi sees it from then on, and nobody else does."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select
from tests.exchange import sealed
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, EMRE, FAYE, GRACE, ZOLA

from comity.assistance import actions
from comity.assistance.cover import Asked
from comity.assistance.model import RequestForAssistance, Stage
from comity.assistance.resealing import Resealed
from comity.core import database
from comity.core.errors import Conflict, Denied, Invalid, NotFound, Refused, Stale
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.deadlines.model import Deadline
from comity.exchange import actions as exchange
from comity.exchange import queries as documents


def story() -> list[tuple[str, str]]:
    """What happened, without setting up the cast."""
    names = ("rfa.", "clarification.", "document.", "access.")
    with database.Session() as session:
        lines = session.scalars(select(Entry).order_by(Entry.seq))
        return [(line.name, line.actor) for line in lines if line.name.startswith(names)]


def stage(rfa: RequestForAssistance) -> Stage:
    return sealed.read(AMINA, rfa.id).stage


def test_every_act_is_a_line_and_the_deadlines_start_in_the_same_transaction():
    rfa = sealed.transmitted(on=date(2031, 3, 3))
    assert story() == [
        ("rfa.drafted", AMINA.id),
        ("document.deposited", AMINA.id),
        ("rfa.approved", BRUNO.id),
        ("document.released", AMINA.id),
        ("rfa.transmitted", AMINA.id),
    ]
    with database.Session() as session:
        deadlines = session.scalars(select(Deadline).where(Deadline.matter == rfa.subject)).all()
    assert {deadline.rule: deadline.falls_on for deadline in deadlines} == {
        "acknowledgement": "XA",
        "requested date": "XA",
    }
    assert {deadline.triggered_at for deadline in deadlines} == {rfa.transmitted_at}


def test_references_count_for_each_state_apart():
    references = [sealed.drafted(requested=state).reference for state in ("XA", "YB", "XA")]
    year = sealed.clock.now().year
    assert references == [f"OTP/XA/{year}/001", f"OTP/YB/{year}/001", f"OTP/XA/{year}/002"]


def test_only_the_requested_state_sees_it_and_only_from_transmission_on():
    rfa = sealed.approved()
    for actor in (CHIDI, DORA, GRACE, EMRE, FAYE):
        with pytest.raises(NotFound):
            sealed.read(actor, rfa.id)
    again = sealed.resealed(AMINA, rfa)
    with transaction(AMINA) as tx:
        actions.transmit(tx, rfa.id, again)
    for actor in (AMINA, BRUNO, CHIDI, CHINUA):
        assert sealed.read(actor, rfa.id).reference == rfa.reference
    for actor in (DORA, ZOLA, GRACE, EMRE, FAYE):
        with pytest.raises(NotFound):
            sealed.read(actor, rfa.id)
        with transaction(actor, writes=False) as tx:
            assert tx.find(RequestForAssistance) == []
            assert documents.documents_of(tx, rfa.id) == []


def test_the_state_opens_what_was_sealed_and_the_first_opening_is_noted():
    rfa = sealed.transmitted()
    with transaction(CHIDI, writes=False) as tx:
        ((document, _version),) = documents.documents_of(tx, rfa.id)
    assert b"please" in sealed.opened(CHIDI, rfa.id, document.id)
    assert b"please" in sealed.opened(CHINUA, rfa.id, document.id)
    assert [name for name, _actor in story()].count("rfa.opened") == 1
    assert [name for name, _actor in story()].count("document.handed_out") == 2
    assert sealed.read(AMINA, rfa.id).opened_at is not None


def test_the_drafter_cannot_approve_and_the_attempt_is_a_line():
    rfa = sealed.written()
    signed = sealed.approval(AMINA, rfa)
    with pytest.raises(Denied), transaction(AMINA) as tx:
        actions.approve(tx, rfa.id, signed)
    assert stage(rfa) is Stage.DRAFT
    assert story()[-1] == ("access.refused", AMINA.id)


def test_nothing_is_approved_without_a_text():
    rfa = sealed.drafted()
    signed = sealed.approval(BRUNO, rfa)
    with pytest.raises(Refused, match="no text yet"), transaction(BRUNO) as tx:
        actions.approve(tx, rfa.id, signed)
    assert stage(rfa) is Stage.DRAFT


def test_an_approval_counts_only_for_what_was_read():
    rfa = sealed.written()
    signed = sealed.approval(BRUNO, rfa)
    sealed.deposit(AMINA, rfa, "annex", b"slipped in")
    with pytest.raises(Invalid, match="A document has changed"), transaction(BRUNO) as tx:
        actions.approve(tx, rfa.id, signed)
    with transaction(AMINA) as tx:
        actions.edit(tx, rfa.id, date(2031, 1, 1), [Asked("d")], version=rfa.version)
    with pytest.raises(Invalid, match="The cover has changed"), transaction(BRUNO) as tx:
        actions.approve(tx, rfa.id, signed)
    assert stage(rfa) is Stage.DRAFT


@pytest.mark.parametrize("signer", [AMINA, CHIDI])
def test_an_approval_signed_by_somebody_else_is_refused(signer):
    rfa = sealed.written()
    with transaction(BRUNO, writes=False) as tx:
        assert tx.read(RequestForAssistance, rfa.id)
    from tests import people

    from comity_seal.approval import Approved, cover_sha256
    from comity_seal.opening.sealing import approve

    with transaction(AMINA, writes=False) as tx:
        present = documents.documents_of(tx, rfa.id)
    docs = [Approved(str(document.id), version.ver, version.envelope_sha256) for document, version in present]
    forged = approve(
        people.author(signer),
        request=str(rfa.id),
        cover_sha256=cover_sha256(rfa.cover),
        documents=docs,
        created=sealed.created(),
    )
    with pytest.raises(Invalid, match="not signed as it must be"), transaction(BRUNO) as tx:
        actions.approve(tx, rfa.id, forged)
    assert stage(rfa) is Stage.DRAFT


@pytest.mark.parametrize("change", ["cover", "document", "discarded annex"])
def test_any_later_change_drops_the_approval(change):
    rfa = sealed.written()
    annex, _made = sealed.deposit(AMINA, rfa, "annex", b"one")
    signed = sealed.approval(BRUNO, rfa)
    with transaction(BRUNO) as tx:
        rfa = actions.approve(tx, rfa.id, signed)
    if change == "cover":
        with transaction(AMINA) as tx:
            actions.edit(tx, rfa.id, None, [Asked("d")], version=rfa.version)
    elif change == "document":
        sealed.deposit(AMINA, rfa, "annex", b"two")
    else:
        with transaction(AMINA) as tx:
            actions.discard_document(tx, annex.id)
    kept = sealed.read(AMINA, rfa.id)
    assert (kept.stage, kept.approval, kept.approved_by) == (Stage.DRAFT, None, None)
    again = sealed.resealed(AMINA, rfa)
    with pytest.raises(Refused, match="it is draft"), transaction(AMINA) as tx:
        actions.transmit(tx, rfa.id, again)
    assert stage(rfa) is Stage.DRAFT


def test_exactly_the_approved_documents_are_transmitted():
    rfa = sealed.written()
    sealed.deposit(AMINA, rfa, "annex", b"one")
    signed = sealed.approval(BRUNO, rfa)
    with transaction(BRUNO) as tx:
        actions.approve(tx, rfa.id, signed)
    again = sealed.resealed(AMINA, rfa)
    for wrong in (again[:1], again + again[:1], [], [Resealed(uuid4(), again[0].signed), again[1]]):
        with pytest.raises(Invalid, match="Exactly the approved documents"), transaction(AMINA) as tx:
            actions.transmit(tx, rfa.id, wrong)
    exchanged = [Resealed(again[0].doc, again[1].signed), actions.Resealed(again[1].doc, again[0].signed)]
    with pytest.raises((Invalid, Conflict)), transaction(AMINA) as tx:
        actions.transmit(tx, rfa.id, exchanged)
    assert stage(rfa) is Stage.APPROVED
    with pytest.raises(NotFound):
        sealed.read(CHIDI, rfa.id)


@pytest.mark.parametrize("readers", [["OTP"], ["OTP", "XA", "YB"], ["OTP", "YB"]])
def test_what_is_transmitted_is_sealed_to_both_parties_and_nobody_else(readers):
    rfa = sealed.approved()
    again = sealed.resealed(AMINA, rfa, readers)
    with pytest.raises(Invalid, match="sealed to exactly: OTP, XA"), transaction(AMINA) as tx:
        actions.transmit(tx, rfa.id, again)
    assert stage(rfa) is Stage.APPROVED


def test_transmission_happens_once():
    rfa = sealed.approved()
    again = sealed.resealed(AMINA, rfa)
    with transaction(AMINA) as tx:
        actions.transmit(tx, rfa.id, again)
    with pytest.raises(Refused, match="it is transmitted"), transaction(AMINA) as tx:
        actions.transmit(tx, rfa.id, again)
    assert [name for name, _actor in story()].count("rfa.transmitted") == 1


def test_a_stale_cover_is_refused():
    rfa = sealed.drafted()
    with transaction(AMINA) as tx:
        actions.edit(tx, rfa.id, None, [Asked("d")], version=1)
    with pytest.raises(Stale), transaction(BRUNO) as tx:
        actions.edit(tx, rfa.id, None, [Asked("a")], version=1)
    assert [measure.letter for measure in sealed.read(AMINA, rfa.id).measures] == ["d"]


@pytest.mark.parametrize(
    ("cover", "pointer"),
    [
        ({"requested": "OTP"}, "/requested"),
        ({"requested": "QQ"}, "/requested"),
        ({"on": date(2001, 1, 1)}, "/requested_on"),
        ({"measures": [Asked("z")]}, "/measures/0/letter"),
        ({"measures": [Asked("k")]}, "/measures/0/act"),
        ({"measures": [Asked("a", "freeze")]}, "/measures/0/act"),
        ({"measures": [Asked("a"), Asked("a")]}, "/measures"),
        ({"measures": [Asked("l")] * 41}, "/measures"),
    ],
)
def test_a_wrong_cover_is_refused_with_the_place(cover, pointer):
    with pytest.raises(Invalid) as refusal:
        sealed.drafted(**cover)
    assert pointer in [fault.pointer for fault in refusal.value.faults]
    with database.Session() as session:
        assert session.scalars(select(RequestForAssistance)).all() == []


@pytest.mark.parametrize("actor", [EMRE, FAYE])
def test_auditors_and_administrators_draft_nothing(actor):
    with pytest.raises(Denied):
        sealed.drafted(actor)
    with database.Session() as session:
        assert session.scalars(select(RequestForAssistance)).all() == []


def test_a_draft_is_thrown_away_with_its_documents():
    rfa = sealed.written()
    with transaction(AMINA) as tx:
        actions.discard(tx, rfa.id)
    with pytest.raises(NotFound):
        sealed.read(AMINA, rfa.id)
    assert [name for name, _actor in story()][-3:] == ["document.discarded", "rfa.discarded", "access.refused"]


def test_somebody_else_is_never_handed_a_document():
    rfa = sealed.transmitted()
    with transaction(AMINA, writes=False) as tx:
        ((document, _version),) = documents.documents_of(tx, rfa.id)
    for actor in (DORA, GRACE, EMRE, FAYE):
        with pytest.raises(NotFound), transaction(actor) as tx:
            exchange.hand_out(tx, document.id)
        with pytest.raises(NotFound), transaction(actor, writes=False) as tx:
            exchange.part_of(tx, document.id, 0)
    assert "document.handed_out" not in [name for name, _actor in story()]
