"""Compiles one rule for one actor into SQL: what speaks of the principal is decided now, the rest is left to columns.

SQL's three values make it fail closed: a condition over NULL holds only if it holds whatever the NULL stands for.  An
operator or a form that is not named here is refused, so that no rule is ever half understood.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, false, func, not_, or_, true

from comity.core.actors import Actor
from comity.core.cedar import Rule
from comity.core.errors import PolicyError

Value = Any
"""A str, bool, int, Person or list of these, known now; or an SQL expression."""

NONE = "(none)"
"""What `principal.authority` and `principal.organ` are for somebody who has none: no row ever says this."""


@dataclass(frozen=True)
class Person:
    """A principal as a value: compared by identifier."""

    id: str


def permitted(permits: list[Value], forbids: list[Value]) -> ColumnElement[bool]:
    """Some permit holds and no forbid does; NULL is not permitted, and is forbidden.

    The permits stand bare, so that an index can serve them: where they give NULL, a WHERE clause takes no row.
    """
    allowed = or_(false(), *(condition(one) for one in permits))
    return and_(true(), allowed, *(not_(_or_unknown(one)) for one in forbids))


def _or_unknown(value: Value) -> ColumnElement[bool]:
    return condition(value) if isinstance(value, bool) else func.coalesce(condition(value), true())


def condition(value: Value) -> ColumnElement[bool]:
    """A compiled rule as an SQL condition."""
    if isinstance(value, bool):
        return true() if value else false()
    if isinstance(value, ColumnElement):
        return value
    raise PolicyError(f"a condition gives {value!r}, which is neither true nor false")


def compiled(rule: Rule, actor: Actor, attributes: Mapping[str, ColumnElement[Any]]) -> Value:
    """The rule for this actor: True, False, or a condition over the attributes.  Raises PolicyError."""
    compiler = _Compiler(actor, attributes)
    holds = compiler.in_scope(rule.principal)
    parts: list[Value] = [holds]
    for clause in rule.conditions:
        value = compiler.value(clause["body"])
        parts.append(value if clause["kind"] == "when" else negated(value))
    return every(parts)


def every(parts: list[Value]) -> Value:
    """Their conjunction, as far as it is known now."""
    if any(part is False for part in parts):
        return False
    left = [condition(part) for part in parts if part is not True]
    return and_(*left) if left else True


def negated(value: Value) -> Value:
    return (not value) if isinstance(value, bool) else not_(condition(value))


class _Compiler:
    def __init__(self, actor: Actor, attributes: Mapping[str, ColumnElement[Any]]) -> None:
        self.actor = actor
        self.attributes = attributes

    def in_scope(self, scope: dict[str, Any]) -> bool:
        if scope["op"] == "All":
            return True
        if scope["op"] == "in" and scope["entity"]["type"] == "Role":
            return bool(scope["entity"]["id"] == self.actor.role)
        raise PolicyError(f'`principal {scope["op"]}` is not understood: write `principal in Role::"…"`')

    def value(self, node: dict[str, Any]) -> Value:
        if len(node) != 1:
            raise PolicyError(f"the expression {node} is not understood")
        ((operator, body),) = node.items()
        method = _OPERATORS.get(operator)
        if method is None:
            raise PolicyError(f"the operator `{operator}` is not understood")
        return method(self, body)

    def literal(self, body: Any) -> Value:
        if isinstance(body, bool | str | int):
            return body
        if isinstance(body, dict) and body.get("__entity", {}).get("type") == "Person":
            return Person(body["__entity"]["id"])
        raise PolicyError(f"the value {body} is not understood")

    def variable(self, name: str) -> Value:
        if name == "principal":
            return Person(self.actor.id)
        raise PolicyError(f"`{name}` as such is not understood: name one of its attributes")

    def attribute(self, body: dict[str, Any]) -> Value:
        of, name = body["left"].get("Var"), body["attr"]
        if of == "principal" and name in ("authority", "organ"):
            return getattr(self.actor, name) or NONE
        if of == "resource":
            return self.expression(name)
        raise PolicyError(f"`{of}.{name}` is not understood")

    def presence(self, body: dict[str, Any]) -> Value:
        if body["left"] != {"Var": "resource"} or not isinstance(body.get("attr"), str):
            raise PolicyError("`has` is understood for attributes of the resource only")
        return self.expression(body["attr"]).is_not(None)

    def expression(self, name: str) -> ColumnElement[Any]:
        if name not in self.attributes:
            raise PolicyError(f"the attribute `{name}` is not declared in the domain's rules.py")
        return self.attributes[name]

    def both(self, body: dict[str, Any]) -> Value:
        return every([self.value(body["left"]), self.value(body["right"])])

    def either(self, body: dict[str, Any]) -> Value:
        return negated(every([negated(self.value(body[side])) for side in ("left", "right")]))

    def negation(self, body: dict[str, Any]) -> Value:
        return negated(self.value(body["arg"]))

    def equality(self, body: dict[str, Any]) -> Value:
        return equal(self.value(body["left"]), self.value(body["right"]))

    def inequality(self, body: dict[str, Any]) -> Value:
        return negated(self.equality(body))

    def members(self, body: list[dict[str, Any]]) -> list[Value]:
        return [self.value(item) for item in body]

    def contains(self, body: dict[str, Any]) -> Value:
        left, right = self.value(body["left"]), self.value(body["right"])
        if not isinstance(left, list):
            raise PolicyError("`contains` is understood for written lists only")
        return negated(every([negated(equal(item, right)) for item in left]))

    def membership(self, body: dict[str, Any]) -> Value:
        entity = body["right"].get("Value", {})
        entity = entity.get("__entity", {}) if isinstance(entity, dict) else {}
        if body["left"] == {"Var": "principal"} and entity.get("type") == "Role":
            return entity["id"] == self.actor.role
        raise PolicyError('`in` is understood for `principal in Role::"…"` only')


def equal(left: Value, right: Value) -> Value:
    """Equality, decided now where both sides are known."""
    if isinstance(left, list) or isinstance(right, list):
        raise PolicyError("lists are not compared: write `[…].contains(…)`")
    if isinstance(right, ColumnElement) and not isinstance(left, ColumnElement):
        left, right = right, left
    if not isinstance(left, ColumnElement):
        return left == right and type(left) is type(right)
    if isinstance(right, bool):
        return left if right else not_(left)
    if isinstance(right, Person):
        right = right.id
    if isinstance(left.type, Uuid) and isinstance(right, str):
        return _same_uuid(left, right)
    return left == right


def _same_uuid(column: ColumnElement[Any], text: str) -> Value:
    try:
        return column == UUID(text)
    except ValueError:
        return column != column  # false for every row, and NULL for NULL


_OPERATORS: dict[str, Callable[[_Compiler, Any], Value]] = {
    "Value": _Compiler.literal,
    "Var": _Compiler.variable,
    ".": _Compiler.attribute,
    "has": _Compiler.presence,
    "&&": _Compiler.both,
    "||": _Compiler.either,
    "!": _Compiler.negation,
    "==": _Compiler.equality,
    "!=": _Compiler.inequality,
    "Set": _Compiler.members,
    "contains": _Compiler.contains,
    "in": _Compiler.membership,
}
"""Every operator that a rule may use; any other stops the process."""
