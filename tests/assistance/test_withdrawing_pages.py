"""Withdrawal by the API and on pages: what each side reads, and that what was destroyed is not handed out."""

import base64
import csv
import io
from uuid import uuid4

import pytest
from tests.assistance.test_messages_api import deposit
from tests.exchange import sealed, toward, withdrawn
from tests.people import AMINA, CHIDI, CHINUA, DORA, GRACE
from tests.visits import Program, Visitor, visitor


def text(who: Visitor, address: str) -> str:
    page = who.get(address)
    assert page.status_code == 200
    return " ".join(page.get_data(as_text=True).split())


def body(actor, rfa, fate="destroyed", kept_for=None):
    signed = withdrawn.statement(actor, rfa, fate, kept_for)
    return {"disposal": base64.b64encode(signed).decode(), "fate": fate, "kept_for": kept_for}


def test_withdrawn_and_confirmed_by_the_api_and_then_the_sealed_bytes_are_not_given(app):
    rfa, amina, chidi = sealed.acknowledged(), Program(app, AMINA), Program(app, CHIDI)
    reasons = deposit(amina, AMINA, rfa, "withdrawal")
    gone = amina.api("POST", f"/requests/{rfa.id}/withdraw", {"reasons": reasons})
    assert gone.status_code == 200
    assert (gone.json["withdrawal"]["asked"], gone.json["withdrawal"]["reasons"]) == (True, reasons)
    assert gone.json["withdrawn_at"]
    shown = chidi.api("GET", f"/requests/{rfa.id}").json
    assert "rfa.dispose" in shown["options"]
    assert "rfa.answer" not in shown["options"]
    assert {one["rule"]: one["state"] for one in shown["deadlines"]}["confirmation of destruction"] == "running"
    doc = next(one["doc"] for one in shown["documents"] if one["purpose"] == "request")
    assert chidi.api("GET", f"/documents/{doc}").status_code == 200
    done = chidi.api("POST", f"/requests/{rfa.id}/disposal", body(CHIDI, rfa))
    assert (done.status_code, done.json["withdrawal"]["fate"]) == (200, "destroyed")
    assert base64.b64decode(done.json["withdrawal"]["disposal"])
    assert next(one for one in done.json["documents"] if one["doc"] == doc)["disposed_at"]
    for address in (f"/documents/{doc}", f"/documents/{doc}?keep=true", f"/documents/{doc}/parts/0"):
        refused = chidi.api("GET", address)
        assert (refused.status_code, refused.json["type"]) == (403, "/problems/disposed")
        assert "destroyed or returned this document" in refused.json["detail"]
        assert amina.api("GET", address).status_code == 200
        assert Program(app, DORA).api("GET", address).status_code == 404
    again = chidi.api("POST", f"/requests/{rfa.id}/disposal", body(CHIDI, rfa))
    assert again.status_code == 409


def test_a_withdrawal_without_a_body_asks_and_one_that_says_no_does_not(app):
    one, other, amina = sealed.acknowledged(), sealed.acknowledged(), Program(app, AMINA)
    assert amina.api("POST", f"/requests/{one.id}/withdraw").json["withdrawal"]["asked"] is True
    assert amina.api("POST", f"/requests/{other.id}/withdraw", {"ask": False}).json["withdrawal"]["asked"] is False
    refused = Program(app, CHIDI).api("POST", f"/requests/{other.id}/disposal", body(CHIDI, other))
    assert refused.status_code == 409
    assert "Nobody asks" in refused.json["detail"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"fate": "lost"}, 422),
        ({"fate": "kept"}, 422),
        ({"kept_for": "agreed"}, 422),
        ({"note": str(uuid4())}, 422),
        ({"disposal": "e30="}, 422),
        ({"more": 1}, 422),
    ],
    ids=["fate", "no-reason", "needless-reason", "note", "statement", "more"],
)
def test_what_is_wrong_is_refused_and_it_is_still_asked(app, change, status):
    rfa, chidi = withdrawn.withdrawn(sealed.acknowledged()), Program(app, CHIDI)
    sent = {**body(CHIDI, rfa), **change}
    assert chidi.api("POST", f"/requests/{rfa.id}/disposal", sent).status_code == status
    assert chidi.api("GET", f"/requests/{rfa.id}").json["withdrawal"]["fate"] is None


def test_the_catalogue_names_reasons_in_both_languages(app):
    found = Program(app, CHIDI).api("GET", "/disposal").json["reasons"]
    assert {"domestic_law", "national_proceedings"} <= {one["reason"] for one in found}
    assert all(one["names"]["en"] and one["names"]["fr"] and one["hints"]["fr"] and one["basis"] for one in found)


def test_each_side_reads_what_waits_and_afterwards_what_became_of_it(app):
    rfa, amina, chidi = sealed.acknowledged(), visitor(app, AMINA), visitor(app, CHIDI)
    assert 'name="ask"' in text(amina, f"/requests/{rfa.id}/withdraw")
    assert amina.post(f"/requests/{rfa.id}/withdraw", ask="yes").status_code == 303
    home = text(chidi, "/")
    assert "Say what became of the documents" in home
    assert rfa.reference in text(amina, "/")
    shown = text(chidi, f"/requests/{rfa.id}")
    assert 'data-step="dispose"' in shown
    assert "asks what became of the documents that you received" in shown
    assert "Waiting for Xandria to say what became" in text(amina, f"/requests/{rfa.id}")
    assert "Confirmation awaited" in text(amina, "/requests/")
    page = text(chidi, f"/requests/{rfa.id}/dispose")
    digest = Program(app, CHIDI).api("GET", f"/requests/{rfa.id}").json["documents"][0]["envelope_sha256"]
    assert digest in page
    assert "Domestic law requires that they are kept" in page
    assert amina.get(f"/requests/{rfa.id}/dispose").status_code == 403
    withdrawn.confirmed(rfa)
    assert "Say what became of the documents" not in text(chidi, "/")
    shown = text(chidi, f"/requests/{rfa.id}")
    assert "It cannot be opened here any more" in shown
    assert 'data-purpose="request"' not in shown
    assert 'data-disposal="destroyed"' in shown
    theirs = text(amina, f"/requests/{rfa.id}")
    assert 'data-disposal="destroyed"' in theirs
    assert 'data-purpose="request"' in theirs
    assert "It cannot be opened here any more" not in theirs
    for who in (amina, chidi):
        assert "Said what became of the documents: destroyed" in text(who, f"/requests/{rfa.id}")
        assert 'data-disposal="destroyed"' in text(who, f"/requests/{rfa.id}/bundle")
        assert "Signed: what became of the documents" in text(who, f"/requests/{rfa.id}/receipts")
    assert chidi.get(f"/requests/{rfa.id}/dispose").status_code == 409


def test_withdrawn_on_a_page_without_the_tick_nobody_is_asked(app):
    rfa, amina = sealed.acknowledged(), visitor(app, AMINA)
    assert amina.post(f"/requests/{rfa.id}/withdraw").status_code == 303
    assert "Nothing more is to be done" in text(visitor(app, CHIDI), f"/requests/{rfa.id}")
    assert "Confirmation awaited" not in text(amina, "/requests/")


def test_an_exported_list_says_what_became_of_the_documents(app):
    rfa, chinua = withdrawn.withdrawn(sealed.acknowledged()), Program(app, CHINUA)

    def exported():
        content = chinua.api("POST", "/requests/export", {"format": "csv", "filter": {}}).get_data()
        (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
        return row["Documents after the withdrawal"]

    assert exported() == "Not said yet"
    withdrawn.confirmed(rfa, CHIDI, "kept", "agreed")
    assert exported() == "Kept: Both parties have agreed to it"


def test_unread_messages_of_what_was_destroyed_wait_for_nobody(app):
    rfa, chidi = sealed.acknowledged(), visitor(app, CHIDI)
    sealed.message(AMINA, rfa)
    assert "1 new message" in text(chidi, "/")
    withdrawn.withdrawn(rfa)
    withdrawn.confirmed(rfa)
    assert "1 new message" not in text(chidi, "/")
    assert "It cannot be opened here any more" in text(chidi, f"/requests/{rfa.id}/messages")


def test_the_registry_is_asked_by_a_state(app):
    rfa = toward.acknowledged()
    assert visitor(app, CHIDI).post(f"/requests/{rfa.id}/withdraw", ask="yes").status_code == 303
    assert "Say what became of the documents" in text(visitor(app, GRACE), "/")
    withdrawn.confirmed(rfa, GRACE, "returned")
    assert "Returned to the sender" in text(visitor(app, CHIDI), f"/requests/{rfa.id}")
