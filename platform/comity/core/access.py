"""Who may do what: `policies/access.cedar`, compiled for each action into one WHERE clause.

That clause is the only path at run time: it filters lists, guards single rows and draws buttons.  The Cedar engine is
the oracle of a property test and of `explain`.  A construct that the compiler does not know stops the process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cedarpy
from sqlalchemy import ColumnElement, SQLColumnExpression, select, true
from sqlalchemy.orm import object_session

from comity.core import cedar, clauses
from comity.core.actors import PROGRAMS, ROLES, SYSTEM, Actor
from comity.core.cedar import PLATFORM, WITHOUT_ROWS, Policies, Rule
from comity.core.database import Session
from comity.core.errors import PolicyError
from comity.core.loading import is_complete
from comity.core.model import Row, rows
from comity.core.policy import policies_dir

Expression = Callable[[Any], SQLColumnExpression[Any]]

_attributes: dict[type[Row], dict[str, Expression]] = {}


def attribute(model: type[Row], name: str) -> Callable[[Expression], Expression]:
    """Declare what `resource.<name>` means for a kind of row, as one SQL expression.

    It may be NULL only where the schema says `name?`; a rule then asks `resource has name` first.
    """

    def register(function: Expression) -> Expression:
        _attributes.setdefault(model, {})[name] = function
        return function

    return register


def attributes_of(model: type[Row]) -> dict[str, ColumnElement[Any]]:
    """What policies may ask about this kind of row, as SQL expressions."""
    found: dict[str, Any] = {name: expression(model) for name, expression in _attributes.get(model, {}).items()}
    return {name: value.expression for name, value in found.items()}


@dataclass(frozen=True)
class Access:
    """The policies together with the tables that they speak of, by name of the kind."""

    policies: Policies
    models: Mapping[str, type[Row]]


_loaded: Access | None = None


def load(folder: Path | None = None, models: list[type[Row]] | None = None) -> Access:
    """Read, validate and compile the access policies.  Raises PolicyError with file, line and reason.

    Without arguments these are the project's policies and the rows of the loaded domains.
    """
    policies = cedar.read(folder or policies_dir())
    known = {model.__name__: model for model in (rows() if models is None else models)}
    found = Access(policies, known)
    if models is not None or is_complete():
        _check_kinds(found)
    _check_rules(found)
    use(found)
    return found


def use(found: Access) -> None:
    """Decide by these policies from now on, which have been read before."""
    global _loaded
    if found is not _loaded:
        _loaded = found
        clause.cache_clear()


def loaded() -> Access:
    """The loaded policies; read on first use."""
    return _loaded or load()


def forget() -> None:
    """Forget what was loaded; the next question reads the project's own policies again."""
    global _loaded
    _loaded = None
    clause.cache_clear()


def _check_kinds(access: Access) -> None:
    """Every kind and attribute of the schema exists in the program, and the other way round."""
    file = access.policies.file.with_suffix(".cedarschema")
    for kind, wanted in access.policies.schema.kinds.items():
        if kind in WITHOUT_ROWS:
            continue
        if kind not in access.models:
            raise PolicyError(f"{file}, line {cedar.line_of(file, kind)}: {kind} is no kind of row.")
        declared = _attributes.get(access.models[kind], {})
        for name in wanted.keys() ^ declared.keys():
            reason = "the domain's rules.py does not declare it" if name in wanted else "the schema does not have it"
            line = cedar.line_of(file, name if name in wanted else kind)
            raise PolicyError(f"{file}, line {line}: the attribute {kind}.{name} cannot be used: {reason}.")


def _check_rules(access: Access) -> None:
    """Compile each rule for each role and kind, so that what the compiler does not know stops the process now."""
    for rule in access.policies.rules:
        for action, kind in access.policies.schema.actions.items():
            if not rule.concerns(action, kind) or not (kind == PLATFORM or kind in access.models):
                continue
            for role in (*ROLES, *PROGRAMS):
                try:
                    probe = Actor("probe", role, "XX", "xx")
                    clauses.condition(clauses.compiled(rule, probe, _columns(access, kind)))
                except PolicyError as error:
                    raise access.policies.at(rule, error.message) from error


def _columns(access: Access, kind: str) -> dict[str, ColumnElement[Any]]:
    return attributes_of(access.models[kind]) if kind in access.models else {}


def kind_of(action: str) -> str:
    """The kind that an action concerns.  Raises PolicyError for an action that the schema does not have."""
    try:
        return loaded().policies.schema.actions[action]
    except KeyError:
        raise PolicyError(f"{action} is not an action of access.cedarschema.") from None


def actions_of(model: type[Row]) -> list[str]:
    """Every action on this kind of row."""
    return [action for action, kind in loaded().policies.schema.actions.items() if kind == model.__name__]


@lru_cache(maxsize=8192)
def clause(action: str, actor: Actor) -> ColumnElement[bool]:
    """The condition under which `actor` may do `action` to a row.  Without a permit it is nobody's.

    The system itself may do everything: what it does follows from events, and every act of it is a line.
    """
    kind = kind_of(action)
    if actor == SYSTEM:
        return true()
    permits, forbids = parts(action, kind, actor)
    return clauses.permitted([value for _, value in permits], [value for _, value in forbids])


Part = tuple[Rule, Any]


def parts(action: str, kind: str, actor: Actor) -> tuple[list[Part], list[Part]]:
    """The permits and the forbids for an action, each with what it compiles to: True, False or a condition."""
    access = loaded()
    columns = _columns(access, kind)
    found: tuple[list[Part], list[Part]] = ([], [])
    for rule in access.policies.rules:
        if rule.concerns(action, kind):
            found[0 if rule.permits else 1].append((rule, clauses.compiled(rule, actor, columns)))
    return found


@dataclass(frozen=True)
class Decision:
    """What the Cedar engine says, and the rules that decided; none means that no rule permits it."""

    allowed: bool
    rules: list[Rule]


def explain(actor: Actor, action: str, row: Row | None = None) -> Decision:
    """Ask the Cedar engine about one row as it is in the database.  Raises PolicyError if the engine cannot decide."""
    kind = kind_of(action)
    if actor == SYSTEM:
        return Decision(True, [])
    return decide(actor, action, entity_of(row) if row is not None else _entity(kind, "platform", {}))


def decide(actor: Actor, action: str, entity: dict[str, Any]) -> Decision:
    """The engine's decision about a resource as `entity_of` gives it."""
    policies = loaded().policies
    request = {
        "principal": {"type": "Person", "id": actor.id},
        "action": {"type": "Action", "id": action},
        "resource": entity["uid"],
        "context": {},
    }
    answer = cedarpy.is_authorized(request, policies.handle, [*_people(actor), entity], policies.schema.handle)
    if answer.diagnostics.errors:
        raise PolicyError(f"The policy engine cannot decide {action}: {answer.diagnostics.errors[0]}.")
    deciding = set(answer.diagnostics.reasons)
    return Decision(bool(answer.allowed), [rule for rule in policies.rules if rule.id in deciding])


def _people(actor: Actor) -> list[dict[str, Any]]:
    belongs = {"authority": actor.authority or clauses.NONE, "organ": actor.organ or clauses.NONE}
    role = {"type": "Role", "id": actor.role}
    return [
        {"uid": role, "attrs": {}, "parents": []},
        {"uid": {"type": "Person", "id": actor.id}, "attrs": belongs, "parents": [role]},
    ]


def entity_of(row: Row) -> dict[str, Any]:
    """A row as the engine sees it, with its attributes as they are in the database."""
    return _entity(type(row).__name__, str(row.id), _values(row))


def _entity(kind: str, identifier: str, values: dict[str, Any]) -> dict[str, Any]:
    """An attribute that is NULL is not there."""
    shape = loaded().policies.schema.kinds[kind]
    found: dict[str, Any] = {}
    for name, value in values.items():
        wanted = shape[name].type
        if value is None:
            continue
        if wanted == "Bool":
            found[name] = bool(value)
        elif wanted in ("String", "Long"):
            found[name] = value
        else:
            found[name] = {"__entity": {"type": wanted, "id": str(value)}}
    return {"uid": {"type": kind, "id": identifier}, "attrs": found, "parents": []}


def _values(row: Row) -> dict[str, Any]:
    columns = attributes_of(type(row))
    query = select(*(column.label(name) for name, column in columns.items())).where(type(row).id == row.id)
    session = object_session(row)
    if session is not None:
        return dict(session.execute(query).mappings().one()) if columns else {}
    with Session(writes=False) as own:
        return dict(own.execute(query).mappings().one()) if columns else {}
