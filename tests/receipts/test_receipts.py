"""Receipts: Amina and Chidi can each prove what concerned them; Dora, Emre and Faye can prove nothing of it."""

from base64 import b64decode
from hashlib import sha256
from uuid import UUID

import pytest
from tests import people
from tests.exchange import sealed
from tests.log.lines import seal
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, EMRE, FAYE, GRACE
from tests.visits import Program, visitor

from comity.assistance.actions import VERB_OF_PURPOSE
from comity.assistance.naming import purpose_name
from comity.core import database, journal
from comity.core.actors import SYSTEM
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.exchange import actions as exchange
from comity.exchange import queries as documents
from comity.log import queries as log
from comity.notifications import delivering
from comity_seal.acknowledgement import Acknowledgement, verify_acknowledgement
from comity_seal.approval import Approved
from comity_seal.dsse import Dsse
from comity_seal.encoding import b64
from comity_seal.log import receipt
from comity_seal.log.notes import VerifierKey
from comity_seal.log.proof import Trust
from comity_workers.relay import relay


def given_out(actor, rfa, purpose="request"):
    with transaction(actor) as tx:
        (document,) = [one for one, _ in documents.documents_of(tx, rfa.id) if one.purpose == purpose]
        exchange.hand_out(tx, document.id)
        return document


def deliver():
    """What the mailer records when the mail server took everything over."""
    relay()
    with transaction(SYSTEM) as tx:
        claimed = delivering.claim(tx, "mailer")
    for one in claimed:
        with transaction(SYSTEM) as tx:
            delivering.prepare(tx, one, "mailer")
        with transaction(SYSTEM) as tx:
            delivering.sent(tx, one, "mailer")


def listed(app, actor, rfa, **query):
    answer = Program(app, actor).api("GET", f"/requests/{rfa.id}/receipts", query_string=query)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.json["items"]


def kinds(items):
    return [(one["evidence"], one["strength"]) for one in items]


def trust():
    with database.Session(writes=False) as session:
        return Trust(VerifierKey.parse(log.latest(session).key))


def test_each_side_has_its_own_evidence_in_order(app):
    rfa = sealed.transmitted()
    deliver()
    given_out(CHIDI, rfa)
    given_out(BRUNO, rfa)
    signed = sealed.acknowledgement(CHIDI, rfa)
    answer = Program(app, CHIDI).api("POST", f"/requests/{rfa.id}/acknowledge", {"acknowledgement": b64(signed)})
    assert answer.status_code == 200
    theirs = [
        ("made_available", "recorded"),
        *[("notified", "weaker")] * 2,
        ("retrieved", "weaker"),
        ("acknowledged", "signed"),
    ]
    assert kinds(listed(app, CHIDI, rfa)) == theirs
    assert kinds(listed(app, AMINA, rfa)) == [("submission_accepted", "signed"), *theirs]
    retrieved = next(one for one in listed(app, AMINA, rfa) if one["evidence"] == "retrieved")
    assert retrieved["actor"] == CHIDI.id


def test_the_acknowledgement_s_line_names_what_the_person_signed(app):
    rfa = sealed.acknowledged()
    (line,) = [one for one in listed(app, AMINA, rfa) if one["evidence"] == "acknowledged"]
    shown = Program(app, AMINA).api("GET", f"/requests/{rfa.id}").json
    signed = b64decode(shown["acknowledgement"])
    assert line["data"]["acknowledgement_sha256"] == sha256(Dsse.parse(signed).payload).hexdigest()
    said = verify_acknowledgement(signed, people.keyset(CHIDI).public)
    assert (said.request, said.by.user, said.reference) == (str(rfa.id), CHIDI.id, rfa.reference)
    released = [one for one in listed(app, AMINA, rfa) if one["evidence"] == "made_available"]
    assert {one.envelope_sha256 for one in said.documents} == {one["data"]["envelope_sha256"] for one in released}


def test_every_receipt_verifies_offline_and_says_what_happened(app):
    rfa = sealed.acknowledged()
    deliver()
    assert seal() is None
    for actor in (AMINA, CHIDI):
        program = Program(app, actor)
        for one in listed(app, actor, rfa):
            answer = program.api("GET", f"/requests/{rfa.id}/receipts/{one['seq']}")
            assert answer.content_type == "text/plain; charset=utf-8"
            assert one["file"] in answer.headers["Content-Disposition"]
            proven = receipt.verify(answer.data, trust())
            assert (proven.line.seq, proven.line.name, proven.line.data) == (one["seq"], one["event"], one["data"])


def test_a_receipt_that_the_log_has_not_signed_yet_is_said_to_be_so(app):
    rfa = sealed.acknowledged()
    for address in (f"/api/v1/requests/{rfa.id}/receipts", f"/requests/{rfa.id}/receipts"):
        assert visitor(app, AMINA).get(address).status_code == 200
    items = listed(app, AMINA, rfa)
    assert not any(one["sealed"] for one in items)
    answer = Program(app, AMINA).api("GET", f"/requests/{rfa.id}/receipts/{items[0]['seq']}")
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/not-yet-sealed")
    assert visitor(app, AMINA).get(f"/requests/{rfa.id}/receipts/{items[0]['seq']}").status_code == 409
    assert seal() is None
    assert all(one["sealed"] for one in listed(app, AMINA, rfa))


@pytest.mark.parametrize("actor", [DORA, EMRE, FAYE, GRACE])
def test_whoever_may_not_read_the_request_has_no_receipt_of_it(app, actor):
    rfa = sealed.acknowledged()
    seal()
    seq = listed(app, AMINA, rfa)[0]["seq"]
    for address in (f"/requests/{rfa.id}/receipts", f"/requests/{rfa.id}/receipts/{seq}"):
        assert Program(app, actor).api("GET", address).status_code == 404
        assert visitor(app, actor).get(address).status_code == 404


def test_a_line_that_is_no_evidence_for_this_reader_has_no_receipt_however_it_is_asked_for(app):
    """Chidi may not prove how the Court drafted, and nobody has a line of something else through a request."""
    rfa = sealed.acknowledged()
    seal()
    with database.Session(writes=False) as session:
        last = journal.last_seq(session)
        drafts = {seq for seq in range(1, last + 1) if session.get_one(Entry, seq).name == "document.deposited"}
    theirs = {one["seq"] for one in listed(app, CHIDI, rfa)}
    chidi = Program(app, CHIDI)
    for seq in range(1, last + 1):
        expected = 200 if seq in theirs else 404
        assert chidi.api("GET", f"/requests/{rfa.id}/receipts/{seq}").status_code == expected, seq
    assert drafts
    assert not drafts & theirs


def test_receipts_of_one_document_alone_can_be_asked_for(app):
    rfa = sealed.acknowledged()
    document, _made = sealed.deposit(CHIDI, rfa, "question", b"which?")
    items = listed(app, CHIDI, rfa, document=str(document.id))
    assert kinds(items) == [("submission_accepted", "signed")]
    assert UUID(items[0]["document"]) == document.id
    assert listed(app, AMINA, rfa, document=str(document.id)) == []


def test_a_refused_submission_can_be_proven_by_whoever_sent_it(app):
    rfa = sealed.acknowledged()
    made = sealed.make(CHIDI, rfa, "question", b"which?")
    upload = sealed.send(CHIDI, rfa, "question", made.payload)
    program = Program(app, CHIDI)
    pieces = {name: b64(getattr(made.signed, name)) for name in ("envelope", "header", "manifest_age")}
    wrong = {**pieces, "header": b64(made.signed.header[:-1]), "replaces": None}
    assert program.api("POST", f"/uploads/{upload}/complete", wrong).status_code == 422
    (refused,) = [one for one in listed(app, CHIDI, rfa) if one["evidence"] == "submission_rejected"]
    assert (refused["data"]["why"], refused["data"]["where"]) == ("invalid", "/envelope")
    assert refused["data"]["envelope_sha256"] == made.sealed.envelope_sha256
    assert "submission_rejected" not in [one["evidence"] for one in listed(app, AMINA, rfa)]
    assert kinds(listed(app, CHINUA, rfa)) == kinds(listed(app, CHIDI, rfa))


@pytest.mark.parametrize(
    "changes",
    [
        {"request": "00000000-0000-4000-8000-000000000000"},
        {"reference": "OTP/XA/2026/999"},
        {"documents": "other"},
        {"documents": "fewer"},
    ],
    ids=str,
)
def test_an_acknowledgement_of_something_else_is_refused_and_acknowledges_nothing(app, changes):
    rfa = sealed.transmitted()
    other = Approved("00000000-0000-4000-8000-000000000000", 1, "0" * 64)
    if changes.get("documents") == "other":
        changes = {"documents": [other]}
    elif changes.get("documents") == "fewer":
        signed = sealed.acknowledgement(CHIDI, rfa)
        said = Acknowledgement.from_bytes(Dsse.parse(signed).payload)
        changes = {"documents": [*said.documents, other]}
    signed = sealed.acknowledgement(CHIDI, rfa, **changes)
    answer = Program(app, CHIDI).api("POST", f"/requests/{rfa.id}/acknowledge", {"acknowledgement": b64(signed)})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/acknowledgement")
    assert Program(app, CHIDI).api("GET", f"/requests/{rfa.id}").json["stage"] == "transmitted"
    assert "acknowledged" not in [one["evidence"] for one in listed(app, AMINA, rfa)]


def test_nobody_acknowledges_with_somebody_else_s_signature_or_with_none(app):
    rfa = sealed.transmitted()
    for signed in (sealed.acknowledgement(CHINUA, rfa), b"{}", sealed.approval(CHIDI, rfa)):
        body = {"acknowledgement": b64(signed)}
        assert Program(app, CHIDI).api("POST", f"/requests/{rfa.id}/acknowledge", body).status_code == 422
    assert Program(app, CHIDI).api("POST", f"/requests/{rfa.id}/acknowledge").status_code == 415
    assert Program(app, CHIDI).api("GET", f"/requests/{rfa.id}").json["stage"] == "transmitted"


def test_the_page_lists_what_can_be_proven_and_labels_the_weaker_as_such(app):
    rfa = sealed.acknowledged()
    given_out(CHIDI, rfa)
    assert seal() is None
    amina = visitor(app, AMINA)
    text = amina.get(f"/requests/{rfa.id}/receipts").get_data(as_text=True)
    for word in ("Submission accepted", "Made available", "Retrieved", "acknowledged by a person"):
        assert word in text
    assert 'data-strength="weaker"' in text
    assert 'data-strength="signed"' in text
    assert f"/requests/{rfa.id}/receipts" in amina.get(f"/requests/{rfa.id}").get_data(as_text=True)
    item = next(one for one in listed(app, AMINA, rfa) if one["evidence"] == "acknowledged")
    saved = amina.get(f"/requests/{rfa.id}/receipts/{item['seq']}")
    assert receipt.verify(saved.data, trust()).line.name == "rfa.acknowledged"


@pytest.mark.parametrize("actor", [CHIDI, AMINA])
def test_the_page_names_what_was_sent_for_every_purpose(app, actor):
    rfa = sealed.acknowledged()
    assert sealed.message(CHIDI, rfa, files=[b"a scan"]).attachments
    assert seal() is None
    answer = visitor(app, actor).get(f"/requests/{rfa.id}/receipts")
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    assert "Message" in text
    assert "File of a message" in text
    with app.test_request_context():
        assert len({purpose_name(purpose) for purpose in VERB_OF_PURPOSE}) == len(VERB_OF_PURPOSE)
