"""Who is signed in, as pages see it.  How people sign in is the business of `accounts`.

A program without an account may sign its requests instead, where a resource says so (`by_key`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, cast
from uuid import UUID

from flask import Flask, current_app, g, request
from flask_login import current_user

from comity.core.actors import Actor


@dataclass(frozen=True)
class Person:
    """A signed-in person and the session in which she is; `kind` is browser or client."""

    token: str
    session_id: UUID
    kind: str
    actor: Actor
    name: str
    email: str
    locale: str
    time_zone: str
    must_change_password: bool
    is_authenticated: ClassVar[bool] = True
    is_active: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False

    def get_id(self) -> str:
        """What the cookie remembers: the token, whose session can be ended at any time."""
        return self.token


def person() -> Person | None:
    """Who makes this request; None if nobody is signed in."""
    return cast(Person, current_user) if current_user and current_user.is_authenticated else None


def bearer() -> str | None:
    """The token that a program sends with each request; a cookie is then not looked at."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


EXTENSION = "comity_programs"


def let_in(app: Flask, scheme: str, who: Callable[[str], Actor | None]) -> None:
    """From now on `who` says whose a request is that has this scheme in its header Authorization."""
    app.extensions.setdefault(EXTENSION, {})[scheme.lower()] = who


def program() -> Actor | None:
    """The program that signed this request, if its resource takes such."""
    view = current_app.view_functions.get(request.endpoint or "")
    if not getattr(view, "by_key", False):
        return None
    if "program" not in g:
        scheme, _, said = request.headers.get("Authorization", "").partition(" ")
        who = current_app.extensions.get(EXTENSION, {}).get(scheme.lower())
        g.program = who(said.strip()) if who is not None else None
    found: Actor | None = g.program
    return found


def actor() -> Actor | None:
    """Who acts in this request: a signed-in person, or a program that signed it."""
    signed = program()
    if signed is not None:
        return signed
    someone = person()
    return someone.actor if someone is not None else None
