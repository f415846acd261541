"""Keys and sealed documents are served to present members alone, and from one moment to the next to nobody else."""

import pytest
from sqlalchemy import func, select
from tests import people
from tests.exchange import sealed
from tests.keys.offices import (
    CLEO,
    CYRUS,
    Office,
    b64,
    close_account,
    count,
    deposit,
    lines,
    names,
    second_keyset,
    settle,
)
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, EMRE, FAYE, GRACE, ZOLA
from tests.visits import Program

from comity.core import access
from comity.core.database import Session
from comity.core.errors import Denied
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.exchange import actions as exchange
from comity.exchange import queries as documents
from comity.exchange.model import Document
from comity.keys import queries
from comity.keys.model import FORMER, PRESENT, WAITING, KeySet, Membership, Way


@pytest.fixture
def office(app):
    settle()
    return Office(app)


def a_request():
    rfa = sealed.transmitted()
    with transaction(AMINA, writes=False) as tx:
        (found,) = [one for one, _version in documents.documents_of(tx, rfa.id) if one.purpose == "request"]
    return rfa, found


def served(office, actor, document):
    """What the platform gives this person of keys and of a sealed document: (wraps, chains, header, blob)."""
    program = office.program(actor)
    mine = program.api("GET", "/keys/mine").json
    header, part = (program.api("GET", f"/documents/{document.id}{path}").status_code for path in ("", "/parts/0"))
    return len(mine["wraps"]), len(mine["chains"]), header, part


ALL, NOTHING = (1, 0, 200, 200), (0, 0, 403, 403)


def test_serving_ends_at_once_when_a_member_says_that_she_leaves(office):
    _rfa, document = a_request()
    assert served(office, CHINUA, document) == ALL
    assert office.program(CHINUA).api("POST", "/keys/mine/leaving").status_code == 204
    assert lines()[-1].name == "member.leaving"
    assert lines()[-1].data == {"authority": "XA", "user": CHINUA.id}
    assert served(office, CHINUA, document) == NOTHING
    assert served(office, CHIDI, document) == ALL
    with Session(writes=False) as session:
        handed = select(func.count()).where(Entry.name == "document.handed_out", Entry.actor == CHINUA.id)
        assert session.scalar(handed) == 1
        refusals = session.scalars(select(Entry).where(Entry.name == "access.refused", Entry.actor == CHINUA.id)).all()
        assert {entry.data["action"] for entry in refusals} == {"membership.serve"}
    assert office.program(CHINUA).api("POST", "/keys/mine/leaving").status_code == 403


def test_serving_ends_at_once_when_a_member_is_removed(office):
    _rfa, document = a_request()
    office.added(CYRUS)
    assert served(office, CYRUS, document) == ALL
    office.removed(CYRUS)
    assert served(office, CYRUS, document) == NOTHING
    assert served(office, CHIDI, document) == (2, 1, 200, 200)


def test_serving_ends_at_once_when_a_key_set_is_revoked(office):
    _rfa, document = a_request()
    office.added(CYRUS)
    office.revoked(CYRUS, by=CYRUS)
    assert served(office, CYRUS, document) == NOTHING


def test_who_was_never_a_member_is_served_nothing(office):
    _rfa, document = a_request()
    assert served(office, CYRUS, document) == NOTHING


def test_who_is_not_served_deposits_nothing_either(office):
    rfa, _document = a_request()
    signed = sealed.acknowledgement(CHINUA, rfa)
    with transaction(CHINUA) as tx:
        from comity.keys import actions

        actions.leave(tx)
    from comity.assistance import actions as assistance

    with pytest.raises(Denied), transaction(CHINUA) as tx:
        assistance.acknowledge(tx, rfa.id, signed)
    assert "rfa.acknowledged" not in names()


def test_the_last_administrator_does_not_leave_before_there_is_another(office):
    office.added(CYRUS)
    assert office.program(CHINUA).api("POST", "/keys/mine/leaving").status_code == 204
    answer = office.program(CHIDI).api("POST", "/keys/mine/leaving")
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/refused")
    assert names().count("member.leaving") == 1
    assert office.program(CYRUS).api("POST", "/keys/mine/leaving").status_code == 204


def test_who_comes_back_is_served_again_with_the_key_of_now(office):
    _rfa, document = a_request()
    office.added(CYRUS)
    assert office.program(CYRUS).api("POST", "/keys/mine/leaving").status_code == 204
    office.removed(CYRUS)
    office.added(CYRUS)
    assert served(office, CYRUS, document) == (2, 1, 200, 200)


def test_the_office_is_shown_to_its_own_members(office):
    office.added(CYRUS)
    assert office.program(CYRUS).api("POST", "/keys/mine/leaving").status_code == 204
    seen = office.ask(CHIDI, "GET", "/office").json
    assert {key: seen[key] for key in ("seq", "epoch", "rotation_due", "unread")} == {
        "seq": 1, "epoch": 1, "rotation_due": "leaving", "unread": [],
    }  # fmt: skip
    assert seen["epoch_since"] == people.CREATED
    assert [(one["name"], one["admin"], one["leaving"], one["revoked"]) for one in seen["members"]] == [
        ("Chidi Okafor", True, False, False),
        ("Chinua Eze", True, False, False),
        ("Cyrus Bello", False, True, False),
    ]
    keys = people.keyset(CLEO).public
    assert seen["candidates"] == [
        {
            "user": CLEO.id,
            "name": "Cleo Abara",
            "role": "focal point",
            "public": b64(keys.canonical),
            "fingerprint": keys.fingerprint,
        }
    ]
    assert office.ask(CYRUS, "GET", "/office").status_code == 403
    assert office.ask(CLEO, "GET", "/office").status_code == 403
    for actor in (AMINA, DORA, EMRE, FAYE):
        assert office.ask(actor, "GET", "/office").status_code == 404


def test_why_a_new_key_is_due(office, monkeypatch):
    def due():
        return office.ask(CHIDI, "GET", "/office").json["rotation_due"]

    assert due() is None
    office.added(CYRUS)
    office.added(CLEO)
    close_account(CLEO)
    assert due() == "removal"
    office.program(CYRUS).api("POST", "/keys/mine/leaving")
    assert due() == "leaving"
    office.revoked(CYRUS)
    assert due() == "revoked"
    office.removed(CYRUS)
    office.removed(CLEO)
    assert due() is None
    from datetime import timedelta

    from comity.core import clock

    later = clock.now() + timedelta(days=366)
    monkeypatch.setattr(clock, "now", lambda: later)
    fresh = Office(office.app)
    assert fresh.ask(CHIDI, "GET", "/office").json["rotation_due"] == "yearly"


def test_what_nobody_could_read_if_a_member_left(office):
    rfa, _document = a_request()
    assert office.ask(CHIDI, "GET", f"/office?without={CHIDI.id}").json["unread"] == []
    office.program(CHINUA).api("POST", "/keys/mine/leaving")
    assert office.ask(CHIDI, "GET", f"/office?without={CHIDI.id}").json["unread"] == [str(rfa.id)]
    assert office.ask(CHIDI, "GET", f"/office?without={CHINUA.id}").json["unread"] == []
    assert office.ask(CHIDI, "GET", "/office?without=x").status_code == 422


# A person's next key set


def keyset_states(actor):
    with Session(writes=False) as session:
        found = session.scalars(select(KeySet).where(KeySet.account_id == people.account_id(actor)))
        return {one.keyset: one.state for one in found}


def put(office, actor, keyset, **more):
    ways = [{"kind": way.kind, "file": b64(way.file)} for way in people.ways(actor)]
    return office.program(actor).api("PUT", "/keys/mine", {"public": b64(keyset.public.canonical), "ways": ways} | more)


def test_a_listed_key_set_is_not_replaced_but_a_removed_or_revoked_one_is(office):
    first, second = people.keyset(CYRUS).public.id, second_keyset(CYRUS).public.id
    assert put(office, CYRUS, second_keyset(CYRUS)).status_code == 409
    office.added(CYRUS)
    assert put(office, CYRUS, second_keyset(CYRUS)).status_code == 409
    office.revoked(CYRUS)
    before = count(Way)
    assert put(office, CYRUS, people.keyset(CYRUS)).status_code == 409
    assert put(office, CYRUS, second_keyset(CYRUS)).json == {"keyset": second}
    assert keyset_states(CYRUS) == {first: FORMER, second: PRESENT}
    assert count(Way) == before + 2
    assert [line.name for line in lines()][-4:-1] == ["keyset.replaced", "keyset.deposited", "keyset.way_added"]
    mine = office.program(CYRUS).api("GET", "/keys/mine").json
    assert (mine["keyset"], mine["waiting"], mine["wraps"]) == (second, None, [])
    with transaction(CHIDI, writes=False) as tx:
        assert queries.public_keys(tx, first) == people.keyset(CYRUS).public
    office.removed(CYRUS)
    office.added(CYRUS, keyset=second_keyset(CYRUS))
    assert len(office.program(CYRUS).api("GET", "/keys/mine").json["wraps"]) == 1


def test_who_lost_her_key_deposits_one_that_waits_until_she_is_admitted_with_it(office):
    first, second = people.keyset(CYRUS).public.id, second_keyset(CYRUS).public.id
    office.added(CYRUS)
    assert put(office, CYRUS, second_keyset(CYRUS), lost=True).status_code == 201
    mine = office.program(CYRUS).api("GET", "/keys/mine").json
    assert (mine["keyset"], mine["waiting"], len(mine["wraps"])) == (first, second, 1)
    candidates = office.ask(CHIDI, "GET", "/office").json["candidates"]
    assert second_keyset(CYRUS).public.fingerprint in {one["fingerprint"] for one in candidates}
    office.removed(CYRUS)
    assert keyset_states(CYRUS) == {first: FORMER, second: PRESENT}
    office.added(CYRUS, keyset=second_keyset(CYRUS))
    assert len(office.program(CYRUS).api("GET", "/keys/mine").json["wraps"]) == 1


def test_of_several_that_wait_the_last_one_counts(office):
    office.added(CYRUS)
    deposit(CYRUS, second_keyset(CYRUS), lost=True)
    third = second_keyset(CLEO)
    deposit(CYRUS, third, lost=True)
    assert keyset_states(CYRUS) == {
        people.keyset(CYRUS).public.id: PRESENT,
        second_keyset(CYRUS).public.id: FORMER,
        third.public.id: WAITING,
    }


# Nobody at the Court


@pytest.mark.parametrize("actor", [FAYE, EMRE, AMINA, BRUNO, GRACE, DORA, ZOLA], ids=lambda one: people.NAMES[one])
def test_nobody_at_the_court_or_of_another_state_comes_near_a_state_s_keys(office, actor):
    """Everything that there is below the authority, and every row of its keys under every action."""
    office.recovery_set(CHIDI, CHINUA)
    office.propose(CHIDI, office.unmake_admin(CHINUA))
    _rfa, document = a_request()
    before, rows = names(), count(Membership)
    for path in ("/office", "/recovery", "/recovery/candidates", "/behind"):
        assert office.ask(actor, "GET", path).status_code == 404, path
    assert office.ask(actor, "GET", "/proposals").json == {"items": []}
    handover = {"to": people.keyset(CHINUA).public.id, "file": b64(b"age-encryption.org/v1\nx")}
    assert office.ask(actor, "POST", "/recovery/handovers", handover).status_code == 404
    if not actor.authority:
        assert office.program(actor).api("GET", "/keys/mine").status_code == 404
    else:
        mine = office.program(actor).api("GET", "/keys/mine").json
        assert {one["authority"] for one in mine["wraps"] + mine["chains"]} <= {actor.authority}
    for path in ("", "/parts/0"):
        answer = office.program(actor).api("GET", f"/documents/{document.id}{path}")
        assert answer.status_code == 404 or actor in (AMINA, BRUNO)
    with Session() as session:
        chidi = session.scalars(select(Membership).where(Membership.account_id == people.account_id(CHIDI))).one()
        keyset = session.scalars(select(KeySet).where(KeySet.account_id == people.account_id(CHIDI))).one()
        for row in (chidi, keyset):
            for action in access.actions_of(type(row)):
                permitted = select(type(row).id).where(type(row).id == row.id, access.clause(action, actor))
                assert session.scalars(permitted).all() == [], action
    assert count(Membership) == rows
    written = set(names()[len(before) :])
    assert not written & {"recovery.handed_out", "recovery.handed_over", "statement.registered"}
    assert all(not name.startswith(("member.a", "member.r", "admin.", "epoch.")) for name in written)


def test_a_reader_who_is_served_still_needs_to_be_a_party(office):
    _rfa, document = a_request()
    assert Program(office.app, DORA).api("GET", f"/documents/{document.id}").status_code == 404
    with pytest.raises(Denied), transaction(CYRUS) as tx:
        exchange.hand_out(tx, document.id)
    assert count(Document) == 1
