"""Forms and scripts of other sites get nowhere; programs need no token of a form.  Chidi of Xandria."""

import pytest
from sqlalchemy import select
from tests import people
from tests.people import CHIDI
from tests.visits import Program, Visitor, visitor

from comity.accounts.model import Account
from comity.core.database import Session
from comity.core.journal import Entry


@pytest.fixture
def chidi(app):
    people.populate(keys=True)
    return visitor(app, CHIDI)


def language() -> str:
    with Session(writes=False) as session:
        return session.get_one(Account, people.account_id(CHIDI)).locale


def names() -> list[str]:
    with Session(writes=False) as session:
        return list(session.scalars(select(Entry.name).order_by(Entry.seq)))


def change(chidi: Visitor, **options):
    form = {"locale": "fr", "csrf_token": chidi.csrf} | options.pop("data", {})
    return chidi.client.post("/account/language", data=form, **options)


def test_a_form_of_this_site_is_taken(chidi):
    assert change(chidi).status_code == 303
    assert language() == "fr"


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"data": {"csrf_token": ""}}, id="without a token"),
        pytest.param({"data": {"csrf_token": "ImYi.x.y"}}, id="with a made-up token"),
        pytest.param({"headers": {"Sec-Fetch-Site": "cross-site"}}, id="from another site"),
        pytest.param({"headers": {"Sec-Fetch-Site": "same-site"}}, id="from a neighbouring host"),
        pytest.param({"headers": {"Sec-Fetch-Site": "none"}}, id="typed by nobody"),
        pytest.param({"headers": {"Origin": "https://evil.example"}}, id="from another origin"),
        pytest.param({"headers": {"Origin": "http://localhost:1"}}, id="from another port"),
        pytest.param({"headers": {"Origin": "null"}}, id="from a sandboxed frame of an old browser"),
        pytest.param(
            {"headers": {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}}, id="with a contradiction"
        ),
    ],
)
def test_a_request_that_is_not_of_this_site_changes_nothing(chidi, options):
    before = names()
    answer = change(chidi, **options)
    assert answer.status_code == 400
    assert "expired" in answer.get_data(as_text=True)
    assert language() == "en"
    assert names() == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Origin": "http://localhost"},
        {"Origin": "http://localhost:8000"},
    ],
)
def test_a_browser_that_says_where_it_comes_from_is_believed(chidi, headers):
    assert change(chidi, headers=headers).status_code == 303


def test_the_token_of_another_person_does_not_do(app, chidi):
    other = visitor(app, people.DORA)
    assert change(chidi, data={"csrf_token": other.csrf}).status_code == 400
    assert language() == "en"


def test_a_script_of_the_page_sends_its_token_in_a_header(chidi):
    assert chidi.api("DELETE", "/session").status_code == 204


def test_a_script_without_the_token_ends_no_session(chidi):
    answer = chidi.api("DELETE", "/session", headers={"X-CSRFToken": ""})
    assert (answer.status_code, answer.json["type"]) == (400, "/problems/form-expired")
    assert chidi.get("/account").status_code == 200


def test_a_token_in_the_body_is_not_enough_for_the_api(chidi):
    answer = chidi.client.delete("/api/v1/session", data={"csrf_token": chidi.csrf})
    assert answer.status_code == 400


def test_a_program_needs_no_token_of_a_form(app, chidi):
    program = Program(app, CHIDI)
    assert program.api("DELETE", "/session").status_code == 204
    assert program.api("GET", "/session").status_code == 401


def test_a_program_s_token_beside_somebody_s_cookie_is_the_program_s_alone(app, chidi):
    """The cookie is not looked at when a token is sent: no request acts as two people."""
    dora = Program(app, people.DORA)
    said = chidi.client.get("/api/v1/session", headers={"Authorization": f"Bearer {dora.token}"})
    assert said.json["name"] == "Dora Lind"
    wrong = chidi.client.get("/api/v1/session", headers={"Authorization": "Bearer nonsense"})
    assert wrong.status_code == 401


def test_the_token_of_a_browser_does_not_open_the_api_as_a_program(app, chidi):
    with chidi.client.session_transaction() as kept:
        token = kept["_user_id"]
    answer = app.test_client().get("/api/v1/session", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


def test_a_form_that_is_too_large_is_refused(chidi):
    answer = chidi.post("/account/language", locale="fr", more="x" * 300_000)
    assert answer.status_code == 413
    assert language() == "en"


def test_signing_in_is_guarded_too(app):
    """Nobody is signed in to somebody else's account without noticing."""
    people.populate()
    answer = app.test_client().post("/sign-in", data={"email": people.email(CHIDI), "password": people.PASSWORD})
    assert answer.status_code == 400
    assert "session.started" not in names()


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\n/evil", "evil", "/ x"],
)
def test_nobody_is_sent_elsewhere_after_signing_in(app, target):
    people.populate()
    stranger = Visitor(app)
    stranger.get("/sign-in", query_string={"next": target})
    answer = stranger.post("/sign-in", email=people.email(CHIDI), password=people.PASSWORD, next=target)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_one_comes_back_to_the_page_that_was_asked_for(app):
    people.populate()
    stranger = Visitor(app)
    assert stranger.client.get("/account?a=b").headers["Location"] == "/sign-in?next=/account?a%3Db"
    answer = stranger.post("/sign-in", email=people.email(CHIDI), password=people.PASSWORD, next="/account?a=b")
    assert answer.headers["Location"] == "/account?a=b"


@pytest.mark.parametrize("field", ["email", "password", "next", "more"])
def test_a_zero_byte_in_a_form_is_refused(app, field):
    people.populate()
    stranger = Visitor(app)
    stranger.get("/sign-in")
    assert stranger.post("/sign-in", **{field: "a\0b"}).status_code == 400
    assert "session.refused" not in names()
