"""What changes an authority is announced to its members; what only an administrator can mend is asked of those."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from tests import people
from tests.keys.offices import CYRUS, Office, lines, names, settle
from tests.people import CHIDI, CHINUA
from tests.visits import visitor

from comity.core import clock
from comity.core.actors import SYSTEM
from comity.core.database import Session
from comity.core.transaction import transaction
from comity.keys import rotation
from comity.notifications.model import Notification
from comity_workers.jobs import ask_for_rotation
from comity_workers.relay import relay


@pytest.fixture
def office(app):
    settle()
    return Office(app)


def told():
    """Who was told of what since the last time: (event, first name)."""
    relay()
    first = {actor.id: name.split()[0] for actor, name in people.NAMES.items()}
    with Session() as session:
        found = session.scalars(select(Notification).where(Notification.read_at.is_(None))).all()
        for one in found:
            one.read_at = clock.now()
        session.commit()
    return sorted((one.of, first[one.account_id]) for one in found)


def test_every_member_learns_who_joins_and_who_leaves(office):
    link, wraps = office.add(CYRUS)
    proposal = office.propose(CHIDI, link, wraps)
    assert told() == [("proposal.made", "Chinua"), ("proposal.made", "Cyrus")]
    office.confirm(CYRUS, proposal, link)
    assert told() == [("member.added", "Chidi"), ("member.added", "Chinua")]
    office.removed(CYRUS)
    assert told() == [("member.removed", "Chinua")]


def test_recovery_and_revocation_are_announced_to_every_member(office):
    office.added(CYRUS)
    told()
    office.recovery_set(CHIDI, CHINUA)
    assert told() == [("proposal.made", "Chinua"), ("recovery.set", "Chidi"), ("recovery.set", "Cyrus")]
    office.revoked(CYRUS)
    assert told() == [("key.revoked", "Chinua"), ("key.revoked", "Cyrus")]


def test_a_new_key_is_asked_of_the_administrators_when_somebody_leaves(office):
    office.added(CYRUS)
    told()
    office.program(CYRUS).api("POST", "/keys/mine/leaving")
    assert told() == [("member.leaving", "Chidi"), ("member.leaving", "Chinua")]


def test_a_new_key_is_asked_of_the_administrators_once_a_year(office, monkeypatch):
    """One line for the key and the year, however often the job runs; none once there is a new key."""
    office.added(CYRUS)
    told()

    def a_day_later(days):
        monkeypatch.setattr(clock, "now", lambda: start + timedelta(days=days))
        for _ in range(2):
            with transaction(SYSTEM) as tx:
                assert ask_for_rotation.run(tx) is False
        return [line.data["authority"] for line in lines() if line.name == "rotation.asked"]

    start = clock.now()
    with transaction(SYSTEM) as tx:
        rotation.ask(tx)
    office.rotated()
    first = names().count("rotation.asked")
    assert "XA" not in a_day_later(364)[first:]
    assert a_day_later(366)[first:].count("XA") == 1
    assert sorted(who for of, who in told() if of == "rotation.asked" and who in ("Chidi", "Chinua", "Cyrus")) == [
        "Chidi",
        "Chinua",
    ]
    assert a_day_later(400)[first:].count("XA") == 1
    assert a_day_later(733)[first:].count("XA") == 2


def test_a_notice_says_what_happened_and_no_more(office):
    office.added(CYRUS)
    relay()
    (said,) = [
        one for one in office.program(CHINUA).api("GET", "/notifications").json["items"] if one["of"] == "member.added"
    ]
    assert set(said) == {"id", "of", "subject", "at", "read_at"}
    assert said["subject"].startswith("statement:")
    page = visitor(office.app, CHINUA).get("/inbox").get_data(as_text=True)
    assert "Somebody became a member of your authority" in page
    assert "Cyrus" not in page
