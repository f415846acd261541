"""What can have happened to a template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from comity.core.journal import Event


@dataclass(frozen=True)
class AboutTemplate(Event):
    """The team whose template it is, and what it is for."""

    authority: str
    of_kind: str
    letter: str | None


@dataclass(frozen=True)
class TemplateBegun(AboutTemplate):
    name: ClassVar[str] = "template.begun"


@dataclass(frozen=True)
class TemplateChanged(AboutTemplate):
    name: ClassVar[str] = "template.changed"


@dataclass(frozen=True)
class TemplateDiscarded(AboutTemplate):
    name: ClassVar[str] = "template.discarded"


@dataclass(frozen=True)
class TemplatePublished(AboutTemplate):
    name: ClassVar[str] = "template.published"
    n: int
