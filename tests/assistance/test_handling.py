"""Chidi sends under limits, Amina asks for consent: what a limit blocks is refused until it is recorded."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from tests import people
from tests.exchange import limited, sealed
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, EMRE, FAYE, GRACE

from comity.assistance import actions, consents, handling, messages, withdrawing
from comity.assistance.consent_model import Extent
from comity.assistance.resealing import Resealed
from comity.core import clock, database
from comity.core.errors import Conflict, Denied, Invalid, NotFound, PolicyError, Refused
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.deadlines.model import Deadline
from comity.exchange import queries as documents
from comity.exchange.actions import Signed
from comity.exchange.model import Document
from comity.exchange.withholding import Withheld
from comity.notifications.policy import rules
from comity_seal.opening.opening import Expected
from comity_seal.opening.sealing import Label, Matter, PayloadKey, Place, reheader, seal_document

BOTH = {"export", "share"}


def lines(*names):
    with database.Session() as session:
        return list(session.scalars(select(Entry).where(Entry.name.in_(names)).order_by(Entry.seq)).all())


def written(name):
    with database.Session() as session:
        return session.scalar(select(func.count()).select_from(Entry).where(Entry.name == name))


@pytest.fixture
def rfa():
    return sealed.acknowledged()


def test_what_is_sent_under_a_limit_is_read_and_neither_taken_away_nor_given_on(rfa):
    file = limited.sent(rfa, "lead_only")
    assert (file.handling, file.blocked) == (["lead_only"], ["export", "share"])
    assert sealed.opened(AMINA, rfa.id, file.id) == b"a name"
    assert limited.options(AMINA, file.id) == limited.options(BRUNO, file.id) == set()
    before = written("document.handed_out")
    with pytest.raises(Withheld, match="not taken away: ask XA for consent"):
        limited.kept(AMINA, [file.id])
    assert written("document.handed_out") == before
    (line,) = lines("document.withheld")
    assert (line.actor, line.subject, line.data["act"]) == (AMINA.id, file.subject, "export")


def test_its_sender_is_not_bound_and_a_file_without_limits_binds_nobody(rfa):
    file, free = limited.sent(rfa, "lead_only"), limited.sent(rfa)
    assert limited.options(CHIDI, file.id) == limited.options(AMINA, free.id) == BOTH
    limited.kept(CHINUA, [file.id])
    limited.kept(AMINA, [free.id])


def test_several_limits_hold_together_and_one_that_blocks_less_blocks_less():
    rfa = sealed.acknowledged()
    light = limited.sent(rfa, "state_evidence")
    assert (light.blocked, limited.options(AMINA, light.id)) == (["share"], {"export"})
    both = limited.sent(rfa, "state_evidence", "protected_person")
    assert both.handling == ["protected_person", "state_evidence"]
    assert both.blocked == ["export", "share"]
    assert handling.blocked(["state_evidence", "lead_only"]) == ["export", "share"]
    assert handling.blocked(["state_evidence"], {"share"}) == []


@pytest.mark.parametrize(("purpose", "actor"), [("answer", CHIDI), ("part", CHIDI), ("message", AMINA)])
def test_every_document_of_ones_own_material_may_carry_one(rfa, purpose, actor):
    document, _made = sealed.deposit(actor, rfa, purpose, handling=["protected_person"])
    assert document.blocked == ["export", "share"]


def test_a_limit_of_a_draft_stays_through_approval_and_transmission_and_binds_the_state():
    rfa = sealed.written()
    annex, _made = sealed.deposit(AMINA, rfa, "annex", b"the witness", handling=["protected_person"])
    signed = sealed.approval(BRUNO, rfa)
    with transaction(BRUNO) as tx:
        actions.approve(tx, rfa.id, signed)
    again = sealed.resealed(AMINA, rfa)
    with transaction(AMINA) as tx:
        actions.transmit(tx, rfa.id, again)
    assert limited.options(CHIDI, annex.id) == set()
    assert sealed.opened(CHIDI, rfa.id, annex.id) == b"the witness"
    with pytest.raises(Withheld):
        limited.kept(CHIDI, [annex.id])


def test_a_draft_may_lose_its_limit_while_it_is_a_draft_and_the_line_says_that_it_changed(rfa):
    document, made = sealed.deposit(CHIDI, rfa, "answer", b"one", handling=["lead_only"])
    before = written("document.replaced")
    sealed.deposit(CHIDI, rfa, "answer", b"two", replaces=made.sealed)
    assert limited.seen(CHIDI, document.id).blocked == []
    assert written("document.replaced") == before + 1


def test_what_was_approved_is_not_transmitted_with_other_limits():
    rfa = sealed.written()
    annex, _made = sealed.deposit(AMINA, rfa, "annex", b"the witness", handling=["protected_person"])
    signed = sealed.approval(BRUNO, rfa)
    with transaction(BRUNO) as tx:
        actions.approve(tx, rfa.id, signed)
    with transaction(AMINA, writes=False) as tx:
        version = documents.latest(tx, [annex.id])[annex.id]
    opened = people.opener(AMINA).open(
        version.envelope, version.header, version.manifest_age, Expected(str(annex.id), str(rfa.id))
    )
    dropped = reheader(
        opened.file_key, replace(opened.manifest, handling=()), version.envelope_sha256, author=people.author(AMINA),
        readers=[people.verified("OTP"), people.verified("XA")], created=sealed.created(),
    )  # fmt: skip
    again = [
        Resealed(one.doc, Signed(dropped.envelope, dropped.header, dropped.manifest_age))
        if one.doc == annex.id
        else one
        for one in sealed.resealed(AMINA, rfa)
    ]
    with pytest.raises(Invalid, match="other handling limits than what was approved"), transaction(AMINA) as tx:
        actions.transmit(tx, rfa.id, again)
    assert sealed.read(AMINA, rfa.id).stage == "approved"
    with pytest.raises(NotFound):
        limited.seen(CHIDI, annex.id)


@pytest.mark.parametrize(
    ("actor", "purpose", "limit", "why"),
    [
        (AMINA, "attachment", "lead_only", "does not set the handling limit lead_only"),
        (AMINA, "attachment", "national_security", "does not set"),
        (CHIDI, "attachment", "for_your_eyes", "no handling limit for_your_eyes"),
        (CHIDI, "question", "lead_only", "of this purpose carries no handling limits"),
    ],
)
def test_a_limit_that_cannot_stand_there_is_refused_and_nothing_is_kept(rfa, actor, purpose, limit, why):
    with pytest.raises(Invalid, match=why) as told:
        sealed.deposit(actor, rfa, purpose, handling=[limit])
    assert told.value.faults[0].pointer == "/envelope"
    with transaction(actor, writes=False) as tx:
        assert tx.find(Document, Document.purpose == purpose) == []


def test_consent_to_one_use_frees_what_that_use_needs_and_nothing_else(rfa):
    file = limited.sent(rfa, "lead_only")
    asked = limited.asked(rfa, file.id, "evidence")
    assert (asked.originator, asked.asked_for, asked.undecided) == ("XA", "OTP", True)
    assert sealed.opened(CHIDI, rfa.id, asked.reason) == b"for the hearing"
    assert limited.options(AMINA, file.id) == set()  # asking frees nothing
    given = limited.decided(rfa, 1, Extent.USE)
    assert sealed.opened(AMINA, rfa.id, given.decision) == b"our answer"
    assert limited.options(AMINA, file.id) == {"export"}
    limited.kept(AMINA, [file.id])
    assert [one.name for one in lines("consent.asked", "consent.given")] == ["consent.asked", "consent.given"]
    assert lines("consent.given")[0].data["extent"] == "use"


def test_consent_given_wholly_frees_everything(rfa):
    file = limited.sent(rfa, "lead_only", "protected_person")
    limited.asked(rfa, file.id, "disclosure")
    limited.decided(rfa, 1, Extent.WHOLE)
    assert limited.options(AMINA, file.id) == BOTH


def test_a_refusal_frees_nothing_and_may_be_asked_for_again(rfa):
    file = limited.sent(rfa, "lead_only")
    limited.asked(rfa, file.id)
    refused = limited.decided(rfa, 1, Extent.NONE)
    assert (refused.said, limited.options(AMINA, file.id)) == ("none", set())
    with pytest.raises(Withheld):
        limited.kept(AMINA, [file.id])
    assert limited.asked(rfa, file.id).n == 2
    assert [one.name for one in lines("consent.given", "consent.refused")] == ["consent.refused"]


def test_consent_is_withdrawn_for_the_future_and_other_consents_stay(rfa):
    file = limited.sent(rfa, "lead_only")
    limited.asked(rfa, file.id, "evidence")
    limited.asked(rfa, file.id, "sharing")
    limited.decided(rfa, 1, Extent.USE)
    limited.decided(rfa, 2, Extent.USE)
    assert limited.options(AMINA, file.id) == BOTH
    limited.kept(AMINA, [file.id])
    gone = limited.withdrawn(rfa, 2)
    assert gone.said == "withdrawn"
    assert limited.options(AMINA, file.id) == {"export"}
    limited.withdrawn(rfa, 1)
    with pytest.raises(Withheld):
        limited.kept(AMINA, [file.id])
    assert lines("consent.withdrawn")[-1].data["to"] == "OTP"


def test_whoever_sends_to_the_state_is_asked_by_the_state(rfa):
    file = limited.sent(rfa, "protected_person", actor=AMINA)
    asked = limited.asked(rfa, file.id, "disclosure", actor=CHIDI)
    assert asked.originator == "OTP"
    limited.decided(rfa, 1, Extent.USE, actor=BRUNO)
    assert limited.options(CHINUA, file.id) == {"export"}


def test_who_may_ask_and_who_may_decide(rfa):
    file = limited.sent(rfa, "lead_only")
    reason, _made = sealed.deposit(AMINA, rfa, "use")
    for actor, error in ((CHIDI, Denied), (DORA, NotFound), (GRACE, NotFound), (EMRE, NotFound), (FAYE, NotFound)):
        with pytest.raises(error), transaction(actor) as tx:
            consents.ask(tx, rfa.id, file.id, "evidence", reason.id)
    assert sealed.read(AMINA, rfa.id).consents == []
    limited.asked(rfa, file.id)
    words, _made = sealed.deposit(CHIDI, rfa, "consent")
    for actor, error in ((AMINA, Denied), (DORA, NotFound), (GRACE, NotFound), (EMRE, NotFound), (FAYE, NotFound)):
        with pytest.raises(error), transaction(actor) as tx:
            consents.decide(tx, rfa.id, 1, Extent.WHOLE, words.id)
        with pytest.raises(error), transaction(actor) as tx:
            consents.withdraw(tx, rfa.id, 1, words.id)
    assert sealed.read(AMINA, rfa.id).consents[0].undecided
    assert limited.options(AMINA, file.id) == set()


def test_what_cannot_be_asked_or_decided_is_refused_and_changes_nothing(rfa):
    free, file = limited.sent(rfa), limited.sent(rfa, "state_evidence")
    with pytest.raises(Refused, match="no consent is needed"):
        limited.asked(rfa, free.id)
    with pytest.raises(Refused, match="no consent is needed"):  # the limit blocks giving on alone
        limited.asked(rfa, file.id, "evidence")
    with pytest.raises(Invalid, match="no such use"):
        limited.asked(rfa, file.id, "publication")
    with pytest.raises(NotFound):
        limited.asked(rfa, uuid4(), "sharing")
    other = sealed.acknowledged()
    with pytest.raises(Invalid, match="belongs to another request"):
        limited.asked(other, file.id, "sharing")
    assert sealed.read(AMINA, rfa.id).consents == sealed.read(AMINA, other.id).consents == []
    with pytest.raises(NotFound, match="Nobody has asked"):
        limited.decided(rfa, 1, Extent.USE)
    limited.asked(rfa, file.id, "sharing")
    with pytest.raises(Refused, match="asked for already"):
        limited.asked(rfa, file.id, "sharing")
    with pytest.raises(Refused, match="no consent that could be withdrawn"):
        limited.withdrawn(rfa, 1)
    limited.decided(rfa, 1, Extent.NONE)
    with pytest.raises(Conflict, match="decided already"):
        limited.decided(rfa, 1, Extent.WHOLE)
    with pytest.raises(Refused, match="no consent that could be withdrawn"):
        limited.withdrawn(rfa, 1)
    assert limited.options(AMINA, file.id) == {"export"}


def test_a_document_that_was_not_released_is_nobodys_to_ask_about(rfa):
    draft, _made = sealed.deposit(CHIDI, rfa, "attachment", handling=["lead_only"])
    with pytest.raises(NotFound):
        limited.asked(rfa, draft.id)
    with pytest.raises(Denied):
        limited.asked(rfa, draft.id, actor=CHIDI)


def test_limits_bind_after_the_request_has_ended_and_so_does_the_asking():
    rfa = sealed.acknowledged()
    file = limited.sent(rfa, "lead_only")
    with transaction(AMINA) as tx:
        withdrawing.withdraw(tx, rfa.id)
    limited.asked(rfa, file.id)
    limited.decided(rfa, 1, Extent.USE)
    assert limited.options(AMINA, file.id) == {"export"}


def test_ten_working_days_run_for_whoever_decides_and_end_with_the_decision():
    with clock.at(datetime(2031, 3, 3, 9, tzinfo=UTC)):
        rfa = sealed.acknowledged(on=date(2031, 4, 30))
        file, ours = limited.sent(rfa, "lead_only"), limited.sent(rfa, "protected_person", actor=AMINA)
        limited.asked(rfa, file.id)
        limited.asked(rfa, ours.id, actor=CHIDI)

        def running():
            with database.Session() as session:
                of_rule = select(Deadline).where(Deadline.rule == "decision about consent").order_by(Deadline.key)
                return [(one.key, one.falls_on, one.other, one.due_on, one.met_at) for one in session.scalars(of_rule)]

        assert running() == [
            ("1", "XA", "OTP", date(2031, 3, 17), None),
            ("2", "OTP", "XA", date(2031, 3, 17), None),
        ]
        limited.decided(rfa, 2, Extent.NONE, actor=AMINA)
        assert [one[-1] is None for one in running()] == [True, False]
        limited.decided(rfa, 1, Extent.USE)
        assert [one[-1] is None for one in running()] == [False, False]


def test_the_same_sealed_bytes_are_not_used_in_another_request_and_consent_to_share_lets_them(rfa):
    made = sealed.make(CHIDI, rfa, "attachment", b"a name", handling=["lead_only"])
    upload = sealed.send(CHIDI, rfa, "attachment", made.payload)
    with transaction(CHIDI) as tx:
        file = actions.deposit(tx, upload, made.signed, None)
    text, _made = sealed.deposit(CHIDI, rfa, "message")
    with transaction(CHIDI) as tx:
        messages.send(tx, rfa.id, text.id, [file.id])
    other = sealed.written(requested="YB")

    def copied():
        opened = people.opener(AMINA).open(
            made.sealed.envelope, made.sealed.header, made.sealed.manifest_age, Expected(str(file.id), str(rfa.id))
        )
        payload = io.BytesIO()
        again = seal_document(
            io.BytesIO(b"a name"), payload.write, author=people.author(AMINA), readers=[people.verified("OTP")],
            matter=Matter(other.reference, str(other.id), "annex"), place=Place(str(uuid4())), label=Label("copy"),
            created=sealed.created(), key=PayloadKey(opened.file_key, made.payload[:16]),
        )  # fmt: skip
        assert payload.getvalue() == made.payload
        into = sealed.send(AMINA, other, "annex", payload.getvalue())
        with transaction(AMINA) as tx:
            return actions.deposit(tx, into, Signed(again.envelope, again.header, again.manifest_age), None)

    with pytest.raises(Withheld, match="in another request: ask XA for consent"):
        copied()
    with transaction(AMINA, writes=False) as tx:
        assert tx.find(Document, Document.request == other.id, Document.purpose == "annex") == []
    assert lines("document.withheld")[-1].data["act"] == "share"
    limited.asked(rfa, file.id, "sharing")
    limited.decided(rfa, 1, Extent.USE)
    assert copied().request == other.id


def test_the_catalogue_hangs_together_and_says_so_where_it_does_not(tmp_path, monkeypatch):
    assert set(handling.limits()) >= {"lead_only", "originator_consent", "protected_person", "national_security"}
    assert {one.of for name in rules() if name.startswith("consent.") for one in rules()[name]} == {
        "consent.asked", "consent.given", "consent.refused", "consent.withdrawn"
    }  # fmt: skip
    with pytest.raises(PolicyError, match="'gone', which is not there any more"):
        handling.blocked(["gone"])
