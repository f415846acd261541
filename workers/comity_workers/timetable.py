"""When what is rung: the relay and the deliveries every 2 s, and each job as often as it says itself."""

from __future__ import annotations

import importlib
import pkgutil
import re
from datetime import timedelta
from functools import cache
from typing import Any, Protocol

from comity.core.transaction import Transaction
from comity_workers import jobs

TICK = 2.0
"""Seconds between two wake-ups of relay and deliveries: what a lost message of the broker costs at most."""


class Job(Protocol):
    """A module of `jobs`: how often, and one page of the work; True if there is more."""

    EVERY: str

    def run(self, tx: Transaction) -> bool: ...


@cache
def all_jobs() -> dict[str, Job]:
    """Every job by its name, which is the name of its module."""
    found: dict[str, Any] = {}
    for module in pkgutil.iter_modules(jobs.__path__):
        found[module.name] = importlib.import_module(f"{jobs.__name__}.{module.name}")
    return found


def every(text: str) -> timedelta:
    """`30 seconds`, `10 minutes`, `1 hour`, `1 day` as a duration.  Raises ValueError."""
    found = re.fullmatch(r"([1-9]\d{0,3}) (second|minute|hour|day)s?", text)
    if not found:
        raise ValueError(f"{text!r} does not say how often: write '30 seconds', '10 minutes', '1 hour', '1 day'")
    return timedelta(**{f"{found[2]}s": int(found[1])})


def schedule() -> dict[str, dict[str, Any]]:
    """The beat schedule.  A ring that nobody heard in time is not heard later: the next one says the same."""
    table = {
        name: {"task": f"comity.{name}", "schedule": TICK, "options": {"expires": 5 * TICK}}
        for name in ("relay", "deliver")
    }
    for name, job in all_jobs().items():
        seconds = every(job.EVERY).total_seconds()
        table[name] = {
            "task": "comity.job",
            "schedule": seconds,
            "args": (name,),
            "options": {"expires": seconds},
        }
    return table
