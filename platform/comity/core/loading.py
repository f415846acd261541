"""Loads every domain: what it can record, its tables, what policies may ask about it, and what follows."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable

from comity import DOMAINS

PARTS = ("events", "model", "rules", "reactions")
"""What a domain may have that must be known before the first transaction."""


_complete = False


def load_domains() -> None:
    """Import the parts of every domain; harmless when repeated."""
    global _complete
    importlib.import_module("comity.core.refusals")
    importlib.import_module("comity.core.relaying")
    for domain in DOMAINS:
        importlib.import_module(f"comity.{domain}")
        for part in PARTS:
            module = f"comity.{domain}.{part}"
            if importlib.util.find_spec(module) is not None:
                importlib.import_module(module)
    _complete = True


def policy_checks() -> list[Callable[[], None]]:
    """What each domain with policy files of its own checks of them: the `check` of its `policy.py`."""
    found = []
    for domain in DOMAINS:
        module = f"comity.{domain}.policy"
        if importlib.util.find_spec(module) is not None:
            found.append(importlib.import_module(module).check)
    return found


def is_complete() -> bool:
    """Whether every domain has been loaded, so that every kind of row is known."""
    return _complete
