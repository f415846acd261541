"""What can have happened to a document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from comity.core.journal import Event


@dataclass(frozen=True)
class AboutDocument(Event):
    """A document of a request, and what it is for; the hash of its envelope binds what was signed about it.

    Lines of before the log have no hash.
    """

    request: str
    purpose: str
    ver: int
    envelope_sha256: str = ""


@dataclass(frozen=True)
class DocumentDeposited(AboutDocument):
    name: ClassVar[str] = "document.deposited"


@dataclass(frozen=True)
class DocumentReplaced(AboutDocument):
    """A new version of a draft; at most one line every half minute, the versions in between have none."""

    name: ClassVar[str] = "document.replaced"


@dataclass(frozen=True)
class DocumentRefused(Event):
    """A completed upload was not accepted: why by its code, where in what was sent, and the hash of what was signed."""

    name: ClassVar[str] = "document.refused"
    request: str
    purpose: str
    why: str
    where: str
    envelope_sha256: str


@dataclass(frozen=True)
class DocumentReleased(AboutDocument):
    """The other side can see it from now on."""

    name: ClassVar[str] = "document.released"


@dataclass(frozen=True)
class DocumentHandedOut(AboutDocument):
    """A reader was given the sealed header: weaker than an acknowledgement, and named differently."""

    name: ClassVar[str] = "document.handed_out"


@dataclass(frozen=True)
class DocumentWithheld(AboutDocument):
    """A handling limit kept a receiver from taking the document away (`export`) or giving it on (`share`).

    Or her side has said that it has it no more, and she asked for it all the same (`open`).
    """

    name: ClassVar[str] = "document.withheld"
    act: str = ""


@dataclass(frozen=True)
class DocumentGranted(AboutDocument):
    """A new header was signed for a document, for newer keys (`rewrap`) or further readers (`added`)."""

    name: ClassVar[str] = "document.granted"
    n: int = 0
    reason: str = ""
    grant_sha256: str = ""


@dataclass(frozen=True)
class DocumentDiscarded(AboutDocument):
    name: ClassVar[str] = "document.discarded"
