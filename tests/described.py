"""Every answer of the interface for programs, in every test, is one that its description names."""

from functools import cache
from typing import Any

from flask import Flask, Response, request
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from comity.web.openapi import document


class _Described:
    """The description of one form of the interface, and what is made of it as it is needed."""

    def __init__(self, app: Flask) -> None:
        self._document = document(app)
        paths = self._document["paths"].values()
        each = ((method.upper(), one) for item in paths for method, one in item.items())
        self.answers: dict[tuple[str, str], dict[str, Any]] = {
            (method, one["operationId"]): one["responses"] for method, one in each
        }
        self.validator = cache(self._validator)

    def _validator(self, reference: str) -> Draft202012Validator:
        registry: Registry[Any] = Registry().with_resource("urn:api", DRAFT202012.create_resource(self._document))
        there = {"$ref": f"urn:api{reference}"}
        return Draft202012Validator(there, registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER)


_KEPT: dict[frozenset[tuple[str, Any]], _Described] = {}


def _described(app: Flask) -> _Described:
    """The description of this application; those with the same operations at the same places share one."""
    views = ((str(rule), app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules())
    form = frozenset((rule, view) for rule, view in views if hasattr(view, "operation"))
    if form not in _KEPT:
        _KEPT[form] = _Described(app)
    return _KEPT[form]


def hold_to_its_description(app: Flask) -> None:
    """Fail whatever is answered with a status, a media type or a form that the description does not name."""

    described = cache(lambda: _described(app))

    @app.after_request
    def check(answer: Response) -> Response:
        responses = described().answers.get((request.method, (request.endpoint or "").rpartition(".")[2]))
        if responses is None or not request.path.startswith("/api/v1/"):
            return answer
        where, status = f"{request.method} {request.path}", str(answer.status_code)
        assert status in responses, f"{where}: {status} is not described"
        content = responses[status].get("content")
        if content is None:
            assert answer.get_data() == b"", f"{where}: {status} is described as empty"
            return answer
        assert answer.mimetype in content, f"{where}: {status} is described as {list(content)}, not {answer.mimetype}"
        if schema := content[answer.mimetype].get("schema"):
            wrong = [error.message for error in described().validator(schema["$ref"]).iter_errors(answer.get_json())]
            assert not wrong, f"{where}: {wrong}"
        return answer
