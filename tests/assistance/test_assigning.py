"""Who works on a request: taken, given, given back, handed over; and never known to the other party."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from tests.exchange import sealed, withdrawn
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, EMRE, FAYE, GRACE, NAMES, account_id
from tests.visits import Program, visitor

from comity.accounts import actions as accounts
from comity.assistance import actions, assigning, saved
from comity.assistance.model import RequestForAssistance
from comity.assistance.portfolio_model import Assignment, SavedView
from comity.assistance.views import possible
from comity.core import database
from comity.core.errors import Denied, Invalid, NotFound, Refused
from comity.core.journal import Entry
from comity.core.transaction import transaction


def rows():
    with database.Session(writes=False) as session:
        found = session.execute(select(Assignment.rfa_id, Assignment.authority, Assignment.account))
        return {(row.rfa_id, row.authority): row.account for row in found}


def lines(name="rfa.assigned"):
    with database.Session(writes=False) as session:
        return list(session.scalars(select(Entry).where(Entry.name == name).order_by(Entry.seq)))


def assign(actor, rfa, to):
    with transaction(actor) as tx:
        assigning.assign(tx, rfa.id, account_id(to) if to else None)


def test_each_party_says_for_itself_who_works_on_a_request():
    rfa = sealed.transmitted()
    assign(AMINA, rfa, BRUNO)
    assign(CHIDI, rfa, CHIDI)
    assert rows() == {(rfa.id, "OTP"): BRUNO.id, (rfa.id, "XA"): CHIDI.id}
    assign(BRUNO, rfa, None)
    assert rows() == {(rfa.id, "XA"): CHIDI.id}
    assert [(one.actor, one.data) for one in lines()] == [
        (AMINA.id, {"authority": "OTP", "user": BRUNO.id}),
        (CHIDI.id, {"authority": "XA", "user": CHIDI.id}),
        (BRUNO.id, {"authority": "OTP", "user": ""}),
    ]


def test_the_same_again_changes_nothing_and_leaves_no_line():
    rfa = sealed.transmitted()
    assign(AMINA, rfa, BRUNO)
    assign(AMINA, rfa, BRUNO)
    assign(CHIDI, rfa, None)
    assert len(lines()) == 1


def test_the_request_itself_does_not_change():
    rfa = sealed.transmitted()
    before = sealed.read(CHIDI, rfa.id)
    assign(AMINA, rfa, BRUNO)
    after = sealed.read(CHIDI, rfa.id)
    assert (after.version, after.changed_at) == (before.version, before.changed_at)


@pytest.mark.parametrize("somebody", [CHIDI, GRACE, EMRE, FAYE], ids=lambda actor: NAMES[actor].split()[0])
def test_only_somebody_of_the_own_office_can_be_given_a_request(somebody):
    rfa = sealed.transmitted()
    with pytest.raises(Invalid):
        assign(AMINA, rfa, somebody)
    with pytest.raises(Invalid), transaction(AMINA) as tx:
        assigning.assign(tx, rfa.id, uuid4())
    assert (rows(), lines()) == ({}, [])


def test_a_colleague_whose_account_is_closed_is_given_nothing():
    rfa = sealed.transmitted()
    with transaction(FAYE) as tx:
        accounts.disable_account(tx, account_id(BRUNO))
    with pytest.raises(Invalid):
        assign(AMINA, rfa, BRUNO)
    assert rows() == {}


@pytest.mark.parametrize("stranger", [DORA, GRACE, EMRE, FAYE], ids=lambda actor: NAMES[actor].split()[0])
def test_whoever_is_no_party_gives_nobody_anything(stranger):
    rfa = sealed.transmitted()
    with pytest.raises((NotFound, Denied, Invalid)):
        assign(stranger, rfa, stranger)
    assert (rows(), lines()) == ({}, [])


def test_a_state_cannot_take_a_draft():
    rfa = sealed.written()
    with pytest.raises(NotFound):
        assign(CHIDI, rfa, CHIDI)
    assign(AMINA, rfa, BRUNO)
    assert rows() == {(rfa.id, "OTP"): BRUNO.id}


def test_nobody_works_on_what_has_ended():
    rfa = sealed.answered()
    with transaction(AMINA) as tx:
        actions.close(tx, rfa.id)
    for actor in (AMINA, CHIDI):
        with pytest.raises(Refused):
            assign(actor, rfa, actor)
    assert rows() == {}


def test_a_withdrawn_request_is_worked_on_until_its_documents_are_accounted_for():
    rfa = withdrawn.withdrawn(sealed.acknowledged())
    assign(CHIDI, rfa, CHIDI)
    with transaction(CHIDI) as tx:
        assert "rfa.assign" in possible(tx.read(RequestForAssistance, rfa.id), tx.options(rfa))
        assert assigning.hand_over(tx, account_id(CHINUA)) == 1
    assert rows() == {(rfa.id, "XA"): CHINUA.id}
    withdrawn.confirmed(rfa)
    with pytest.raises(Refused):
        assign(CHIDI, rfa, CHIDI)
    with transaction(CHINUA) as tx:
        assert "rfa.assign" not in possible(tx.read(RequestForAssistance, rfa.id), tx.options(rfa))
        assert assigning.hand_over(tx, account_id(CHIDI)) == 0
    assert rows() == {(rfa.id, "XA"): CHINUA.id}


def test_what_is_withdrawn_without_asking_is_over():
    rfa = withdrawn.withdrawn(sealed.acknowledged(), ask=False)
    with pytest.raises(Refused):
        assign(CHIDI, rfa, CHIDI)
    assert rows() == {}


def test_all_or_none_of_several_change_hands():
    first, second, ended = sealed.transmitted(), sealed.written(), sealed.answered()
    with transaction(AMINA) as tx:
        actions.close(tx, ended.id)
    with pytest.raises(Refused), transaction(AMINA) as tx:
        assigning.assign_many(tx, [first.id, second.id, ended.id], account_id(BRUNO))
    assert rows() == {}
    with transaction(AMINA) as tx:
        assert assigning.assign_many(tx, [first.id, second.id, first.id], account_id(BRUNO)) == 2
    assert set(rows().values()) == {BRUNO.id}
    for wrong in ([], [uuid4() for _ in range(101)]):
        with pytest.raises(Invalid), transaction(AMINA) as tx:
            assigning.assign_many(tx, wrong, account_id(BRUNO))


def test_handing_over_gives_every_open_request_of_ones_own_in_one_act():
    mine, ended, others = [sealed.transmitted(), sealed.written()], sealed.answered(), sealed.transmitted()
    for rfa in (*mine, ended):
        assign(AMINA, rfa, AMINA)
    assign(BRUNO, others, BRUNO)
    assign(CHIDI, mine[0], CHIDI)
    with transaction(AMINA) as tx:
        actions.close(tx, ended.id)
    before = len(lines())
    with transaction(AMINA) as tx:
        assert assigning.hand_over(tx, account_id(BRUNO)) == 2
    assert [one.data["user"] for one in lines()[before:]] == [BRUNO.id, BRUNO.id]
    assert {one.subject for one in lines()[before:]} == {rfa.subject for rfa in mine}
    assert rows()[ended.id, "OTP"] == AMINA.id
    assert rows()[mine[0].id, "XA"] == CHIDI.id
    with transaction(AMINA) as tx:
        assert assigning.hand_over(tx, account_id(BRUNO)) == 0


@pytest.mark.parametrize("to", [AMINA, CHIDI, GRACE], ids=lambda actor: NAMES[actor].split()[0])
def test_nobody_hands_over_to_herself_or_to_another_office(to):
    rfa = sealed.transmitted()
    assign(AMINA, rfa, AMINA)
    with pytest.raises(Invalid), transaction(AMINA) as tx:
        assigning.hand_over(tx, account_id(to))
    assert rows() == {(rfa.id, "OTP"): AMINA.id}


def test_the_other_party_never_sees_who_works_on_it(app):
    rfa = sealed.transmitted()
    assign(CHIDI, rfa, CHINUA)
    name = NAMES[CHINUA]
    amina, chidi = visitor(app, AMINA), visitor(app, CHIDI)
    for address in ("/requests/", "/requests/?whose=nobody", "/", f"/requests/{rfa.id}/receipts"):
        assert name not in amina.get(address).get_data(as_text=True)
    own, theirs = (one.get(f"/requests/{rfa.id}").get_data(as_text=True) for one in (chidi, amina))
    assert f"{name} works on this." in own
    assert "Given to somebody of your office" in own
    assert "Nobody in particular works on this." in theirs
    assert "Given to somebody of your office" not in theirs
    asked = [Program(app, actor).api("GET", f"/requests/{rfa.id}").json["assigned_to"] for actor in (AMINA, CHIDI)]
    assert asked == [None, CHINUA.id]
    listed = [Program(app, actor).api("GET", "/requests").json["items"][0]["assigned_to"] for actor in (AMINA, CHIDI)]
    assert listed == [None, CHINUA.id]
    assert Program(app, AMINA).api("GET", f"/requests?whose={CHINUA.id}").status_code == 422


def test_lists_pick_what_is_given_to_me_to_a_colleague_or_to_nobody(app):
    taken, given, free = sealed.transmitted(), sealed.transmitted(), sealed.transmitted()
    assign(AMINA, taken, AMINA)
    assign(AMINA, given, BRUNO)
    amina = Program(app, AMINA)

    def found(query):
        return {UUID(one["id"]) for one in amina.api("GET", f"/requests?{query}").json["items"]}

    assert found("mine=assigned") == {taken.id}
    assert found(f"whose={BRUNO.id}") == {given.id}
    assert found("whose=nobody") == {free.id}
    assert found("mine=drafted") == {taken.id, given.id, free.id}
    assert {UUID(one["id"]) for one in Program(app, CHIDI).api("GET", "/requests?whose=nobody").json["items"]} == {
        taken.id, given.id, free.id,
    }  # fmt: skip


def test_the_api_gives_and_hands_over(app):
    rfa = sealed.transmitted()
    amina = Program(app, AMINA)
    answer = amina.api("PUT", f"/requests/{rfa.id}/assignee", {"account": AMINA.id})
    assert (answer.status_code, answer.json["assigned_to"]) == (200, AMINA.id)
    assert "rfa.assign" in answer.json["options"]
    assert amina.api("POST", "/requests/hand-over", {"account": BRUNO.id}).json == {"count": 1}
    assert amina.api("PUT", f"/requests/{rfa.id}/assignee", {"account": CHIDI.id}).status_code == 422
    assert Program(app, DORA).api("PUT", f"/requests/{rfa.id}/assignee", {"account": DORA.id}).status_code == 404
    assert rows() == {(rfa.id, "OTP"): BRUNO.id}


def test_a_browser_without_scripts_chooses_confirms_and_hands_over(app):
    first, second = sealed.transmitted(), sealed.written()
    amina = visitor(app, AMINA)
    assert f'value="{first.id}"' in amina.get("/requests/").get_data(as_text=True)
    asked = amina.post("/requests/assign", request=[str(first.id), str(second.id)])
    assert asked.status_code == 200
    assert first.reference in asked.get_data(as_text=True)
    assert rows() == {}
    done = amina.post("/requests/assign", request=[str(first.id), str(second.id)], account=AMINA.id)
    assert (done.status_code, len(rows())) == (303, 2)
    assert "2 requests changed hands." in amina.get("/requests/").get_data(as_text=True)
    assert "2 open requests are given to you" in amina.get("/requests/hand-over").get_data(as_text=True)
    assert amina.post("/requests/hand-over", account="").status_code == 422
    assert amina.post("/requests/hand-over", account=BRUNO.id).status_code == 303
    assert set(rows().values()) == {BRUNO.id}
    assert amina.post(f"/requests/{first.id}/assign", account=AMINA.id).status_code == 303
    assert rows()[first.id, "OTP"] == AMINA.id
    assert amina.post("/requests/assign", request="nothing").status_code == 422
    assert "Choose at least one request." in amina.post("/requests/assign").get_data(as_text=True)


def test_a_view_is_kept_without_a_name_for_its_owner_alone(app):
    sealed.transmitted()
    amina = visitor(app, AMINA)
    page = amina.get("/requests/?turn=other&date=passed&sort=date").get_data(as_text=True)
    assert 'value="turn=other&amp;date=passed&amp;sort=date"' in page
    assert amina.post("/requests/views", query="turn=other&date=passed&sort=date").status_code == 303
    assert amina.post("/requests/views", query="date=passed&turn=other&sort=date").status_code == 303
    page = amina.get("/requests/").get_data(as_text=True)
    assert "Your views</span> (1)" in page or "Your views (1)" in page
    kept = page.partition("comity-kept")[2].partition("</ul>")[0]
    assert "Next step: the State" in kept
    assert "Past the requested date" in kept
    assert "Your views" not in visitor(app, BRUNO).get("/requests/").get_data(as_text=True)
    with database.Session(writes=False) as session:
        (view,) = session.scalars(select(SavedView))
    assert (view.account, view.query) == (AMINA.id, "turn=other&date=passed&sort=date")
    assert visitor(app, BRUNO).post(f"/requests/views/{view.id}/remove").status_code == 404
    assert "Your views" in amina.get("/requests/").get_data(as_text=True)
    assert amina.post(f"/requests/views/{view.id}/remove").status_code == 303
    assert "Your views" not in amina.get("/requests/").get_data(as_text=True)


def test_no_word_of_ones_own_is_kept_with_a_view_and_no_more_than_twenty():
    with transaction(AMINA) as tx:
        saved.save(tx, saved.read(tx, "ref=Operation Sunrise&stage=Mr Doe&colour=red"))
        saved.save(tx, saved.read(tx, ""))
        for n in range(saved.MOST):
            saved.save(tx, saved.read(tx, f"ref={n}"))
        assert len(saved.of_reader(tx)) == saved.MOST
        with pytest.raises(Refused):
            saved.save(tx, saved.read(tx, "stage=draft"))
    with database.Session(writes=False) as session:
        kept = session.scalars(select(SavedView.query)).all()
        assert session.scalar(select(func.count()).select_from(RequestForAssistance)) == 0
    assert sorted(kept) == sorted(f"ref={n}" for n in range(saved.MOST))
