"""The description of the interface for programs, OpenAPI 3.1, made from the resources that are registered."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, Response, jsonify
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from comity.web.resource import Operation

VERSION = "1.0"
"""Of the interface, not of the program."""

CONVERTERS = {
    "uuid": {"type": "string", "format": "uuid"},
    "int": {"type": "integer", "minimum": 0},
    "string": {"type": "string"},
    "default": {"type": "string"},
}
"""What a part of an address may be."""

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "Problem details [RFC 9457]; `errors` say where (RFC 6901) and what.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "examples": ["/problems/not-found"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "message"],
                "properties": {"pointer": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}

REFUSALS = {
    "400": "The request is not well formed, or does not come from this session.",
    "401": "Nobody is signed in.",
    "403": "You may read this, but not do this to it.",
    "404": "There is nothing here that you can see.",
    "409": "It cannot be done now.",
    "412": "Somebody changed this meanwhile.",
    "413": "The body is too large.",
    "415": "The body is of another media type.",
    "422": "The input has to be mended; `errors` say where.",
    "428": "If-Match is missing.",
    "429": "Too many attempts.",
    "500": "Something failed here; nothing was changed.",
}


def install(app: Flask) -> None:
    """Serve the description; it is public, for it says nothing about anyone."""
    made: dict[str, Any] = {}

    def openapi() -> Response:
        if not made:
            made.update(document(app))
        return jsonify(made)

    openapi.public = True  # type: ignore[attr-defined]
    app.add_url_rule("/api/v1/openapi.json", "openapi", openapi)


def document(app: Flask) -> dict[str, Any]:
    """The whole description."""
    operations = [
        (rule.rule, view.operation)
        for rule in app.url_map.iter_rules()
        if hasattr(view := app.view_functions[rule.endpoint], "operation")
    ]
    schemas = _schemas([operation for _, operation in operations])
    paths: dict[str, Any] = {}
    for rule, operation in sorted(operations, key=lambda one: (one[0], one[1].method)):
        path, parameters = _path(rule)
        paths.setdefault(path, {})[operation.method.lower()] = _operation(operation, parameters)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Comity",
            "version": VERSION,
            "description": "What travels here is sealed before it leaves its sender; docs/sealing.md says how.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": {**schemas, "Problem": PROBLEM},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "The token of POST /api/v1/session."},
                "witness": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "`Witness`, then what a witness of the log signs: docs/sealing.md, section 11.",
                },
                "cookie": {"type": "apiKey", "in": "cookie", "name": str(app.config["SESSION_COOKIE_NAME"])},
            },
        },
        "security": [{"bearer": []}, {"cookie": []}],
    }


def _schemas(operations: list[Operation]) -> dict[str, Any]:
    wanted: dict[tuple[type[BaseModel], Any], None] = {}
    for operation in operations:
        for model, mode in ((operation.body, "validation"), (operation.answers, "serialization")):
            if isinstance(model, type) and issubclass(model, BaseModel):
                wanted[(model, mode)] = None
    _, schema = models_json_schema(list(wanted), ref_template="#/components/schemas/{model}")
    return dict(schema.get("$defs", {}))


def _path(rule: str) -> tuple[str, list[dict[str, Any]]]:
    """An address of Flask as OpenAPI writes it, and its parts."""
    parameters = []
    for converter, name in re.findall(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>", rule):
        schema = CONVERTERS.get(converter or "default", CONVERTERS["string"])
        parameters.append({"name": name, "in": "path", "required": True, "schema": schema})
    return re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", r"{\1}", rule), parameters


def _operation(operation: Operation, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    parameters = [*parameters, *_query(operation)]
    if operation.versioned:
        schema = {"type": "string", "examples": ['"3"']}
        parameters.append({"name": "If-Match", "in": "header", "required": True, "schema": schema})
    found: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "responses": {str(operation.status): _answer(operation), **_refusals()},
    }
    if parameters:
        found["parameters"] = parameters
    if operation.body is not None:
        found["requestBody"] = {"required": True, "content": _json(operation.body)}
    elif operation.raw:
        found["requestBody"] = {"required": True, "content": {"application/octet-stream": {}}}
    if operation.public:
        found["security"] = []
    elif operation.by_key:
        found["security"] = [{"bearer": []}, {"cookie": []}, {"witness": []}]
    return found


def _query(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    schema = operation.query.model_json_schema(ref_template="#/components/schemas/{model}")
    needed = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in needed, "schema": value}
        for name, value in schema.get("properties", {}).items()
    ]


def _answer(operation: Operation) -> dict[str, Any]:
    if operation.answers is None:
        return {"description": "Done."}
    if operation.answers is str:
        return {"description": "The text.", "content": {"text/plain": {}}}
    if operation.answers is bytes:
        return {"description": "The bytes.", "content": {"application/octet-stream": {}}}
    return {"description": "Done.", "content": _json(operation.answers)}


def _json(model: Any) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}


def _refusals() -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": text, "content": content} for status, text in REFUSALS.items()}
