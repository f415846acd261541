"""English or French: by account, else as chosen in this browser, else as the browser prefers."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Flask, g, request
from flask_babel import Babel, get_locale, gettext
from werkzeug.wrappers import Response

import comity
from comity.core import text
from comity.web.identity import person

LANGUAGES = {"en": "English", "fr": "Français"}
"""The working languages of the Court [Statute art. 50(2)], as they call themselves."""

COOKIE = "comity_language"
CATALOGUES = Path(comity.__file__).parent / "translations"


def install(app: Flask, *, https: bool) -> None:
    """Translate pages and sentences of `app`."""
    app.config.update(BABEL_TRANSLATION_DIRECTORIES=str(CATALOGUES), BABEL_DEFAULT_LOCALE="en")
    Babel(app, locale_selector=language, timezone_selector=_zone)
    text.set_translation(gettext)

    @app.after_request
    def remember(response: Response) -> Response:
        chosen = request.args.get("lang")
        if chosen in LANGUAGES and person() is None:
            response.set_cookie(
                COOKIE, chosen, max_age=timedelta(days=365), secure=https, httponly=True, samesite="Lax"
            )
        return response


def language() -> str:
    """The language of this answer: en or fr."""
    if "language" not in g:
        g.language = _language()
    return str(g.language)


def _language() -> str:
    someone = person()
    asked = request.args.get("lang"), someone and someone.locale, request.cookies.get(COOKIE)
    chosen = next((one for one in asked if one in LANGUAGES), None)
    preferred = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    return chosen or next((one for one in preferred if one in LANGUAGES), "en")


def _zone() -> str | None:
    someone = person()
    return someone.time_zone if someone is not None else None


def current() -> str:
    """The language in use; English outside of a request."""
    return str(get_locale() or "en")
