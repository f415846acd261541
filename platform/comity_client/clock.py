"""This machine's clock beside the platform's: what is signed names a time, and a wrong one would stay for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from comity_client.errors import ClientError

WARNED = timedelta(minutes=5)
"""More than this is told once."""

REFUSED = timedelta(hours=12)
"""With more than this nothing is signed."""

SECOND = timedelta(seconds=1)


class WrongClock(ClientError):
    """This machine's clock is so wrong that nothing is signed with it."""


class Clock:
    """How far the platform's clock is from this machine's, as far as its answers tell.  `tell` warns, once."""

    def __init__(self, tell: Callable[[str], object] | None = None) -> None:
        self.tell = tell
        self._off = timedelta(0)

    def heard(self, date: str | None, asked: datetime) -> None:
        """The platform named a moment [RFC 9110, Date], some time after it was `asked` and before now."""
        try:
            theirs = parsedate_to_datetime(date).astimezone(UTC) if date else None
        except ValueError:
            return
        now = datetime.now(UTC)
        if theirs is not None and theirs < asked - SECOND:
            self._is_off(theirs - asked)
        elif theirs is not None:
            self.not_before(theirs, now)

    def not_before(self, moment: datetime, now: datetime | None = None) -> None:
        """It is `moment` or later; how much later is not known."""
        now = now or datetime.now(UTC)
        self._is_off(moment - now if moment > now + SECOND else timedelta(0))

    def _is_off(self, by: timedelta) -> None:
        self._off = by
        if abs(by) > WARNED and self.tell:
            self.tell(f"{self._both()}: set it right, for what is signed here names its time.")
            self.tell = None

    def check(self) -> None:
        """Before anything is signed.  Raises WrongClock."""
        if abs(self._off) > REFUSED:
            raise WrongClock(
                f"{self._both()}: nothing is signed by a clock so wrong. Set it right, and run this again."
            )

    def _both(self) -> str:
        now = datetime.now(UTC)
        return (
            f"This machine's clock says {now:%Y-%m-%dT%H:%M:%SZ}, the platform's {now + self._off:%Y-%m-%dT%H:%M:%SZ}"
        )
