"""Amendments by the API and on pages: prepared and approved unseen, then shown to both sides as what has changed."""

from base64 import b64encode

import pytest
from sqlalchemy import select
from tests.exchange import amended, sealed
from tests.exchange.amended import WITNESS
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, GRACE
from tests.visits import Program, visitor

from comity.core import database
from comity.notifications.model import Notification
from comity_workers.relay import relay

BODY = {"add": [{"letter": "b", "act": None}], "take_back": [2], "requested_on": None}


def told(of: str) -> set[str]:
    with database.Session() as session:
        return set(session.scalars(select(Notification.account_id).where(Notification.of == of)))


def pieces(one) -> dict[str, str]:
    signed = one.signed
    return {
        "doc": str(one.doc),
        "envelope": b64encode(signed.envelope).decode(),
        "header": b64encode(signed.header).decode(),
        "manifest_age": b64encode(signed.manifest_age).decode(),
    }


def test_the_whole_way_by_the_api_and_what_the_other_party_sees_of_it(app):
    rfa = sealed.acknowledged()
    amina, bruno, chidi = Program(app, AMINA), Program(app, BRUNO), Program(app, CHIDI)
    at = f"/requests/{rfa.id}"
    begun = amina.api("POST", f"{at}/amendment", BODY)
    assert (begun.status_code, begun.json["amendment"]["form"]) == (201, 2)
    assert [one["n"] for one in begun.json["amendment"]["cover"]["measures"]] == [1, 3]
    assert amina.api("PUT", f"{at}/amendment", {**BODY, "take_back": []}).json["amendment"]["take_back"] == []
    assert amina.api("PUT", f"{at}/amendment", BODY).status_code == 200
    amended.written(rfa)
    approval = {"approval": b64encode(amended.approval(rfa)).decode()}
    assert amina.api("POST", f"{at}/amendment/approve", approval).status_code == 403
    assert bruno.api("POST", f"{at}/amendment/approve", approval).json["amendment"]["approved_by"]["id"] == BRUNO.id

    unseen = chidi.api("GET", at).json
    assert (unseen["amendment"], unseen["form"], len(unseen["forms"])) == (None, 1, 1)
    assert [one for one in unseen["documents"] if one["purpose"] == "amendment"] == []
    assert "mendment" not in visitor(app, CHIDI).get(at).get_data(as_text=True)
    assert visitor(app, CHIDI).get(f"{at}/amendment").status_code == 404
    relay()
    assert (told("amendment.approved"), told("rfa.amended")) == ({AMINA.id}, set())

    sent = amina.api("POST", f"{at}/amendment/transmit", {"documents": [pieces(one) for one in amended.resealed(rfa)]})
    assert (sent.status_code, sent.json["form"], sent.json["amendment"]) == (200, 2, None)
    relay()
    assert told("rfa.amended") == {CHIDI.id, CHINUA.id}
    shown = chidi.api("GET", at).json
    assert [(one["n"], one["form"], one["taken_back"], one["status"]) for one in shown["measures"]] == [
        (1, 1, None, "pending"), (2, 1, 2, "withdrawn"), (3, 2, None, "pending"),
    ]  # fmt: skip
    second = shown["forms"][1]
    assert (second["added"], second["taken_back"], second["date_before"]) == ([3], [2], None)
    assert (second["cover"]["form"], shown["unacknowledged"]) == (2, 1)
    assert chidi.api("GET", "/requests").json["items"][0]["form"] == 2

    receipt = {"acknowledgement": b64encode(amended.receipt(rfa, second["documents"])).decode()}
    assert amina.api("POST", f"{at}/receive", receipt).status_code == 403
    assert chidi.api("POST", f"{at}/receive", receipt).json["unacknowledged"] == 0
    assert chidi.api("POST", f"{at}/receive", receipt).status_code == 409
    relay()
    assert told("amendment.acknowledged") == {AMINA.id, BRUNO.id}


@pytest.mark.parametrize(
    ("body", "status", "where"),
    [
        ({}, 422, ""),
        ({**BODY, "add": [{"letter": "z", "act": None}]}, 422, "/add/0/letter"),
        ({**BODY, "take_back": [1, 2], "add": []}, 422, "/take_back"),
        ({**BODY, "take_back": [10**30]}, 422, "/take_back/0"),
        ({**BODY, "take_back": ["x"]}, 422, "/take_back/0"),
        ({**BODY, "requested_on": "2031-02-30"}, 422, "/requested_on"),
        ({**BODY, "more": 1}, 422, "/more"),
    ],
    ids=["nothing", "no letter", "the last", "a huge number", "no number", "no day", "more"],
)
def test_bad_input_is_told_at_its_place_and_leaves_nothing(app, body, status, where):
    rfa = sealed.acknowledged()
    amina = Program(app, AMINA)
    answer = amina.api("POST", f"/requests/{rfa.id}/amendment", body)
    assert (answer.status_code, [one["pointer"] for one in answer.json["errors"]][:1]) == (status, [where])
    assert amina.api("GET", f"/requests/{rfa.id}").json["amendment"] is None


def test_the_pages_say_what_changes_and_to_whom(app):
    rfa = sealed.acknowledged()
    amina, home = visitor(app, AMINA), f"/requests/{rfa.id}"
    page = amina.get(f"{home}/amend").get_data(as_text=True)
    assert 'name="take_back"' in page
    wrong = amina.post(f"{home}/amend", take_back=["1", "2"])
    assert (wrong.status_code, "withdraw it as a whole" in wrong.get_data(as_text=True)) == (422, True)
    kept = amina.post(f"{home}/amend", take_back="2", add="b")
    assert (kept.status_code, kept.location.endswith("/amendment/text")) == (303, True)
    amended.written(rfa)
    assert "Look at the amendment" in amina.get(home).get_data(as_text=True)
    for actor in (CHIDI, DORA, GRACE):
        for more in ("amend", "amendment", "amendment/text", "amendment/discard"):
            assert visitor(app, actor).get(f"{home}/{more}").status_code in (403, 404)
    amended.approved(rfa)
    assert amina.post(f"{home}/amend", take_back="2").status_code == 303  # drops the approval
    assert "data-transmit" not in amina.get(f"{home}/amendment").get_data(as_text=True)
    gone = amina.post(f"{home}/amendment/discard")
    assert gone.status_code == 303
    assert "Look at the amendment" not in amina.get(home).get_data(as_text=True)


def test_the_page_asks_for_a_first_date_where_there_is_none_and_not_while_a_question_is_open(app):
    rfa, asking = sealed.acknowledged(), sealed.asked()
    amina, at = visitor(app, AMINA), f"/requests/{rfa.id}"
    page = amina.get(f"{at}/amend").get_data(as_text=True)
    assert ("No date was asked for." in page, "requested_on-day" in page) == (True, True)
    parts = {f"requested_on-{part}": value for part, value in (("day", "2"), ("month", "4"), ("year", "2031"))}
    assert amina.post(f"{at}/amend", **parts).status_code == 303
    page = amina.get(f"{at}/amendment").get_data(as_text=True)
    assert ("<del>no date</del>" in page, "2 April 2031" in page) == (True, True)
    page = amina.get(f"/requests/{asking.id}/amend").get_data(as_text=True)
    assert ("reply first, then ask for one" in page, "requested_on-day" in page) == (True, False)
    assert amina.post(f"/requests/{asking.id}/amend", **parts).status_code == 409
    assert Program(app, AMINA).api("GET", f"/requests/{asking.id}").json["amendment"] is None
    amended.written(rfa)
    amended.approved(rfa)
    amended.transmitted(rfa)
    for actor in (AMINA, CHIDI):
        page = visitor(app, actor).get(at).get_data(as_text=True)
        assert ("<del>no date</del>" in page, "2 April 2031" in page) == (True, True)


def test_both_sides_see_what_has_changed_and_what_is_not_acknowledged(app):
    rfa = sealed.acknowledged()
    after = amended.amended(rfa, add=[WITNESS], take_back=[2])
    home = f"/requests/{rfa.id}"
    for actor, words in ((CHIDI, "Acknowledge the amendment (form 2)"), (AMINA, "to acknowledge the receipt of")):
        page = visitor(app, actor).get(home).get_data(as_text=True)
        for said in (words, "<ins>3. ", "<del>2. ", "taken back with form 2", "Its receipt is not acknowledged yet"):
            assert said in page, said
        assert "Receipt outstanding" in visitor(app, actor).get("/requests/").get_data(as_text=True)
    assert "Acknowledge what came later" in visitor(app, CHIDI).get("/").get_data(as_text=True)
    amended.received(rfa, after.forms[0].documents)
    for actor in (CHIDI, AMINA):
        page = visitor(app, actor).get(home).get_data(as_text=True)
        assert ("Receipt acknowledged by Chidi Okafor" in page, "not acknowledged yet" in page) == (True, False)


def test_an_export_tells_what_is_asked_for_now_and_nothing_that_is_prepared(app):
    rfa = sealed.acknowledged()
    amended.amended(rfa, take_back=[1])
    amended.prepared(rfa, add=[WITNESS])
    chidi = Program(app, CHIDI)
    sheet = chidi.api("POST", "/requests/export", {"format": "csv", "filter": {}}).get_data(as_text=True)
    assert ("93(1)(k)" in sheet, "93(1)(i)" in sheet, "93(1)(b)" in sheet) == (True, False, False)
