"""A document gets a new header for newer keys, signed; the payload, the envelope and every earlier header stay."""

from base64 import b64decode
from dataclasses import replace
from hashlib import sha256

import pytest
from sqlalchemy import func, select
from tests import people
from tests.exchange import limited, sealed
from tests.keys.offices import CYRUS, Office, b64, lines, names, settle
from tests.people import AMINA, CHIDI, CHINUA, DORA, EMRE, FAYE

from comity.core.actors import SYSTEM
from comity.core.database import Session
from comity.core.transaction import transaction
from comity.exchange import queries as documents
from comity.exchange.model import DocumentVersion
from comity.exchange.model import Grant as KeptGrant
from comity.keys import queries
from comity_seal import canonical, dsse
from comity_seal.grant import Grant
from comity_seal.opening.granting import Granted, grant
from comity_seal.opening.opening import Expected, Opener
from comity_seal.opening.sealing import Author


@pytest.fixture
def _people():
    """In the place of that of this folder: `app` comes first here."""


@pytest.fixture
def office(app):
    settle()
    return Office(app)


def verified(code):
    with transaction(SYSTEM, writes=False) as tx:
        return queries.verified(tx, code)


def count(model):
    with Session(writes=False) as session:
        return session.scalar(select(func.count()).select_from(model))


def first(rfa):
    """The request's own document."""
    with transaction(AMINA, writes=False) as tx:
        return next(one for one, _version in documents.documents_of(tx, rfa.id) if one.purpose == "request")


def opened(office, actor, document):
    """What a client of this person opens of what the platform gives her now."""
    got = office.program(actor).api("GET", f"/documents/{document.id}").json
    epochs = {1: people.epoch(actor.authority)}
    if actor.authority == office.code:
        epochs[office.newest.n] = office.newest
    opener = Opener(epochs, actor.authority, verified)
    pieces = [b64decode(got[name]) for name in ("envelope", "header", "manifest_age")]
    grants = [b64decode(each) for each in got["grants"]]
    return opener.open(*pieces, Expected(str(document.id), str(document.request)), grants=grants)


def made(office, actor, document, *readers):
    """A grant for these readers with their newest keys."""
    author = Author(people.keyset(actor), actor.id, verified(actor.authority))
    chosen = [verified(code) for code in readers or ("OTP", "XA")]
    return grant(opened(office, actor, document), author=author, readers=chosen, created=sealed.created())


def post(office, actor, document, granted):
    body = {"header": b64(granted.header), "manifest_age": b64(granted.manifest_age), "grant": b64(granted.grant)}
    return office.program(actor).api("POST", f"/documents/{document.id}/grants", body)


def refused(answer, status=422, problem="invalid"):
    assert (answer.status_code, answer.json["type"]) == (status, f"/problems/{problem}"), answer.json
    assert count(KeptGrant) == 0
    return answer.json["detail"]


def test_a_document_is_sealed_anew_for_a_newer_key_and_opens_with_it_alone(office):
    rfa = sealed.transmitted()
    document = first(rfa)
    before = opened(office, CHIDI, document)
    office.rotated()
    granted = made(office, CHIDI, document)
    answer = post(office, CHIDI, document, granted)
    assert (answer.status_code, answer.json) == (201, {"n": 1})
    got = office.program(CHINUA).api("GET", f"/documents/{document.id}").json
    assert (got["header"], got["manifest_age"]) == (b64(granted.header), b64(granted.manifest_age))
    assert got["grants"] == [b64(granted.grant)]
    assert {to["authority"]: to["epoch"] for to in got["to"]} == {"OTP": 1, "XA": 2}
    line = next(line for line in lines() if line.name == "document.granted")
    assert (line.actor, line.subject) == (CHIDI.id, f"document:{document.id}")
    assert (line.data["n"], line.data["reason"], line.data["ver"]) == (1, "rewrap", before.envelope.ver)
    after = opened(office, CHINUA, document)
    assert (after.file_key, after.manifest, after.present.n) == (before.file_key, before.manifest, 1)
    newest_alone = Opener({2: office.newest}, "XA", verified)
    pieces = [b64decode(got[name]) for name in ("envelope", "header", "manifest_age")]
    expected = Expected(str(document.id), str(rfa.id))
    assert newest_alone.open(*pieces, expected, grants=[granted.grant]).file_key == before.file_key
    assert opened(office, AMINA, document).file_key == before.file_key
    assert office.program(CHIDI).api("GET", "/authorities/XA/behind").json["left"] == 0


def test_both_sides_have_the_receipt_of_a_grant(office):
    """Who signs a grant and is revoked later is believed for what the log held before."""
    rfa = sealed.transmitted()
    document = first(rfa)
    office.rotated()
    granted = made(office, CHIDI, document)
    assert post(office, CHIDI, document, granted).status_code == 201
    signed = sha256(dsse.Dsse.parse(granted.grant).payload).hexdigest()
    for actor in (CHIDI, AMINA):
        items = office.program(actor).api("GET", f"/requests/{rfa.id}/receipts").json["items"]
        (line,) = [one for one in items if one["evidence"] == "granted"]
        assert (line["strength"], line["data"]["grant_sha256"], line["actor"]) == ("signed", signed, CHIDI.id)
    assert office.program(DORA).api("GET", f"/requests/{rfa.id}/receipts").status_code == 404


def test_a_second_grant_continues_the_first_and_nothing_signed_is_lost(office):
    document = first(sealed.transmitted())
    for _ in range(2):
        old = office.newest
        office.rotated()
        assert old.n == office.newest.n - 1
        granted = made(office, CHIDI, document) if office.newest.n == 2 else _over(office, document, old)
        assert post(office, CHIDI, document, granted).status_code == 201
    assert opened(office, CHIDI, document).present.n == 2
    with Session(writes=False) as session:
        kept = session.scalars(select(KeptGrant).order_by(KeptGrant.n)).all()
        version = session.scalars(
            select(DocumentVersion).where(DocumentVersion.doc == document.id).order_by(DocumentVersion.ver.desc())
        ).first()
        assert [one.n for one in kept] == [1, 2]
        assert all(one.header and one.grant for one in kept)
        assert version.header not in {one.header for one in kept}


def _over(office, document, old):
    """A grant by whoever holds the key before the newest."""
    got = office.program(CHIDI).api("GET", f"/documents/{document.id}").json
    opener = Opener({old.n: old}, "XA", verified)
    pieces = [b64decode(got[name]) for name in ("envelope", "header", "manifest_age")]
    grants = [b64decode(each) for each in got["grants"]]
    found = opener.open(*pieces, Expected(str(document.id), str(document.request)), grants=grants)
    author = Author(people.keyset(CHIDI), CHIDI.id, verified("XA"))
    return grant(found, author=author, readers=[verified("OTP"), verified("XA")], created=sealed.created())


def test_of_two_who_seal_the_same_document_anew_one_is_told_to_look_again(office):
    document = first(sealed.transmitted())
    office.rotated()
    one, two = made(office, CHIDI, document), made(office, CHINUA, document)
    assert post(office, CHIDI, document, one).status_code == 201
    answer = post(office, CHINUA, document, two)
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/conflict")
    assert post(office, CHIDI, document, one).status_code == 409
    assert count(KeptGrant) == 1
    assert names().count("document.granted") == 1


def test_a_grant_over_a_key_that_was_replaced_meanwhile_is_refused(office):
    document = first(sealed.transmitted())
    granted = made(office, CHIDI, document)
    office.rotated()
    assert "seal and sign once more" in refused(post(office, CHIDI, document, granted), 409, "old-epoch")
    assert opened(office, CHIDI, document).present.n == 0


def test_nobody_but_a_party_who_is_served_grants(office):
    document = first(sealed.transmitted())
    granted = made(office, CHIDI, document)
    for actor in (DORA, EMRE, FAYE):
        refused(post(office, actor, document, granted), 404, "not-found")
    refused(post(office, CYRUS, document, granted))
    office.program(CHINUA).api("POST", "/keys/mine/leaving")
    refused(post(office, CHINUA, document, granted), 403, "denied")
    refused(post(office, AMINA, document, granted))
    assert "document.granted" not in names()


def test_a_draft_is_opened_to_the_other_party_by_transmission_alone(office):
    document = first(sealed.written())
    author = Author(people.keyset(AMINA), AMINA.id, verified("OTP"))
    found = opened(office, AMINA, document)
    for readers in (("OTP", "XA"), ("OTP", "YB")):
        granted = grant(found, author=author, readers=[verified(code) for code in readers], created=sealed.created())
        assert "parties of its request" in refused(post(office, AMINA, document, granted))
    granted = grant(found, author=author, readers=[verified("OTP")], created=sealed.created())
    assert post(office, AMINA, document, granted).status_code == 201


def test_under_a_limit_the_receiver_adds_no_reader_and_still_seals_it_to_its_own_newer_key(office):
    rfa = sealed.acknowledged()
    file = limited.sent(rfa, "lead_only", actor=CHIDI)
    office.rotated()
    assert refused(post(office, AMINA, file, made(office, AMINA, file, "OTP", "XA", "YB")), 403, "withheld")
    assert names()[-1] == "document.withheld"
    assert post(office, CHIDI, file, made(office, CHIDI, file)).status_code == 201  # for a newer key: nobody is added


def test_nobody_is_added_who_is_no_party(office):
    document = first(sealed.transmitted())
    granted = made(office, CHIDI, document, "OTP", "XA", "YB")
    assert "parties of its request" in refused(post(office, CHIDI, document, granted))
    assert office.program(DORA).api("GET", f"/documents/{document.id}").status_code == 404


def signed(granted, keyset, **changes):
    """The same grant with something else in it, signed again."""
    said = Grant.from_bytes(dsse.Dsse.parse(granted.grant).payload)
    payload = canonical.dumps(replace(said, **changes).to_json())
    return Granted(granted.header, granted.manifest_age, keyset.sign(dsse.GRANT, payload))


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"n": 2}, 409),
        ({"ver": 1}, 409),
        ({"doc": "00000000-0000-4000-8000-000000000001"}, 409),
        ({"envelope_sha256": "0" * 64}, 422),
        ({"prev_header_sha256": "0" * 64}, 422),
        ({"header_sha256": "0" * 64}, 422),
        ({"manifest_age_sha256": "0" * 64}, 422),
        ({"reason": "added"}, 422),
    ],
)
def test_what_does_not_continue_the_document_as_it_is_is_refused(office, changes, status):
    document = first(sealed.transmitted())
    office.rotated()
    wrong = signed(made(office, CHIDI, document), people.keyset(CHIDI), **changes)
    refused(post(office, CHIDI, document, wrong), status, "conflict" if status == 409 else "invalid")
    assert opened(office, CHIDI, document).present.n == 0


def test_a_grant_leaves_no_reader_out_and_is_signed_by_whoever_brings_it(office):
    document = first(sealed.transmitted())
    office.rotated()
    granted = made(office, CHIDI, document)
    said = Grant.from_bytes(dsse.Dsse.parse(granted.grant).payload)
    mine = tuple(to for to in said.to if to.authority == "XA")
    refused(post(office, CHIDI, document, signed(granted, people.keyset(CHIDI), to=mine)))
    refused(post(office, CHINUA, document, signed(granted, people.keyset(CHINUA))))
    refused(post(office, CHINUA, document, granted))
    refused(post(office, CHIDI, document, Granted(granted.header + b"x", granted.manifest_age, granted.grant)))
    refused(post(office, CHIDI, document, Granted(granted.header, granted.manifest_age, b"{}")))
    short = Granted(granted.header, granted.manifest_age[:200], granted.grant)
    refused(post(office, CHIDI, document, short))
    large = Granted(b"x" * (256 * 1024 + 1), granted.manifest_age, granted.grant)
    refused(post(office, CHIDI, document, large), 413, "too-large")
    assert opened(office, CHIDI, document).present.n == 0
