"""Faye, administrator, manages accounts; others do not; nobody sees a password again."""

import re

import pytest
from sqlalchemy import func, select
from tests import people
from tests.people import AMINA, CHIDI, EMRE, FAYE
from tests.visits import Program, Visitor, visitor

from comity.accounts.model import Account
from comity.core.database import Session
from comity.core.journal import Entry

NEW = {"name": "Cyrus Bello", "email": "Cyrus@xa.example", "role": "focal point", "authority": "XA", "locale": "fr"}


@pytest.fixture
def faye(app):
    people.populate()
    return visitor(app, FAYE)


def account(email: str) -> Account | None:
    with Session(writes=False) as session:
        return session.scalar(select(Account).where(Account.email == email))


def count() -> int:
    with Session(writes=False) as session:
        return session.scalar(select(func.count()).select_from(Account))


def names() -> list[str]:
    with Session(writes=False) as session:
        return list(session.scalars(select(Entry.name).order_by(Entry.seq)))


def shown_password(answer) -> str:
    found = re.search(r'comity-secret[^>]*><bdi dir="ltr">([^<]+)', answer.get_data(as_text=True))
    assert found, answer.get_data(as_text=True)
    return found[1]


def test_she_makes_an_account_and_its_temporary_password_is_shown_once(app, faye):
    answer = faye.post("/accounts/new", **NEW)
    assert answer.status_code == 201
    password = shown_password(answer)
    made = account("cyrus@xa.example")
    assert (made.name, made.authority, made.locale, made.time_zone) == ("Cyrus Bello", "XA", "fr", "Africa/Dakar")
    assert made.temporary_password
    assert names()[-1] == "account.created"
    for page in ("/accounts", f"/accounts/{made.id}"):
        assert password not in faye.get(page).get_data(as_text=True)


def test_a_temporary_password_opens_nothing_until_it_is_changed(app, faye):
    password = shown_password(faye.post("/accounts/new", **NEW))
    cyrus = Visitor(app)
    cyrus.get("/sign-in")
    assert cyrus.post("/sign-in", email="cyrus@xa.example", password=password).status_code == 303
    for page in ("/", "/account", "/unlock"):
        assert cyrus.client.get(page).headers.get("Location") == "/account/password"
    answer = cyrus.client.get("/api/v1/keys/mine")
    assert (answer.status_code, answer.json["type"]) == (403, "/problems/denied")
    cyrus.get("/account/password")
    changed = cyrus.post("/account/password", old=password, password="seven small boats on a calm river")
    assert changed.status_code == 303
    assert cyrus.get("/account").status_code == 200
    assert not account("cyrus@xa.example").temporary_password


def test_a_forgotten_password_is_replaced_by_a_temporary_one_and_sessions_end(app, faye):
    chidi = visitor(app, CHIDI)
    password = shown_password(faye.post(f"/accounts/{CHIDI.id}/reset"))
    assert chidi.client.get("/account").status_code == 303
    assert chidi.sign_in(CHIDI).status_code == 422
    assert chidi.sign_in(CHIDI, password).status_code == 303
    assert "account.password_reset" in names()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"email": "cyrus"}, "Enter an e-mail address"),
        ({"email": "CHIDI@xa.example"}, "There is an account with this e-mail address"),
        ({"email": "a\u200bb\nc@xa.example"}, "Enter an e-mail address"),
        ({"name": " "}, "Enter the person"),
        ({"name": "x" * 201}, "Enter the person"),
        ({"role": "king"}, "Choose a role"),
        ({"role": ""}, "Choose a role"),
        ({"authority": ""}, "Choose the authority"),
        ({"authority": "OTP"}, "Choose the authority"),
        ({"authority": "XX"}, "Choose the authority"),
        ({"role": "auditor"}, "Choose the authority"),
        ({"role": "registry officer", "authority": "OTP"}, "Choose the authority"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field_and_nothing_is_made(faye, change, says):
    before, written = count(), names()
    answer = faye.post("/accounts/new", **(NEW | change))
    assert answer.status_code == 422
    assert says in answer.get_data(as_text=True)
    assert "Cyrus" in answer.get_data(as_text=True) or "name" in change
    assert count() == before
    assert names() == written


def test_she_closes_an_account_after_being_asked(faye):
    assert "All sessions end at once" in faye.get(f"/accounts/{CHIDI.id}/disable").get_data(as_text=True)
    assert account("chidi@xa.example").active
    assert faye.post(f"/accounts/{CHIDI.id}/disable").status_code == 303
    assert not account("chidi@xa.example").active
    assert names()[-1] == "account.disabled"
    assert faye.post(f"/accounts/{CHIDI.id}/disable").status_code == 409


@pytest.mark.parametrize("verb", ["disable", "reset"])
def test_she_does_not_lock_herself_out(faye, verb):
    assert faye.post(f"/accounts/{FAYE.id}/{verb}").status_code == 403
    assert account(people.email(FAYE)).active
    assert not account(people.email(FAYE)).temporary_password
    assert verb not in faye.get(f"/accounts/{FAYE.id}").get_data(as_text=True)


@pytest.mark.parametrize("actor", [AMINA, CHIDI, EMRE], ids=["officer", "focal point", "auditor"])
def test_nobody_else_manages_accounts_and_the_attempt_is_written_down(app, faye, actor):
    other = visitor(app, actor)
    before = count()
    assert other.get("/accounts").status_code == 403
    assert other.post("/accounts/new", **NEW).status_code == 403
    for verb in ("disable", "reset"):
        assert other.post(f"/accounts/{people.DORA.id}/{verb}").status_code == 404
    assert count() == before
    assert account(people.email(people.DORA)).active
    assert names().count("access.refused") == 4


def test_an_account_has_no_address_in_the_api(app, faye):
    assert Program(app, FAYE).api("GET", "/accounts").status_code == 404
