"""What goes wrong becomes a page in the reader's language, or problem details for programs [RFC 9457]."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import DataError, IntegrityError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from comity.core import clock
from comity.core.errors import ComityError, Conflict, Invalid

log = logging.getLogger("comity.web")

API = "/api/"


class SignInFirst(ComityError):
    """Nobody is signed in, and the page or resource is not public."""

    status = 401
    code = "sign-in"

    def __init__(self) -> None:
        super().__init__(_("Sign in first."))


class FormExpired(ComityError):
    """The request does not come from a form or script of this session."""

    status = 400
    code = "form-expired"

    def __init__(self) -> None:
        super().__init__(_("This form has expired, or was not sent from this site: go back, reload it and try again."))


class NotReadable(ComityError):
    """The body is not JSON."""

    status = 400
    code = "not-readable"


class WrongMedia(ComityError):
    """The body is of another media type."""

    status = 415
    code = "wrong-media"


class VersionNeeded(ComityError):
    """A change of something that others change too needs the version that it was made from [RFC 6585, 3]."""

    status = 428
    code = "version-needed"


TITLES = {
    400: _l("This could not be read"),
    401: _l("Sign in first"),
    403: _l("You may not do this"),
    404: _l("There is nothing here that you can see"),
    405: _l("This cannot be done here"),
    409: _l("This cannot be done now"),
    410: _l("This is gone"),
    412: _l("Somebody changed this meanwhile"),
    413: _l("This is too large"),
    415: _l("This is of the wrong type"),
    422: _l("Something has to be mended"),
    428: _l("The version is missing"),
    429: _l("Too many attempts"),
    500: _l("Something went wrong on our side"),
}
"""The heading of an error page and the title of a problem, by status."""

DETAILS = {
    400: _l("The request was not complete or not well formed. Go back and try again."),
    404: _l("The address may be mistyped, the thing may be gone, or it may not be for you."),
    405: _l("Go back and use the buttons of the page."),
    413: _l("Send less at once."),
    415: _l("Send it in the form that the description of the interface names."),
    429: _l("Wait a minute, then try again."),
    500: _l("Nothing was changed. Try again in a minute; if it stays, tell your administrator the time shown here."),
}
"""What to do, where the error itself does not say it."""


def install(app: Flask) -> None:
    """Answer every error."""
    app.register_error_handler(ComityError, _ours)
    app.register_error_handler(HTTPException, _theirs)
    app.register_error_handler(IntegrityError, _collision)
    app.register_error_handler(DataError, _not_storable)
    app.register_error_handler(Exception, _unexpected)


def _ours(error: ComityError) -> AnyResponse:
    if error.status >= 500:
        return _unexpected(error)
    if isinstance(error, SignInFirst) and not is_api():
        return redirect(url_for("accounts.sign_in", next=_way_back()), 303)
    faults = error.faults if isinstance(error, Invalid) else []
    problem = {"errors": [{"pointer": fault.pointer, "message": fault.message} for fault in faults]} if faults else {}
    return answer(error.status, error.code, error.message, **problem)


def _theirs(error: HTTPException) -> AnyResponse:
    status = error.code or 500
    if isinstance(error, SecurityError):  # a name that this site does not have: nothing can be linked to
        return Response(f"{TITLES[400]}.\n", 400, mimetype="text/plain")
    if status < 400 or (error.response is not None):
        return error.get_response()
    if status >= 500:  # also what failed while an error was answered
        return _unexpected(getattr(error, "original_exception", None) or error)
    code = error.name.lower().replace(" ", "-")
    response = answer(status, code, str(DETAILS.get(status, DETAILS[400 if status < 500 else 500])))
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


def _collision(error: IntegrityError) -> AnyResponse:
    """Two people did the same at the same moment, and the database kept one of them."""
    log.warning("Two requests collided at %s: %s", request.endpoint, type(error.orig).__name__)
    return _ours(Conflict(_("Somebody did the same at the same moment: look again, then repeat it if need be.")))


def _not_storable(error: DataError) -> AnyResponse:
    """A value that no column can hold, such as a number with too many digits."""
    log.warning("A value at %s cannot be kept: %s", request.endpoint, type(error.orig).__name__)
    return answer(400, "not-storable", str(DETAILS[400]))


def _unexpected(error: Exception) -> AnyResponse:
    log.error("%s failed", request.endpoint, exc_info=error)
    try:
        return answer(500, "error", str(DETAILS[500]))
    except Exception:  # what failed may be what every page needs: the database, a template
        log.exception("The error page failed too")
        return Response(f"{TITLES[500]}.\n", 500, mimetype="text/plain")


def answer(status: int, code: str, detail: str, **more: Any) -> Response:
    """The page, or the problem for a program."""
    title = str(TITLES.get(status, TITLES[400 if status < 500 else 500]))
    if is_api():
        problem = {"type": f"/problems/{code}", "title": title, "status": status, "detail": detail, **more}
        response = jsonify(problem)
        response.content_type = "application/problem+json"
        if status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
    else:
        g.pop("tx", None)
        faults = [fault["message"] for fault in more.get("errors", [])]
        shown = {"title": title, "detail": detail, "faults": faults, "status": status, "happened_at": clock.now()}
        response = Response(render_template("web/error.html", **shown))
    response.status_code = status
    return response


def is_api() -> bool:
    """Whether a program is asking."""
    return request.path.startswith(API)


def _way_back() -> str | None:
    """Where to go after signing in: the page that was asked for, if it can be asked for again."""
    return request.full_path.rstrip("?") if request.method == "GET" and request.path != "/" else None


def safe_next(target: str | None) -> str | None:
    """An address on this site, or None: nobody is sent elsewhere after signing in."""
    if not target or not target.startswith("/") or "\\" in target or any(ord(letter) < 33 for letter in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc or target.startswith("//") else target
