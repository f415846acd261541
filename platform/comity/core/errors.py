"""The few errors the platform speaks.  Each message is a sentence for the person who reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class ComityError(Exception):
    """Any refusal or failure that has a sentence for its reader, a stable code and an HTTP status."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(ComityError):
    """The row does not exist, or this actor may not know that it does: both look the same."""

    status = 404
    code = "not-found"


class Denied(ComityError):
    """The actor may read the row, but not do this to it."""

    status = 403
    code = "denied"


class Refused(ComityError):
    """The lifecycle does not allow the step now."""

    status = 409
    code = "refused"


class Conflict(ComityError):
    """Something else is already in this place."""

    status = 409
    code = "conflict"


class Stale(ComityError):
    """The row has changed since the actor read it."""

    status = 412
    code = "stale"


class TooLarge(ComityError):
    """More bytes or items than the limit in the settings."""

    status = 413
    code = "too-large"


@dataclass(frozen=True)
class Fault:
    """One thing wrong with an input: where (a JSON pointer, RFC 6901) and what."""

    pointer: str
    message: str


class Invalid(ComityError):
    """The input is wrong; `faults` say where and why."""

    status = 422
    code = "invalid"

    def __init__(self, message: str, faults: list[Fault] | None = None) -> None:
        super().__init__(message)
        self.faults = faults or []


class TooMany(ComityError):
    """More attempts than the settings allow."""

    status = 429
    code = "too-many"


class Unrecorded(ComityError):
    """A changed row was about to be committed without a line: a mistake in the program."""

    code = "unrecorded"


class PolicyError(ComityError):
    """A policy file is wrong; the process must not start with it."""

    code = "policy"


class SettingsError(ComityError):
    """A setting is wrong; the process must not start with it."""

    code = "settings"


class JournalBroken(ComityError):
    """The journal is not what was written; `seq` is the first line at which this shows."""

    code = "journal-broken"

    def __init__(self, seq: int, reason: str) -> None:
        super().__init__(f"The journal is broken at line {seq}: {reason}.")
        self.seq = seq
        self.reason = reason
