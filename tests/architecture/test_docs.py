"""The documents are true: paths exist, links lead somewhere, promises have tests, words are in the glossary."""

import re
from pathlib import Path

import pytest

from comity.core.loading import load_domains

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / f"{name}.md" for name in ("README", "ARCHITECTURE", "SECURITY", "CONTRIBUTING", "CHANGELOG")]
DOCUMENTS += [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "policies" / "README.md"]
FOLDERS = ("platform/", "workers/", "policies/", "config/", "tests/", "bench/", "docs/", ".ci/")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text()):
        if "://" not in target:
            assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_named_exists(document):
    for path in re.findall(r"`([^`\s]+)`", document.read_text()):
        if path.startswith(FOLDERS) and not re.search(r"[*<>…]", path):
            file = path.partition("::")[0]
            assert (ROOT / file).exists() or path.startswith("platform/comity/web/static"), path


def test_every_promise_has_its_test():
    rows = re.findall(r"^\| [^|]+ \| (`[^|]+`) \|$", (ROOT / "SECURITY.md").read_text(), re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`([^`]+)`", row)]
    assert len(named) >= 12
    for name in named:
        path = ROOT / name.partition("::")[0]
        assert path.exists(), name
        if "::" in name:
            assert f"def {name.partition('::')[2]}(" in path.read_text(), name


def test_every_kind_action_and_event_is_in_the_glossary():
    from comity.core import journal, model

    load_domains()
    words = set(re.findall(r"`([a-z_]+(?:\.[a-z_]+)?)`", (ROOT / "docs" / "glossary.md").read_text()))
    kinds = {row.kind for row in model.rows()}
    rfa = {name for name in journal.event_names() if name.startswith(("rfa.", "clarification."))}
    schema = (ROOT / "policies" / "access.cedarschema").read_text()
    actions = set(re.findall(r'"(rfa\.[a-z_]+)"', schema)) - {"rfa.read"}
    assert kinds - words == set()
    assert rfa - words == set()
    assert actions - words == set()


def test_the_decisions_are_numbered_without_a_gap_and_titled_with_a_sentence():
    files = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [int(path.name[:4]) for path in files] == list(range(1, len(files) + 1))
    for path in files:
        text = path.read_text()
        assert re.match(rf"# {int(path.name[:4])}\. [A-Z][^\n]+\n", text), path
        for part in ("Context", "Decision", "What we gave up", "How we will know we were wrong"):
            assert f"## {part}\n" in text, path


def test_the_readme_names_the_two_commands():
    text = (ROOT / "README.md").read_text()
    assert "./dev run" in text
    assert "./dev test" in text
