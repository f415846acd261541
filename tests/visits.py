"""Visits to the web application: whoever of the cast opens a page or asks the API, as a browser or a program would."""

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from tests import people
from werkzeug.test import TestResponse

from comity.core.actors import Actor


class Visitor:
    """A browser (`get`, `post` of forms, `api` with the cookie) of somebody, or of nobody yet."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.csrf = ""

    def get(self, address: str, **options: Any) -> TestResponse:
        answer = self.client.get(address, **options)
        found = re.search(r'name="csrf-token" content="([^"]+)"', answer.get_data(as_text=True))
        self.csrf = found[1] if found else self.csrf
        return answer

    def post(self, address: str, **form: Any) -> TestResponse:
        """Send a form of this site."""
        if not self.csrf:
            self.get("/sign-in")
        return self.client.post(address, data={"csrf_token": self.csrf, **form})

    def sign_in(self, actor: Actor, password: str = people.PASSWORD) -> TestResponse:
        self.get("/sign-in")
        answer = self.post("/sign-in", email=people.email(actor), password=password)
        if answer.status_code == 303:
            self.get("/account")
        return answer

    def api(self, method: str, address: str, json: Any = None, **options: Any) -> TestResponse:
        """Ask the API as the script of a page does."""
        headers = {"X-CSRFToken": self.csrf, **options.pop("headers", {})}
        return self.client.open(f"/api/v1{address}", method=method, json=json, headers=headers, **options)


class Program:
    """A program of somebody, with a bearer token."""

    def __init__(self, app: Flask, actor: Actor, password: str = people.PASSWORD) -> None:
        self.client: FlaskClient = app.test_client(use_cookies=False)
        credentials = {"email": people.email(actor), "password": password}
        answer = self.client.post("/api/v1/session", json=credentials)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        self.token = answer.json["token"]

    def api(self, method: str, address: str, json: Any = None, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return self.client.open(f"/api/v1{address}", method=method, json=json, headers=headers, **options)


def visitor(app: Flask, actor: Actor | None = None) -> Visitor:
    """A browser in which `actor` is signed in, or nobody."""
    found = Visitor(app)
    if actor is not None:
        assert found.sign_in(actor).status_code == 303
    return found
