"""Who is told of what: policies/notifications.toml, read and checked once."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import Field

from comity.core import journal
from comity.core.errors import PolicyError
from comity.core.policy import line_of, policies_dir, read_toml
from comity.deadlines.calendars import Strict

Group = Literal[
    "requested office",
    "requesting office",
    "drafter",
    "people with a draft to it",
    "people on whom it falls",
    "people who wait for it",
    "people to whom it is addressed",
    "members of the authority",
    "administrators of the authority",
    "the person whom it is about",
    "the deputy",
    "whoever has asked",
]

FIELD_OF: dict[str, str] = {
    "requested office": "requested",
    "requesting office": "requesting",
    "drafter": "requesting",
    "people with a draft to it": "authority",
    "people on whom it falls": "falls_on",
    "people who wait for it": "other",
    "people to whom it is addressed": "to",
    "members of the authority": "authority",
    "administrators of the authority": "authority",
    "the person whom it is about": "user",
    "the deputy": "deputy",
    "whoever has asked": "asked_by",
}
"""The field of the event that names the authority whose members a group is taken from, or the person."""

OF_PERIODS = ("people on whom it falls", "people who wait for it")
"""Groups that a period names, where it runs between two authorities."""

OF_PERSONS = ("the person whom it is about", "the deputy", "whoever has asked")
"""Groups that are one person, whom the event names, or nobody."""

PERSONAL = ("translation",)
"""Kinds of matters whose dates concern persons: events of their own tell these, and no whole office is told."""


class NotifyRule(Strict):
    """One `[[notify]]`: of which event, who, and whether messages wait for the recipient's office hours."""

    of: str
    who: Group
    when: Literal["at once", "office hours"] = "at once"
    basis: str = Field(min_length=1)


class NotificationsFile(Strict):
    notify: tuple[NotifyRule, ...] = Field(strict=False)


@cache
def rules() -> dict[str, tuple[NotifyRule, ...]]:
    """The rules for each event.  Raises PolicyError naming file, line and reason."""
    found: dict[str, list[NotifyRule]] = {}
    for position, rule in enumerate(read_toml("notifications.toml", NotificationsFile).notify):
        _check(rule, position)
        found.setdefault(rule.of, []).append(rule)
    return {name: tuple(those) for name, those in found.items()}


def check() -> None:
    """Read the file, or raise PolicyError."""
    rules()


def forget() -> None:
    """Read the file anew at the next question."""
    rules.cache_clear()


def _check(rule: NotifyRule, position: int) -> None:
    event = journal.event_class(rule.of)
    reason = None
    if event is None:
        reason = f"no event is named {rule.of!r}"
    elif FIELD_OF[rule.who] not in event.__dataclass_fields__:
        reason = f"{rule.of} does not say who the {rule.who} are: it has no field {FIELD_OF[rule.who]!r}"
    if reason:
        file = policies_dir() / "notifications.toml"
        line = line_of(file.read_text(encoding="utf-8"), "notify", position)
        raise PolicyError(f"{file}, line {line}: {reason}.")
