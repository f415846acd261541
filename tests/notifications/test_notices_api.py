"""Notices as a program is given them: a page at a time, marked as read, and nobody else's."""

import pytest
from tests import people
from tests.exchange import sealed
from tests.people import CHIDI, CHINUA
from tests.visits import Program

from comity_workers.relay import relay


@pytest.fixture
def chidi(app):
    people.populate(keys=True)
    sealed.transmitted()
    sealed.transmitted()
    relay()
    return Program(app, CHIDI)


def test_notices_come_a_page_at_a_time(chidi):
    first = chidi.api("GET", "/notifications?limit=1").json
    assert [len(first["items"]), first["next"]] == [1, 1]
    second = chidi.api("GET", "/notifications?limit=1&after=1").json
    assert [len(second["items"]), second["next"]] == [1, None]
    assert first["items"][0]["subject"] != second["items"][0]["subject"]


def test_a_notice_is_marked_as_read_by_its_owner_alone_and_once(app, chidi):
    notice = chidi.api("GET", "/notifications").json["items"][0]
    assert Program(app, CHINUA).api("POST", f"/notifications/{notice['id']}/read").status_code == 404
    assert chidi.api("GET", "/notifications").json["items"][0]["read_at"] is None
    for _ in range(2):
        assert chidi.api("POST", f"/notifications/{notice['id']}/read").status_code == 204
    assert chidi.api("GET", "/notifications").json["items"][0]["read_at"]


@pytest.mark.parametrize("query", ["after=-1", "after=x", f"after={10**30}", "limit=0", "limit=201", "more=1"])
def test_a_page_that_is_none_is_refused_with_its_place(chidi, query):
    answer = chidi.api("GET", f"/notifications?{query}")
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == f"/{query.partition('=')[0]}"
