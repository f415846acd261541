"""A colleague reviews a draft before it is approved: optional, by a day, with a deputy, and inside the team."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from tests.assistance.reviewers import (
    HANA,
    approve,
    ask,
    give,
    hash_of,
    open_hana,
    seen,
    take_over,
    transmit,
    withdraw,
)  # fmt: skip
from tests.exchange import sealed
from tests.people import AMINA, BRUNO, CHIDI, EMRE, FAYE, GRACE

from comity.assistance import actions, reviewing
from comity.assistance.model import RequestForAssistance, Stage
from comity.assistance.review_model import Finding, Review
from comity.core import clock, database
from comity.core.actors import SYSTEM
from comity.core.errors import Denied, Invalid, NotFound, Refused
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.deadlines import sweeping
from comity.deadlines.model import Deadline
from comity.exchange.model import Document
from comity.notifications.model import Notification
from comity_workers.relay import relay

BEGIN = datetime(2031, 3, 3, 9, tzinfo=UTC)  # a Monday
DAY = date(2031, 3, 6)
"""Three working days after."""


@pytest.fixture
def rfa():
    open_hana()
    with clock.at(BEGIN):
        yield sealed.written()


def period(rfa):
    with database.Session() as session:
        of_rule = select(Deadline).where(Deadline.matter == rfa.subject, Deadline.rule == "review of a draft")
        return session.scalars(of_rule.order_by(Deadline.key.desc())).first()


def lines(prefix="review."):
    with database.Session() as session:
        names = session.scalars(select(Entry.name).order_by(Entry.seq)).all()
    return [name for name in names if name.startswith(prefix)]


def told(of):
    """Who was told of it, by account."""
    with database.Session() as session:
        return sorted(session.scalars(select(Notification.account_id).where(Notification.of == of)).all())


def sweep(at):
    with clock.at(at):
        with transaction(SYSTEM) as tx:
            sweeping.sweep(tx)
        relay()


def test_a_colleague_reviews_a_draft_within_three_working_days_or_the_day_that_is_named(rfa):
    review = ask(rfa)
    assert (period(rfa).falls_on, period(rfa).other, period(rfa).due_on) == ("OTP", "", DAY)
    relay()
    assert told("review.asked") == [BRUNO.id]
    given = give(rfa, review, Finding.CHANGES, text=b"shorter, please")
    assert (given.finding, given.given_at, period(rfa).met_at) == (Finding.CHANGES, BEGIN, BEGIN)
    assert sealed.opened(AMINA, rfa.id, given.note) == b"shorter, please"
    relay()
    assert told("review.given") == [AMINA.id]
    ask(rfa, wanted_on=date(2031, 3, 11))  # and again, of what was mended
    assert period(rfa).due_on == date(2031, 3, 11)
    assert [one.n for one in seen(rfa, BRUNO)] == [1, 2]


def test_a_review_changes_nothing_of_the_draft_and_approval_needs_none(rfa):
    before = sealed.read(AMINA, rfa.id)
    give(rfa, ask(rfa), text=b"good")
    after = sealed.read(AMINA, rfa.id)
    assert (after.version, after.changed_at, after.changed_by) == (before.version, before.changed_at, AMINA.id)
    assert approve(rfa).stage is Stage.APPROVED  # whoever has reviewed it can approve it
    assert approve(sealed.written()).stage is Stage.APPROVED  # and nobody must have reviewed it


def test_a_review_that_comes_after_the_approval_does_not_take_the_approval_away(rfa):
    review = ask(rfa)
    approve(rfa)
    give(rfa, review, Finding.CHANGES, text=b"one thing more")
    assert sealed.read(AMINA, rfa.id).stage is Stage.APPROVED


@pytest.mark.parametrize(
    ("who", "deputy", "pointer"),
    [(AMINA, None, "/reviewer"), (GRACE, None, "/reviewer"), (CHIDI, None, "/reviewer"), (EMRE, None, "/reviewer"),
     (BRUNO, BRUNO, "/deputy"), (BRUNO, AMINA, "/deputy"), (BRUNO, CHIDI, "/deputy")],
    ids=["drafter", "other-organ", "state", "auditor", "twice", "deputy-drafter", "deputy-state"],
)  # fmt: skip
def test_only_two_colleagues_who_did_not_write_it_can_be_asked(rfa, who, deputy, pointer):
    with pytest.raises(Invalid) as refused:
        ask(rfa, who, deputy)
    assert refused.value.faults[0].pointer == pointer
    assert (seen(rfa, AMINA), period(rfa), lines()) == ([], None, [])


def test_whoever_changed_it_last_is_not_asked_and_cannot_give_what_was_asked_before(rfa):
    review = ask(rfa, deputy=HANA)
    read = hash_of(rfa)
    sealed.deposit(BRUNO, rfa, "annex", b"a table")
    with pytest.raises(Denied):
        give(rfa, review, by=BRUNO, read=read, note=uuid4())
    assert take_over(review, HANA).reviewer == HANA.id
    withdraw(review)
    with pytest.raises(Invalid, match="neither drafted this nor changed it last"):
        ask(rfa, BRUNO)
    assert [one.given_at for one in seen(rfa, AMINA)] == [None]


@pytest.mark.parametrize(
    ("day", "why"), [(date(2031, 3, 2), "has passed"), (date(2042, 1, 1), "too far away")], ids=["past", "far"]
)
def test_a_day_that_cannot_be_meant_is_refused(rfa, day, why):
    with pytest.raises(Invalid, match=why):
        ask(rfa, wanted_on=day)
    assert seen(rfa, AMINA) == []


def test_there_must_be_a_text_and_one_review_at_a_time(rfa):
    bare = sealed.drafted()
    with pytest.raises(Refused, match="no text yet"):
        ask(bare)
    review = ask(rfa)
    with pytest.raises(Refused, match="asked for already"):
        ask(rfa, HANA)
    withdraw(review)
    relay()
    assert told("review.withdrawn") == [BRUNO.id]
    assert period(rfa).ended_at == BEGIN
    for act in (lambda: give(rfa, review), lambda: withdraw(review)):
        with pytest.raises(Refused, match="withdrawn"):
            act()
    assert ask(rfa, HANA).n == 2


def test_only_a_draft_is_submitted_and_only_by_who_works_on_it(rfa):
    for actor, error in ((BRUNO, Denied), (GRACE, NotFound), (CHIDI, NotFound), (EMRE, NotFound), (FAYE, NotFound)):
        with pytest.raises(error):
            ask(rfa, HANA, by=actor)
    with pytest.raises(Refused, match="it is approved"):
        ask(sealed.approved())
    assert lines() == []


def test_only_the_reviewer_gives_it_once(rfa):
    review = ask(rfa, deputy=HANA)
    for actor, error in ((AMINA, Denied), (HANA, Denied), (GRACE, NotFound), (CHIDI, NotFound), (EMRE, NotFound)):
        with pytest.raises(error):
            give(rfa, review, by=actor, read=hash_of(rfa), note=uuid4())
    assert seen(rfa, AMINA)[0].given_at is None
    give(rfa, review)
    with pytest.raises(Refused, match="given already"):
        give(rfa, review, Finding.CHANGES, text=b"no")
    with pytest.raises(Refused, match="given already"):
        withdraw(review)
    assert seen(rfa, AMINA)[0].finding is Finding.READY


def test_a_review_has_a_note_of_ones_own_made_for_it(rfa):
    review = ask(rfa, HANA)
    note = sealed.deposit(BRUNO, rfa, "review", b"mine")[0].id
    with pytest.raises(Invalid, match="whoever seals it gives the review"):
        give(rfa, review, by=HANA, note=note)
    annex = sealed.deposit(AMINA, rfa, "annex", b"not mine")[0].id
    with pytest.raises(Invalid, match="made for something else"):
        give(rfa, review, by=HANA, note=annex)
    with pytest.raises(NotFound):
        give(rfa, review, by=HANA, note=uuid4())
    assert seen(rfa, AMINA)[0].given_at is None


def test_what_is_reviewed_is_what_was_read_and_a_later_change_shows(rfa):
    review = ask(rfa)
    read = hash_of(rfa)
    sealed.deposit(AMINA, rfa, "annex", b"a table")
    with pytest.raises(Invalid, match="has changed since you read it"):
        give(rfa, review, read=read)
    assert seen(rfa, AMINA)[0].given_at is None
    give(rfa, review)
    assert not earlier(rfa)
    change_cover(rfa)
    assert earlier(rfa)


def earlier(rfa):
    with transaction(AMINA, writes=False) as tx:
        draft = reviewing.hash_of(tx, tx.read(RequestForAssistance, rfa.id))
        return reviewing.reviews_of(tx, rfa)[0].is_earlier(draft)


def change_cover(rfa):
    with transaction(AMINA) as tx:
        version = sealed.read(AMINA, rfa.id).version
        actions.edit(tx, rfa.id, date(2031, 6, 2), sealed.BANK_AND_FREEZE, version=version)


def test_what_was_transmitted_is_what_was_reviewed_though_it_was_sealed_again(rfa):
    give(rfa, ask(rfa), text=b"good")
    approve(rfa)
    transmit(rfa)
    assert not earlier(rfa)


def test_the_deputy_is_told_when_the_day_has_passed_and_takes_over_at_once(rfa):
    review = ask(rfa, HANA, deputy=BRUNO)
    sweep(BEGIN + timedelta(days=2, hours=1))
    assert (told("review.reminded"), told("review.overdue")) == ([HANA.id], [])
    sweep(BEGIN + timedelta(days=4))
    sweep(BEGIN + timedelta(days=5))
    assert told("review.overdue") == sorted([BRUNO.id, HANA.id])
    assert (told("deadline.reminded"), told("deadline.passed")) == ([], [])  # it is nobody else's
    taken = take_over(review, BRUNO)
    assert (taken.reviewer, taken.deputy) == (BRUNO.id, HANA.id)
    relay()
    assert told("review.taken_over") == [HANA.id]
    with pytest.raises(Denied):
        give(rfa, review, by=HANA, read=hash_of(rfa), note=uuid4())
    assert give(rfa, review, by=BRUNO, text=b"good").finding is Finding.READY
    assert lines() == [
        "review.asked", "review.reminded", "review.overdue", "review.taken_over", "review.given",
    ]  # fmt: skip


def test_a_deputy_need_not_wait_and_nobody_else_takes_over(rfa):
    review = ask(rfa, HANA, deputy=BRUNO)
    for actor, error in ((AMINA, Denied), (HANA, Denied), (GRACE, NotFound), (CHIDI, NotFound), (EMRE, NotFound)):
        with pytest.raises(error):
            take_over(review, actor)
    assert take_over(review, BRUNO).reviewer == BRUNO.id
    assert take_over(review, HANA).reviewer == HANA.id  # she is back


def test_without_a_deputy_the_reviewer_alone_is_told_and_a_given_review_is_not_late(rfa):
    ask(rfa, HANA)
    sweep(BEGIN + timedelta(days=4))
    assert told("review.overdue") == [HANA.id]
    with pytest.raises(Denied):
        take_over(seen(rfa, AMINA)[0], BRUNO)
    other = sealed.written()
    with clock.at(BEGIN):
        give(other, ask(other))
    sweep(BEGIN + timedelta(days=6))
    assert lines().count("review.overdue") == 1


def test_transmission_ends_an_open_review_and_discarding_removes_it(rfa):
    review = ask(rfa)
    approve(rfa)
    transmit(rfa)
    assert period(rfa).ended_at == BEGIN
    for act in (lambda: give(rfa, review, note=uuid4()), lambda: withdraw(review)):
        with pytest.raises(Refused, match="it is transmitted"):
            act()
    with pytest.raises(Refused, match="it is transmitted"):
        sealed.deposit(BRUNO, rfa, "review", b"too late")
    draft = sealed.written()
    give(draft, ask(draft), text=b"good")
    ask(draft)
    with transaction(AMINA) as tx:
        actions.discard(tx, draft.id)
    assert period(draft).ended_at == BEGIN
    with database.Session() as session:
        assert session.scalars(select(Review.request)).all() == [rfa.id]
        assert draft.id not in session.scalars(select(Document.request)).all()


def test_a_note_that_was_given_is_neither_replaced_nor_taken_back(rfa):
    review = ask(rfa)
    note, made = sealed.deposit(BRUNO, rfa, "review", b"good")
    give(rfa, review, note=note.id)
    with pytest.raises(Refused, match="released"):
        sealed.deposit(BRUNO, rfa, "review", b"bad", replaces=made.sealed)
    with pytest.raises(Denied), transaction(BRUNO) as tx:
        actions.discard_document(tx, note.id)
    assert sealed.opened(AMINA, rfa.id, note.id) == b"good"


def test_a_note_is_sealed_to_the_team_alone_and_its_document_knows_no_other_party(rfa):
    review = ask(rfa)
    made = sealed.make(BRUNO, rfa, "review", b"good", readers=["OTP", "XA"])
    upload = sealed.send(BRUNO, rfa, "review", made.payload)
    with pytest.raises(Invalid, match="exactly: OTP"), transaction(BRUNO) as tx:
        actions.deposit(tx, upload, made.signed, None)
    note = give(rfa, review, text=b"good").note
    with database.Session() as session:
        kept = session.get(Document, note)
        assert (kept.requesting, kept.requested, kept.released_at) == ("OTP", "OTP", BEGIN)
    assert UUID(str(note)) not in [one.doc for one in sealed.resealed(AMINA, rfa)]
