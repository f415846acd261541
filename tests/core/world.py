"""A small world of its own, so that the tests of the core need no domain: sheets that authorities send one another.

Its tables, events and reactions are known only inside the fixture `world`; nothing of it is part of the platform.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, MetaData
from sqlalchemy.orm import Mapped, mapped_column

from comity.core import journal
from comity.core.access import attribute
from comity.core.actors import Actor
from comity.core.journal import Event
from comity.core.model import NAMES, Base, Part, Row

AMINA = Actor("amina", "cooperation officer", "OTP", "otp")
BRUNO = Actor("bruno", "cooperation officer", "OTP", "otp")
CHIDI = Actor("chidi", "focal point", "XA")
DORA = Actor("dora", "focal point", "YB")
EMRE = Actor("emre", "auditor")
FAYE = Actor("faye", "administrator")
UMA = Actor("0b0c1f9e-8a2c-4b6e-9d55-1f2a3b4c5d6e", "focal point", "XA")
"""Uma is named by a UUID, as real people are."""

TABLES = MetaData(naming_convention=NAMES)


class Sheet(Row):
    """One thing with a sender, perhaps a receiver, an author, a checker and a state."""

    __tablename__ = "sheet"
    metadata = TABLES
    kind = "sheet"

    sender: Mapped[str]
    receiver: Mapped[str | None]
    author: Mapped[str]
    checker: Mapped[UUID | None]
    sent: Mapped[bool] = mapped_column(default=False)
    words: Mapped[str] = mapped_column(default="one")


class Corner(Part):
    """A part of a sheet."""

    __tablename__ = "corner"
    metadata = TABLES
    part_of = "sheet_id"

    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("sheet.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(default="blank")


class Scrap(Base):
    """Bookkeeping: the guard does not ask about it."""

    __tablename__ = "scrap"
    metadata = TABLES

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str]


for _name in ("sender", "receiver", "author", "checker", "sent"):
    attribute(Sheet, _name)(lambda sheet, name=_name: getattr(sheet, name))

_others = dict(journal._events)


@dataclass(frozen=True)
class SheetWritten(Event):
    name: ClassVar[str] = "sheet.written"
    sender: str


@dataclass(frozen=True)
class SheetSent(Event):
    name: ClassVar[str] = "sheet.sent"
    to: str


EVENTS = {name: event for name, event in journal._events.items() if name not in _others}
journal._events.clear()
journal._events.update(_others)

SCHEMA = """
entity Role;
entity Person in [Role] { authority: String, organ: String };
entity Platform;
entity Sheet { sender: String, receiver?: String, author: Person, checker?: Person, sent: Bool };
action "sheet.read", "sheet.write", "sheet.send", "sheet.check", "sheet.shred"
    appliesTo { principal: [Person], resource: [Sheet] };
action "journal.read" appliesTo { principal: [Person], resource: [Platform] };
"""

RULES = """
// A comment; with a semicolon, and a "quote".
@id("an officer works on the sheets of her authority")
@basis("test")
permit (principal in Role::"cooperation officer",
        action in [Action::"sheet.read", Action::"sheet.write", Action::"sheet.send", Action::"sheet.check"],
        resource is Sheet)
when { resource.sender == principal.authority };

@id("a focal point reads what was sent to her; and only that")
@basis("test")
permit (principal in Role::"focal point", action == Action::"sheet.read", resource is Sheet)
when { resource.sent && resource has receiver && resource.receiver == principal.authority };

@id("nobody checks their own")
@basis("test")
forbid (principal, action == Action::"sheet.check", resource is Sheet)
when { resource.author == principal };

@id("an auditor reads the journal")
@basis("test")
permit (principal in Role::"auditor", action == Action::"journal.read", resource is Platform);
"""


def write_policies(folder: Path, rules: str = RULES, schema: str = SCHEMA) -> Path:
    """Policies of this world, in a folder."""
    folder.mkdir(exist_ok=True)
    (folder / "access.cedarschema").write_text(schema)
    (folder / "access.cedar").write_text(rules)
    return folder
