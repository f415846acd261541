"""Signing in and out, one's own account, and the administrator's list of accounts."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from comity.accounts import actions, devices, passwords, queries
from comity.accounts.actions import WrongPassword
from comity.accounts.login import code_key, device_of, remember
from comity.accounts.model import Account
from comity.core.actors import ROLES
from comity.core.errors import Denied, Invalid, TooMany
from comity.core.transaction import Transaction
from comity.directory.model import Authority
from comity.web import Pages
from comity.web.errors import safe_next
from comity.web.identity import Person, person

pages = Pages("accounts", __name__)

Faults = list[tuple[str, str]]


def _me() -> Person:
    someone = person()
    assert someone is not None, "only a public page has nobody"
    return someone


def _faults(error: Invalid) -> Faults:
    """What is wrong, by field of the form."""
    return [(fault.pointer.lstrip("/"), fault.message) for fault in error.faults] or [("", error.message)]


def _form(name: str) -> str:
    return request.form.get(name, "")


# Signing in and out


@pages.page("/sign-in", public=True)
def sign_in() -> Response | str:
    """What this is, and the way in."""
    if person() is not None:
        return redirect(url_for("home.index"), 303)
    return _sign_in_page()


def _sign_in_page(problem: str | None = None, email: str = "") -> str:
    following = safe_next(request.values.get("next"))
    return render_template("accounts/sign_in.html", problem=problem, email=email, following=following)


@pages.page("/sign-in", methods=["POST"], public=True)
def begin_session() -> Response | tuple[str, int]:
    try:
        signed_in = actions.sign_in(
            _form("email")[:300],
            _form("password")[:2000],
            kind="browser",
            device=device_of(request.headers.get("User-Agent", "")),
        )
    except (WrongPassword, TooMany) as error:
        return _sign_in_page(error.message, _form("email")[:300]), 429 if isinstance(error, TooMany) else 422
    remember(signed_in)
    return redirect(safe_next(request.form.get("next")) or url_for("home.index"), 303)


@pages.page("/sign-out", methods=["POST"])
def sign_out(tx: Transaction) -> Response:
    """End this session, here and on the server."""
    actions.end_session(tx, _me().session_id)
    session.clear()
    return redirect(url_for("accounts.sign_in"), 303)


# One's own account


@pages.page("/account")
def account(tx: Transaction) -> str:
    """Who I am here, and where I am signed in."""
    me = _me()
    mine = tx.read(Account, UUID(me.actor.id))
    return render_template(
        "accounts/account.html", account=mine, sessions=queries.open_sessions(tx, mine.id), present=me.session_id
    )


@pages.page("/account/sessions/<uuid:session_id>/end", methods=["POST"])
def end_session(tx: Transaction, session_id: UUID) -> Response:
    actions.end_session(tx, session_id)
    flash(_("The session has ended."), "done")
    return redirect(url_for("accounts.account"), 303)


@pages.page("/account/sessions/end-others", methods=["POST"])
def end_other_sessions(tx: Transaction) -> Response:
    count = actions.end_all_sessions(tx, keep=_me().session_id)
    flash(_("Sessions ended: %(count)s.", count=count), "done")
    return redirect(url_for("accounts.account"), 303)


@pages.page("/account/password")
def password(_tx: Transaction) -> str:
    """Choose another password."""
    return _password_page([])


def _password_page(faults: Faults) -> str:
    return render_template("accounts/password.html", faults=faults, least=passwords.SHORTEST, me=_me())


@pages.page("/account/password", methods=["POST"], writes=False)
def change_password(tx: Transaction) -> Response | tuple[str, int]:
    me = _me()
    try:
        actions.change_password(tx.actor, _form("old")[:2000], _form("password")[:2000], keep=me.session_id)
    except Invalid as error:
        return _password_page(_faults(error)), 422
    flash(_("Your password has been changed; your other sessions have ended."), "done")
    return redirect(url_for("accounts.account"), 303)


@pages.page("/account/language", methods=["POST"])
def language(tx: Transaction) -> Response:
    """Read pages and notices in another language from now on."""
    actions.change_language(tx, UUID(tx.actor.id), _form("locale"))
    return redirect(safe_next(request.form.get("next")) or url_for("home.index"), 303)


# Programs that ask to be signed in


@pages.page("/device")
def device(_tx: Transaction) -> str:
    """Type the code that a program shows."""
    return _device_page([])


def _device_page(faults: Faults) -> str:
    return render_template("accounts/device.html", faults=faults, code=_form("code")[:40])


def _browser_only() -> None:
    """A program signs in no other: a stolen token would live for ever."""
    if _me().kind != "browser":
        raise Denied(_("Decide about programs in a browser."))


@pages.page("/device", methods=["POST"], writes=False)
def find_device(tx: Transaction) -> Response | tuple[str, int]:
    _browser_only()
    try:
        found = devices.claim(tx.actor, _form("code")[:40], key=code_key())
    except Invalid as error:
        return _device_page(_faults(error)), 422
    except TooMany as error:
        return _device_page([("code", error.message)]), 429
    return redirect(url_for("accounts.decide_about_device", device_id=found), 303)


@pages.page("/device/<uuid:device_id>")
def decide_about_device(tx: Transaction, device_id: UUID) -> str:
    """What asks, and since when."""
    return render_template("accounts/device_decide.html", device=devices.claimed(tx, device_id), me=_me())


@pages.page("/device/<uuid:device_id>/allow", methods=["POST"])
def allow_device(tx: Transaction, device_id: UUID) -> Response:
    _browser_only()
    devices.allow(tx, device_id)
    flash(_("The program is being signed in: reload this page in a few seconds to see it in the list."), "done")
    return redirect(url_for("accounts.account"), 303)


@pages.page("/device/<uuid:device_id>/refuse", methods=["POST"])
def refuse_device(tx: Transaction, device_id: UUID) -> Response:
    _browser_only()
    devices.refuse(tx, device_id)
    flash(_("The program was refused. If you did not start it, tell your security officer."), "done")
    return redirect(url_for("accounts.account"), 303)


# Accounts, for administrators: names and roles, never a request


@pages.page("/accounts", menu=_l("Accounts"), roles={"administrator"}, order=60)
def accounts(tx: Transaction) -> str:
    """Everybody who can sign in, or could."""
    tx.require("accounts.manage")
    found = tx.find(Account, order_by=(Account.active.desc(), Account.authority, Account.name))
    return render_template("accounts/accounts.html", accounts=found)


@pages.page("/accounts/new")
def new_account(tx: Transaction) -> str:
    tx.require("accounts.manage")
    return _account_form(tx, [])


def _account_form(tx: Transaction, faults: Faults) -> str:
    authorities = tx.find(Authority, order_by=Authority.code)
    return render_template("accounts/new.html", faults=faults, roles=ROLES, authorities=authorities, given=request.form)


@pages.page("/accounts/new", methods=["POST"])
def create_account(tx: Transaction) -> str | tuple[str, int]:
    """Make an account; its temporary password is shown once."""
    tx.require("accounts.manage")
    password = passwords.generate()
    try:
        made = actions.create_account(
            tx,
            email=_form("email"),
            name=_form("name"),
            role=_form("role"),
            authority=_form("authority") or None,
            locale=_form("locale"),
            password=password,
            temporary=True,
        )
    except Invalid as error:
        return _account_form(tx, _faults(error)), 422
    return render_template("accounts/handed_over.html", account=made, password=password), 201


@pages.page("/accounts/<uuid:account_id>")
def show_account(tx: Transaction, account_id: UUID) -> str:
    tx.require("accounts.manage")
    found = tx.read(Account, account_id)
    return render_template("accounts/show.html", account=found, options=tx.options(found))


@pages.page("/accounts/<uuid:account_id>/disable")
def confirm_disable(tx: Transaction, account_id: UUID) -> str:
    tx.require("accounts.manage")
    return render_template("accounts/disable.html", account=tx.read(Account, account_id, action="account.disable"))


@pages.page("/accounts/<uuid:account_id>/disable", methods=["POST"])
def disable_account(tx: Transaction, account_id: UUID) -> Response:
    closed = actions.disable_account(tx, account_id)
    flash(_("The account of %(name)s is closed; all its sessions have ended.", name=closed.name), "done")
    return redirect(url_for("accounts.accounts"), 303)


@pages.page("/accounts/<uuid:account_id>/reset", methods=["POST"])
def reset_password(tx: Transaction, account_id: UUID) -> str:
    """Give a temporary password, shown once."""
    password = actions.reset_password(tx, account_id)
    return render_template("accounts/handed_over.html", account=tx.read(Account, account_id), password=password)
