"""Lists of requests narrowed and sorted by their address: what each word picks, for whom, and page after page."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError
from tests.exchange import sealed
from tests.people import AMINA, BRUNO, CHIDI, DORA, FAYE, GRACE, ZOLA
from tests.visits import Program, visitor

from comity.assistance import actions, filtering, queries, tracking
from comity.assistance.cover import Asked
from comity.assistance.filtering import Filter
from comity.assistance.model import RequestForAssistance, Stage
from comity.assistance.portfolio_model import Tracking
from comity.assistance.tracking import NEVER
from comity.core import clock, database
from comity.core.transaction import transaction

BEGIN = datetime(2031, 3, 3, 9, tzinfo=UTC)
LATER = BEGIN + timedelta(days=30)


@pytest.fixture
def world():
    """One request at each point of the story, by a name of its own; seen thirty days after they began."""
    found = {}
    with clock.at(BEGIN):
        found["draft"] = sealed.drafted(on=date(2031, 5, 1), measures=[Asked("d")])
        found["approved"] = sealed.approved(on=None)
        found["sent"] = sealed.transmitted(on=date(2031, 3, 20), requested="XA")
        found["elsewhere"] = sealed.transmitted(on=date(2031, 4, 7), requested="YB")
        found["undated"] = sealed.acknowledged(on=None)
        found["late"] = sealed.acknowledged(on=date(2031, 3, 10))
        found["asked"] = sealed.asked(on=date(2031, 3, 12))
        found["soon"] = sealed.acknowledged(on=date(2031, 4, 8))
        found["answered"] = sealed.answered(on=date(2031, 3, 11))
        found["closed"] = sealed.answered(on=date(2031, 3, 11))
        with transaction(AMINA) as tx:
            actions.close(tx, found["closed"].id)
        found["transit"] = sealed.drafted(GRACE, kind="transit", measures=[])
    with clock.at(LATER):
        yield {name: rfa.id for name, rfa in found.items()}


def listed(actor, world, *, limit=200, **asked) -> list[str]:
    """The names of the requests on the list, in its order."""
    names = {rfa_id: name for name, rfa_id in world.items()}
    with transaction(actor, writes=False) as tx:
        wanted = filtering.read(tx, [(name, value.split(",")) for name, value in asked.items()])
        assert wanted.unknown == ()
        found, after = [], None
        while True:
            page = queries.listing(tx, wanted, after=after, limit=limit)
            found += [names[rfa.id] for rfa in page.requests]
            after = page.after
            if after is None:
                return found
            assert len(page.requests) == limit


CASES = [
    (AMINA, {"stage": "draft"}, {"draft"}),
    (AMINA, {"stage": "draft,closed"}, {"draft", "closed"}),
    (AMINA, {"kind": "transit"}, set()),
    (GRACE, {"kind": "transit"}, {"transit"}),
    (AMINA, {"party": "YB"}, {"elsewhere"}),
    (AMINA, {"letter": "d"}, {"draft"}),
    (AMINA, {"turn": "you"}, {"draft", "approved", "asked", "answered"}),
    (AMINA, {"turn": "other"}, {"sent", "elsewhere", "undated", "late", "soon"}),
    (AMINA, {"turn": "other", "date": "passed"}, {"sent", "late"}),
    (AMINA, {"date": "week"}, {"elsewhere", "soon"}),
    (AMINA, {"date": "paused"}, {"asked"}),
    (AMINA, {"date": "none"}, {"approved", "undated", "answered", "closed"}),
    (AMINA, {"date": "none", "stage": "acknowledged"}, {"undated"}),
    (AMINA, {"mine": "drafted", "stage": "draft,approved"}, {"draft", "approved"}),
    (BRUNO, {"mine": "drafted"}, set()),
    (AMINA, {"ref": "/yb/"}, {"elsewhere"}),
    (CHIDI, {"turn": "you"}, {"sent", "undated", "late", "soon"}),
    (CHIDI, {"turn": "other"}, {"asked", "answered"}),
    (CHIDI, {"party": "OTP", "date": "passed"}, {"sent", "late"}),
    (CHIDI, {"stage": "draft"}, set()),
    (CHIDI, {"letter": "d"}, set()),
    (DORA, {}, {"elsewhere"}),
    (DORA, {"date": "passed"}, set()),
    (ZOLA, {"turn": "you,other"}, set()),
    (FAYE, {}, set()),
]


def test_a_word_of_the_address_picks_what_it_says_and_only_what_the_reader_may_see(world):
    for actor, asked, expected in CASES:
        for sort in filtering.SORTS:
            found = listed(actor, world, **asked, sort=sort)
            assert (asked, set(found), len(found)) == (asked, expected, len(expected))


def test_unread_picks_what_the_reader_herself_has_still_to_read(world):
    rfa = sealed.read(CHIDI, world["late"])
    message = sealed.message(CHIDI, rfa)
    assert listed(AMINA, world, unread="yes") == listed(BRUNO, world, unread="yes") == ["late"]
    assert listed(CHIDI, world, unread="yes") == []
    sealed.read_message(AMINA, message)
    assert listed(AMINA, world, unread="yes") == []
    assert listed(BRUNO, world, unread="yes") == ["late"]


def test_page_after_page_gives_everything_once_and_in_the_same_order(world):
    for sort in filtering.SORTS:
        whole = listed(AMINA, world, sort=sort)
        assert len(whole) == 10
        for limit in (1, 2, 3):
            assert listed(AMINA, world, sort=sort, limit=limit) == whole


def test_each_order_is_what_it_says(world):
    assert listed(AMINA, world, sort="date")[:6] == ["late", "asked", "sent", "elsewhere", "soon", "draft"]
    with transaction(AMINA, writes=False) as tx:
        by_reference = queries.listing(tx, Filter(sort="reference")).requests
        by_change = queries.listing(tx, Filter()).requests
    assert [one.reference for one in by_reference] == sorted(one.reference for one in by_reference)
    assert [one.changed_at for one in by_change] == sorted((one.changed_at for one in by_change), reverse=True)


def test_a_request_that_changes_between_two_pages_is_not_given_twice_in_an_order_that_it_does_not_move_in(world):
    with transaction(AMINA, writes=False) as tx:
        first = queries.listing(tx, Filter(sort="reference"), limit=4)
    sealed.message(CHIDI, sealed.read(CHIDI, world["late"]))
    with transaction(AMINA, writes=False) as tx:
        second = queries.listing(tx, Filter(sort="reference"), after=first.after)
    ids = [one.id for one in first.requests + second.requests]
    assert len(ids) == len(set(ids)) == 10


NO_PLACES = ["x", "~", "2031-03-03~x", "~00000000-0000-4000-8000-000000000000", "é~x", "2031-03-03T00:00:00.0Z"]


@pytest.mark.parametrize("sort", filtering.SORTS)
def test_a_place_that_is_none_is_refused(app, sort):
    program, browser = Program(app, AMINA), visitor(app, AMINA)
    for after in NO_PLACES:
        answer = program.api("GET", f"/requests?sort={sort}&after={after}")
        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/after")
        assert browser.get(f"/requests/?sort={sort}&after={after}").status_code == 400


UNKNOWN = ["stage=burnt", "kind=gift", "party=QQ", "party=OTP", "letter=z", "turn=mine", "date=late", "mine=all",
           "unread=no", "ref=Mr%20Doe", "sort=colour", "stage=draft,burnt"]  # fmt: skip


def test_an_unknown_word_is_refused_to_a_program_and_named_to_a_person(app):
    program, browser = Program(app, AMINA), visitor(app, AMINA)
    for query in UNKNOWN:
        name, _, value = query.partition("=")
        answer = program.api("GET", f"/requests?{query}")
        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, f"/{name}")
        page = browser.get(f"/requests/?{query.replace(',', f'&{name}=')}")
        assert page.status_code == 200
        left_out = page.get_data(as_text=True).partition('id="unknown"')[2].partition("</div>")[0]
        assert value.rpartition(",")[2].replace("%20", " ") in left_out


def test_a_name_that_means_nothing_is_named(app, world):
    page = visitor(app, AMINA).get("/requests/?colour=red&turn=you").get_data(as_text=True)
    assert "colour=red" in page.partition('id="unknown"')[2].partition("</div>")[0]
    assert "Next step: yours" in page


def test_an_empty_list_leads_back_to_the_whole_one(app, world):
    page = visitor(app, AMINA).get("/requests/?stage=withdrawn").get_data(as_text=True)
    assert "No request is like this." in page
    assert "Clear filters" in page.partition("No request is like this.")[2]
    assert "Clear filters" not in visitor(app, AMINA).get("/requests/").get_data(as_text=True)


def test_the_next_page_keeps_filter_and_order(app, world, monkeypatch):
    monkeypatch.setattr("comity.assistance.pages.LISTED", 2)
    browser = visitor(app, AMINA)
    page = browser.get("/requests/?turn=other&stage=acknowledged&stage=transmitted&sort=date").get_data(as_text=True)
    following = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "turn=other" in following
    assert "sort=date" in following
    assert following.count("stage=") == 2
    second = browser.get(following).get_data(as_text=True)
    references = [sealed.read(AMINA, world[name]).reference for name in ("late", "sent", "soon", "elsewhere")]
    assert [one in page for one in references] == [True, True, False, False]
    assert [one in second for one in references] == [False, False, True, True]


@pytest.mark.parametrize("actor", [AMINA, CHIDI], ids=["court", "state"])
def test_ready_made_views_are_addresses_that_hold_their_filter(app, world, actor):
    browser = visitor(app, actor)
    page = browser.get("/requests/").get_data(as_text=True)
    views = page.partition('aria-label="Views"')[2].partition("</nav>")[0]
    addresses = [one.partition('"')[0].replace("&amp;", "&") for one in views.split('href="')[1:]]
    assert len(addresses) >= 4
    for address in addresses:
        shown = browser.get(address).get_data(as_text=True)
        assert 'aria-current="true"' in shown.partition('aria-label="Views"')[2].partition("</nav>")[0]
        assert 'id="unknown"' not in shown


def test_the_api_and_the_page_say_the_same(app, world):
    api = Program(app, AMINA).api("GET", "/requests?turn=other&date=passed&sort=date").json["items"]
    references = [sealed.read(AMINA, world[name]).reference for name in ("late", "sent")]
    assert [one["reference"] for one in api] == references
    page = visitor(app, AMINA).get("/requests/?turn=other&date=passed&sort=date").get_data(as_text=True)
    table = page.partition("<tbody")[2]
    assert [one for one in references if one in table] == references
    assert table.count('scope="row"') == 2


def rows():
    with database.Session(writes=False) as session:
        columns = [column for column in Tracking.__table__.columns if column.name != "rfa_id"]
        return {row.rfa_id: tuple(row)[1:] for row in session.execute(select(Tracking.rfa_id, *columns))}


def test_the_row_for_lists_is_what_can_be_made_again_from_the_facts(world):
    before = rows()
    assert before.keys() == set(world.values())
    with transaction(AMINA) as tx:
        for rfa in tx.session.scalars(select(RequestForAssistance)):
            tracking.keep(tx, rfa)
    assert rows() == before


def test_a_draft_that_is_thrown_away_leaves_no_row_for_lists(world):
    with transaction(AMINA) as tx:
        actions.discard(tx, world["draft"])
    assert world["draft"] not in rows()


def test_the_date_follows_a_question_and_its_reply(world):
    def due(name):
        with database.Session(writes=False) as session:
            row = session.get(Tracking, world[name])
            return row.due_on, row.due_at is None, row.turn

    assert due("asked") == (date(2031, 3, 12), True, "requesting")
    rfa = sealed.read(AMINA, world["asked"])
    document, _made = sealed.deposit(AMINA, rfa, "reply")
    with transaction(AMINA) as tx:
        actions.reply(tx, rfa.id, 1, document.id)
    due_on, standing, turn = due("asked")
    assert due_on > date(2031, 4, 2)
    assert not standing
    assert turn == "requested"
    assert due("closed") == (NEVER, True, "nobody")
    assert due("draft") == (date(2031, 5, 1), True, "requesting")


def test_every_stage_has_a_turn(world):
    for stage in Stage:
        rfa = RequestForAssistance(stage=stage, clarifications=[])
        assert tracking.turn_of(rfa) in (tracking.REQUESTING, tracking.REQUESTED, tracking.NOBODY)


def test_a_row_with_few_parts_gives_them_and_refuses_the_others():
    made = sealed.transmitted()
    with transaction(AMINA, writes=False) as tx:
        (row,) = queries.listing(tx, Filter(), parts=[RequestForAssistance.measures]).requests
        assert [one.n for one in row.measures] == [one.n for one in made.measures]
        with pytest.raises(InvalidRequestError, match="raise"):
            assert row.consultations
