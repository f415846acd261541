"""Signed-in people: Flask-Login over our own session rows, so that a session that was ended is refused at once."""

from __future__ import annotations

from flask import Flask, Request, current_app, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import LoginManager, login_user
from werkzeug.wrappers import Response

from comity.accounts import queries
from comity.accounts.actions import SignedIn
from comity.accounts.model import Account, LoginSession
from comity.accounts.sessions import token_hash
from comity.core.errors import Denied
from comity.web.errors import is_api
from comity.web.identity import Person, bearer, person

ALWAYS_OPEN = {"accounts.password", "accounts.change_password", "accounts.sign_out", "accounts.language"}
"""What somebody with a temporary password may still open."""


def install(app: Flask) -> None:
    """Let `app` know who is signed in: a browser by its cookie, a program by its bearer token."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_of_cookie)
    manager.request_loader(_of_bearer)

    @app.before_request
    def change_a_temporary_password_first() -> Response | None:
        someone = person()
        view = app.view_functions.get(request.endpoint or "")
        if someone is None or not someone.must_change_password or getattr(view, "public", False):
            return None
        if request.endpoint in ALWAYS_OPEN:
            return None
        if is_api():
            raise Denied(_("Your password is temporary: change it on the page of your account first."))
        return redirect(url_for("accounts.password"), 303)


def _of_cookie(token: str) -> Person | None:
    return None if bearer() is not None else of_token(token, "browser")


def _of_bearer(_request: Request) -> Person | None:
    token = bearer()
    return of_token(token, "client") if token else None


def of_token(token: str, kind: str) -> Person | None:
    """Whose live session of that kind this token opens."""
    found = queries.session_of(token_hash(token))
    if found is None or found[0].kind != kind:
        return None
    return _person(token, *found)


def _person(token: str, login_session: LoginSession, account: Account) -> Person:
    return Person(
        token=token,
        session_id=login_session.id,
        kind=login_session.kind,
        actor=account.actor,
        name=account.name,
        email=account.email,
        locale=account.locale,
        time_zone=account.time_zone,
        must_change_password=account.temporary_password,
    )


def remember(signed_in: SignedIn) -> None:
    """Let this browser's cookie carry the session; whatever it carried before is gone."""
    session.clear()
    login_user(_person(signed_in.token, signed_in.session, signed_in.account))


def code_key() -> bytes:
    """What short codes are hashed with: the secret of this instance, which is not in its database."""
    return str(current_app.config["SECRET_KEY"]).encode()


def device_of(agent: str) -> str:
    """A browser in a few words, for the list of sessions; the full text would be more than anyone needs."""
    names = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
    systems = (
        ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iOS"), ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    )  # fmt: skip
    browser = next((name for mark, name in names if mark in agent), "")
    system = next((name for mark, name in systems if mark in agent), "")
    return ", ".join(part for part in (browser, system) if part)
