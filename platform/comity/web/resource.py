"""API resources: models in, models out, in one transaction of whoever is signed in, described in OpenAPI.

api = Api("assistance", __name__, url_prefix="/api/v1/requests")

@api.post("/<uuid:rfa_id>/approve", body=ApproveBody, answers=RequestView)
def approve(tx: Transaction, rfa_id: UUID, body: ApproveBody) -> RequestView: ...
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator
from pydantic_core import ErrorDetails
from werkzeug.wrappers import Response as AnyResponse

from comity.core.errors import Fault, Invalid
from comity.web.errors import NotReadable, VersionNeeded, WrongMedia
from comity.web.page import SAFE, acting

F = TypeVar("F", bound=Callable[..., Any])

LARGEST_BODY = 256 * 1024
"""Bytes of a JSON body, unless a resource says `largest`."""

MOST_FAULTS = 20
"""How many faults of a body are told: nobody mends more at once, and a hostile body has a million."""

LARGEST_NUMBER = 2**31 - 1
"""What every column for a number holds."""


class Body(BaseModel):
    """What a program sends: nothing unknown, nothing converted, no zero byte, which no database keeps in a text."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    @field_validator("*")
    @classmethod
    def hold_no_nul(cls, value: Any) -> Any:
        texts = value if isinstance(value, list | tuple) else [value]
        if any(isinstance(text, str) and "\0" in text for text in texts):
            raise ValueError("a text cannot hold a zero byte")
        return value


class Query(BaseModel):
    """What stands behind the question mark: text, converted to what the model says; nothing unknown."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class View(BaseModel):
    """What a program is given."""

    model_config = ConfigDict(frozen=True)


@dataclass(frozen=True)
class Operation:
    """One method of one resource, as the description of the interface needs it."""

    method: str
    name: str
    summary: str
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    answers: type[BaseModel] | type[bytes] | type[str] | None
    status: int
    public: bool
    by_key: bool
    raw: bool
    versioned: bool


class Api(Blueprint):
    """The resources of a domain; `app.py` registers the module attribute `api`."""

    def __init__(self, name: str, import_name: str, *, url_prefix: str | None = None) -> None:
        super().__init__(f"{name}_api", import_name, url_prefix=url_prefix)

    def resource(
        self,
        method: str,
        rule: str,
        *,
        body: type[BaseModel] | None = None,
        query: type[BaseModel] | None = None,
        answers: type[BaseModel] | type[bytes] | type[str] | None = None,
        status: int | None = None,
        public: bool = False,
        by_key: bool = False,
        writes: bool | None = None,
        raw: bool = False,
        largest: int = LARGEST_BODY,
        versioned: bool = False,
    ) -> Callable[[F], F]:
        """Serve `method` of `rule` with the function below.

        `body` and `query` are parsed into models and given under these names; `raw` leaves the body's bytes to the
        function; `largest` bounds the body in bytes; `versioned` documents that If-Match is needed; `by_key` lets in
        programs that sign their requests, for whom the policy then decides.
        """
        chosen = status or (200 if answers is not None else 204)

        def register(function: F) -> F:
            summary = (function.__doc__ or function.__name__.replace("_", " ")).strip().splitlines()[0]
            operation = Operation(
                method, function.__name__, summary, body, query, answers, chosen, public, by_key, raw, versioned
            )
            view = _answering(function, operation, writes)
            view.operation, view.public, view.largest = operation, public, largest  # type: ignore[attr-defined]
            view.by_key = by_key  # type: ignore[attr-defined]
            self.add_url_rule(rule, function.__name__, view, methods=[method])
            return function

        return register

    def get(self, rule: str, **options: Any) -> Callable[[F], F]:
        return self.resource("GET", rule, **options)

    def post(self, rule: str, **options: Any) -> Callable[[F], F]:
        return self.resource("POST", rule, **options)

    def put(self, rule: str, **options: Any) -> Callable[[F], F]:
        return self.resource("PUT", rule, **options)

    def delete(self, rule: str, **options: Any) -> Callable[[F], F]:
        return self.resource("DELETE", rule, **options)


def _answering(function: Callable[..., Any], operation: Operation, writes: bool | None) -> Callable[..., Any]:
    @wraps(function)
    def view(**arguments: Any) -> AnyResponse:
        if operation.body is not None:
            arguments["body"] = _body(operation.body)
        if operation.query is not None:
            arguments["query"] = _query(operation.query)
        if operation.public:
            return respond(function(**arguments), operation.status)
        with acting(writes=request.method not in SAFE if writes is None else writes) as tx:
            return respond(function(tx, **arguments), operation.status)

    return view


def _body(model: type[BaseModel]) -> BaseModel:
    """What was sent, or nothing where every field may be left out.  Raises WrongMedia, NotReadable or Invalid."""
    if (
        not request.mimetype
        and not request.content_length
        and not any(one.is_required() for one in model.model_fields.values())
    ):
        return model()
    if request.mimetype != "application/json":
        raise WrongMedia(_("Send the body as application/json."))
    sent = request.get_data()
    try:
        found = model.model_validate_json(sent)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        if faults[0]["type"] == "json_invalid":
            raise NotReadable(_("The body is not JSON.")) from error
        raise Invalid(_("The body does not have the form that is asked for."), _faults(faults)) from error
    json.loads(sent, object_pairs_hook=_each_once)
    return found


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two values of one name readers take different ones.  Raises Invalid."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        raise _twice(next(name for name in names if names.count(name) > 1))
    return found


def _twice(name: str) -> Invalid:
    problem = _("%(name)s stands twice.", name=name)
    return Invalid(problem, [Fault(_pointer([name]), problem)])


def _query(model: type[BaseModel]) -> BaseModel:
    for name, values in request.args.lists():
        if len(values) > 1:
            raise _twice(name)
    try:
        return model.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise Invalid(_("The query does not have the form that is asked for."), _faults(error.errors())) from error


def _faults(found: Sequence[ErrorDetails]) -> list[Fault]:
    """Where and what, of the first."""
    return [Fault(_pointer(fault["loc"]), f"{fault['msg']}.") for fault in found[:MOST_FAULTS]]


def _pointer(path: Sequence[str | int]) -> str:
    """RFC 6901."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


def respond(result: Any, status: int) -> AnyResponse:
    """A response from what a function gave: a model, a response, nothing, or (model, status, headers)."""
    headers: dict[str, str] = {}
    if isinstance(result, tuple):
        result, status, *rest = result
        headers = rest[0] if rest else {}
    if isinstance(result, AnyResponse):
        return result
    if result is None:
        return Response(status=status if status != 200 else 204, headers=headers)
    response = Response(result.model_dump_json(), status=status, headers=headers, mimetype="application/json")
    version = getattr(result, "version", None)
    if isinstance(version, int):
        response.set_etag(str(version))
    return response


def if_match() -> int:
    """The version that a change was made from, out of If-Match.  Raises VersionNeeded or Invalid."""
    if not request.headers.get("If-Match"):
        raise VersionNeeded(_("Say in If-Match which version you changed."))
    tags = list(request.if_match)
    if len(tags) != 1 or not tags[0].isascii() or not tags[0].isdigit() or len(tags[0]) > 10:
        raise Invalid(_("If-Match must be one version, as ETag gave it."))
    return int(tags[0])
