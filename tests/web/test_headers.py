"""What every answer carries: pages, problems, errors, scripts, whoever asks."""

import pytest
from tests import people
from tests.people import AMINA
from tests.visits import Visitor, visitor
from tests.web.test_page_matrix import addresses

from comity.app import create_app
from comity.core.settings import settings as current

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types comity-worker"
)


@pytest.fixture
def pages(app):
    people.populate(keys=True)
    return app


def check(answer):
    headers = answer.headers
    assert headers.getlist("Content-Security-Policy") == [POLICY]
    assert headers.getlist("X-Content-Type-Options") == ["nosniff"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in headers


def test_every_answer_of_every_address_carries_them_whoever_asks(pages):
    for person in (Visitor(pages), visitor(pages, AMINA), visitor(pages, people.FAYE)):
        for pair in addresses(pages):
            address = pair.split("  ")[0]
            answer = person.client.get(address, buffered=True)
            check(answer)
            if not address.startswith(("/static/", "/bundles/")):
                assert answer.headers["Cache-Control"] == "no-store", address


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/api/v1/nowhere", 404),
        ("DELETE", "/sign-in", 405),
        ("PATCH", "/api/v1/session", 405),
        ("POST", "/sign-out", 400),
        ("GET", "/static/../../etc/passwd", 404),
        ("GET", "/requests/%00", 400),
    ],
)
def test_errors_carry_them_too(pages, method, address, status):
    answer = visitor(pages, AMINA).client.open(address, method=method, buffered=True)
    assert answer.status_code == status
    check(answer)


def test_a_failure_of_ours_carries_them_and_says_nothing_of_its_inside(pages, monkeypatch):
    from comity.accounts import queries

    person = visitor(pages, AMINA)

    def fails(*_args):
        raise RuntimeError("the secret inside")

    monkeypatch.setattr(queries, "open_sessions", fails)
    answer = person.client.get("/account")
    assert answer.status_code == 500
    check(answer)
    assert "secret inside" not in answer.get_data(as_text=True)
    assert "Nothing was changed" in answer.get_data(as_text=True)


def test_a_page_of_an_error_that_fails_too_is_one_sentence(pages, monkeypatch):
    def fails(*_args, **_names):
        raise RuntimeError("the secret inside")

    monkeypatch.setattr("comity.web.errors.render_template", fails)
    answer = pages.test_client().get("/nothing/here")
    assert (answer.status_code, answer.get_data(as_text=True)) == (500, "Something went wrong on our side.\n")
    check(answer)


def test_files_named_by_their_hash_are_kept_for_ever(pages):
    answer = Visitor(pages).client.get("/static/icon.svg", buffered=True)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_https_adds_transport_security_and_a_cookie_of_this_host_alone(database, policies, monkeypatch):
    monkeypatch.setenv("COMITY_SERVER__PUBLIC_URL", "https://comity.example")
    current.cache_clear()
    browser = Visitor(create_app())
    answer = browser.client.get("/sign-in", base_url="https://comity.example")
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-comity=")
    for wanted in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert wanted in cookie
    assert "Domain" not in cookie


def test_without_https_the_cookie_still_cannot_be_read_by_scripts(pages):
    (cookie,) = Visitor(pages).client.get("/sign-in").headers.getlist("Set-Cookie")
    assert "HttpOnly" in cookie
    assert "Strict-Transport-Security" not in Visitor(pages).client.get("/sign-in").headers


def test_a_name_that_is_not_this_site_s_is_refused(pages):
    answer = Visitor(pages).client.get("/sign-in", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil" not in answer.get_data(as_text=True)
    check(answer)


def test_no_page_has_a_script_or_a_style_of_its_own(pages):
    import re

    person = visitor(pages, people.EMRE)
    for pair in addresses(pages):
        html = person.client.get(pair.split("  ")[0], buffered=True).get_data(as_text=True)
        assert not re.search(r"<script(?![^>]*\bsrc=)", html), pair
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html), pair
        assert not re.search(r"""(?:src|href)=["']https?:""", html), pair
