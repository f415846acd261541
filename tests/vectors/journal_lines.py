"""One journal line of every shape ever written.  Run as a program it appends a line for each shape that has none yet.

A line in the file is never changed or removed: journals in the world hold such lines for ever.
"""

import dataclasses
import json
import types
import typing
from pathlib import Path

from comity.core import journal
from comity.core.loading import load_domains

FILE = Path(__file__).parent / "journal_lines.jsonl"
SAMPLES = {str: "XA", int: 7, bool: True, list: ["XA"], dict: {"XA": 7}}


def kept() -> list[dict[str, str]]:
    """Each line with the hash before it and its own."""
    return [json.loads(text) for text in FILE.read_text().splitlines()] if FILE.exists() else []


def _sample(annotation: object) -> object:
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        annotation = typing.get_args(annotation)[0]
    return SAMPLES[typing.get_origin(annotation) or annotation]  # type: ignore[index]


def sample(event: type[journal.Event]) -> journal.Event:
    """An event of this class with a plain value in each field."""
    hints = typing.get_type_hints(event)
    return event(**{field.name: _sample(hints[field.name]) for field in dataclasses.fields(event)})


def shape(name: str, data: dict[str, object]) -> tuple[str, frozenset[str]]:
    """An event with the fields that it carries: a field that is added makes another shape."""
    return name, frozenset(data)


def shapes() -> set[tuple[str, frozenset[str]]]:
    """Every shape that the file holds."""
    said = [json.loads(each["line"]) for each in kept()]
    return {shape(one["name"], one["data"]) for one in said}


def wanted() -> dict[tuple[str, frozenset[str]], journal.Event]:
    """Every shape that this version writes, with a sample."""
    classes = [(name, journal.event_class(name)) for name in journal.event_names()]
    samples = [(name, sample(event)) for name, event in classes if event is not None]
    return {shape(name, event.data()): event for name, event in samples}


def main() -> None:
    load_domains()
    lines = kept()
    written = shapes()
    previous = lines[-1]["hash"] if lines else journal.GENESIS
    with FILE.open("a") as file:
        for (name, fields), event in sorted(wanted().items(), key=lambda item: item[0][0]):
            if (name, fields) in written:
                continue
            entry = {"actor": "system", "at": "2026-01-05T09:00:00.000000Z", "cause": None, "name": name}
            entry["subject"] = f"{name.partition('.')[0]}:00000000-0000-4000-8000-000000000000"
            before, after = journal.around_seq(entry, event.data())
            line = f"{before}{len(lines) + 1}{after}"
            lines.append({"previous": previous, "line": line, "hash": journal.chained(previous, line)})
            file.write(json.dumps(lines[-1], ensure_ascii=False) + "\n")
            previous = lines[-1]["hash"]


if __name__ == "__main__":
    main()
