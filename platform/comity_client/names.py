"""Names and texts that others chose, made harmless for this machine's folders and terminal."""

from __future__ import annotations

import unicodedata

LONGEST = 180
"""Bytes of a file name, so that what is saved beside it still fits."""

RESERVED = {"con", "prn", "aux", "nul", *(f"{kind}{n}" for kind in ("com", "lpt") for n in range(1, 10))}


def _hidden(character: str) -> bool:
    """Control, format (so also what turns the direction of text) and half characters; line separators too."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def file_name(given: str, *, otherwise: str = "document") -> str:
    """A name for a file in one folder: no path, nothing hidden, nothing that a system reserves."""
    last = given.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join("_" if character in '<>:"|?*' else character for character in last if not _hidden(character))
    kept = unicodedata.normalize("NFC", kept).strip().strip(".").strip() or otherwise
    stem, dot, ending = kept.rpartition(".")
    stem, ending = (stem, dot + ending) if dot and len(ending) <= 16 else (kept, "")
    while len((stem + ending).encode()) > LONGEST:
        stem = stem[:-1]
    name = stem + ending
    return f"_{name}" if name.split(".")[0].lower() in RESERVED else name


def shown(text: str) -> str:
    """Text for a terminal: what could move the cursor or turn the direction of reading becomes visible."""
    return "".join(
        character if character in "\n\t" or not _hidden(character) else "\N{REPLACEMENT CHARACTER}"
        for character in text.replace("\r\n", "\n")
    )
