"""What the API says to programs: problems for what is wrong, versions, and a description that is valid OpenAPI 3.1."""

import re

import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator
from tests import people
from tests.people import AMINA, CHIDI
from tests.visits import Program

from comity.core.errors import Invalid
from comity.web import View, if_match
from comity.web.errors import VersionNeeded
from comity.web.resource import MOST_FAULTS, respond


@pytest.fixture
def chidi(app):
    people.populate(keys=True)
    return Program(app, CHIDI)


def sign_in(app: Flask, body, **options):
    return app.test_client().post("/api/v1/session", data=body, **({"content_type": "application/json"} | options))


GOOD = '{"email":"chidi@xa.example","password":"a green lamp beside the quiet canal"}'


@pytest.mark.parametrize(
    ("body", "options", "status", "code"),
    [
        (GOOD, {}, 201, None),
        ("{", {}, 400, "not-readable"),
        ("", {}, 400, "not-readable"),
        (b"\xff\xfe", {}, 400, "not-readable"),
        (GOOD, {"content_type": "text/plain"}, 415, "wrong-media"),
        ("[]", {}, 422, "invalid"),
        ('{"email":"chidi@xa.example"}', {}, 422, "invalid"),
        ('{"email":1,"password":"x"}', {}, 422, "invalid"),
        ('{"email":null,"password":"x"}', {}, 422, "invalid"),
        (GOOD[:-1] + ',"more":1}', {}, 422, "invalid"),
        ('{"email":"' + "x" * 400 + '","password":"x"}', {}, 422, "invalid"),
        ('{"email":"chidi@xa.example","password":"wrong"}', {}, 401, "wrong-password"),
        ("[" * 12_000, {}, 400, "not-readable"),
        ('{"email":"chidi@xa.example\\u0000","password":"x"}', {}, 422, "invalid"),
        (" " * 20_000, {}, 413, "request-entity-too-large"),
        (GOOD[:-1] + ',"email":"dora@yb.example"}', {}, 422, "invalid"),
        ('{"email":"\\ud800","password":"x"}', {}, 400, "not-readable"),
        ('{"email":NaN,"password":1e999}', {}, 422, "invalid"),
    ],
)
def test_a_body_is_what_the_description_says_or_is_refused_with_the_reason(app, body, options, status, code):
    people.populate()
    answer = sign_in(app, body, **options)
    assert answer.status_code == status
    if code:
        assert answer.content_type == "application/problem+json"
        assert answer.json["type"] == f"/problems/{code}"
        assert answer.json["status"] == status
        assert answer.json["title"]
        assert answer.json["detail"].endswith(".")


def test_a_problem_points_to_what_is_wrong(app):
    people.populate()
    answer = sign_in(app, '{"email":1,"a/b":2}')
    pointers = {fault["pointer"] for fault in answer.json["errors"]}
    assert pointers == {"/email", "/password", "/a~1b"}


def test_only_the_first_of_very_many_faults_are_told(app):
    people.populate()
    answer = sign_in(app, "{" + ",".join(f'"a{n}":0' for n in range(1500)) + "}")
    assert (answer.status_code, len(answer.json["errors"])) == (422, MOST_FAULTS)


def test_a_list_without_end_is_refused_before_its_parts_are_looked_at(app):
    people.populate()
    body = '{"requested":"XA","requested_on":null,"measures":[' + ",".join(["{}"] * 50_000) + "]}"
    answer = Program(app, AMINA).api("POST", "/requests", data=body, content_type="application/json")
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json["errors"]] == ["/measures"]


@pytest.mark.parametrize(
    ("address", "pointer"),
    [("/requests?limit=1&limit=2", "/limit"), ("/requests?a=1", "/a"), ("/notifications?after=1&after=1", "/after")],
)
def test_a_query_says_everything_once_and_nothing_unknown(chidi, address, pointer):
    answer = chidi.api("GET", address)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json["errors"]] == [pointer]


@pytest.mark.parametrize("number", ["9" * 19, "9" * 5000])
def test_a_number_that_nothing_has_is_not_found_or_refused(chidi, number):
    nowhere = f"/documents/{people.account_id(CHIDI)}/parts"
    assert chidi.api("GET", f"{nowhere}/{number}").status_code == 404
    assert chidi.api("PUT", f"/uploads/{people.account_id(CHIDI)}/parts/{number}", data=b"x").status_code == 404
    answer = chidi.api("GET", f"{nowhere}/0?ver={number}")
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/ver")


def test_somebody_who_is_not_signed_in_is_told_how(app):
    people.populate()
    answer = app.test_client().get("/api/v1/keys/mine")
    assert (answer.status_code, answer.json["type"]) == (401, "/problems/sign-in")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_method_that_is_not_there_names_those_that_are(chidi):
    answer = chidi.api("PATCH", "/session")
    assert answer.status_code == 405
    assert {"GET", "DELETE", "POST"} <= set(answer.headers["Allow"].split(", "))


def test_the_description_is_valid_openapi_and_names_every_resource(app):
    answer = app.test_client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    said = answer.json
    assert said["openapi"].startswith("3.1.")
    assert list(OpenAPIV31SpecValidator(said).iter_errors()) == []
    described = {(method.upper(), path) for path, item in said["paths"].items() for method in item}
    served = set()
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/") and rule.endpoint != "openapi":
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            served |= {(method, path) for method in rule.methods or () if method not in ("HEAD", "OPTIONS")}
    assert described == served


def test_every_operation_has_a_name_of_its_own(app):
    said = app.test_client().get("/api/v1/openapi.json").json
    names = [operation["operationId"] for item in said["paths"].values() for operation in item.values()]
    assert len(names) == len(set(names))
    assert all(operation["summary"] for item in said["paths"].values() for operation in item.values())


def test_only_signing_in_and_the_description_are_public(app):
    said = app.test_client().get("/api/v1/openapi.json").json
    public = {path for path, item in said["paths"].items() for one in item.values() if one.get("security") == []}
    assert public == {"/api/v1/session", "/api/v1/session/device", "/api/v1/session/device/token"}


class Versioned(View):
    version: int
    name: str


def test_what_has_a_version_says_it_in_its_etag(app):
    with app.test_request_context():
        answer = respond(Versioned(version=7, name="x"), 200)
    assert answer.headers["ETag"] == '"7"'


@pytest.mark.parametrize(("header", "version"), [('"7"', 7), ('"0"', 0)])
def test_a_version_is_read_from_if_match(app, header, version):
    with app.test_request_context(headers={"If-Match": header}):
        assert if_match() == version


@pytest.mark.parametrize("header", ["*", '"x"', '"1","2"', 'W/"1"', '"²"', f'"{"9" * 5000}"'])
def test_what_is_no_version_is_refused(app, header):
    with app.test_request_context(headers={"If-Match": header}), pytest.raises(Invalid):
        if_match()


def test_a_change_without_its_version_is_refused(app):
    with app.test_request_context(), pytest.raises(VersionNeeded) as refused:
        if_match()
    assert refused.value.status == 428
