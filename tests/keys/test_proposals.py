"""What two people must sign waits until the second has: proposals, their confirmations, and what makes them past."""

from uuid import uuid4

import pytest
from sqlalchemy import select
from tests import people
from tests.keys.offices import CLEO, CYRUS, Office, b64, body, count, lines, names, now, second_keyset, settle
from tests.people import AMINA, CHIDI, CHINUA, DORA, EMRE, FAYE

from comity.core.database import Session
from comity.keys.model import Membership, Proposal, Statement, Wrap
from comity_demo.roots import confirmed_by
from comity_seal.opening.statements import ROOT, confirm


@pytest.fixture
def office(app):
    settle()
    return Office(app)


def refused(answer, status=422, problem="invalid"):
    assert (answer.status_code, answer.json["type"]) == (status, f"/problems/{problem}"), answer.json
    return answer.json["detail"]


def waiting(office, actor):
    return office.ask(actor, "GET", "/proposals").json["items"]


def test_who_becomes_a_member_confirms_it_herself_and_is_given_the_key_only_then(office):
    link, wraps = office.add(CYRUS)
    assert "lacks a confirmation" in refused(office.post(CHIDI, link, wraps))
    proposal = office.propose(CHIDI, link, wraps)
    (seen,) = waiting(office, CYRUS)
    assert seen | {"at": ""} == {
        "id": proposal,
        "seq": 1,
        "sha256": seen["sha256"],
        "type": "member.add",
        "by": CHIDI.id,
        "about": CYRUS.id,
        "at": "",
        "needs": ["member"],
        "link": b64(link),
    }
    mine = office.program(CYRUS).api("GET", "/keys/mine").json
    assert (mine["wraps"], mine["chains"], office.said.seq) == ([], [], 0)
    assert office.confirm(CYRUS, proposal, link).json == {"registered": True, "seq": 1}
    assert [one["epoch"] for one in office.program(CYRUS).api("GET", "/keys/mine").json["wraps"]] == [1]
    assert names()[-3:] == ["proposal.made", "proposal.confirmed", "member.added"]
    assert lines()[-3].data == {
        "authority": "XA", "seq": 1, "type": "member.add", "sha256": seen["sha256"], "user": CYRUS.id,
    }  # fmt: skip
    assert waiting(office, CHIDI) == []


@pytest.mark.parametrize("who", [CHINUA, CLEO])
def test_nobody_else_confirms_in_her_place(office, who):
    link, wraps = office.add(CYRUS)
    proposal = office.propose(CHIDI, link, wraps)
    refused(office.confirm(who, proposal, link))
    signed = confirm(people.keyset(who), CYRUS.id, link, created=now())
    refused(office.bring(CYRUS, proposal, signed))
    refused(office.bring(who, proposal, confirm(people.keyset(CYRUS), CYRUS.id, link, created=now())))
    refused(office.confirm(CYRUS, proposal, link, keyset=second_keyset(CYRUS)))
    refused(office.confirm_by_root(FAYE, proposal, link))
    assert (office.said.seq, names()[-1]) == (0, "proposal.made")


def test_a_candidate_sees_what_is_proposed_about_herself_alone(office):
    mine, wraps = office.add(CYRUS)
    office.propose(CHIDI, mine, wraps)
    office.propose(CHIDI, office.unmake_admin(CHINUA))
    office.propose(CHINUA, *office.add(CLEO, by=CHINUA))
    assert {one["about"] for one in waiting(office, CHIDI)} == {CYRUS.id, CHINUA.id, CLEO.id}
    assert [one["about"] for one in waiting(office, CYRUS)] == [CYRUS.id]
    assert [one["about"] for one in waiting(office, CLEO)] == [CLEO.id]


def test_nobody_of_elsewhere_sees_a_proposal_or_confirms_one(office):
    link = office.unmake_admin(CHINUA)
    proposal = office.propose(CHIDI, link)
    for actor in (AMINA, DORA, EMRE, FAYE):
        assert waiting(office, actor) == []
        keyset = people.keyset(actor) if actor.authority else office.holders[0]
        signed = confirm(keyset, actor.id, link, created=now())
        answer = office.bring(actor, proposal, signed)
        assert answer.status_code in (403, 404, 422), people.NAMES[actor]
    assert (office.said.admins, waiting(office, CHINUA)[0]["needs"]) == ({CHIDI.id, CHINUA.id}, ["administrator"])


def test_two_administrators_are_needed_where_one_is_not_enough(office):
    office.added(CYRUS)
    for link in (office.make_admin(CYRUS), office.unmake_admin(CHINUA), office.set_recovery(CYRUS, CHINUA)[0]):
        assert "lacks a confirmation" in refused(office.post(CHIDI, link))
        signed = confirm(people.keyset(CHIDI), CHIDI.id, link, created=now())
        refused(office.post(CHIDI, link + b"\n" + signed))
    assert office.said.seq == 1


def test_one_does_not_confirm_one_s_own_proposal(office):
    link = office.unmake_admin(CHINUA)
    proposal = office.propose(CHIDI, link)
    refused(office.confirm(CHIDI, proposal, link))
    assert waiting(office, CHIDI)[0]["link"] == b64(link)
    assert names()[-1] == "proposal.made"


def test_a_confirmation_of_another_statement_does_not_count(office):
    link, other = office.unmake_admin(CHINUA), office.unmake_admin(CHIDI, by=CHINUA)
    proposal = office.propose(CHIDI, link)
    refused(office.confirm(CHINUA, proposal, other))
    for signed in (b"", b"{}", link):
        refused(office.bring(CHINUA, proposal, signed))
    assert office.said.seq == 0


def test_the_root_stands_in_for_a_second_administrator_by_the_hand_of_somebody(office):
    for carrier in (FAYE, CHIDI):
        link = office.unmake_admin(CHINUA) if CHINUA.id in office.said.admins else office.make_admin(CHINUA)
        proposal = office.propose(CHIDI, link)
        seq = office.said.seq
        first = office.confirm_by_holder(office.holders[0], carrier, proposal, link)
        assert first.json == {"registered": False, "seq": seq + 1}
        assert (waiting(office, CHINUA)[0]["needs"], office.said.seq) == (["administrator"], seq)
        refused(office.confirm_by_holder(office.holders[0], carrier, proposal, link))
        refused(office.confirm_by_holder(people.root().prosecutor[0], carrier, proposal, link))
        answer = office.confirm_by_holder(office.holders[1], carrier, proposal, link)
        assert answer.json == {"registered": True, "seq": office.said.seq}
        assert lines()[-2].data["by"] == "root"
        with Session(writes=False) as session:
            newest = session.scalars(select(Statement).where(Statement.seq == office.said.seq)).one()
            assert (newest.by, newest.rooted) == (CHIDI.id, True)
    assert office.said.history[-1].confirmed_by == (ROOT, ROOT)


def test_what_only_one_holder_of_the_root_confirmed_is_not_the_root_s(office):
    """A second administrator was enough; for who may bring it in, the root has not spoken."""
    proposal = office.propose(CHIDI, link := office.unmake_admin(CHINUA))
    assert not office.confirm_by_holder(office.holders[0], FAYE, proposal, link).json["registered"]
    assert office.confirm(CHINUA, proposal, link).json["registered"]
    with Session(writes=False) as session:
        assert not session.scalars(select(Statement).where(Statement.seq == office.said.seq)).one().rooted
    assert sorted(office.said.history[-1].confirmed_by) == sorted([CHINUA.id, ROOT])


def test_an_administrator_of_the_platform_brings_in_nothing_but_what_the_root_signed(office):
    link = office.unmake_admin(CHINUA)
    proposal = office.propose(CHIDI, link)
    signed = confirm(people.keyset(CHINUA), CHINUA.id, link, created=now())
    assert "somebody else than you signed it" in refused(office.bring(FAYE, proposal, signed))
    whole = b"\n".join([link, signed])
    refused(office.post(FAYE, whole))
    rooted = confirmed_by(office.holders, link, now())
    assert "somebody else than you signed it" in refused(office.post(FAYE, rooted))
    assert office.said.seq == 0


def test_a_proposal_is_held_to_every_rule_but_the_confirmation(office):
    link, wraps = office.add(CYRUS)
    refused(office.ask(CHIDI, "POST", "/proposals", body(link)))
    refused(office.ask(CHINUA, "POST", "/proposals", body(link, wraps)))
    refused(office.ask(CHIDI, "POST", "/proposals", body(office.make_admin(CYRUS))))
    assert "needs no confirmation" in refused(office.ask(CHIDI, "POST", "/proposals", body(*office.rotate()[:2])))
    assert (count(Proposal), count(Wrap)) == (0, 7)


def test_a_link_that_has_its_confirmation_already_is_a_statement(office):
    link, wraps = office.add(CYRUS)
    whole = b"\n".join([link, confirm(people.keyset(CYRUS), CYRUS.id, link, created=now())])
    assert "needs no confirmation" in refused(office.ask(CHIDI, "POST", "/proposals", body(whole, wraps)))
    assert office.post(CHIDI, whole, wraps).status_code == 201
    assert CYRUS.id in office.said.members


def test_a_proposal_whose_place_was_taken_is_past(office):
    link = office.unmake_admin(CHINUA)
    proposal = office.propose(CHIDI, link)
    office.rotated()
    assert waiting(office, CHINUA) == []
    refused(office.confirm(CHINUA, proposal, link), 409, "chain-moved")
    assert office.said.admins == {CHIDI.id, CHINUA.id}
    assert names()[-1] == "epoch.rotated"


def test_what_is_registered_or_withdrawn_is_confirmed_no_more(office):
    link = office.unmake_admin(CHINUA)
    done, other = office.propose(CHIDI, link), office.propose(CHIDI, link)
    assert office.ask(CHINUA, "POST", f"/proposals/{other}/withdraw").status_code == 403
    assert office.ask(DORA, "POST", f"/proposals/{other}/withdraw").status_code == 404
    assert office.ask(CHIDI, "POST", f"/proposals/{other}/withdraw").status_code == 204
    assert names()[-1] == "proposal.withdrawn"
    refused(office.confirm(CHINUA, other, link), 409, "refused")
    assert office.ask(CHIDI, "POST", f"/proposals/{other}/withdraw").status_code == 409
    assert office.confirm(CHINUA, done, link).json["registered"]
    refused(office.confirm(CHINUA, done, link), 409, "refused")
    assert office.said.seq == 1


def test_a_proposal_is_found_under_its_own_authority_alone(office):
    link = office.unmake_admin(CHINUA)
    proposal = office.propose(CHIDI, link)
    signed = {"confirmation": b64(confirm(people.keyset(CHINUA), CHINUA.id, link, created=now()))}
    for path in (f"/authorities/YB/proposals/{proposal}", f"/authorities/XA/proposals/{uuid4()}"):
        assert office.program(CHINUA).api("POST", f"{path}/confirmations", signed).status_code == 404
    assert office.said.seq == 0


def test_an_administrator_is_removed_by_two_and_the_key_changes(office):
    office.added(CYRUS)
    link, wraps, new = office.remove(CHINUA)
    refused(office.post(CHIDI, link, wraps))
    proposal = office.propose(CHIDI, link, wraps)
    refused(office.confirm(CYRUS, proposal, link))
    assert office.confirm_by_root(FAYE, proposal, link).json["registered"]
    assert office.said.epoch.recipient == new.recipient
    with Session(writes=False) as session:
        gone = select(Membership).where(Membership.account_id == people.account_id(CHINUA))
        assert not session.scalars(gone).one().member


def test_two_confirm_at_once_and_one_statement_comes_of_it(office):
    """Both second administrators press at the same time; the later one is told that it is done."""
    office.added(CYRUS)
    link = office.make_admin(CYRUS)
    assert office.confirm(CHINUA, office.propose(CHIDI, link), link).json["registered"]
    link = office.unmake_admin(CYRUS)
    proposal = office.propose(CHIDI, link)
    answers = [office.confirm(CHINUA, proposal, link), office.confirm(CYRUS, proposal, link)]
    assert [answer.status_code for answer in answers] == [200, 409]
    assert names().count("admin.removed") == 1
