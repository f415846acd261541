"""What follows from what: docs/events.md, written from the events, policies and reactions that exist."""

from __future__ import annotations

import dataclasses

from comity.core import journal, reactions
from comity.core.journal import Event
from comity.deadlines import policy as deadlines
from comity.deadlines.calendars import wording
from comity.notifications import policy as notifications

HEAD = """\
# Events

What can happen, and what follows from it. Written by `./dev events` from the events in the code,
`policies/deadlines.toml`, `policies/notifications.toml` and the reactions; do not edit it by hand.
"""

VERBS = {
    "runs_from": "starts",
    "paused_by": "pauses",
    "resumed_by": "resumes",
    "extended_by": "extends",
    "amended_by": "changes",
    "reopened_by": "reopens",
    "met_by": "meets",
    "ended_by": "ends",
}
"""What an event that a deadline names there does to it."""


def document() -> str:
    """One section for each event, by name."""
    sections = [HEAD]
    for name in journal.event_names():
        event = journal.event_class(name)
        if event is not None:
            sections.append(f"## `{name}`\n\n" + "\n".join(_section(name, event)) + "\n")
    return "\n".join(sections)


def _section(name: str, event: type[Event]) -> list[str]:
    fields = ", ".join(f"`{field.name}`" for field in dataclasses.fields(event))
    said = [f"{' '.join((event.__doc__ or '').split())}\n"] if _described(event) else []
    found = [*said, f"* carries {fields or 'nothing more'}"]
    for rule in deadlines.rules():
        moves = [VERBS[use] for use, names in rule.events().items() if name in names]
        if moves:
            basis = wording(rule.basis, "en")
            found.append(f"* {' and '.join(moves)} the deadline *{rule.name}* ({rule.nature}: {basis})")
    for notice in notifications.rules().get(name, ()):
        when = " in their office hours" if notice.when == "office hours" else ""
        found.append(f"* notifies the {notice.who}{when} ({notice.basis})")
    for reaction, kind, events in reactions.every_reaction():
        if any(issubclass(event, each) for each in events) and Event not in events:
            found.append(f"* {kind}: `{reaction}`")
    return found


def _described(event: type[Event]) -> bool:
    """Dataclasses without a docstring are given their signature for one."""
    return bool(event.__doc__) and not str(event.__doc__).startswith(f"{event.__name__}(")
