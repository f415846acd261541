"""The layout that the customer requires and that Python needs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("folder", ["platform", "workers", "policies", "config"])
def test_a_source_root_is_never_a_package(folder):
    assert (ROOT / folder).is_dir()
    assert not (ROOT / folder / "__init__.py").exists()


def test_import_platform_from_the_root_is_the_standard_library():
    answer = subprocess.run(
        [sys.executable, "-c", "import platform; print(platform.system(), platform.__file__)"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(ROOT) not in answer.stdout


@pytest.mark.parametrize(
    "name", ["platform", "workers", "policies", "config", "tests", "docker-compose.yml", "pyproject.toml"]
)
def test_the_required_top_level_is_there(name):
    assert (ROOT / name).exists()


def test_no_folder_has_a_name_that_hides_what_it_holds():
    vague = {"utils", "common", "helpers", "services", "managers", "misc"}
    for source in ("platform", "workers"):
        for path in (ROOT / source).rglob("*"):
            if "node_modules" not in path.parts:
                assert path.stem not in vague, path


def test_verbs_and_pages_do_not_reach_past_the_door():
    """Raw SQL gets past the commit guard, so what people can call may not mention it (ARCHITECTURE.md, invariants)."""
    for name in ("actions.py", "pages.py", "api.py"):
        for path in (ROOT / "platform" / "comity").glob(f"*/{name}"):
            text = path.read_text()
            assert not re.search(r"\btx\.session\b", text), path
            assert not re.search(r"(?<![\w.])text\(", text), path


def test_locks_carry_hashes_and_no_addresses():
    for path in (ROOT / "requirements").glob("*.lock"):
        text = path.read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text, path
    lock = ROOT / "platform" / "browser" / "package-lock.json"
    assert '"resolved"' not in lock.read_text()
    assert "://" not in "".join(line for line in lock.read_text().splitlines() if '"url"' not in line)
