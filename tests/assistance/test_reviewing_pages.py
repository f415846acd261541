"""The pages of a review, as they come from the platform: who is asked what, and what the form says is to be mended."""

import re
from datetime import timedelta

import pytest
from tests.assistance.reviewers import HANA, ask, give, open_hana, read_english, seen
from tests.exchange import sealed
from tests.people import AMINA, BRUNO, CHIDI, GRACE
from tests.visits import visitor

from comity.core import clock


@pytest.fixture(autouse=True)
def _in_english(_people):
    read_english()


def text(answer):
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def test_a_drafter_asks_and_the_form_keeps_what_was_typed_until_it_is_right(app):
    open_hana()
    rfa, amina = sealed.written(), visitor(app, AMINA)
    page = text(amina.get(f"/requests/{rfa.id}/submit"))
    assert ("Bruno Keller" in page, "Hana Novak" in page, "Grace" in page) == (True, True, False)
    assert ">Amina Diallo</option>" not in page
    for form, message in (
        ({}, "Choose the colleague who reviews it."),
        ({"reviewer": BRUNO.id, "deputy": BRUNO.id}, "The deputy is somebody else than the reviewer"),
        ({"reviewer": BRUNO.id, "on-day": "31", "on-month": "2", "on-year": "2031"}, "Give a day that exists"),
        ({"reviewer": BRUNO.id, "on-day": "1", "on-month": "2", "on-year": "2020"}, "This day has passed"),
        ({"reviewer": CHIDI.id}, "Choose somebody of your own office"),
    ):
        answer = amina.post(f"/requests/{rfa.id}/submit", **form)
        assert (answer.status_code, message in text(answer)) == (422, True)
        assert seen(rfa, AMINA) == []
    assert f'value="{BRUNO.id}" selected' in text(
        amina.post(f"/requests/{rfa.id}/submit", reviewer=BRUNO.id, deputy=BRUNO.id)
    )
    assert amina.post(f"/requests/{rfa.id}/submit", reviewer="nobody").status_code == 422
    done = amina.post(f"/requests/{rfa.id}/submit", reviewer=BRUNO.id, deputy=HANA.id)
    assert (done.status_code, seen(rfa, AMINA)[0].reviewer) == (303, BRUNO.id)
    page = text(amina.get(f"/requests/{rfa.id}"))
    assert "Asked of Bruno Keller by Amina Diallo. Deputy: Hana Novak. By " in page
    assert 'data-step="submit"' not in page  # one at a time


def test_the_reviewer_finds_it_on_her_first_page_and_opens_it(app):
    rfa, bruno = sealed.written(), visitor(app, BRUNO)
    assert "Read and review" not in text(bruno.get("/"))
    review = ask(rfa)
    home = text(bruno.get("/"))
    assert f'>Read and review <span class="comity-waiting__reference"><bdi dir="ltr">{rfa.reference}' in home
    page = text(bruno.get(f"/requests/{rfa.id}"))
    assert page.index('data-step="review"') < page.index('data-step="approve"')
    opened = text(bruno.get(f"/requests/{rfa.id}/review"))
    assert "Amina Diallo asks you to review this draft." in opened
    assert f'data-review-form="{review.id}"' in opened
    give(rfa, review)
    assert "Read and review" not in text(bruno.get("/"))
    assert visitor(app, BRUNO).get(f"/requests/{rfa.id}/review").status_code == 409


def test_nobody_else_opens_the_page_of_a_review(app):
    rfa = sealed.written()
    ask(rfa)
    assert visitor(app, AMINA).get(f"/requests/{rfa.id}/review").status_code == 409
    for actor in (CHIDI, GRACE):
        stranger = visitor(app, actor)
        for page in ("review", "submit"):
            assert stranger.get(f"/requests/{rfa.id}/{page}").status_code == 404
        for act in ("take-over", "withdraw"):
            assert stranger.post(f"/requests/{rfa.id}/reviews/1/{act}").status_code == 404
    assert seen(rfa, AMINA)[0].open


def test_what_was_found_is_shown_to_the_team_and_that_it_is_of_an_earlier_form(app):
    rfa, amina = sealed.written(), visitor(app, AMINA)
    give(rfa, ask(rfa))
    for page in ("", "/draft"):
        shown = text(amina.get(f"/requests/{rfa.id}{page}"))
        assert "ready to be approved" in shown
        assert "of an earlier form" not in shown
    sealed.deposit(AMINA, rfa, "annex", b"a table")
    for visit, page in ((amina, ""), (amina, "/draft"), (visitor(app, BRUNO), "/approve")):
        assert "this review is of an earlier form" in text(visit.get(f"/requests/{rfa.id}{page}"))
    assert "Review given" in text(amina.get(f"/requests/{rfa.id}"))


def test_a_deputy_is_offered_it_on_her_first_page_once_the_day_has_passed(app):
    open_hana()
    with clock.at(clock.now() - timedelta(days=20)):
        rfa = sealed.written()
        ask(rfa, HANA, deputy=BRUNO)
    bruno = visitor(app, BRUNO)
    assert "Take a review over" in text(bruno.get("/"))
    assert 'data-step="take_over"' in text(bruno.get(f"/requests/{rfa.id}"))
    assert bruno.post(f"/requests/{rfa.id}/reviews/1/take-over").status_code == 303
    assert seen(rfa, AMINA)[0].reviewer == BRUNO.id
    assert "Read and review" in text(bruno.get("/"))
    assert bruno.post(f"/requests/{rfa.id}/reviews/9/take-over").status_code == 404


def test_before_the_day_a_deputy_may_take_it_over_but_is_not_waited_for(app):
    open_hana()
    rfa, bruno = sealed.written(), visitor(app, BRUNO)
    ask(rfa, HANA, deputy=BRUNO)
    assert "Take a review over" not in text(bruno.get("/"))
    assert 'data-step="take_over"' in text(bruno.get(f"/requests/{rfa.id}"))


def test_it_is_no_longer_asked_for_at_the_press_of_a_button(app):
    rfa, amina = sealed.written(), visitor(app, AMINA)
    ask(rfa)
    assert "Ask no longer" in text(amina.get(f"/requests/{rfa.id}"))
    assert amina.post(f"/requests/{rfa.id}/reviews/1/withdraw").status_code == 303
    page = text(amina.get(f"/requests/{rfa.id}"))
    assert ("no longer asked for" in page, "Ask no longer" in page) == (True, False)
    assert seen(rfa, AMINA)[0].withdrawn_at


@pytest.mark.parametrize("prepare", [sealed.drafted, sealed.approved], ids=["no text", "approved"])
def test_the_form_is_not_shown_where_nothing_can_be_asked(app, prepare):
    rfa = prepare()
    assert visitor(app, AMINA).get(f"/requests/{rfa.id}/submit").status_code == 409


def test_the_clock_page_explains_the_day_of_a_review_beside_the_dates_to_come(app):
    rfa = sealed.written(on=clock.now().date() + timedelta(days=60))
    ask(rfa)
    page = text(visitor(app, AMINA).get(f"/requests/{rfa.id}/clock"))
    assert ("Review of a draft" in page, "the following are its dates" in page, "Requested date" in page) == (
        True, True, True,
    )  # fmt: skip
