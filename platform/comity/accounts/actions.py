"""What people and administrators do to accounts and sessions."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from comity.accounts import events, passwords, queries, sessions
from comity.accounts.model import Account, LoginSession
from comity.core.actors import ROLES, SYSTEM, Actor
from comity.core.errors import ComityError, Fault, Invalid, NotFound, Refused, TooMany
from comity.core.text import _
from comity.core.transaction import Transaction, transaction

COURT_ROLES = {"cooperation officer": "otp", "registry officer": "registry", "translator": "registry"}
"""The organ that goes with a role of the Court's teams."""

LOCALES = ("en", "fr")
"""The working languages [Statute art. 50(2)]."""


class WrongPassword(ComityError):
    """No such account, or not its password: the same words for both."""

    status = 401
    code = "wrong-password"


@dataclass(frozen=True)
class SignedIn:
    """The token to hand to the browser or client, once, and the session it opens."""

    token: str
    session: LoginSession
    account: Account


def _email_hash(email: str) -> str:
    return sha256(email.encode()).hexdigest()


def sign_in(email: str, password: str, *, kind: str, device: str = "") -> SignedIn:
    """Begin a session.  Raises WrongPassword, or TooMany after the guesses that the settings allow.

    A guess is counted before the password is looked at, so that many at once are no way round the limit.
    """
    email = email.strip().casefold()
    with transaction(SYSTEM) as tx:
        guess = sessions.count_guess(tx, _email_hash(email))
        account = queries.by_email(tx, email) if guess is not None else None
    if guess is None:
        raise TooMany(_("Too many wrong passwords for this account: wait an hour, or ask your administrator."))
    right = passwords.matches(password, account.password_hash if account and account.active else None)
    signed_in = _begin(account, guess, kind, device) if right and account is not None else None
    if signed_in is None:
        with transaction(SYSTEM) as tx:
            tx.record(None, events.SessionRefused(_email_hash(email)))
        raise WrongPassword(_("The e-mail address or the password is not right."))
    return signed_in


def _begin(account: Account, guess: UUID, kind: str, device: str) -> SignedIn | None:
    """None where the account was closed, or given another password, while this one was looked at."""
    with transaction(account.actor) as tx:
        if not queries.still_has_password(tx, account):
            return None
        sessions.forget_guess(tx, guess)
        token, begun = sessions.begin(tx, account, kind, device)
        tx.record(None, events.SessionStarted(str(begun.id), kind))
    return SignedIn(token, begun, account)


def end_session(tx: Transaction, session_id: UUID) -> None:
    """End one of one's own sessions; it is refused from the commit on.  Raises NotFound."""
    session = queries.own_session(tx, session_id)
    if session is None:
        raise NotFound(_("There is nothing here that you can see."))
    _end(tx, session)


def _end(tx: Transaction, session: LoginSession) -> None:
    if session.ended_at is None:
        session.ended_at = tx.now
        session.unlock_secret = None
        tx.record(None, events.SessionEnded(str(session.id)))


def end_all_sessions(tx: Transaction, *, keep: UUID | None = None) -> int:
    """End one's own sessions, except `keep`; returns how many ended."""
    return _end_all(tx, UUID(tx.actor.id), keep)


def _end_all(tx: Transaction, account_id: UUID, keep: UUID | None = None) -> int:
    """End the sessions of an account, and what would become one."""
    ending = [session for session in queries.open_sessions(tx, account_id) if session.id != keep]
    for session in ending:
        _end(tx, session)
    sessions.forget_devices(tx, account_id)
    return len(ending)


def change_password(actor: Actor, old: str, new: str, *, keep: UUID | None = None) -> None:
    """Change one's own password; every session but `keep` ends.  Raises Invalid, or TooMany after too many guesses."""
    with transaction(actor) as tx:
        account = tx.load(Account, UUID(actor.id), to="account.change")
        email, kept, name = account.email, account.password_hash, account.name
        guess = sessions.count_guess(tx, _email_hash(email))
    if guess is None:
        raise TooMany(_("Too many wrong passwords for this account: wait an hour, or ask your administrator."))
    if not passwords.matches(old, kept):
        raise _fault("/old", _("This is not your present password."))
    if new == old:
        raise _fault("/password", _("Choose another password than the present one."))
    passwords.check_new(new, email=email, name=name)
    hashed = passwords.hash_password(new)
    with transaction(actor) as tx:
        account = tx.load(Account, UUID(actor.id), to="account.change")
        if account.password_hash != kept:  # it was changed or reset while the present one was looked at
            raise _fault("/old", _("This is not your present password."))
        sessions.forget_guess(tx, guess)
        account.password_hash = hashed
        account.temporary_password = False
        tx.record(account, events.PasswordChanged())
        end_all_sessions(tx, keep=keep)


def _fault(pointer: str, problem: str) -> Invalid:
    return Invalid(problem, [Fault(pointer, problem)])


def change_language(tx: Transaction, account_id: UUID, locale: str) -> None:
    """Choose English or French for pages and notices."""
    account = tx.load(Account, account_id, to="account.change")
    if locale not in LOCALES:
        raise Invalid(_("Choose English or French."))
    if account.locale != locale:
        account.locale = locale
        tx.record(account, events.LanguageChanged(locale))


def create_account(
    tx: Transaction,
    *,
    email: str,
    name: str,
    role: str,
    authority: str | None,
    password: str,
    temporary: bool = False,
    locale: str = "en",
    time_zone: str | None = None,
    id: UUID | None = None,  # noqa: A002
) -> Account:
    """Make an account.  Its owner cannot read anything sealed before her key set is part of her authority's chain.

    A `temporary` password opens nothing until its owner has chosen another.  The time zone is that of the authority,
    if none is given.  Raises Invalid or Denied.
    """
    email = email.strip().casefold()
    _check_account(tx, email, name, role, authority)
    passwords.check_new(password, email=email, name=name)
    account = Account(
        email=email,
        name=name.strip(),
        role=role,
        authority=authority,
        organ=COURT_ROLES.get(role),
        locale=locale if locale in LOCALES else "en",
        time_zone=time_zone or queries.time_zone_of(tx, authority),
        password_hash=passwords.hash_password(password),
        temporary_password=temporary,
    )
    if id is not None:
        account.id = id
    tx.add(account, to="account.create")
    tx.record(account, events.AccountCreated(role, authority))
    return account


def _check_account(tx: Transaction, email: str, name: str, role: str, authority: str | None) -> None:
    faults = []
    if (
        email.count("@") != 1
        or email.startswith("@")
        or email.endswith("@")
        or not 3 <= len(email) <= 254
        or " " in email
        or not email.isprintable()
    ):
        faults.append(Fault("/email", _("Enter an e-mail address, such as name@ministry.example.")))
    elif queries.by_email(tx, email) is not None:
        faults.append(Fault("/email", _("There is an account with this e-mail address already.")))
    if not name.strip() or len(name) > 200 or not name.isprintable():
        faults.append(Fault("/name", _("Enter the person's name.")))
    if role not in ROLES:
        faults.append(Fault("/role", _("Choose a role.")))
    elif (role in ("administrator", "auditor")) != (authority is None) or (
        authority is not None and not queries.authority_fits(tx, authority, role)
    ):
        faults.append(Fault("/authority", _("Choose the authority that goes with the role.")))
    if faults:
        raise Invalid(_("The account cannot be made: mend what is marked."), faults)


def disable_account(tx: Transaction, account_id: UUID) -> Account:
    """Close an account; its sessions end at once.  Raises Refused if it is closed already."""
    account = tx.load(Account, account_id, to="account.disable")
    if not account.active:
        raise Refused(_("This account is closed already."))
    account.active = False
    tx.record(account, events.AccountDisabled())
    _end_all(tx, account_id)
    return account


def reset_password(tx: Transaction, account_id: UUID) -> str:
    """Give an account a temporary password, which is returned once; its sessions end at once."""
    account = tx.load(Account, account_id, to="account.reset")
    if not account.active:
        raise Refused(_("This account is closed already."))
    password = passwords.generate()
    account.password_hash = passwords.hash_password(password)
    account.temporary_password = True
    tx.record(account, events.PasswordReset())
    _end_all(tx, account_id)
    return password
