"""Import contracts: they hold, and each one breaks when it is violated."""

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

VIOLATIONS = {
    "ground": ("platform/comity_seal/tree.py", "import sqlalchemy"),
    "sides": ("platform/comity/core/clock.py", "import comity_client"),
    "client": ("platform/comity_client/__init__.py", "import comity.core.clock"),
    "workers": ("workers/comity_workers/queue.py", "import comity_client"),
    "opening": ("platform/comity/exchange/actions.py", "import comity_seal.opening"),
    "verifying": ("platform/comity_seal/dsse.py", "import comity_seal.opening"),
    "proving": ("platform/comity_seal/log/notes.py", "import comity_seal.log.signer"),
    "signing": ("platform/comity/exchange/actions.py", "import comity_seal.log.signer"),
    "domains": ("platform/comity/directory/model.py", "import comity.assistance.model"),
    "inside": ("platform/comity/assistance/events.py", "import comity.assistance.actions"),
    "blind": ("platform/comity/core/clock.py", "import flask"),
    "entrances": ("platform/comity/audit/queries.py", "import comity.assistance.pages"),
}
"""For each contract one line that breaks it, and the file it is planted in."""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("tree")
    skip = shutil.ignore_patterns("__pycache__", "node_modules", "static", "templates", "*.ts")
    for folder in ("platform", "workers"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=skip)
    shutil.copy(ROOT / ".importlinter", copy)
    return copy


def lint(tree: Path, contract: str | None = None) -> subprocess.CompletedProcess[str]:
    only = ["--contract", contract] if contract else []
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--config", ".importlinter", *only]
    path = f"{tree / 'platform'}:{tree / 'workers'}"
    return subprocess.run(command, cwd=tree, env={"PYTHONPATH": path, "PATH": ""}, capture_output=True, text=True)


def test_every_contract_holds(tree):
    answer = lint(tree)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_every_contract_has_its_violation():
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    contracts = {section.removeprefix("importlinter:contract:") for section in config.sections()} - {"importlinter"}
    assert contracts == set(VIOLATIONS)


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_contract_breaks_when_it_is_violated(tree, contract):
    name, line = VIOLATIONS[contract]
    file = tree / name
    before = file.read_text()
    file.write_text(f"{before}\n{line}\n")
    try:
        answer = lint(tree, contract)
    finally:
        file.write_text(before)
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert "BROKEN" in answer.stdout
