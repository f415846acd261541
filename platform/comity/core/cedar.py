"""Reads `policies/access.cedar` and its schema: rules with their sentence and basis, kinds with their attributes.

Everything is checked by Cedar's own validator.  What is wrong is named with file, line and reason, as PolicyError.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cedarpy

from comity.core.errors import PolicyError
from comity.core.policy import not_utf8

PLATFORM = "Platform"
"""The resource of actions that concern no row, such as `journal.read`."""

WITHOUT_ROWS = {PLATFORM, "Person", "Role"}
"""Entity types that are not tables."""


@dataclass(frozen=True)
class Attribute:
    """What the schema says of one attribute: String, Bool, Long, or an entity type such as Person."""

    type: str
    optional: bool


@dataclass(frozen=True)
class Schema:
    """Kinds with their attributes, and the kind that each action concerns."""

    kinds: dict[str, dict[str, Attribute]]
    actions: dict[str, str]
    handle: Any


@dataclass(frozen=True)
class Rule:
    """One policy.  `id` is a sentence that people are shown; `actions` and `resource` are None for every one."""

    id: str
    basis: str
    line: int
    permits: bool
    actions: frozenset[str] | None
    resource: str | None
    principal: dict[str, Any] = field(hash=False)
    conditions: tuple[dict[str, Any], ...] = field(hash=False)

    def concerns(self, action: str, kind: str) -> bool:
        """Whether the rule speaks of this action on this kind."""
        return (self.actions is None or action in self.actions) and self.resource in (None, kind)


@dataclass(frozen=True)
class Policies:
    """The rules for the compiler, and the same rules as the engine holds them (`handle`), under their sentences."""

    file: Path
    schema: Schema
    rules: tuple[Rule, ...]
    handle: Any

    def at(self, rule: Rule, reason: str) -> PolicyError:
        return _error(self.file, rule.line, reason)


def read(folder: Path) -> Policies:
    """Read and validate `access.cedar` and `access.cedarschema` in `folder`.  Raises PolicyError."""
    file = folder / "access.cedar"
    source = _text(file)
    schema = _schema(folder / "access.cedarschema")
    parsed: dict[str, Any] = {}
    rules: list[Rule] = []
    for line, statement in statements(source):
        rule, as_json = _rule(file, line, statement)
        if rule.id in parsed:
            raise _error(file, line, f'there are two rules with @id("{rule.id}")')
        parsed[rule.id] = as_json
        rules.append(rule)
    for rule in rules:
        for action in (rule.actions or frozenset()) - schema.actions.keys():
            raise _error(file, rule.line, f"{action} is not an action of access.cedarschema")
    _validate(file, source, rules, schema)
    handle = cedarpy.PolicySet.from_json_str(
        json.dumps({"staticPolicies": parsed, "templates": {}, "templateLinks": []})
    )
    return Policies(file, schema, tuple(rules), handle)


def _error(file: Path, line: int, reason: str) -> PolicyError:
    return PolicyError(f"{file}, line {line}: {' '.join(reason.split())}.")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise PolicyError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise PolicyError(not_utf8(file, error)) from error


_TOKEN = re.compile(r'//[^\n]*|"(?:\\.|[^"\\])*"|;|\S|\s+')


def statements(source: str) -> Iterator[tuple[int, str]]:
    """Each policy of a Cedar text with the line on which it begins; comments and strings may hold semicolons."""
    start = None
    for token in _TOKEN.finditer(source):
        word = token.group()
        if start is None and not word.isspace() and not word.startswith("//"):
            start = token.start()
        if word == ";" and start is not None:
            yield source.count("\n", 0, start) + 1, source[start : token.end()]
            start = None
    if start is not None:
        yield source.count("\n", 0, start) + 1, source[start:]


def _rule(file: Path, line: int, statement: str) -> tuple[Rule, dict[str, Any]]:
    try:
        found = list(json.loads(cedarpy.policies_to_json_str(statement))["staticPolicies"].values())
    except ValueError as error:
        raise _error(file, line, f"this rule cannot be read: {error}") from error
    if len(found) != 1:
        raise _error(file, line, "templates are not understood: name the role in the rule")
    raw: dict[str, Any] = found[0]
    notes = raw.get("annotations") or {}
    for needed in ("id", "basis"):
        if not (notes.get(needed) or "").strip():
            raise _error(file, line, f'this rule has no @{needed}("…")')
    try:
        rule = Rule(
            id=notes["id"],
            basis=notes["basis"],
            line=line,
            permits=raw["effect"] == "permit",
            actions=_actions(raw["action"]),
            resource=_resource(raw["resource"]),
            principal=raw["principal"],
            conditions=tuple(raw.get("conditions") or ()),
        )
    except PolicyError as error:
        raise _error(file, line, error.message) from error
    return rule, raw


def _actions(scope: dict[str, Any]) -> frozenset[str] | None:
    if scope["op"] == "All":
        return None
    if scope["op"] == "==":
        return frozenset({scope["entity"]["id"]})
    if scope["op"] == "in":
        return frozenset(entity["id"] for entity in scope.get("entities") or [scope["entity"]])
    raise PolicyError(f"`action {scope['op']}` is not understood")


def _resource(scope: dict[str, Any]) -> str | None:
    if scope["op"] == "All":
        return None
    if scope["op"] == "is" and "in" not in scope:
        return str(scope["entity_type"])
    raise PolicyError(f"`resource {scope['op']}` is not understood: write `resource is Kind`")


def _validate(file: Path, source: str, rules: list[Rule], schema: Schema) -> None:
    answer = cedarpy.validate_policies(source, schema.handle)
    lines = {rule.id: rule.line for rule in rules}
    for error in answer.errors:
        sentence = answer.id_annotations_by_policy_id.get(error.policy_id, "")
        reason = re.sub(r"^for policy `[^`]*`, ", "", error.error).rstrip(".")
        raise _error(file, lines.get(sentence, 1), reason)


_ENTITY = re.compile(r"^entity (\w+)(?: in \[[\w, ]*\])?(?: = \{(.*?)\})?;", re.MULTILINE | re.DOTALL)
_ATTRIBUTE = re.compile(r'^\s*"?(\w+)"?(\?)?: (\w+),?$', re.MULTILINE)
_ACTION = re.compile(r'^action "?([\w.]+)"?( in [^{]*?)? appliesTo \{(.*?)\n\};', re.MULTILINE | re.DOTALL)
_RESOURCES = re.compile(r"^\s*resource: \[([^\]]*)\]", re.MULTILINE)


def _schema(file: Path) -> Schema:
    """Reads the engine's own rendering of the schema, whose form is regular; anything unexpected in it is refused."""
    source = _text(file)
    try:
        handle = cedarpy.Schema.from_str(source)
    except ValueError as error:
        raise _error(file, _faulty_line(source, str(error)), f"this cannot be read: {error}") from error
    rendered = str(handle)
    kinds: dict[str, dict[str, Attribute]] = {}
    for entity in _ENTITY.finditer(rendered):
        lines = [line for line in (entity[2] or "").splitlines() if line.strip()]
        found = {each[1]: Attribute(each[3], bool(each[2])) for each in _ATTRIBUTE.finditer(entity[2] or "")}
        if len(found) != len(lines):
            line = line_naming(source, entity[1])
            raise _error(file, line, f"{entity[1]} has an attribute of a type that is not understood")
        kinds[entity[1]] = found
    actions: dict[str, str] = {}
    for action in _ACTION.finditer(rendered):
        resources = _RESOURCES.search(action[3])
        names = [name.strip() for name in resources[1].split(",")] if resources else []
        if len(names) != 1 or action[2]:
            line = line_naming(source, action[1])
            raise _error(file, line, f"the action {action[1]} must apply to exactly one kind, and be in no group")
        actions[action[1]] = names[0]
    said = len(re.findall(r"^(?:entity|action|type|namespace) ", rendered, re.MULTILINE))
    if said != len(kinds) + len(actions):
        others = (line for line, each in statements(source) if not each.startswith(("entity", "action")))
        raise _error(file, next(others, 1), "this declaration is not understood: only entities and actions are")
    return Schema(kinds, actions, handle)


def line_naming(source: str, word: str) -> int:
    """The first line of a Cedar text, comments left out, in which this word stands; 1 if there is none."""
    for number, text in enumerate(source.splitlines(), 1):
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text.partition("//")[0]):
            return number
    return 1


def line_of(file: Path, word: str) -> int:
    """The same of a file."""
    return line_naming(_text(file), word)


def _faulty_line(source: str, reason: str) -> int:
    """Where a schema goes wrong, for the engine does not say: by its declarations, else by the name that it gives.

    A name that is declared twice is found at its second declaration.
    """
    twice = re.search(r"`(\w+)` is declared twice", reason)
    declared = re.compile(rf"(entity|action)\s+\"?{twice[1]}\b") if twice else None
    found = [line for line, each in statements(source) if declared and declared.match(each)]
    if len(found) > 1:
        return found[1]
    for line, declaration in statements(source):
        try:
            cedarpy.Schema.from_str(declaration)
        except ValueError as error:
            if "pars" in str(error):
                return line
    named = re.search(r"resolve (?:common )?types?: (\w+)", reason)
    return line_naming(source, named[1]) if named else 1
