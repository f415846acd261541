"""Reads the policy files.  A wrong one stops the process with the file, the line if it can be told, and the reason."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from comity.core.errors import PolicyError

M = TypeVar("M", bound=BaseModel)

_HERE = Path(__file__).resolve()


def _shared(name: str) -> Path:
    """A folder at the root of the repository, or inside the installed package."""
    root = _HERE.parents[3] / name
    return root if root.is_dir() else _HERE.parents[1] / "_share" / name


_folder: Path | None = None


def policies_dir() -> Path:
    """Where the Court's decisions are."""
    return _folder or _shared("policies")


def use_policies(folder: Path | None) -> None:
    """Read policies from another folder; None goes back to the project's own."""
    global _folder
    _folder = folder


def config_dir() -> Path:
    """Where the operator's defaults are."""
    return _shared("config")


def line_of(source: str, table: str, position: int) -> int:
    """The line on which the n-th `[[table]]` of a TOML text begins, counted from 1."""
    seen = -1
    for number, line in enumerate(source.splitlines(), 1):
        if line.strip().replace(" ", "") in (f"[[{table}]]", f"[{table}]"):
            seen += 1
            if seen == position:
                return number
    return 1


def key_line_of(source: str, start: int, key: str) -> int:
    """The line of `key = …` in the table that begins on line `start`; `start` itself if it is not there."""
    for number, line in enumerate(source.splitlines()[start:], start + 1):
        if line.lstrip().startswith("["):
            break
        if line.partition("=")[0].strip() == key:
            return number
    return start


def read_toml(name: str, model: type[M]) -> M:
    """The policy file `name` as `model`.  Raises PolicyError naming file, line and reason."""
    file = policies_dir() / name
    try:
        source = file.read_text(encoding="utf-8")
        return model.model_validate(tomllib.loads(source))
    except OSError as error:
        raise PolicyError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise PolicyError(not_utf8(file, error)) from error
    except ValidationError as error:
        raise PolicyError(_first(file, source, error)) from error
    except (ValueError, RecursionError) as error:  # no TOML, or a number or a nesting without end
        reason = str(error).replace("at end of document", f"at line {source.count(chr(10)) + 1}, the end")
        raise PolicyError(f"{file}: {reason}.") from error


def not_utf8(file: Path, error: UnicodeDecodeError) -> str:
    """What to say of a file that is not text, and of which of its lines."""
    line = error.object[: error.start].count(b"\n") + 1
    return f"{file}, line {line}: this is not UTF-8 text: {error.reason}."


def _first(file: Path, source: str, error: ValidationError) -> str:
    fault: Any = error.errors()[0]
    path = list(fault["loc"])
    line = 1
    if path and isinstance(path[0], str):
        line = line_of(source, path[0], path[1] if len(path) > 1 and isinstance(path[1], int) else 0)
        keys = [part for part in path[1:] if isinstance(part, str)]
        line = key_line_of(source, line, keys[0]) if keys else line
    where = ".".join(str(part) for part in path) or "the file"
    return f"{file}, line {line}: {where}: {fault['msg']}."
