"""What a State asks of the Court, as lists, dates, notices, the interface and the pages of both sides show it."""

from datetime import date, timedelta

from sqlalchemy import select
from tests.exchange import sealed, toward
from tests.exchange.toward import KIND
from tests.people import AMINA, CHIDI, GRACE
from tests.visits import Program, visitor

from comity.assistance import (
    actions,
    filtering,
    queries,
    reminding,
    requirements,
)
from comity.assistance.filtering import Filter
from comity.assistance.model import RequestForAssistance, Stage
from comity.assistance.portfolio_model import Tracking
from comity.core import clock, database
from comity.core.actors import Actor
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.deadlines import queries as deadlines
from comity.notifications.model import Notification
from comity_workers.relay import relay


def stored() -> list[RequestForAssistance]:
    with database.Session(writes=False) as session:
        return list(session.scalars(select(RequestForAssistance)))


def lines(rfa: RequestForAssistance, name: str) -> list[dict]:
    with database.Session(writes=False) as session:
        query = select(Entry).where(Entry.subject == rfa.subject, Entry.name == name).order_by(Entry.seq)
        return [entry.data for entry in session.scalars(query)]


def listed(actor: Actor, **chosen: str) -> list[str]:
    with transaction(actor, writes=False) as tx:
        wanted = filtering.read(tx, [(name, value.split(",")) for name, value in chosen.items()])
        assert wanted.unknown == ()
        return [one.reference for one in queries.listing(tx, wanted).requests]


def test_the_dates_fall_on_the_registry_and_on_the_state_by_their_side():
    rfa = toward.acknowledged(on=date.today() + timedelta(days=40))
    question = sealed.deposit(GRACE, rfa, "question", b"which statement?")[0]
    with transaction(GRACE) as tx:
        actions.ask(tx, rfa.id, question.id)
    with transaction(CHIDI, writes=False) as tx:
        found = {one.rule: one.falls_on for one in deadlines.deadlines_of(tx, rfa)}
    assert found == {"acknowledgement": "REG", "requested date": "REG", "reply to a question": "XA"}
    with database.Session(writes=False) as session:
        row = session.get(Tracking, rfa.id)
    assert (row.requesting, row.requested, row.turn) == ("XA", "REG", "requesting")


def test_whoever_works_on_the_other_side_is_told():
    def told(actor: Actor) -> list[str]:
        with database.Session(writes=False) as session:
            query = select(Notification.of).where(Notification.account_id == actor.id).order_by(Notification.event_seq)
            return list(session.scalars(query))

    rfa = toward.transmitted()
    relay()
    assert told(GRACE) == ["rfa.transmitted"]
    assert told(CHIDI) == ["rfa.approved"]
    assert rfa.stage is Stage.TRANSMITTED


def test_lists_hold_both_directions_in_one_order_and_are_narrowed_by_side():
    begin = clock.now()
    with clock.at(begin):
        mine = toward.acknowledged(on=date.today() + timedelta(days=30)).reference
    with clock.at(begin + timedelta(minutes=1)):
        theirs = sealed.acknowledged(on=date.today() + timedelta(days=20)).reference
    with clock.at(begin + timedelta(minutes=2)):
        draft = toward.drafted(on=date.today() + timedelta(days=10)).reference
    with clock.at(begin + timedelta(minutes=3)):
        assert listed(CHIDI) == [draft, theirs, mine]
        assert listed(CHIDI, sort="date") == [draft, theirs, mine]
        assert listed(CHIDI, sort="reference") == sorted([draft, mine, theirs])
        assert listed(CHIDI, side="requesting") == [draft, mine]
        assert listed(CHIDI, side="requested") == [theirs]
        assert listed(CHIDI, turn="you") == [draft, theirs]
        assert listed(CHIDI, turn="other") == [mine]
        assert listed(CHIDI, party="REG") == [draft, mine]
        assert listed(CHIDI, mine="drafted") == [draft, mine]
        assert listed(CHIDI, ref="XA/REG") == [draft, mine]
        assert listed(GRACE) == listed(GRACE, side="requested") == listed(GRACE, turn="you") == [mine]
        assert listed(AMINA) == [theirs]
        for sort in filtering.SORTS:
            assert paged(CHIDI, sort) == listed(CHIDI, sort=sort)


def paged(actor: Actor, sort: str) -> list[str]:
    """One request to a page, over both sides."""
    found, after = [], None
    with transaction(actor, writes=False) as tx:
        while True:
            page = queries.listing(tx, Filter(sort=sort), after=after, limit=1)
            found += [one.reference for one in page.requests]
            after = page.after
            if after is None:
                return found


def test_an_office_that_stands_on_one_side_alone_is_not_offered_the_other():
    with transaction(AMINA, writes=False) as tx:
        assert filtering.read(tx, [("side", ["requested"])]).unknown == (("side", "requested"),)


def test_a_state_reminds_the_registry_and_not_the_other_way():
    with clock.at(clock.now()):
        rfa = toward.acknowledged(on=date.today() + timedelta(days=2))
    with clock.at(clock.now() + timedelta(days=20)):
        with transaction(GRACE) as tx:
            assert reminding.remind(tx, [rfa.id]) == []
        with transaction(CHIDI) as tx:
            assert [one.reason for one in reminding.remind(tx, [rfa.id])] == [None]
    assert len(lines(rfa, "rfa.reminded")) == 1


def test_beside_the_draft_stands_what_the_rules_ask_and_no_profile():
    rfa = toward.drafted()
    with transaction(CHIDI, writes=False) as tx:
        found = requirements.required(tx, rfa, "en")
    assert (found.of_the_court, found.force.n) == (True, 0)
    assert [(one.words, one.basis) for one in found.lines] == [
        ("The request is written in a working language of the Court: English, French.", "Rule 194")
    ]


def test_the_interface_says_who_sends_the_kind_and_takes_it(app):
    chidi = Program(app, CHIDI)
    told = {one["kind"]: one for one in chidi.api("GET", "/measures").json["kinds"]}[KIND]
    assert (told["organs"], told["states"], told["to"]) == ([], ["state_party", "non_party"], ["registry"])
    assert (told["free"], told["unverified"], told["measures"]) == (True, True, False)
    assert [(one["act"], one["consent"]) for one in told["acts"]] == [
        ("evidence", True), ("questioning", False), ("other_help", False)]  # fmt: skip
    assert all(line["basis"].startswith("Statute art. 9") for line in told["checklist"]["lines"])
    body = {"kind": KIND, "requested": "REG", "requested_on": None, "measures": [{"letter": None, "act": "evidence"}]}
    made = chidi.api("POST", "/requests", body)
    assert made.status_code == 201
    assert made.json["measures"][0]["consent"] is None
    assert "rfa.edit" in made.json["options"]
    assert Program(app, GRACE).api("GET", f"/requests/{made.json['id']}").status_code == 404
    assert Program(app, AMINA).api("POST", "/requests", body).status_code == 422
    assert len(stored()) == 1


def test_an_answer_without_a_word_on_consent_is_refused_at_the_interface(app):
    rfa = toward.acknowledged()
    document, _made = sealed.deposit(GRACE, rfa, "answer", b"here it is")
    grace = Program(app, GRACE)
    given = [{"n": 1, "outcome": "executed", "ground": None}, {"n": 2, "outcome": "denied", "ground": None}]
    refused = grace.api("POST", f"/requests/{rfa.id}/answer", {"outcomes": given, "documents": [str(document.id)]})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/outcomes/0/consent")
    assert grace.api("GET", f"/requests/{rfa.id}").json["stage"] == "acknowledged"
    given[0]["consent"] = "recorded"
    taken = grace.api("POST", f"/requests/{rfa.id}/answer", {"outcomes": given, "documents": [str(document.id)]})
    assert [one["consent"] for one in taken.json["measures"]] == ["recorded", None]


def test_the_pages_of_a_state_offer_what_it_may_ask_and_refuse_what_it_may_not(app):
    chidi = visitor(app, CHIDI)
    assert 'href="/requests/new"' in chidi.get("/requests/").get_data(as_text=True)
    page = chidi.get("/requests/new").get_data(as_text=True)
    assert "Registry" in page
    assert 'value="-:evidence"' in page
    assert "State of the situation" not in page
    answer = chidi.post(f"/requests/new?kind={KIND}", requested="REG")
    assert answer.status_code == 422
    assert 'href="#measure---evidence"' in answer.get_data(as_text=True)
    assert stored() == []
    answer = chidi.post(f"/requests/new?kind={KIND}", requested="REG", measure="-:evidence")
    assert answer.status_code == 303
    draft = chidi.get(answer.location).get_data(as_text=True)
    assert "What the Rules ask of a request to the Court" in draft
    assert "has published no profile" not in draft


def test_the_pages_of_the_registry_offer_the_steps_of_whoever_is_asked(app):
    rfa = toward.acknowledged()
    grace, chidi = visitor(app, GRACE), visitor(app, CHIDI)
    page = grace.get(f"/requests/{rfa.id}").get_data(as_text=True)
    for step in ("answer", "deliver", "ask"):
        assert f'data-step="{step}"' in page
    assert 'data-step="consult"' not in page
    answer = grace.get(f"/requests/{rfa.id}/answer").get_data(as_text=True)
    assert 'value="denied"' in answer
    assert answer.count("data-consents") == 1
    assert "Something stands in the way" not in answer
    assert grace.get(f"/requests/{rfa.id}/consult").status_code == 409
    assert chidi.get(f"/requests/{rfa.id}/answer").status_code == 403
    assert 'data-step="withdraw"' in chidi.get(f"/requests/{rfa.id}").get_data(as_text=True)
