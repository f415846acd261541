"""Reviews through the API, and that the State to which the request goes finds no trace of them."""

import json
import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from tests.assistance.reviewers import HANA, approve, ask, give, open_hana, read_english, seen, transmit
from tests.assistance.test_messages_api import deposit
from tests.exchange import sealed
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, EMRE, FAYE, GRACE
from tests.visits import Program, visitor

from comity.assistance import calendar_feed
from comity.assistance.model import RequestForAssistance
from comity.assistance.review_model import Finding
from comity.core import clock, database
from comity.core.actors import SYSTEM
from comity.core.transaction import transaction
from comity.deadlines import sweeping
from comity.notifications.model import Notification
from comity.receipts import queries as receipts
from comity_workers.relay import relay


@pytest.fixture(autouse=True)
def _in_english(_people):
    read_english()


def test_the_whole_of_it_as_a_program_does_it(app):
    open_hana()
    rfa, amina, bruno = sealed.written(), Program(app, AMINA), Program(app, BRUNO)
    day = (clock.now().date() + timedelta(days=5)).isoformat()
    body = {"reviewer": BRUNO.id, "deputy": HANA.id, "wanted_on": day}
    answer = amina.api("POST", f"/requests/{rfa.id}/reviews", body)
    assert answer.status_code == 201, answer.json
    (asked,) = answer.json["reviews"]
    assert asked["reviewer"] == {"id": BRUNO.id, "name": "Bruno Keller"}
    assert (asked["deputy"]["name"], asked["asked_by"]["name"], asked["finding"]) == (
        "Hana Novak",
        "Amina Diallo",
        None,
    )
    assert date.fromisoformat(asked["due_on"]) >= date.fromisoformat(day)
    assert asked["options"] == ["review.read", "review.withdraw"]
    shown = bruno.api("GET", f"/requests/{rfa.id}").json
    assert shown["reviews"][0]["options"] == ["review.give", "review.read", "review.withdraw"]
    assert "rfa.review" in shown["options"]
    note = deposit(bruno, BRUNO, rfa, "review")
    body = {"finding": "changes", "draft_sha256": shown["draft_sha256"], "document": note}
    given = bruno.api("POST", f"/reviews/{asked['id']}/give", body)
    assert given.status_code == 200, given.json
    (review,) = given.json["reviews"]
    assert (review["finding"], review["note"], review["earlier"]) == ("changes", note, False)
    assert review["options"] == ["review.read"]
    deposit(amina, AMINA, rfa, "annex")
    changed = amina.api("GET", f"/requests/{rfa.id}").json
    assert (changed["reviews"][0]["earlier"], changed["draft_sha256"] != shown["draft_sha256"]) == (True, True)


def test_a_deputy_takes_over_and_what_is_asked_is_withdrawn(app):
    open_hana()
    rfa, amina, bruno = sealed.written(), Program(app, AMINA), Program(app, BRUNO)
    review = ask(rfa, HANA, deputy=BRUNO)
    taken = bruno.api("POST", f"/reviews/{review.id}/take-over")
    assert (taken.status_code, taken.json["reviews"][0]["reviewer"]["id"]) == (200, BRUNO.id)
    assert taken.json["reviews"][0]["taken_over_at"]
    assert amina.api("POST", f"/reviews/{review.id}/take-over").status_code == 403
    withdrawn = amina.api("POST", f"/reviews/{review.id}/withdraw").json["reviews"][0]
    assert (bool(withdrawn["withdrawn_at"]), withdrawn["options"]) == (True, ["review.read"])
    body = {"finding": "ready", "draft_sha256": taken.json["draft_sha256"], "document": str(uuid4())}
    refused = bruno.api("POST", f"/reviews/{review.id}/give", body)
    assert (refused.status_code, "nobody waits for it" in refused.json["detail"]) == (409, True)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [({"reviewer": "bruno"}, "/reviewer"), ({}, "/reviewer"), ({"reviewer": CHIDI.id}, "/reviewer"),
     ({"reviewer": BRUNO.id, "deputy": BRUNO.id}, "/deputy"),
     ({"reviewer": BRUNO.id, "wanted_on": "soon"}, "/wanted_on"),
     ({"reviewer": BRUNO.id, "wanted_on": "2020-01-01"}, "/wanted_on")],
    ids=["no-identifier", "nobody", "state", "twice", "no-day", "past"],
)  # fmt: skip
def test_what_cannot_be_asked_says_what_to_mend_and_asks_nothing(app, body, pointer):
    rfa, amina = sealed.written(), Program(app, AMINA)
    answer = amina.api("POST", f"/requests/{rfa.id}/reviews", body)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)
    assert amina.api("GET", f"/requests/{rfa.id}").json["reviews"] == []


def test_a_review_of_what_has_changed_is_refused(app):
    rfa, bruno = sealed.written(), Program(app, BRUNO)
    review = ask(rfa)
    for wrong in ("0" * 64, "short"):
        body = {"finding": "ready", "draft_sha256": wrong, "document": str(uuid4())}
        answer = bruno.api("POST", f"/reviews/{review.id}/give", body)
        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/draft_sha256")
    assert bruno.api("GET", f"/requests/{rfa.id}").json["reviews"][0]["given_at"] is None


@pytest.mark.parametrize(
    "actor", [CHIDI, DORA, EMRE, FAYE, GRACE], ids=lambda actor: actor.role + (actor.authority or "")
)
def test_outside_of_the_team_there_is_no_review(app, actor):
    rfa = sealed.written()
    review, program = ask(rfa), Program(app, actor)
    body = {"finding": "ready", "draft_sha256": "0" * 64, "document": str(uuid4())}
    for verb in ("give", "take-over", "withdraw"):
        answer = program.api("POST", f"/reviews/{review.id}/{verb}", body if verb == "give" else None)
        same = program.api("POST", f"/reviews/{uuid4()}/{verb}", body if verb == "give" else None)
        assert (answer.status_code, answer.json["detail"]) == (same.status_code, same.json["detail"]) == (
            404, "There is nothing here that you can see.",
        )  # fmt: skip
    assert program.api("POST", f"/requests/{rfa.id}/reviews", {"reviewer": BRUNO.id}).status_code == 404


def reviewed():
    """A request that was reviewed twice, the second time not to the end, and was then transmitted."""
    rfa = sealed.written()
    give(rfa, ask(rfa), Finding.CHANGES, text=b"shorter, please")
    ask(rfa)
    approve(rfa)
    return transmit(rfa)


def plain():
    rfa = sealed.written()
    approve(rfa)
    return transmit(rfa)


def _without_identifiers(text):
    """A page or an answer, less what differs between any two requests."""
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}|[0-9A-Za-z+/=]{120,}", "x", text)
    text = re.sub(
        r"OTP-XA-\d{4}-\d{3}-\d{4}|\d+(-[A-Z2-7]{4}){4}|receipts/\d+|data-receipt=\"\d+\"|#line-\d+", "x", text
    )
    text = re.sub(r"OTP/XA/\d{4}/\d{3}|\d{4}-\d\d-\d\dT[\d:.]+Z?|\b\d\d:\d\d\b|\"(version|seq)\": ?\d+", "x", text)
    return re.sub(r'name="csrf-token" content="[^"]+"|value="[\w.-]{40,}"|nonce="[^"]+"', "x", text)


def test_the_state_finds_no_trace_of_a_review(app):
    with_review, without = reviewed(), plain()
    relay()
    chidi, browser = Program(app, CHIDI), visitor(app, CHIDI)
    for address in ("", "/clock", "/messages", "/receipts"):
        both = [chidi.api("GET", f"/requests/{rfa.id}{address}") for rfa in (with_review, without)]
        assert [one.status_code for one in both] == [200, 200]
        first, second = (_without_identifiers(json.dumps(one.json)) for one in both)
        assert first == second
    for address in ("", "/clock", "/bundle", "/receipts"):
        first, second = (
            _without_identifiers(browser.get(f"/requests/{rfa.id}{address}").get_data(as_text=True))
            for rfa in (with_review, without)
        )
        assert first == second
        assert "eview" not in first
    shown = chidi.api("GET", f"/requests/{with_review.id}").json
    assert (shown["reviews"], shown["draft_sha256"], len(shown["documents"])) == ([], None, 1)
    listed = chidi.api("GET", "/requests").json["items"]
    assert len({_without_identifiers(json.dumps(one)) for one in listed}) == 1
    note = _note_of(with_review)
    assert chidi.api("GET", f"/documents/{note}").status_code == 404
    assert Program(app, AMINA).api("GET", f"/documents/{note}").status_code == 200


def _note_of(rfa):
    return seen(rfa, AMINA)[0].note


def test_the_state_has_no_date_no_notice_and_no_calendar_entry_of_a_review(app):
    rfa = sealed.written()
    ask(rfa)
    with clock.at(clock.now() + timedelta(days=10)):
        with transaction(SYSTEM) as tx:
            sweeping.sweep(tx)
        relay()
    with database.Session() as session:
        assert not set(session.scalars(select(Notification.account_id))) & {CHIDI.id, CHINUA.id}
    for actor in (CHIDI, GRACE):
        with transaction(actor, writes=False) as tx:
            assert calendar_feed.dates(tx) == []


def test_what_a_team_noted_is_no_evidence_on_its_own_side_either(app):
    with_review, without = reviewed(), plain()
    for actor in (AMINA, CHIDI):
        with transaction(actor, writes=False) as tx:
            kinds = [
                [one.kind for one in receipts.evidence(tx, tx.read(RequestForAssistance, rfa.id))]
                for rfa in (with_review, without)
            ]
        assert kinds[0] == kinds[1]
