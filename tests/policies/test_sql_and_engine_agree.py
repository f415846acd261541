"""The real access policies: what they say in SQL is what the Cedar engine says, over random rows and the whole cast."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, select
from tests.people import AUTHORITIES, CAST, populate

from comity.core import access
from comity.core.actors import Actor
from comity.core.database import Session
from comity.core.model import Json, Row, UtcDateTime, rows

STRANGERS = [
    Actor("7d0c3bb0-0000-4000-8000-000000000001", "focal point", "ZZ"),
    Actor("7d0c3bb0-0000-4000-8000-000000000002", "cooperation officer", None, None),
    Actor("7d0c3bb0-0000-4000-8000-000000000003", "registry officer", "OTP", "otp"),
    Actor("not-a-uuid", "administrator"),
]
"""People whose account does not fit their role: policies must hold for them too."""

CODES = [*AUTHORITIES, "ZZ"]
PEOPLE = [actor.id for actor in CAST]


numbers = count(1)


def value(column: Column[Any], chance: random.Random) -> Any:
    """Something that fits the column: a code, a person, a time, or nothing where that is allowed."""
    if column.nullable and chance.random() < 0.4:
        return None
    if column.foreign_keys:
        return UUID(PEOPLE[next(numbers) % len(PEOPLE)])
    if getattr(column.type, "enum_class", None) is not None:
        return chance.choice(list(column.type.enum_class))  # type: ignore[attr-defined]
    kind = _python_type(column)
    if column.unique or column.primary_key:
        return uuid4() if kind is UUID else f"{next(numbers):x}"
    longest = getattr(column.type, "length", None) or 64
    made: dict[type, Callable[[], Any]] = {
        str: lambda: chance.choice([text for text in CODES + PEOPLE if len(text) <= longest]),
        UUID: lambda: UUID(chance.choice(PEOPLE)),
        datetime: lambda: datetime(2026, 1, 5, tzinfo=UTC),
        date: lambda: date(2026, 1, 5),
        bool: lambda: chance.random() < 0.5,
        int: lambda: next(numbers),
        bytes: lambda: b"bytes",
        object: dict,
    }
    return made[kind]()


def _python_type(column: Column[Any]) -> type:
    """What the column holds; types of our own stand for what they are written as."""
    own = {UtcDateTime: datetime, Json: object}
    return own.get(type(column.type)) or column.type.python_type


def random_row(model: type[Row], chance: random.Random) -> Row:
    columns = [column for column in model.__table__.columns if column.name != "version"]
    return model(**{column.key: value(column, chance) for column in columns})


@pytest.mark.parametrize("model", rows(), ids=lambda model: model.kind)
def test_sql_and_engine_agree(database: object, policies: access.Access, model: type[Row]) -> None:
    populate()
    actions = access.actions_of(model)
    decisions: list[bool] = []

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.integers(0, 2**32))
    def compare(seed: int) -> None:
        chance = random.Random(seed)
        with Session() as session:
            found = [*session.scalars(select(model).limit(3)), *(random_row(model, chance) for _ in range(3))]
            session.add_all(found)
            session.flush()
            entities = [(row, access.entity_of(row)) for row in found]
            for actor in [*CAST, *STRANGERS]:
                for action in actions:
                    permitted = set(session.scalars(select(model.id).where(access.clause(action, actor))))
                    for row, entity in entities:
                        decision = access.decide(actor, action, entity)
                        assert decision.allowed == (row.id in permitted), (actor, action, vars(row))
                        decisions.append(decision.allowed)
            session.rollback()

    compare()
    assert len(decisions) >= 12 * 3 * len(CAST)
    assert False in decisions or model.kind in ("authority", "statement")
    assert True in decisions
