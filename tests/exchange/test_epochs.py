"""Documents are sealed to the present key of each reader: what is sealed to an older one is refused, and is behind."""

from base64 import b64encode
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from tests import people
from tests.exchange import sealed
from tests.keys.offices import Office, names
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA
from tests.visits import Program

from comity.assistance import actions
from comity.core.actors import SYSTEM
from comity.core.database import Session
from comity.core.errors import Invalid, Refused
from comity.core.transaction import transaction
from comity.exchange.checks import OldEpoch
from comity.exchange.model import Document, SealedTo
from comity.keys import queries
from comity.keys.model import KeySet


@pytest.fixture
def _people():
    """In the place of that of this folder: `app` comes first here."""


@pytest.fixture
def office(app):
    people.populate(keys=True)
    return Office(app)


@pytest.fixture
def present(monkeypatch):
    """People look at the chains as they are, where the others in these tests remember the first statement."""

    def verified(code):
        with transaction(SYSTEM, writes=False) as tx:
            return queries.verified(tx, code)

    return lambda: monkeypatch.setattr(people, "verified", verified)


def count(model):
    with Session(writes=False) as session:
        return session.scalar(select(func.count()).select_from(model))


def b64(data):
    return b64encode(data).decode()


def test_what_is_sealed_to_an_older_key_is_refused_with_what_to_do(office, present):
    rfa = sealed.acknowledged()
    made = sealed.make(CHIDI, rfa, "question", b"which account?")
    upload = sealed.send(CHIDI, rfa, "question", made.payload)
    office.rotated()
    before = count(Document)
    pieces = {"envelope": made.sealed.envelope, "header": made.sealed.header, "manifest_age": made.sealed.manifest_age}
    body = {name: b64(data) for name, data in pieces.items()} | {"replaces": None}
    answer = Program(office.app, CHIDI).api("POST", f"/uploads/{upload}/complete", body)
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/old-epoch")
    assert "seal and sign once more" in answer.json["detail"]
    assert count(Document) == before
    present()
    document, _made = sealed.deposit(CHIDI, rfa, "question", b"which account?")
    with Session(writes=False) as session:
        kept = session.scalars(select(SealedTo).where(SealedTo.doc == document.id))
        keys = {one.authority: one.epoch for one in kept}
    assert keys == {"OTP": 1, "XA": 2}


def test_the_other_side_s_new_key_counts_too(office):
    rfa = sealed.acknowledged()
    before = count(Document)
    office.rotated()
    with pytest.raises(OldEpoch, match="XA has a new key"):
        sealed.message(AMINA, rfa)
    assert (count(Document), "message.sent" in names()) == (before, False)


def test_a_key_that_an_authority_never_had_is_no_old_one(office, monkeypatch):
    rfa = sealed.acknowledged()
    real = people.verified
    strange = replace(real("XA"), epochs={1: real("YB").epoch})
    monkeypatch.setattr(people, "verified", lambda code: strange if code == "XA" else real(code))
    made = sealed.make(CHIDI, rfa, "question", b"which account?")
    upload = sealed.send(CHIDI, rfa, "question", made.payload)
    before = count(Document)
    with pytest.raises(Invalid, match="not sealed to the present key of XA"), transaction(CHIDI) as tx:
        actions.deposit(tx, upload, made.signed, None)
    assert count(Document) == before


def test_what_is_behind_is_listed_for_whoever_can_mend_it(office):
    one, two = sealed.transmitted(), sealed.transmitted()
    draft = sealed.written()
    behind = lambda actor, path="": Program(office.app, actor).api("GET", f"/authorities/XA/behind{path}")  # noqa: E731
    assert behind(CHIDI).json == {"items": [], "left": 0, "next": None}
    office.rotated()
    found = behind(CHINUA).json
    assert {item["request"] for item in found["items"]} == {str(one.id), str(two.id)}
    assert (found["left"], found["next"], {item["epoch"] for item in found["items"]}) == (2, None, {1})
    assert str(draft.id) not in {item["request"] for item in found["items"]}
    first = found["items"][0]["doc"]
    assert behind(CHINUA, f"?after={first}").json["items"] == found["items"][1:]
    assert behind(CHINUA, "?after=x").status_code == 422
    only = behind(CHINUA, f"?request={one.id}").json
    assert ([item["request"] for item in only["items"]], only["left"]) == ([str(one.id)], 1)
    assert behind(CHINUA, f"?request={draft.id}").json == {"items": [], "left": 0, "next": None}
    assert behind(DORA).status_code == 404
    assert behind(AMINA).status_code == 404


def test_an_approval_counts_after_its_giver_has_another_key_set_but_not_after_a_revocation(office):
    otp = Office(office.app, "OTP")
    first, second = sealed.approved(), sealed.approved()
    again = {rfa.id: sealed.resealed(AMINA, rfa) for rfa in (first, second)}
    with Session() as session:
        kept = session.scalars(select(KeySet).where(KeySet.account_id == people.account_id(BRUNO))).one()
        kept.state = "former"
        session.commit()
    with transaction(AMINA) as tx:
        actions.transmit(tx, first.id, again[first.id])
    link = otp.revoke(BRUNO, by=AMINA)
    assert otp.post(AMINA, link).status_code == 201
    with pytest.raises(Refused, match="was revoked"), transaction(AMINA) as tx:
        actions.transmit(tx, second.id, again[second.id])
    assert sealed.read(AMINA, second.id).stage == "approved"
