"""The catalogue of sentences in French: `python -m comity.web.translate extract|compile|check`.

`extract` collects every sentence of programs, templates and policies and brings the French catalogue up to it;
`compile` makes what the server reads; `check` says what is not yet translated.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import comity

SOURCE = Path(comity.__file__).parent
CATALOGUE = SOURCE / "translations" / "fr" / "LC_MESSAGES" / "messages.po"

METHODS = [("**/tests/**", "ignore"), ("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"extensions": "jinja2.ext.i18n", "silent": "false", "trimmed": "true"}}
KEYWORDS: dict[str, Any] = {
    "_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "translated": None,
}  # fmt: skip
"""The functions whose first argument is a sentence for people."""


def collect() -> Catalog:
    """Every sentence there is, with where it stands."""
    catalogue = Catalog(project="Comity", charset="utf-8", fuzzy=False)
    found = extract_from_dir(
        SOURCE, METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=("for translators:",), strip_comment_tags=True
    )
    for file, line, message, comments, context in sorted(found, key=lambda one: (one[0], one[1])):
        catalogue.add(message, None, [(file.replace("\\", "/"), line)], auto_comments=comments, context=context)
    for file, line, sentence in policies():
        catalogue.add(sentence, None, [(file, line)])
    return catalogue


def policies() -> Iterator[tuple[str, int, str]]:
    """Names in the policies that pages show; what the policies give in both languages themselves needs nothing."""
    from comity.core.actors import ROLES
    from comity.core.policy import policies_dir

    for role in ROLES:
        yield "core/actors.py", 1, role
    for name, tables in (("deadlines.toml", "deadline"), ("notifications.toml", "notify")):
        file = policies_dir() / name
        source = file.read_text(encoding="utf-8")
        for table in tomllib.loads(source).get(tables, []):
            for key in ("name", "who"):
                if isinstance(table.get(key), str):
                    yield f"policies/{name}", _line(source, table[key]), table[key]


def _line(source: str, value: str) -> int:
    return next((number for number, line in enumerate(source.splitlines(), 1) if f'"{value}"' in line), 1)


def extract() -> int:
    """Bring the French catalogue up to the sentences that there are; what is gone is dropped."""
    wanted = collect()
    kept = _read() if CATALOGUE.exists() else Catalog(locale="fr", project="Comity")
    kept.update(wanted, no_fuzzy_matching=True)
    kept.obsolete.clear()
    kept.fuzzy = False
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as stream:
        write_po(stream, kept, width=120, omit_header=False, sort_output=True, include_lineno=False)
    _say(f"{len(kept)} sentences, {len(untranslated(kept))} not yet in French: {CATALOGUE}")
    return 0


def compile_() -> int:
    """Make what the server reads, if the catalogue is newer."""
    if not CATALOGUE.exists():
        return 0
    made = CATALOGUE.with_suffix(".mo")
    if not made.exists() or made.stat().st_mtime < CATALOGUE.stat().st_mtime:
        with made.open("wb") as stream:
            write_mo(stream, _read())
    return 0


def check() -> int:
    """Whether every sentence is translated, with the same places to fill in."""
    kept = _read()
    ids = {message.id for message in kept if message.id}
    missing = [message.id for message in collect() if message.id and message.id not in ids]
    wrong = [message.id for message in kept if message.id and message.string and not _same_places(message)]
    for text, sentences in (
        ("not in the catalogue", missing),
        ("not translated", [message.id for message in untranslated(kept)]),
        ("with other places to fill in", wrong),
    ):
        for sentence in sentences:
            _say(f"{text}: {sentence}")
    return 1 if missing or wrong or untranslated(kept) else 0


def untranslated(catalogue: Catalog) -> list[Message]:
    """What has no French yet."""
    return [message for message in catalogue if message.id and not all(_texts(message.string))]


def _same_places(message: Message) -> bool:
    places = [sorted(set(re.findall(r"%\(\w+\)[sd]", text))) for text in _texts(message.id)]
    return all(sorted(set(re.findall(r"%\(\w+\)[sd]", text))) in places for text in _texts(message.string) if text)


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ("",))


def _read() -> Catalog:
    with CATALOGUE.open("rb") as stream:
        binary: BinaryIO = stream
        return read_po(binary, locale="fr")


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")


def main(arguments: list[str]) -> int:
    """The command."""
    commands = {"extract": extract, "compile": compile_, "check": check}
    if len(arguments) != 1 or arguments[0] not in commands:
        _say("Usage: python -m comity.web.translate extract|compile|check")
        return 2
    return commands[arguments[0]]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
