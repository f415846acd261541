"""A real browser before the real application: pages served on this machine, opened in Chromium, checked with axe."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from playwright.sync_api import Page
from tests import people
from werkzeug.serving import make_server

from comity.core.actors import Actor


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application on a free port of this machine; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def sign_in(page: Page, address: str, actor: Actor) -> None:
    """As a person does."""
    page.goto(f"{address}/sign-in")
    page.fill("#email", people.email(actor))
    page.fill("#password", people.PASSWORD)
    page.click("main button")
    page.wait_for_url(f"{address}/")
