"""Faye, administrator, sees whether the platform works; what failed is named."""

import pytest
from tests import people
from tests.people import CHIDI, EMRE, FAYE
from tests.visits import visitor

from comity.core import clock
from comity.core.database import Session
from comity.core.relaying import Handled, JobRun
from comity.core.settings import settings as current


@pytest.fixture
def faye(app):
    people.populate()
    return visitor(app, FAYE)


def page(one, address="/health") -> str:
    answer = one.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_all_is_well_when_it_is(faye):
    assert "Everything works as it should." in page(faye)
    assert "Everything works as it should." in page(faye, "/")


def test_a_reaction_that_failed_for_good_is_said(faye):
    with Session() as session, session.begin():
        session.add(Handled(seq=1, reaction="x.y", state="failed", attempts=8))
    assert "Something needs a look" in page(faye)
    assert "Something needs a look" in page(faye, "/")


def test_a_job_shows_when_it_ran_and_what_went_wrong(faye):
    with Session() as session, session.begin():
        session.add(
            JobRun(name="sweep_deadlines", started_at=clock.now(), finished_at=clock.now(), error="No such table.")
        )
    assert "sweep_deadlines" in page(faye)
    assert "No such table." in page(faye)
    assert "Something needs a look" in page(faye)


def test_a_store_that_cannot_be_used_is_said(faye, tmp_path, monkeypatch):
    from comity.core import storage

    blocked = tmp_path / "a file"
    blocked.write_text("")
    monkeypatch.setenv("COMITY_STORE__URL", str(blocked))
    current.cache_clear()
    storage.store.cache_clear()
    assert "Something needs a look" in page(faye)
    storage.store.cache_clear()


def test_an_auditor_sees_it_too_and_a_focal_point_does_not(app, faye):
    assert "Health" in page(visitor(app, EMRE))
    assert visitor(app, CHIDI).client.get("/health").status_code == 403


def test_nothing_on_it_names_a_request(faye):
    assert "rfa" not in page(faye)
