"""Role by action: what the access policy permits, as a text that reviewers read when it changes."""

from __future__ import annotations

from typing import Any

from comity.core import access
from comity.core.actors import PROGRAMS, ROLES, Actor
from comity.core.cedar import Rule

COLUMNS = (*ROLES, *PROGRAMS)

HEAD = """\
Who may do what, computed from policies/access.cedar.  Written by `./dev matrix`; reviewers read the difference.

yes     always
when    under the conditions of the rules that are named (`+` permits, `-` forbids)
.       never
"""


def matrix() -> str:
    """The whole table, and under it the rules behind every `when`."""
    actions = access.loaded().policies.schema.actions
    width = max(len(action) for action in actions)
    lines = [HEAD, " " * width + "".join(f"  {role:<{len(role)}}" for role in COLUMNS)]
    reasons: list[str] = []
    for action, kind in sorted(actions.items(), key=lambda item: (item[1], item[0])):
        answers = {role: _answer(action, kind, role) for role in COLUMNS}
        cells = "".join(f"  {answer:<{len(role)}}" for role, (answer, _) in answers.items())
        lines.append(f"{action:<{width}}{cells}".rstrip())
        reasons += _reasons(action, {role: rules for role, (_, rules) in answers.items()})
    return "\n".join([*lines, *reasons]) + "\n"


def _answer(action: str, kind: str, role: str) -> tuple[str, tuple[str, ...]]:
    permits, forbids = access.parts(action, kind, Actor("somebody", role, "somewhere", "something"))
    if not _live(permits) or any(value is True for _, value in forbids):
        return ".", ()
    named = tuple(f"+ {rule.id}" for rule in _live(permits)) + tuple(f"- {rule.id}" for rule in _live(forbids))
    always = any(value is True for _, value in permits) and not _live(forbids)
    return ("yes" if always else "when"), named


def _live(parts: list[tuple[Rule, Any]]) -> list[Rule]:
    return [rule for rule, value in parts if value is not False]


def _reasons(action: str, rules: dict[str, tuple[str, ...]]) -> list[str]:
    """The rules behind an action, once for all the roles that share them."""
    found = [""] if any(rules.values()) else []
    for named in dict.fromkeys(named for named in rules.values() if named):
        roles = ", ".join(role for role in COLUMNS if rules[role] == named)
        found += [f"{action}: {roles}", *(f"    {line}" for line in named)]
    return found
