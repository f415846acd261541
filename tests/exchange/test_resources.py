"""The same through the API, as programs use it: what comes in malformed, stale, oversized or at the wrong time."""

import base64
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from tests.exchange import sealed
from tests.people import AMINA, BRUNO, CHIDI, DORA, EMRE
from tests.visits import Program

from comity.assistance.model import RequestForAssistance
from comity.core import database
from comity.core.journal import Entry
from comity.core.storage import store
from comity.exchange.model import Document, Upload
from comity_seal import tree

DRAFT = {"requested": "XA", "requested_on": None, "measures": [{"letter": "k", "act": "freeze"}]}


def lines(name: str) -> int:
    with database.Session() as session:
        return session.scalar(select(func.count()).select_from(Entry).where(Entry.name == name)) or 0


def rows(model) -> int:
    with database.Session() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def pieces(made: sealed.Made) -> dict[str, str]:
    return {name: base64.b64encode(getattr(made.signed, name)).decode() for name in vars(made.signed)}


def begun(program: Program, rfa, payload: bytes, purpose: str = "annex") -> str:
    body = {"request": str(rfa.id), "purpose": purpose, "payload_bytes": len(payload)}
    return program.api("POST", "/uploads", body).json["id"]


def put(program: Program, upload: str, n: int, part: bytes, leaf: str | None = None):
    headers = {"Comity-Leaf": tree.leaf(part).hex() if leaf is None else leaf}
    return program.api("PUT", f"/uploads/{upload}/parts/{n}", data=part, headers=headers)


def test_a_document_goes_in_and_comes_out_as_it_was(app):
    rfa, amina, bruno = sealed.written(), Program(app, AMINA), Program(app, BRUNO)
    made = sealed.make(AMINA, rfa, "annex", b"a" * (9 * 2**20))
    upload = begun(amina, rfa, made.payload)
    for n in range(2):
        assert put(amina, upload, n, made.payload[n * tree.PART : (n + 1) * tree.PART]).status_code == 204
    held = amina.api("GET", f"/uploads/{upload}").json
    assert ([part["n"] for part in held["held"]], held["parts"], held["state"]) == ([0, 1], 2, "open")
    answer = amina.api("POST", f"/uploads/{upload}/complete", {**pieces(made), "replaces": None})
    assert (answer.status_code, answer.json["ver"], answer.json["parts"]) == (201, 1, 2)
    doc = answer.json["doc"]
    before = lines("document.handed_out")
    given = bruno.api("GET", f"/documents/{doc}").json
    assert {name: given[name] for name in pieces(made)} == pieces(made)
    assert lines("document.handed_out") == before + 1
    parts = [bruno.api("GET", f"/documents/{doc}/parts/{n}?ver=1").get_data() for n in range(2)]
    assert b"".join(parts) == made.payload
    for n in (2, 2**31, 2**63, 10**30):
        assert bruno.api("GET", f"/documents/{doc}/parts/{n}").status_code == 404
    assert bruno.api("GET", f"/documents/{doc}/parts/0?ver=2").status_code == 409


@pytest.mark.parametrize("actor", [CHIDI, DORA, EMRE])
def test_what_one_may_not_see_looks_like_what_is_not_there(app, actor):
    rfa, program = sealed.written(), Program(app, actor)
    document, made = sealed.deposit(AMINA, rfa, "annex", b"x")
    upload = begun(Program(app, AMINA), rfa, made.payload)
    pairs = [
        ("GET", "/requests/{}", rfa.id, None),
        ("GET", "/requests/{}/clock", rfa.id, None),
        ("POST", "/requests/{}/acknowledge", rfa.id, {"acknowledgement": "e30="}),
        ("GET", "/documents/{}", document.id, None),
        ("GET", "/documents/{}/parts/0", document.id, None),
        ("DELETE", "/documents/{}", document.id, None),
        ("GET", "/uploads/{}", upload, None),
        ("DELETE", "/uploads/{}", upload, None),
        ("POST", "/uploads/{}/complete", upload, {**pieces(made), "replaces": None}),
    ]
    for method, address, there, body in pairs:
        seen, missing = (program.api(method, address.format(one), body) for one in (there, uuid4()))
        assert (seen.status_code, seen.json) == (missing.status_code, missing.json), (method, address)
        assert seen.status_code == 404
    assert lines("document.handed_out") == 0
    assert Program(app, AMINA).api("GET", f"/uploads/{upload}").json["state"] == "open"


@pytest.mark.parametrize("field", ["envelope", "header", "manifest_age"])
@pytest.mark.parametrize("value", ["", "not base64!", "QQ", "é", None, 7, ["QQ=="], "A" * 1_000_001])
def test_a_piece_that_is_not_base64_is_refused_with_its_place(app, field, value):
    rfa, amina = sealed.written(), Program(app, AMINA)
    made = sealed.make(AMINA, rfa, "annex", b"x")
    upload = begun(amina, rfa, made.payload)
    assert put(amina, upload, 0, made.payload).status_code == 204
    before = rows(Document)
    answer = amina.api("POST", f"/uploads/{upload}/complete", {**pieces(made), "replaces": None, field: value})
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json["errors"][0]["pointer"] in (f"/{field}", "/envelope")
    assert rows(Document) == before
    answer = amina.api("POST", f"/uploads/{upload}/complete", {**pieces(made), "replaces": None})
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/requested"),
        ({**DRAFT, "extra": 1}, "/extra"),
        ({**DRAFT, "requested": "X\x00"}, "/requested"),
        ({**DRAFT, "requested": "xa"}, "/requested"),
        ({**DRAFT, "requested": "QQ"}, "/requested"),
        ({**DRAFT, "requested_on": "tomorrow"}, "/requested_on"),
        ({**DRAFT, "requested_on": "2001-01-01"}, "/requested_on"),
        ({**DRAFT, "requested_on": 20310101}, "/requested_on"),
        ({**DRAFT, "requested_on": "20310101"}, "/requested_on"),
        ({**DRAFT, "requested_on": "2031-W01-1"}, "/requested_on"),
        ({**DRAFT, "requested_on": "9999-12-31"}, "/requested_on"),
        ({**DRAFT, "measures": DRAFT["measures"] * 1001}, "/measures"),
        ({**DRAFT, "measures": []}, "/measures"),
        ({**DRAFT, "measures": [{"letter": "k"}]}, "/measures/0/act"),
        ({**DRAFT, "measures": [{"letter": "\x00", "act": None}]}, "/measures/0/letter"),
        ({**DRAFT, "measures": [{"letter": "k", "act": "burn"}]}, "/measures/0/act"),
        ({**DRAFT, "measures": [{"letter": "d", "act": None}] * 2}, "/measures"),
        ({**DRAFT, "measures": "all"}, "/measures"),
    ],
)
def test_a_wrong_cover_is_refused_with_its_place_and_nothing_is_drafted(app, body, pointer):
    answer = Program(app, AMINA).api("POST", "/requests", body)
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json["errors"]]
    assert rows(RequestForAssistance) == 0


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b'{"requested":"XA"}' * 2, b"\xff\xfe"])
def test_a_body_that_is_not_the_json_asked_for_is_refused(app, raw):
    program = Program(app, AMINA)
    answer = program.api("POST", "/requests", data=raw, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.content_type == "application/problem+json"
    assert rows(RequestForAssistance) == 0


def test_a_body_that_is_too_large_is_refused(app):
    program = Program(app, AMINA)
    huge = {**DRAFT, "measures": [{"letter": "k" * 3_000_000, "act": None}]}
    assert program.api("POST", "/requests", huge).status_code == 413
    rfa = sealed.written()
    made = sealed.make(AMINA, rfa, "annex", b"x")
    upload = begun(program, rfa, made.payload)
    assert put(program, upload, 0, b"x" * (tree.PART + 1)).status_code == 413
    assert put(program, upload, 0, made.payload + b"x").status_code == 413
    assert program.api("GET", f"/uploads/{upload}").json["held"] == []
    assert list(store().keys(f"payload/{upload}")) == []


@pytest.mark.parametrize("leaf", ["", "0" * 64, "G" * 64, "../../x"])
def test_a_part_without_its_hash_is_refused_and_not_kept(app, leaf):
    rfa, program = sealed.written(), Program(app, AMINA)
    made = sealed.make(AMINA, rfa, "annex", b"x")
    upload = begun(program, rfa, made.payload)
    answer = put(program, upload, 0, made.payload, leaf)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/leaf")
    assert list(store().keys(f"payload/{upload}")) == []


def test_a_cover_is_changed_only_from_the_version_that_was_read(app):
    amina, bruno = Program(app, AMINA), Program(app, BRUNO)
    drafted = amina.api("POST", "/requests", DRAFT)
    assert (drafted.status_code, drafted.headers["ETag"]) == (201, '"1"')
    address = drafted.headers["Location"].removeprefix("/api/v1") + "/cover"
    body = {"requested_on": None, "measures": [{"letter": "d", "act": None}]}
    assert bruno.api("PUT", address, body).status_code == 428
    for tag in ('"one"', "1, 2", '"99999999999999999999"'):
        assert bruno.api("PUT", address, body, headers={"If-Match": tag}).status_code in (412, 422), tag
    changed = bruno.api("PUT", address, body, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json["version"]) == (200, 2)
    late = {"requested_on": None, "measures": [{"letter": "a", "act": None}]}
    assert amina.api("PUT", address, late, headers={"If-Match": '"1"'}).status_code == 412
    kept = amina.api("GET", address.removesuffix("/cover")).json
    assert [measure["letter"] for measure in kept["measures"]] == ["d"]


@pytest.mark.parametrize(
    "query",
    [
        "stage=burnt",
        "after=x",
        "after=2026-01-01T00:00:00~x",
        "after=0001-01-01T00:00:00%2B23:00~00000000-0000-4000-8000-000000000000",
        "after=2026-01-01T00:00:00~00000000-0000-4000-8000-000000000000",
        "limit=0",
        "limit=1000",
        "limit=many",
        "colour=red",
    ],
)
def test_a_wrong_question_to_the_list_is_refused(app, query):
    assert Program(app, AMINA).api("GET", f"/requests?{query}").status_code == 422


def test_the_list_pages_through_everything_once_and_shows_what_can_be_done(app):
    drafted = {str(sealed.drafted().id) for _ in range(5)}
    amina, found, after = Program(app, AMINA), [], ""
    while True:
        page = amina.api("GET", f"/requests?limit=2{after}").json
        found += [item["id"] for item in page["items"]]
        assert all({"rfa.edit", "rfa.discard"} <= set(item["options"]) for item in page["items"])
        assert all("rfa.approve" not in item["options"] for item in page["items"])
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert (len(found), set(found)) == (5, drafted)
    assert Program(app, CHIDI).api("GET", "/requests").json == {"items": [], "next": None}


def test_nobody_is_handed_more_documents_in_a_minute_than_the_journal_bears(app, monkeypatch):
    from comity.core import settings as core_settings

    monkeypatch.setenv("COMITY_LIMITS__HAND_OUTS_PER_MINUTE", "3")
    core_settings.settings.cache_clear()
    rfa = sealed.written()
    document, _made = sealed.deposit(AMINA, rfa, "annex", b"x")
    bruno, amina = Program(app, BRUNO), Program(app, AMINA)
    answers = [bruno.api("GET", f"/documents/{document.id}").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    assert lines("document.handed_out") == 3
    assert amina.api("GET", f"/documents/{document.id}").status_code == 200


def test_an_unfinished_upload_can_be_cancelled_and_is_then_unknown(app):
    rfa, amina = sealed.written(), Program(app, AMINA)
    made = sealed.make(AMINA, rfa, "annex", b"x")
    upload = begun(amina, rfa, made.payload)
    assert put(amina, upload, 0, made.payload).status_code == 204
    assert amina.api("DELETE", f"/uploads/{upload}").status_code == 204
    assert amina.api("POST", f"/uploads/{upload}/complete", {**pieces(made), "replaces": None}).status_code == 404
    assert rows(Upload) == 1  # that of the request's own text
