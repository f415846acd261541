"""Before a request reaches its page: how large it may be, and whether it comes from this site.

Requests with a cookie that change something need a token of this session *and* must come from this origin.  A program
that sends a bearer token or signs its request needs neither: no browser adds that header by itself.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request
from flask_wtf.csrf import CSRFProtect, validate_csrf
from werkzeug.exceptions import BadRequest
from wtforms.validators import ValidationError

from comity.web.errors import FormExpired, is_api
from comity.web.identity import bearer, program
from comity.web.page import SAFE

LARGEST_FORM = 256 * 1024
"""Bytes of a form."""


FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
"""How browsers send forms."""


def install(app: Flask, public_url: str) -> None:
    """Check every request of `app`, which people reach at `public_url`."""
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,  # checked here, together with the origin
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=200,
    )
    CSRFProtect(app)

    @app.before_request
    def bound() -> None:
        view = app.view_functions.get(request.endpoint or "")
        request.max_content_length = getattr(view, "largest", LARGEST_FORM)

    @app.before_request
    def hold_no_nul() -> None:
        """No database keeps a zero byte in a text, and no person types one."""
        places = [request.path, *request.args.values(), *request.args]
        if request.mimetype in FORMS and not is_api():
            places += [*request.form.values(), *request.form]
        if any("\0" in text for text in places):
            raise BadRequest

    @app.before_request
    def come_from_here() -> None:
        if request.method in SAFE or bearer() is not None or program() is not None or not _acts_with_cookie(app):
            return
        if not _same_origin(public_url):
            raise FormExpired
        token = request.headers.get("X-CSRFToken") if is_api() else request.form.get("csrf_token")
        try:
            validate_csrf(token)
        except ValidationError as error:
            raise FormExpired from error


def _acts_with_cookie(app: Flask) -> bool:
    """A public resource for programs looks at no cookie; everything else may."""
    view = app.view_functions.get(request.endpoint or "")
    return view is not None and not (is_api() and getattr(view, "public", False))


def _same_origin(public_url: str) -> bool:
    """What the browser says of where the request began [Fetch Metadata; RFC 6454].

    With `Referrer-Policy: no-referrer` a browser sends `Origin: null` with forms; Sec-Fetch-Site then decides.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("Origin")
    if origin is None or (origin == "null" and site is not None):
        return True
    return origin in (_origin(request.host_url), _origin(public_url))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
