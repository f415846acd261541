"""The Flask application: load every domain, register its pages and its API, and put the guards in front."""

from __future__ import annotations

import importlib
import importlib.util
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from comity import DOMAINS
from comity.accounts import login, passwords
from comity.core import access, clock, database
from comity.core.errors import SettingsError
from comity.core.loading import load_domains
from comity.core.settings import Settings
from comity.core.settings import settings as current_settings
from comity.log import trust
from comity.web import (
    bell,
    bundles,
    errors,
    formatting,
    guard,
    headers,
    home,
    identity,
    languages,
    layout,
    limiting,
    openapi,
    page,
    secret,
)

PARTS = ("naming", "home", "pages", "office_pages", "translation_pages", "api")
"""The modules by which a domain adds to the application; those of pages and the API hold a blueprint of their name."""


def create_app(settings: Settings | None = None) -> Flask:
    """The application with these settings, or those of the process.  Raises SettingsError and PolicyError."""
    chosen = settings or current_settings()
    load_domains()
    access.loaded()
    try:
        database.engine()
    except SettingsError:
        database.configure(chosen.database.url)
    app = Flask("comity.web", static_folder="static", template_folder="templates")
    _configure(app, chosen)
    _guards(app, chosen)
    _contents(app, chosen)
    bell.install(chosen)
    passwords.warm_up()
    return app


def _configure(app: Flask, settings: Settings) -> None:
    https = settings.server.public_url.startswith("https://")
    app.config.update(
        SECRET_KEY=secret.signing_secret(settings),
        SESSION_COOKIE_NAME="__Host-comity" if https else "comity",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        TRUSTED_HOSTS=[str(urlsplit(settings.server.public_url).hostname), "localhost", "127.0.0.1"],
        JSON_SORT_KEYS=False,
    )
    if settings.server.proxies:
        count = settings.server.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]


def _guards(app: Flask, settings: Settings) -> None:
    """In the order in which they look at a request."""
    https = settings.server.public_url.startswith("https://")
    headers.install(app, https=https)
    errors.install(app)
    limiting.install(app, settings)
    languages.install(app, https=https)
    login.install(app)
    identity.let_in(app, "Witness", lambda said: trust.asking_witness(said, clock.now()))
    page.only_with_an_account(app)
    guard.install(app, settings.server.public_url)


def _contents(app: Flask, settings: Settings) -> None:
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(f"{app.root_path}/templates"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    app.view_functions["static"].public = True  # type: ignore[union-attr]
    app.add_url_rule("/ready", "ready", _ready)
    formatting.install(app)
    layout.install(app, settings)
    bundles.install(app, settings)
    app.register_blueprint(home.home)
    for domain in DOMAINS:
        for part in PARTS:
            _add(app, f"comity.{domain}.{part}", part)
    openapi.install(app)


def _add(app: Flask, module: str, part: str) -> None:
    if importlib.util.find_spec(module) is None:
        return
    found = getattr(importlib.import_module(module), part, None)
    if isinstance(found, Blueprint):
        app.register_blueprint(found)


def _ready() -> Response:
    """Whether this process can answer: the database is there."""
    with database.Session(writes=False) as session:
        session.connection()
    return Response("ready\n", mimetype="text/plain")


_ready.public = True  # type: ignore[attr-defined]
