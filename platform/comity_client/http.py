"""Speaking to the platform: bearer token, problem documents, retries of what may be repeated."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from comity_client.clock import Clock
from comity_client.errors import Conflicted, NotReached, Refused, SignInNeeded

TRIES = 5
WAIT = 0.3
"""Seconds before the second try; doubled each time."""


class Http:
    """One connection to one platform, of a person with a token, or of a program that signs its requests (`signs`).

    `transport` lets tests and the demonstration stay in one process.
    """

    at_hand = False
    """Whether what it gives is on this machine already, so that nothing needs to be kept to go on with."""

    def __init__(self, server: str, token: str | None = None, *, transport: httpx.BaseTransport | None = None) -> None:
        self.server = server.rstrip("/")
        self.token = token
        self.signs: Callable[[], str] | None = None
        self.clock = Clock()
        self._client = httpx.Client(base_url=self.server, transport=transport, timeout=60, trust_env=transport is None)

    def close(self) -> None:
        self._client.close()

    def get(self, path: str, **query: Any) -> Any:
        """The JSON at `path`."""
        return json.loads(self.get_bytes(path, **query))

    def get_bytes(self, path: str, **query: Any) -> bytes:
        """What is at `path`, as it is."""
        return self._send("GET", path, params=given(query)).content

    def post(self, path: str, body: Any = None, *, again: bool = False, version: int | None = None) -> Any:
        """Post JSON.  `again` says that the resource answers a repetition like the first time."""
        options: dict[str, Any] = {} if body is None else {"json": body}
        if version is not None:
            options["headers"] = {"If-Match": f'"{version}"'}
        answer = self._send("POST", path, again=again, **options)
        return answer.json() if answer.content else None

    def put(self, path: str, body: Any, *, version: int) -> Any:
        return self._send("PUT", path, json=body, headers={"If-Match": f'"{version}"'}).json()

    def put_json(self, path: str, body: Any) -> Any:
        """Put what was not there before."""
        return self._send("PUT", path, json=body).json()

    def put_bytes(self, path: str, content: bytes, headers: dict[str, str]) -> None:
        """Put bytes; may be repeated."""
        self._send("PUT", path, again=True, content=content, headers=headers)

    def delete(self, path: str) -> None:
        self._send("DELETE", path)

    def _send(self, method: str, path: str, *, again: bool = False, **options: Any) -> httpx.Response:
        headers = {**options.pop("headers", {}), "Accept": "application/json, application/problem+json"}
        if self.signs:
            headers["Authorization"] = self.signs()
        elif self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        tries = TRIES if again or method in ("GET", "PUT") else 1
        for attempt in range(tries):
            asked = datetime.now(UTC)
            try:
                answer = self._client.request(method, f"/api/v1{path}", headers=headers, **options)
            except httpx.HTTPError as error:
                if attempt == tries - 1:
                    raise NotReached(
                        f"{self.server} does not answer ({type(error).__name__}): check the address and the network."
                    ) from error
            else:
                self.clock.heard(answer.headers.get("Date"), asked)
                if answer.status_code not in (502, 503, 504) or attempt == tries - 1:
                    return self._checked(answer)
            time.sleep(WAIT * 2**attempt)
        raise AssertionError("unreachable")

    def _checked(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_success:
            return answer
        problem = _problem(answer)
        message = str(problem.get("detail") or problem.get("title") or f"The platform answered {answer.status_code}.")
        faults = problem.get("errors")
        if isinstance(faults, list):
            said = [f"{one.get('pointer')}: {one.get('message')}" for one in faults if isinstance(one, dict)]
            message = " ".join([message, *(one for one in said if not one.endswith(message))])
        if answer.status_code == 401 and self.signs:
            raise SignInNeeded(
                "The platform does not know this witness, or its clock is more than five minutes off: give its "
                "operator the witness's verifier key, for the setting log.witnesses."
            )
        if answer.status_code == 401:
            guessed = str(problem.get("type", "")).endswith("wrong-password")
            raise SignInNeeded(
                message if guessed else "You are not signed in, or your session has ended: run `comity login`."
            )
        kind = Conflicted if answer.status_code in (409, 412) else Refused
        raise kind(message, answer.status_code, problem)


def given(query: dict[str, Any]) -> dict[str, str]:
    """The parameters of a query that have a value."""
    return {name: str(value) for name, value in query.items() if value is not None}


def _problem(answer: httpx.Response) -> dict[str, Any]:
    try:
        value = answer.json()
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
