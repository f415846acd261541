"""What the access policy says in SQL is what the Cedar engine says, over random rules, people and rows."""

from pathlib import Path
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from tests.core.world import AMINA, CHIDI, DORA, EMRE, FAYE, SCHEMA, UMA, Sheet, write_policies

from comity.core import access
from comity.core.actors import ROLES, Actor
from comity.core.database import Session

ACTIONS = ["sheet.read", "sheet.write", "sheet.send", "sheet.check", "sheet.shred"]
CODES = ["OTP", "REG", "XA", "YB", "(none)"]
PEOPLE = ["amina", "chidi", UMA.id]
UUIDS = [UMA.id, "11111111-1111-4111-8111-111111111111"]
NOBODY = Actor("22222222-2222-4222-8222-222222222222", "registry officer", "REG")

VALUES = [f'"{code}"' for code in CODES] + ["principal.authority", "principal.organ"]
PERSONS = [f'Person::"{person}"' for person in PEOPLE] + ["principal"]

SIDES = ["resource.sender", "principal.authority", "principal.organ"]
ATOMS = [
    "true",
    "false",
    "resource.sent",
    *(f"(resource.sent {sign} {truth})" for sign in ("==", "!=") for truth in ("true", "false")),
    *(f"({side} {sign} {value})" for side in SIDES for sign in ("==", "!=") for value in VALUES),
    *(
        f"({side} {sign} {who})"
        for side in ("resource.author", "principal")
        for sign in ("==", "!=")
        for who in PERSONS
    ),
    *(f"(resource has receiver && resource.receiver {sign} {value})" for sign in ("==", "!=") for value in VALUES),
    *(f"(resource has checker && resource.checker {sign} {who})" for sign in ("==", "!=") for who in PERSONS),
    "(resource has receiver)",
    "(resource has checker)",
    *(f'(principal in Role::"{role}")' for role in ROLES),
    *(f"[{VALUES[0]}, {value}].contains({side})" for value in VALUES for side in SIDES[:2]),
    *(f"[{PERSONS[0]}, {who}].contains(resource.author)" for who in PERSONS),
]
"""Every form of a single condition that the compiler understands."""

conditions = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.builds("({} && {})".format, inner, inner),
        st.builds("({} || {})".format, inner, inner),
        st.builds("(!{})".format, inner),
    ),
    max_leaves=6,
)


@st.composite
def rules(draw: st.DrawFn) -> str:
    """One to five rules, each with a scope, and with conditions of both kinds."""
    texts = []
    for number in range(draw(st.integers(1, 5))):
        effect = draw(st.sampled_from(["permit", "permit", "forbid"]))
        role = draw(st.sampled_from([None, *ROLES]))
        principal = f'principal in Role::"{role}"' if role else "principal"
        verbs = draw(st.lists(st.sampled_from(ACTIONS), max_size=3, unique=True))
        named = ", ".join(f'Action::"{verb}"' for verb in verbs)
        action = f"action in [{named}]" if verbs else "action"
        clauses = [
            f"{draw(st.sampled_from(['when', 'unless']))} {{ {draw(conditions)} }}"
            for _ in range(draw(st.integers(0, 2)))
        ]
        texts.append(
            f'@id("rule {number}") @basis("test") {effect} ({principal}, {action}, resource is Sheet) '
            f"{' '.join(clauses)};"
        )
    return "\n".join(texts)


sheets = st.builds(
    Sheet,
    sender=st.sampled_from(CODES[:4]),
    receiver=st.sampled_from([None, *CODES[:4]]),
    author=st.sampled_from(PEOPLE),
    checker=st.sampled_from([None, *map(UUID, UUIDS)]),
    sent=st.booleans(),
)


CROWD = (AMINA, CHIDI, DORA, EMRE, FAYE, UMA, NOBODY)


def compared(rows: list[Sheet], actions: list[str], context: str) -> list[bool]:
    """Ask SQL and the engine about every person, action and row; gives the decisions on which they agree."""
    decisions = []
    with Session() as session:
        session.add_all(rows)
        session.flush()
        entities = [(row, access.entity_of(row)) for row in rows]
        for actor in CROWD:
            for action in actions:
                permitted = set(session.scalars(select(Sheet.id).where(access.clause(action, actor))))
                for row, entity in entities:
                    decision = access.decide(actor, action, entity).allowed
                    assert decision == (row.id in permitted), (context, actor, action, vars(row))
                    decisions.append(decision)
        session.rollback()
    return decisions


def test_the_clause_decides_as_the_engine_does_over_random_rules(world: Engine, tmp_path: Path) -> None:
    decisions: list[bool] = []

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(rules(), st.lists(sheets, min_size=1, max_size=5))
    def compare(text: str, rows: list[Sheet]) -> None:
        access.load(write_policies(tmp_path / "random", text), models=[Sheet])
        decisions.extend(compared(rows, ACTIONS, text))

    compare()
    assert len(decisions) >= 60 * len(CROWD) * len(ACTIONS)
    assert {True, False} == set(decisions)


def test_every_form_of_a_condition_is_decided_as_the_engine_does(world: Engine, tmp_path: Path) -> None:
    for condition in ATOMS:
        assert {True, False} == set(over_all_forms(condition, tmp_path / "one")), condition


def over_all_forms(condition: str, folder: Path) -> list[bool]:
    """Decisions where the condition permits, permits by `unless`, permits negated, and forbids."""
    text = f"""
    @id("when") @basis("test") permit (principal, action == Action::"sheet.read", resource is Sheet)
    when {{ {condition} }};
    @id("unless") @basis("test") permit (principal, action == Action::"sheet.write", resource is Sheet)
    unless {{ {condition} }};
    @id("not") @basis("test") permit (principal, action == Action::"sheet.send", resource is Sheet)
    when {{ !{condition} }};
    @id("all") @basis("test") permit (principal, action == Action::"sheet.check", resource is Sheet);
    @id("forbid") @basis("test") forbid (principal, action == Action::"sheet.check", resource is Sheet)
    when {{ {condition} }};
    """
    access.load(write_policies(folder, text), models=[Sheet])
    rows = [
        Sheet(sender="OTP", author="amina", sent=True),
        Sheet(sender="XA", receiver="OTP", author="chidi", checker=UUID(UUIDS[1])),
        Sheet(sender="REG", receiver="XA", author=UMA.id, checker=UUID(UMA.id), sent=True),
        Sheet(sender="YB", receiver="YB", author="chidi"),
    ]
    return compared(rows, ["sheet.read", "sheet.write", "sheet.send", "sheet.check"], condition)


def test_null_fails_closed_for_permit_and_forbid_alike(world: Engine, tmp_path: Path) -> None:
    """An attribute that should never be NULL and is: the engine would skip a forbid, SQL must not."""
    text = """
    @id("permit over null") @basis("test")
    permit (principal, action == Action::"sheet.read", resource is Sheet) when { resource.receiver == "XA" };
    @id("permit over not null") @basis("test")
    permit (principal, action == Action::"sheet.write", resource is Sheet) when { resource.receiver != "XA" };
    @id("permit all") @basis("test")
    permit (principal, action in [Action::"sheet.send", Action::"sheet.check"], resource is Sheet);
    @id("forbid over null") @basis("test")
    forbid (principal, action == Action::"sheet.send", resource is Sheet) when { resource.receiver == "XA" };
    @id("forbid over not null") @basis("test")
    forbid (principal, action == Action::"sheet.check", resource is Sheet) when { resource.receiver != "XA" };
    """
    folder = write_policies(tmp_path / "null", text, SCHEMA.replace("receiver?", "receiver"))
    access.load(folder, models=[Sheet])
    with Session() as session:
        session.add(Sheet(sender="OTP", receiver=None, author="amina"))
        session.flush()
        for action in ("sheet.read", "sheet.write", "sheet.send", "sheet.check"):
            assert session.scalars(select(Sheet.id).where(access.clause(action, AMINA))).all() == [], action
        session.add(Sheet(sender="OTP", receiver="YB", author="amina"))
        session.flush()
        assert len(session.scalars(select(Sheet.id).where(access.clause("sheet.send", AMINA))).all()) == 1
        session.rollback()
