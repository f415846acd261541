"""What every page shows around its content: the names that templates may use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Flask, g, render_template, request, url_for
from flask_babel import get_domain, gettext
from jinja2 import pass_context
from markupsafe import Markup

from comity.core.settings import Settings
from comity.web.identity import person
from comity.web.languages import LANGUAGES, language
from comity.web.page import menu

F = TypeVar("F", bound=Callable[..., Any])

_names: dict[str, Callable[..., Any]] = {}


def template_name(name: str) -> Callable[[F], F]:
    """Give all templates the function below under `name`; for the `naming.py` of a domain."""

    def register(function: F) -> F:
        _names[name] = function
        return function

    return register


def translated(sentence: object) -> str:
    """A name out of a policy, in the reader's language."""
    return gettext(str(sentence)) if sentence else ""


def _catalogue() -> Any:
    """The sentences of this answer's language, looked for once."""
    if "catalogue" not in g:
        g.catalogue = get_domain().get_translations()
    return g.catalogue


def _gettext(sentence: str) -> str:
    return str(_catalogue().ugettext(sentence))


def _ngettext(one: str, many: str, number: int) -> str:
    return str(_catalogue().ungettext(one, many, number))


_client_messages: dict[str, Markup] = {}


def client_messages() -> Markup:
    """What the page script may have to say: the same on every page of a language."""
    if language() not in _client_messages:
        _client_messages[language()] = Markup(render_template("web/client_messages.html"))  # noqa: S704  (a template)
    return _client_messages[language()]


def install(app: Flask, settings: Settings) -> None:
    """Give templates of `app` what they need on every page."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(languages=LANGUAGES, idle_minutes=settings.sessions.idle_minutes)
    # With the context: else a constant is put into one language for all when the template is compiled.
    app.jinja_env.filters["translated"] = pass_context(lambda _context, sentence: translated(sentence))

    @app.context_processor
    def around() -> dict[str, Any]:
        return {
            **_names,
            "client_messages": client_messages,
            "person": person(),
            "language": language(),
            "menu": lambda: menu(app),
            "in_language": _in_language,
            "here": request.full_path.rstrip("?"),
        }


def _in_language(code: str) -> str:
    """The present page in another language, for readers who are not signed in; what was asked for stays text."""
    if request.endpoint is None or request.method != "GET":
        return url_for("home.index", lang=code)
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{url_for(request.endpoint, **(request.view_args or {}))}?{urlencode([*asked, ('lang', code)])}"
