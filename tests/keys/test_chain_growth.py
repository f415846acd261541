"""A chain grows by one statement after another, each signed by whom it entitles.  Chidi and Chinua of Xandria."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from tests import people
from tests.keys.offices import CLEO, CYRUS, Office, b64, body, close_account, count, lines, member, names, now, settle
from tests.people import AMINA, CHIDI, CHINUA, DORA, EMRE, FAYE
from tests.visits import Program

from comity.accounts.model import Account
from comity.core.database import Session
from comity.keys.model import ChainWrap, Membership, Proposal, Statement, Wrap
from comity_demo.roots import confirmed_by
from comity_seal.opening import statements
from comity_seal.opening.statements import ROOT, Wraps
from comity_seal.opening.wraps import open_epochs

PROBLEM = "application/problem+json"


@pytest.fixture
def office(app):
    settle()
    return Office(app)


def chain(office, actor=CHIDI):
    return office.ask(actor, "GET", "/chain").json["chain"]


def last_line():
    return lines()[-1]


def refused(answer, status=422, problem="invalid"):
    assert (answer.status_code, answer.json["type"]) == (status, f"/problems/{problem}"), answer.json
    assert answer.content_type == PROBLEM
    return answer.json["detail"]


def test_a_new_key_is_one_statement_more_and_every_member_gets_it(office):
    link, wraps, new = office.rotate()
    answer = office.post(CHIDI, link, wraps)
    assert (answer.status_code, answer.json["seq"]) == (201, 1)
    assert answer.json["sha256"] == office.said.sha256
    assert chain(office)[1] == b64(link)
    line = last_line()
    assert (line.name, line.actor) == ("epoch.rotated", CHIDI.id)
    assert line.data == {"authority": "XA", "seq": 1, "sha256": office.said.sha256, "user": ""}
    for actor in (CHIDI, CHINUA):
        mine = office.program(actor).api("GET", "/keys/mine").json
        found = open_epochs(
            {one["epoch"]: b64decode(one["wrap"]) for one in mine["wraps"]},
            {one["epoch"]: b64decode(one["wrap"]) for one in mine["chains"]},
            people.keyset(actor),
            office.said,
        )
        assert {n: epoch.recipient for n, epoch in found.items()} == {
            1: people.epoch("XA").recipient,
            2: new.recipient,
        }


def test_who_joins_later_gets_the_newest_key_and_through_it_every_earlier_one(office):
    office.rotated()
    office.added(CYRUS)
    mine = office.program(CYRUS).api("GET", "/keys/mine").json
    assert ([one["epoch"] for one in mine["wraps"]], [one["epoch"] for one in mine["chains"]]) == ([2], [2])
    wraps, chains = ({one["epoch"]: b64decode(one["wrap"]) for one in mine[name]} for name in ("wraps", "chains"))
    found = open_epochs(wraps, chains, people.keyset(CYRUS), office.said)
    assert found[1].recipient == people.epoch("XA").recipient
    line = last_line()
    assert (line.name, line.data["user"], line.actor) == ("member.added", CYRUS.id, CYRUS.id)


def test_two_who_are_at_it_at_once_one_wins_and_the_other_looks_again(office):
    first, second = office.rotate(CHIDI), office.rotate(CHINUA)
    assert office.post(CHIDI, *first[:2]).status_code == 201
    before = names()
    detail = refused(office.post(CHINUA, *second[:2]), 409, "chain-moved")
    assert "sign yours again" in detail
    assert names() == before
    assert (office.said.epoch.recipient, count(ChainWrap)) == (first[2].recipient, 1)
    office.newest = first[2]
    office.rotated(CHINUA)
    assert office.said.seq == 2


def test_a_statement_from_the_future_of_the_chain_is_refused_alike(office):
    link, wraps, office.newest = office.rotate()
    assert office.post(CHIDI, link, wraps).status_code == 201
    later = office.rotate()
    with Session() as session:
        session.delete(session.scalars(select(Statement).where(Statement.seq == 1, Statement.authority == "XA")).one())
        session.commit()
    refused(office.post(CHIDI, *later[:2]), 409, "chain-moved")


def test_nobody_brings_in_what_somebody_else_signed(office):
    link, wraps, _new = office.rotate(CHIDI)
    assert "somebody else than you signed it" in refused(office.post(CHINUA, link, wraps))
    assert len(chain(office)) == 1


def test_who_is_no_administrator_adds_nothing(office):
    office.added(CYRUS)
    link, wraps, _new = office.rotate(CYRUS)
    before = names()
    refused(office.post(CYRUS, link, wraps))
    assert (office.said.seq, names()) == (1, before)


@pytest.mark.parametrize("actor", [AMINA, DORA, EMRE, FAYE], ids=lambda actor: people.NAMES[actor])
def test_nobody_of_elsewhere_adds_to_a_state_s_chain(office, actor):
    """Neither what she signed herself, nor in the name of a member with another key, nor what a member signed."""
    keyset = people.keyset(actor) if actor.authority else office.holders[0]
    before, wrapped = count(Statement), count(Wrap)
    for by in (actor.id, CHIDI.id, ROOT):
        made = {"reason": "yearly", "old": office.newest, "new": office.next(), "created": now()}
        link, wraps = statements.rotate(keyset, by, office.said, **made)
        refused(office.post(actor, link, wraps))
        assert office.ask(actor, "POST", "/proposals", body(link, wraps)).status_code == 422
    link, wraps, _new = office.rotate(CHIDI)
    refused(office.post(actor, link, wraps))
    assert (count(Statement), count(Wrap), count(Proposal)) == (before, wrapped, 0)


def test_the_statement_must_be_about_the_authority_it_is_sent_to(office):
    link, wraps, _new = office.rotate()
    answer = office.program(CHIDI).api("POST", "/authorities/YB/statements", body(link, wraps))
    assert "it is about XA" in refused(answer)
    assert office.program(CHIDI).api("POST", "/authorities/QQ/statements", body(link, wraps)).status_code == 422


def test_a_statement_from_far_ahead_binds_nobody(office):
    """Later statements may not be older than earlier ones: one dated next year would stop the chain until then."""
    before = names()
    for days, proposed in ((400, False), (1, False), (400, True)):
        ahead = (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
        link, wraps, _new = office.rotate(created=ahead)
        if proposed:
            made = {"user": CHINUA.id, "reason": "other duties", "created": ahead}
            link, wraps = statements.remove_admin(people.keyset(CHIDI), CHIDI.id, office.said, **made), None
        answer = office.ask(CHIDI, "POST", "/proposals" if proposed else "/statements", body(link, wraps))
        assert "dated ahead of the platform's clock" in refused(answer)
    assert (office.said.seq, count(Proposal), names()) == (0, 0, before)
    soon = (datetime.now(UTC) + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    link, wraps, _new = office.rotate(created=soon)
    assert office.post(CHIDI, link, wraps).status_code == 201


@pytest.mark.parametrize(
    "change",
    [
        lambda wraps: Wraps({}, wraps.chain),
        lambda wraps: Wraps(dict(list(wraps.members.items())[:1]), wraps.chain),
        lambda wraps: Wraps({**wraps.members, "0" * 64: b"more"}, wraps.chain),
        lambda wraps: Wraps({keyset: data + b"x" for keyset, data in wraps.members.items()}, wraps.chain),
        lambda wraps: Wraps(wraps.members, None),
        lambda wraps: Wraps(wraps.members, b"another"),
        lambda wraps: Wraps(wraps.members, wraps.chain, b"one too many"),
        lambda wraps: Wraps(wraps.members, wraps.chain, None, (b"one too many",)),
    ],
    ids=["none", "one missing", "one more", "others", "no chain", "another chain", "a recovery", "a file"],
)
def test_what_comes_with_a_statement_is_exactly_what_it_names(office, change):
    link, wraps, _new = office.rotate()
    before = names()
    refused(office.post(CHIDI, link, change(wraps)))
    assert (office.said.seq, count(ChainWrap), names()) == (0, 0, before)


@pytest.mark.parametrize(
    "changes",
    [{"link": "!"}, {"link": b64(b"{}")}, {"wraps": {"x": "!"}}, {"more": 1}, {"recovery_files": ["QQ=="] * 7}],
)
def test_what_is_no_statement_is_refused(office, changes):
    link, wraps, _new = office.rotate()
    refused(office.ask(CHIDI, "POST", "/statements", body(link, wraps) | changes))
    assert office.said.seq == 0


def test_a_member_is_one_whom_the_directory_knows(office):
    """An active account of the authority, in that role, with the key set that she deposited."""
    keys = people.keyset(CYRUS).public
    odd = [
        statements.Member(CYRUS.id, "Cyrus", "administrator", keys),
        statements.Member(CYRUS.id, "Cyrus", "focal point", people.keyset(EMRE).public),
        statements.Member(DORA.id, "Dora", "focal point", people.keyset(DORA).public),
        statements.Member("00000000-0000-4000-8000-0000000000ff", "Nobody", "focal point", people.keyset(EMRE).public),
    ]
    for one in odd:
        made = {"member": one, "epoch": office.newest, "created": now()}
        link, wraps = statements.add_member(people.keyset(CHIDI), CHIDI.id, office.said, **made)
        refused(office.ask(CHIDI, "POST", "/proposals", body(link, wraps)))
    close_account(CYRUS)
    assert "not an active member" in refused(office.ask(CHIDI, "POST", "/proposals", body(*office.add(CYRUS))))
    assert (office.said.seq, count(Proposal)) == (0, 0)


def test_a_member_must_still_be_what_the_directory_knows_when_it_is_confirmed(office):
    """The account may have been closed between proposal and confirmation; here its role is another one."""
    link, wraps = office.add(CYRUS)
    proposal = office.propose(CHIDI, link, wraps)
    with Session() as session:
        session.get(Account, people.account_id(CYRUS)).role = "auditor"
        session.commit()
    answer = office.confirm(CYRUS, proposal, link)
    assert answer.status_code in (403, 404, 422)
    assert office.said.seq == 0


def test_a_removed_member_is_not_in_what_comes_later_and_a_new_key_came_with_it(office):
    office.added(CYRUS)
    office.removed(CYRUS)
    assert set(office.said.members) == {CHIDI.id, CHINUA.id}
    assert people.keyset(CYRUS).public.id not in office.said.epoch.wraps
    with Session(writes=False) as session:
        one = session.scalars(select(Membership).where(Membership.account_id == people.account_id(CYRUS))).one()
        assert (one.member, one.admin, one.revoked) == (False, False, False)
    assert last_line().name == "member.removed"


def test_a_key_set_is_revoked_by_its_owner_an_administrator_or_the_root(office):
    office.added(CYRUS)
    office.added(CLEO)
    office.revoked(CYRUS, by=CYRUS)
    office.revoked(CLEO, by=CHIDI)
    office.revoked(CHINUA, by=ROOT)
    assert set(office.said.revoked) == {people.keyset(one).public.id for one in (CYRUS, CLEO, CHINUA)}
    line = last_line()
    assert (line.name, line.actor, line.data["user"]) == ("key.revoked", FAYE.id, CHINUA.id)
    refused(office.post(CHINUA, *office.rotate(CHINUA)[:2]))
    assert office.said.seq == 5


def test_one_holder_of_the_root_revokes_nothing(office):
    link = office.revoke(CHINUA, by=ROOT)
    assert "lacks a confirmation: root" in refused(office.post(FAYE, link))
    twice = confirmed_by(office.holders[:1], link, now())
    foreign = confirmed_by(people.root().prosecutor[:1], link, now())
    for whole in (twice, foreign):
        refused(office.post(FAYE, whole))
    assert office.said.revoked == {}
    proposal = office.propose(CHIDI, link)
    assert office.ask(CHINUA, "GET", "/proposals").json["items"][0]["needs"] == ["root"]
    refused(office.confirm_by_holder(office.holders[0], FAYE, proposal, link))
    refused(office.confirm(CHIDI, proposal, link))
    assert office.said.revoked == {}
    assert office.confirm_by_holder(office.holders[2], FAYE, proposal, link).json["registered"]
    assert set(office.said.revoked) == {people.keyset(CHINUA).public.id}


def test_a_member_does_not_revoke_another_s_key_set(office):
    office.added(CYRUS)
    refused(office.post(CYRUS, office.revoke(CHINUA, by=CYRUS)))
    assert office.said.revoked == {}


def test_the_root_founds_an_authority_by_the_hand_of_an_administrator_of_the_platform_alone(app):
    people.populate(keys=True, without={"XA"})
    for actor in (CHIDI, CHINUA):
        Program(app, actor).api("PUT", "/keys/mine", first(actor))
    link, wraps = people.genesis("XA"), Wraps(people.wraps("XA"))
    office = Office(app)
    for actor in (DORA, AMINA, EMRE):
        refused(office.post(actor, link, wraps), 403, "denied")
    half = link.split(b"\n")[0]
    assert "lacks a confirmation: root" in refused(office.post(FAYE, half, wraps))
    for actor in (FAYE, CHIDI):
        assert "comes with the confirmations" in refused(office.ask(actor, "POST", "/proposals", body(half, wraps)))
    assert (chain(office, CHIDI), count(Proposal)) == ([], 0)
    assert office.post(FAYE, link, wraps).status_code == 201
    assert refused(office.post(FAYE, link, wraps), 409, "conflict") == "XA has its first statement already."
    assert last_line().actor == FAYE.id
    assert last_line().name == "statement.registered"


def first(actor):
    ways = [{"kind": way.kind, "file": b64(way.file)} for way in people.ways(actor)]
    return {"public": b64(people.keyset(actor).public.canonical), "ways": ways}


def test_officers_of_recovery_are_people_of_the_authority_with_their_deposited_keys(office):
    made = {"epoch": office.newest, "created": now()}
    chidi = statements.Officer(CHIDI.id, "Chidi", people.keyset(CHIDI).public)
    for other in (
        statements.Officer(DORA.id, "Dora", people.keyset(DORA).public),
        statements.Officer(CYRUS.id, "Cyrus", people.keyset(EMRE).public),
    ):
        link, wraps = statements.set_recovery(
            people.keyset(CHIDI), CHIDI.id, office.said, officers=[chidi, other], **made
        )
        refused(office.ask(CHIDI, "POST", "/proposals", body(link, wraps)))
    assert (office.said.recovery, count(Proposal)) == (None, 0)


def test_the_copy_of_who_is_what_follows_the_chain(office):
    office.added(CYRUS)
    assert office.confirm(CHINUA, office.propose(CHIDI, link := office.make_admin(CYRUS)), link).json == {
        "registered": True,
        "seq": 2,
    }
    assert office.said.admins == {CHIDI.id, CHINUA.id, CYRUS.id}
    assert office.confirm(CYRUS, office.propose(CHINUA, link := office.unmake_admin(CYRUS, by=CHINUA)), link).json == {
        "registered": True,
        "seq": 3,
    }
    office.recovery_set(CYRUS, CLEO)
    with Session(writes=False) as session:
        rows = session.scalars(select(Membership).where(Membership.authority == "XA"))
        found = {str(one.account_id): (one.member, one.admin, one.officer) for one in rows}
    assert found == {
        CHIDI.id: (True, True, False),
        CHINUA.id: (True, True, False),
        CYRUS.id: (True, False, True),
        CLEO.id: (False, False, True),
    }
    assert names()[-2:] == ["proposal.confirmed", "recovery.set"]
    assert member(CYRUS) == office.said.members[CYRUS.id]
