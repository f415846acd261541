"""Lets events of requests happen to a matter, as the domain of requests records them, at any time."""

import dataclasses
from datetime import UTC, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select

from comity.core import clock, journal
from comity.core.actors import SYSTEM, Actor
from comity.core.database import Session
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.deadlines.model import Deadline
from comity.directory.model import Authority

AMINA = Actor("11111111-1111-4111-8111-111111111111", "cooperation officer", "OTP", "otp")
CHIDI = Actor("33333333-3333-4333-8333-333333333333", "focal point", "XA")
DORA = Actor("44444444-4444-4444-8444-444444444444", "focal point", "YB")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def register_authorities() -> None:
    """The Court's team and the invented States, with the calendars of policies/calendars.toml."""
    zones = {"OTP": "Europe/Amsterdam", "XA": "Africa/Dakar", "YB": "Asia/Amman", "ZC": "America/Santiago"}
    with Session() as session, session.begin():
        for code, zone in zones.items():
            session.add(
                Authority(
                    code=code,
                    of="court" if code == "OTP" else "state",
                    organ="otp" if code == "OTP" else None,
                    name_en=code,
                    name_fr=code,
                    time_zone=zone,
                    calendar="COURT" if code == "OTP" else code,
                )
            )


class Matter:
    """Something that events happen to.  Periods know it only by its name in the journal, so any row will do."""

    def __init__(self, requested: str = "XA") -> None:
        self.requested = requested
        names = {"name_en": "a matter", "name_fr": "une affaire", "time_zone": "UTC", "calendar": "XA"}
        self.row = Authority(code=uuid4().hex[:8], of="state", organ=None, **names)
        with Session() as session, session.begin():
            session.add(self.row)

    def happens(self, name: str, when: str, by: Actor = SYSTEM, **fields: object) -> None:
        event = journal.event_class(name)
        given = {
            "requesting": "OTP",
            "requested": self.requested,
            "requested_on": None,
            "received_on": self.day(when),
            "cover_sha256": "0" * 64,
            **fields,
        }
        wanted = {field.name for field in dataclasses.fields(event)}
        with clock.at(moment(when)), transaction(by) as tx:
            row = tx.session.get_one(Authority, self.row.id)
            tx.record(row, event(**{key: value for key, value in given.items() if key in wanted}))

    def day(self, when: str) -> str:
        """The day that it is where the requested party is."""
        with Session(writes=False) as session:
            zone = session.scalar(select(Authority.time_zone).where(Authority.code == self.requested))
        return moment(when).astimezone(ZoneInfo(zone or "UTC")).date().isoformat()

    def deadline(self, rule: str) -> Deadline:
        with Session(writes=False) as session:
            return session.scalars(
                select(Deadline).where(Deadline.matter == self.row.subject, Deadline.rule == rule)
            ).one()


def lines(*prefixes: str) -> list[str]:
    """The names of the journal's lines, in order."""
    with Session(writes=False) as session:
        names = session.scalars(select(Entry.name).order_by(Entry.seq)).all()
    return [name for name in names if not prefixes or name.startswith(prefixes)]
