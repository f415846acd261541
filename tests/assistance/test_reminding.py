"""Reminders for many requests: who gets one, who is left out and why; a reminder says nothing and moves nothing."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from tests.exchange import sealed
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, EMRE, GRACE
from tests.visits import Program, visitor

from comity.assistance import actions, portfolio_policy, reminding
from comity.assistance.model import RequestForAssistance
from comity.core import clock, database, policy
from comity.core.errors import Invalid, PolicyError
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.deadlines.model import Deadline
from comity.notifications.model import Notification
from comity_workers.relay import relay

BEGIN = datetime(2031, 3, 3, 9, tzinfo=UTC)
LATER = BEGIN + timedelta(days=30)
PAST, AHEAD = date(2031, 3, 10), date(2031, 5, 6)


@pytest.fixture
def world():
    with clock.at(BEGIN):
        found = {
            "draft": sealed.written(on=None),
            "unopened": sealed.transmitted(on=AHEAD),
            "late": sealed.acknowledged(on=PAST),
            "asked": sealed.asked(on=PAST),
            "ahead": sealed.acknowledged(on=AHEAD),
            "default": sealed.acknowledged(on=None),
            "undated": sealed.acknowledged(on=None),
            "answered": sealed.answered(on=PAST),
            "closed": sealed.answered(on=PAST),
        }
        with transaction(AMINA) as tx:
            actions.close(tx, found["closed"].id)
        _end_every_period(found["undated"])
    with clock.at(LATER):
        yield {name: rfa.id for name, rfa in found.items()}


def _end_every_period(rfa):
    """As where a request was acknowledged before anything ran without a requested date."""
    with database.Session() as session, session.begin():
        for period in session.scalars(select(Deadline).where(Deadline.matter == f"rfa:{rfa.id}")):
            period.ended_at = BEGIN


EXPECTED = {
    "unopened": None, "late": None, "asked": "paused", "ahead": "not_due", "default": "not_due", "undated": "no_date",
    "answered": "not_with_state", "closed": "not_with_state",
}  # fmt: skip
"""Why each is left out; the draft is nothing that anyone could be reminded of."""


def lines(name="rfa.reminded"):
    with database.Session(writes=False) as session:
        return [(one.actor, one.subject) for one in session.scalars(select(Entry).where(Entry.name == name))]


def reasons(actor, ids, *, send=False):
    with transaction(actor) as tx:
        found = (reminding.remind if send else reminding.preview)(tx, list(ids))
    return {one.rfa.id: one.reason for one in found}


def test_the_preview_says_who_is_left_out_and_why_and_sends_nothing(world):
    assert reasons(AMINA, world.values()) == {world[name]: reason for name, reason in EXPECTED.items()}
    assert lines() == []


def test_a_reminder_is_one_line_each_and_moves_no_date_and_no_stage(world):
    def dates():
        with database.Session(writes=False) as session:
            return session.execute(select(Deadline.id, Deadline.due_at, Deadline.version).order_by(Deadline.id)).all()

    before = dates()
    assert reasons(BRUNO, world.values(), send=True) == {world[name]: reason for name, reason in EXPECTED.items()}
    assert sorted(lines()) == sorted((BRUNO.id, f"rfa:{world[name]}") for name in ("unopened", "late"))
    assert dates() == before
    late = sealed.read(CHIDI, world["late"])
    assert (late.reminded_at, late.stage.value) == (LATER, "acknowledged")
    assert late.changed_at < LATER


def test_the_focal_points_are_told_and_a_message_says_nothing_of_it(world):
    reasons(AMINA, [world["late"]], send=True)
    relay()
    with database.Session(writes=False) as session:
        notices = session.scalars(select(Notification).where(Notification.of == "rfa.reminded")).all()
    assert {one.account_id for one in notices} == {CHIDI.id, CHINUA.id}


def test_the_same_request_is_not_reminded_of_again_within_the_days_of_the_policy(world):
    every = portfolio_policy.chosen().reminder.every
    reasons(AMINA, [world["late"]], send=True)
    with clock.at(LATER + timedelta(days=every, seconds=-1)):
        assert reasons(BRUNO, [world["late"]], send=True) == {world["late"]: "reminded"}
        assert len(lines()) == 1
    with clock.at(LATER + timedelta(days=every)):
        assert reasons(BRUNO, [world["late"]], send=True) == {world["late"]: None}
    assert len(lines()) == 2


@pytest.mark.parametrize("actor", [CHIDI, DORA, EMRE, GRACE], ids=["state", "other state", "auditor", "registry"])
def test_only_the_requesting_team_reminds(world, actor):
    assert reasons(actor, world.values(), send=True) == {}
    assert lines() == []


def test_nothing_or_too_much_at_once_is_refused(world):
    for ids in ([], [uuid4() for _ in range(101)]):
        with pytest.raises(Invalid):
            reasons(AMINA, ids, send=True)
    assert lines() == []


def test_the_api_previews_and_reminds(app, world):
    amina = Program(app, AMINA)
    body = {"requests": [str(world["late"]), str(world["asked"]), str(uuid4())], "preview": True}
    found = {one["request"]: one["skipped"] for one in amina.api("POST", "/requests/reminders", body).json["items"]}
    assert found == {str(world["late"]): None, str(world["asked"]): "paused"}
    assert lines() == []
    assert amina.api("POST", "/requests/reminders", {**body, "preview": False}).status_code == 200
    assert len(lines()) == 1
    assert amina.api("GET", f"/requests/{world['late']}").json["reminded_at"].startswith("2031-04-02")
    assert amina.api("POST", "/requests/reminders", {"requests": []}).status_code == 422


def test_a_browser_without_scripts_previews_then_confirms_once(app, world):
    amina = visitor(app, AMINA)
    assert "Send a reminder for the chosen ones" in amina.get("/requests/").get_data(as_text=True)
    asked = amina.post("/requests/remind", request=[str(world[name]) for name in ("late", "asked", "ahead")])
    shown = asked.get_data(as_text=True)
    assert "1 reminder goes out" in shown
    assert "its date stands still" in shown
    assert "its date has not passed yet" in shown
    assert shown.count('name="request"') == 1
    assert lines() == []
    assert amina.post("/requests/remind", request=str(world["late"]), confirmed="yes").status_code == 303
    assert "1 reminder was sent." in amina.get("/requests/?turn=other").get_data(as_text=True)
    assert len(lines()) == 1
    assert amina.post("/requests/remind", request=str(world["late"]), confirmed="yes").status_code == 303
    assert "0 reminders were sent." in amina.get("/requests/?turn=other").get_data(as_text=True)
    for actor in (AMINA, CHIDI):
        assert "Reminded on 2 April 2031" in visitor(app, actor).get("/requests/").get_data(as_text=True)
        assert "Reminder sent" in visitor(app, actor).get(f"/requests/{world['late']}").get_data(as_text=True)
    assert "Send a reminder" not in visitor(app, CHIDI).get("/requests/").get_data(as_text=True)
    assert visitor(app, CHIDI).post("/requests/remind", request=str(world["late"]), confirmed="yes").status_code == 303
    assert len(lines()) == 1


def test_a_policy_that_makes_no_sense_stops_the_process(tmp_path):
    text = (policy.policies_dir() / "portfolio.toml").read_text()
    (tmp_path / "portfolio.toml").write_text(text.replace("every = 7", "every = 0"))
    policy.use_policies(tmp_path)
    try:
        with pytest.raises(PolicyError, match=r"portfolio\.toml, line \d+: reminder\.every"):
            portfolio_policy.check()
    finally:
        policy.use_policies(None)
        portfolio_policy.check()


def test_a_request_of_another_team_is_not_touched(world):
    with clock.at(BEGIN):
        other = sealed.drafted(GRACE, kind="transit", measures=[])
    reasons(AMINA, [other.id, world["late"]], send=True)
    with database.Session(writes=False) as session:
        assert session.get(RequestForAssistance, other.id).reminded_at is None
