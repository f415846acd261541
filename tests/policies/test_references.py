"""Every word in the policies means something, and everything the program asks is answered in the policies."""

import re
from pathlib import Path

import pytest
from sqlalchemy import ColumnElement

from comity.core import access, loading
from comity.core.actors import PROGRAMS, ROLES
from comity.core.cedar import PLATFORM, WITHOUT_ROWS
from comity.core.model import rows

ROOT = Path(__file__).parents[2]

BY_THE_SYSTEM_ALONE = {"authority.register"}
"""Done at set-up, by the `comity-server` command; no person is permitted."""


def asked_in_code() -> dict[str, set[str]]:
    """Each action that the program names, with the files that name it."""
    found: dict[str, set[str]] = {}
    pattern = re.compile(r'(?:\bto=|\baction=|permits\(|require\()"([a-z]+\.[a-z_]+)"')
    for source in ("platform/comity", "workers", "platform/comity_demo"):
        for file in (ROOT / source).rglob("*.py"):
            for action in pattern.findall(file.read_text()):
                found.setdefault(action, set()).add(str(file.relative_to(ROOT)))
    return found


def test_every_domain_is_loaded_and_every_kind_and_attribute_is_known(policies: access.Access) -> None:
    assert loading.is_complete()
    kinds = set(policies.policies.schema.kinds) - WITHOUT_ROWS
    assert kinds == {model.__name__ for model in rows()}


def test_every_action_the_program_asks_about_is_in_the_schema(policies: access.Access) -> None:
    asked = asked_in_code()
    assert len(asked) > 15
    assert {action: files for action, files in asked.items() if action not in policies.policies.schema.actions} == {}


def test_every_kind_can_be_read_under_its_own_name(policies: access.Access) -> None:
    for model in rows():
        assert policies.policies.schema.actions[f"{model.kind}.read"] == model.__name__


def test_every_action_of_the_schema_is_permitted_to_somebody_or_to_the_system_alone(policies: access.Access) -> None:
    permitted = {
        action
        for rule in policies.policies.rules
        for action, kind in policies.policies.schema.actions.items()
        if rule.permits and rule.concerns(action, kind)
    }
    assert set(policies.policies.schema.actions) - permitted == BY_THE_SYSTEM_ALONE


def test_every_rule_concerns_some_action_on_some_kind(policies: access.Access) -> None:
    actions = policies.policies.schema.actions.items()
    for rule in policies.policies.rules:
        assert any(rule.concerns(action, kind) for action, kind in actions), rule.id


def test_every_role_that_a_rule_names_exists() -> None:
    text = (ROOT / "policies" / "access.cedar").read_text()
    assert set(re.findall(r'Role::"([^"]+)"', text)) <= {*ROLES, *PROGRAMS}


def test_every_attribute_is_asked_by_some_rule_or_stands_for_a_party(policies: access.Access) -> None:
    """An attribute that nothing asks is a promise nobody keeps; these three are kept for rules to come."""
    text = (ROOT / "policies" / "access.cedar").read_text()
    asked = set(re.findall(r"resource(?: has |\.)(\w+)", text))
    declared = {name for kind in policies.policies.schema.kinds.values() for name in kind} - {"organ"}
    assert declared - asked - {"authority"} <= {"stage", "code", "kind", "author"}


def test_every_attribute_is_one_expression_over_its_own_table(policies: access.Access) -> None:
    for model in rows():
        for name, expression in access.attributes_of(model).items():
            assert isinstance(expression, ColumnElement), (model, name)


@pytest.mark.parametrize("check", loading.policy_checks(), ids=lambda check: check.__module__)
def test_deadlines_notices_and_catalogues_are_sound(check: object) -> None:
    assert callable(check)
    assert check() is None


def test_every_policy_file_states_the_basis_of_every_rule() -> None:
    import tomllib

    for name in ("deadlines.toml", "notifications.toml"):
        for rules in tomllib.loads((ROOT / "policies" / name).read_text()).values():
            for rule in rules:
                said = rule["basis"] if isinstance(rule["basis"], dict) else {"en": rule["basis"], "fr": rule["basis"]}
                assert said.keys() == {"en", "fr"}, name
                assert all(text.strip() for text in said.values()), name


def test_platform_actions_concern_no_row(policies: access.Access) -> None:
    assert PLATFORM in policies.policies.schema.kinds
    assert policies.policies.schema.kinds[PLATFORM] == {}
