"""TOML policy files: what is wrong is named with file, line and reason."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from comity.core import policy
from comity.core.errors import PolicyError


class Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: str
    days: int
    basis: str


class Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    rule: list[Rule]


GOOD = '# a comment\n\n[[rule]]\nname = "one"\ndays = 7\nbasis = "art. 1"\n\n[[rule]]\nname = "two"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    policy.use_policies(tmp_path)
    yield tmp_path
    policy.use_policies(None)


def test_a_sound_file_is_read(folder: Path) -> None:
    (folder / "rules.toml").write_text(GOOD + 'days = 3\nbasis = "art. 2"\n')
    assert [rule.days for rule in policy.read_toml("rules.toml", Rules).rule] == [7, 3]


@pytest.mark.parametrize(
    ("rest", "line", "reason"),
    [
        ("days = 3\n", 8, "rule.1.basis"),
        ('days = "3"\nbasis = "x"\n', 10, "rule.1.days"),
        ('days = 3\nbasis = "x"\ncolour = "red"\n', 12, "rule.1.colour"),
        ('days = 3\nbasis = "x"\n[[rles]]\n', 12, "rles"),
    ],
)
def test_a_wrong_rule_is_named_with_its_line(folder: Path, rest: str, line: int, reason: str) -> None:
    (folder / "rules.toml").write_text(GOOD + rest)
    with pytest.raises(PolicyError) as error:
        policy.read_toml("rules.toml", Rules)
    assert error.value.message.startswith(f"{folder / 'rules.toml'}, line {line}: {reason}")
    assert error.value.message.endswith(".")


def test_a_file_that_is_missing_not_text_or_not_toml_is_named(folder: Path) -> None:
    with pytest.raises(PolicyError, match=r"rules\.toml cannot be read: No such file"):
        policy.read_toml("rules.toml", Rules)
    (folder / "rules.toml").write_bytes(b"# one\n\xff")
    with pytest.raises(PolicyError, match="line 2: this is not UTF-8"):
        policy.read_toml("rules.toml", Rules)
    for wrong in ("name = =\n", 'name = """a', "[[rule"):
        (folder / "rules.toml").write_text(f"[[rule]]\n{wrong}")
        with pytest.raises(PolicyError, match="line 2"):
            policy.read_toml("rules.toml", Rules)


@pytest.mark.parametrize("value", ["9" * 5000, "[" * 5000])
def test_a_number_or_a_nesting_without_end_is_refused_in_words(folder: Path, value: str) -> None:
    (folder / "rules.toml").write_text(f"[[rule]]\ndays = {value}\n")
    with pytest.raises(PolicyError, match=r"rules\.toml: "):
        policy.read_toml("rules.toml", Rules)


def test_the_project_s_own_folders_are_found() -> None:
    assert (policy.policies_dir() / "access.cedar").is_file()
    assert (policy.config_dir() / "default.toml").is_file()
