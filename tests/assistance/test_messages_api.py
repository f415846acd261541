"""Messages through the API: what programs are given, what is refused, and who is told."""

import base64
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from tests import people
from tests.exchange import sealed
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, EMRE, FAYE, GRACE
from tests.visits import Program

from comity.assistance.model import Message, Reading
from comity.core import database
from comity.core.journal import Entry
from comity.notifications.model import Delivery, Notification
from comity_seal import tree
from comity_workers.relay import relay


def count(model, *where) -> int:
    with database.Session() as session:
        return session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def deposit(program: Program, actor, rfa, purpose: str, content: bytes = b"{}") -> str:
    made = sealed.make(actor, rfa, purpose, content)
    body = {"request": str(rfa.id), "purpose": purpose, "payload_bytes": len(made.payload)}
    upload = program.api("POST", "/uploads", body).json["id"]
    leaf = {"Comity-Leaf": tree.leaf(made.payload).hex()}
    assert program.api("PUT", f"/uploads/{upload}/parts/0", data=made.payload, headers=leaf).status_code == 204
    pieces = {name: base64.b64encode(getattr(made.signed, name)).decode() for name in vars(made.signed)}
    answer = program.api("POST", f"/uploads/{upload}/complete", {**pieces, "replaces": None})
    assert answer.status_code == 201, answer.json
    return answer.json["doc"]


def test_a_message_is_sent_listed_opened_and_marked_as_read(app):
    rfa, chidi, amina, bruno = sealed.acknowledged(), *(Program(app, one) for one in (CHIDI, AMINA, BRUNO))
    file = deposit(chidi, CHIDI, rfa, "attachment", b"a file")
    doc = deposit(chidi, CHIDI, rfa, "message")
    sent = chidi.api("POST", f"/requests/{rfa.id}/messages", {"document": doc, "attachments": [file]})
    assert (sent.status_code, sent.json["id"], sent.json["n"], sent.json["unread"]) == (201, doc, 1, False)
    assert sent.json["sender"] == {"id": CHIDI.id, "name": "Chidi Okafor", "authority": "XA"}
    again = chidi.api("POST", f"/requests/{rfa.id}/messages", {"document": doc, "attachments": [file]})
    assert (again.status_code, again.json) == (201, sent.json)

    def waiting(program: Program) -> list[int]:
        (listed,) = program.api("GET", "/requests").json["items"]
        return [listed["unread"], program.api("GET", f"/requests/{rfa.id}").json["unread"]]

    assert [waiting(one) for one in (amina, bruno, chidi)] == [[1, 1], [1, 1], [0, 0]]
    assert amina.api("POST", f"/messages/{doc}/read").status_code == 409
    assert amina.api("GET", f"/documents/{doc}").status_code == 200
    for _ in range(2):
        assert amina.api("POST", f"/messages/{doc}/read").status_code == 204
    assert [waiting(one) for one in (amina, bruno, chidi)] == [[0, 0], [1, 1], [0, 0]]
    for program in (amina, chidi):
        found = program.api("GET", f"/requests/{rfa.id}/messages").json
        (one,) = found["items"]
        assert (found["next"], found["unread"], [each["doc"] for each in one["attachments"]]) == (None, 0, [file])
        (reading,) = one["readings"]
        assert (reading["id"], reading["name"], reading["authority"]) == (AMINA.id, "Amina Diallo", "OTP")
    assert count(Entry, Entry.name == "message.read") == count(Reading) == 1


def test_the_thread_comes_in_pages_by_the_number_of_the_message(app):
    rfa, amina = sealed.acknowledged(), Program(app, AMINA)
    for actor in (CHIDI, AMINA, CHINUA):
        sealed.message(actor, rfa)
    first = amina.api("GET", f"/requests/{rfa.id}/messages?limit=2").json
    rest = amina.api("GET", f"/requests/{rfa.id}/messages?after={first['next']}&limit=2").json
    assert ([one["n"] for one in first["items"]], [one["n"] for one in rest["items"]]) == ([1, 2], [3])
    assert (first["unread"], rest["next"]) == (2, None)
    for wrong in ("limit=0", "limit=201", "after=-1", "after=x", f"after={2**31}", "more=1"):
        assert amina.api("GET", f"/requests/{rfa.id}/messages?{wrong}").status_code == 422


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"document": "x", "attachments": []}, "/document"),
        ({"attachments": []}, "/document"),
        ({"document": str(uuid4())}, "/attachments"),
        ({"document": str(uuid4()), "attachments": [str(uuid4())] * 1001}, "/attachments"),
        ({"document": str(uuid4()), "attachments": [], "text": "in the clear"}, "/text"),
    ],
)
def test_a_wrong_body_is_refused_with_the_place(app, body, pointer):
    rfa, chidi = sealed.acknowledged(), Program(app, CHIDI)
    answer = chidi.api("POST", f"/requests/{rfa.id}/messages", body)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)
    assert count(Message) == 0


def test_what_was_made_for_something_else_is_refused_with_the_place(app):
    rfa, other, chidi = sealed.acknowledged(), sealed.acknowledged(), Program(app, CHIDI)
    text, foreign = deposit(chidi, CHIDI, rfa, "message"), deposit(chidi, CHIDI, other, "attachment")
    address = f"/requests/{rfa.id}/messages"
    for body, pointer in (
        ({"document": foreign, "attachments": []}, "/document/0"),
        ({"document": text, "attachments": [foreign]}, "/attachments/0"),
        ({"document": text, "attachments": [text, text]}, "/attachments"),
    ):
        answer = chidi.api("POST", address, body)
        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)
    assert count(Message) == 0


def test_a_message_that_is_too_long_is_refused_with_what_to_do(app):
    rfa, chidi = sealed.acknowledged(), Program(app, CHIDI)
    body = {"request": str(rfa.id), "purpose": "message", "payload_bytes": 2**20 + 1}
    answer = chidi.api("POST", "/uploads", body)
    assert answer.status_code == 413
    assert "put the text into a file" in answer.json["detail"]


@pytest.mark.parametrize("actor", [DORA, GRACE, EMRE, FAYE], ids=lambda actor: actor.role)
def test_whoever_is_no_party_finds_nothing_and_the_attempt_is_journalled(app, actor):
    rfa = sealed.acknowledged()
    sent = sealed.message(CHIDI, rfa)
    program = Program(app, actor)
    attempts = [
        program.api("GET", f"/requests/{rfa.id}/messages"),
        program.api("POST", f"/requests/{rfa.id}/messages", {"document": str(uuid4()), "attachments": []}),
        program.api("POST", f"/messages/{sent.id}/read"),
        program.api("GET", f"/documents/{sent.id}"),
    ]
    assert [answer.status_code for answer in attempts] == [404] * 4
    assert count(Entry, Entry.name == "access.refused", Entry.actor == actor.id) == 4
    assert (count(Reading), count(Message)) == (0, 1)


@pytest.mark.parametrize(("writer", "told"), [(CHIDI, {AMINA, BRUNO}), (AMINA, {CHIDI, CHINUA})])
def test_each_person_of_the_other_side_is_told_once_and_by_one_e_mail_and_nobody_of_ones_own(writer, told):
    sent = sealed.message(writer, sealed.acknowledged())
    relay()
    relay()
    with database.Session() as session:
        notices = session.scalars(select(Notification).where(Notification.of == "message.sent")).all()
        ways = session.scalars(
            select(Delivery.transport).where(Delivery.notification_id.in_([one.id for one in notices]))
        ).all()
    assert sorted(one.account_id for one in notices) == sorted(actor.id for actor in told)
    assert {(one.matter, one.about) for one in notices} == {(f"rfa:{sent.request}", sent.subject)}
    assert ways == ["mail"] * len(told)


def test_the_inbox_says_that_a_message_came_and_leads_to_its_request(app):
    from tests.visits import visitor

    rfa = sealed.acknowledged()
    sealed.message(CHIDI, rfa, b"nobody may see this here")
    relay()
    page = visitor(app, AMINA).get("/inbox").get_data(as_text=True)
    assert "A message about a request was sent to your office." in page
    assert f'href="/requests/{rfa.id}"' in page
    assert people.NAMES[CHIDI] not in page
    assert "nobody may see this here" not in page
