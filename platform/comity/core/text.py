"""Sentences that people see, in their language.  The web application and the mailer set `translate`."""

from __future__ import annotations

from collections.abc import Callable


def _as_written(message: str) -> str:
    return message


translate: Callable[[str], str] = _as_written
"""Gives a sentence in the reader's language; as written (English) until somebody sets it."""


def set_translation(function: Callable[[str], str]) -> None:
    """Use `function` for every sentence from now on."""
    global translate
    translate = function


def _(message: str, **values: object) -> str:
    """The sentence in the reader's language, with `%(name)s` filled in."""
    sentence = translate(message)
    return sentence % values if values else sentence
