"""Two officers together get a lost key back, and nobody else can: not one of them, not the platform, not the Court."""

from base64 import b64decode

import pytest
from sqlalchemy import select
from tests import people
from tests.keys.offices import (
    CLEO,
    CYRUS,
    Office,
    b64,
    body,
    count,
    deposit,
    lines,
    member,
    names,
    now,
    second_keyset,
    settle,
)
from tests.people import AMINA, CHIDI, CHINUA, DORA, FAYE

from comity.core.database import Session
from comity.keys.model import FORMER, PRESENT, KeySet, RecoveryFile, RecoveryWrap
from comity_seal.opening import recovery, statements
from comity_seal.opening.statements import confirm
from comity_seal.opening.wraps import open_epochs


@pytest.fixture
def office(app):
    settle()
    return Office(app)


def files(office, actor):
    answer = office.ask(actor, "GET", "/recovery")
    assert answer.status_code == 200, answer.json
    return answer.json


def hand_over(office, by, to, file):
    answer = {"to": people.keyset(to).public.id, "file": b64(file)}
    return office.ask(by, "POST", "/recovery/handovers", answer)


def opened(office, first=CYRUS, second=CLEO):
    """What two officers do over the API: the newest key of the authority, from the sealed files alone."""
    (file,) = files(office, first)["files"]
    inner = recovery.open_outer(b64decode(file["file"]), people.keyset(first), office.said)
    sealed = recovery.hand_over(inner, people.keyset(second).public)
    assert hand_over(office, first, second, sealed).status_code == 204
    got = files(office, second)
    (handed,) = got["handovers"]
    assert handed["from"] == people.keyset(first).public.id
    taken = recovery.take_over(b64decode(handed["file"]), people.keyset(second))
    identity = recovery.open_inner(taken, people.keyset(second), office.said)
    return recovery.unwrap_recovery(b64decode(got["wrap"]["wrap"]), identity, office.said)


def test_two_officers_admit_somebody_when_every_administrator_has_lost_her_key(office):
    """From the sealed files to a key that opens everything, over the API alone; one of those who lost hers is back."""
    office.rotated()
    office.recovery_set(CYRUS, CLEO)
    deposit(CHIDI, second_keyset(CHIDI), lost=True)
    old = opened(office)
    assert old.recipient == office.newest.recipient
    new = office.next()
    link, wraps = statements.admit(
        people.keyset(CLEO),
        CLEO.id,
        office.said,
        member=member(CHIDI, second_keyset(CHIDI)),
        admin=True,
        reason="every administrator has lost her key",
        old=old,
        new=new,
        created=now(),
    )
    proposal = office.propose(CLEO, link, wraps)
    (seen,) = office.ask(CYRUS, "GET", "/proposals").json["items"]
    assert (seen["type"], seen["needs"]) == ("recovery.admit", ["officer", "root"])
    assert office.confirm(CYRUS, proposal, link).json == {"registered": False, "seq": 3}
    assert office.ask(CYRUS, "GET", "/proposals").json["items"][0]["needs"] == ["root"]
    assert office.said.seq == 2
    assert office.confirm_by_root(FAYE, proposal, link).json == {"registered": True, "seq": 3}
    assert (lines()[-1].name, lines()[-1].data["user"]) == ("recovery.admitted", CHIDI.id)
    with Session(writes=False) as session:
        mine = session.scalars(select(KeySet).where(KeySet.account_id == people.account_id(CHIDI)))
        states = {one.keyset: one.state for one in mine}
    assert states == {people.keyset(CHIDI).public.id: FORMER, second_keyset(CHIDI).public.id: PRESENT}
    kept = office.program(CHIDI).api("GET", "/keys/mine").json
    assert kept["keyset"] == second_keyset(CHIDI).public.id
    held = ({one["epoch"]: b64decode(one["wrap"]) for one in kept[name]} for name in ("wraps", "chains"))
    found = open_epochs(*held, second_keyset(CHIDI), office.said)
    assert [found[n].recipient for n in (1, 2, 3)] == [people.epoch("XA").recipient, old.recipient, new.recipient]


def test_one_officer_alone_admits_nobody(office):
    office.recovery_set(CYRUS, CLEO)
    made = {"member": member(CYRUS), "admin": False, "reason": "alone", "old": office.newest, "new": office.next()}
    link, wraps = statements.admit(people.keyset(CYRUS), CYRUS.id, office.said, created=now(), **made)
    assert office.post(CYRUS, link, wraps).status_code == 422
    proposal = office.propose(CYRUS, link, wraps)
    for by in (CYRUS, CHIDI):
        assert office.confirm(by, proposal, link).status_code == 422
    assert office.confirm_by_root(FAYE, proposal, link).status_code == 422
    own = b"\n".join([link, confirm(people.keyset(CYRUS), CLEO.id, link, created=now())])
    assert office.post(CYRUS, own, wraps).status_code == 422
    assert office.said.seq == 1
    (file,) = files(office, CYRUS)["files"]
    inner = recovery.open_outer(b64decode(file["file"]), people.keyset(CYRUS), office.said)
    with pytest.raises(recovery.ForgedWrap):
        recovery.open_inner(inner, people.keyset(CYRUS), office.said)


def test_an_officer_who_is_no_member_gets_the_files_and_nothing_else(office):
    office.recovery_set(CYRUS, CLEO)
    got = files(office, CLEO)
    assert [(one["outer"], one["inner"]) for one in got["files"]] == [
        (people.keyset(CYRUS).public.id, people.keyset(CLEO).public.id)
    ]
    assert (got["wrap"]["epoch"], got["handovers"]) == (1, [])
    assert (lines()[-1].name, lines()[-1].data) == ("recovery.handed_out", {"authority": "XA", "user": CLEO.id})
    mine = office.program(CLEO).api("GET", "/keys/mine").json
    assert (mine["wraps"], mine["chains"]) == ([], [])
    assert office.ask(CLEO, "GET", "/office").status_code == 403


def test_the_files_are_for_officers_and_administrators_alone(office):
    office.added(CYRUS)
    assert office.ask(CHIDI, "GET", "/recovery").status_code == 404
    office.recovery_set(CHIDI, CLEO)
    before = names()
    assert office.ask(CYRUS, "GET", "/recovery").status_code == 403
    for actor in (AMINA, DORA, FAYE):
        assert office.ask(actor, "GET", "/recovery").status_code == 404
    assert "recovery.handed_out" not in names()[len(before) :]
    assert files(office, CHINUA)["files"]
    office.program(CHINUA).api("POST", "/keys/mine/leaving")
    assert office.ask(CHINUA, "GET", "/recovery").status_code == 403


def test_officers_see_whom_they_could_admit_and_nobody_else_does(office):
    """Also a member who waits with another key set; an officer who is no member has no other way to find out."""
    office.recovery_set(CYRUS, CLEO)
    deposit(CHIDI, second_keyset(CHIDI), lost=True)
    items = office.ask(CLEO, "GET", "/recovery/candidates").json["items"]
    expected = {CHIDI: second_keyset(CHIDI), CYRUS: people.keyset(CYRUS), CLEO: people.keyset(CLEO)}
    assert {one["user"]: one["fingerprint"] for one in items} == {
        actor.id: keys.public.fingerprint for actor, keys in expected.items()
    }
    office.recovery_set(CHIDI, CLEO)
    assert office.ask(CYRUS, "GET", "/recovery/candidates").status_code == 403
    for actor in (AMINA, DORA, FAYE):
        assert office.ask(actor, "GET", "/recovery/candidates").status_code == 404
    assert "recovery.handed_out" not in names()


def test_only_the_outer_officer_passes_on_and_only_the_inner_one_receives(office):
    office.recovery_set(CYRUS, CLEO)
    sealed = recovery.hand_over(b"whatever it is", people.keyset(CLEO).public)
    for by, to in ((CLEO, CYRUS), (CHIDI, CLEO), (CYRUS, CHIDI), (CYRUS, CYRUS)):
        assert hand_over(office, by, to, sealed).status_code == 404
    assert hand_over(office, CYRUS, CLEO, b"AGE-SECRET-KEY-PQ-1").status_code == 422
    assert hand_over(office, CYRUS, CLEO, b"age-encryption.org/v1\n" + b"x" * 20000).status_code == 422
    assert "recovery.handed_over" not in names()
    assert hand_over(office, CYRUS, CLEO, sealed).status_code == 204
    line = next(line for line in lines() if line.name == "recovery.handed_over")
    assert set(line.data) == {"authority", "outer", "inner", "sha256"}
    assert files(office, CLEO)["handovers"] == [{"from": people.keyset(CYRUS).public.id, "file": b64(sealed)}]
    for other in (CYRUS, CHIDI):
        assert files(office, other)["handovers"] == []


def test_a_new_recovery_takes_the_place_of_the_old_one_with_everything_of_it(office):
    office.recovery_set(CYRUS, CLEO)
    first = files(office, CHIDI)
    hand_over(office, CYRUS, CLEO, recovery.hand_over(b"old", people.keyset(CLEO).public))
    office.rotated()
    assert files(office, CHIDI)["wrap"]["epoch"] == 2
    office.recovery_set(CHIDI, CHINUA, CLEO)
    got = files(office, CHIDI)
    assert len(got["files"]) == 3
    assert first["files"][0] not in got["files"]
    assert (count(RecoveryFile), count(RecoveryWrap)) == (3, 1)
    assert files(office, CLEO)["handovers"] == []
    assert office.ask(CYRUS, "GET", "/recovery").status_code == 403
    assert names().count("recovery.set") == 2


@pytest.mark.parametrize("what", ["wrap", "files", "both"])
def test_files_of_recovery_are_exactly_those_that_the_statement_names(office, what):
    link, wraps = office.set_recovery(CYRUS, CLEO)
    sent = body(link, wraps)
    if what in ("wrap", "both"):
        sent["recovery_wrap"] = None if what == "both" else b64(b"another")
    if what in ("files", "both"):
        sent["recovery_files"] = [] if what == "both" else [b64(b"another")]
    assert office.ask(CHIDI, "POST", "/proposals", sent).status_code == 422
    assert office.said.seq == 0


def test_the_files_are_asked_for_only_so_often(office, monkeypatch):
    from comity.core.settings import settings

    office.recovery_set(CYRUS, CLEO)
    limits = settings().limits.model_copy(update={"hand_outs_per_minute": 2})
    few = settings().model_copy(update={"limits": limits})
    monkeypatch.setattr("comity.keys.recovery.settings", lambda: few)
    answers = [office.ask(CLEO, "GET", "/recovery").status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert names().count("recovery.handed_out") == 2
