"""Amina brings documents in; whatever is wrong with one is refused by name, and nothing is half done."""

import threading
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import func, select
from tests import people
from tests.exchange import sealed
from tests.people import AMINA, BRUNO, CHIDI, DORA

from comity.assistance import actions
from comity.core import clock, database
from comity.core.errors import Conflict, Denied, Invalid, NotFound, Refused, Stale, TooLarge, TooMany
from comity.core.journal import Entry
from comity.core.settings import settings
from comity.core.storage import store
from comity.core.transaction import transaction
from comity.exchange import actions as exchange
from comity.exchange import queries as documents
from comity.exchange.actions import Signed
from comity.exchange.model import Document, DocumentVersion, Upload, UploadPart
from comity_seal import canonical, dsse, tree
from comity_seal.envelope import parse_envelope


def counts() -> tuple[int, int, int]:
    """Documents, versions and lines about documents that were accepted."""
    with database.Session() as session:
        rows = [session.scalar(select(func.count()).select_from(model)) for model in (Document, DocumentVersion)]
        accepted = Entry.name.startswith("document."), Entry.name != "document.refused"
        lines = session.scalar(select(func.count()).select_from(Entry).where(*accepted))
    return rows[0], rows[1], lines


def refusals() -> list[tuple[str, ...]]:
    """What the journal says of completions that were refused."""
    with database.Session() as session:
        found = session.scalars(select(Entry).where(Entry.name == "document.refused").order_by(Entry.seq))
        return [(one.actor, one.subject, *(one.data[name] for name in ("purpose", "why", "where"))) for one in found]


def test_a_refused_completion_leaves_a_line_that_names_what_was_signed_and_no_more_than_the_limit(monkeypatch):
    monkeypatch.setenv("COMITY_LIMITS__REFUSALS_PER_MINUTE", "3")
    settings.cache_clear()
    rfa = sealed.written()
    made = sealed.make(AMINA, rfa, "annex", b"x")
    upload = sealed.send(AMINA, rfa, "annex", made.payload)
    wrong = resigned(made, purpose="reply")
    for _ in range(5):
        with pytest.raises(Invalid):
            complete(AMINA, upload, wrong)
    assert refusals() == [(AMINA.id, rfa.subject, "annex", "invalid", "/envelope")] * 3
    with database.Session() as session:
        line = session.scalars(select(Entry).where(Entry.name == "document.refused").limit(1)).one()
    assert line.data["envelope_sha256"] == parse_envelope(wrong.envelope).sha256


def complete(actor, upload, signed, replaces=None):
    with transaction(actor) as tx:
        return actions.deposit(tx, upload, signed, replaces)


def resigned(made: sealed.Made, actor=AMINA, **changes) -> Signed:
    """The same document with its envelope changed and signed again."""
    envelope = replace(parse_envelope(made.signed.envelope), **changes)
    return replace(made.signed, envelope=people.keyset(actor).sign(dsse.ENVELOPE, canonical.dumps(envelope.to_json())))


def test_a_document_of_several_parts_comes_in_and_opens():
    rfa = sealed.written()
    content = bytes(range(256)) * (17 * 2**20 // 256)
    document, made = sealed.deposit(AMINA, rfa, "annex", content)
    assert tree.parts(len(made.payload)) == 3
    assert sealed.opened(BRUNO, rfa.id, document.id) == content


def test_parts_may_come_in_any_order_and_twice():
    rfa = sealed.written()
    made = sealed.make(AMINA, rfa, "annex", b"x" * (9 * 2**20))
    with transaction(AMINA) as tx:
        upload = actions.begin_upload(tx, rfa.id, "annex", len(made.payload))
    for n in (1, 0, 1):
        part = made.payload[n * tree.PART : (n + 1) * tree.PART]
        with transaction(AMINA) as tx:
            exchange.put_part(tx, upload.id, n, tree.leaf(part).hex(), part)
    with transaction(AMINA, writes=False) as tx:
        assert [part.n for part in documents.held(tx, upload.id)] == [0, 1]
    assert complete(AMINA, upload.id, made.signed).purpose == "annex"


@pytest.mark.parametrize(
    ("n", "content", "leaf", "error"),
    [
        (0, b"short", None, Invalid),
        (0, b"x" * 400, None, TooLarge),
        (1, b"x", None, Invalid),
        (-1, b"x", None, Invalid),
        (0, None, "0" * 64, Invalid),
        (0, None, "not a hash", Invalid),
    ],
)
def test_a_wrong_part_is_refused_and_not_kept(n, content, leaf, error):
    rfa = sealed.written()
    made = sealed.make(AMINA, rfa, "annex", b"x" * 200)
    with transaction(AMINA) as tx:
        upload = actions.begin_upload(tx, rfa.id, "annex", len(made.payload))
    content = made.payload if content is None else content
    with pytest.raises(error), transaction(AMINA) as tx:
        exchange.put_part(tx, upload.id, n, leaf or tree.leaf(content).hex(), content)
    with transaction(AMINA, writes=False) as tx:
        assert documents.held(tx, upload.id) == []


def test_other_bytes_for_a_part_that_is_held_are_refused():
    rfa = sealed.written()
    first, second = (sealed.make(AMINA, rfa, "annex", b"x" * 200).payload for _ in range(2))
    upload = sealed.send(AMINA, rfa, "annex", first)
    with pytest.raises(Conflict), transaction(AMINA) as tx:
        exchange.put_part(tx, upload, 0, tree.leaf(second).hex(), second)
    with transaction(AMINA, writes=False) as tx:
        assert store().get(documents.held(tx, upload)[0].key) == first


def test_an_incomplete_upload_is_not_a_document_and_can_be_finished():
    rfa = sealed.written()
    before = counts()
    made = sealed.make(AMINA, rfa, "annex", b"x" * 200)
    with transaction(AMINA) as tx:
        upload = actions.begin_upload(tx, rfa.id, "annex", len(made.payload))
    with pytest.raises(Refused, match="lacks parts"):
        complete(AMINA, upload.id, made.signed)
    assert counts() == before
    with transaction(AMINA) as tx:
        exchange.put_part(tx, upload.id, 0, tree.leaf(made.payload).hex(), made.payload)
    complete(AMINA, upload.id, made.signed)
    assert counts()[0] == before[0] + 1


def test_completing_again_gives_the_same_document_and_no_second_line():
    rfa = sealed.written()
    made = sealed.make(AMINA, rfa, "annex", b"once")
    upload = sealed.send(AMINA, rfa, "annex", made.payload)
    first = complete(AMINA, upload, made.signed)
    before = counts()
    assert complete(AMINA, upload, made.signed).id == first.id
    assert counts() == before
    with pytest.raises(Conflict):
        complete(AMINA, upload, resigned(made, created="2031-01-01T00:00:00Z"))
    assert counts() == before


@pytest.mark.parametrize(
    "changes",
    [
        {"payload_tree": "0" * 64},
        {"payload_bytes": 33},
        {"thread": str(UUID(int=7))},
        {"purpose": "reply"},
        {"header_sha256": "0" * 64},
        {"manifest_age_sha256": "0" * 64},
        {"ver": 2, "prev_envelope": "0" * 64},
        {"prev_envelope": "0" * 64},
        {"created": "yesterday"},
        {"doc": "not a uuid"},
    ],
    ids=str,
)
def test_an_envelope_for_something_else_is_refused(changes):
    rfa = sealed.written()
    made = sealed.make(AMINA, rfa, "annex", b"x" * 200)
    upload = sealed.send(AMINA, rfa, "annex", made.payload)
    before = counts()
    with pytest.raises(Invalid) as refusal:
        complete(AMINA, upload, resigned(made, **changes))
    assert refusal.value.faults[0].pointer == "/envelope"
    assert counts() == before
    assert refusals() == [(AMINA.id, rfa.subject, "annex", "invalid", "/envelope")]
    complete(AMINA, upload, made.signed)


@pytest.mark.parametrize("field", ["envelope", "header", "manifest_age"])
@pytest.mark.parametrize("damage", ["truncated", "empty", "oversized", "garbage", "doubled"])
def test_a_damaged_piece_is_refused(field, damage):
    rfa = sealed.written()
    made = sealed.make(AMINA, rfa, "annex", b"x" * 200)
    upload = sealed.send(AMINA, rfa, "annex", made.payload)
    good = getattr(made.signed, field)
    bad = {
        "truncated": good[:-9],
        "empty": b"",
        "oversized": good + b" " * 300_000,
        "garbage": b"\xff" * 99,
        "doubled": good * 2,
    }
    before = counts()
    with pytest.raises((Invalid, TooLarge)):
        complete(AMINA, upload, replace(made.signed, **{field: bad[damage]}))
    assert counts() == before


@pytest.mark.parametrize("readers", [["OTP", "XA"], ["OTP", "REG"], ["OTP", "XA", "YB"]])
def test_a_draft_is_sealed_to_the_own_team_alone(readers):
    rfa = sealed.written()
    made = sealed.make(AMINA, rfa, "annex", b"x", readers=readers)
    upload = sealed.send(AMINA, rfa, "annex", made.payload)
    before = counts()
    with pytest.raises(Invalid, match="sealed to exactly: OTP"):
        complete(AMINA, upload, made.signed)
    assert counts() == before


def test_a_header_with_another_number_of_readers_than_the_envelope_names_is_refused():
    from hashlib import sha256

    rfa = sealed.written()
    made, wider = (sealed.make(AMINA, rfa, "annex", b"x", readers=readers) for readers in (["OTP"], ["OTP", "XA"]))
    upload = sealed.send(AMINA, rfa, "annex", made.payload)
    header = wider.signed.header
    signed = replace(resigned(made, header_sha256=sha256(header).hexdigest()), header=header)
    with pytest.raises(Invalid, match="recipients instead of"):
        complete(AMINA, upload, signed)


def test_only_ones_own_signature_counts():
    rfa = sealed.written()
    made = sealed.make(AMINA, rfa, "annex", b"x")
    upload = sealed.send(BRUNO, rfa, "annex", made.payload)
    with pytest.raises(Invalid, match="not signed with your key set"):
        complete(BRUNO, upload, made.signed)
    with pytest.raises(Invalid, match="not signed with your key set"):
        complete(BRUNO, upload, resigned(made, AMINA))


def test_an_upload_belongs_to_whoever_began_it():
    rfa = sealed.written()
    made = sealed.make(AMINA, rfa, "annex", b"x")
    upload = sealed.send(AMINA, rfa, "annex", made.payload)
    for actor in (BRUNO, CHIDI, DORA):
        with pytest.raises(NotFound):
            complete(actor, upload, made.signed)
        with pytest.raises(NotFound), transaction(actor) as tx:
            exchange.cancel(tx, upload)
    with transaction(AMINA, writes=False) as tx:
        assert documents.own_upload(tx, upload) is not None


def test_the_wrong_side_or_stage_begins_no_upload():
    draft, acknowledged = sealed.written(), sealed.acknowledged()
    for actor, rfa, purpose, error in (
        (CHIDI, draft, "question", NotFound),
        (AMINA, draft, "reply", Refused),
        (AMINA, draft, "question", Denied),
        (CHIDI, acknowledged, "reply", Denied),
        (AMINA, acknowledged, "annex", Refused),
        (AMINA, acknowledged, "reply", Refused),
        (CHIDI, acknowledged, "secret", Invalid),
        (DORA, acknowledged, "answer", NotFound),
    ):
        with pytest.raises(error), transaction(actor) as tx:
            actions.begin_upload(tx, rfa.id, purpose, 33)
    with database.Session() as session:
        assert session.scalar(select(func.count()).select_from(Upload).where(Upload.completed_at.is_(None))) == 0


@pytest.mark.parametrize(("size", "error"), [(0, Invalid), (31, Invalid), (65536 + 32 + 1, Invalid), (2**45, TooLarge)])
def test_a_length_that_no_sealed_document_has_is_refused(size, error):
    rfa = sealed.written()
    with pytest.raises(error), transaction(AMINA) as tx:
        actions.begin_upload(tx, rfa.id, "annex", size)


def test_too_many_unfinished_uploads_are_refused(settings):
    rfa = sealed.written()
    for _ in range(settings.limits.open_uploads):
        with transaction(AMINA) as tx:
            actions.begin_upload(tx, rfa.id, "annex", 33)
    with pytest.raises(TooMany), transaction(AMINA) as tx:
        actions.begin_upload(tx, rfa.id, "annex", 33)


def test_a_cancelled_upload_is_forgotten():
    rfa = sealed.written()
    made = sealed.make(AMINA, rfa, "annex", b"x")
    upload = sealed.send(AMINA, rfa, "annex", made.payload)
    with transaction(AMINA) as tx:
        keys = exchange.cancel(tx, upload)
    assert len(keys) == 1
    with pytest.raises(NotFound):
        complete(AMINA, upload, made.signed)
    with database.Session() as session:
        assert session.scalars(select(UploadPart).where(UploadPart.upload_id == upload)).all() == []


def test_autosaving_replaces_one_document_and_leaves_a_line_at_most_every_half_minute():
    from datetime import UTC, datetime, timedelta

    start = datetime(2031, 1, 1, 12, tzinfo=UTC)
    with clock.at(start):
        rfa = sealed.drafted()
        document, made = sealed.deposit(AMINA, rfa, "request", b"one")
    for seconds in (5, 10, 29, 31, 40, 62):
        with clock.at(start + timedelta(seconds=seconds)):
            same, made = sealed.deposit(AMINA, rfa, "request", str(seconds).encode(), replaces=made.sealed)
            assert same.id == document.id
    assert sealed.opened(BRUNO, rfa.id, document.id) == b"62"
    with database.Session() as session:
        names = session.scalars(select(Entry.name).where(Entry.subject == document.subject).order_by(Entry.seq)).all()
    assert names == ["document.deposited", "document.replaced", "document.replaced", "document.handed_out"]
    with transaction(AMINA) as tx:
        assert len(documents.superseded(tx, 100)) == 6


def test_a_version_after_another_than_the_newest_is_refused():
    rfa = sealed.drafted()
    document, first = sealed.deposit(AMINA, rfa, "request", b"one")
    sealed.deposit(BRUNO, rfa, "request", b"two", replaces=first.sealed)
    with pytest.raises(Conflict, match="another version meanwhile"):
        sealed.deposit(AMINA, rfa, "request", b"three", replaces=first.sealed)
    assert sealed.opened(AMINA, rfa.id, document.id) == b"two"


def test_a_second_text_is_refused():
    rfa = sealed.written()
    with pytest.raises(Refused, match="has a text already"):
        sealed.deposit(AMINA, rfa, "request", b"another")


def test_an_identifier_that_exists_is_refused():
    rfa = sealed.written()
    document, _made = sealed.deposit(AMINA, rfa, "annex", b"one")
    made = sealed.make(AMINA, rfa, "annex", b"two", doc=document.id)
    upload = sealed.send(AMINA, rfa, "annex", made.payload)
    with pytest.raises(Conflict):
        complete(AMINA, upload, made.signed)
    assert sealed.opened(AMINA, rfa.id, document.id) == b"one"


def test_a_released_document_is_neither_replaced_nor_taken_back():
    rfa = sealed.acknowledged()
    question, made = sealed.deposit(CHIDI, rfa, "question", b"one")
    with transaction(CHIDI) as tx:
        actions.ask(tx, rfa.id, question.id)
    with pytest.raises(Refused, match="has been released"):
        sealed.deposit(CHIDI, rfa, "question", b"two", replaces=made.sealed)
    with pytest.raises(Denied), transaction(CHIDI) as tx:
        actions.discard_document(tx, question.id)
    assert sealed.opened(AMINA, rfa.id, question.id) == b"one"


def test_two_completions_at_once_make_one_document():
    rfa = sealed.written()
    made = sealed.make(AMINA, rfa, "annex", b"once")
    upload = sealed.send(AMINA, rfa, "annex", made.payload)
    before = counts()
    answers = []

    def go():
        try:
            answers.append(complete(AMINA, upload, made.signed).id)
        except (Conflict, Stale) as error:
            answers.append(error)

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4
    assert any(not isinstance(answer, Exception) for answer in answers)
    assert counts() == (before[0] + 1, before[1] + 1, before[2] + 1)
