"""Urgent requests and their confirmation, and requests that travelled before they were registered here."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from tests.exchange import sealed
from tests.people import AMINA, BRUNO, CHIDI, DORA, GRACE

from comity.assistance import actions, channels, occurrences, transmission
from comity.assistance.model import Stage
from comity.assistance.transmission import Travelled
from comity.core import clock, database
from comity.core.errors import Conflict, Denied, Invalid, NotFound, PolicyError, Refused
from comity.core.journal import Entry
from comity.core.policy import policies_dir
from comity.core.transaction import transaction
from comity.deadlines import queries as deadlines
from comity.deadlines.model import Deadline

MONDAY = datetime(2031, 3, 3, 9, tzinfo=UTC)
RULE = "formal confirmation"


def mark(rfa, medium="fax", actor=AMINA):
    with transaction(actor) as tx:
        return transmission.expedite(tx, rfa.id, medium)


def send(rfa, *travelled):
    again = sealed.resealed(AMINA, rfa)
    with transaction(AMINA) as tx:
        return actions.transmit(tx, rfa.id, again, Travelled(*travelled) if travelled else None)


def confirm(rfa, on=date(2031, 3, 5), channel="diplomatic", actor=AMINA):
    with transaction(actor) as tx:
        return transmission.confirm(tx, rfa.id, on, channel)


def urgent():
    """Approved and transmitted on Monday, 3 March 2031, as an urgent request by fax."""
    with clock.at(MONDAY):
        rfa = sealed.approved()
        mark(rfa)
        return send(rfa)


def periods(rfa):
    with database.Session() as session:
        return {one.rule: one for one in session.scalars(select(Deadline).where(Deadline.matter == rfa.subject))}


def last(name):
    with database.Session() as session:
        return session.scalars(select(Entry).where(Entry.name == name).order_by(Entry.seq.desc())).first()


def test_an_urgent_request_is_to_be_confirmed_within_five_working_days_by_those_who_asked():
    rfa = urgent()
    to_do = periods(rfa)[RULE]
    assert (to_do.falls_on, to_do.other, to_do.nature) == ("OTP", "XA", "policy")
    assert to_do.due_on == date(2031, 3, 10)
    assert (last("rfa.expedited").data["medium"], last("rfa.transmitted").data["urgent_on"]) == ("fax", "2031-03-03")
    with transaction(CHIDI, writes=False) as tx:
        assert RULE in [one.rule for one in deadlines.deadlines_of(tx, rfa)]
    with clock.at(MONDAY + timedelta(days=3)):
        confirm(rfa)
    done = sealed.read(CHIDI, rfa.id)
    assert (done.confirmed_on, done.confirmed_through) == (date(2031, 3, 5), "diplomatic")
    with transaction(CHIDI, writes=False) as tx:
        told = deadlines.explain(tx, periods(rfa)[RULE])
    assert (told.state, told.trace[-1].on) == ("met", date(2031, 3, 5))


def test_no_other_request_is_to_be_confirmed():
    with clock.at(MONDAY):
        rfa = sealed.transmitted()
    assert RULE not in periods(rfa)
    with pytest.raises(Refused, match="was not urgent"):
        confirm(rfa)
    assert last("rfa.confirmed") is None


def test_marking_leaves_an_approval_and_can_be_taken_back_until_transmission():
    rfa = sealed.approved()
    mark(rfa)
    assert sealed.read(AMINA, rfa.id).stage is Stage.APPROVED
    mark(rfa, None, BRUNO)
    sent = send(rfa)
    assert (sent.urgent_by, RULE in periods(sent)) == (None, False)
    with pytest.raises(Refused):
        mark(rfa)
    assert sealed.read(AMINA, rfa.id).urgent_by is None


def test_marking_again_the_same_is_no_line_and_an_unknown_medium_is_refused():
    rfa = sealed.drafted()
    mark(rfa)
    first = last("rfa.expedited").seq
    mark(rfa)
    for medium in ("pigeon", "diplomatic", ""):
        with pytest.raises(Invalid, match="leaves a written record"):
            mark(rfa, medium)
    assert last("rfa.expedited").seq == first
    assert sealed.read(AMINA, rfa.id).urgent_by == "fax"


@pytest.mark.parametrize(
    ("on", "channel", "why"),
    [
        ("2031-03-07", "diplomatic", "still to come"),
        ("2031-03-02", "diplomatic", "reached the State on 2031-03-03"),
        ("2031-03-05", "fax", "channel that the State has designated"),
        ("2031-03-05", "", "channel that the State has designated"),
    ],
)
def test_a_confirmation_that_cannot_be_is_refused_and_the_period_runs_on(on, channel, why):
    rfa = urgent()
    with clock.at(MONDAY + timedelta(days=3)), pytest.raises(Invalid) as told:
        confirm(rfa, date.fromisoformat(on), channel)
    (fault,) = told.value.faults
    assert why in fault.message
    assert periods(rfa)[RULE].met_at is None
    assert sealed.read(AMINA, rfa.id).confirmed_on is None


def test_it_is_confirmed_once():
    rfa = urgent()
    with clock.at(MONDAY + timedelta(days=3)):
        confirm(rfa)
        with pytest.raises(Conflict, match="confirmed on 2031-03-05 already"):
            confirm(rfa, date(2031, 3, 6), "designated")
    assert sealed.read(AMINA, rfa.id).confirmed_through == "diplomatic"


@pytest.mark.parametrize("actor", [CHIDI, DORA, GRACE])
def test_only_the_requesting_team_marks_and_confirms(actor):
    rfa, draft = urgent(), sealed.drafted()
    with clock.at(MONDAY + timedelta(days=3)), pytest.raises(Denied if actor is CHIDI else NotFound):
        confirm(rfa, actor=actor)
    with pytest.raises(NotFound):
        mark(draft, actor=actor)
    assert sealed.read(AMINA, rfa.id).confirmed_on is None
    assert sealed.read(AMINA, draft.id).urgent_by is None


# Registered


def approved(now=MONDAY, on=None):
    with clock.at(now):
        return sealed.approved(on=on)


def test_the_clocks_of_a_request_that_travelled_run_from_the_day_of_the_record():
    rfa = approved(on=date(2031, 5, 5))
    with clock.at(MONDAY + timedelta(days=10)):
        sent = send(rfa, "diplomatic", date(2031, 3, 6))
    assert (sent.travelled_by, sent.received_on, sent.transmitted_at) == (
        "diplomatic",
        date(2031, 3, 6),
        MONDAY + timedelta(days=10),
    )
    assert periods(rfa)["acknowledgement"].due_on == date(2031, 3, 13)
    assert periods(rfa)["requested date"].due_on == date(2031, 5, 5)
    with transaction(CHIDI, writes=False) as tx:
        (told,) = [
            deadlines.explain(tx, one) for one in deadlines.deadlines_of(tx, rfa) if one.rule == "acknowledgement"
        ]
    assert (told.trace[0].what, told.trace[0].on) == ("started", date(2031, 3, 6))
    said = last("rfa.transmitted").data
    assert (said["travelled_by"], said["received_on"], said["urgent_on"]) == ("diplomatic", "2031-03-06", None)


def test_the_states_acknowledgement_still_confirms_it():
    rfa = approved()
    with clock.at(MONDAY + timedelta(days=2)):
        send(rfa, "interpol", date(2031, 3, 4))
        signed = sealed.acknowledgement(CHIDI, rfa)
        with transaction(CHIDI) as tx:
            actions.acknowledge(tx, rfa.id, signed)
    assert periods(rfa)["acknowledgement"].met_at is not None


def test_a_request_may_have_travelled_long_before_it_was_drafted_here():
    rfa = approved()
    with clock.at(MONDAY):
        send(rfa, "courier", date(2024, 6, 3))
    assert periods(rfa)["acknowledgement"].due_on == date(2024, 6, 10)


def test_what_is_transmitted_here_runs_from_the_day_where_the_state_is():
    with clock.at(datetime(2031, 3, 3, 23, 30, tzinfo=UTC)):  # in Yvoria it is the 4th already
        rfa = sealed.transmitted(requested="YB")
    assert last("rfa.transmitted").data["received_on"] == "2031-03-04"
    assert periods(rfa)["acknowledgement"].due_on == date(2031, 3, 11)
    assert (rfa.travelled_by, rfa.received_on) == (None, None)


def test_an_urgent_request_that_went_by_its_medium_is_to_be_confirmed_from_then_on():
    rfa = approved()
    mark(rfa, "fax")
    with clock.at(MONDAY + timedelta(days=2)):
        send(rfa, "fax", date(2031, 3, 3))
    assert periods(rfa)[RULE].due_on == date(2031, 3, 10)


@pytest.mark.parametrize(
    ("channel", "on", "pointer"),
    [
        ("diplomatic", "2031-03-04", "/travelled/received_on"),
        ("diplomatic", "2020-12-31", "/travelled/received_on"),
        ("pigeon", "2031-03-03", "/travelled/channel"),
        ("fax", "2031-03-03", "/travelled/channel"),
        ("platform", "2031-03-03", "/travelled/channel"),
    ],
)
def test_what_cannot_have_travelled_so_is_not_transmitted(channel, on, pointer):
    rfa = approved()
    with clock.at(MONDAY), pytest.raises(Invalid) as told:
        send(rfa, channel, date.fromisoformat(on))
    assert [fault.pointer for fault in told.value.faults] == [pointer]
    kept = sealed.read(AMINA, rfa.id)
    assert (kept.stage, kept.travelled_by, periods(rfa)) == (Stage.APPROVED, None, {})
    with pytest.raises(NotFound):
        sealed.read(CHIDI, rfa.id)


def test_what_happened_between_receipt_and_registration_can_be_reported():
    with clock.at(MONDAY):
        rfa = sealed.approved()
    with clock.at(MONDAY + timedelta(days=10)):
        send(rfa, "diplomatic", date(2031, 3, 4))
        with transaction(AMINA) as tx:
            occurrences.report(tx, rfa.id, "consultations.exhausted", date(2031, 3, 5))
        with pytest.raises(Invalid, match="2031-03-04: choose that day or a later one"), transaction(CHIDI) as tx:
            occurrences.report(tx, rfa.id, "ruling.sought", date(2031, 3, 3))
    assert [one.what for one in sealed.read(AMINA, rfa.id).occurrences] == ["consultations.exhausted"]


def test_a_mistake_in_the_catalogue_is_told_with_its_file(tmp_path, monkeypatch):
    text = (policies_dir() / "channels.toml").read_text()
    for spoil, said in (
        (text.replace('"interpol"', '"courier"'), "stands twice"),
        (text.replace('"urgent"', '"slow"'), "channels.toml"),
    ):
        (tmp_path / "channels.toml").write_text(spoil)
        monkeypatch.setattr("comity.core.policy.policies_dir", lambda: tmp_path)
        with pytest.raises(PolicyError, match=said):
            channels.check()
        monkeypatch.undo()
    channels.check()
