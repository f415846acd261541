"""Several people at the same moment, and a store or database that fails: one wins, nothing is half done."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from tests.exchange import sealed
from tests.people import AMINA, BRUNO, CHIDI, CHINUA

from comity.assistance import actions, withdrawing
from comity.assistance.model import RequestForAssistance, Stage
from comity.assistance.resealing import Resealed
from comity.core import database, journal, storage
from comity.core.errors import ComityError, Conflict, Refused, Stale
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.exchange import actions as exchange
from comity.exchange import queries as documents
from comity.exchange.model import Document, DocumentVersion, UploadPart
from comity_seal import tree


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each gave or raised, begun at the same moment."""
    gate, found = threading.Barrier(len(acts)), [None] * len(acts)

    def go(place: int) -> None:
        gate.wait()
        try:
            found[place] = acts[place]()
        except Exception as error:  # what is raised is what the test looks at
            found[place] = error

    threads = [threading.Thread(target=go, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def doing(actor, action, *arguments, **options):
    def act():
        with transaction(actor) as tx:
            return action(tx, *arguments, **options)

    return act


def count(model, *where) -> int:
    with database.Session() as session:
        return session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def lines(name: str) -> int:
    return count(Entry, Entry.name == name)


def test_the_same_completion_four_times_at_once_gives_one_document_to_all():
    rfa = sealed.written()
    made = sealed.make(AMINA, rfa, "annex", b"once")
    upload = sealed.send(AMINA, rfa, "annex", made.payload)
    before = (count(Document), count(DocumentVersion), lines("document.deposited"))
    found = at_once(*[doing(AMINA, actions.deposit, upload, made.signed, None)] * 4)
    assert {document.id for document in found} == {made.sealed.manifest.doc and found[0].id}
    after = (count(Document), count(DocumentVersion), lines("document.deposited"))
    assert after == tuple(number + 1 for number in before)


def test_the_same_part_four_times_at_once_is_kept_once():
    rfa = sealed.written()
    made = sealed.make(AMINA, rfa, "annex", b"x" * 100_000)
    with transaction(AMINA) as tx:
        upload = actions.begin_upload(tx, rfa.id, "annex", len(made.payload)).id
    leaf = tree.leaf(made.payload).hex()
    found = at_once(*[doing(AMINA, exchange.put_part, upload, 0, leaf, made.payload)] * 4)
    assert [error for error in found if isinstance(error, Exception)] == []
    assert count(UploadPart, UploadPart.upload_id == upload) == 1
    assert storage.store().get(f"payload/{upload}/0-{leaf}") == made.payload


def test_different_bytes_for_one_part_at_once_leave_one_of_them_whole():
    rfa = sealed.written()
    made = [sealed.make(AMINA, rfa, "annex", b"x" * 100_000) for _ in range(3)]
    with transaction(AMINA) as tx:
        upload = actions.begin_upload(tx, rfa.id, "annex", len(made[0].payload)).id
    acts = [doing(AMINA, exchange.put_part, upload, 0, tree.leaf(one.payload).hex(), one.payload) for one in made]
    found = at_once(*acts)
    assert sorted(type(one) is Conflict for one in found) == [False, True, True]
    winner = next(place for place, one in enumerate(found) if not isinstance(one, Exception))
    doing(AMINA, actions.deposit, upload, made[winner].signed, None)()
    assert count(UploadPart, UploadPart.upload_id == upload) == 1


def test_a_completion_and_a_cancellation_at_once_leave_a_whole_document_or_none():
    for _ in range(3):
        rfa = sealed.written()
        made = sealed.make(AMINA, rfa, "annex", b"x")
        upload = sealed.send(AMINA, rfa, "annex", made.payload)
        found = at_once(doing(AMINA, actions.deposit, upload, made.signed, None), doing(AMINA, exchange.cancel, upload))
        assert sum(isinstance(one, ComityError) for one in found) == 1, found
        if isinstance(found[0], Document):
            assert sealed.opened(BRUNO, rfa.id, found[0].id) == b"x"
        else:
            assert count(UploadPart, UploadPart.upload_id == upload) == 0


def test_two_officers_saving_over_one_version_at_once_keep_one_and_tell_the_other():
    rfa = sealed.drafted()
    document, first = sealed.deposit(AMINA, rfa, "request", b"one")
    made = {
        actor: sealed.make(actor, rfa, "request", actor.id.encode(), previous=first.sealed) for actor in (AMINA, BRUNO)
    }
    uploads = {actor: sealed.send(actor, rfa, "request", one.payload) for actor, one in made.items()}
    found = at_once(*[doing(actor, actions.deposit, uploads[actor], made[actor].signed, document.id) for actor in made])
    assert sorted(isinstance(one, Conflict | Stale) for one in found) == [False, True], found
    winner = (AMINA, BRUNO)[0 if isinstance(found[0], Document) else 1]
    assert sealed.opened(AMINA, rfa.id, document.id) == winner.id.encode()


def test_approval_and_a_new_annex_at_once_never_leave_an_approval_of_something_else():
    for _ in range(3):
        rfa = sealed.written()
        made = sealed.make(AMINA, rfa, "annex", b"slipped in")
        upload = sealed.send(AMINA, rfa, "annex", made.payload)
        signed = sealed.approval(BRUNO, rfa)
        found = at_once(
            doing(BRUNO, actions.approve, rfa.id, signed), doing(AMINA, actions.deposit, upload, made.signed, None)
        )
        assert isinstance(found[1], Document), found
        kept = sealed.read(AMINA, rfa.id)
        assert (kept.stage, kept.approval) == (Stage.DRAFT, None)


def test_one_of_several_transmissions_at_once_counts_and_readers_in_between_block_nobody():
    rfa = sealed.approved()
    again = sealed.resealed(AMINA, rfa)
    with transaction(AMINA, writes=False) as tx:
        ((document, _version),) = documents.documents_of(tx, rfa.id)
    found = at_once(
        *[doing(AMINA, actions.transmit, rfa.id, again)] * 2,
        *[doing(BRUNO, exchange.hand_out, document.id)] * 3,
    )
    assert sorted(isinstance(one, Refused) for one in found[:2]) == [False, True], found
    assert [one for one in found[2:] if isinstance(one, Exception)] == []
    assert (lines("rfa.transmitted"), lines("document.released")) == (1, 1)


def test_the_first_opening_is_noted_once_when_two_open_at_once():
    rfa = sealed.transmitted()
    with transaction(AMINA, writes=False) as tx:
        ((document, _version),) = documents.documents_of(tx, rfa.id)
    found = at_once(*[doing(actor, exchange.hand_out, document.id) for actor in (CHIDI, CHINUA)] * 2)
    assert [one for one in found if isinstance(one, Exception)] == []
    assert (lines("rfa.opened"), lines("document.handed_out")) == (1, 4)


def test_first_drafts_of_a_year_at_once_get_one_number_each():
    found = at_once(*[doing(actor, actions.draft, "XA", None, sealed.BANK_AND_FREEZE) for actor in (AMINA, BRUNO)] * 2)
    assert sorted(rfa.reference[-3:] for rfa in found) == ["001", "002", "003", "004"]


@pytest.mark.parametrize("step", ["acknowledge", "withdraw"])
def test_one_step_by_two_at_once_is_taken_once(step):
    rfa = sealed.transmitted()
    pair = (CHIDI, CHINUA) if step == "acknowledge" else (AMINA, BRUNO)
    signed = {CHIDI: sealed.acknowledgement(CHIDI, rfa), CHINUA: sealed.acknowledgement(CHINUA, rfa)}
    more = {actor: [signed[actor]] if step == "acknowledge" else [] for actor in pair}
    act = actions.acknowledge if step == "acknowledge" else withdrawing.withdraw
    found = at_once(*[doing(actor, act, rfa.id, *more[actor]) for actor in pair])
    assert sorted(isinstance(one, Refused) for one in found) == [False, True], found
    assert lines(f"rfa.{'acknowledged' if step == 'acknowledge' else 'withdrawn'}") == 1


def test_a_part_that_the_store_did_not_take_is_not_acknowledged(monkeypatch):
    rfa = sealed.written()
    made = sealed.make(AMINA, rfa, "annex", b"x")
    with transaction(AMINA) as tx:
        upload = actions.begin_upload(tx, rfa.id, "annex", len(made.payload)).id
    put = doing(AMINA, exchange.put_part, upload, 0, tree.leaf(made.payload).hex(), made.payload)

    def full(*_arguments):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        with pytest.raises(OSError, match="No space left"):
            put()
    assert count(UploadPart, UploadPart.upload_id == upload) == 0
    with pytest.raises(Refused, match="lacks parts"):
        doing(AMINA, actions.deposit, upload, made.signed, None)()
    put()
    assert doing(AMINA, actions.deposit, upload, made.signed, None)().purpose == "annex"


def test_a_completion_whose_line_cannot_be_written_leaves_everything_as_it_was(monkeypatch):
    rfa = sealed.approved()
    made = sealed.make(AMINA, rfa, "annex", b"x")
    upload = sealed.send(AMINA, rfa, "annex", made.payload)
    before = (count(Document), count(DocumentVersion), count(Entry))

    def broken(*_arguments, **_options):
        raise OSError("the disk is gone")

    with monkeypatch.context() as patched:
        patched.setattr(journal, "append", broken)
        with pytest.raises(OSError, match="disk is gone"):
            doing(AMINA, actions.deposit, upload, made.signed, None)()
    assert (count(Document), count(DocumentVersion), count(Entry)) == before
    assert sealed.read(AMINA, rfa.id).stage is Stage.APPROVED
    with transaction(AMINA, writes=False) as tx:
        assert exchange.own(tx, upload).completed_at is None
    doing(AMINA, actions.deposit, upload, made.signed, None)()
    assert sealed.read(AMINA, rfa.id).stage is Stage.DRAFT


def test_a_transmission_that_fails_at_its_last_document_shows_the_state_nothing():
    rfa = sealed.written()
    for name in (b"one", b"two", b"three"):
        sealed.deposit(AMINA, rfa, "annex", name)
    signed = sealed.approval(BRUNO, rfa)
    doing(BRUNO, actions.approve, rfa.id, signed)()
    good = sealed.resealed(AMINA, rfa)
    bad = [*good[:-1], Resealed(good[-1].doc, good[0].signed)]
    before = (count(DocumentVersion), count(Entry))
    with pytest.raises(ComityError):
        doing(AMINA, actions.transmit, rfa.id, bad)()
    assert (count(DocumentVersion), count(Entry)) == before
    assert count(Document, Document.released_at.is_not(None)) == 0
    with transaction(CHIDI, writes=False) as tx:
        assert tx.find(RequestForAssistance) == []
    doing(AMINA, actions.transmit, rfa.id, good)()
    assert count(Document, Document.released_at.is_not(None)) == 4
