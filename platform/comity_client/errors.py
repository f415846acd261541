"""What can go wrong on the client's side, each with its exit code and a sentence that names the mend."""

from __future__ import annotations

from typing import ClassVar


class ClientError(Exception):
    """A failure with a sentence for its reader."""

    exit_code: ClassVar[int] = 1


class NotReached(ClientError):
    """The platform did not answer."""


class Refused(ClientError):
    """The platform refused; `problem` is its problem document [RFC 9457]."""

    def __init__(self, message: str, status: int, problem: dict[str, object]) -> None:
        super().__init__(message)
        self.status = status
        self.problem = problem


class SignInNeeded(ClientError):
    """Nobody is signed in, or the session has ended."""

    exit_code = 4


class Conflicted(Refused):
    """Somebody else was quicker, or the request is at another stage."""

    exit_code = 5


class ClientConflict(ClientError):
    """There is one already."""

    exit_code = Conflicted.exit_code


class NotVerified(ClientError):
    """A check failed: nothing has been released."""

    exit_code = 6


class PartlyDone(ClientError):
    """Some of it was done; the message says what was not."""

    exit_code = 7


class Cancelled(ClientError):
    """The person said no."""

    exit_code = 3
