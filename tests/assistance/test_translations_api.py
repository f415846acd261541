"""Translations through the API: the whole of it as programs do it, what the service is never told, its clock."""

import base64
import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from tests import people
from tests.assistance import reviewers, translators
from tests.assistance.test_reviews_api import _without_identifiers
from tests.exchange import sealed
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, EMRE, FAYE, GRACE, LENA, LOUIS
from tests.visits import Program, visitor

from comity.assistance import calendar_feed, translating
from comity.core import clock, database
from comity.core.actors import SYSTEM
from comity.core.transaction import transaction
from comity.deadlines import sweeping
from comity.directory.model import Authority
from comity.notifications.model import Notification
from comity_seal import tree
from comity_workers.relay import relay


@pytest.fixture(autouse=True)
def _service(_people):
    people.populate_service()
    reviewers.read_english()


def deposit(program: Program, actor, translation: dict, purpose: str, content: dict) -> str:
    matter = SimpleNamespace(id=translation["id"], reference=translation["reference"])
    readers = [translation["team"], translation["service"]]
    made = sealed.make(actor, matter, purpose, json.dumps(content).encode(), readers=readers)
    body = {"request": translation["id"], "purpose": purpose, "payload_bytes": len(made.payload)}
    begun = program.api("POST", "/uploads", body)
    assert begun.status_code == 201, begun.json
    leaf = {"Comity-Leaf": tree.leaf(made.payload).hex()}
    address = f"/uploads/{begun.json['id']}"
    assert program.api("PUT", f"{address}/parts/0", data=made.payload, headers=leaf).status_code == 204
    pieces = {name: base64.b64encode(getattr(made.signed, name)).decode() for name in vars(made.signed)}
    answer = program.api("POST", f"{address}/complete", {**pieces, "replaces": None})
    assert answer.status_code == 201, answer.json
    return answer.json["doc"]


def body(rfa, **changes) -> dict:
    day = (clock.now().date() + timedelta(days=5)).isoformat()
    said = {"document": str(translators.text_of(rfa)), "source_language": "en", "target_language": "fr"}
    return {**said, "wanted_on": day, "certified": True} | changes


def test_the_whole_of_it_as_programs_do_it(app):
    rfa, amina, lena, louis = sealed.written(), *(Program(app, one) for one in (AMINA, LENA, LOUIS))
    prepared = amina.api("POST", f"/requests/{rfa.id}/translations", body(rfa))
    assert (prepared.status_code, prepared.json["options"]) == (201, ["translation.ask", "translation.read"])
    assert lena.api("GET", "/translations").json["items"] == []
    doc = deposit(amina, AMINA, prepared.json, "source", translators.source())
    asked = amina.api("POST", f"/translations/{prepared.json['id']}/ask", {"documents": [doc]})
    assert (asked.status_code, asked.json["stage"], asked.json["request"]) == (200, "asked", str(rfa.id))
    assert amina.api("GET", f"/requests/{rfa.id}/translations").json["items"] == [asked.json]
    (waiting,) = lena.api("GET", "/translations?open=true").json["items"]
    assert (waiting["reference"], waiting["options"]) == (
        asked.json["reference"],
        ["translation.read", "translation.take"],
    )
    address = f"/translations/{waiting['id']}"
    taken = lena.api("POST", f"{address}/take")
    assert (taken.status_code, taken.json["taken_by"]["name"]) == (200, "Lena Brandt")
    assert taken.json["options"] == [
        "translation.give", "translation.put_back", "translation.read", "translation.return",
    ]  # fmt: skip
    late = louis.api("POST", f"{address}/take")
    assert (late.status_code, "taken by a translator" in late.json["detail"]) == (409, True)
    made = deposit(lena, LENA, waiting, "translation", {"text": "x"})
    given = lena.api("POST", f"{address}/give", {"documents": [made]})
    assert (given.status_code, given.json["stage"], given.json["answer"]) == (200, "given", made)
    assert lena.api("POST", f"{address}/give", {"documents": [made]}).status_code == 409
    mine = amina.api("GET", address).json
    assert (mine["answer"], mine["changed"], mine["options"]) == (made, False, ["translation.read"])
    assert Program(app, BRUNO).api("GET", f"/documents/{made}").status_code == 200


def test_one_is_found_by_its_reference_and_what_has_ended_comes_after_what_is_waited_for(app):
    rfa = sealed.written()
    made = [translators.ask(rfa, days=n) for n in (30, 10, 20)]
    for ended in made[1:]:
        with transaction(AMINA) as tx:
            translating.withdraw(tx, ended.id)
    amina = Program(app, AMINA)
    every = [one["reference"] for one in amina.api("GET", "/translations").json["items"]]
    assert every == [made[0].reference, made[2].reference, made[1].reference]
    for ended in made:
        for name in (ended.reference, ended.reference.lower()):
            (found,) = amina.api("GET", f"/translations?reference={name}").json["items"]
            assert found["id"] == str(ended.id)
    assert amina.api("GET", f"/translations?open=true&reference={made[1].reference}").json["items"] == []
    assert amina.api("GET", "/translations?reference=OTP/LS/1999/001").json["items"] == []
    assert Program(app, DORA).api("GET", f"/translations?reference={made[0].reference}").json["items"] == []


def test_the_service_is_told_nothing_of_the_request(app):
    rfa = sealed.transmitted()
    asked = translators.take(translators.ask(rfa))
    lena, browser = Program(app, LENA), visitor(app, LENA)
    told = [
        json.dumps(lena.api("GET", one).json)
        for one in ("/translations", f"/translations/{asked.id}", f"/documents/{asked.source}", "/requests")
    ]
    told += [
        browser.get(one).get_data(as_text=True)
        for one in ("/", "/translations/", f"/translations/{asked.id}", "/inbox")
    ]
    hidden = (str(rfa.id), rfa.reference, rfa.reference.replace("/", "-"), str(asked.document), "Xandria", '"XA"')
    for text in told:
        assert [word for word in hidden if word in text] == []
    shown = lena.api("GET", f"/translations/{asked.id}").json
    assert [shown[name] for name in ("request", "document", "purpose", "changed")] == [None, None, None, False]
    for address in ("", "/translations", "/clock", "/messages", "/receipts"):
        assert lena.api("GET", f"/requests/{rfa.id}{address}").status_code == 404
    for page in ("", "/draft", "/translate", "/clock", "/receipts", "/bundle"):
        assert browser.get(f"/requests/{rfa.id}{page}").status_code == 404
    assert browser.get("/journal").status_code in (403, 404)
    assert lena.api("GET", f"/documents/{asked.document}").status_code == 404


@pytest.mark.parametrize(
    "actor", [CHIDI, DORA, EMRE, FAYE, GRACE], ids=lambda actor: actor.role + (actor.authority or "")
)
def test_outside_of_team_and_service_there_is_no_translation(app, actor):
    rfa = sealed.transmitted()
    given = translators.give(translators.take(translators.ask(rfa)))
    program = Program(app, actor)
    assert program.api("GET", "/translations").json["items"] == []
    assert program.api("GET", f"/translations/{given.id}").status_code == 404
    for step in ("take", "put-back", "withdraw"):
        assert program.api("POST", f"/translations/{given.id}/{step}").status_code == 404
    listed = program.api("GET", f"/requests/{rfa.id}/translations")
    assert listed.status_code == 404 if actor is not CHIDI else listed.json["items"] == []
    for doc in (given.source, given.answer):
        assert program.api("GET", f"/documents/{doc}").status_code == 404
    assert program.api("POST", f"/requests/{rfa.id}/translations", body(rfa)).status_code in (403, 404)
    assert translators.read(given).stage == "given"


def test_the_state_is_shown_the_same_as_if_nothing_had_been_translated(app):
    with_one, without = sealed.transmitted(), sealed.transmitted()
    translators.give(translators.take(translators.ask(with_one)))
    relay()
    chidi, browser = Program(app, CHIDI), visitor(app, CHIDI)
    for address in ("", "/clock", "/messages", "/receipts", "/translations"):
        both = [chidi.api("GET", f"/requests/{rfa.id}{address}") for rfa in (with_one, without)]
        assert [one.status_code for one in both] == [200, 200]
        first, second = (_without_identifiers(json.dumps(one.json)) for one in both)
        assert first == second
    for address in ("", "/clock", "/bundle", "/receipts"):
        pages = [browser.get(f"/requests/{rfa.id}{address}").get_data(as_text=True) for rfa in (with_one, without)]
        first, second = map(_without_identifiers, pages)
        assert first == second


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"wanted_on": "2020-01-01"}, "/wanted_on"),
        ({"wanted_on": "soon"}, "/wanted_on"),
        ({"target_language": "en"}, "/target_language"),
        ({"document": "text"}, "/document"),
        ({"service": "REG"}, "/service"),
    ],
    ids=["past", "no day", "same language", "no document", "no service"],
)
def test_what_cannot_be_asked_for_says_what_to_mend(app, changes, pointer):
    rfa, amina = sealed.written(), Program(app, AMINA)
    answer = amina.api("POST", f"/requests/{rfa.id}/translations", body(rfa, **changes))
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)
    assert amina.api("GET", f"/requests/{rfa.id}/translations").json["items"] == []


def told() -> list[tuple[str, str]]:
    """Who was told of what."""
    names = {actor.id: people._name(actor).split()[0] for actor in [*people.CAST, *people.TRANSLATORS]}
    with database.Session() as session:
        found = session.execute(select(Notification.account_id, Notification.of)).all()
    return sorted((names[account], of) for account, of in found if of.startswith(("translation", "deadline")))


def pass_days(days: int) -> None:
    with clock.at(clock.now() + timedelta(days=days)):
        with transaction(SYSTEM) as tx:
            sweeping.sweep(tx)
        relay()


def test_while_nobody_has_it_the_service_is_reminded_and_nobody_else(app):
    translators.ask(sealed.written(), days=10)
    pass_days(9)
    assert told() == [
        ("Lena", "translation.asked"), ("Lena", "translation.reminded"),
        ("Louis", "translation.asked"), ("Louis", "translation.reminded"),
    ]  # fmt: skip


def test_once_it_is_taken_her_translator_is_reminded_and_after_the_day_whoever_asked_is_told(app):
    asked = translators.ask(sealed.written(), days=10)
    translators.take(asked)
    pass_days(9)
    pass_days(20)
    assert told() == [
        ("Amina", "translation.overdue"),
        ("Lena", "translation.asked"), ("Lena", "translation.overdue"), ("Lena", "translation.reminded"),
        ("Louis", "translation.asked"),
    ]  # fmt: skip


def test_what_was_given_runs_no_longer_and_whoever_asked_knows(app):
    rfa = sealed.written()
    translators.give(translators.take(translators.ask(rfa, days=3)))
    back = translators.send_back(translators.take(translators.ask(rfa, days=3)))
    gone = translators.take(translators.ask(rfa, days=3))
    with transaction(BRUNO) as tx:  # a colleague of whoever asked
        translating.withdraw(tx, gone.id)
    pass_days(30)
    found = [one for one in told() if one[1] != "translation.asked"]
    assert found == [
        ("Amina", "translation.given"), ("Amina", "translation.returned"), ("Lena", "translation.withdrawn"),
    ]  # fmt: skip
    assert translators.read(back).stage == "returned"
    with database.Session() as session:
        assert not set(session.scalars(select(Notification.account_id))) & {CHIDI.id, CHINUA.id, GRACE.id}


def test_its_clock_is_in_nobody_else_s_calendar(app):
    translators.ask(sealed.transmitted())
    for actor in (CHIDI, GRACE, DORA):
        with transaction(actor, writes=False) as tx:
            assert "translation" not in str([one.rule for one in calendar_feed.dates(tx)])


def test_a_notice_leads_to_the_text_and_for_the_team_to_its_request(app):
    rfa = sealed.written()
    asked = translators.ask(rfa)
    relay()
    lena = visitor(app, LENA)
    page = lena.get("/inbox").get_data(as_text=True)
    assert ("A text waits to be translated." in page, asked.reference in page, rfa.reference in page) == (
        True, True, False,
    )  # fmt: skip
    translators.give(translators.take(asked))
    relay()
    amina = visitor(app, AMINA)
    assert f"/translations/{asked.id}" in amina.get("/inbox").get_data(as_text=True)
    assert amina.get(f"/translations/{asked.id}").headers["Location"].endswith(f"/requests/{rfa.id}")


def test_a_translator_finds_takes_and_lets_wait_on_her_pages(app):
    rfa = sealed.written()
    asked = translators.ask(rfa)
    lena, louis = visitor(app, LENA), visitor(app, LOUIS)
    assert asked.reference in lena.get("/").get_data(as_text=True)
    assert "data-give" not in lena.get(f"/translations/{asked.id}").get_data(as_text=True)
    assert lena.post(f"/translations/{asked.id}/take").status_code == 303
    assert "data-give" in lena.get(f"/translations/{asked.id}").get_data(as_text=True)
    assert "data-give" not in louis.get(f"/translations/{asked.id}").get_data(as_text=True)
    assert louis.post(f"/translations/{asked.id}/take").status_code == 409
    assert louis.post(f"/translations/{asked.id}/put-back").status_code == 303
    assert translators.read(asked).taken_by is None


def test_the_team_sees_the_state_of_it_and_withdraws_it(app):
    rfa = sealed.written()
    amina = visitor(app, AMINA)
    page = amina.get(f"/requests/{rfa.id}/draft").get_data(as_text=True)
    assert f'href="/requests/{rfa.id}/translate"' in page
    asked = translators.ask(rfa)
    assert "Asked for, " in amina.get(f"/requests/{rfa.id}/draft").get_data(as_text=True)
    assert "Ask no longer" in amina.get(f"/requests/{rfa.id}").get_data(as_text=True)
    answer = amina.post(f"/requests/{rfa.id}/translations/{asked.id}/withdraw")
    assert (answer.status_code, translators.read(asked).stage) == (303, "withdrawn")
    page = amina.get(f"/requests/{rfa.id}").get_data(as_text=True)
    assert ("no longer asked for" in page, "Ask no longer" in page) == (True, False)
    assert visitor(app, CHIDI).get(f"/requests/{rfa.id}/translate").status_code == 404


def test_a_changed_draft_is_said_to_have_changed_since(app):
    rfa = sealed.drafted()
    _document, made = sealed.deposit(AMINA, rfa, "request", json.dumps({"text": "one"}).encode())
    given = translators.give(translators.take(translators.ask(rfa)))
    amina = Program(app, AMINA)
    assert amina.api("GET", f"/translations/{given.id}").json["changed"] is False
    sealed.deposit(AMINA, rfa, "request", json.dumps({"text": "two"}).encode(), replaces=made.sealed)
    assert amina.api("GET", f"/translations/{given.id}").json["changed"] is True


def test_without_a_language_service_nothing_is_offered(app):
    with database.Session() as session, session.begin():
        session.scalars(select(Authority).where(Authority.code == "LS")).one().service = None
    rfa = sealed.written()
    assert "/translate" not in visitor(app, AMINA).get(f"/requests/{rfa.id}").get_data(as_text=True)
    answer = Program(app, AMINA).api("POST", f"/requests/{rfa.id}/translations", body(rfa))
    assert (answer.status_code, "no language service" in answer.json["detail"]) == (409, True)
