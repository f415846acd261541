"""Each of the cast, and somebody who is not signed in, opens every address that answers GET; the statuses are known.

A new page is tested before its author writes a test.  Reviewers read the difference of page_matrix.txt, which
COMITY_UPDATE_SNAPSHOTS=1 writes anew.
"""

import os
from pathlib import Path

import pytest
from flask import Flask
from tests import people
from tests.visits import Visitor, visitor

from comity.core import settings as core_settings
from comity.core.settings import Settings

SNAPSHOT = Path(__file__).parent / "page_matrix.txt"
NOBODYS = "00000000-0000-4000-8000-00000000ffff"
"""The identifier of nothing."""

SAMPLES = {
    "account_id": people.CHIDI.id,
    "seq": 1,
    "code": "XA",
    "name": "x",
    "filename": "icon.svg",
    "n": 0,
    "level": 0,
    "rest": "000",
    "kind": "passkey",
}
"""What to put into an address that has a place to fill in; identifiers of rows are those of nothing."""

COLUMNS = {
    "nobody": None,
    **{people.NAMES[actor].split()[0].lower(): actor for actor in people.CAST},
    "lena": people.LENA,
}


@pytest.fixture
def settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Those of every test; but more is opened here in a minute than from one address on other days."""
    monkeypatch.setenv("COMITY_LIMITS__REQUESTS_PER_MINUTE", "1000000")
    core_settings.settings.cache_clear()
    return core_settings.settings()


def addresses(app: Flask) -> list[str]:
    """Every address that answers GET, with its places filled in."""
    found = set()
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" in (rule.methods or ()):
                filled = {name: SAMPLES.get(name, NOBODYS) for name in rule.arguments}
                found.add(f"{app.url_map.bind('localhost').build(rule.endpoint, filled)}  {rule.rule}")
    return sorted(found, key=lambda pair: pair.split("  ")[1])


def matrix(app: Flask) -> str:
    visitors = {name: visitor(app, actor) for name, actor in COLUMNS.items()}
    rows = []
    for pair in addresses(app):
        address, rule = pair.split("  ")
        statuses = [str(one.client.get(address, buffered=True).status_code) for one in visitors.values()]
        rows.append((rule, statuses))
    assert "429" not in {status for _rule, statuses in rows for status in statuses}
    width = max(len(rule) for rule, _ in rows)
    head = " " * width + "".join(f" {name:>7}" for name in COLUMNS)
    return (
        "\n".join([head, *(f"{rule:<{width}}" + "".join(f" {one:>7}" for one in said) for rule, said in rows)]) + "\n"
    )


@pytest.fixture
def everyone(app):
    people.populate(keys=True)
    people.populate_service()
    return app


def test_who_may_open_which_page_is_as_reviewed(everyone):
    now = matrix(everyone)
    if os.environ.get("COMITY_UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(now)
    assert now == SNAPSHOT.read_text(), "read the difference, then COMITY_UPDATE_SNAPSHOTS=1 writes it anew"


def test_no_page_answers_with_a_failure_of_ours():
    assert " 5" not in "\n".join(line[line.index(" ") :] for line in SNAPSHOT.read_text().splitlines()[1:])


def test_nothing_opens_for_somebody_who_is_not_signed_in_but_what_says_so(everyone):
    public = {"/sign-in", "/ready", "/api/v1/openapi.json", "/static/icon.svg"}
    opened = set()
    for pair in addresses(everyone):
        address = pair.split("  ")[0]
        if Visitor(everyone).client.get(address, buffered=True).status_code == 200:
            opened.add(address)
    assert opened == public


def test_nothing_changes_for_somebody_who_is_not_signed_in(everyone):
    """Every address that takes POST, PUT or DELETE refuses nobody, also with a valid token of a form."""
    stranger = Visitor(everyone)
    stranger.get("/sign-in")
    tried = 0
    for rule in everyone.url_map.iter_rules():
        view = everyone.view_functions[rule.endpoint]
        for method in set(rule.methods or ()) & {"POST", "PUT", "DELETE", "PATCH"}:
            if getattr(view, "public", False):
                continue
            filled = {name: SAMPLES.get(name, NOBODYS) for name in rule.arguments}
            address = everyone.url_map.bind("localhost").build(rule.endpoint, filled, method=method)
            answer = stranger.client.open(
                address, method=method, data={"csrf_token": stranger.csrf}, headers={"X-CSRFToken": stranger.csrf}
            )
            assert answer.status_code in (303, 401), (method, address, answer.status_code)
            if answer.status_code == 303:
                assert answer.headers["Location"].startswith("/sign-in")
            tried += 1
    assert tried > 10
