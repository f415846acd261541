"""Whatever is sent to whatever address: the server answers, never with a failure of its own, and in the right form."""

import json
from random import Random
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from tests import people
from tests.exchange import sealed
from tests.people import AMINA, BRUNO, CHIDI, EMRE, FAYE
from tests.visits import Program, Visitor, visitor

from comity.core import settings as core_settings
from comity.core.database import Session
from comity.exchange.model import Document, Upload

TRIES = 300

ODD = [
    None, True, -1, 2**31, 2**63, -(10**30), 1.5, float("nan"), float("inf"), "", "\0", "\ud800", "x" * 70_000,
    "\u202e", "%(a)s", "//", "2030-02-30", "AAAA", [], [[]], {}, {"a": {}}, [None] * 50,
    "00000000-0000-0000-0000-000000000000", "XA", "k", "freeze", "executed", "not_possible", "annex", "answer",
]  # fmt: skip
"""Values of every type, some of which mean something somewhere."""

FIELDS = (
    "requested", "requested_on", "measures", "approval", "documents", "document", "clarification", "outcomes",
    "request", "purpose", "payload_bytes", "envelope", "header", "manifest_age", "replaces", "email", "password",
    "public", "ways", "signed", "file", "more",
)  # fmt: skip
FORM = ("email", "name", "role", "requested", "requested_on-day", "requested_on-year", "measure", "version", "next")
ASKED = ("after", "before", "limit", "stage", "lang", "next", "ver", "about", "day", "endpoint", "_method")
ENDS_OR_CHANGES_WHO_ASKS = {"keys_api.end_session", "accounts.sign_out", "accounts.end_other_sessions"}


@pytest.fixture(autouse=True)
def _no_net(settings, monkeypatch):
    monkeypatch.setenv("COMITY_LIMITS__REQUESTS_PER_MINUTE", "1000000")
    core_settings.settings.cache_clear()


@pytest.fixture
def busy(_no_net, app: Flask) -> Flask:
    """Requests in every stage; what fails is answered, not raised."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    people.populate(keys=True)
    for begin in (sealed.written, sealed.approved, sealed.transmitted, sealed.asked, sealed.answered):
        begin()
    return app


def filled(app: Flask, rule, random: Random, known: list) -> str:
    """An address of that rule, mostly of something that is there."""
    values = {}
    for name in rule.arguments:
        if "UUID" in type(rule._converters[name]).__name__:
            values[name] = random.choice([*known, uuid4()])
        elif "Integer" in type(rule._converters[name]).__name__:
            values[name] = random.choice([0, 0, 1, 2**31, 2**63, 10**25])
        else:
            values[name] = random.choice(["XA", "%00", "..", "é"])
    return app.url_map.bind("localhost").build(rule.endpoint, values)


def body(random: Random, known: list) -> bytes:
    """JSON, or nearly."""
    sent = {name: random.choice([*ODD, *map(str, known)]) for name in random.sample(FIELDS, random.randint(0, 5))}
    data = json.dumps(sent, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return random.choice([data, data, data, data[:-1], data + b"x", b"\xff" + data, b"[" * 5000, b""])


def known_rows() -> list:
    with Session(writes=False) as session:
        rows = [session.scalars(select(column)).all() for column in (Document.id, Document.request, Upload.id)]
    return [row for found in rows for row in found] + [people.account_id(CHIDI)]


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_is_sent_is_answered(busy, seed):
    random, known = Random(seed), known_rows()
    programs = [Program(busy, actor) for actor in (AMINA, BRUNO, CHIDI)]
    visitors: list[Visitor] = [visitor(busy, actor) for actor in (AMINA, CHIDI, EMRE, FAYE)] + [visitor(busy)]
    rules = [rule for rule in busy.url_map.iter_rules() if rule.endpoint not in ENDS_OR_CHANGES_WHO_ASKS]
    for _ in range(TRIES):
        rule = random.choice(rules)
        method = random.choice([*sorted(rule.methods or ()), "PATCH"])
        address = filled(busy, rule, random, known)
        query = {name: str(random.choice(ODD))[:300] for name in random.sample(ASKED, random.choice([0, 0, 0, 2]))}
        said = {"query_string": {name: value.encode("utf-8", "replace") for name, value in query.items()}}
        headers = random.choice([{}, {"If-Match": '"1"'}, {"If-Match": f'"{"9" * 5000}"'}, {"Comity-Leaf": "é"}])
        if rule.rule.startswith("/api/"):
            sent = {"data": body(random, known), "content_type": "application/json"}
            answer = random.choice(programs).api(
                method, address.removeprefix("/api/v1"), headers=headers, **sent, **said
            )
        else:
            one = random.choice(visitors)
            form = {name: str(random.choice(ODD)).encode("utf-8", "replace")[:300] for name in random.sample(FORM, 4)}
            sent = {"data": {"csrf_token": one.csrf, **form}} if method == "POST" else {}
            answer = one.client.open(address, method=method, headers=headers, **sent, **said)
        told = f"{method} {address} {said} {headers} {sent}: {answer.status_code}"
        assert answer.status_code < 500, told
        if rule.rule.startswith("/api/") and answer.status_code >= 400 and method != "HEAD":
            assert (answer.content_type, answer.json["status"]) == ("application/problem+json", answer.status_code), (
                told
            )
        answer.close()


def test_what_only_looks_changes_nothing_and_never_fails(busy):
    """HEAD is GET without the body, also where an address takes a form too."""
    amina = visitor(busy, AMINA)
    with Session(writes=False) as session:
        requests = sorted(set(session.scalars(select(Document.request))))
    for step in ("close", "withdraw", "discard", "cover"):
        for rfa_id in requests:
            address = f"/requests/{rfa_id}/{step}"
            assert amina.client.head(address).status_code == amina.client.get(address).status_code < 500
            assert sealed.read(AMINA, rfa_id)
